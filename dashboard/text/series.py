"""Series of numbers over the days they speak of: one scope without its days, a line for each source. Pure.

Which span a series is told by, which series a page shows first, and what is between its sources. Not here: the queries
(queries/over_time/), the words (findings.py) and how it is drawn (charts/series/).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any

from dashboard.text import formatting

Row = Mapping[str, Any]
KEY = (
    "population_id", "place_id", "cause_id", "actor_id", "counting", "verification", "kind", "place_role", "since_on",
)  # fmt: skip
ANYWHERE = "world"
RUNNING, STOCK, WINDOW, INCIDENT = "cumulative", "stock", "period", "incident"
COUNTING_ORDER = {RUNNING: 0, STOCK: 1, WINDOW: 2, INCIDENT: 3}
SPANS = ("day", "week", "month", "year")
DAYS_OF = {"day": 1, "week": 7, "month": 30, "year": 365}
# More numbers than a screen has room for are told by a longer span: lines in all, bars of each source.
MOST_ON_LINES, MOST_BARS = 3_000, 120
# A running count that stopped no more than a day before another is as good as it (count_lag_days of the models).
LAG, YEARLY = timedelta(days=1), timedelta(days=400)


@dataclass(frozen=True)
class Point:
    """What a source says of some days: low, stated and high (None: open, or not stated), of how many reports.

    `report_id` names the report where it is one; `phrase` is what that says, where it was asked for.
    """

    start: date
    end: date
    low: int | None
    stated: int | None
    high: int | None
    report_count: int = 1
    report_id: str | None = None
    has_convention: bool = False
    phrase: str | None = None

    @property
    def value(self) -> float:
        """The number that is drawn: the stated one, else the middle of the reading, else the end there is."""
        if self.stated is not None:
            return self.stated
        ends = [end for end in (self.low, self.high) if end is not None]
        return sum(ends) / len(ends) if ends else 0

    @property
    def lowest(self) -> float:
        """The low end, or what is stated where it is open."""
        return self.value if self.low is None else self.low

    @property
    def highest(self) -> float:
        """The high end, or what is stated where it is open."""
        return max(self.value, self.lowest) if self.high is None else self.high


@dataclass(frozen=True)
class Line:
    """One source in a series: its numbers in the order of their days; `is_claim`: a party's claim.

    `spoken` is what it is called within a sentence, where that is not its name.
    """

    voice_id: str
    name: str
    points: tuple[Point, ...]
    is_claim: bool = False
    spoken: str = ""

    @property
    def said(self) -> str:
        """Who says it, within a sentence."""
        return f"{self.name}, a party" if self.is_claim else self.spoken or self.name

    @property
    def last(self) -> Point:
        """The latest number."""
        return self.points[-1]


@dataclass(frozen=True)
class Series:
    """A scope without its days: its words (`row`, as formatting.scope reads them), its span and a line for each source.

    `corrections` are the numbers that a newer release of a data set told otherwise; `longer` each source's events that
    reach over several spans, together; `is_counted_twice`: two of its latest numbers are one count.
    """

    row: Row
    span: str
    lines: tuple[Line, ...]
    corrections: tuple[Row, ...] = field(default=(), compare=False)
    longer: tuple[Row, ...] = field(default=(), compare=False)
    is_counted_twice: bool = False

    @property
    def counting(self) -> str:
        """How it counts."""
        return str(self.row["counting"])

    @property
    def is_lines(self) -> bool:
        """Whether it is drawn as lines (counts that stand) or as bars (sums and windows)."""
        return self.counting in (RUNNING, STOCK)

    @property
    def has_course(self) -> bool:
        """Whether more than one number is drawn."""
        return sum(len(line.points) for line in self.lines) > 1

    @property
    def title(self) -> str:
        """The scope in words."""
        return scope_of(self.row)

    @property
    def first_on(self) -> date:
        """The first day that is spoken of."""
        return min(point.start for line in self.lines for point in line.points)

    @property
    def counted_to_on(self) -> date:
        """The last day that is spoken of."""
        return max(line.last.end for line in self.lines)

    def is_silent(self, line: Line) -> bool:
        """Whether a source stopped before the others; who counts once a year has not, half a year after."""
        lag = YEARLY if self.counting == STOCK else LAG
        return line.last.end < self.counted_to_on - lag

    @property
    def current(self) -> list[Line]:
        """The sources that count up to the last day."""
        return [line for line in self.lines if not self.is_silent(line)]


def key_of(row: Row) -> tuple[Any, ...]:
    """Return what tells one series from another."""
    return tuple(row[name] for name in KEY)


def scope_of(row: Row) -> str:
    """Return a series in words: whom, where, how, since when."""
    if row["counting"] == RUNNING:
        return formatting.scope({**row, "period_start_on": row["since_on"], "period_end_on": None})
    words = formatting.scope({**row, "counting": "", "period_start_on": None, "period_end_on": None})
    return words.removesuffix(", day not stated")


@dataclass(frozen=True)
class Listed:
    """A series as the catalogue tells it: its key, its words and the rows of its sources."""

    key: tuple[Any, ...]
    row: Row
    rows: tuple[Row, ...]

    @property
    def report_count(self) -> int:
        """How many reports there are."""
        return sum(row["report_count"] or 0 for row in self.rows)

    @property
    def has_course(self) -> bool:
        """Whether there is more than one number to draw."""
        return sum(row["point_count"] for row in self.rows) > 1 or (
            self.row["counting"] == INCIDENT and self.report_count > 1
        )


def listed(
    catalogue: Iterable[Row], worded: Callable[[Row], Row], places: Mapping[str, int], populations: Mapping[str, int],
    around: Callable[[str], Iterable[str]],
) -> list[Listed]:  # fmt: skip
    """Return the series of a catalogue, what answers the page's question first.

    `worded` gives a row its names, `places` and `populations` say how deep each lies in its tree, `around` which places
    lie around one. Sums of events somewhere in the world are left out, and those of a
    place where a place around it has them too.
    """
    rows = sorted(catalogue, key=lambda row: tuple(map(str, key_of(row))))
    found = [
        Listed(key, worded(group[0]), group)
        for key, group in ((key, tuple(each)) for key, each in groupby(rows, key=key_of))
        # Of events whose place is only "the world" nobody knows which hold which: they are not added up (rule 8).
        if not (group[0]["counting"] == INCIDENT and group[0]["place_id"] == ANYWHERE)
    ]
    kept = _outermost(found, around)
    return sorted(kept, key=lambda each: _order(each, places, populations))


def _outermost(found: Sequence[Listed], around: Callable[[str], Iterable[str]]) -> list[Listed]:
    """Leave out sums of events in a place within another place that has them: the wider sum holds them."""

    def without_place(each: Listed) -> tuple[Any, ...]:
        return (each.key[0], *each.key[2:], frozenset(row["voice_id"] for row in each.rows))

    held = {(each.row["place_id"], without_place(each)) for each in found if each.row["counting"] == INCIDENT}
    return [
        each
        for each in found
        if each.row["counting"] != INCIDENT
        or not any((wider, without_place(each)) in held for wider in around(each.row["place_id"]))
    ]


def _order(each: Listed, places: Mapping[str, int], populations: Mapping[str, int]) -> tuple[Any, ...]:
    """Headline first and background last; totals before parts; what has most sources before what has few."""
    row = each.row
    voices = len(each.rows)
    return (
        not row["is_headline"],
        row["is_background"],
        not each.has_course,
        row["cause_id"] is not None or row["actor_id"] is not None,
        row["verification"] != "reported" or not formatting.is_counted(row),
        populations.get(row["population_id"], 9) > 1,
        COUNTING_ORDER.get(row["counting"], 9),
        -min(voices, 2),
        populations.get(row["population_id"], 9),
        -max(one["most"] or 0 for one in each.rows),
        places.get(row["place_id"], 9),
        tuple(map(str, each.key)),
    )


def span_of(
    each: Listed, days: tuple[date, date] | None, *, is_of_months: bool = True, is_of_years: bool = True
) -> str:
    """Return the shortest span by which a series is still readable; only such as add up to the period asked for."""
    counting = each.row["counting"]
    if counting == WINDOW:
        return "window"
    first = min(row["first_on"] for row in each.rows)
    last = max(row["last_on"] for row in each.rows)
    length = ((min(last, days[1]) - max(first, days[0])) if days else (last - first)).days + 1
    # A week may begin before its period, and a year may end after it.
    fitting = [span for span in SPANS if not days or span == "day" or (span == "month" and is_of_months)
               or (span == "year" and is_of_years)]  # fmt: skip
    if counting == INCIDENT:
        return next((span for span in fitting if length / DAYS_OF[span] <= MOST_BARS), fitting[-1])
    points = sum(row["point_count"] for row in each.rows)
    if points <= MOST_ON_LINES:
        return "day"
    return next((span for span in fitting if length / DAYS_OF[span] * len(each.rows) <= MOST_ON_LINES), fitting[-1])


def lines_of(
    rows: Sequence[Row], names: Callable[[Row], str], is_claim: Callable[[Row], bool] = lambda _: False,
    spoken: Callable[[Row], str] = lambda _: "",
) -> tuple[Line, ...]:  # fmt: skip
    """Return the lines of a series' rows, which lie in the order of their days: first who speaks last, and most.

    Where a source said several numbers of one day, that line has them all. `names` are for labels, `spoken` for
    sentences.
    """
    said: dict[str, list[Point]] = {}
    for row in rows:
        said.setdefault(row["voice_id"], []).append(Point(
            row["span_start_on"], row["span_end_on"], row["low"], row["value_stated"], row["high"],
            row["report_count"] or 1, row["report_id"], bool(row["has_convention"]),
        ))  # fmt: skip
    named = {row["voice_id"]: row for row in rows}
    lines = [
        Line(voice, names(named[voice]), tuple(points), is_claim(named[voice]), spoken(named[voice]))
        for voice, points in said.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.last.end, line.last.value, line.name), reverse=True))


def between(series: Series) -> list[tuple[date, float, float]]:
    """Return, day by day on which something changes, lowest and highest over the sources that count on it.

    A running count stands until its source's next number, a stock moves evenly to it; days with fewer than two sources
    are left out, as (day, nan, nan) where a stretch ends.
    """
    days = sorted({point.end for line in series.lines for point in line.points})
    courses = [_course(line, joined=series.counting == STOCK) for line in series.lines]
    found: list[tuple[date, float, float]] = []
    for day in days:
        spoken = [course(day) for course in courses]
        ends = [each for each in spoken if each is not None]
        if len(ends) > 1:
            found.append((day, min(low for low, _ in ends), max(high for _, high in ends)))
        elif found and found[-1][1] == found[-1][1]:
            found.append((day, float("nan"), float("nan")))
    return found


def _course(line: Line, *, joined: bool) -> Callable[[date], tuple[float, float] | None]:
    """Return what a source counts on a day asked for, in the order of days; None before it begins and after it ends."""
    points, at = line.points, 0

    def on(day: date) -> tuple[float, float] | None:
        nonlocal at
        while at + 1 < len(points) and points[at + 1].end <= day:
            at += 1
        here = points[at]
        if day < here.end or (at == len(points) - 1 and day > here.end):
            return None
        if not joined or day == here.end:
            return here.lowest, here.highest
        after = points[at + 1]
        share = (day - here.end).days / (after.end - here.end).days
        return (here.lowest + share * (after.lowest - here.lowest),
                here.highest + share * (after.highest - here.highest))  # fmt: skip

    return on


def drops(line: Line) -> list[tuple[Point, Point]]:
    """Return each number of a running count below the one before it: its source's own revisions (rule 9)."""
    return [
        (before, after)
        for before, after in pairwise(line.points)
        if after.end > before.end and after.highest < before.lowest
    ]


def quoted(series: Series, phrases: Mapping[str, str]) -> Series:
    """Return a series with the words of some of its reports; `phrases` by report."""
    if not phrases:
        return series

    def worded(point: Point) -> Point:
        phrase = phrases.get(point.report_id or "")
        return replace(point, phrase=phrase) if phrase else point

    return replace(series, lines=tuple(replace(line, points=tuple(map(worded, line.points))) for line in series.lines))


def counted_twice(lines: Sequence[Line], pairs: Collection[frozenset[str]]) -> bool:
    """Whether two of the latest numbers are one count, told by two sources; `pairs` are of such reports."""
    last = [line.last.report_id for line in lines if line.last.report_id]
    return any(frozenset((one, other)) in pairs for one in last for other in last if one != other)


def is_wide(series: Series) -> bool:
    """Whether some number of a series is told as an interval."""
    return any(point.highest > point.lowest for line in series.lines for point in line.points)
