"""The folder of published files, as `dbt build` needs it: there when it publishes, and tidy afterwards.

SQL can attach a new database file but neither make a folder nor remove a file, so dbt-duckdb loads this module as a
plugin and the `publish` macro calls its two functions. Readers never come here.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

KEPT = 3
"""How many complete publications stay: the newest, and two that a slow reader may still have open."""


def prepare_folder(folder: str) -> str:
    """Make the folder of published files and remove what an interrupted publication left in it.

    Called while the working file is held for writing, so no other publication can be under way.

    Args:
        folder: the path of the folder, absolute or relative to where dbt runs.

    Returns:
        The same path, absolute.

    """
    place = Path(folder).expanduser().absolute()
    place.mkdir(parents=True, exist_ok=True)
    for path in place.glob("*.duckdb"):
        if _is_interrupted(path):
            _remove(path)
    return str(place)


def prune_folder(folder: str) -> int:
    """Remove all but the newest complete publications.

    A reader that has a removed file open keeps reading it: the name goes, the file stays until it is closed.

    Returns:
        The number of files removed.

    """
    complete = [path for path in sorted(Path(folder).glob("*.duckdb")) if not _is_interrupted(path)]
    for path in complete[:-KEPT]:
        _remove(path)
    return len(complete[:-KEPT])


def _is_interrupted(path: Path) -> bool:
    """A publication writes its build row last: a file without one was never finished."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute("select count(*) from build").fetchone()
    except duckdb.Error as error:
        # Open elsewhere or not for us to read: not ours to judge, so not ours to remove.
        return not any(reason in str(error) for reason in ("Conflicting lock", "Permission denied"))
    return found is None or found[0] == 0


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


class Plugin(BasePlugin):
    """Makes the two functions callable from SQL in the connections dbt opens."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register `prepare_published_folder(text)` and `prune_published_folder(text)`."""
        conn.create_function("prepare_published_folder", prepare_folder, ["VARCHAR"], "VARCHAR", side_effects=True)
        conn.create_function("prune_published_folder", prune_folder, ["VARCHAR"], "BIGINT", side_effects=True)
