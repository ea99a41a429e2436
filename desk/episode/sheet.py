"""The figures of one reading of an episode: a row added or taken out, judged before anything is written.

The first reading is figures.csv, the second second/figures.csv; a sheet of the second never opens the other file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desk.episode.files import ensure_table
from ingest.curation.added_rows import missing_columns, not_yet, with_row_of_document
from ingest.curation.check import Episode, Record, read_record
from ingest.curation.ids import next_figure_id
from ingest.curation.verify import verify_record
from ingest.double_coding.second_coding import SECOND
from ingest.errors import CannotRunError, Problem
from ingest.files import locked, read_bytes, read_instead, replace_file, shown_path
from ingest.record.columns import DOCUMENTS, FIGURES
from ingest.record.cross_row_rules import document_problems, part_problems
from ingest.record.csv_writer import EditableTable, editable, row_of
from ingest.record.lookups import read_vocabulary
from ingest.record.row_rules import row_problems
from ingest.record.table import Row, TableRows, read_table, read_table_file


@dataclass(frozen=True)
class Judged:
    """A row as it would be written: what `check` and `verify` say against it, and the file with it."""

    figure_id: str
    problems: list[Problem]
    before: bytes
    after: bytes


class Sheet:
    """One reading's file of figures; ``texts`` is the folder of the texts."""

    def __init__(self, folder: Path, texts: Path, reading: int) -> None:
        """Take the folder of an episode; the file is made with its header where it is not there yet."""
        self.folder, self.texts, self.reading = folder, texts, reading
        self.path = (folder if reading == 1 else folder / SECOND) / FIGURES.file_name
        ensure_table(self.path, FIGURES)

    def rows(self) -> list[Row]:
        """Return the rows of this reading as they are on the disk."""
        return self._figures(read_bytes(self.path)).rows

    def documents(self) -> TableRows:
        """Return the documents of the episode."""
        return read_table_file(DOCUMENTS, self.folder / DOCUMENTS.file_name, read_vocabulary())

    def record_with(self, content: bytes) -> Record:
        """Return the episode as it would be with this file of figures, of this reading alone."""
        return Record([Episode(self.folder.name, self.folder, self.documents(), self._figures(content))])

    def judge(self, cells: Mapping[str, str], least_number: int = 1) -> Judged:
        """Return a new row as it would be, with every problem it has or makes; nothing is written.

        ``least_number`` is the first number its id may have: one that was given and taken back is not given again.
        """
        before = read_bytes(self.path)
        table = self._table(before)
        figure_id = self._next_id(table, cells["document_id"], least_number)
        texts = dict(cells) | {"figure_id": figure_id}
        after = with_row_of_document(table, texts)
        problems = [*missing_columns(table, texts, shown_path(self.path)), *self._new_problems(before, after)]
        return Judged(figure_id, problems + self._proof(after, figure_id), before, after)

    def add(self, cells: Mapping[str, str], least_number: int = 1) -> Judged:
        """Write a new row at once, unless there is a problem with it; the file then holds it whole."""
        with locked([self.path.parent]):
            judged = self.judge(cells, least_number)
            if not judged.problems:
                replace_file(self.path, judged.before, judged.after)
        return judged

    def remove(self, figure_id: str) -> None:
        """Take a row out again that was added in this session: a draft that nobody has seen.

        CannotRunError where it is no draft any more, or where other rows need it.
        """
        with locked([self.path.parent]):
            before = read_bytes(self.path)
            table = self._table(before)
            row = row_of(table, FIGURES.key, figure_id)
            if row is None:
                raise CannotRunError(f"{figure_id} is not in {shown_path(self.path)} any more.")
            if dict(zip(table.names, row.cells, strict=False))["status"].text != "draft":
                raise CannotRunError(f"{figure_id} is no draft any more: on-record withdraw or amend changes it.")
            after = table.without_row(row)
            if problems := self._new_problems(before, after):
                raise CannotRunError(f"{figure_id} cannot be taken out: {problems[0].message}.")
            replace_file(self.path, before, after)

    def _table(self, content: bytes) -> EditableTable:
        table = editable(FIGURES, shown_path(self.path), content)
        if table.problems:
            raise CannotRunError(f"{table.problems[0]}: put it right first.")
        return table

    def _figures(self, content: bytes) -> TableRows:
        return read_table(FIGURES, shown_path(self.path), content, read_vocabulary())

    def _next_id(self, table: EditableTable, document_id: str, least: int) -> str:
        at = table.names.index(FIGURES.key)
        ids = [row.cells[at].text for row in table.rows]
        return next_figure_id(document_id, ids, least)

    def _new_problems(self, before: bytes, after: bytes) -> list[Problem]:
        """Return what is wrong with the file as it would be and was not before; lines below a new row have moved."""
        return not_yet(self._problems(before), self._problems(after))

    def _problems(self, content: bytes) -> list[Problem]:
        if self.reading == 1:
            return read_record([self.folder], read=read_instead(self.path, content))[1]
        vocabulary, figures, documents = read_vocabulary(), self._figures(content), self.documents()
        problems = [*figures.problems, *documents.problems]
        for row in figures.rows:
            problems += row_problems(row, vocabulary)
        problems += document_problems(figures.rows, documents)
        return problems + part_problems(figures.rows, vocabulary)

    def _proof(self, content: bytes, figure_id: str) -> list[Problem]:
        """Return what `verify` says of one row."""
        (episode,) = self.record_with(content).episodes
        rows = [row for row in episode.figures.rows if row.text("figure_id") == figure_id]
        ids = {row.text("document_id") for row in rows}
        documents = [row for row in episode.documents.rows if row.text("document_id") in ids]
        alone = replace(
            episode,
            figures=replace(episode.figures, rows=rows),
            documents=replace(episode.documents, rows=documents),
        )
        return verify_record(Record([alone]), self.texts).problems
