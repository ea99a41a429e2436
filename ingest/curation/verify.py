"""Prove the record against the texts: the file, the paragraph, the phrase in it, and the number read again."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ingest.curation.check import Episode, Record
from ingest.errors import Problem, counted, quoted
from ingest.files import read_bytes
from ingest.phrases.parse import NumberReading, UnreadablePhraseError, read_number_phrase
from ingest.phrases.search import holds_phrase, longer_phrases
from ingest.record.table import Row

State = Literal["proved", "wrong", "not_proved"]
NEEDED = ("figure_id", "document_id", "paragraph", "phrase", "hedge_id", "value", "low", "high")


@dataclass(frozen=True)
class Proof:
    """How one figure fared: ``not_proved`` where its text could not be judged."""

    episode_id: str
    figure_id: str
    document_id: str
    state: State
    problems: list[Problem]


@dataclass
class Verification:
    """The proofs of all figures, and the problems of the documents and figures."""

    proofs: list[Proof] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    document_count: int = 0

    def count(self, state: State) -> int:
        """How many figures are in this state."""
        return sum(proof.state == state for proof in self.proofs)


def verify_record(
    record: Record, texts: Path, progress: Callable[[Sequence[Row]], Iterable[Row]] = iter
) -> Verification:
    """Prove every figure, whatever its status and visibility, against the texts in this folder.

    A document that is missing or edited is one problem at its cell, and its figures are counted as not proved.
    """
    result = Verification()
    for episode in record.episodes:
        paragraphs: dict[str, list[str]] = {}
        for document in progress(episode.documents.rows):
            result.document_count += 1
            read = _paragraphs(document, texts, episode)
            if isinstance(read, Problem):
                result.problems.append(read)
            elif read is not None:
                paragraphs.setdefault(document.text("document_id") or "", read)
        result.proofs += [_proof(episode.episode_id, row, paragraphs) for row in progress(episode.figures.rows)]
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
        content = read_bytes(texts / file_name)
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


def _proof(episode_id: str, row: Row, paragraphs: dict[str, list[str]]) -> Proof:
    figure_id, document_id = row.text("figure_id") or "", row.text("document_id") or ""
    text = paragraphs.get(document_id)
    if text is None or not row.knows(*NEEDED):
        return Proof(episode_id, figure_id, document_id, "not_proved", [])
    problems = _place_problems(row, text)
    # A phrase that is not there, or is cut short, says nothing about hedge and value.
    if not any(problem.field == "phrase" for problem in problems):
        problems += _reading_problems(row)
    return Proof(episode_id, figure_id, document_id, "wrong" if problems else "proved", problems)


def _place_problems(row: Row, text: Sequence[str]) -> list[Problem]:
    number, phrase = row.whole("paragraph") or 0, row.text("phrase") or ""
    elsewhere = [str(at) for at, paragraph in enumerate(text, 1) if holds_phrase(paragraph, phrase)]
    if str(number) in elsewhere:
        return _cut_problems(row, text[number - 1], phrase)
    hint = f"; it is in paragraph {', '.join(elsewhere)}" if elsewhere else ""
    if number > len(text):
        return [row.problem("paragraph", f"the document has {counted(len(text), 'paragraph')}, no {number}{hint}")]
    if elsewhere:
        return [row.problem("paragraph", f"paragraph {number} does not hold {quoted(phrase)}{hint}")]
    return [row.problem("phrase", f"{quoted(phrase)} is not in paragraph {number}, nor anywhere in the document")]


def _cut_problems(row: Row, paragraph: str, phrase: str) -> list[Problem]:
    """Refuse a phrase that leaves out the hedge printed beside it: "200 people" out of "more than 200 people"."""
    reading = _try_read(phrase)
    if reading is None:
        return []
    for longer in longer_phrases(paragraph, phrase):
        other = _try_read(longer)
        if other is not None and other != reading:
            message = f"leaves out words that change its reading: {quoted(longer)} reads {_shown(other)}"
            return [row.problem("phrase", message)]
    return []


@lru_cache(maxsize=10_000)
def _try_read(phrase: str) -> NumberReading | None:
    try:
        return read_number_phrase(phrase)
    except UnreadablePhraseError:
        return None


def _reading_problems(row: Row) -> list[Problem]:
    """Compare the coded hedge and numbers with the phrase; where the hedge differs, the numbers are not compared."""
    phrase = row.text("phrase") or ""
    try:
        reading = read_number_phrase(phrase)
    except UnreadablePhraseError as reason:
        return [row.problem("phrase", f"{quoted(phrase)} cannot be read: {reason}")]
    if reading.hedge_id != row.text("hedge_id"):
        return [row.problem("hedge_id", f"{quoted(phrase)} reads {_shown(reading)}, not {row.text('hedge_id')}")]
    compared = {"value": reading.value}
    if reading.hedge_id == "between":
        compared |= {"low": reading.low, "high": reading.high}
    return [
        row.problem(name, f"{quoted(phrase)} reads {_number(number)}, not {_number(row.number(name))}")
        for name, number in compared.items()
        if number != row.number(name)
    ]


def _shown(reading: NumberReading) -> str:
    numbers = [number for number in (reading.value, reading.low, reading.high) if number is not None]
    return " ".join([reading.hedge_id, *map(_number, numbers)])


def _number(number: Decimal | None) -> str:
    return "empty" if number is None else f"{number:f}"
