"""The folder of published files, as `dbt build` needs it: there when it publishes, and tidy afterwards.

SQL can attach a new database file but neither make a folder nor remove a file, so dbt-duckdb loads this module as a
plugin and the `publish` macro calls its functions. Readers never come here.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

RECORDED = "recorded"
"""The folder, in that of the publications, of the days as they were recorded: <YYYY-MM-DD>.duckdb."""
CREATING = ".creating-"
"""How the name of a file in it begins while it is not whole."""
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
    for path in (place / RECORDED).glob(f"{CREATING}*.duckdb"):
        # A whole one under this name is as useless: only its renaming is missing, and the next build does it again.
        if not _is_in_use(path):
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


def archive_publication(path: str, day: str) -> str:
    """Let a complete publication stand for its day in recorded/, in place of what stood for that day before.

    One that was written there is renamed; the newest one is linked, or copied where the disk knows no links. Either
    way the day's file is whole at any moment.

    Args:
        path: the publication.
        day: the UTC day of the last load in it, YYYY-MM-DD.

    Returns:
        The path of the day's file.

    """
    source = Path(path)
    if source.parent.name == RECORDED:
        target, passing = source.with_name(f"{day}.duckdb"), source
    else:
        target = source.parent / RECORDED / f"{day}.duckdb"
        passing = target.with_name(f"{CREATING}{source.name}")
        target.parent.mkdir(exist_ok=True)
        _link(source, passing)
    passing.replace(target)
    # Renaming one link of a file to another of the same file does nothing, and leaves it.
    passing.unlink(missing_ok=True)
    return str(target)


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def remove_publications_of(folder: str, figure_ids: list[str]) -> str:
    """Remove every publication that tells of one of these figures, and of those that cannot be read.

    Returns:
        The names of the files removed, "recorded/2026-11-20.duckdb, …"; empty where there was none.

    """
    place = Path(folder)
    found = [*sorted(place.glob("*.duckdb")), *sorted((place / RECORDED).glob("*.duckdb"))] if figure_ids else []
    removed = [path for path in found if _tells_of(path, figure_ids)]
    for path in removed:
        _remove(path)
    return ", ".join(path.relative_to(place).as_posix() for path in removed)


def _tells_of(path: Path, figure_ids: list[str]) -> bool:
    """Whether one of the figures is in the file, as a figure or in what is told of its past."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = "select table_name from duckdb_columns() where column_name = 'figure_id'"
            return any(
                connection.execute(
                    f'select 1 from "{table}" where figure_id in (select unnest($1)) limit 1', [figure_ids]
                ).fetchall()
                for (table,) in connection.execute(tables).fetchall()
            )
    except duckdb.Error:
        return not _is_in_use(path)


def _is_in_use(path: Path) -> bool:
    """Whether another process is writing the file."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as error:
        return _is_not_ours(error)
    return False


def _is_not_ours(error: duckdb.Error) -> bool:
    """Open elsewhere or not for us to read: not ours to judge, so not ours to remove."""
    return any(reason in str(error) for reason in ("Conflicting lock", "Permission denied"))


def _is_interrupted(path: Path) -> bool:
    """A publication writes its build row last: a file without one was never finished."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute("select count(*) from build").fetchone()
    except duckdb.Error as error:
        return not _is_not_ours(error)
    return found is None or found[0] == 0


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


class Plugin(BasePlugin):
    """Makes the functions callable from SQL in the connections dbt opens."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register each under its name; all but the first two keep theirs."""
        text, texts, number = "VARCHAR", "VARCHAR[]", "BIGINT"
        conn.create_function("prepare_published_folder", prepare_folder, [text], text, side_effects=True)
        conn.create_function("prune_published_folder", prune_folder, [text], number, side_effects=True)
        conn.create_function("archive_publication", archive_publication, [text, text], text, side_effects=True)
        conn.create_function("remove_publications_of", remove_publications_of, [text, texts], text, side_effects=True)
