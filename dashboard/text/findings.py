"""What a chart over time shows, as the sentence above it: its finding; and below it what is counted, by whom. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard import wording
from dashboard.text import formatting, sentences
from dashboard.text.series import INCIDENT, RUNNING, STOCK, WINDOW, Line, Point, Series, drops

EACH = {"day": "each day", "week": "each week", "month": "each month", "year": "each year", "window": "each window"}


def whom(row: formatting.Row, noun: str, where: str = "") -> str:
    """Return what is counted with whom it is, and where: "children killed in Syria"; acts are done to nobody.

    "People killed in Syria whose status is not known": where it was stands with what happened.
    """
    there = f" {where}" if where else ""
    if not formatting.counts_people(row) or row["population_id"] == "all" or not row["population_name"]:
        return noun + there
    before, gap, after = formatting.people(row).partition(formatting.GAP)
    if row["measure_id"] == "displaced":
        # Internally displaced people, refugees and returnees say themselves that they are.
        return f"{before}displaced{there}{after}" if gap else before + there
    if noun.startswith("people "):
        happened = noun.removeprefix("people ")
        return f"{before}{happened}{there}{after}" if gap else f"{before} {happened}{there}"
    return f"{noun} ({before.rstrip()}{after}){there}"


def where_of(row: formatting.Row) -> str:
    """Return the place of a series within a sentence. Who fled a place is not in it."""
    place = formatting.with_article(str(row["place_name"] or row["place_id"]))
    return {"from": f"who left {place}", "to": f"who came to {place}"}.get(row.get("place_role") or "", f"in {place}")


def number(point: Point) -> str:
    """Return a number in words: the stated one, with its reading where that is wider; "200 or more"."""
    reading = formatting.interval(point.low, point.high)
    if point.stated is None or (point.low, point.high) == (point.stated, point.stated):
        return reading
    if point.high is None:
        return f"{wording.number(point.stated)} or more"
    return f"{wording.number(point.stated)} ({reading})"


def said(point: Point) -> str:
    """Return a number as its source said it: “277”, “nearly 300”; of several reports as a number."""
    if point.phrase is None:
        return number(point)
    return sentences.said({**_reading(point), "phrase": point.phrase})


def _reading(point: Point) -> dict[str, Any]:
    return {"reading_low": point.low, "reading_stated": point.stated, "reading_high": point.high}


def told(line: Line, point: Point) -> str:
    """Return a number as its source said it, who that is, and our reading where it is another."""
    read = _read(point).strip(" ()")
    return f"{said(point)} ({line.said}{f'; {read}' if read else ''})"


def _read(point: Point) -> str:
    """Return our reading of a number in brackets, where its source said another: " (read as 258 to 299)"."""
    if point.phrase is None or point.low == point.stated == point.high:
        return ""
    return f" ({sentences.READ_AS} {formatting.interval(point.low, point.high).replace(' – ', ' to ')})"


def cited(series: Series) -> set[str]:
    """Return the reports whose words its finding tells."""
    points = [line.last for line in series.lines]
    points += [series.lines[0].points[0]] if series.counting == STOCK else []
    points += [] if series.is_lines else [_most(series)[1]]
    return {point.report_id for point in points if point.report_id}


def finding(series: Series, noun: str) -> str:
    """Return the sentence that says what a series shows; what is counted, where, how many, up to when, by whom."""
    row = series.row
    what = whom(row, noun, where_of(row))
    cause = formatting.cause(row)
    what += f" ({cause})" if cause else ""
    tell = {RUNNING: _running, STOCK: _stock}.get(series.counting, _sums)
    twice = " One count, told by two of its sources." if series.is_counted_twice else ""
    return formatting.capitalised(tell(series, what)) + twice


def _ends(lines: Sequence[Line]) -> str:
    """Return the lowest and the highest of some latest numbers with who says them, and how many are between them."""
    if len(lines) == 1:
        return told(lines[0], lines[0].last)
    first, *between, last = sorted(lines, key=lambda line: (line.last.value, line.last.highest))
    if said(first.last) == said(last.last):
        names = f"{len(lines)} sources" if between else f"{first.said} and {last.said}"
        return f"{said(first.last)} ({names})"
    more = f", {wording.plural(len(between), 'source')} between them" if between else ""
    return f"from {told(first, first.last)} to {told(last, last.last)}{more}"


def _running(series: Series, what: str) -> str:
    text = f"{what}: {_ends(series.current)}, counted up to {wording.day(series.counted_to_on)}"
    silent = [line for line in series.lines if series.is_silent(line)]
    if silent:
        first = silent[0]
        more = f", and {wording.plural(len(silent) - 1, 'more source')} before" if len(silent) > 1 else ""
        # "SOHR stopped at", but "a report of ANSA, naming nobody, stopped at".
        who = f"{first.said}," if "," in first.said else first.said
        text += f"; {who} stopped at {said(first.last)}{_read(first.last)} on {wording.day(first.last.end)}{more}"
    return f"{text}."


def _stock(series: Series, what: str) -> str:
    same = [line for line in series.lines if line.last.end == series.counted_to_on]
    text = f"{what} on {wording.day(series.counted_to_on)}: {_ends(same)}"
    first = series.lines[0].points[0]
    if len(same) == 1 and len(series.lines) > 1:
        other = series.lines[1]
        text += f"; on {wording.day(other.last.end)} {told(other, other.last)}"
    elif first.end < series.counted_to_on and len(series.lines) == 1:
        text += f", after {said(first)} on {wording.day(first.end)}"
    return f"{text}."


def _most(series: Series) -> tuple[Line, Point]:
    """Return the greatest number of a series, of alike ones the latest, with whose it is."""
    every = ((line, point) for line in series.lines for point in line.points)
    return max(every, key=lambda each: (each[1].value, each[1].end))


def _sums(series: Series, what: str) -> str:
    best, top = _most(series)
    shown = wording.days(series.first_on, series.counted_to_on)
    return f"{what}: most {when(top, series.span)}, {told(best, top)}; shown: {shown}."


def when(point: Point, span: str) -> str:
    """Return the days of a number within a sentence: on 5 March 2024, over 5 – 9 March 2024, in March 2024."""
    named = moment(point, span)
    if span in ("week", "month", "year") or _is_year(point):
        return f"in {named}"
    return f"on {named}" if point.start == point.end else f"over {named}"


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
    further = beyond(series)
    return f"{series.title}: {how.get(series.counting, '')}{f'; {further}' if further else ''}".rstrip(": ")


def beyond(series: Series) -> str:
    """Return what is told of events that reach over several spans, and so are in no bar of one; "" where none does.

    A year has room for them: there they stand where they began. Each source's are told apart and never added.
    """
    names = {line.voice_id: line.name for line in series.lines}
    found = []
    for row in series.longer:
        how_many = wording.plural(row["event_count"], "event")
        who = f" of {names.get(row['voice_id'], row['voice_id'])}" if len(series.longer) > 1 else ""
        first = f"{how_many}{who} that reached into another {series.span}"
        if series.span == "year":
            found.append(f"{first} {'stands' if row['event_count'] == 1 else 'stand'} where begun")
        else:
            together = number(Point(series.first_on, series.first_on, row["low"], row["value_stated"], row["high"]))
            found.append(f"{first}, together {together}, {'is' if row['event_count'] == 1 else 'are'} in no bar")
    return "; ".join(found)


def in_words(series: Series, noun: str) -> str:
    """Return a series as text: its finding, then each source's first and last number and where it revised itself."""
    return f"{finding(series, noun)} {'; '.join(_line(line, series) for line in series.lines)}."


def _line(line: Line, series: Series) -> str:
    first, last = line.points[0], line.last
    text = f"{line.name}: {number(last)} ({moment(last, series.span)})"
    if len(line.points) > 1:
        text += f", from {number(first)} ({moment(first, series.span)}), {len(line.points):,} numbers"
    fell = drops(line) if series.counting == RUNNING else []
    return text + (f", {wording.plural(len(fell), 'time')} below its own earlier number" if fell else "")


def lone(row: formatting.Row) -> dict[str, Any]:
    """Return what a table says of a row of the catalogue: its latest number, and the days it speaks of.

    Of events added up by year the year.
    """
    point = Point(row["last_from_on"], row["last_on"], row["low"], row["value_stated"], row["high"])
    if row["counting"] == INCIDENT:
        return {"number": number(point), "days": str(row["last_from_on"].year)}
    first = row["last_from_on"] if row["counting"] == WINDOW else None
    return {"number": number(point), "days": wording.days(first, row["last_on"], short=True)}
