"""The record: every episode folder read and judged, with every problem of every file at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from common.layout import SEEDS
from ingest.curation.ids import FreeIds
from ingest.double_coding.rules import second_problems
from ingest.errors import Problem
from ingest.files import read_bytes
from ingest.record.columns import DOCUMENTS, FIGURES, TableSchema
from ingest.record.cross_row_rules import (
    document_problems,
    incident_warnings,
    part_problems,
    part_warnings,
    review_warnings,
    side_problems,
)
from ingest.record.lookups import Vocabulary, read_vocabulary
from ingest.record.row_rules import row_problems
from ingest.record.table import Row, TableRows, read_table_file

SHEETS = (DOCUMENTS, FIGURES)
# Where these cells are equal, two rows of one id are two versions of one row.
SAME_ROW = {DOCUMENTS.file_name: ("sha256",), FIGURES.file_name: ("document_id", "paragraph", "phrase")}


@dataclass(frozen=True)
class Episode:
    """One folder of the record: its name is the episode_id."""

    episode_id: str
    folder: Path
    documents: TableRows
    figures: TableRows


@dataclass(frozen=True)
class Record:
    """The episodes read together, in the order of their ids."""

    episodes: list[Episode]

    @property
    def document_count(self) -> int:
        """How many rows the files of documents hold."""
        return sum(len(episode.documents.rows) for episode in self.episodes)

    @property
    def figure_count(self) -> int:
        """How many rows the files of figures hold."""
        return sum(len(episode.figures.rows) for episode in self.episodes)


def read_record(
    folders: Sequence[Path],
    seeds: Path = SEEDS,
    progress: Callable[[Sequence[Path]], Iterable[Path]] = iter,
    read: Callable[[Path], bytes] = read_bytes,
) -> tuple[Record, list[Problem]]:
    """Read these folders and return them with their problems, sorted by file, line and column.

    ``read`` gives the bytes of a file, or raises FileNotFoundError: of those on the disk, unless told otherwise. A rule
    across cells, rows or files is applied only where the cells it needs were read, so that one cause gives one problem.
    CannotRunError where a file or the seeds cannot be read at all.
    """
    vocabulary = read_vocabulary(seeds)
    ordered = sorted(folders, key=lambda folder: folder.name)
    episodes = [_read_episode(folder, vocabulary, read) for folder in progress(ordered)]
    problems: list[Problem] = []
    for episode in episodes:
        problems += _episode_problems(episode, vocabulary, read)
    for schema in SHEETS:
        problems += _repeated_keys(schema, [_table_of(episode, schema) for episode in episodes])
    return Record(episodes), sorted(set(problems))


def record_warnings(record: Record) -> list[Problem]:
    """Return what a person should look at though nothing is wrong, sorted by file, line and column."""
    today = datetime.now(UTC).date()
    return sorted(
        warning
        for episode in record.episodes
        for rows in [episode.figures.rows]
        for warning in (*incident_warnings(rows), *part_warnings(rows), *review_warnings(rows, today))
    )


def _read_episode(folder: Path, vocabulary: Vocabulary, read: Callable[[Path], bytes]) -> Episode:
    documents, figures = (read_table_file(schema, folder / schema.file_name, vocabulary, read) for schema in SHEETS)
    return Episode(folder.name, folder, documents, figures)


def _episode_problems(episode: Episode, vocabulary: Vocabulary, read: Callable[[Path], bytes]) -> list[Problem]:
    documents, figures = episode.documents, episode.figures
    problems = documents.problems + figures.problems
    objection = vocabulary.objection("episodes", episode.episode_id)
    if objection:
        problems.append(Problem(figures.file, 1, 1, "", f"the folder's name is the episode_id, and {objection}"))
    for row in documents.rows + figures.rows:
        problems += row_problems(row, vocabulary)
    problems += document_problems(figures.rows, documents)
    problems += part_problems(figures.rows, vocabulary)
    if not objection:
        problems += side_problems(episode.episode_id, figures.rows, vocabulary)
    problems += second_problems(episode.folder, documents, figures, vocabulary, read)
    return problems


def _table_of(episode: Episode, schema: TableSchema) -> TableRows:
    return episode.documents if schema is DOCUMENTS else episode.figures


def _repeated_keys(schema: TableSchema, tables: Sequence[TableRows]) -> list[Problem]:
    """Ids are unique in a file and across all episodes checked together."""
    first: dict[str, Row] = {}
    repeats: list[tuple[Row, Row]] = []
    for row in (row for rows in tables for row in rows.rows):
        earlier = first.setdefault(row.text(schema.key) or "", row)
        if earlier is not row and row.text(schema.key):
            repeats.append((earlier, row))
    free = FreeIds(first) if repeats else FreeIds()
    problems: list[Problem] = []
    for earlier, row in repeats:
        is_here = earlier.file == row.file
        where = f"on line {earlier.line}" if is_here else f"in {earlier.file}:{earlier.line}"
        said = f"{row.text(schema.key)} is already {where}{_advice(schema, earlier, row, free) if is_here else ''}"
        problems.append(row.problem(schema.key, said))
    return problems


def _advice(schema: TableSchema, earlier: Row, row: Row, free: FreeIds) -> str:
    """Return what to do where two rows of a file have one id, as after two coders' branches were merged."""
    if all(_said(earlier, name) == _said(row, name) for name in SAME_ROW[schema.file_name]):
        return ": two versions of one row; keep the one that is to stand, and delete the other"
    if schema is FIGURES and row.text("document_id"):
        named = free.figure(row.text("document_id") or "")
        return f": two figures were given one id; call this one {named}, also where part_of names it"
    if schema is DOCUMENTS and row.text("sha256"):
        named = free.document(Path(row.file).parent.name, row.text("sha256") or "")
        return f": two texts were given one id; call this one {named}, also in its figures and in their ids"
    return ""


def _said(row: Row, name: str) -> str:
    return row.cells[name].text if name in row.cells else ""
