"""The folder of published files, as `dbt build` needs it: there when it publishes, and tidy afterwards.

SQL can attach a new database file but neither make a folder nor remove a file, so dbt-duckdb loads this module as a
plugin and the `publish` macro calls its functions. Readers never come here.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from common.contracts import comments as build_comments
from common.contracts import fingerprint as tables_fingerprint
from common.contracts import objection
from common.foreign import NoRegularFileError, copy_regular, is_locked, log_of, open_foreign, regular_files
from common.layout import (
    DAY,
    EVERY_FILE,
    PUBLICATION,
    RECORDED,
    ROOT,
    WAREHOUSE,
    WAREHOUSE_SETTING,
    file_of_day,
    finished,
    publication_name,
    published_folder,
    recorded_folder,
    unfinished,
)
from common.table_macros import comments as macro_comments
from common.table_macros import statements as table_macros
from ingest.errors import CannotRunError
from ingest.space import objection_to_space
from ingest.warehouse.connection import remove_spilled, sentence
from ingest.warehouse.load_days import prune_days
from ingest.warehouse.migrations import objection_to_version
from ingest.warehouse.ours import foreign_in_publication
from ingest.warehouse.retract import (
    Marked,
    let_stand,
    mark_restricted,
    marked_restricted,
    remove,
    remove_publications_of,
    remove_unfinished,
    stand_for_newest,
    tells_of,
)
from ingest.work_folders import remove_dead, usual_places, work_folder

# What a build is made by: the project's own files and the engine, as one fingerprint.

MADE_BY = (
    "dbt_project.yml",
    "profiles.yml",
    "models",
    "macros",
    "seeds",
    "ingest/places",
    "ingest/warehouse/places.py",
)
# What a user adds there decides nothing of ours.
MINE = ROOT / "models" / "mine"


def fingerprint(also: str) -> str:
    """Return a fingerprint of the models, macros and seeds, of the engine, and of what else is given.

    Two builds with the same one, of the same rows, give the same tables; so what the one built the other may keep.

    Args:
        also: what else decides what is built, such as the vars.

    Returns:
        SHA-256 in hexadecimal.

    Raises:
        OSError: a file of the project cannot be read.

    """
    found = hashlib.sha256(f"{duckdb.__version__} {also}".encode())
    for path in files():
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def files() -> list[Path]:
    """Return the files that decide what a build makes of the rows in raw, in order."""
    places = [ROOT / name for name in MADE_BY]
    inside = [
        path for place in places if place.is_dir()
        for path in place.rglob("*") if path.is_file() and not path.is_relative_to(MINE)
    ]  # fmt: skip
    return sorted([*inside, *(place for place in places if place.is_file())])


KEPT = 3
"""How many complete publications stay: the newest, and two that a slow reader may still have open."""
FREE = 0.25
"""The share of a publication that may be free blocks before the next one is written from nothing."""
LONGEST_WAIT = 30.0
"""Seconds that a build waits for whoever holds the working file, such as somebody's open shell."""
# What DuckDB says of a file that was cut off, overwritten or never finished; other errors may be the machine's.
DAMAGE = ("not a valid DuckDB", "Could not read enough", "Corrupt", "checksum", "Serialization Error", "does not exist")


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
    for path in _ours(place):
        if _is_interrupted(path):
            remove(path)
    # A whole one under such a name is as useless: only its renaming is missing, and the next build does it again.
    for folder_of in (place, recorded_folder(place)):
        remove_unfinished(folder_of, is_alone=True)
    return str(place)


def _ours(folder: Path) -> list[Path]:
    """Return the files named as publications and days are: what else somebody puts there is not ours to remove."""
    every = regular_files(folder, EVERY_FILE)
    return [path for path in every if PUBLICATION.fullmatch(path.name) or DAY.fullmatch(path.name)]


def new_publication(folder: str, published_at: str, is_of_a_day: bool) -> str:
    """Return where a publication is written until it is whole, and make that folder ready as `prepare_folder` does.

    Args:
        folder: that of the publications.
        published_at: the moment, in UTC, as ISO text.
        is_of_a_day: whether it is one of the days as they were recorded.

    """
    place = recorded_folder(Path(folder)) if is_of_a_day else Path(folder)
    return str(unfinished(Path(prepare_folder(str(place))) / publication_name(datetime.fromisoformat(published_at))))


def objection_to_folder(folder: str) -> str:
    """Return why a build could not publish into this folder, or nothing: asked before anything is built."""
    try:
        place = Path(prepare_folder(folder))
        probe = unfinished(place / "probe")
        probe.touch()
        probe.unlink()
    except OSError as error:
        return f"The folder of publications {folder} cannot be written: {error.strerror}. Nothing was built."
    newest = max((path.name for path in regular_files(place, EVERY_FILE)), default="")
    now = datetime.now(UTC)
    if newest < publication_name(now):
        return ""
    return (
        f"This machine's clock says {now:%Y-%m-%d %H:%M:%S} UTC, and {newest} was published later: set the clock, "
        "or remove that file if it was the one published by a wrong clock. Nothing was built."
    )


def objection_to_disk(warehouse: str, folder: str, loaded: int) -> str:
    """Return why there is no room for a build of so many loaded figures, or nothing: asked before anything is built.

    Args:
        warehouse: the path of the working file.
        folder: that of the publications.
        loaded: how many figures are loaded.

    """
    return objection_to_space(Path(warehouse), Path(folder), loaded)


def finish_publication(written: str) -> str:
    """Give a publication that was written to its end its name, so that readers see the whole file or none.

    Raises:
        OSError: the file is not complete, cannot be renamed, or would not be the newest.

    """
    path = Path(written)
    final = finished(path)
    newest = max((each.name for each in path.parent.glob(EVERY_FILE)), default="")
    if final.name < newest:
        # Asked before a build too: here for a clock that is set back while it runs.
        raise OSError(f"The clock was set back: {newest} was published later. Set the clock and build again.")
    done = _renamed(path, final)
    stand_for_newest(final.parent)
    return done


def _renamed(path: Path, final: Path) -> str:
    if log_of(path).exists() or _is_interrupted(path):
        raise OSError(f"{path.name} was not written to its end, so it is not published; is the disk full?")
    _flush(path)
    path.replace(final)
    _flush(final.parent)
    return str(final)


def _flush(path: Path) -> None:
    """Have the disk hold what was written, so that a machine that stops keeps the file under its name, whole."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_publication(folder: str, name: str, target: str, figure_ids: list[str]) -> bool:
    """Copy the publication a build goes on from, to be brought up to date under another name.

    Args:
        folder: where the publications are.
        name: the file that the last whole build published.
        target: the path of the copy, which ends in WRITING.
        figure_ids: the figures that are restricted now.

    Returns:
        Whether it was copied: not where it is gone or damaged, tells of one of those figures, or has so many free
        blocks that a file written anew is much smaller.

    Raises:
        OSError: the copy cannot be written.

    """
    source = Path(folder) / name
    if not _is_whole(source) or _has_gaps(source) or tells_of(source, figure_ids):
        return False
    copy = Path(target)
    copy_regular(source, copy)
    # The copy is judged, since it is what the build writes into: nothing of it may run there.
    if _is_whole(copy):
        return True
    remove(copy)
    return False


def withheld(folder: str, written: str, figure_ids: list[str]) -> str:
    """Return why a publication that was written must not be shown, or nothing: asked just before it gets its name.

    `on-record unpublish` may have been called while it was built, of figures that were not restricted when it was
    loaded. What must not be shown is removed.

    Args:
        folder: that of the publications.
        written: the path of what was written.
        figure_ids: the figures that are restricted in the warehouse.

    """
    # A past may be built from a copy of raw that was taken before something was restricted.
    is_past = Path(written).parent.name == RECORDED
    try:
        asked = marked_restricted(Path(folder)).of_build(is_past=is_past) - set(figure_ids)
        reason = ", ".join(sorted(asked)) if asked and tells_of(Path(written), sorted(asked)) else ""
    except CannotRunError as error:
        reason = str(error)
    if not reason:
        return ""
    remove(Path(written))
    return f"it holds what was restricted while it was built ({reason}). Load, which takes that in, and build again."


def retract_marked(folder: str, figure_ids: list[str], is_past: bool) -> str:
    """Remove what was restricted in the very moment it was published, and let go of marks that the warehouse knows of.

    Args:
        folder: that of the publications.
        figure_ids: the figures that are restricted in the warehouse.
        is_past: whether a past was built, from a copy of raw that may be older.

    Returns:
        The names of the files removed, as `remove_publications_of` gives them.

    """
    mark = marked_restricted(Path(folder))
    asked = mark.asked - set(figure_ids)
    removed = remove_publications_of(folder, sorted(asked))
    if not is_past:
        mark_restricted(Path(folder), Marked(asked, set(figure_ids)))
    return removed


def prune_folder(folder: str) -> int:
    """Remove all but the newest complete publications.

    A reader that has a removed file open keeps reading it: the name goes, the file stays until it is closed.

    Returns:
        The number of files removed.

    """
    complete = [path for path in _ours(Path(folder)) if not _is_interrupted(path)]
    for path in complete[:-KEPT]:
        remove(path)
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
        return _renamed(source, file_of_day(source.parent, day))
    target = file_of_day(recorded_folder(source.parent), day)
    target.parent.mkdir(exist_ok=True)
    let_stand(source, target, target.with_name(unfinished(source).name))
    return str(target)


def _is_interrupted(path: Path) -> bool:
    """A publication writes its build row last: a file without one was never finished."""
    try:
        with open_foreign(path) as connection:
            found = connection.execute("select count(*) from main.build").fetchone()
    except (duckdb.Error, NoRegularFileError) as error:
        # Open elsewhere, no regular file, not for us to read, or too little memory: not ours to judge or remove.
        return any(reason in str(error) for reason in DAMAGE)
    return found is None or found[0] == 0


def _is_whole(path: Path) -> bool:
    """Whether a build may go on from this publication: it has its build row, our tables as they are today, no more."""
    try:
        with open_foreign(path) as connection:
            (database,) = connection.execute("select current_database()").fetchall()[0]
            found = connection.execute("select count(*) from main.build").fetchone()
            return found == (1,) and not objection(connection) and not foreign_in_publication(connection, database)
    except (duckdb.Error, NoRegularFileError):
        return False


def _has_gaps(path: Path) -> bool:
    """Whether more of the file is free than FREE: DuckDB fills what was deleted again, but never gives it back."""
    with open_foreign(path) as connection:
        total, free = connection.execute(
            "SELECT total_blocks, free_blocks FROM pragma_database_size() WHERE database_name = current_database()"
        ).fetchall()[0]
    return bool(free > FREE * total)


def wait_for_warehouse(path: Path, config: dict[str, Any]) -> None:
    """Return once the working file can be opened for writing; wait where somebody holds it, and say so.

    Raises:
        CannotRunError: it is damaged, cannot be written, or is still held after LONGEST_WAIT seconds.

    """
    until, is_told = time.monotonic() + LONGEST_WAIT, False
    while True:
        try:
            if not path.exists():
                _create(path, config)
            with duckdb.connect(str(path), config=config):
                remove_spilled(path)
            return
        except (duckdb.Error, OSError) as error:
            if not is_locked(error) or time.monotonic() >= until:
                raise CannotRunError(sentence(path, error)) from error
            if not is_told:
                print(f"Waiting up to {LONGEST_WAIT:.0f} s: {sentence(path, error)}", file=sys.stderr, flush=True)
        is_told = True
        time.sleep(0.2)


def _create(path: Path, config: dict[str, Any]) -> None:
    """Make an empty working file, whole or not at all: DuckDB cannot open what an interrupted creation leaves."""
    with work_folder(path.parent, "build") as folder:
        beside = folder / path.name
        duckdb.connect(str(beside), config=config).close()
        with suppress(FileExistsError):
            # A link and no renaming: should a load have made the warehouse meanwhile, it stays.
            path.hardlink_to(beside)


class Plugin(BasePlugin):
    """Opens the working file with care, and makes the functions callable from SQL in the connections dbt opens."""

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Refuse a working file that is held or damaged with a sentence; dbt would print its calls.

        A working file that nobody named lies in the project, from wherever dbt was started.
        """
        if creds.path == WAREHOUSE and not os.environ.get(WAREHOUSE_SETTING):
            creds.path = str(ROOT / WAREHOUSE)
        try:
            remove_dead(usual_places(Path(creds.path), published_folder()))
            wait_for_warehouse(Path(creds.path), config)
        except CannotRunError as reason:
            raise DbtRuntimeError(str(reason)) from None

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the functions that the macros call, each under a name that says what it is about."""
        text, texts, days, number = "VARCHAR", "VARCHAR[]", "DATE[]", "BIGINT"
        functions: tuple[tuple[Any, str, list[Any], str], ...] = (
            (fingerprint, "project_fingerprint", [text], text),
            (lambda: str(published_folder()), "published_folder", [], text),
            (tables_fingerprint, "tables_fingerprint", [], text),
            (table_macros, "table_macros", [], texts),
            (lambda schema: [*build_comments(schema), *macro_comments(schema)], "comments_in", [text], texts),
            (objection_to_version, "objection_to_version", [number], text),
            (prepare_folder, "prepare_published_folder", [text], text),
            (new_publication, "new_publication", [text, text, "BOOLEAN"], text),
            (objection_to_folder, "objection_to_published_folder", [text], text),
            (objection_to_disk, "objection_to_disk", [text, text, number], text),
            (finish_publication, "put_publication_in_place", [text], text),
            (archive_publication, "archive_publication", [text, text], text),
            (remove_publications_of, "remove_publications_of", [text, texts], text),
            (copy_publication, "copy_publication", [text, text, text, texts], "BOOLEAN"),
            (withheld, "withheld", [text, text, texts], text),
            (retract_marked, "retract_marked", [text, texts, "BOOLEAN"], text),
            (prune_folder, "prune_published_folder", [text], number),
            (prune_days, "prune_recorded_days", [text, days, days], number),
        )
        for function, name, taken, returned in functions:
            conn.create_function(name, function, taken, returned, side_effects=True)
