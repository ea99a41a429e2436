"""The row under the cursor: its cells as far as they are known, and what can be said of them at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from desk.coding.fields import AS_BEFORE, MEASURE, episode_of, understood
from desk.coding.learned import likest, new_incident
from desk.coding.session import Session
from desk.finder.find import Proposal
from desk.finder.reading import read
from desk.outcome.memory import Memory, Outcome
from ingest.curation.added_rows import draft
from ingest.errors import CannotRunError, Problem
from ingest.phrases.search import numbers_at
from ingest.record.columns import FIGURES
from ingest.record.table import Row

LEAST_COPIED = 20
"""Equal numbers below it are everywhere: 10 of 12 equal ones above it were relays."""
WORD = re.compile(r"\S+")


@dataclass
class Card:
    """A row being made: the proposal it comes of (None: added by the person), its cells, and what is suggested."""

    number: int | None
    cells: dict[str, str]
    suggestions: dict[str, str] = field(default_factory=dict)
    reading: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Verdict:
    """What is said of a card: problems, its outcome with the range it had before, and equal numbers elsewhere."""

    problems: list[Problem]
    outcome: Outcome | None
    before: dict[str, Any] | None
    sentence_before: str
    like: list[Row]


def card_of(session: Session, number: int | None, cells: Mapping[str, str], take: str = "") -> Card:
    """Return the card of a proposal, or of a phrase that a person chose.

    ``take`` fills it further: one of TAKES, ``suggested`` with all that is suggested, or the name of one column with
    what is suggested for that.
    """
    proposal = session.proposals[number] if number is not None and 0 <= number < len(session.proposals) else None
    suggestions = session.learned.suggestions(proposal, session.published_on) if proposal else {}
    filled = (
        draft({}, session.document)
        | _preselected(proposal)
        | {name: text for name, text in session.event.items() if text}
    )
    filled |= {name: text for name, text in understood(cells, session.published_on, session.country_id).items() if text}
    filled |= _taken(session, take, suggestions, filled)
    if filled.get("counting") == "incident" and not filled.get("period_end_on"):
        # What happened on one day ended on it, unless the reader says otherwise.
        filled["period_end_on"] = filled.get("period_start_on", "")
    filled = {name: text for name, text in filled.items() if text and name in FIGURES.names}
    card = Card(number, filled, suggestions)
    _read_phrase(session, card)
    return card


def _preselected(proposal: Proposal | None) -> dict[str, str]:
    """Return what is right often enough to be filled in: the phrase, and in the first tier the measure."""
    if proposal is None:
        return {}
    found = {"paragraph": str(proposal.paragraph), "phrase": proposal.phrase}
    return found | ({MEASURE: proposal.measure_id} if proposal.tier == 1 and proposal.measure_id else {})


def _taken(session: Session, take: str, suggestions: Mapping[str, str], filled: dict[str, str]) -> dict[str, str]:
    if take in TAKES:
        # Whom it counts stands in the phrase itself, whatever scope it shares with another figure.
        named = {name: suggestions[name] for name in ("population_id",) if name in suggestions and not filled.get(name)}
        return named | TAKES[take](session, filled)
    # All at once fill what is empty; one asked for by its key takes the place of what is there.
    return {
        name: text
        for name, text in suggestions.items()
        if take == name or (take == "suggested" and not filled.get(name))
    }


def _before(session: Session, filled: dict[str, str]) -> dict[str, str]:
    """As in the row before."""
    rows = session.rows()
    return _cells(rows[-1], AS_BEFORE) if rows else {}


def _like(session: Session, filled: dict[str, str]) -> dict[str, str]:
    """Source and scope of the figure that says the same number; days of reports are each document's own."""
    other = likest(session.sheet.rows(), filled | _read_cells(filled, session.language))
    if other is None:
        return {}
    is_here = other.text("document_id") == session.document_id
    found = _cells(other, (*AS_BEFORE, "population_id", MEASURE))
    return {name: text for name, text in found.items() if is_here or not name.startswith("reported_on")}


def _incident(session: Session, filled: dict[str, str]) -> dict[str, str]:
    """An id for its event."""
    taken = [row.text("incident_id") or "" for row in session.sheet.rows()]
    return {"counting": "incident", "incident_id": new_incident(filled, taken)}


def _part_of(session: Session, filled: dict[str, str]) -> dict[str, str]:
    """A part of the figure above, taken again of the one above that; first of those that are parts of nothing."""
    rows = session.rows()
    ids = [row.text("figure_id") or "" for row in rows if row.text("part_of")]
    ids += [row.text("figure_id") or "" for row in rows if not row.text("part_of")]
    chosen = filled.get("part_of", "")
    return {"part_of": ids[(ids.index(chosen) if chosen in ids else len(ids)) - 1]} if ids else {}


def _part(session: Session, filled: dict[str, str]) -> dict[str, str]:
    """A part of the total above, with its source and scope."""
    found = _part_of(session, filled)
    whole = next((row for row in session.rows() if row.text("figure_id") == found.get("part_of")), None)
    return _cells(whole, AS_BEFORE) | found if whole else {}


def _whole(session: Session, filled: dict[str, str]) -> dict[str, str]:
    """Return the scope of the episode as a whole: its place, since its first day, of every cause and actor."""
    episode = episode_of(session.sheet.folder.name)
    counted = {"place_id": episode.get("place_id", ""), "period_start_on": episode.get("start_on", "")}
    cleared = dict.fromkeys(("cause_id", "actor_id", "period_end_on", "incident_id"), "")
    return cleared | counted | {"counting": episode.get("counting") or "cumulative"}


TAKES: dict[str, Callable[[Session, dict[str, str]], dict[str, str]]] = {
    "before": _before,
    "whole": _whole,
    "like": _like,
    "part": _part,
    "part_only": _part_of,
    "incident": _incident,
    "increment": lambda session, filled: {"counting": "period"},
    "nobody": lambda session, filled: {"source_id": "unattributed"},
}
"""What one key fills: each from the session and the cells as far as they are known."""


def _cells(row: Row, names: tuple[str, ...]) -> dict[str, str]:
    return {name: row.cells[name].text for name in names if name in row.cells and row.cells[name].text}


def _read_cells(cells: Mapping[str, str], language: str) -> dict[str, str]:
    reading, _ = read(cells.get("phrase", ""), language)
    if reading is None:
        return {}
    found = {"hedge_id": reading.hedge_id, "value": _plain(reading.value)}
    if reading.hedge_id == "between":
        found |= {"low": _plain(reading.low), "high": _plain(reading.high)}
    return found


def _read_phrase(session: Session, card: Card) -> None:
    """Fill hedge and numbers as the parser reads the phrase; nothing else may fill them."""
    cells = card.cells
    reading, card.problem = read(cells.get("phrase", ""), session.language)
    if reading is None:
        return
    cells |= _read_cells(cells, session.language)
    numbers = [_plain(number) for number in (reading.value, reading.low, reading.high) if number is not None]
    card.reading = " ".join(["reads", reading.hedge_id, *numbers])


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


def resized(session: Session, paragraph: int, phrase: str, change: str) -> str:
    """Return a phrase one word shorter or longer: ``[`` ``]`` at its end, ``{`` ``}`` at its start.

    What a person typed is first made whole words of the paragraph. CannotRunError where the phrase is not there.
    """
    text = session.paragraphs[paragraph - 1]
    start = text.casefold().find(phrase.casefold())
    if start < 0 or not phrase:
        raise CannotRunError(f"'{phrase}' is not in paragraph {paragraph}.")
    words = [match.span() for match in WORD.finditer(text)]
    first = next(at for at, span in enumerate(words) if span[1] > start)
    last = max(at for at, span in enumerate(words) if span[0] < start + len(phrase))
    first = min(max(0, first + {"{": 1, "}": -1}.get(change, 0)), last)
    last = max(min(len(words) - 1, last + {"[": -1, "]": 1}.get(change, 0)), first)
    return text[words[first][0] : words[last][1]].strip("\"'“”‘’«».,;:()—–- ")


def verdict_on(session: Session, card: Card, with_it: Memory | None, without: Memory | None) -> Verdict:
    """Return what `check` and `verify` say of a card, and what the record becomes with it."""
    cells = card.cells
    session.place_of(int(cells.get("paragraph") or 0), cells.get("phrase", ""), card.number)
    judged = session.judge(cells)
    problems = [problem for problem in judged.problems if problem.field not in ("status", "coded_on")]
    like = _repeated_rows(session, cells)
    if judged.problems or with_it is None:
        return Verdict(problems, None, None, "", like)
    outcome = with_it.outcome(session.sheet.record_with(judged.after), judged.figure_id)
    before, sentence = (None, "")
    if without is not None:
        before, sentence = without.scope_of([str(each["figure_id"]) for each in outcome.peers])
    return Verdict(problems, outcome, before, sentence, like)


def _repeated_rows(session: Session, cells: Mapping[str, str]) -> list[Row]:
    """Return figures of other documents with the same measure, hedge and number: perhaps one statement, told again."""
    value = cells.get("value") or "0"
    if not value.isdigit() or int(value) < LEAST_COPIED:
        return []
    wanted = tuple(cells.get(name, "") for name in (MEASURE, "hedge_id", "value"))
    return [
        row
        for row in session.sheet.rows()
        if row.text("document_id") != session.document_id
        and tuple(row.cells[name].text for name in (MEASURE, "hedge_id", "value")) == wanted
    ][:5]


def number_near(session: Session, paragraph: int, start: int, end: int) -> str:
    """Return the phrase of the number that stands at a place a person marked, or what was marked."""
    text = session.paragraphs[paragraph - 1]
    found = numbers_at(text, start, end, session.language)
    return text[min(start, found[0].start) : max(end, found[0].end)] if found else text[start:end]
