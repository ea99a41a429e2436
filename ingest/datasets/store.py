"""What a load of a data set writes into raw: figures, rejects, and one row that says where they come from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from common.quoting import literal
from ingest.datasets.corrections import CORRECTIONS
from ingest.datasets.files.source_file import ReadFile
from ingest.datasets.registry.reader import Reader, Release
from ingest.datasets.restricted_rows import as_kept, is_row_coarsened
from ingest.datasets.transform import CONTRADICTIONS
from ingest.datasets.which_release import files_digest
from ingest.errors import CannotRunError
from ingest.record.table import Row
from ingest.warehouse.connection import COUNTS
from ingest.warehouse.dataset_columns import WHERE_READ, figure_columns

# A release read anew: figures that come out otherwise are replaced, and what they were is kept, set by set.


def compare_figures(connection: duckdb.DuckDBPyConnection, document_id: str) -> dict[str, int]:
    """Lay what ``read_anew`` gives beside the figures of a release; return how many are added, changed and so on."""
    said = [name for name in figure_columns() if name not in WHERE_READ]
    of_new, of_old = (f"row({', '.join(f'{a}.{name}' for name in said)})" for a in ("n", "o"))
    connection.execute(
        f"""
        CREATE TEMP TABLE figure_changes AS
        SELECT coalesce(n.figure_id, o.figure_id) AS figure_id, CASE
            WHEN o.figure_id IS NULL THEN 'added'
            WHEN n.figure_id IS NULL THEN 'withdrawn'
            WHEN {of_new} IS DISTINCT FROM {of_old} THEN 'changed'
            ELSE 'unchanged' END AS change
        FROM read_anew AS n
        FULL JOIN (SELECT * FROM w.raw.dataset_figures WHERE document_id = $1) AS o ON n.figure_id = o.figure_id
        """,
        [document_id],
    )
    found = connection.execute("SELECT change, count(*) FROM figure_changes GROUP BY change").fetchall()
    return {str(change): int(count) for change, count in found}


def replace_figures(connection: duckdb.DuckDBPyConnection, load_id: str, loaded_at: datetime) -> None:
    """Bring the figures that were compared to what ``read_anew`` gives.

    A figure that says the same keeps its load, one that does not moves to raw.replaced_dataset_figures with the load
    that replaced it, and so does one that is no longer given.
    """
    names = ", ".join(figure_columns())
    gone = "SELECT figure_id FROM figure_changes WHERE change IN ('changed', 'withdrawn')"
    connection.execute(
        f"INSERT INTO w.raw.replaced_dataset_figures ({names}, replaced_by, replaced_at) "
        f"SELECT {names}, ?, ? FROM w.raw.dataset_figures WHERE figure_id IN ({gone})",
        [load_id, loaded_at],
    )
    connection.execute(f"DELETE FROM w.raw.dataset_figures WHERE figure_id IN ({gone})")
    connection.execute(
        f"INSERT INTO w.raw.dataset_figures ({names}) SELECT {names} FROM read_anew "
        "WHERE figure_id IN (SELECT figure_id FROM figure_changes WHERE change IN ('added', 'changed'))"
    )


ORIGIN = ("title", "producer", "source_id", "citation", "licence", "licence_url", "attribution", "page_url", "language")

REJECTED = "r.line - s.first_line + 1, r.column_name, r.value, r.reason"
REJECTS_READ = "file_rejects AS r JOIN file_spans AS s ON r.line BETWEEN s.first_line AND s.last_line"


def release_digest(reader: Reader, files: Sequence[Path], corrections: Sequence[Row]) -> tuple[str, str]:
    """Return the SHA-256 over the files, and that over what reads them: reader, corrections, what is kept back."""
    reading = hashlib.sha256(reader.sha256.encode())
    for row in corrections:
        if row.text("dataset_id") == reader.dataset_id:
            reading.update(repr(sorted((name, cell.text) for name, cell in row.cells.items())).encode())
    return files_digest(files), reading.hexdigest()


def same_release(
    connection: duckdb.DuckDBPyConnection, reader: Reader, release: Release, digest: tuple[str, str]
) -> bool:
    """Whether this very release is loaded already; CannotRunError where it is loaded from other bytes."""
    found = connection.execute(
        "SELECT sha256, reader_sha256, published_on FROM w.raw.datasets WHERE dataset_id = ? AND version = ? "
        "ORDER BY loaded_at DESC LIMIT 1",
        [reader.dataset_id, release.version],
    ).fetchall()
    if not found:
        return False
    if found[0][0] != digest[0]:
        raise CannotRunError(
            f"{reader.dataset_id} {release.version} is loaded already, from other bytes (SHA-256 {found[0][0][:12]}…, "
            f"now {digest[0][:12]}…). A release does not change: give these files a version of their own by --version."
        )
    return bool(found[0][1] == digest[1] and found[0][2] == release.published_on)


@dataclass(frozen=True)
class Load:
    """One load: what is loaded, from which bytes, read by which reader and corrections, when, and by which id.

    ``kept_back`` are the rows of figures/restricted_rows.csv about this data set.
    """

    reader: Reader
    release: Release
    sha256: str
    reader_sha256: str
    load_id: str
    loaded_at: datetime
    kept_back: Sequence[Row] = ()

    @property
    def document_id(self) -> str:
        """The release as a document."""
        return f"{self.reader.dataset_id}-{self.release.version}"


def compared(connection: duckdb.DuckDBPyConnection, load: Load) -> dict[str, int] | None:
    """Lay the figures read beside those the release gave when it was last read; None where it never was.

    Returns how many are added, changed, unchanged and withdrawn (given before and no longer). Nothing is written.
    """
    is_there = connection.execute(
        "SELECT 1 FROM w.raw.datasets WHERE dataset_id = ? AND version = ? LIMIT 1",
        [load.reader.dataset_id, load.release.version],
    ).fetchall()
    if not is_there:
        return None
    connection.execute(f"CREATE TEMP TABLE read_anew AS SELECT {_chosen(load)} FROM {_figures_read(connection)}")
    return compare_figures(connection, load.document_id)


def store(connection: duckdb.DuckDBPyConnection, load: Load, changes: dict[str, int] | None) -> dict[str, int]:
    """Write figures and rejects; what the same release gave when it was read otherwise is replaced, and kept.

    ``changes`` are those of ``compared``. Returns them, or how many figures were added.
    """
    if changes is None:
        names, read = ", ".join(figure_columns()), _figures_read(connection)
        done = connection.execute(f"INSERT INTO w.raw.dataset_figures ({names}) SELECT {_chosen(load)} FROM {read}")
        changes = {"added": int(done.fetchall()[0][0])}
    else:
        replace_figures(connection, load.load_id, load.loaded_at)
    connection.execute(
        f"INSERT INTO w.raw.rejects SELECT ?, ?, ?, s.file, {REJECTED}, ? FROM {REJECTS_READ}",
        [load.reader.dataset_id, load.release.version, load.load_id, load.loaded_at],
    )
    return changes


def _figures_read(connection: duckdb.DuckDBPyConnection) -> str:
    read = f"typed_figures AS t {_spans(connection)}"
    has_bad = connection.execute("SELECT count(*) > 0 FROM bad_lines").fetchall()[0][0]
    return f"{read} WHERE t.line NOT IN (SELECT line FROM bad_lines)" if has_bad else read


def _chosen(load: Load) -> str:
    """Return the columns of raw.dataset_figures as they are selected from ``typed_figures``."""
    reader, release, document_id = load.reader, load.release, load.document_id
    dataset = literal(reader.dataset_id)
    prefix = literal(f"{document_id}-")
    claims = CONTRADICTIONS | ({"coarsened": is_row_coarsened(load.kept_back)} if load.kept_back else {})
    flags = ", ".join(f"CASE WHEN {claim} THEN {literal(flag)} END" for flag, claim in claims.items())
    own = {
        "figure_id": f"{prefix} || t.row_key || '-' || t.figure_key",
        "document_id": literal(document_id),
        "dataset_id": dataset,
        "version": literal(release.version),
        "part_of": f"CASE WHEN part_of_key IS NOT NULL THEN {prefix} || t.row_key || '-' || part_of_key END",
        "flags": f"nullif(concat_ws(',', flags_given, {flags}), '')",
        "record_file": "s.file",
        "record_line": "t.line - s.first_line + 1",
        "load_id": literal(load.load_id),
        "loaded_at": f"TIMESTAMP {literal(load.loaded_at.isoformat(sep=' '))}",
    }
    own |= as_kept(load.kept_back)
    return ", ".join(f"{own.get(name, f't.{name}')} AS {name}" for name in figure_columns())


def _spans(connection: duckdb.DuckDBPyConnection) -> str:
    """Join each figure to its file. Where there is one file no line is compared: that would sort them all."""
    count = connection.execute("SELECT count(*) FROM file_spans").fetchall()[0][0]
    is_within = "t.line BETWEEN s.first_line AND s.last_line"
    return "CROSS JOIN file_spans AS s" if count == 1 else f"JOIN file_spans AS s ON {is_within}"


def entry_row(load: Load, read: Sequence[ReadFile], counts: dict[str, int]) -> dict[str, object]:
    """Return the row of raw.datasets: where the release comes from, and what was counted in it."""
    reader, release = load.reader, load.release
    row: dict[str, object] = {name: reader.text(name) or None for name in ORIGIN}
    row |= {
        "load_id": load.load_id,
        "dataset_id": reader.dataset_id,
        "version": release.version,
        "document_id": load.document_id,
        "download_url": release.download.url or None,
        "published_on": release.published_on,
        "published_on_basis": release.published_on_basis,
        "accessed_on": reader.described.get("accessed_on"),
        "file_names": ", ".join(Path(each.data.shown).name for each in read),
        "sha256": load.sha256,
        "size_bytes": sum(each.data.size_bytes for each in read),
        "reader_sha256": load.reader_sha256,
        "line_count": counts["lines"],
        "header_line_count": counts["header_lines"],
        "blank_line_count": counts["blank_lines"],
        "loaded_row_count": counts["loaded_rows"],
        "rejected_row_count": counts["rejected_rows"],
        "empty_row_count": counts["rows_without_figures"],
        "figure_count": counts["figures"],
        "flagged_figure_count": counts["flagged_figures"],
        "correction_count": counts["corrections"],
        "is_current": True,
        "loaded_at": load.loaded_at,
    }
    return row


def log_load(connection: duckdb.DuckDBPyConnection, load: Load, row: dict[str, object], stored: dict[str, int]) -> None:
    """Write the row of raw.datasets, and one into the log of all loads."""
    former = connection.execute(
        "UPDATE w.raw.datasets SET is_current = false WHERE dataset_id = ? AND version = ?",
        [load.reader.dataset_id, load.release.version],
    ).fetchall()
    _insert(connection, "datasets", row)
    log: dict[str, object] = dict.fromkeys(COUNTS, 0)
    log |= {"load_id": load.load_id, "started_at": load.loaded_at, "loaded_at": load.loaded_at}
    log |= {"record_version": load.sha256, "episode_ids": "worldwide"}
    log |= {f"figures_{change}": count for change, count in stored.items()}
    _insert(connection, "loads", log | {f"documents_{'changed' if former[0][0] else 'added'}": 1})


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, object]) -> None:
    marks = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO w.raw.{table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


# A release that another reader reads, and that says the same: such a load leaves no trace.

# Of which load a row is, by which reader's file it was read and under which names the bytes lay: no reader sees it.
OF_THE_LOAD = frozenset({"load_id", "loaded_at", "reader_sha256", "file_names"})


def says_the_same(
    connection: duckdb.DuckDBPyConnection,
    load: Load,
    row: dict[str, object],
    applied: Sequence[Row],
    changes: dict[str, int] | None,
) -> bool:
    """Whether figures, origin, counts, rejects and corrections are those of the release as it was last read.

    If so the reader is noted as the one that read it, so that the next load need not compare again.
    """
    if changes is None or set(changes) - {"unchanged"}:
        return False
    if not _is_origin(connection, row) or not _are_rejects(connection, load):
        return False
    if not _are_corrections(connection, load, applied):
        return False
    connection.execute(
        "UPDATE w.raw.datasets SET reader_sha256 = ? WHERE dataset_id = ? AND version = ? AND is_current",
        [load.reader_sha256, *_release(load)],
    )
    return True


def _release(load: Load) -> list[str]:
    return [load.reader.dataset_id, load.release.version]


def _is_origin(connection: duckdb.DuckDBPyConnection, row: dict[str, object]) -> bool:
    described = {name: value for name, value in row.items() if name not in OF_THE_LOAD}
    same = " AND ".join(f"{name} IS NOT DISTINCT FROM ?" for name in described)
    found = connection.execute(f"SELECT 1 FROM w.raw.datasets WHERE {same}", list(described.values())).fetchall()
    return bool(found)


def _are_rejects(connection: duckdb.DuckDBPyConnection, load: Load) -> bool:
    read = f"SELECT {REJECTED} FROM {REJECTS_READ}"
    kept = (
        "SELECT line, column_name, value, reason FROM w.raw.rejects WHERE load_id = (SELECT load_id FROM "
        "w.raw.datasets WHERE dataset_id = $1 AND version = $2 AND is_current)"
    )
    differing = f"({read} EXCEPT ALL {kept}) UNION ALL ({kept} EXCEPT ALL {read})"
    return not connection.execute(f"{differing} LIMIT 1", _release(load)).fetchall()


def _are_corrections(connection: duckdb.DuckDBPyConnection, load: Load, applied: Sequence[Row]) -> bool:
    names = [column.name for column in CORRECTIONS.columns]
    kept = connection.execute(
        f"SELECT {', '.join(names)} FROM w.raw.corrections WHERE dataset_id = ? AND version = ?", _release(load)
    ).fetchall()
    return set(kept) == {tuple(row.text(name) for name in names) for row in applied}
