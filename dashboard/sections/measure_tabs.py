"""The tabs of a measure page: each tab's title, how to read it, its chart and its words. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.charts import map_text, maps, ranges, timeline
from dashboard.charts.theme import Theme, voice_marks
from dashboard.charts.timeline import History
from dashboard.sections.measure_data import MeasurePage
from dashboard.text import searched, sentences

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
    return ranges.range_chart(measure_page.panels, voice_marks(measure_page.voices), theme)


def _over_time(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
    until = searched.until(measure_page.episode)
    return timeline.over_time_chart(measure_page.histories, measure_page.day, theme, searched_until=until)


def _tell_time(measure_page: MeasurePage) -> list[str]:
    return [
        *timeline.in_words(measure_page.histories),
        timeline.left_out(measure_page.panels, measure_page.histories),
        searched.shaded(measure_page.episode, measure_page.day),
    ]


def _map(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
    return maps.map_chart(measure_page.panels, measure_page.places, theme)


def _tell_map(measure_page: MeasurePage) -> list[str]:
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
    "chart": Tab(
        "Chart", "Who reported how many", f"A row is one figure of one source. {APART}", _chart,
        lambda measure_page: sentences.in_words(measure_page.panels),
    ),
    "time": Tab(
        "Over time", "The range from day to day",
        "A step is the range as known from the day it changed; dashed after the day it counts up to. " + APART,
        _over_time, _tell_time, lambda measure_page: measure_page.histories,
    ),
    "populations": _multiples("population"),
    "places": _multiples("place"),
    "map": Tab("Map", map_text.TITLE, map_text.HOW, _map, _tell_map),
    "table": Tab(
        "Table", "The figures", "The rows of the chart, in its order.", None,
        lambda measure_page: sentences.in_words(measure_page.panels),
    ),
}  # fmt: skip


def drawn(measure_page: MeasurePage, theme: Theme) -> dict[str, Any]:
    """Return the chart of a measure page's tab; an empty one where it is a table."""
    draw = TABS[measure_page.view.tab].draw
    return draw(measure_page, theme) if draw else {"data": [], "layout": {"height": 1}}


def told(measure_page: MeasurePage) -> list[str]:
    """Return the chart of a measure page's tab as sentences."""
    return [sentence for sentence in TABS[measure_page.view.tab].tell(measure_page) if sentence]
