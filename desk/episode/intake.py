"""A text taken into an episode: the text beside its original in the folder of texts, and its row of documents.csv."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from common.layout import FIGURES
from desk.episode.files import ensure_table, write_whole
from desk.reading.document import TEXT, Document
from ingest.curation.added_rows import add_document, refuse_known
from ingest.errors import CannotRunError, Problem
from ingest.files import locked, read_bytes, shown_path
from ingest.record.columns import DOCUMENTS
from ingest.record.columns import FIGURES as FIGURE_COLUMNS
from ingest.record.lookups import read_vocabulary

HASH_LENGTH = 16


@dataclass(frozen=True)
class Taken:
    """A document that is now in the episode, or the problems for which it is not."""

    document_id: str
    file_name: str
    problems: list[Problem]


def episode_folder(named: str) -> Path:
    """Return the folder of an episode named by its path or by its id; it need not be there yet."""
    path = Path(named)
    return path.resolve() if path.is_dir() or "/" in named else FIGURES / named


def take_in(document: Document, cells: Mapping[str, str], episode: Path, texts: Path) -> Taken:
    """Write the text and its original into ``texts`` and its row into documents.csv of the episode, after a full check.

    ``cells`` are columns of documents.csv that a person confirmed; id, SHA-256 and file name are set here. An episode
    without files gets both, with their headers. CannotRunError where the text is in the record already, or ``texts``
    lies in the project, which must hold no text.
    """
    refuse_known(document.sha256, episode)
    refuse_inside_project(texts)
    if objection := read_vocabulary().objection("episodes", episode.name):
        raise CannotRunError(
            f"The folder's name is the episode, and {objection}. Add its row first; nothing was written."
        )
    episode.mkdir(parents=True, exist_ok=True)
    texts.mkdir(parents=True, exist_ok=True)
    with locked([episode]):
        for schema in (DOCUMENTS, FIGURE_COLUMNS):
            ensure_table(episode / schema.file_name, schema)
    kept: list[str] = []

    def keep(file_name: str) -> None:
        _keep_text(document, texts, file_name)
        kept.append(file_name)

    added = add_document(
        episode,
        dict(cells) | {"sha256": document.sha256},
        lambda number: f"{number}_{document.sha256[:HASH_LENGTH]}.txt",
        keep,
    )
    return Taken("", "", added.problems) if added.problems else Taken(added.record_id, kept[0], [])


def refuse_inside_project(texts: Path) -> None:
    """Raise CannotRunError where a folder for texts lies in the project, which must hold no text."""
    if texts.resolve().is_relative_to(FIGURES.parent.resolve()) and FIGURES.is_dir():
        raise CannotRunError(
            f"{shown_path(texts)} lies in the project: texts are their publishers'. Name a folder outside it."
        )


def _keep_text(document: Document, texts: Path, file_name: str) -> None:
    """Write the text as its SHA-256 is of it, and its original beside it where that is another file."""
    original = read_bytes(document.path)
    text = original if document.kind == TEXT else document.text.encode()
    write_whole(texts / file_name, text)
    if document.kind != TEXT:
        write_whole((texts / file_name).with_suffix(f".{document.kind}"), original)
