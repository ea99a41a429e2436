"""A document or a figure added to an episode, under an id of its own: judged by the whole check, then written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from common.layout import FIGURES as RECORD
from ingest.curation.check import Episode, read_record
from ingest.curation.ids import document_with, new_document_id, next_figure_id
from ingest.errors import CannotRunError, Problem, did_you_mean, quoted
from ingest.files import locked, read_bytes, read_instead, replace_file, shown_path
from ingest.record.columns import DOCUMENTS, FIGURES, TableSchema
from ingest.record.csv_writer import EditableTable, editable
from ingest.record.table import Row


@dataclass(frozen=True)
class Added:
    """A new row by its id, and its file without and with it; ``problems`` is why nothing was written."""

    record_id: str
    path: Path
    before: bytes
    after: bytes
    problems: list[Problem] = field(default_factory=list)


def refuse_known(sha256: str, episode: Path) -> None:
    """Raise CannotRunError where a text is in the record already, or in the episodes beside this one."""
    if known := document_with(sha256, RECORD) or document_with(sha256, episode.parent):
        raise CannotRunError(f"This text is in the record already, as {known}; nothing was written.")


def add_document(
    episode: Path,
    cells: Mapping[str, str],
    file_name: Callable[[str], str],
    keep: Callable[[str], None] = lambda _: None,
    *,
    is_dry_run: bool = False,
) -> Added:
    """Add a row to documents.csv of an episode.

    Args:
        episode: its folder, with both files.
        cells: the columns but id and file name, the text's SHA-256 among them.
        file_name: from the number in the new id to the name of the text's file.
        keep: called with that name before the row is written: what must be there when the row is.
        is_dry_run: judge and write nothing.

    Raises:
        CannotRunError: the text is in the record already, or a file cannot be read or written.

    """
    refuse_known(cells["sha256"], episode)
    path = episode / DOCUMENTS.file_name

    def row_of(table: EditableTable) -> dict[str, str]:
        at = table.names.index(DOCUMENTS.key)
        taken = {row.cells[at].text for row in table.rows if len(row.cells) > at}
        document_id = new_document_id(episode.name, cells["sha256"], taken)
        return dict(cells) | {"document_id": document_id, "file_name": file_name(document_id.rpartition("-")[2])}

    return _add(episode, path, DOCUMENTS, row_of, keep=keep, is_dry_run=is_dry_run)


def add_figure(
    folders: Sequence[Path], document_id: str, cells: Mapping[str, str], *, is_dry_run: bool = False
) -> Added:
    """Add a draft to figures.csv of the episode that a document is in, below the last figure of that document.

    Args:
        folders: the episodes in which the document may be.
        document_id: its id.
        cells: columns of figures.csv; what a draft of today has is put in (`draft`).
        is_dry_run: judge and write nothing.

    Raises:
        CannotRunError: no episode has the document, or several have; a file cannot be read or written.

    """
    episode, document = _document(folders, document_id)

    def row_of(table: EditableTable) -> dict[str, str]:
        at = table.names.index(FIGURES.key)
        ids = [row.cells[at].text for row in table.rows if len(row.cells) > at]
        return draft(cells, document) | {"figure_id": next_figure_id(document_id, ids)}

    return _add(episode.folder, episode.folder / FIGURES.file_name, FIGURES, row_of, is_dry_run=is_dry_run)


def draft(cells: Mapping[str, str], document: Row) -> dict[str, str]:
    """Return the cells of a new figure: what the person gave, and what a draft of today has."""
    given = {name: text.strip() for name, text in cells.items() if name in FIGURES.names and text.strip()}
    return (
        {
            "status": "draft",
            "visibility": "public",
            "coded_on": date.today().isoformat(),
            "reported_on": document.cells["published_on"].text,
            "reported_on_basis": "inferred",
        }
        | given
        | {"document_id": document.text("document_id") or ""}
    )


def with_row_of_document(table: EditableTable, texts: Mapping[str, str]) -> bytes:
    """Return a file of figures with one more row, below the last one of its document, else at the end."""
    at = table.names.index("document_id")
    own = [row for row in table.rows if row.cells[at].text == texts["document_id"]]
    return table.with_row_after(own[-1], texts) if own else table.with_row_at_end(texts)


def missing_columns(table: EditableTable, texts: Mapping[str, str], file: str) -> list[Problem]:
    """Return a problem for each cell whose column the file does not have yet."""
    missing = [name for name, text in texts.items() if text and name not in table.names]
    return [Problem(file, 1, 1, name, f"the file has no column {name} yet: add it to the header first")
            for name in missing]  # fmt: skip


def _document(folders: Sequence[Path], document_id: str) -> tuple[Episode, Row]:
    record, _ = read_record(folders)
    known = [(episode, row) for episode in record.episodes for row in episode.documents.rows]
    found = [(episode, row) for episode, row in known if row.text(DOCUMENTS.key) == document_id]
    if not found:
        hint = did_you_mean(document_id, [row.text(DOCUMENTS.key) or "" for _, row in known])
        raise CannotRunError(
            f"There is no document {quoted(document_id)} in the record{hint}; on-record new document adds one."
        )
    if len(found) > 1:
        places = " and ".join(f"{row.file}:{row.line}" for _, row in found)
        raise CannotRunError(f"{document_id} is in the record more than once ({places}); put that right first.")
    return found[0]


def _add(
    folder: Path,
    path: Path,
    schema: TableSchema,
    row_of: Callable[[EditableTable], Mapping[str, str]],
    *,
    keep: Callable[[str], None] = lambda _: None,
    is_dry_run: bool,
) -> Added:
    """Judge an episode as it would be with one more row, and write that row where it makes no problem."""
    with locked([folder]):
        try:
            before = read_bytes(path)
        except FileNotFoundError:
            raise CannotRunError(f"There is no {shown_path(path)}; on-record new episode makes it.") from None
        table = editable(schema, shown_path(path), before)
        if table.problems:
            return Added("", path, before, before, table.problems)
        texts = row_of(table)
        after = with_row_of_document(table, texts) if schema is FIGURES else table.with_row_at_end(texts)
        problems = missing_columns(table, texts, shown_path(path)) or _new_problems(folder, path, before, after)
        if not (problems or is_dry_run):
            keep(texts.get("file_name", ""))
            replace_file(path, before, after)
    return Added(texts[schema.key], path, before, after, problems)


def _new_problems(folder: Path, path: Path, before: bytes, after: bytes) -> list[Problem]:
    """Return what is wrong with an episode as it would be and was not before; lines below a new row have moved."""
    before_it, after_it = (read_record([folder], read=read_instead(path, each))[1] for each in (before, after))
    return not_yet(before_it, after_it)


def not_yet(before: Sequence[Problem], after: Sequence[Problem]) -> list[Problem]:
    """Return the problems that were not there before, wherever their lines have moved to."""
    known = {(each.field, each.message) for each in before}
    return [each for each in after if (each.field, each.message) not in known]
