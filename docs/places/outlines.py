"""Write the outlines of first-level areas anew: dashboard/charts/geometry/first_level/ (geometry/SOURCE.md).

    python docs/places/outlines.py world_map.gpkg

world_map.gpkg is in Debian's package qgis-common: Natural Earth's states and provinces at 1:10 million, simplified by
QGIS. Nothing of it is needed to run the project. An outline is a place of our lists where a name of both is the same,
and where it is not said by hand to be another place, or none since its lines have moved (outline_names.csv). Countries
where our list has more places than are drawn are left out unless they were looked through by hand.
"""

import csv
import gzip
import io
import json
import sqlite3
import struct
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from build import KIND_WORDS, key

ROOT = Path(__file__).resolve().parents[2]
GAZETTEER = ROOT / "ingest" / "places" / "gazetteer.csv.gz"
BY_HAND = Path(__file__).with_name("outline_names.csv")
TARGET = ROOT / "dashboard" / "charts" / "geometry" / "first_level"
# Syria has a file of its own, whose areas were joined to its governorates by hand.
OWN = frozenset({"SY"})
# Natural Earth draws who controls an area; these have codes of the first country and are drawn under the others.
CONTROLLED = {"UA": ("RU",)}
# Coordinates are rounded to so many decimals of a degree, and a point is left out that moves a line by less than this.
DIGITS, LEAST = 2, 0.008
WORDS = KIND_WORDS | {
    "governate",
    "city",
    "capital",
    "county",
    "canton",
    "municipality",
    "republic",
    "territory",
    "division",
    "of",
    "the",
    "muhafazat",
    "wilayat",
    "e",
    "ostan",
    "al",
    "el",
    "provincia",
    "departamento",
    "province",
}
SQL = "select fid, iso_a2, name, gn_name, geom from states_provinces order by fid"
# Of a country that nobody looked through, lines are taken to have moved, or to be of another level, where fewer of its
# places than this are drawn, or so many times more areas than it has places: Guinea's prefectures bear the names of its
# regions.
LEAST_DRAWN, MOST_DRAWN = 0.6, 1.5
POLYGON, MULTIPOLYGON, HEADER, ENVELOPES = 3, 6, 8, (0, 32, 48, 48, 64)

Point = tuple[float, float]
Ring = tuple[Point, ...]
# An area as it is drawn: its id, its names, the newer one last, and its polygons.
Drawn = tuple[str, list[str], list[list[Ring]]]


def plain(name: str) -> str:
    """Return a name as it is compared: without accents, signs and words for kinds of areas."""
    return " ".join(word for word in key(name.replace("-", " ")).split() if word not in WORDS)


def polygons(blob: bytes) -> Iterator[list[list[Point]]]:
    """Give the polygons of a geometry of a GeoPackage, each a list of rings (OGC 12-128r18, 2.1.3)."""
    at = HEADER + ENVELOPES[(blob[3] >> 1) & 7]

    def numbers(order: str, pattern: str, count: int) -> tuple[float, ...]:
        nonlocal at
        found = struct.unpack_from(f"{order}{count}{pattern}", blob, at)
        at += struct.calcsize(f"{order}{count}{pattern}")
        return found

    def polygon() -> Iterator[list[list[Point]]]:
        nonlocal at
        order = "<" if blob[at] else ">"
        at += 1
        (kind,) = numbers(order, "I", 1)
        (count,) = numbers(order, "I", 1)
        if kind == MULTIPOLYGON:
            for _ in range(int(count)):
                yield from polygon()
        elif kind == POLYGON:
            rings = []
            for _ in range(int(count)):
                (length,) = numbers(order, "I", 1)
                flat = numbers(order, "d", 2 * int(length))
                rings.append(list(zip(flat[::2], flat[1::2], strict=True)))
            yield rings

    yield from polygon()


def rounded(ring: Sequence[Point]) -> list[Point]:
    """Return a ring on the grid, open, without points that fall on the one before."""
    found: list[Point] = []
    for x, y in ring[:-1]:
        point = (round(x, DIGITS) + 0.0, round(y, DIGITS) + 0.0)
        if not found or found[-1] != point:
            found.append(point)
    while len(found) > 1 and found[0] == found[-1]:
        found.pop()
    return found


def thinned(rings: list[list[Point]]) -> list[list[Point]]:
    """Leave out points that hardly move a line, the same of every ring that holds them: shared lines stay shared."""
    around: dict[Point, set[frozenset[Point]]] = defaultdict(set)
    for ring in rings:
        for before, point, after in zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True):
            around[point].add(frozenset((before, after)))
    dropped: set[Point] = set()
    for point in sorted(around):
        sides = around[point]
        ends = next(iter(sides))
        if len(sides) == 1 and len(ends) > 1 and not ends & dropped and distance(point, *sorted(ends)) < LEAST:
            dropped.add(point)
    found = [[point for point in ring if point not in dropped] for ring in rings]
    return [after if len(after) > 2 else before for before, after in zip(rings, found, strict=True)]


def distance(point: Point, one: Point, other: Point) -> float:
    """Return how far a point is from a line through two others, in degrees."""
    across, up = other[0] - one[0], other[1] - one[1]
    return abs(across * (point[1] - one[1]) - up * (point[0] - one[0])) / (across**2 + up**2) ** 0.5


def turned(ring: Sequence[Point], *, is_outer: bool) -> Ring:
    """Return a closed ring, outer ones against the clock and holes with it (RFC 7946)."""
    closed = (*ring, ring[0])
    is_against = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(closed)) > 0
    return closed if is_against == is_outer else closed[::-1]


def read(path: Path) -> dict[str, list[Drawn]]:
    """Return the areas of each country: id, names, polygons; thinned together, so that what touches still does."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        rows = connection.execute(SQL).fetchall()
    every: list[list[Point]] = []
    shapes = []
    for fid, country, *names, blob in rows:
        parts = []
        for rings in polygons(blob):
            kept = [each for ring in rings if len(each := rounded(ring)) > 2]
            if kept:
                parts.append(range(len(every), len(every) + len(kept)))
                every += kept
        if parts:
            shapes.append((country, f"ne-{fid}", [name for name in names if name], parts))
    for _ in range(4):
        every = thinned(every)
    found: dict[str, list[Drawn]] = defaultdict(list)
    for country, an_id, names, parts in shapes:
        made = [[turned(every[at], is_outer=number == 0) for number, at in enumerate(part)] for part in parts]
        found[country].append((an_id, names, made))
    return found


def matched(
    areas: Sequence[Drawn], places: Sequence[Mapping[str, str]], by_hand: Mapping[str, str]
) -> dict[str, Mapping[str, str]]:  # fmt: skip
    """Return which place each area is, by the id of the area; `by_hand` are ids by names of areas, empty for none."""
    called: dict[str, set[str]] = defaultdict(set)
    for place in places:
        for name in (place["name"], *place["names"].split("|")):
            called[plain(name)].add(place["place_id"])
    rows = {place["place_id"]: place for place in places}
    meant: dict[str, list[str]] = defaultdict(list)
    for an_id, names, _ in areas:
        told = [by_hand[name] for name in reversed(names) if name in by_hand]
        # The newer name comes last.
        found = [ids for name in reversed(names) if (ids := called.get(plain(name))) and len(ids) == 1]
        place_id = told[0] if told else next(iter(found[0]), "") if found else ""
        if place_id:
            meant[place_id].append(an_id)
    kept = {ids[0]: rows[place_id] for place_id, ids in meant.items() if len(ids) == 1}
    is_whole = len(places) <= len(areas) <= len(places) * MOST_DRAWN and len(kept) >= len(places) * LEAST_DRAWN
    return kept if is_whole or by_hand else {}


def places_by_country() -> dict[str, list[dict[str, str]]]:
    """Return the first-level areas of our lists."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(GAZETTEER, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "first-level area":
                found[row["parent_id"]].append(row)
    return found


def said_by_hand() -> dict[str, dict[str, str]]:
    """Return the ids of places by country and name of an area; empty where it is none."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with BY_HAND.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["country_id"]][row["area"]] = row["place_id"]
    return found


def packed(areas: Sequence[Drawn], known: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return the file of a country; equal areas give equal bytes."""
    features = []
    for an_id, names, parts in areas:
        place = known.get(an_id)
        told = {"place_id": place and place["place_id"], "name": place["name"] if place else next(iter(names), "")}
        shape = {"type": "MultiPolygon", "coordinates": parts}
        features.append({"type": "Feature", "id": told["place_id"] or an_id, "properties": told, "geometry": shape})
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    found = io.BytesIO()
    with gzip.GzipFile(fileobj=found, mode="wb", mtime=0, filename="") as out:
        out.write(text.encode())
    return found.getvalue()


def main() -> None:
    """Write one file a country, and which file has which place."""
    first, by_hand, drawn = places_by_country(), said_by_hand(), read(Path(sys.argv[1]))
    for country, others in CONTROLLED.items():
        drawn[country] += [area for one in others for area in drawn[one] if by_hand[country].keys() & set(area[1])]
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.glob("*.geojson.gz"):
        old.unlink()
    index: dict[str, str] = {}
    for country, areas in sorted(drawn.items()):
        known = matched(areas, first.get(country, []), by_hand.get(country, {}))
        if known and country not in OWN:
            (TARGET / f"{country}.geojson.gz").write_bytes(packed(areas, known))
            index |= {place["place_id"]: country for place in known.values()}
            print(f"{country}: {len(known)} of {len(first[country])} places, {len(areas)} areas", file=sys.stderr)
    (TARGET / "places.json").write_text(json.dumps(index, sort_keys=True, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
