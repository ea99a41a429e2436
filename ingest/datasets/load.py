"""One release of a data set into the warehouse, in one transaction: all of it, or nothing and the reasons why."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from common.quoting import literal
from ingest.datasets.cells import judge_rows
from ingest.datasets.corrections import apply_corrections, read_corrections, store_corrections
from ingest.datasets.files.parse import read_files
from ingest.datasets.files.source_file import ReadFile
from ingest.datasets.registry.reader import Reader, Release, names_of
from ingest.datasets.release_changes import ReleaseChanges, compared_with_the_one_before
from ingest.datasets.restricted_rows import is_restricted, of_data_set, read_restricted_rows, remarks
from ingest.datasets.store import (
    Load,
    compared,
    entry_row,
    log_load,
    release_digest,
    same_release,
    says_the_same,
    store,
)
from ingest.datasets.transform import CONTRADICTIONS, read_figures
from ingest.errors import CannotRunError, Problem, counted
from ingest.files import shown_path
from ingest.record.lookups import read_vocabulary
from ingest.record.table import Row
from ingest.warehouse.connection import open_warehouse
from ingest.work_folders import remove_dead, work_folder

MEMORY_LIMIT = "2GB"
SHOWN_REJECTS = 20


@dataclass(frozen=True)
class Reject:
    """Why a line was refused; ``column`` is empty where the whole line is meant."""

    file: str
    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        """One line, as problems of the record print: ``ged.csv:17 best: '12x' is not a number in plain digits``."""
        value = f"{self.value!r} " if self.value and self.column else ""
        return f"{self.file}:{self.line} {self.column + ': ' if self.column else ''}{value}{self.reason}"


@dataclass
class DatasetResult:
    """What a load did. ``load_id`` is None where nothing was loaded: it is there already, or ``refusal`` says why.

    ``release_changes`` is None where nothing was loaded, or no release of the data set was published before it.
    """

    dataset_id: str
    version: str
    load_id: str | None = None
    is_unchanged: bool = False
    refusal: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    reasons: list[tuple[str, int]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    release_changes: ReleaseChanges | None = None


class _RefusedError(Exception):
    """Ends the transaction without a trace."""


def load_release(
    reader: Reader, release: Release, files: list[Path], warehouse: Path, max_rejects: str
) -> DatasetResult:
    """Load these files as one release; CannotRunError where they cannot be read or the warehouse not be written.

    Equal bytes under the same version, reader and corrections are a no-op, and so is another reader or correction that
    changes nothing; other bytes are refused.
    ``max_rejects`` is a share of the lines ("1%") or a number of lines ("5").
    """
    result = DatasetResult(reader.dataset_id, release.version)
    most = read_limit(max_rejects)
    corrections = read_corrections()
    if corrections.problems:
        result.problems, result.refusal = corrections.problems, "figures/corrections.csv is not in order"
        return result
    restricted = read_restricted_rows()
    if restricted.problems:
        result.problems, result.refusal = restricted.problems, "figures/restricted_rows.csv is not in order"
        return result
    kept_back = of_data_set(restricted.rows, reader.dataset_id)
    try:
        with open_warehouse(warehouse) as connection, _workroom(warehouse) as folder:
            _limit_memory(connection, folder)
            digest = release_digest(reader, files, [*corrections.rows, *kept_back])
            if same_release(connection, reader, release, digest):
                result.is_unchanged = True
            else:
                load = Load(reader, release, *digest, *_moment(), kept_back)
                _load(connection, load, files, folder, corrections.rows, most, result)
    except _RefusedError:
        pass
    return result


@contextmanager
def _workroom(warehouse: Path) -> Iterator[Path]:
    """Give a folder beside the warehouse for what is unpacked or spilled; remove what a killed load left in another."""
    remove_dead([warehouse.parent])
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(work_folder(warehouse.parent, "load"))
        except OSError as error:
            raise CannotRunError(f"Nothing can be written beside {shown_path(warehouse)}: {error.strerror}.") from error
        yield folder


def _load(
    connection: duckdb.DuckDBPyConnection,
    load: Load,
    files: list[Path],
    folder: Path,
    corrections: Sequence[Row],
    most: tuple[float, bool],
    result: DatasetResult,
) -> None:
    """Read, correct, judge and store; _RefusedError where it is not to be loaded."""
    reader, release = load.reader, load.release
    read = read_files(connection, reader, files, folder)
    tables = [f"parsed_{number}" for number in range(len(files))]
    applied, result.problems, said = apply_corrections(connection, reader, corrections, tables)
    result.remarks += [*_remarks(reader, release, read, load.sha256), *said]
    result.remarks += judge_rows(connection, reader, release, tables)
    read_figures(connection, reader, release, read_vocabulary())
    _count(connection, read, result, len(applied), is_restricted(load.kept_back))
    result.remarks += _kept_back(connection, load.kept_back)
    result.remarks += _flags(connection)
    _judge(result, _cut_off(connection, read), most)
    changes, row = compared(connection, load), entry_row(load, read, result.counts)
    if says_the_same(connection, load, row, applied, changes):
        result.is_unchanged = True
        return
    log_load(connection, load, row, store(connection, load, changes))
    store_corrections(connection, reader, release, applied, load.load_id)
    result.load_id = load.load_id
    result.release_changes = compared_with_the_one_before(connection, reader, load.document_id)


def read_limit(text: str) -> tuple[float, bool]:
    """Return how many lines may be rejected, and whether that is a share: ``1%`` is (0.01, True), ``5`` (5, False)."""
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)(%?)", text.strip())
    if not found or (found[2] and float(found[1]) > 100) or (not found[2] and "." in found[1]):
        raise CannotRunError(f"--max-rejects is a share such as 1% or a number of lines such as 5, not {text!r}.")
    return (float(found[1]) / 100, True) if found[2] else (float(found[1]), False)


def _moment() -> tuple[str, datetime]:
    now = datetime.now(UTC).replace(tzinfo=None)
    return now.strftime("%Y%m%dT%H%M%S%fZ"), now


def _limit_memory(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """A file larger than memory is spilled beside the warehouse rather than ending the process."""
    connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    connection.execute(f"SET temp_directory = {literal(str(folder / 'spill'))}")
    connection.execute("SET preserve_insertion_order = true")


def _remarks(reader: Reader, release: Release, read: list[ReadFile], sha256: str) -> list[str]:
    remarks = [f"{each.data.shown}: the row of HXL tags was left out." for each in read if each.has_tags]
    remarks += [
        f"{each.data.shown}: the line that names the separator was left out." for each in read if each.has_separator
    ]
    remarks += [
        f"{each.data.shown}: {counted(each.blank_line_count, 'blank line')}." for each in read if each.blank_line_count
    ]
    remarks += [
        f"{each.data.shown} does not end in a line break: its last line may be cut off."
        for each in read
        if not each.data.ends_in_break and reader.text("format") != "json"
    ]
    remarks += [
        f"{each.data.shown}: {counted(len(each.unknown_columns), 'column')} new to the reader, and not read: "
        f"{', '.join(each.unknown_columns)}."
        for each in read
        if each.unknown_columns
    ]
    lacking = [
        f"{each.data.shown}: {counted(len(each.missing_columns), 'known column')} not in the file: "
        f"{', '.join(each.missing_columns)}."
        for each in read
        if each.missing_columns and sha256 not in reader.known_files  # as published it has what it has
    ]
    return remarks + _other_bytes(reader, release, sha256) + lacking


def _other_bytes(reader: Reader, release: Release, sha256: str) -> list[str]:
    """Say that the files are called a release whose file has other bytes, or are known as another one."""
    known = reader.known_files.get(sha256, "")
    if known and known != release.version:
        return [f"These are the bytes of {reader.dataset_id} {known}, and are loaded as {release.version}."]
    if not known and set(names_of(release.version)) & set(reader.known_files.values()):
        return [f"These are not the bytes of the published file of {release.version}: an extract, or repacked."]
    return []


def _flags(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Say of how many figures a reader has something to remark, as that their origin is their asylum."""
    found = connection.execute(
        "SELECT flag, count(*) AS n, min(line) FROM (SELECT line, unnest(string_split(flags_given, ',')) AS flag "
        "FROM typed_figures WHERE flags_given IS NOT NULL AND line NOT IN (SELECT line FROM bad_lines)) "
        "GROUP BY flag ORDER BY n DESC, flag"
    ).fetchall()
    return [f"{counted(int(n), 'figure')} flagged {flag}, the first of line {line:,}." for flag, n, line in found]


def _kept_back(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> list[str]:
    """Say which rows that must be kept back are in no file."""
    if not rows:
        return []
    keys = [row.text("row_key") for row in rows]
    sql = "SELECT DISTINCT row_key FROM typed_figures WHERE row_key IN (SELECT unnest(?))"
    return remarks(rows, {str(key) for (key,) in connection.execute(sql, [keys]).fetchall()})


def _count(
    connection: duckdb.DuckDBPyConnection, read: list[ReadFile], result: DatasetResult, applied: int, restricted: str
) -> None:
    """Count lines and figures; loaded and rejected lines with those of the header and blank ones are all lines.

    What is restricted (by this condition) is no figure that is told of.
    """
    connection.execute("CREATE TEMP TABLE bad_lines AS SELECT DISTINCT line FROM file_rejects")
    flagged = " OR ".join(CONTRADICTIONS.values())
    # Of the lines a reader was shown and did not reject, those it read no figure from.
    found = connection.execute(
        f"""
        SELECT (SELECT count(*) FROM bad_lines), (SELECT count(*) FROM bad_lines WHERE line IN (
                SELECT line FROM all_rows)),
            (SELECT count(*) FROM all_rows), (SELECT coalesce(sum(line_count), 0) FROM file_rejects),
            count(*) FILTER (WHERE NOT ({restricted})),
            count(*) FILTER (WHERE ({flagged}) AND NOT ({restricted})), count(DISTINCT line)
        FROM typed_figures AS t WHERE line NOT IN (SELECT line FROM bad_lines)
        """
    ).fetchall()[0]
    bad, bad_read, rows, unreadable, figures, flagged_count, lines_with = (int(each) for each in found)
    result.counts = {
        "lines": sum(each.line_count for each in read),
        "header_lines": sum(each.header_line_count for each in read),
        "blank_lines": sum(each.blank_line_count for each in read),
        "loaded_rows": rows - bad_read,
        "rejected_rows": bad,
        "unreadable_lines": unreadable,
        "rows_without_figures": rows - bad_read - lines_with,
        "figures": figures,
        "flagged_figures": flagged_count,
        "corrections": applied,
    }
    _gather_rejects(connection, result)


def _gather_rejects(connection: duckdb.DuckDBPyConnection, result: DatasetResult) -> None:
    rows = connection.execute(
        "SELECT coalesce(column_name || ' ', '') || reason AS told, count(*) AS n FROM file_rejects "
        "GROUP BY told ORDER BY n DESC, told"
    ).fetchall()
    result.reasons = [(str(described), int(count)) for described, count in rows]
    first = connection.execute(
        f"""
        SELECT s.file, r.line - s.first_line + 1, coalesce(r.column_name, ''), coalesce(r.value, ''), r.reason
        FROM file_rejects AS r JOIN file_spans AS s ON r.line BETWEEN s.first_line AND s.last_line
        ORDER BY r.line, r.column_name LIMIT {SHOWN_REJECTS}
        """
    ).fetchall()
    result.rejects = [Reject(str(f), int(n), str(c), str(v), str(reason)) for f, n, c, v, reason in first]


def _cut_off(connection: duckdb.DuckDBPyConnection, read: list[ReadFile]) -> list[str]:
    """Return the files that end without a line break in a row that cannot be read."""
    ends = connection.execute(
        "SELECT s.file FROM file_spans AS s JOIN file_rejects AS r ON r.line + r.line_count - 1 = s.last_line "
        "WHERE r.line_count > 0"
    ).fetchall()
    whole = {each.data.shown for each in read if each.data.ends_in_break}
    return sorted({str(file) for (file,) in ends} - whole)


def _judge(result: DatasetResult, cut_off: list[str], most: tuple[float, bool]) -> None:
    """Refuse the load where a correction fails, a file is cut off or too much is rejected; ends the transaction."""
    rows = result.counts["loaded_rows"] + result.counts["rejected_rows"]
    limit = most[0] * rows if most[1] else most[0]
    if result.problems:
        result.refusal = "a correction no longer fits the file"
    elif not rows:
        result.refusal = "the files hold no row below the header"
    elif cut_off:
        result.refusal = f"{cut_off[0]} seems cut off in its last line"
    elif result.counts["rejected_rows"] > limit:
        percent = 100 * result.counts["rejected_rows"] / rows
        share = f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"
        result.refusal = (
            f"{result.counts['rejected_rows']:,} of {rows:,} rows ({share}) are rejected, more than allowed"
        )
    if result.refusal:
        raise _RefusedError
