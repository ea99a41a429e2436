"""Rows that a load would take away: more than a tenth of an episode goes only where somebody says why.

A file cut off after its header is a record in order, and so is a folder with another name or one that is not there: the
load would withdraw every figure of it, and readers would see them gone. So a load that takes away **more than a tenth**
of the figures or of the documents that an episode holds, or all of them, is refused unless ``--reason`` says why; the
reason becomes part of their notes. The tenth has no lower end: of fewer than ten rows each is more than a tenth, and to
say in a sentence why one of three goes is little to ask. A row that stays in its file as withdrawn says its own reason
and is not counted here; a release of a data set replaces the former one as a whole, and says so itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from ingest.errors import Problem, counted
from ingest.record.columns import TableSchema
from ingest.warehouse.connection import TABLES

PART = 10
"""One of so many rows may go without a word."""


@dataclass(frozen=True)
class Guard:
    """What a load may not take away without a reason; ``home`` is the folder that it holds every episode of, if any.

    Where it is given, an episode that was loaded from there and is there no more is taken away too.
    """

    home: str | None = None


def missing_episodes(connection: duckdb.DuckDBPyConnection, home: str, episode_ids: list[str]) -> list[str]:
    """Return the episodes loaded from files under this folder whose rows are still there and that are not named."""
    selects = [
        f"SELECT episode_id FROM w.raw.{table} WHERE removed_at IS NULL AND starts_with(record_file, ?)"
        for table in TABLES
    ]
    found = connection.execute(" UNION ".join(selects), [f"{home}/"] * len(selects)).fetchall()
    return sorted({episode_id for (episode_id,) in found} - set(episode_ids))


def taken_away(connection: duckdb.DuckDBPyConnection, missing: list[str]) -> list[Problem]:
    """Return a problem for each file, or folder that is missing, of which too much would go."""
    gone: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for table, schema in sorted(TABLES.items(), reverse=True):
        for episode_id, file, removed, there, first in _removed(connection, table, schema):
            if removed * PART <= there:
                continue
            what = f"{removed:,} of {counted(there, table.removesuffix('s'))}"
            if episode_id in missing:
                gone.setdefault(episode_id, [file.rpartition("/")[0]]).append(what)
            else:
                problems.append(_problem(file, f"this load would take away {what} of {episode_id} ({first})"))
    for episode_id, (folder, *every) in gone.items():
        said = f"the folder is missing, and this load would take away {' and '.join(every)} of {episode_id}"
        problems.append(_problem(folder, said))
    return sorted(problems)


def _removed(
    connection: duckdb.DuckDBPyConnection, table: str, schema: TableSchema
) -> Iterator[tuple[str, str, int, int, str]]:
    """Give of each episode that loses rows: its id and file, how many go of how many there are, and which is first."""
    yield from connection.execute(
        f"""
        SELECT k.episode_id, any_value(k.record_file), count(*) FILTER (c.change = 'removed'), count(*),
            min(k.{schema.key}) FILTER (c.change = 'removed')
        FROM kept_{table} AS k JOIN change_{table} AS c USING ({schema.key})
        WHERE k.removed_at IS NULL GROUP BY 1 HAVING count(*) FILTER (c.change = 'removed') > 0 ORDER BY 1
        """
    ).fetchall()


def _problem(place: str, said: str) -> Problem:
    ask = "put back what is missing, or load with --reason TEXT to say why it goes"
    return Problem(place, 1, 1, "", f"{said}: {ask}")
