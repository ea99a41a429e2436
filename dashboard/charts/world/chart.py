"""The map of countries as a plain plotly figure: tints in classes, hatching for none, legend, scale, labels. Pure."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise
from math import cos, radians
from textwrap import wrap
from typing import Any

from dashboard import wording
from dashboard.charts import outlines
from dashboard.charts.map_extent import NARROW as NARROW_PIXELS
from dashboard.charts.map_extent import WIDE as WIDE_PIXELS
from dashboard.charts.map_extent import Window
from dashboard.charts.map_labels import Label, written
from dashboard.charts.maps import annotation, path_of
from dashboard.charts.outlines import Area, Box, Point
from dashboard.charts.ranges import blank_layout, text_at
from dashboard.charts.theme import NARROW, WIDE, Theme
from dashboard.charts.world import labels, tints
from dashboard.charts.world.tints import Row, World
from dashboard.text import formatting

# West, south, east and north of the land: Antarctica, where nobody is counted, aside.
EARTH: Box = (-170.0, -56.0, 180.0, 78.0)
# The least degrees of longitude that are shown, and what is kept free around the countries.
LEAST, MARGIN = 24.0, 3.0
# The most degrees of longitude that are shown on a phone.
ON_A_PHONE = 105.0
KILOMETRES = (50, 100, 200, 500, 1000, 2000, 5000)
A_DEGREE = 111.32
NAMED, NAMED_NARROW = 10, 5
LINE, SWATCH = 20, 13
# How much of the colour the first and the last class have.
PALEST, FULL = 0.16, 0.98


def chart(world: World, theme: Theme) -> dict[str, Any]:
    """Draw the countries of a World; a click on one gives its place in a list, as on every map."""
    on = window(world, theme)
    spoken = {row["place_id"] for row in world.rows}
    around = [
        outlines.thinned(area, on.scale)
        for area in outlines.countries().values()
        if area.area_id not in spoken and on.shows(area.box)
    ]
    traces = [_country(row, world, on, theme) for row in world.rows]
    layout = _layout(world, on, theme)
    return {"data": [_none(around, theme), *filter(None, traces)], "layout": layout, "rows": [layout["height"]]}


def window(world: World, theme: Theme) -> Window:
    """Return the stretch of land around all countries of a World, as wide as a page is."""
    boxes = [box for row in world.rows if (box := _box(row["place_id"]))] or [EARTH]
    boxes = _together(world) or boxes if theme.is_narrow else boxes
    west = max(min(box[0] for box in boxes) - MARGIN, EARTH[0])
    east = min(max(box[2] for box in boxes) + MARGIN, EARTH[2])
    south = max(min(box[1] for box in boxes) - MARGIN, EARTH[1])
    north = min(max(box[3] for box in boxes) + MARGIN, EARTH[3])
    if east - west < LEAST:
        west, east = (west + east - LEAST) / 2, (west + east + LEAST) / 2
    width, most, _ = NARROW_PIXELS if theme.is_narrow else WIDE_PIXELS
    narrowing = cos(radians((south + north) / 2))
    scale = min(width / ((east - west) * narrowing), most / (north - south))
    middle, half = (west + east) / 2, width / scale / narrowing / 2
    return Window(middle - half, south, middle + half, north, narrowing, scale)


def _together(world: World) -> list[Box]:
    """Return the boxes of countries near each other, as many of the highest low ends as a phone has room for.

    Those that are cut off are in the words and the table.
    """
    told = [(box, row["lowest"]) for row in world.current if (box := _box(row["place_id"]))]

    def within(west: float) -> list[tuple[Box, Any]]:
        return [each for each in told if west <= each[0][0] and each[0][2] <= west + ON_A_PHONE]

    best = max((within(box[0]) for box, _ in told), key=lambda each: sum(low for _, low in each), default=[])
    return [box for box, _ in best]


def _box(place_id: str) -> Box | None:
    """Return the box of a country in degrees; None of what is nowhere on the map."""
    area = outlines.countries().get(place_id)
    if area:
        return area.box
    point = outlines.small().get(place_id)
    return (*point, *point) if point else None


def tint(world: World, at: int, theme: Theme) -> str:
    """Return the colour of a class: the more, the more of it."""
    count = max(1, len(world.starts) - 1)
    share = FULL if len(world.starts) == 1 else PALEST + (FULL - PALEST) * at / count
    back, full = theme.colours.back, theme.colours.voices[0]
    mixed = (
        round(int(back[n : n + 2], 16) * (1 - share) + int(full[n : n + 2], 16) * share) for n in (1, 3, 5)
    )  # fmt: skip
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _hatched(theme: Theme) -> dict[str, Any]:
    colours = theme.colours
    return {"fillpattern": {"shape": "/", "fgcolor": colours.rule, "bgcolor": colours.back, "size": 5, "solidity": 0.25,
                            "fillmode": "overlay"}, "fillcolor": colours.back}  # fmt: skip


def _none(areas: Sequence[Area], theme: Theme) -> dict[str, Any]:
    """Return the countries without such a count, hatched: one trace that takes no click."""
    return {
        "type": "scatter", "mode": "lines", "name": "no such count", **path_of(areas), "fill": "toself",
        **_hatched(theme), "line": {"color": theme.colours.rule, "width": 0.7}, "hoverinfo": "skip",
        "showlegend": False, "meta": {"base": [area.area_id for area in areas]},
    }  # fmt: skip


def hover(row: Row, world: World) -> str:
    """Return what a country says when it is pointed at."""
    told = [formatting.scope(dict(row)), tints.line(row).partition(": ")[2]]
    told += ["An older count: not tinted"] if world.is_old(row) else []
    lines = [escape(text) for each in told for text in wrap(each, 56)]
    return "<br>".join([f"<b>{escape(str(row['place_name']))}</b>", *lines])


def _country(row: Row, world: World, on: Window, theme: Theme) -> dict[str, Any] | None:
    """Return the trace of a country; None of one that is nowhere on the map."""
    area, point = outlines.countries().get(row["place_id"]), outlines.small().get(row["place_id"])
    is_old = world.is_old(row)
    colour = theme.colours.back if is_old else tint(world, world.class_of(row), theme)
    meta = {"place_id": row["place_id"], "name": row["place_name"], "lowest": row["lowest"]}
    shared: dict[str, Any] = {"type": "scatter", "name": escape(str(row["place_name"])), "showlegend": False,
                              "meta": meta}  # fmt: skip
    edge = {"color": theme.colours.text if is_old else theme.colours.muted, "width": 0.9,
            "dash": "dot" if is_old else "solid"}  # fmt: skip
    if area:
        path = path_of([outlines.thinned(area, on.scale)])
        return shared | {
            "mode": "lines", **path, "fill": "toself", "fillcolor": colour, "line": edge,
            "hoveron": "fills", "hoverinfo": "text", "text": hover(row, world), "customdata": [row["place_id"]],
        }  # fmt: skip
    if point:
        return shared | {
            "mode": "markers", "x": [point[0]], "y": [point[1]], "text": [hover(row, world)], "hoverinfo": "text",
            "marker": {"symbol": "square", "size": 9, "color": colour, "opacity": 1,
                       "line": {"color": edge["color"], "width": 1}},
            "customdata": [[row["place_id"]]],
        }  # fmt: skip
    return None


def _labels(world: World, on: Window, theme: Theme) -> list[Label]:
    """Return the labels of the countries with the highest low ends, as far as they find room."""
    most, size = (NAMED_NARROW, 11) if theme.is_narrow else (NAMED, 12)
    told, named = [], []
    for row in world.current[: most * 2]:
        area, point = outlines.countries().get(row["place_id"]), outlines.small().get(row["place_id"])
        if not area and not point:
            continue
        at = _inside(row["place_id"]) if area else point or (0.0, 0.0)
        box = labels.boxed(area.rings, on) if area else _around(on.at(at))
        told.append(written([(str(row["place_name"]), True), (tints.span(row), False)], size))
        named.append(labels.Named(at, box))
    return labels.placed(told, named, on)[:most]


def _around(at: Point) -> Box:
    return at[0] - 6, at[1] - 6, at[0] + 6, at[1] + 6


@lru_cache(maxsize=256)
def _inside(place_id: str) -> Point:
    """Return a point inside the largest part of a country."""
    area = outlines.countries()[place_id]
    largest = max(area.rings, key=lambda ring: abs(_size(ring)))
    part = Area(area.area_id, area.name, (largest,))
    west, south, east, north = part.box
    steps = [(n + 0.5) / 12 for n in range(12)]
    tried = [(west + x * (east - west), south + y * (north - south)) for x in steps for y in steps]
    middle = ((west + east) / 2, (south + north) / 2)
    held = [point for point in tried if part.holds(*point)] or [middle]
    return min(held, key=lambda point: (point[0] - middle[0]) ** 2 + (point[1] - middle[1]) ** 2)


def _size(ring: Sequence[Point]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def _layout(world: World, on: Window, theme: Theme) -> dict[str, Any]:
    legend = _legend(world, theme)
    rows = max(row for row, *_ in legend) + 1
    below = rows * LINE + 14
    layout = blank_layout(on.height + below, NARROW if theme.is_narrow else WIDE, theme)
    layout["margin"] = {"l": 0, "r": 0, "t": 0, "b": below, "pad": 0}
    still = {"visible": False, "fixedrange": True}
    layout["xaxis"] = still | {"range": [on.west, on.east]}
    layout["yaxis"] = still | {"range": [on.south, on.north], "scaleanchor": "x", "scaleratio": 1 / on.narrowing}
    layout["annotations"] = [annotation(label, theme) for label in _labels(world, on, theme)]
    for row, left, colour, dash, text in legend:
        down = -(row + 0.5) * LINE - 8
        layout["shapes"].append({
            "type": "rect", "xref": "paper", "yref": "paper", "xsizemode": "pixel", "ysizemode": "pixel",
            "xanchor": 0, "yanchor": 0, "x0": left, "x1": left + SWATCH, "y0": down - SWATCH / 2,
            "y1": down + SWATCH / 2, "fillcolor": colour, "name": text,
            "line": {"color": theme.colours.muted, "width": 0.9, "dash": dash},
        })  # fmt: skip
        note = text_at(text, left=True, y=0, shift=left + SWATCH + 5, size=12, colour=theme.colours.text)
        layout["annotations"].append(note | {"yshift": down})
    line, length = scale_bar(on, theme)
    layout["shapes"].append(line)
    layout["annotations"].append(length)
    return layout


def _legend(world: World, theme: Theme) -> list[tuple[int, int, str, str, str]]:
    """Return the swatches of the legend: row, pixels from the left, colour, line, words."""
    told = [(tint(world, at, theme), "solid", world.class_name(at)) for at in range(len(world.starts))]
    told += [(theme.colours.back, "dot", "an older count")] if len(world.current) < len(world.rows) else []
    told += [(theme.colours.grid, "solid", "hatched: no such count")]
    found, row, left = [], 0, 4
    width = theme.pixels if theme.is_narrow else 900
    for colour, dash, text in told:
        wide = SWATCH + 5 + len(text) * 7 + 18
        if left + wide > width and left > 4:
            row, left = row + 1, 4
        found.append((row, left, colour, dash, text))
        left += wide
    return found


def scale_bar(on: Window, theme: Theme) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a line as long as some kilometres along the middle of a map, and what it says."""
    latitude = (on.south + on.north) / 2
    a_degree = A_DEGREE * cos(radians(latitude))
    room = (110 if not theme.is_narrow else 70) / (on.scale * on.narrowing)
    length = max((each for each in KILOMETRES if each / a_degree <= room), default=KILOMETRES[0])
    x, y = on.west + 10 / (on.scale * on.narrowing), on.south + 12 / on.scale
    colours = theme.colours
    side = "north" if latitude >= 0 else "south"
    shape = {
        "type": "line", "xref": "x", "yref": "y", "x0": x, "x1": x + length / a_degree, "y0": y, "y1": y,
        "line": {"color": colours.text, "width": 2}, "name": "scale",
    }  # fmt: skip
    text = {
        "text": f"{wording.number(length)} km at {abs(round(latitude))}° {side}", "xref": "x", "yref": "y", "x": x,
        "y": y, "yshift": 11, "xanchor": "left", "yanchor": "middle", "showarrow": False, "bgcolor": colours.halo,
        "font": {"size": 11, "color": colours.text},
    }  # fmt: skip
    return shape, text
