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
from dashboard.charts.map_text import Mark, Place, Spoken, among, is_of_enemies, more, span, widest
from dashboard.charts.outlines import Area, Box, Point, inner_points
from dashboard.charts.theme import Theme

# The box a dot keeps free, in pixels, and how many guests a label names.
DOT, GUESTS = 15, 2
OUTSIDE = 20.0
# How far a label stands from what it names, where around it, and how much of the box of an area a label may cover.
GAPS = (8, 20, 36, 58, 84, 116)
SIDES = (("right", "middle"), ("left", "middle"), ("middle", "down"), ("middle", "up"), ("right", "down"),
         ("left", "down"), ("right", "up"), ("left", "up"))  # fmt: skip
MOST_COVERED = 0.5
# With more marks than these so many are labelled, and none that finds no free spot.
CROWDED = 12
ENEMIES = "a party’s claims about its enemy alone"


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
    if is_of_enemies(first):
        # The number of a party about its enemy would pass for that of the place.
        told = [(text, False) for text in wrap(ENEMIES, most)]
        return [*((text, True) for text in wrap(heading, most)), *told, (more(each.panels, 1), False)]
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


def over(box: Box, others: Iterable[Box]) -> float:
    """Return in how much of its area a box lies over others, in square pixels."""
    covered = 0.0
    for other in others:
        across = min(box[2], other[2]) - max(box[0], other[0])
        down = min(box[3], other[3]) - max(box[1], other[1])
        covered += max(across, 0) * max(down, 0)
    return covered


def outside(box: Box, on: Window) -> float:
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
    points = inner_points(area)
    shared = {point for point in points if any(other.holds(*point) for other in smaller)}
    in_order = sorted(points, key=lambda point: point in shared)
    return [replace(label, anchor=point) for point in in_order]


def beside(label: Label, point: Point, box: Box, on: Window) -> list[Label]:
    """Return a label at the sides and corners of what it names, near ones first, with a line to a point of it.

    `box` are the pixels of what it names: left, upper, right, lower.
    """
    x, y = on.at(point)
    left, upper, right, lower = box
    found = []
    for gap in GAPS:
        across = {"left": left - x - label.width / 2 - gap, "right": right - x + label.width / 2 + gap, "middle": 0.0}
        down = {"up": upper - y - label.height / 2 - gap, "down": lower - y + label.height / 2 + gap, "middle": 0.0}
        found += [replace(label, anchor=point, right=across[side], down=down[level]) for side, level in SIDES]
    return found


def covers(label: Label, box: Box) -> bool:
    """Whether a label is too large to lie within what it names: over more than a part of it."""
    return label.width * label.height > MOST_COVERED * (box[2] - box[0]) * (box[3] - box[1])


def pixels_of(area: Area, on: Window) -> Box:
    """Return the pixels that an area takes: left, upper, right, lower."""
    west, south, east, north = area.box
    return (*on.at((west, north)), *on.at((east, south)))


def _tried(label: Label, area: Area, smaller: Sequence[Area], on: Window) -> list[Label]:
    """Return where the label of an area may stand: within it where there is room, else beside it."""
    box = pixels_of(area, on)
    points = inner_points(area)
    return beside(label, points[0], box, on) if covers(label, box) and points else _within(label, area, smaller)


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
        tried = _tried(label, area, smaller, on) if area else _around(label, mark.place.point or (0.0, 0.0))
        best = min(tried, key=lambda spot: over(spot.box(on), taken) + OUTSIDE * outside(spot.box(on), on))
        smaller += [area] if area else []
        is_free = not over(best.box(on), taken) and not outside(best.box(on), on)
        if len(in_order) > CROWDED and (not is_free or len(done) == CROWDED):
            # Where there are many, what finds no room is said when it is pointed at, and in words.
            continue
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
    spots = [spot for spot in _within(label, area, []) if over(spot.box(on), taken) == 0]
    inside = [spot for spot in spots if outside(spot.box(on), on) == 0]
    width, _ = on.size
    beside = [spot for spot in spots if spot.box(on)[2] < 0 or spot.box(on)[0] > width]
    return (inside or beside)[:1]
