"""The tabs of a measure page: each tab's title, how to read it, its chart and its words. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.charts import map_text, maps, ranges, timeline
from dashboard.charts.series import chart as series_chart
from dashboard.charts.theme import Theme
from dashboard.charts.timeline import History
from dashboard.charts.world import chart as world_chart
from dashboard.charts.world import tints
from dashboard.request.view import View
from dashboard.sections.measure_data import MeasurePage
from dashboard.sections.over_time import compared
from dashboard.text import datasets, findings, searched, sentences

MOST_NAMED = 12
EMPTY = {"data": [], "layout": {"height": 1}}
# The tabs that set numbers beside each other: their labels, and their titles where there is nothing to find.
COMPARED = {
    "years": ("By year", "Years by source"),
    "stack": ("Stacked", "Events by their parts"),
    "against": ("Source against source", "Two sources against each other"),
}
NO_COURSE = "No source told more than one number of one scope: the numbers are in the table."
APART = "Panels count different things: compare only within a panel."


@dataclass(frozen=True)
class Tab:
    """One tab: what it is called, how it is read, its chart for a look (None for the table) and its sentences.

    `histories` are the ranges it shows from day to day; None where its rows are figures.
    """

    label: str
    title: str
    how: str
    draw: Callable[[MeasurePage, Theme], dict[str, Any]] | None
    tell: Callable[[MeasurePage], list[str]]
    histories: Callable[[MeasurePage], list[History]] | None = None


def _chart(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
    return ranges.range_chart(measure_page.panels, measure_page.marks, theme)


def _over_time(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
    return series_chart.chart(measure_page.series.drawn, look(measure_page, theme))


def look(measure_page: MeasurePage, theme: Theme) -> series_chart.Look:
    """Return what the series of a measure page have in common."""
    # Silence on days that nobody searched says nothing: no dots are drawn there.
    searched_until = searched.until(measure_page.episode)
    until = min(measure_page.day, searched_until) if searched_until else measure_page.day
    return series_chart.Look(theme, measure_page.marks, until, measure_page.noun)


def _compared(name: str) -> Tab:
    """Return a tab that sets numbers beside each other."""
    kind = compared.KINDS[name]
    label, title = COMPARED[name]

    def draw(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
        found = measure_page.compared
        return kind.draw(found, look(measure_page, theme)) if found else EMPTY

    def tell(measure_page: MeasurePage) -> list[str]:
        return kind.words(measure_page.compared, measure_page.noun) if measure_page.compared else [kind.none]

    return Tab(label, title, "", draw, tell)


def _tell_series(measure_page: MeasurePage) -> list[str]:
    return [findings.in_words(each, measure_page.noun) for each in measure_page.series.drawn]


def _as_known(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
    until = searched.until(measure_page.episode)
    return timeline.over_time_chart(measure_page.histories, measure_page.day, theme, searched_until=until)


def _tell_time(measure_page: MeasurePage) -> list[str]:
    return [
        *timeline.in_words(measure_page.histories),
        timeline.left_out(measure_page.panels, measure_page.histories),
        searched.shaded(measure_page.episode, measure_page.day),
    ]


def _map(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
    if measure_page.world:
        return world_chart.chart(measure_page.world, theme)
    return maps.map_chart(measure_page.panels, measure_page.places, theme)


def _tell_map(measure_page: MeasurePage) -> list[str]:
    if measure_page.world:
        return tints.in_words(measure_page.world)
    return [
        *map_text.in_words(measure_page.panels, measure_page.places),
        map_text.left_out(measure_page.panels, measure_page.places),
    ]


def _multiples(by: str) -> Tab:
    """Return the small multiples by population or by place."""
    noun = {"population": "group of people", "place": "place"}[by]

    def chosen(measure_page: MeasurePage) -> list[History]:
        return timeline.widest(measure_page.histories, by)

    def draw(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
        until = searched.until(measure_page.episode)
        return timeline.over_time_chart(
            chosen(measure_page), measure_page.day, theme, is_shared=True, searched_until=until
        )

    def tell(measure_page: MeasurePage) -> list[str]:
        return [
            *timeline.in_words(chosen(measure_page)),
            timeline.not_drawn(measure_page.histories, chosen(measure_page), by),
        ]

    return Tab(
        f"By {by}", f"Each {noun} side by side",
        f"A panel is the widest scope of one {noun}, from day to day. All panels have one scale; groups may contain "
        "each other, so never add them up.", draw, tell, chosen,
    )  # fmt: skip


TABS = {
    "time": Tab(
        "Over time", "How many, by the day counted", "", _over_time, _tell_series,
    ),
    **{name: _compared(name) for name in COMPARED},
    "chart": Tab(
        "Figure by figure", "Who reported how many", f"A row is one figure of one source. {APART}", _chart,
        lambda measure_page: sentences.in_words(measure_page.panels),
    ),
    "populations": _multiples("population"),
    "places": _multiples("place"),
    "map": Tab("Map", map_text.TITLE, map_text.HOW, _map, _tell_map),
    "table": Tab(
        "Table", "The figures", "The rows of the chart, in its order.", None,
        lambda measure_page: sentences.in_words(measure_page.panels),
    ),
}  # fmt: skip


# "Over time" by the days on which it became known.
AS_KNOWN = Tab(
    "Over time", "The range from day to day",
    "A step is the range as known from the day it changed; dashed after the day it counts up to. " + APART,
    _as_known, _tell_time, lambda measure_page: measure_page.histories,
)  # fmt: skip


def tab_of(view: View) -> Tab:
    """Return the tab of a view."""
    return AS_KNOWN if view.tab == "time" and not view.is_over_time else TABS[view.tab]


def drawn(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
    """Return the chart of a measure page's tab; an empty one where it is a table."""
    draw = tab_of(measure_page.view).draw
    return draw(measure_page, theme) if draw else EMPTY


def offered(measure_page: MeasurePage) -> dict[str, Tab]:
    """Return the tabs that the data of a view allow, and the one it asks for."""
    view = measure_page.view
    # To set a source against another is to look beyond the one of the filter.
    rows = {name: measure_page.offer.matching(view, "source" if name == "against" else "") for name in COMPARED}
    return {
        name: tab for name, tab in TABS.items()
        if name == view.tab or name not in COMPARED or compared.KINDS[name].is_offered(rows[name])
    }  # fmt: skip


def is_bare(measure_page: MeasurePage) -> bool:
    """Whether there are figures, and this tab draws none of them."""
    if measure_page.view.is_compared:
        return bool(measure_page.panels and not measure_page.compared)
    if measure_page.view.is_over_time:
        return bool(measure_page.panels and not measure_page.series.drawn)
    histories = tab_of(measure_page.view).histories
    return bool(measure_page.panels and histories and not histories(measure_page))


def title(measure_page: MeasurePage) -> tuple[str, str]:
    """Return the title of a view's chart, over time its finding in a sentence, and what is counted or how to read."""
    tab, drawn_series = tab_of(measure_page.view), measure_page.series.drawn
    if measure_page.world:
        return tints.finding(measure_page.world, measure_page.noun), tints.HOW
    if measure_page.view.is_compared and measure_page.compared:
        kind = compared.KINDS[measure_page.view.tab]
        return kind.finding(measure_page.compared, measure_page.noun), kind.subtitle(measure_page.compared)
    if not measure_page.view.is_over_time:
        found = sentences.finding(measure_page.panels)
        return (found, f"{tab.title}. {tab.how}") if found else (tab.title, tab.how)
    if not drawn_series:
        return tab.title, NO_COURSE
    return findings.finding(drawn_series[0], measure_page.noun), findings.subtitle(drawn_series[0])


def source_line(measure_page: MeasurePage) -> str:
    """Return who stands behind a chart: the sources drawn, and the data sets or the record they were read in."""
    names = list(dict.fromkeys(line.name for each in measure_page.series.drawn for line in each.lines))
    if measure_page.view.is_compared and measure_page.compared:
        names = list(compared.KINDS[measure_page.view.tab].speakers(measure_page.compared).values())
    if not names:
        return tints.beside(measure_page.world) if measure_page.world else ""
    named = ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
    read_in = datasets.credit(measure_page.credits) if measure_page.credits else "Read in news documents by On Record."
    return f"Sources: {named}. {read_in}"


def told(measure_page: MeasurePage) -> list[str]:
    """Return the chart of a measure page's tab as sentences."""
    return [sentence for sentence in tab_of(measure_page.view).tell(measure_page) if sentence]
