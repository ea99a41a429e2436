"""The state of a view as its address says it: parsed against what exists, never trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from dashboard.errors import NotRecordedError
from dashboard.request import as_of, period

PLACED_BY = ("reported", "period")
SCALES = ("linear", "log")
CLAIMS = ("in", "out")
# Tabs that set numbers beside each other by the days they speak of.
COMPARED = ("years", "stack", "against")
TABS = ("time", *COMPARED, "chart", "populations", "places", "map", "table")
# The clock of the charts over time: the days that numbers count, or the days on which they became known.
CLOCKS = ("counted", "known")
EMBEDDED = ("0", "1")
# A screen holds a dozen figures; who must scroll past hundreds is better served by filters or a file.
ROWS = ("30", "240")
# What narrows the figures shown; each is an id of the publication, or absent for all.
FILTERS = ("place", "population", "cause", "counting", "source", "claim_about")
DEFAULTS = {
    "by": PLACED_BY[0], "scale": SCALES[0], "party_claims": CLAIMS[0], "tab": TABS[0], "embed": EMBEDDED[0],
    "rows": ROWS[0], "clock": CLOCKS[0],
}  # fmt: skip
LONGEST = 200


@dataclass(frozen=True)
class View:
    """What the reader chose: ids, how rows are placed, the scale, and the figure that is open (or None).

    The measure is the page's path and in no query string. A filter that is None lets everything through; a place or
    population "within.ID" lets ID and all within it through; `claim_about` lets through the claims of parties about
    their own, their enemy's or others' losses or deeds and nothing else. `known_on` is the day as known on which
    all is shown (YYYY-MM-DD), None for the latest; `party_claims` are in or out; `hedge_convention` is how vague
    numbers are read, None for the publication's own; `embed` is "1" on somebody else's page; `rows` is how many
    figures are shown at most; `recorded_on` is the day as recorded on (YYYY-MM-DD), None for now. `period` lets
    through what speaks of days within it (request/period.py), None for all; `clock` is what charts over time are
    drawn by; `against` is the source that another is set against, None for the one with most in common.
    """

    episode: str
    measure: str
    by: str = "reported"
    scale: str = "linear"
    figure: str | None = None
    place: str | None = None
    population: str | None = None
    cause: str | None = None
    counting: str | None = None
    source: str | None = None
    claim_about: str | None = None
    party_claims: str = "in"
    known_on: str | None = None
    tab: str = TABS[0]
    hedge_convention: str | None = None
    embed: str = "0"
    rows: str = ROWS[0]
    recorded_on: str | None = None
    period: str | None = None
    clock: str = CLOCKS[0]
    against: str | None = None

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and last day of its period, None where it has none."""
        return period.parse(self.period) if self.period else None

    @property
    def is_over_time(self) -> bool:
        """Whether it is told by the days that numbers speak of: a way of its own, of series and not of figures."""
        return self.tab == "time" and self.clock == "counted"

    @property
    def is_compared(self) -> bool:
        """Whether its tab sets numbers beside each other by the days they speak of."""
        return self.tab in COMPARED

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by name."""
        return {name: value for name in FILTERS if (value := getattr(self, name)) is not None}


def values(search: object) -> dict[str, str]:
    """Return the first value of each name in `?a=b&c=d`; anything that is not such a text asks for nothing."""
    if not isinstance(search, str):
        return {}
    try:
        pairs = parse_qs(search.lstrip("?")[:2000], max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0][:LONGEST] for name, values in pairs.items()}


def parse(
    search: object,
    episodes: Sequence[str],
    measures: Sequence[str],
    held: Mapping[str, Sequence[str]] | None = None,
    days: Sequence[str] = (),
    conventions: Sequence[str] = (),
) -> tuple[View, list[str]]:
    """Return the view an address asks for, and a sentence for each value that does not exist.

    Such a value is replaced by the first of `episodes` or `measures` (neither may be empty), or by the default. `held`
    are the values each filter may take, `days` the days (YYYY-MM-DD, in order) on which something was published,
    `conventions` the hedge conventions of the publication, its own first.
    """
    asked, problems = values(search), []

    def choose(name: str, allowed: Sequence[str]) -> str:
        value = asked.get(name)
        if value is not None and value not in allowed:
            problems.append(f"There is no {name} “{value}” here; showing “{allowed[0]}” instead.")
        return value if value in allowed and value is not None else allowed[0]

    def narrow(name: str, of: Mapping[str, Sequence[str]]) -> str | None:
        value = asked.get(name)
        if value is None or value in of.get(name, ()):
            return value
        problems.append(f"There is no {name} “{value}” here; this filter is left out.")
        return None

    view = View(
        episode=choose("episode", episodes),
        measure=choose("measure", measures),
        by=choose("by", PLACED_BY),
        scale=choose("scale", SCALES),
        party_claims=choose("party_claims", CLAIMS),
        tab=choose("tab", TABS),
        figure=asked.get("figure") or None,
        embed=choose("embed", EMBEDDED),
        rows=choose("rows", ROWS),
        clock=choose("clock", CLOCKS),
        period=_period(asked.get("period"), problems),
    )
    narrowed: dict[str, Any] = {name: narrow(name, held or {}) for name in FILTERS}
    held_sources = {"against": (held or {}).get("source", ())}
    against = narrow("against", held_sources)
    convention = choose("hedge_convention", conventions) if conventions else None
    on = requested_day(search, days)
    if on is None and "known_on" in asked:
        problems.append(f"Nothing can be shown as known on “{asked['known_on']}”; showing what is known now.")
    read_by = None if convention is None or convention == conventions[0] else convention
    day, problem = _recorded_on(search)
    shown = replace(view, known_on=on, hedge_convention=read_by, recorded_on=day, against=against, **narrowed)
    return shown, [*problems, *problem]


def _period(text: str | None, problems: list[str]) -> str | None:
    """Return a period where it is one; else a problem is added."""
    try:
        return text if text and period.parse(text) else None
    except period.BadPeriodError as reason:
        problems.append(f"“{text}” is no period; this filter is left out. {reason}")
        return None


def _recorded_on(search: object) -> tuple[str | None, list[str]]:
    """Return the day as recorded on that an address names, and a sentence where it is none."""
    try:
        day = as_of.requested(search)
    except NotRecordedError as reason:
        return None, [str(reason)]
    return day.isoformat() if day else None, []


def today() -> str:
    """Return the day it is (UTC, YYYY-MM-DD): nobody knows what will be known later."""
    return datetime.now(UTC).date().isoformat()


def requested_day(search: object, days: Sequence[str]) -> str | None:
    """Return the day an address names, where something had been published by then; else None.

    A day between two of them, or after the last up to today, is as good as they are: what was known on it is what was
    known on the one before.
    """
    try:
        day = date.fromisoformat(values(search).get("known_on", "")).isoformat()
    except ValueError:
        return None
    return day if days and days[0] <= day <= max(days[-1], today()) else None


def requested_episode(search: object) -> str | None:
    """Return the episode an address names, existing or not: the measures on offer depend on it."""
    return values(search).get("episode")


def address(view: View, **changes: str | None) -> str:
    """Return the query string of a view with some values changed; defaults are left out to keep addresses short."""
    changed = vars(view) | changes
    return "?" + urlencode(
        {k: v for k, v in changed.items() if v is not None and v != DEFAULTS.get(k) and k != "measure"}
    )
