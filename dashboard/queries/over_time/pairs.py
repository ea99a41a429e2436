"""What two sources both have a number of: range_over_time beside itself. A cursor in, rows out."""

from dataclasses import replace
from typing import Any

from dashboard.publication.cache import Cursor, dicts
from dashboard.queries import datasets
from dashboard.queries.over_time.series import POINT, SERIES, TABLE, lets_through, source
from dashboard.request import period
from dashboard.request.view import View

NUMBERS = ("low", "value_stated", "high", "report_count", "report_id", "has_convention", "source_id", "span_start_on",
           "span_end_on")  # fmt: skip
# Running counts and stocks up to one day, windows of the same days, events of one month.
SPANS = {"cumulative": "day", "stock": "day", "period": "window", "incident": "month"}


def pairs(cursor: Cursor, view: View, x: str, y: str) -> list[dict[str, Any]]:
    """Select the numbers that two voices both have. One row per series, span and days.

    What of them is the first's begins with x_, the second's with y_. Of a period that is not of whole months no sums
    of months.
    """
    if not datasets.has(cursor, TABLE):
        return []
    table, where, bound = source(cursor, replace(view, source=None), ("day", "month"))
    of_spans = " or ".join(f"(f.counting = '{counting}' and f.span = '{span}')" for counting, span in SPANS.items()
                           if span != "month" or not view.days or period.is_of_months(view.days))  # fmt: skip
    kept = ", ".join(f"f.{name}" for name in (*SERIES, *POINT))
    columns = [*(f"a.{name}" for name in SERIES), "a.span"]
    columns += [f"{side}.{name} as {as_}_{name}" for side, as_ in (("a", "x"), ("b", "y")) for name in NUMBERS]
    same = " and ".join(f"a.{name} is not distinct from b.{name}" for name in SERIES)
    sql = f"""
        with f as (select {kept} from {table} as f
            where {" and ".join(where)} and ({of_spans}) and (f.voice_id = $x or f.voice_id = $y))
        select {", ".join(columns)} from f as a inner join f as b on {same} and a.span = b.span
            and (a.span = 'month' or a.span_end_on = b.span_end_on)
            and (a.span = 'day' or a.span_start_on = b.span_start_on)
        where a.voice_id = $x and b.voice_id = $y
    """
    through = lets_through(cursor, view)
    of_view = {"episode_id": view.episode, "measure_id": view.measure}
    found = [of_view | row for row in dicts(cursor, sql, bound | {"x": x, "y": y})]
    return [row for row in found if all(through(row | {"voice_id": voice}) for voice in (x, y))]
