"""The map of a measure page: panels and places in, a plain plotly figure (a dictionary) of cartesian traces out.

Tint and size encode no quantity. The scopes of two places are unlike (everyone since November here, children in one
night there), readers take a darker area for more dead, and even the count of figures would be read so. Larger areas
have the paler tint only because smaller ones lie on them. What a place has is written beside it.
"""

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import Any

from dashboard.charts import map_text
from dashboard.charts.map_extent import Window, beyond, window
from dashboard.charts.map_labels import Label, placed
from dashboard.charts.map_text import Mark, Spoken
from dashboard.charts.outlines import Area, countries, first_level
from dashboard.charts.ranges import blank_layout, text_at
from dashboard.charts.theme import NARROW, WIDE, Theme
from dashboard.text import formatting
from dashboard.text.panels import Panel

LINE, CLEAR = 17, "rgba(0,0,0,0)"
# How far around the window the base is drawn, in degrees of longitude: a wider page shows more land at the sides.
SLACK = 6.0
# The most degrees of latitude of a map on which first-level areas can be told apart.
NEAR = 20.0


def map_chart(panels: Sequence[Panel], places: Sequence[formatting.Row], theme: Theme) -> dict[str, Any]:
    """Draw every place that facets speak of, on pale outlines of the areas around; `places` are rows of queries_map.

    A trace of a place has `meta` (place_id, name, the ranges of its scopes) and as customdata what a click filters by,
    which arrives as `[place_id]`, or `[None]` where that would be several places. Where nothing can be drawn
    the figure holds only the words of what is not on the map.
    """
    marks, nowhere = map_text.marks(panels, places)
    notes = _notes(beyond(marks), nowhere, theme)
    if not marks:
        return {"data": [], "layout": _layout(None, notes, theme)}
    on = window(marks, theme)
    base = _around(on, marks)
    layout = _layout(on, notes, theme)
    spoken = {mark.place.place_id for mark in marks}
    named = [area for area in base if area.is_place and area.area_id not in spoken]
    labelled = [mark for mark in marks if mark not in beyond(marks)]
    layout["annotations"] += [annotation(label, theme) for label in placed(labelled, named, on, theme)]
    traces = [_mark(mark, theme) for mark in sorted(marks, key=_extent, reverse=True)]
    return {"data": [_base(base, theme), *traces], "layout": layout}


def _around(on: Window, marks: Sequence[Mark]) -> list[Area]:
    """Return the areas around: first-level ones of the countries of marks where the map is near enough, else countries.

    The first-level areas of a country are a file of their own, and only those are read that a map is of.
    """
    if on.north - on.south < NEAR:
        every = [area for one in sorted({mark.place.country_id or "" for mark in marks})
                 for area in first_level(one).values()]  # fmt: skip
        if near := [area for area in every if on.shows(area.box, SLACK)]:
            return near
    return [area for area in countries().values() if on.shows(area.box, SLACK)]


def _extent(mark: Mark) -> float:
    """Return how large a mark is, in square degrees; a point is last and so on top."""
    if mark.place.area is None:
        return -1.0
    west, south, east, north = mark.place.area.box
    return (east - west) * (north - south)


def path_of(shapes: Sequence[Area]) -> dict[str, list[float | None]]:
    """Return the outlines of areas as x and y, with a gap after each ring."""
    rings = [ring for area in shapes for ring in area.rings]
    return {
        "x": [value for ring in rings for value in (*(x for x, _ in ring), None)][:-1],
        "y": [value for ring in rings for value in (*(y for _, y in ring), None)][:-1],
    }


def _base(shapes: Sequence[Area], theme: Theme) -> dict[str, Any]:
    """Return the areas around as one pale trace that says nothing and takes no click."""
    return {
        "type": "scatter", "mode": "lines", **path_of(shapes), "fill": "toself", "fillcolor": theme.colours.grid,
        "line": {"color": theme.colours.rule, "width": 1}, "hoverinfo": "skip", "showlegend": False,
        "meta": {"base": [area.area_id for area in shapes]},
    }  # fmt: skip


def _ranges(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """Return the standing ranges of scopes as plain values, to be read back."""
    found = []
    for panel in panels:
        row = panel.range or {}
        ends = {end: None if row.get(end) is None else int(row[end]) for end in ("lowest", "highest")}
        opens = {name: bool(row.get(name)) for name in ("is_open_below", "is_open_above")}
        found.append({"facet_id": panel.facet_id, **ends, **opens})
    return found


def _mark(mark: Mark, theme: Theme) -> dict[str, Any]:
    """Return the trace of one place: an area with a fill, or a dot; dashed or open where it only holds others."""
    place = mark.place
    every = [*mark.panels, *(panel for guest in mark.guests for panel in guest.panels)]
    width, most = (40, 4) if theme.is_narrow else (64, map_text.MOST)
    said = map_text.hover(mark, width=width, most=most)
    trace: dict[str, Any] = {
        "type": "scatter", "name": escape(place.name), "showlegend": False,
        "meta": {
            "place_id": place.place_id, "name": place.name, "kind": place.kind, "scopes": _ranges(mark.panels),
            "within": [guest.place.place_id for guest in mark.guests],
            "figure_count": sum(len(panel.rows) for panel in every),
        },
    }  # fmt: skip
    return trace | (_tinted(place.area, mark, said, theme) if place.area else _dot(mark, said, theme))


def _target(mark: Mark) -> str | None:
    """Return the place a click asks for: the mark's own, or the only one within it."""
    if mark.panels:
        return mark.place.place_id
    return mark.guests[0].place.place_id if len(mark.guests) == 1 else None


def _tinted(area: Area, mark: Mark, said: str, theme: Theme) -> dict[str, Any]:
    """Return an area: the larger its kind, the heavier its outline and the paler its tint."""
    colours = theme.colours
    large = {"country": (CLEAR, 2.5), "region": (colours.band, 2.5)}
    tint, width = large.get(mark.place.kind, (colours.agreement, 1.5))
    line = {"color": colours.voices[0] if mark.place.kind != "country" else colours.muted, "width": width}
    held = not mark.panels
    return {
        "mode": "lines", **path_of([area]), "fill": "toself", "fillcolor": CLEAR if held else tint,
        "line": line | {"dash": "dash" if held else "solid"}, "hoveron": "fills", "hoverinfo": "text", "text": said,
        "customdata": [_target(mark)],
    }  # fmt: skip


def _dot(mark: Mark, said: str, theme: Theme) -> dict[str, Any]:
    """Return a point as a dot; its customdata is a list in a list, so that a click gives the same as on an area."""
    longitude, latitude = mark.place.point or (0.0, 0.0)
    colour = theme.colours.voices[0]
    return {
        "mode": "markers", "x": [longitude], "y": [latitude], "text": [said], "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": "circle" if mark.panels else "circle-open", "size": 11 if mark.panels else 14, "color": colour,
            "opacity": 1, "line": {"width": 2, "color": colour if not mark.panels else theme.colours.hover},
        },
        "customdata": [[_target(mark)]],
    }  # fmt: skip


def annotation(label: Label, theme: Theme) -> dict[str, Any]:
    """Return a label: on its spot, or beside its point with a line to it."""
    colours = theme.colours
    text = {
        "text": "<br>".join(label.lines), "xref": "x", "yref": "y", "x": label.anchor[0], "y": label.anchor[1],
        "xanchor": "center", "yanchor": "middle", "align": "center", "captureevents": False,
        "font": {"size": label.size, "color": colours.muted if label.is_base else colours.text},
    }  # fmt: skip
    if label.is_base:
        return text | {"showarrow": False}
    boxed = text | {"bgcolor": colours.hover, "opacity": 0.92, "borderpad": 2, "showarrow": False}
    if not label.right and not label.down:
        return boxed
    lead = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": colours.text, "standoff": 6}
    return boxed | lead | {"ax": label.right, "ay": label.down}


def _notes(far: Sequence[Mark], nowhere: Sequence[Spoken], theme: Theme) -> list[str]:
    """Return the lines below the map: countries wider than it, and places that are not on it."""
    told = []
    for mark in far:
        first = map_text.widest(mark.panels) if mark.panels else None
        said = map_text.line(first, map_text.among(first, mark.panels)) if first else ""
        more = map_text.more(mark.panels, 1)
        within = f"{map_text.names(mark.guests)} somewhere within" if mark.guests else ""
        parts = "; ".join(part for part in (said, more, within) if part)
        told.append(f"{mark.place.name}, the whole country, is wider than this map. {parts}.")
    if nowhere:
        told.append(f"Not on the map: {map_text.names(nowhere)}.")
    most = 46 if theme.is_narrow else 120
    return [escape(line) for text in told for line in wrap(text, most)]


def _layout(on: Window | None, notes: Sequence[str], theme: Theme) -> dict[str, Any]:
    """Return the layout: degrees with their true aspect, no axes to be seen, the notes in the lower margin."""
    height, below = on.height if on else 0, len(notes) * LINE + (12 if notes else 0)
    layout = blank_layout(height + below, NARROW if theme.is_narrow else WIDE, theme)
    layout["margin"] = {"l": 0, "r": 0, "t": 0, "b": below, "pad": 0}
    still = {"visible": False, "fixedrange": True}
    layout["xaxis"], layout["yaxis"] = dict(still), dict(still)
    if on:
        layout["xaxis"] |= {"range": [on.west, on.east]}
        layout["yaxis"] |= {"range": [on.south, on.north], "scaleanchor": "x", "scaleratio": 1 / on.narrowing}
    for at, note in enumerate(notes):
        text = text_at(note, left=True, y=0, shift=0, size=12, colour=theme.colours.muted)
        layout["annotations"].append(text | {"yshift": -(at + 0.5) * LINE - 10})
    return layout
