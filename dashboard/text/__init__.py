"""Numbers, days, scopes, findings and changes in words. Pure: rows in, text out.

Not here: HTML (components/), charts, anything that reads a publication.
"""
