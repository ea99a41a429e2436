"""The labels of a map: what each says, and where on the map it finds room.

Labels of points are placed first, since they have the least choice, then those of areas, small before large, then the
names of the areas that nobody speaks of. Each takes the first spot on which it covers nothing; a name that finds none
is left out, any other label takes the spot on which it covers least.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from textwrap import wrap

from dashboard import wording
from dashboard.charts.map_extent import Window, box_of
from dashboard.charts.map_text import Mark, Place, Spoken, among, more, span, widest
from dashboard.charts.outlines import Area, Box, Point, inner_points
from dashboard.charts.theme import Theme

# The box a dot keeps free, in pixels, and how many guests a label names.
DOT, GUESTS = 15, 2
OUTSIDE = 20.0


@dataclass(frozen=True)
class Label:
    """Lines of HTML, `right` and `down` pixels from a point to their middle; a name of the base has no background."""

    lines: tuple[str, ...]
    size: int
    width: float
    anchor: Point = (0.0, 0.0)
    right: float = 0.0
    down: float = 0.0
    is_base: bool = False

    @property
    def height(self) -> float:
        """Its height in pixels."""
        return len(self.lines) * self.size * 1.3 + (2 if self.is_base else 8)

    def box(self, on: Window) -> Box:
        """Return its left, upper, right and lower edge in pixels."""
        x, y = on.at(self.anchor)
        x, y = x + self.right, y + self.down
        return x - self.width / 2, y - self.height / 2, x + self.width / 2, y + self.height / 2


def written(lines: Sequence[tuple[str, bool]], size: int, *, is_base: bool = False) -> Label:
    """Return a label of plain lines, each bold or not; its width is a careful guess, since fonts differ."""
    html = tuple(f"<b>{escape(text)}</b>" if bold else escape(text) for text, bold in lines)
    width = max(len(text) * size * (0.62 if bold else 0.55) for text, bold in lines) + 10
    return Label(html, size, width, is_base=is_base)


def _told(each: Mark | Spoken, heading: str, theme: Theme, most: int) -> list[tuple[str, bool]]:
    """Return a heading, the widest scope of a place, its range and how many more scopes there are."""
    first = widest(each.panels)
    limits = among(first, each.panels, is_short=theme.is_narrow)
    lines = [(text, True) for text in wrap(heading, most)]
    if len(both := f"{limits}: {span(first)}") <= most:
        return [*lines, (both, False), (more(each.panels, 1), False)]
    lines += [(text, False) for text in wrap(f"{limits}:", most)]
    return [*lines, (span(first), True), (more(each.panels, 1), False)]


def label_of(mark: Mark, theme: Theme) -> Label:
    """Return what stands beside a mark: name, widest scope with its range, and how much more there is."""
    most, size = (22, 11) if theme.is_narrow else (33, 12)
    if mark.panels:
        lines = _told(mark, mark.place.name, theme, most)
        guests = wording.plural(len(mark.guests), "place")
        within = f"+ {guests} within" if theme.is_narrow else f"and {guests} somewhere within"
        lines.append((within if mark.guests else "", False))
    else:
        lines = [(text, False) for text in wrap(f"Somewhere within {mark.place.name}:", most)]
        for guest in mark.guests[:GUESTS]:
            lines += _told(guest, guest.place.name, theme, most)
        left = len(mark.guests) - GUESTS
        lines.append((f"and {wording.plural(left, 'more place')}" if left > 0 else "", False))
    return written([(text, bold) for text, bold in lines if text], size)


def _over(box: Box, others: Iterable[Box]) -> float:
    """Return in how much of its area a box lies over others, in square pixels."""
    covered = 0.0
    for other in others:
        across = min(box[2], other[2]) - max(box[0], other[0])
        down = min(box[3], other[3]) - max(box[1], other[1])
        covered += max(across, 0) * max(down, 0)
    return covered


def _outside(box: Box, on: Window) -> float:
    """Return by how many pixels a box leaves the window."""
    width, height = on.size
    return sum(max(0.0, by) for by in (2 - box[0], 2 - box[1], box[2] - width + 2, box[3] - height + 2))


def _around(label: Label, point: Point) -> list[Label]:
    """Return a label at the sides and corners of a point, near ones first."""
    found = []
    for gap in (10, 26, 48, 76):
        right, down = label.width / 2 + gap, label.height / 2 + gap
        spots = [(right, 0), (-right, 0), (0, -down), (0, down)]
        spots += [(x * right * 0.9, y * down * 0.9) for x in (1, -1) for y in (-1, 1)]
        found += [replace(label, anchor=point, right=x, down=y) for x, y in spots]
    return found


def _within(label: Label, area: Area, smaller: Sequence[Area]) -> list[Label]:
    """Return a label at points of an area: first those that lie in no smaller area with a label of its own."""
    points = inner_points(area.area_id)
    shared = {point for point in points if any(other.holds(*point) for other in smaller)}
    in_order = sorted(points, key=lambda point: point in shared)
    return [replace(label, anchor=point) for point in in_order]


def _size(place: Place) -> float:
    west, south, east, north = box_of(place)
    return (east - west) * (north - south)


def placed(marks: Sequence[Mark], base: Sequence[Area], on: Window, theme: Theme) -> list[Label]:
    """Return the labels of marks, and the names of areas that have no mark, each where it finds room."""
    in_order = sorted(marks, key=lambda mark: _size(mark.place))
    taken = [_dot(mark.place.point, on) for mark in marks if mark.place.area is None and mark.place.point]
    done: list[Label] = []
    smaller: list[Area] = []
    for mark in in_order:
        label, area = label_of(mark, theme), mark.place.area
        tried = _within(label, area, smaller) if area else _around(label, mark.place.point or (0.0, 0.0))
        best = min(tried, key=lambda spot: _over(spot.box(on), taken) + OUTSIDE * _outside(spot.box(on), on))
        smaller += [area] if area else []
        taken.append(best.box(on))
        done.append(best)
    for area in base:
        named = _named(area, on, taken, theme)
        taken += [label.box(on) for label in named]
        done += named
    return done


def _dot(point: Point, on: Window) -> Box:
    x, y = on.at(point)
    return x - DOT / 2, y - DOT / 2, x + DOT / 2, y + DOT / 2


def _named(area: Area, on: Window, taken: Sequence[Box], theme: Theme) -> list[Label]:
    """Return the name of an area of the base where it covers nothing: in the window, else beside it, else nowhere."""
    label = written([(area.name, False)], 10 if theme.is_narrow else 11, is_base=True)
    spots = [spot for spot in _within(label, area, []) if _over(spot.box(on), taken) == 0]
    inside = [spot for spot in spots if _outside(spot.box(on), on) == 0]
    width, _ = on.size
    beside = [spot for spot in spots if spot.box(on)[2] < 0 or spot.box(on)[0] > width]
    return (inside or beside)[:1]
