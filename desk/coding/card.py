"""The row under the cursor: its cells as far as they are known, and what can be said of them at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from desk.coding.fields import MEASURE, episode_of, understood
from desk.coding.session import Session
from desk.coding.ways import WAYS, Asked, filled_by
from desk.finder.find import Proposal, proposal_at
from desk.finder.reading import read
from desk.finder.words import languages
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
    asked: Asked | None = None


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

    ``take`` fills it further: one of WAYS. A cell that a person has emptied stays empty.
    """
    proposal = session.proposals[number] if number is not None and 0 <= number < len(session.proposals) else None
    suggestions = _suggestions(session, proposal or _marked(session, cells))
    filled = (
        draft({}, session.document)
        | _preselected(proposal)
        | {name: text for name, text in session.event.items() if text}
    )
    filled |= understood(cells, session.published_on, session.country_id)
    filled |= _read_cells(filled, session.language)
    filled |= filled_by(take, Asked(session, proposal, filled, suggestions)) if take else {}
    if filled.get("counting") == "incident" and not filled.get("period_end_on"):
        # What happened on one day ended on it, unless the reader says otherwise.
        filled["period_end_on"] = filled.get("period_start_on", "")
    filled = {name: text for name, text in filled.items() if text and name in FIGURES.names}
    card = Card(number, filled, suggestions, asked=Asked(session, proposal, filled, suggestions))
    _read_phrase(session, card)
    return card


def _suggestions(session: Session, proposal: Proposal | None) -> dict[str, str]:
    if proposal is None:
        return {}
    paragraph = session.paragraphs[proposal.paragraph - 1]
    episode = episode_of(session.sheet.folder.name)
    return session.learned.suggestions(proposal, paragraph, session.published_on, episode)


def _marked(session: Session, cells: Mapping[str, str]) -> Proposal | None:
    """Return a phrase that a person marked as the finder would have proposed it, but to an unaided reader."""
    number, phrase = int(cells.get("paragraph") or 0), cells.get("phrase", "")
    if not session.is_revealed or not phrase or not 1 <= number <= len(session.paragraphs):
        return None
    start = session.paragraphs[number - 1].find(phrase)
    if start < 0 or session.language not in languages():
        return None
    return proposal_at(number, session.paragraphs[number - 1], (start, start + len(phrase)), session.language)


def ways_of(card: Card) -> list[tuple[str, dict[str, str]]]:
    """Return what each way would change in a card, by its name; none that changes nothing or the same as one before."""
    found: list[tuple[str, dict[str, str]]] = []
    if card.asked is None:
        return found
    for name in WAYS:
        filled = card.cells | filled_by(name, card.asked)
        changed = {each: text for each, text in filled.items() if text != card.cells.get(each, "")}
        if changed and changed not in [each for _, each in found]:
            found.append((name, changed))
    return found


def _preselected(proposal: Proposal | None) -> dict[str, str]:
    """Return what is right often enough to be filled in: the phrase, and in the first tier the measure."""
    if proposal is None:
        return {}
    found = {"paragraph": str(proposal.paragraph), "phrase": proposal.phrase}
    return found | ({MEASURE: proposal.measure_id} if proposal.tier == 1 and proposal.measure_id else {})


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

    What a person typed is first made whole words of the paragraph, a number alone with its hedge.
    CannotRunError where the phrase is not there.
    """
    text = session.paragraphs[paragraph - 1]
    start = text.casefold().find(phrase.casefold())
    if start < 0 or not phrase:
        raise CannotRunError(f"'{phrase}' is not in paragraph {paragraph}.")
    if not change and len(phrase.split()) == 1:  # a number alone means its hedge as well
        phrase = number_near(session, paragraph, start, start + len(phrase))
        start = text.find(phrase)
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
