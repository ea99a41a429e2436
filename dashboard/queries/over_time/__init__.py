"""What sources said by the days their numbers speak of: range_over_time as series, now and as known on a day.

Not here: ranges as they became known (dashboard/queries/measure.py), and how any of it is drawn.
"""
