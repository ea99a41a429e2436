"""The ways of showing one room: each tab's title, how to read it, its chart and its words. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.charts import map_text, maps, ranges, timeline
from dashboard.charts.theme import Look, voice_marks
from dashboard.charts.timeline import History
from dashboard.sections.measure_data import Room
from dashboard.text import sentences

APART = "Panels count different things: compare only within a panel."


@dataclass(frozen=True)
class Way:
    """One tab: what it is called, how it is read, its chart for a look (None for the table) and its sentences.

    `histories` are the ranges it shows from day to day; None where its rows are figures.
    """

    label: str
    title: str
    how: str
    draw: Callable[[Room, Look], dict[str, Any]] | None
    tell: Callable[[Room], list[str]]
    histories: Callable[[Room], list[History]] | None = None


def _chart(room: Room, look: Look) -> dict[str, Any]:
    return ranges.range_chart(room.facets, voice_marks(room.voices), look)


def _over_time(room: Room, look: Look) -> dict[str, Any]:
    return timeline.over_time_chart(room.histories, room.day, look)


def _tell_time(room: Room) -> list[str]:
    return [*timeline.in_words(room.histories), timeline.left_out(room.facets, room.histories)]


def _map(room: Room, look: Look) -> dict[str, Any]:
    return maps.map_chart(room.facets, room.places, look)


def _tell_map(room: Room) -> list[str]:
    return [*map_text.in_words(room.facets, room.places), map_text.left_out(room.facets, room.places)]


def _multiples(by: str) -> Way:
    """Return the small multiples by population or by place."""
    noun = {"population": "group of people", "place": "place"}[by]

    def chosen(room: Room) -> list[History]:
        return timeline.widest(room.histories, by)

    def draw(room: Room, look: Look) -> dict[str, Any]:
        return timeline.over_time_chart(chosen(room), room.day, look, is_shared=True)

    def tell(room: Room) -> list[str]:
        return [*timeline.in_words(chosen(room)), timeline.not_drawn(room.histories, chosen(room), by)]

    return Way(
        f"By {by}", f"Each {noun} side by side",
        f"A panel is the widest scope of one {noun}, from day to day. All panels have one scale; groups may contain "
        "each other, so never add them up.", draw, tell, chosen,
    )  # fmt: skip


WAYS = {
    "chart": Way(
        "Chart", "Who reported how many", f"A row is one figure of one source. {APART}", _chart,
        lambda room: sentences.in_words(room.facets),
    ),
    "time": Way(
        "Over time", "The range from day to day",
        f"A step is the range of all standing reports, from the day on which it changed. {APART}",
        _over_time, _tell_time, lambda room: room.histories,
    ),
    "populations": _multiples("population"),
    "places": _multiples("place"),
    "map": Way("Map", map_text.TITLE, map_text.HOW, _map, _tell_map),
    "table": Way(
        "Table", "The figures", "The rows of the chart, in its order.", None,
        lambda room: sentences.in_words(room.facets),
    ),
}  # fmt: skip


def drawn(room: Room, look: Look) -> dict[str, Any]:
    """Return the chart of a room's tab; an empty one where it is a table."""
    draw = WAYS[room.view.tab].draw
    return draw(room, look) if draw else {"data": [], "layout": {"height": 1}}


def told(room: Room) -> list[str]:
    """Return the chart of a room's tab as sentences."""
    return [sentence for sentence in WAYS[room.view.tab].tell(room) if sentence]
