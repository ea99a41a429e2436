"""The stretch of land a map shows, in degrees and in pixels; no data, no plotly.

A degree of longitude is narrower than one of latitude by the cosine of the latitude. The window is laid out for the
narrowest page of its kind; on a wider one the same scale shows more land to the left and right, so that labels that do
not overlap here do not overlap there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from dashboard.charts.map_text import Mark, Place
from dashboard.charts.outlines import Box, Point
from dashboard.charts.theme import Theme

# Width and greatest and least height in CSS pixels.
WIDE, NARROW = (930, 560, 420), (326, 420, 300)
# The least degrees of latitude shown, so that one town is still seen in its surroundings.
LEAST = 1.5
MARGIN = 0.07


@dataclass(frozen=True)
class Window:
    """The land shown, its edges in degrees, and how many pixels a degree of latitude takes."""

    west: float
    south: float
    east: float
    north: float
    narrowing: float
    scale: float

    @property
    def height(self) -> int:
        """Its height in pixels."""
        return round((self.north - self.south) * self.scale)

    def at(self, point: Point) -> Point:
        """Return the pixels of a point (longitude, latitude), counted from the upper left corner."""
        return (point[0] - self.west) * self.scale * self.narrowing, (self.north - point[1]) * self.scale

    @property
    def size(self) -> Point:
        """Its width and height in pixels."""
        return self.at((self.east, self.south))

    def shows(self, box: Box, slack: float = 0.0) -> bool:
        """Whether a box in degrees is in it at least in part, the window widened by `slack` degrees."""
        west, south, east, north = box
        across = self.west - slack < east and west < self.east + slack
        return across and self.south - slack < north and south < self.north + slack


def box_of(place: Place) -> Box:
    """Return the box of a drawn place in degrees; of a point the point."""
    if place.area is not None:
        return place.area.box
    longitude, latitude = place.point or (0.0, 0.0)
    return longitude, latitude, longitude, latitude


def beyond(marks: Sequence[Mark]) -> list[Mark]:
    """Return the countries that the map does not zoom out to, since smaller places are spoken of too."""
    countries = [mark for mark in marks if mark.place.kind == "country"]
    return countries if len(countries) < len(marks) else []


def window(marks: Sequence[Mark], theme: Theme) -> Window:
    """Return the window around marks (at least one); countries do not widen it where there is anything smaller."""
    far = beyond(marks)
    boxes = [box_of(mark.place) for mark in marks if mark not in far]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    width, most, least = NARROW if theme.is_narrow else WIDE
    narrowing = cos(radians((south + north) / 2))
    up = max((north - south) * (1 + 2 * MARGIN), LEAST)
    across = max((east - west) * (1 + 2 * MARGIN) * narrowing, up * 0.8)
    scale = min(width / across, most / up)
    half_up = max(up, least / scale) / 2
    half_across = width / scale / narrowing / 2
    x, y = (west + east) / 2, (south + north) / 2
    return Window(x - half_across, y - half_up, x + half_across, y + half_up, narrowing, scale)
