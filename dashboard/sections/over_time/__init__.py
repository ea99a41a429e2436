"""Numbers by the days they speak of, read for a measure page: its series, and what they are compared by. No SQL.

Not here: what a page is (sections/), how numbers are told (text/) and drawn (charts/series/).
"""
