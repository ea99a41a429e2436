"""The tabs that set numbers beside each other, by their names: what each reads, shows, tells and puts in files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.charts.series import against as against_chart
from dashboard.charts.series import stacks as stacks_chart
from dashboard.charts.series import years as years_chart
from dashboard.charts.series.chart import Look
from dashboard.publication.cache import Cursor
from dashboard.request.view import View
from dashboard.sections.over_time import against, stacks, years
from dashboard.text import comparisons
from dashboard.text.comparisons import Pair, Stack, Years
from dashboard.text.series import Row

Compared = Years | Pair | tuple[Stack, ...] | None


@dataclass(frozen=True)
class Kind:
    """One such tab: what it reads, whether the data may allow it, its rows in files; its chart and its words.

    `speakers` are the names of those who speak in it by their ids; `none` is what is said where a view has nothing for
    it.
    """

    read: Callable[[Cursor, View], Any]
    is_offered: Callable[[Sequence[Row]], bool]
    rows: Callable[[Cursor, View], list[dict[str, Any]]]
    draw: Callable[[Any, Look], dict[str, Any]]
    finding: Callable[[Any, str], str]
    subtitle: Callable[[Any], str]
    words: Callable[[Any, str], list[str]]
    speakers: Callable[[Any], dict[str, str]]
    none: str


def _years_subtitle(found: Years) -> str:
    return f"{found.series.title}. {comparisons.YEARS_HOW}"


KINDS = {
    "years": Kind(
        years.read, years.is_offered, years.rows, years_chart.chart, comparisons.of_years, _years_subtitle,
        comparisons.years_in_words, lambda found: found.names,
        "No source has a number of a year here: running counts are of no year.",
    ),
    "stack": Kind(
        stacks.read, stacks.is_offered, stacks.rows, stacks_chart.chart,
        lambda found, noun: comparisons.of_stack(found[0], noun), lambda found: comparisons.stack_subtitle(found[0]),
        lambda found, noun: [comparisons.stack_in_words(each, noun) for each in found],
        lambda found: {each.line.voice_id: each.line.name for each in found},
        "No source tells events here apart by parts that share nobody.",
    ),
    "against": Kind(
        against.read, against.is_offered, against.rows, against_chart.chart,
        lambda found, _: comparisons.of_pair(found), comparisons.pair_subtitle,
        lambda found, _: comparisons.pair_in_words(found),
        lambda found: {found.x_id: found.x_name, found.y_id: found.y_name},
        "No two sources have a number of the same people, place and days here.",
    ),
}  # fmt: skip


def read(cursor: Cursor, view: View) -> Compared:
    """Return what the tab of a view sets beside each other; None for other tabs, and where there is nothing."""
    return KINDS[view.tab].read(cursor, view) or None if view.is_compared else None


def rows(cursor: Cursor, view: View) -> list[dict[str, Any]]:
    """Return every row of the tab of a view, as files tell it; raises KeyError for other tabs."""
    return KINDS[view.tab].rows(cursor, view)
