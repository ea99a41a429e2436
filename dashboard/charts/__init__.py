"""Rows in, Plotly's dictionary out. Pure: no queries, no HTML, no Dash."""
