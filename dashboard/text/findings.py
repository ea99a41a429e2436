"""What a chart over time shows, as the sentence above it: its finding; and below it what is counted, by whom. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard import wording
from dashboard.text import formatting
from dashboard.text.series import INCIDENT, RUNNING, STOCK, WINDOW, Line, Point, Series, drops

EACH = {"day": "each day", "week": "each week", "month": "each month", "year": "each year", "window": "each window"}
MOST_NAMED = 3


def whom(row: formatting.Row, noun: str) -> str:
    """Return what is counted with whom it is: "children killed", "people injured"; acts are done to nobody."""
    population = row["population_name"]
    if not formatting.counts_people(row) or row["population_id"] == "all" or not population:
        return noun
    name = str(population) if population[1:2].isupper() else population[:1].lower() + population[1:]
    if row["measure_id"] == "displaced":
        # Internally displaced people, refugees and returnees say themselves that they are.
        return str(name)
    return noun.replace("people", name, 1) if noun.startswith("people ") else f"{noun} ({name})"


def where_of(row: formatting.Row) -> str:
    """Return the place of a series within a sentence. Who fled a place is not in it."""
    place = row["place_name"] or row["place_id"]
    return {"from": f"who left {place}", "to": f"who came to {place}"}.get(row.get("place_role") or "", f"in {place}")


def number(point: Point) -> str:
    """Return a number in words: the stated one, with its reading where that is wider; "200 or more"."""
    reading = formatting.interval(point.low, point.high)
    if point.stated is None or (point.low, point.high) == (point.stated, point.stated):
        return reading
    if point.high is None:
        return f"{wording.number(point.stated)} or more"
    return f"{wording.number(point.stated)} ({reading})"


def _joined(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMED:
        return f"{len(names)} sources"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def finding(series: Series, noun: str) -> str:
    """Return the sentence that says what a series shows; what is counted, where, how many, up to when, by whom."""
    row = series.row
    what = f"{whom(row, noun)} {where_of(row)}"
    cause = formatting.cause(row)
    what += f" ({cause})" if cause else ""
    told = {RUNNING: _running, STOCK: _stock}.get(series.counting, _sums)
    twice = " One count, told by two of its sources." if series.is_told_twice else ""
    return formatting.capitalised(told(series, what)) + twice


def _span(lines: Sequence[Line]) -> str:
    points = [line.last for line in lines]
    if len(points) == 1:
        return number(points[0])
    lowest, highest = min(point.lowest for point in points), max(point.highest for point in points)
    if any(point.high is None and point.stated is not None for point in points):
        # "More than 200" is what was said; 201 is only where our reading of it begins.
        lowest = min(lowest, *(point.value for point in points))
    return formatting.envelope(
        lowest, highest, between=" to ", is_open_above=any(point.high is None for point in points),
        is_open_below=any(point.low is None and point.stated is None for point in points),
    )  # fmt: skip


def _running(series: Series, what: str) -> str:
    current = series.current
    names = _joined([line.said for line in current])
    said = f"{_span(current)} {what}, counted up to {wording.day(series.counted_to_on)} by {names}"
    silent = [line for line in series.lines if series.is_silent(line)]
    if silent:
        first = silent[0]
        more = f", and {wording.plural(len(silent) - 1, 'more source')} before" if len(silent) > 1 else ""
        said += f"; {first.said} stopped at {number(first.last)} on {wording.day(first.last.end)}{more}"
    return f"{said}."


def _stock(series: Series, what: str) -> str:
    same = [line for line in series.lines if line.last.end == series.counted_to_on]
    names = _joined([line.said for line in same])
    said = f"{_span(same)} {what} on {wording.day(series.counted_to_on)}, by {names}"
    first = series.lines[0].points[0]
    if len(same) == 1 and len(series.lines) > 1:
        other = series.lines[1]
        said += f"; {other.said}: {number(other.last)} on {wording.day(other.last.end)}"
    elif first.end < series.counted_to_on and len(series.lines) == 1:
        said += f", after {number(first)} on {wording.day(first.end)}"
    return f"{said}."


def _sums(series: Series, what: str) -> str:
    best, top = max(
        ((line, point) for line in series.lines for point in line.points),
        key=lambda each: (each[1].value, each[1].end),
    )
    when = moment(top, series.span)
    shown = wording.days(series.first_on, series.counted_to_on)
    return f"Most {what} in {when}: {number(top)}, by {best.said}; shown: {shown}."


def moment(point: Point, span: str) -> str:
    """Return the days of a number as a span is called: 5 March 2024, the week of it, March 2024, 2024."""
    if span == "month":
        return formatting.month(point.start)
    if span == "year" or _is_year(point):
        return str(point.start.year)
    if span == "week":
        return f"the week of {wording.day(point.start)}"
    return wording.days(point.start, point.end)


def _is_year(point: Point) -> bool:
    return (point.start, point.end) == (date(point.start.year, 1, 1), date(point.start.year, 12, 31))


def subtitle(series: Series) -> str:
    """Return what is counted, and how it is drawn."""
    how = {
        RUNNING: "running count, a step for each new number",
        STOCK: "how many at one time, joined from number to number",
        WINDOW: "a bar over the days that a number is of",
        INCIDENT: f"events added up {EACH.get(series.span, '')}",
    }
    longer = series.longer_count
    lasted = f"; {wording.plural(longer, 'event')} lasted into another month and stand where they began"
    further = lasted if longer else ""
    return f"{series.title}: {how.get(series.counting, '')}{further}".rstrip(": ")


def in_words(series: Series, noun: str) -> str:
    """Return a series as text: its finding, then each source's first and last number and where it revised itself."""
    return f"{finding(series, noun)} {'; '.join(_line(line, series) for line in series.lines)}."


def _line(line: Line, series: Series) -> str:
    first, last = line.points[0], line.last
    told = f"{line.name}: {number(last)} ({moment(last, series.span)})"
    if len(line.points) > 1:
        told += f", from {number(first)} ({moment(first, series.span)}), {len(line.points):,} numbers"
    fell = drops(line) if series.counting == RUNNING else []
    return told + (f", {wording.plural(len(fell), 'time')} below its own earlier number" if fell else "")


def lone(row: formatting.Row) -> dict[str, Any]:
    """Return what a table says of a row of the catalogue: its latest number, and the days it speaks of.

    Of events added up by year the year.
    """
    point = Point(row["last_from_on"], row["last_on"], row["low"], row["value_stated"], row["high"])
    if row["counting"] == INCIDENT:
        return {"number": number(point), "days": str(row["last_from_on"].year)}
    first = row["last_from_on"] if row["counting"] == WINDOW else None
    return {"number": number(point), "days": wording.days(first, row["last_on"], short=True)}
