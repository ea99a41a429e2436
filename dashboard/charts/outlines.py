"""Areas of the map: outlines in degrees, read once from the files in geometry/; see geometry/SOURCE.md.

Every *.geojson there holds areas that touch along identical points; unions.json names places that are several of them
together, so that an outline around them is found by dropping the lines they share. The first-level areas of other
countries are a file each, read when one of them is drawn. Countries of the whole world are coarser, in another file.
"""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "geometry"
WORLD = FOLDER / "world" / "countries.geojson"
FIRST_LEVEL = FOLDER / "first_level"
# The country whose areas are in the folder itself, joined by hand.
OWN = "SY"
# How many columns and rows of points are tried for a place inside an area.
GRID = 16

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Area:
    """An area as closed rings of (longitude, latitude); a ring within a ring is a hole.

    `is_base` is whether it is an area of a file rather than several together; `is_place` whether its id is a place's.
    """

    area_id: str
    name: str
    rings: tuple[tuple[Point, ...], ...]
    is_base: bool = True
    is_place: bool = True

    @cached_property
    def box(self) -> Box:
        """Its westernmost, southernmost, easternmost and northernmost degree."""
        points = [point for ring in self.rings for point in ring]
        longitudes, latitudes = [x for x, _ in points], [y for _, y in points]
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a point is inside: a ray to the east crosses its lines an odd number of times."""
        crossed = 0
        for (x0, y0), (x1, y1) in self.lines:
            if (y0 > latitude) != (y1 > latitude):
                crossed += longitude < x0 + (latitude - y0) * (x1 - x0) / (y1 - y0)
        return crossed % 2 == 1

    @cached_property
    def lines(self) -> list[tuple[Point, Point]]:
        """Every straight piece of its outline, holes included."""
        return [piece for ring in self.rings for piece in pairwise(ring)]


def rings_of(geometry: Mapping[str, Any]) -> tuple[tuple[Point, ...], ...]:
    """Return the rings of a GeoJSON polygon or multi-polygon."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return tuple(tuple((x, y) for x, y in ring) for polygon in polygons for ring in polygon)


def together(areas: Iterable[Area]) -> tuple[tuple[Point, ...], ...]:
    """Return the outline around areas that touch: lines run in both directions are between two of them and drop out.

    Outer rings must run against the clock and holes with it, as RFC 7946 wants.
    """
    pieces = {piece for area in areas for piece in area.lines}
    onward: dict[Point, list[Point]] = {}
    for start, end in sorted(pieces):
        if (end, start) not in pieces:
            onward.setdefault(start, []).append(end)
    rings = []
    while onward:
        ring = [next(iter(onward))]
        while ends := onward.get(ring[-1]):
            at = ring[-1]
            ring.append(ends.pop())
            if not ends:
                del onward[at]
        rings.append(tuple(ring))
    return tuple(rings)


def _read(text: str) -> dict[str, Area]:
    found = {}
    for feature in json.loads(text)["features"]:
        told = feature["properties"]
        found[feature["id"]] = Area(
            feature["id"], told["name"], rings_of(feature["geometry"]), is_place=bool(told["place_id"])
        )
    return found


@lru_cache(maxsize=1)
def areas() -> Mapping[str, Area]:
    """Every area of our own files, and what several of them are together, by id."""
    found: dict[str, Area] = {}
    for path in sorted(FOLDER.glob("*.geojson")):
        found |= _read(path.read_text(encoding="utf-8"))
    unions: dict[str, list[str]] = json.loads((FOLDER / "unions.json").read_text(encoding="utf-8"))
    for place_id, parts in unions.items():
        found[place_id] = Area(place_id, "", together(found[part] for part in parts), is_base=False)
    return found


@lru_cache(maxsize=1)
def _countries_of() -> Mapping[str, str]:
    told: dict[str, str] = json.loads((FIRST_LEVEL / "places.json").read_text(encoding="utf-8"))
    return told | {place_id: OWN for place_id, area in areas().items() if area.is_base}


@lru_cache(maxsize=32)
def first_level(country_id: str) -> Mapping[str, Area]:
    """Return the first-level areas of a country by id; none where there is no such geometry."""
    if country_id == OWN:
        return {place_id: area for place_id, area in areas().items() if area.is_base}
    if country_id not in set(_countries_of().values()):
        return {}
    with gzip.open(FIRST_LEVEL / f"{country_id}.geojson.gz", "rt", encoding="utf-8") as file:
        return _read(file.read())


def area_of(place_id: str) -> Area | None:
    """Return the outline of a place: as it is in our own files, as a first-level area or as a country.

    A country whose first-level areas are known is all of them together, so that its line is theirs.
    """
    found = areas().get(place_id) or first_level(_countries_of().get(place_id, "")).get(place_id)
    return found or _whole(place_id) or countries().get(place_id)


@lru_cache(maxsize=32)
def _whole(country_id: str) -> Area | None:
    parts = first_level(country_id).values()
    return Area(country_id, "", together(parts), is_base=False) if parts else None


@lru_cache(maxsize=1)
def _world() -> tuple[dict[str, Area], dict[str, Point]]:
    found: dict[str, Area] = {}
    points: dict[str, Point] = {}
    for feature in json.loads(WORLD.read_text(encoding="utf-8"))["features"]:
        told, shape = feature["properties"], feature["geometry"]
        if shape["type"] == "Point":
            longitude, latitude = shape["coordinates"]
            points[feature["id"]] = (longitude, latitude)
        else:
            found[feature["id"]] = Area(feature["id"], told["name"], rings_of(shape), is_place=bool(told["place_id"]))
    return found, points


def countries() -> Mapping[str, Area]:
    """Every country with an outline, by the id of its place."""
    return _world()[0]


def small() -> Mapping[str, Point]:
    """Every country too small for an outline, by the id of its place: where its capital is."""
    return _world()[1]


def thinned(area: Area, scale: float) -> Area:
    """Return an area without what a screen of so many pixels a degree cannot show; none vanishes whole."""
    return _thinned(area.area_id, 1 if scale < 12 else 2)


@lru_cache(maxsize=1024)
def _thinned(area_id: str, digits: int) -> Area:
    area = countries()[area_id]
    found = []
    for ring in area.rings:
        kept: list[Point] = []
        for x, y in ring:
            point = (round(x, digits), round(y, digits))
            if not kept or point != kept[-1]:
                kept.append(point)
        if len(kept) > 3:
            found.append(tuple(kept))
    return Area(area_id, area.name, tuple(found) or area.rings[:1], is_place=area.is_place)


def _clearance(point: Point, area: Area, narrowing: float) -> float:
    """Return how far a point is from the outline, in degrees of latitude."""
    nearest = float("inf")
    for (x0, y0), (x1, y1) in area.lines:
        across, up = (x1 - x0) * narrowing, y1 - y0
        right, above = (point[0] - x0) * narrowing, point[1] - y0
        along = max(0.0, min(1.0, (right * across + above * up) / (across * across + up * up)))
        nearest = min(nearest, hypot(right - along * across, above - along * up))
    return nearest


@lru_cache(maxsize=64)
def inner_points(area: Area) -> tuple[Point, ...]:
    """Return points inside an area, those farthest from its outline first: where its name may stand."""
    west, south, east, north = area.box
    narrowing = cos(radians((south + north) / 2))
    steps = [(step + 0.5) / GRID for step in range(GRID)]
    tried = [(west + x * (east - west), south + y * (north - south)) for x in steps for y in steps]
    held = [point for point in tried if area.holds(*point)]
    return tuple(sorted(held, key=lambda point: -_clearance(point, area, narrowing)))
