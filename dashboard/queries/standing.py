"""What stood on a day, in SQL and in this place alone: of reports and figures `f`, and of ranges.

The models say from when on a report is superseded (fct_reports.superseded_on); whoever shows a day asks what of that
had come by then. The day is bound as $known_on; date.max is now. test_standing.py holds it to the models.
"""

WITHDRAWN = "f.is_withdrawn"
# Taken back by its source: it stood until then, and is told as known before as it was.
RETRACTED = "(not f.is_withdrawn and f.retracted_on <= $known_on)"
# Of a report the models say only that it was, and when it stopped standing.
REPORT_RETRACTED = "(not f.is_withdrawn and f.is_retracted and f.superseded_on <= $known_on)"
SUPERSEDED = "(not f.is_withdrawn and f.superseded_on <= $known_on)"
STANDING = "(not f.is_withdrawn and (f.superseded_on is null or f.superseded_on > $known_on))"
CONDITIONS = {"standing": STANDING, "superseded": SUPERSEDED, "withdrawn": WITHDRAWN}
WORD = f"case when {WITHDRAWN} then 'withdrawn' when {SUPERSEDED} then 'superseded' else 'standing' end"
# Of what is withdrawn nothing else is told, whenever its source said more.
SUPERSEDED_ON = "case when f.superseded_on <= $known_on then f.superseded_on end"
# The columns of a figure as it stood on the day, by their names.
COLUMNS = {
    "is_standing": f"coalesce({STANDING}, false)",
    "is_superseded": f"coalesce({SUPERSEDED}, false)",
    "superseded_on": SUPERSEDED_ON,
    "is_retracted": f"coalesce({RETRACTED}, false)",
    "retracted_on": f"case when {RETRACTED} then f.retracted_on end",
}
# Of ranges, which end on the day on which another begins.
RANGE_CONDITIONS = {
    "standing": "(f.valid_to_on is null or f.valid_to_on > $known_on)",
    "superseded": "f.valid_to_on <= $known_on",
}
