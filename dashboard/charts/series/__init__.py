"""Series over the days they speak of (text/series.py) as plain plotly figures: axes, lines, bars, panels. Pure.

Not here: ranges as they became known (charts/timeline.py), and which series a page shows (sections/).
"""
