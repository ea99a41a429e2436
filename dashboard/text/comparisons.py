"""Numbers side by side, in words: years by source, parts of a sum, one source against another. Pure.

Not here: which numbers those are (sections/over_time/), and how they are drawn (charts/series/).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard import wording
from dashboard.text import findings, formatting
from dashboard.text.series import INCIDENT, Line, Point, Row, Series

# Two numbers that differ by no more than this share of the lower one lie within the band of a chart of two sources.
NEAR = 0.1
YEARS_HOW = (
    "A bar is what a source states for a year; what is between two sources is shaded. Years of a source are never "
    "added up."
)
STACK_HOW = (
    "Parts of one source that share nobody; a mark is its total as stated, which they need not make up. Sources are "
    "never stacked on each other."
)


@dataclass(frozen=True)
class Ranked:
    """One place in a year: its row in words, and what each source says of it."""

    row: Row
    points: Mapping[str, Point]

    @property
    def most(self) -> float:
        """Its greatest number."""
        return max(point.value for point in self.points.values())


@dataclass(frozen=True)
class Years:
    """One scope by year and source, and in one year the places that are counted in the same way.

    `ranking` is in the order of the numbers, `place_count` how many places there are in all.
    """

    series: Series
    year: int
    ranking: tuple[Ranked, ...]
    place_count: int

    @property
    def names(self) -> dict[str, str]:
        """The names of its sources by their ids, and of those of its ranking."""
        return {line.voice_id: line.name for line in self.series.lines}


@dataclass(frozen=True)
class Gap:
    """A year in which several sources have a number: the lowest and the highest, with whose they are."""

    year: int
    low: tuple[Line, Point]
    high: tuple[Line, Point]

    @property
    def size(self) -> float:
        """How far they are apart."""
        return self.high[1].value - self.low[1].value


def gaps(series: Series) -> list[Gap]:
    """Return the years in which several sources have a number, in their order."""
    by_year: dict[int, list[tuple[Line, Point]]] = {}
    for line in series.lines:
        for point in line.points:
            by_year.setdefault(point.start.year, []).append((line, point))
    found = []
    for year, said in sorted(by_year.items()):
        if len({line.voice_id for line, _ in said}) > 1:
            in_order = sorted(said, key=lambda each: each[1].value)
            found.append(Gap(year, in_order[0], in_order[-1]))
    return found


def of_years(years: Years, noun: str) -> str:
    """Return the finding of years by source: the latest, and when the sources were farthest apart."""
    told = findings.finding(years.series, noun)
    found = gaps(years.series)
    widest = max(found, key=lambda gap: gap.size, default=None)
    if widest is None or not widest.size:
        return told
    (low_line, low), (high_line, high) = widest.low, widest.high
    return (
        f"{told} Farthest apart in {widest.year}: {wording.number(low.value)} ({low_line.said}) and "
        f"{wording.number(high.value)} ({high_line.said})."
    )


def years_in_words(years: Years, noun: str) -> list[str]:
    """Return years by source as text: the finding, each year in which several speak, then the places."""
    told = [findings.in_words(years.series, noun)]
    told += [
        f"{gap.year}: {gap.low[0].name} {wording.number(gap.low[1].value)}, {gap.high[0].name} "
        f"{wording.number(gap.high[1].value)}, apart by {wording.number(gap.size)}." for gap in gaps(years.series)
    ]  # fmt: skip
    ranked = "; ".join(f"{each.row['place_name']}: {told_of(each.points, years.names)}" for each in years.ranking)
    return [*told, f"{ranking_title(years)}: {ranked}."] if ranked else told


def told_of(points: Mapping[str, Point], names: Mapping[str, str]) -> str:
    """Return what sources say of one place, in the order of their numbers."""
    in_order = sorted(points.items(), key=lambda each: -each[1].value)
    return ", ".join(f"{findings.number(point)} ({names.get(voice, voice)})" for voice, point in in_order)


def ranking_title(years: Years) -> str:
    """Say what a ranking is of: how many of how many places, in which year."""
    shown = len(years.ranking)
    of = f"{shown} of {years.place_count:,} places" if shown < years.place_count else wording.plural(shown, "place")
    return f"{years.year}, {of}, the largest number first"


@dataclass(frozen=True)
class Stack:
    """The events of one source in one place, added up by span, and parts of them that share nobody.

    `total` is the sum as the source has it, `by` what its parts are told apart by, `names` what each is called;
    `left_count` parts beside these are not shown; `narrowed` says of each number
    of each part which figures it is made of. Without `has_total` its source gives no such sum, and `total` says only
    what is counted.
    """

    total: Series
    by: str
    parts: tuple[Series, ...]
    names: tuple[str, ...]
    left_count: int = 0
    has_total: bool = True
    narrowed: tuple[tuple[Mapping[str, str], ...], ...] = ()

    @property
    def line(self) -> Line:
        """The total of its source."""
        return self.total.lines[0]


def of_stack(stack: Stack, noun: str) -> str:
    """Return the finding of a stack: when most, and of whom."""
    row, span = stack.total.row, stack.total.span
    what = formatting.capitalised(findings.whom(row, noun, findings.where_of(row)))
    cause = formatting.cause(row)
    what += f" ({cause})" if cause else ""
    if not stack.has_total:
        named = [(point, name) for part, name in _named(stack) for point in part.lines[0].points]
        top, name = max(named, key=lambda each: (each[0].value, each[0].end))
        said = f"{findings.number(top)} ({stack.line.said}; {_within_sentence(stack, name)})"
        return f"{what}: most by one {BY[stack.by]} {findings.when(top, span)}, {said}."
    top = max(stack.line.points, key=lambda point: (point.value, point.end))
    parts = [
        f"{wording.number(point.value)} {_within_sentence(stack, name)}"
        for part, name in _named(stack)
        for point in part.lines[0].points
        if point.start == top.start
    ]
    told = f": {', '.join(parts)}" if parts else ""
    return f"{what}: most {findings.when(top, span)}, {findings.number(top)} ({stack.line.said}){told}."


def _within_sentence(stack: Stack, name: str) -> str:
    return f"in {name}" if stack.by == "place" else formatting.lowered(name)


def _named(stack: Stack) -> list[tuple[Series, str]]:
    return list(zip(stack.parts, stack.names, strict=True))


DYAD = ("fighters_side_a", "fighters_side_b")
BY = {"population": "group", "cause": "cause", "actor": "side", "place": "place"}


def stack_subtitle(stack: Stack) -> str:
    """Return what is stacked and how."""
    left = f" {wording.plural(stack.left_count, 'smaller part')} not shown." if stack.left_count else ""
    # Who fights on which side differs from event to event.
    is_of_sides = any(part.row["population_id"] in DYAD for part in stack.parts)
    left += " Sides a and b are other groups from event to event." if is_of_sides else ""
    further = findings.beyond(stack.total)
    left += f" {formatting.capitalised(further)}." if further else ""
    return (
        f"{stack.total.title}: events added up {findings.EACH[stack.total.span]}, by {BY[stack.by]}.{left} {STACK_HOW}"
    )


def stack_in_words(stack: Stack, noun: str) -> str:
    """Return a stack as text: its finding, then its parts with their first and last days."""
    told = [
        f"{name}: {wording.plural(len(part.lines[0].points), stack.total.span)} with events, "
        f"{wording.days(part.first_on, part.counted_to_on)}" for part, name in _named(stack)
    ]  # fmt: skip
    return f"{of_stack(stack, noun)} {'; '.join(told)}."


@dataclass(frozen=True)
class Dot:
    """What two sources say of the same: its row in words, the days, both numbers; or one number told twice."""

    row: Row
    span: str
    x: Point
    y: Point
    is_counted_twice: bool = False

    @property
    def ratio(self) -> float:
        """How many times the lower number the higher one is; infinite where one of them is nobody."""
        low, high = sorted((self.x.value, self.y.value))
        if high == low:
            return 1.0
        return high / low if low > 0 else float("inf")

    @property
    def is_near(self) -> bool:
        """Whether both are within a tenth of each other."""
        return self.ratio <= 1 + NEAR

    @property
    def title(self) -> str:
        """What it is of, in words."""
        return f"{self.row['place_name'] or self.row['place_id']}, {findings.moment(self.y, self.span)}"


@dataclass(frozen=True)
class Pair:
    """Two sources and all they both have a number of; `others` are pairs that may be asked for, with their names."""

    x_id: str
    y_id: str
    x_name: str
    y_name: str
    dots: tuple[Dot, ...]
    others: tuple[tuple[str, str, str], ...] = ()

    @property
    def drawn(self) -> list[Dot]:
        """Those that a log axis has a place for: neither is nobody."""
        return [dot for dot in self.dots if dot.x.value > 0 and dot.y.value > 0]


def of_pair(pair: Pair) -> str:
    """Return the finding of two sources: how many of their numbers are near each other, and who says more."""
    count = len(pair.dots)
    near = sum(dot.is_near for dot in pair.dots)
    more_x = sum(dot.x.value > dot.y.value for dot in pair.dots)
    more_y = sum(dot.y.value > dot.x.value for dot in pair.dots)
    names = f"{formatting.with_article(pair.x_name)} and {formatting.with_article(pair.y_name)}"
    both = f"Of {wording.plural(count, 'number')} that {names} both give, {near:,} lie within 10 % of each other"
    says = f"{formatting.with_article(pair.x_name)} says more {wording.plural(more_x, 'time')}"
    return f"{both}; {says}, {formatting.with_article(pair.y_name)} {wording.plural(more_y, 'time')}."


def pair_subtitle(pair: Pair) -> str:
    """Return what a dot is, how both axes are, and what is not drawn or is one count told twice."""
    told = [
        "A dot is one group of people in one place, counted up to one day, or over the same days, by both. On the line "
        "both say the same; the band is 10 % to either side. Both axes are logarithmic."
    ]
    twice = sum(dot.is_counted_twice for dot in pair.dots)
    if twice:
        told.append(f"{twice:,} hollow: one count that both tell.")
    left = len(pair.dots) - len(pair.drawn)
    if left:
        told.append(f"{left:,} not drawn, since one of both says nobody.")
    return " ".join(told)


def apart(dots: Sequence[Dot]) -> list[Dot]:
    """Return dots in the order of how far both numbers are apart, by their ratio."""
    return sorted(dots, key=lambda dot: (-dot.ratio, -max(dot.x.value, dot.y.value), str(dot.title)))


def pair_in_words(pair: Pair, most: int = 8) -> list[str]:
    """Return two sources as text: the finding, then those of their numbers that are farthest apart."""
    return [of_pair(pair), *(
        f"{dot.title}: {pair.x_name} {findings.number(dot.x)}, {pair.y_name} {findings.number(dot.y)}."
        for dot in apart(pair.dots)[:most] if dot.ratio > 1
    )]  # fmt: skip


def is_whole_year(point: Point) -> bool:
    """Whether a number is of one whole year, or stood at a moment of one."""
    start, end = point.start, point.end
    return start.year == end.year and (start == date(start.year, 1, 1) or start == end)


def has_years(row: Row) -> bool:
    """Whether a scope may be told by year: a running count is of no year."""
    return row["counting"] in ("stock", "period", INCIDENT)
