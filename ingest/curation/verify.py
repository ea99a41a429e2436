"""Prove the record against the texts: the file, the paragraph, the phrase in it, and the number read again."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from ingest.curation.check import Episode, Record
from ingest.errors import Problem, counted, quoted
from ingest.files import read_bytes
from ingest.phrases.intervals import Interval, interval_behind, without_interval
from ingest.phrases.parse import (
    FoundNumber,
    NoLexiconError,
    NumberReading,
    UnreadablePhraseError,
    has_lexicon,
    read_number_phrase,
)
from ingest.phrases.search import holds_phrase, misread, numbers_at, places_of
from ingest.record.table import Row

State = Literal["proved", "wrong", "not_proved", "not_judged"]
NEEDED = ("figure_id", "document_id", "paragraph", "phrase", "hedge_id", "value", "low", "high")
# A running count and a stock are tolls; a number that comes on top of others is none.
TOLLS = ("cumulative", "stock")


@dataclass(frozen=True)
class Proof:
    """How one figure fared.

    ``not_proved`` where its text could not be judged; ``not_judged`` where the phrase stands in its paragraph and the
    number in it was not read, for want of a lexicon: ``remark`` says of which language. ``is_read_by_person``: the text
    tells one person or event by no number ("his brother"), and that it is one is the coder's reading.
    """

    episode_id: str
    figure_id: str
    document_id: str
    state: State
    problems: list[Problem]
    remark: str = ""
    is_read_by_person: bool = False


@dataclass
class Verification:
    """The proofs of all figures, and the problems of the documents and figures."""

    proofs: list[Proof] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    document_count: int = 0

    def count(self, state: State) -> int:
        """How many figures are in this state."""
        return sum(proof.state == state for proof in self.proofs)

    def remarks(self) -> dict[str, int]:
        """What is to be said of figures that are in order, and of how many: not judged, or read by a person."""
        told = [proof.remark for proof in self.proofs if proof.state == "not_judged"]
        by_person = sum(proof.is_read_by_person for proof in self.proofs if proof.state == "proved")
        told += ["one person or event told by no number, read by a person"] * by_person
        return {remark: told.count(remark) for remark in dict.fromkeys(told)}


@dataclass(frozen=True)
class Text:
    """The paragraphs of a document and the language it is in."""

    paragraphs: Sequence[str]
    language: str


def verify_record(
    record: Record, texts: Path, progress: Callable[[Sequence[Row]], Iterable[Row]] = iter
) -> Verification:
    """Prove every figure, whatever its status and visibility, against the texts in this folder.

    A document that is missing or edited is one problem at its cell, and its figures are counted as not proved.
    """
    result = Verification()
    for episode in record.episodes:
        texts_by_id: dict[str, Text] = {}
        for document in progress(episode.documents.rows):
            result.document_count += 1
            read = _paragraphs(document, texts, episode)
            if isinstance(read, Problem):
                result.problems.append(read)
            elif read is not None:
                language = document.text("language") or ""
                texts_by_id.setdefault(document.text("document_id") or "", Text(read, language))
        result.proofs += [_proof(episode.episode_id, row, texts_by_id) for row in progress(episode.figures.rows)]
    result.problems += [problem for proof in result.proofs for problem in proof.problems]
    return result


def _paragraphs(document: Row, texts: Path, episode: Episode) -> list[str] | Problem | None:
    """Return the lines of a text that are not blank, stripped; a problem; or None where the row was not read."""
    file_name, sha256 = document.text("file_name"), document.text("sha256")
    if file_name is None or sha256 is None or document.text("document_id") is None:
        return None
    figures = sum(row.text("document_id") == document.text("document_id") for row in episode.figures.rows)
    cost = f"; {counted(figures, 'figure')} not proved" if figures else ""
    try:
        content = read_bytes(path_of_text(texts, episode.episode_id, file_name))
    except FileNotFoundError:
        return document.problem("file_name", f"there is no file {file_name} among the documents{cost}")
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        return document.problem("sha256", f"{file_name} was edited: its SHA-256 is {found}{cost}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return document.problem("file_name", f"{file_name} is not UTF-8 text{cost}")
    return paragraphs_of(text)


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text as the record counts them, from 1: its lines that are not blank, stripped."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def path_of_text(texts: Path, episode_id: str, file_name: str) -> Path:
    """Return where a text is: in the folder of its episode, where there is one, so that two wars may share a name."""
    own = texts / episode_id / file_name
    return own if own.is_file() else texts / file_name


def _proof(episode_id: str, row: Row, texts: Mapping[str, Text]) -> Proof:
    figure_id, document_id = row.text("figure_id") or "", row.text("document_id") or ""
    text = texts.get(document_id)
    if text is None or not row.knows(*NEEDED):
        return Proof(episode_id, figure_id, document_id, "not_proved", [])
    problems = _place_problems(row, text)
    if not has_lexicon(text.language):
        # No language is read by the words of another: the number is left to the two readers.
        remark = f"number not judged: no lexicon for {text.language}"
        return Proof(episode_id, figure_id, document_id, "wrong" if problems else "not_judged", problems, remark)
    # A phrase that is not there, or is cut short, says nothing about hedge and value.
    is_read_by_person = False
    if not any(problem.field == "phrase" for problem in problems):
        told, is_read_by_person = _reading_problems(row, text.language)
        problems += told
    state: State = "wrong" if problems else "proved"
    return Proof(episode_id, figure_id, document_id, state, problems, is_read_by_person=is_read_by_person)


def _place_problems(row: Row, text: Text) -> list[Problem]:
    number, phrase = row.whole("paragraph") or 0, row.text("phrase") or ""
    elsewhere = [
        str(at) for at, paragraph in enumerate(text.paragraphs, 1) if holds_phrase(paragraph, phrase, text.language)
    ]
    if str(number) in elsewhere:
        return _cut_problems(row, text.paragraphs[number - 1], phrase, text.language)
    hint = f"; it is in paragraph {', '.join(elsewhere)}" if elsewhere else ""
    if number > len(text.paragraphs):
        size = counted(len(text.paragraphs), "paragraph")
        return [row.problem("paragraph", f"the document has {size}, no {number}{hint}")]
    if elsewhere:
        return [row.problem("paragraph", f"paragraph {number} does not hold {quoted(phrase)}{hint}")]
    return [row.problem("phrase", f"{quoted(phrase)} is not in paragraph {number}, nor anywhere in the document")]


def _cut_problems(row: Row, paragraph: str, phrase: str, language: str) -> list[Problem]:
    """Refuse a phrase whose number reads otherwise in its sentence: "200 people" out of "more than 200 people"."""
    reading = _try_read(phrase, language)
    if reading is None:
        return []
    behind = interval_behind(paragraph.partition(phrase)[2])
    if behind and reading[1] is None:
        return [row.problem("phrase", f"leaves out the interval its source states: {quoted(behind)}")]
    # The interval beside a number is no number of people of its own.
    phrase = without_interval(phrase)[0]
    if other := misread(paragraph, phrase, reading[0], language):
        longer, right = other
        message = f"leaves out words that change its reading: {quoted(longer)} reads {_shown(right)}"
        return [row.problem("phrase", message)]
    numbers = [
        number
        for start, end in places_of(paragraph, phrase, language)
        for number in numbers_at(paragraph, start, end, language)
    ]
    return [problem for number in numbers for problem in _number_problems(row, number, paragraph, language)][:1]


def _number_problems(row: Row, number: FoundNumber, paragraph: str, language: str) -> list[Problem]:
    """Refuse a number beside which a word of doubt stands, and an increment that is coded as a toll.

    "Another 12" is a number of a window, and those before it are not in it. Where the coder names the column in doubts,
    it was seen and decided. "Killed 5 and hurt 23 more" has a number before it: those may be others beside the five.
    """
    doubts, counting = (row.text("doubts") or "").split(), row.text("counting")
    if number.doubt and "hedge_id" not in doubts:
        message = f"leaves out {quoted(number.doubt)}, which is no hedge of ours: name hedge_id in doubts"
        return [row.problem("phrase", message)]
    is_toll = counting in TOLLS and "counting" not in doubts
    if is_toll and number.reading and number.reading.is_increment and not _others_before(paragraph, number, language):
        message = (
            f"{quoted(row.text('phrase') or '')} comes on top of others: a number of a window (period, incident), "
            f"and not {counting}; where the text means a total, name counting in doubts"
        )
        return [row.problem("counting", message)]
    return []


def _others_before(paragraph: str, number: FoundNumber, language: str) -> bool:
    """Whether the sentence has a number before this one that is no increment itself."""
    begin = max((match.end() for match in re.finditer(r"[.!?؟] ", paragraph[: number.start])), default=0)
    before = numbers_at(paragraph, begin, number.start, language)
    return any(each.end <= number.start and each.reading and not each.reading.is_increment for each in before)


def _read(phrase: str, language: str) -> tuple[NumberReading, Interval | None]:
    """Return what a phrase states, and the interval around it; UnreadablePhraseError where either cannot be read."""
    rest, interval = without_interval(phrase)
    return read_number_phrase(rest, language), interval


def _try_read(phrase: str, language: str) -> tuple[NumberReading, Interval | None] | None:
    try:
        return _read(phrase, language)
    except (UnreadablePhraseError, NoLexiconError):
        return None


def _reading_problems(row: Row, language: str) -> tuple[list[Problem], bool]:
    """Compare the coded hedge and numbers with the phrase, and say whether a person had to read that it is one.

    Where the hedge differs, the numbers are not compared.
    """
    phrase = row.text("phrase") or ""
    try:
        reading, interval = _read(phrase, language)
    except UnreadablePhraseError as reason:
        return [row.problem("phrase", f"{quoted(phrase)} cannot be read: {reason}")], False
    is_read_by_person = reading.read_as == "single"
    if reading.hedge_id != row.text("hedge_id"):
        message = f"{quoted(phrase)} reads {_shown(reading)}, not {row.text('hedge_id')}"
        return [row.problem("hedge_id", message)], is_read_by_person
    compared = {"value": reading.value}
    if reading.hedge_id == "between":
        compared |= {"low": reading.low, "high": reading.high}
    if interval:
        compared |= {"low": interval.low, "high": interval.high, "interval_level": interval.level}
    problems = [
        row.problem(name, f"{quoted(phrase)} reads {_number(number)}, not {_number(row.number(name))}")
        for name, number in compared.items()
        if number != row.number(name)
    ]
    coded, told = row.text("interval_kind"), interval.kind if interval else None
    # What the text calls neither confidence nor credible may be either: the coder knows from elsewhere, and says so.
    if bool(coded) != bool(told) or (told not in (None, "other") and coded != told):
        message = f"{quoted(phrase)} states {f'an interval ({told})' if told else 'no interval'}, not {coded or 'none'}"
        problems.append(row.problem("interval_kind", message))
    return problems, is_read_by_person


def _shown(reading: NumberReading) -> str:
    numbers = [number for number in (reading.value, reading.low, reading.high) if number is not None]
    return " ".join([reading.hedge_id, *map(_number, numbers)])


def _number(number: Decimal | None) -> str:
    return "empty" if number is None else f"{number:f}"
