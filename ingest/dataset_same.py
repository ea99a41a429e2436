"""A release that another reader reads, and that says the same: such a load leaves no trace."""

from collections.abc import Sequence

import duckdb

from ingest.dataset_corrections import CORRECTIONS
from ingest.dataset_store import REJECTED, REJECTS_READ, Load
from ingest.sheets import Row

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
    told = {name: value for name, value in row.items() if name not in OF_THE_LOAD}
    same = " AND ".join(f"{name} IS NOT DISTINCT FROM ?" for name in told)
    found = connection.execute(f"SELECT 1 FROM w.raw.datasets WHERE {same}", list(told.values())).fetchall()
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
