"""One load is one transaction: what is new or changed is written, what it replaces and what left the record is kept."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd

from ingest.curation.check import Record
from ingest.errors import CannotRunError, Problem
from ingest.record.columns import TableSchema
from ingest.record.table import TableRows
from ingest.warehouse.connection import COUNTS, TABLES, of_load, open_warehouse, sql_type
from ingest.warehouse.taken_away import Guard, missing_episodes, taken_away


@dataclass(frozen=True)
class LoadResult:
    """What a load did: its id (None where nothing changed), the count of each change, or why it was refused.

    ``left`` are the figures that readers could see and that are not in the record any more.
    """

    load_id: str | None
    counts: dict[str, int]
    problems: list[Problem] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Occasion:
    """When a load began, when it counts as loaded (None: when it writes), and why rows left the record, all in UTC.

    With a ``guard`` more than a tenth of an episode is taken away for a reason only.
    """

    started_at: datetime
    loaded_at: datetime | None = None
    reason: str = ""
    guard: Guard | None = None


class RefusedError(Exception):
    """Ends the load before it writes: an id is another episode's already, or too much would go without a reason."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def load_record(
    record: Record, warehouse: Path, reason: str = "", loaded_at: datetime | None = None, guard: Guard | None = None
) -> LoadResult:
    """Write a record that has passed every check into the warehouse; CannotRunError where that cannot be opened.

    Idempotent by content: an equal row keeps its load_id and loaded_at, and a load that changes nothing leaves no row
    in raw.loads. A row that is replaced moves to raw.replaced_<table>. Rows of episodes that are not in the record
    given stay untouched. ``reason`` is written into the note of rows that left the record; ``loaded_at`` is now unless
    given, and after every earlier load (CannotRunError). ``guard`` says what is not taken away without a reason.
    """
    occasion = Occasion(now(), loaded_at, reason, guard)
    try:
        with open_warehouse(warehouse) as connection:
            return load_into(connection, record, occasion)
    except RefusedError as refused:
        return LoadResult(None, {}, refused.problems)


def load_into(connection: duckdb.DuckDBPyConnection, record: Record, occasion: Occasion) -> LoadResult:
    """Load a record in a transaction that is already open; RefusedError before anything is written."""
    episodes = record.episodes
    tables = {"documents": [e.documents for e in episodes], "figures": [e.figures for e in episodes]}
    episode_ids = [episode.episode_id for episode in episodes]
    home = occasion.guard.home if occasion.guard else None
    missing = missing_episodes(connection, home, episode_ids) if home else []
    for table, rows in tables.items():
        _stage(connection, table, rows, episode_ids)
        _keep(connection, table, episode_ids + missing)
    _refuse_other_episodes(connection, tables)
    changes = {table: _compare(connection, table, TABLES[table]) for table in TABLES}
    if occasion.guard and not occasion.reason and (problems := taken_away(connection, missing)):
        raise RefusedError(problems)
    return _write(connection, record, occasion, _counted(changes))


def now() -> datetime:
    """Return the time in UTC, without its zone, as TIMESTAMP columns hold it."""
    return datetime.now(UTC).replace(tzinfo=None)


def record_version(record: Record) -> str:
    """Return the SHA-256 over the bytes of the files loaded, in the order of their episodes and names."""
    digest = hashlib.sha256()
    for episode in record.episodes:
        for rows in (episode.documents, episode.figures):
            digest.update(f"{episode.episode_id}/{rows.schema.file_name} {rows.sha256}\n".encode())
    return digest.hexdigest()


def _stage(
    connection: duckdb.DuckDBPyConnection, table: str, tables: Sequence[TableRows], episode_ids: Sequence[str]
) -> None:
    """Bind the rows as columns of text and cast them into the temporary table ``incoming_<table>``."""
    schema = TABLES[table]
    rows = [(episode_id, row) for episode_id, rows in zip(episode_ids, tables, strict=True) for row in rows.rows]
    columns = {column.name: [_text(row.values[column.name]) for _, row in rows] for column in schema.columns}
    columns["episode_id"] = [episode_id for episode_id, _ in rows]
    columns["record_file"] = [row.file for _, row in rows]
    columns["record_line"] = [str(row.line) for _, row in rows]
    # The dtype str: by default DuckDB guesses a type from the first thousand values, which may all be empty.
    connection.register("frame", pd.DataFrame(columns, dtype="str"))
    typed = ", ".join(f"CAST({column.name} AS {sql_type(column)}) AS {column.name}" for column in schema.columns)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming_{table} AS SELECT episode_id, {typed}, record_file, "
        "CAST(record_line AS INTEGER) AS record_line FROM frame"
    )
    connection.unregister("frame")


def _keep(connection: duckdb.DuckDBPyConnection, table: str, episode_ids: Sequence[str]) -> None:
    """Hold what the warehouse has of these episodes in the temporary table ``kept_<table>``."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE kept_{table} AS "
        f"SELECT * FROM w.raw.{table} WHERE episode_id IN (SELECT unnest(?))",
        [list(episode_ids)],
    )


def _text(value: str | int | Decimal | date | None) -> str | None:
    return None if value is None else str(value)


def _refuse_other_episodes(connection: duckdb.DuckDBPyConnection, tables: dict[str, list[TableRows]]) -> None:
    """Stop the load where another episode holds an id, since ids are never reused."""
    problems: list[Problem] = []
    for table, rows_of_table in tables.items():
        key = TABLES[table].key
        found = connection.execute(
            f"SELECT i.{key}, k.episode_id FROM incoming_{table} AS i "
            f"JOIN w.raw.{table} AS k ON i.{key} = k.{key} AND i.episode_id <> k.episode_id"
        ).fetchall()
        elsewhere = dict(found)
        problems += [
            row.problem(key, f"{row.text(key)} is already loaded under the episode {elsewhere[row.text(key)]}")
            for rows in rows_of_table
            for row in rows.rows
            if row.text(key) in elsewhere
        ]
    if problems:
        raise RefusedError(sorted(problems))


def _compare(connection: duckdb.DuckDBPyConnection, table: str, schema: TableSchema) -> dict[str, int]:
    """Say of each id what the load does to it, in the temporary table ``change_<table>``; return the counts."""
    key = schema.key
    of_record, of_warehouse = (f"row({', '.join(f'{a}.{name}' for name in schema.names)})" for a in ("i", "k"))
    withdrawn = "i.status = 'withdrawn' AND k.status IS DISTINCT FROM 'withdrawn'" if table == "figures" else "false"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE change_{table} AS
        SELECT coalesce(i.{key}, k.{key}) AS {key}, CASE
            WHEN k.{key} IS NULL THEN 'added'
            WHEN i.{key} IS NULL AND k.removed_at IS NULL THEN 'removed'
            WHEN i.{key} IS NULL THEN 'gone'
            WHEN k.removed_at IS NULL AND {of_record} IS NOT DISTINCT FROM {of_warehouse} THEN 'unchanged'
            WHEN {withdrawn} THEN 'withdrawn'
            ELSE 'changed' END AS change
        FROM incoming_{table} AS i FULL JOIN kept_{table} AS k ON i.{key} = k.{key}
        """
    )
    return dict(connection.execute(f"SELECT change, count(*) FROM change_{table} GROUP BY change").fetchall())


def _counted(changes: dict[str, dict[str, int]]) -> dict[str, int]:
    """Return the counts of the load log; a removed row counts as withdrawn, one gone before not at all."""
    counts = dict.fromkeys(COUNTS, 0)
    for table, found in changes.items():
        for change, count in found.items():
            if change != "gone":
                counts[f"{table}_{'withdrawn' if change == 'removed' else change}"] += count
    return counts


def _write(
    connection: duckdb.DuckDBPyConnection, record: Record, occasion: Occasion, counts: dict[str, int]
) -> LoadResult:
    load_id, left = None, _left(connection)
    if sum(count for name, count in counts.items() if not name.endswith("_unchanged")):
        loaded_at = occasion.loaded_at or now()
        _refuse_earlier_clock(connection, loaded_at)
        load_id = loaded_at.strftime("%Y%m%dT%H%M%S%fZ")
        for table in TABLES:
            _keep_replaced(connection, table, load_id, loaded_at)
            _write_rows(connection, table, load_id, loaded_at)
            _keep_removed(connection, table, load_id, loaded_at, occasion.reason)
        episode_ids = ",".join(episode.episode_id for episode in record.episodes)
        started_at = min(occasion.started_at, loaded_at)
        values = [load_id, started_at, loaded_at, record_version(record), episode_ids, *counts.values()]
        connection.execute(f"INSERT INTO w.raw.loads VALUES ({_marks(values)})", values)
    for table in TABLES:
        _follow_moved_lines(connection, table)
    return LoadResult(load_id, counts, left=left)


def _left(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the figures that leave the record with this load and were no drafts, nor withdrawn as drafts."""
    found = connection.execute(
        "SELECT figure_id FROM change_figures JOIN kept_figures AS k USING (figure_id) WHERE change = 'removed' "
        "AND k.visibility = 'public' AND k.status <> 'draft' AND (k.status <> 'withdrawn' OR k.checked_on IS NOT NULL) "
        "ORDER BY figure_id"
    ).fetchall()
    return [figure_id for (figure_id,) in found]


def _refuse_earlier_clock(connection: duckdb.DuckDBPyConnection, loaded_at: datetime) -> None:
    """Stop where the clock was set back: what was recorded on which day could never be told again."""
    ((last,),) = connection.execute("SELECT max(loaded_at) FROM w.raw.loads").fetchall()
    if last and loaded_at <= last:
        raise CannotRunError(
            f"The clock says {loaded_at:%Y-%m-%d %H:%M:%S} UTC, but the last load was at {last:%Y-%m-%d %H:%M:%S} "
            "UTC, and loads follow each other in time; set the clock right and load again. Nothing was loaded."
        )


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def _keep_replaced(connection: duckdb.DuckDBPyConnection, table: str, load_id: str, loaded_at: datetime) -> None:
    """Keep the row as it was, whole, with the load that replaces it."""
    schema = TABLES[table]
    names = ", ".join(name for name, _ in of_load(schema))
    connection.execute(
        f"INSERT INTO w.raw.replaced_{table} ({names}, replaced_by, replaced_at) SELECT {names}, ?, ? "
        f"FROM w.raw.{table} WHERE {schema.key} IN "
        f"(SELECT {schema.key} FROM change_{table} WHERE change IN ('changed', 'withdrawn', 'removed'))",
        [load_id, loaded_at],
    )


def _write_rows(connection: duckdb.DuckDBPyConnection, table: str, load_id: str, loaded_at: datetime) -> None:
    schema = TABLES[table]
    written = f"SELECT {schema.key} FROM change_{table} WHERE change IN ('added', 'changed', 'withdrawn')"
    connection.execute(f"DELETE FROM w.raw.{table} WHERE {schema.key} IN ({written})")
    names = ", ".join(["episode_id", *schema.names, "record_file", "record_line"])
    connection.execute(
        f"INSERT INTO w.raw.{table} ({names}, load_id, loaded_at) "
        f"SELECT {names}, ?, ? FROM incoming_{table} WHERE {schema.key} IN ({written})",
        [load_id, loaded_at],
    )


def _keep_removed(
    connection: duckdb.DuckDBPyConnection, table: str, load_id: str, loaded_at: datetime, reason: str
) -> None:
    """Keep a row that left its file as a tombstone, withdrawn, with the load since when it is gone and why."""
    schema = TABLES[table]
    # A draft was never a fact and does not become one by leaving; removed_at says that it is gone.
    status = "status = CASE status WHEN 'draft' THEN 'draft' ELSE 'withdrawn' END, " if table == "figures" else ""
    why = f": {reason.rstrip('.')}" if reason else ""
    connection.execute(
        f"UPDATE w.raw.{table} SET {status}note = concat_ws(' ', note, ?), load_id = ?, loaded_at = ?, removed_at = ? "
        f"WHERE {schema.key} IN (SELECT {schema.key} FROM change_{table} WHERE change = 'removed')",
        [f"No longer in the record since load {load_id}{why}.", load_id, loaded_at, loaded_at],
    )


def _follow_moved_lines(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Bring file and line of the other rows up to date: a row that only moved is unchanged, and leaves no trace."""
    key = TABLES[table].key
    connection.execute(
        f"UPDATE w.raw.{table} AS k SET record_file = i.record_file, record_line = i.record_line "
        f"FROM incoming_{table} AS i WHERE i.{key} = k.{key} "
        "AND (i.record_file, i.record_line) IS DISTINCT FROM (k.record_file, k.record_line)"
    )
