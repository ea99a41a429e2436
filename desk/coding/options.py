"""What a field offers to be chosen by one key, likeliest first: what the text names, what was chosen before.

Nothing here is filled in by itself: an option is taken by the key that stands beside it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from desk.coding.fields import choices_of, episode_of, fields_of_row
from desk.coding.lists import is_in_place, is_within, parent_of_place, parties
from desk.coding.named import alike, named_in, sentence_of
from desk.coding.ways import Asked, filled_by, totals
from ingest.record.lookups import read_vocabulary
from ingest.record.table import Row

MOST = 9
Each = TypeVar("Each")
WINDOW = ("period_start_on", "period_end_on")
SIDES = {"population_id": "population", "actor_id": "actor"}


@dataclass(frozen=True)
class Option:
    """One thing a field may be: the cells it fills (of a period both ends), and how it is told."""

    cells: dict[str, str]
    label: str


def options_of(name: str, asked: Asked) -> list[Option]:
    """Return at most nine options of a column; none where a person has to type."""
    if name in WINDOW:
        return [Option(dict(zip(WINDOW, window, strict=True)), _told(window)) for window in _first(_windows(asked))]
    if name == "reported_on":
        return _reported(asked)
    source = OFFERED.get(name)
    if source is None:
        return []
    return [Option({name: each}, _name_of(name, each)) for each in _first(source(asked))]


def _first(found: Iterable[Each]) -> list[Each]:
    return [each for each in dict.fromkeys(found) if each][:MOST]


def _told(window: tuple[str, str]) -> str:
    return " to ".join(each or "open" for each in window) if window[0] != window[1] else window[0]


def _name_of(name: str, entry: str) -> str:
    list_name = next((field.choices for field in fields_of_row() if field.name == name), "")
    return next((each.name for each in choices_of(list_name) if each.id == entry and each.name != entry), "")


def _rows(asked: Asked) -> list[Row]:
    """Figures latest first, those of this document before the others of the episode."""
    here = asked.session.rows()
    ids = {row.text("figure_id") for row in here}
    return [*reversed(here), *(row for row in reversed(asked.session.sheet.rows()) if row.text("figure_id") not in ids)]


def _used(name: str, asked: Asked) -> list[str]:
    return [row.cells[name].text for row in _rows(asked) if name in row.cells]


def _paragraph(asked: Asked) -> tuple[str, int]:
    """Return the paragraph a figure stands in, and where in it."""
    number = int(asked.cells.get("paragraph") or 0)
    if not 1 <= number <= len(asked.session.paragraphs):
        return "", 0
    text = asked.session.paragraphs[number - 1]
    at = asked.proposal.start if asked.proposal else text.casefold().find(asked.cells.get("phrase", "").casefold())
    return text, max(at, 0)


def _named(list_name: str, asked: Asked) -> list[str]:
    return named_in(list_name, *_paragraph(asked))


def _suggested(name: str, asked: Asked) -> list[str]:
    return [asked.suggestions.get(name, "")]


def _sources(asked: Asked) -> list[str]:
    found = [*_suggested("source_id", asked), *_named("sources", asked), *_used("source_id", asked)]
    return [*found, *_parties("source", asked), "unattributed"]


def _populations(asked: Asked) -> list[str]:
    """Whom the phrase names, then the groups among them that the sentence or this episode names, then the others."""
    suggested = asked.suggestions.get("population_id", "all")
    told = [*_named("populations", asked), *_alike("populations", asked)]
    used, parties = _used("population_id", asked), _parties("population", asked)
    known = [*told, *used, *parties, *(each.id for each in choices_of("populations"))]
    within = [each for each in known if suggested not in ("all", each) and is_within(each, suggested)]
    return _allowed("population_id", asked, [suggested, *within[:4], *told, *used, *parties, "all", "civilians"])


def _places(asked: Asked) -> list[str]:
    """Where the paragraph names, what its words are like, where others were, and what these lie in."""
    whole = episode_of(_episode_id(asked)).get("place_id", "")
    named, used = _named("places", asked), _used("place_id", asked)
    here = [each for each in named if is_in_place(each, whole)]
    like = [each for each in _alike("places", asked) if is_in_place(each, whole)]
    above = [parent_of_place(each) for each in (*here, *used[:1], whole)]
    return [*_suggested("place_id", asked), *here[:3], whole, *like[:2], *used[:2], *above[:3], *named, *used]


def _alike(list_name: str, asked: Asked) -> list[str]:
    """Entries whose names have words of the sentence, those of most words first."""
    text, at = _paragraph(asked)
    sentence = sentence_of(text, at)
    counted = [(alike(list_name, sentence, each.id), each.id) for each in choices_of(list_name)]
    return [entry for count, entry in sorted(counted, key=lambda each: -each[0]) if count]


def _causes(asked: Asked) -> list[str]:
    return [
        *_suggested("cause_id", asked),
        *_used("cause_id", asked),
        *(each.id for each in choices_of("causes")),
    ]


def _actors(asked: Asked) -> list[str]:
    """Those of this episode, by how much of their names the sentence says."""
    known = _parties("actor", asked)
    said = [each for each in _alike("actors", asked) if each in known]
    return _allowed("actor_id", asked, [*_suggested("actor_id", asked), *said, *_used("actor_id", asked), *known])


def _allowed(name: str, asked: Asked, ids: list[str]) -> list[str]:
    """Leave out who is a side of another war alone: the check would refuse the row."""
    episode_id, vocabulary = _episode_id(asked), read_vocabulary()
    return [each for each in ids if each and not vocabulary.side_objection(SIDES[name], each, episode_id)]


def _reported(asked: Asked) -> list[Option]:
    """When it may have been reported: on the day its sentence names, on the day of the text or before, as others."""
    published, basis = asked.session.published_on, asked.session.document.cells["published_on_basis"].text
    stated = asked.suggestions.get("period_end_on", "")
    used = [(row.cells["reported_on"].text, row.cells["reported_on_basis"].text) for row in _rows(asked)]
    found = [(published, basis), (stated, "stated"), (_day_before(published), "inferred"), *used]
    return [
        Option({"reported_on": day, "reported_on_basis": why}, f"{day}, {why}")
        for day, why in _first(each for each in found if each[0])
    ]


def _windows(asked: Asked) -> list[tuple[str, str]]:
    """Periods: what the sentence says, since the episode began, those of other figures, the days of the text."""
    start = episode_of(_episode_id(asked)).get("start_on", "")
    published = asked.session.published_on
    said = asked.suggestions
    used = [(row.cells[WINDOW[0]].text, row.cells[WINDOW[1]].text) for row in _rows(asked)]
    before = _day_before(published)
    found = [
        (said.get(WINDOW[0], ""), said.get(WINDOW[1], "")),
        (start, ""),
        *used[:3],
        (published, published),
        (before, before),
        (before, published),
        ("", _day_before(start)),
        *used,
    ]
    return [each for each in found if any(each)]


def _day_before(day: str) -> str:
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except ValueError:
        return ""


def _incidents(asked: Asked) -> list[str]:
    return [filled_by("incident", asked).get("incident_id", ""), *_used("incident_id", asked)]


OFFERED: dict[str, Callable[[Asked], list[str]]] = {
    "source_id": _sources,
    "population_id": _populations,
    "place_id": _places,
    "cause_id": _causes,
    "actor_id": _actors,
    "counting": lambda asked: [each.id for each in choices_of("counting")],
    "reported_on_basis": lambda asked: [each.id for each in choices_of("basis")],
    "part_of": lambda asked: [row.text("figure_id") or "" for row in totals(asked)],
    "incident_id": _incidents,
}


def _parties(dimension: str, asked: Asked) -> list[str]:
    return parties(_episode_id(asked), dimension)


def _episode_id(asked: Asked) -> str:
    return asked.session.sheet.folder.name
