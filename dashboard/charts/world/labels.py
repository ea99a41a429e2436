"""Where the names of countries stand on the map of the world: never over the country they name, nor over each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from dashboard.charts.map_extent import Window
from dashboard.charts.map_labels import Label, beside, outside, over
from dashboard.charts.outlines import Box, Point

# The most pixels from a country to the middle of its label: a longer line would lead nowhere.
FARTHEST = 150.0


@dataclass(frozen=True)
class Named:
    """A country that gets a label: where a line to it ends, and the pixels it takes."""

    point: Point
    box: Box


def boxed(rings: Sequence[Sequence[Point]], on: Window) -> Box:
    """Return the pixels that the largest part of a country takes: left, upper, right, lower."""

    def of(ring: Sequence[Point]) -> Box:
        xs, ys = zip(*(on.at(point) for point in ring), strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    return max((of(ring) for ring in rings), key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))


def placed(labels: Sequence[Label], named: Sequence[Named], on: Window) -> list[Label]:
    """Return the labels that find room, in their order: each beside its country, with a line to it."""
    taken: list[Box] = []
    done: list[Label] = []
    for label, country in zip(labels, named, strict=True):
        tried = [
            spot
            for spot in beside(label, country.point, country.box, on)
            if outside(spot.box(on), on) == 0 and hypot(spot.right, spot.down) <= FARTHEST
        ]
        # No other label, and not the country itself: whoever reads the map must see what is tinted.
        free = [spot for spot in tried if not over(spot.box(on), [*taken, country.box])]
        if free:
            best = min(free, key=lambda spot: over(spot.box(on), [each.box for each in named]))
            taken.append(best.box(on))
            done.append(best)
    return done
