"""Publications that hold what is restricted now: which they are, and taking them out of the folder at once."""

import json
import os
import shutil
import stat
from collections.abc import Collection, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from common.atomic import write_beside
from common.foreign import NoRegularFileError, is_locked, log_of, open_foreign, regular_files, spill_of
from common.layout import EVERY_FILE, EVERY_WRITING, NEWEST, RECORDED, restricted_mark, unfinished
from common.quoting import identifier
from ingest.curation.check import Record
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.warehouse.connection import has_raw_table, sentences
from ingest.work_folders import dead_folders, remove_dead, usual_places

KeptBack = tuple[str, str, str]
"""A data set, the key of a row, and the wider place under which it may be told; empty where it may not at all."""
PLACED = "\x1f"
"""Between a figure of a data set that is coarsened and the wider place under which alone it is told."""


MOST_MARK_BYTES = 10_000_000


@dataclass(frozen=True)
class Marked:
    """The word left beside the folder of publications: figures that no build may publish.

    ``asked``: those that `unpublish` took out and the warehouse knows nothing of yet. ``loaded``: those restricted in
    the warehouse when it was last asked, for builds of the past from an older copy of it.
    """

    asked: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)

    def of_build(self, *, is_past: bool) -> set[str]:
        """Return what a build must not publish; one of now knows itself what is restricted in the warehouse."""
        return self.asked | self.loaded if is_past else self.asked


@dataclass(frozen=True)
class Retracted:
    """The files removed (of a rehearsal: that would be), and the newest publication that stays; "" where none does.

    ``left_by_killed`` are the folders with copies of the warehouse that commands left which were killed.
    ``is_held``: a build or a load holds the warehouse; ``is_half``: so rows of data sets could not be looked up in it.
    ``has_unloaded_rows``: data sets must be loaded again before a build publishes.
    """

    removed: list[str] = field(default_factory=list)
    newest: str = ""
    left_by_killed: list[str] = field(default_factory=list)
    is_held: bool = False
    is_half: bool = False
    has_unloaded_rows: bool = False


def retract_publications(
    record: Record, warehouse: Path, published: Path, *, kept_back: Sequence[KeptBack] = (), is_dry_run: bool = False
) -> Retracted:
    """Remove every publication that tells of a figure restricted in the record as it is, or as it was last loaded.

    ``kept_back`` are the rows of data sets in figures/restricted_rows.csv: their figures are found in the warehouse.

    So it works before a load, and where the record has a problem that keeps it from being loaded. Where a build or a
    load holds the warehouse, the files of the record are enough; and a mark is left first that any build must honour
    which has not loaded the restriction, so nothing comes back. Who reads a file that goes keeps it open until the
    answer is given. What an interrupted build left goes too, since nobody could say what is in it.

    Raises CannotRunError where somebody else holds a publication, or a file cannot be removed.
    """
    restricted = of_record(record)
    loaded: set[str] = set()
    rows: set[str] = set()
    known: set[str] = set()
    is_taken = False
    mark, objection = Marked(), ""
    try:
        mark = marked_restricted(published)
    except CannotRunError as reason:
        # What is restricted goes all the same, and no build publishes until somebody has looked at it.
        objection = str(reason)
    with sentences(warehouse), ExitStack() as stack:
        try:
            if warehouse.exists():
                connection = stack.enter_context(open_foreign(warehouse.resolve()))
                loaded, rows = restricted_figures(connection), _of_rows(connection, kept_back)
                known = _of_data_sets(connection, mark.asked)
                restricted |= loaded | rows
        except duckdb.Error as error:
            if not is_locked(error):
                raise
            is_taken = True
        # What was asked for of other folders of the record stays so; rows of data sets are always all read.
        elsewhere = mark.asked - _figures_of(record) - known
        asked = (of_record(record) | rows | elsewhere) - loaded
        if not is_dry_run and not objection:
            mark_restricted(published, Marked(asked, mark.loaded if is_taken else loaded))
        found = publications_of(published, restricted)
        leftovers = [path for path in _written(published, EVERY_WRITING) if restricted and not is_held(path)]
        if not is_dry_run:
            _take_out([*leftovers, *found])
            stand_for_newest(published)
    places = usual_places(warehouse, published)
    dead = dead_folders(places) if is_dry_run else remove_dead(places)
    if objection:
        raise CannotRunError(objection)
    _refuse_held(published if restricted else None, is_taken)
    staying = [path.name for path in regular_files(published, EVERY_FILE) if path not in found]
    removed = [path.relative_to(published).as_posix() for path in found if path.name != NEWEST]
    return Retracted(
        removed, max(staying, default=""), [shown_path(folder) for folder in dead], is_taken,
        is_taken and bool(kept_back), bool(rows - loaded),
    )  # fmt: skip


def _take_out(paths: Sequence[Path]) -> None:
    for path in paths:
        try:
            remove(path)
        except OSError as error:
            raise CannotRunError(f"{shown_path(path)} cannot be removed: {error.strerror}.") from error


def _of_data_sets(connection: duckdb.DuckDBPyConnection, figure_ids: Collection[str]) -> set[str]:
    """Return which of these are figures of data sets, of the warehouse as it is."""
    there = has_raw_table(connection, "dataset_figures")
    found = connection.execute(
        "SELECT DISTINCT figure_id FROM raw.dataset_figures WHERE figure_id IN (SELECT unnest($1::VARCHAR[]))",
        [[each.split(PLACED)[0] for each in figure_ids]],
    ).fetchall() if there else []  # fmt: skip
    ids = {figure_id for (figure_id,) in found}
    return {each for each in figure_ids if each.split(PLACED)[0] in ids}


def mark_restricted(published: Path, mark: Marked) -> None:
    """Leave word beside the publications which figures no build may publish, or take it away where there are none.

    Raises CannotRunError where the folder cannot be written: then nothing would keep a build from publishing them.
    """
    path = restricted_mark(published)
    try:
        if mark.asked or mark.loaded:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f"{path.name}.new")
            written = {"asked": sorted(mark.asked), "loaded": sorted(mark.loaded)}
            write_beside(beside, json.dumps(written).encode(), 0o600)
            beside.replace(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise CannotRunError(f"{shown_path(path)} cannot be written: {error.strerror}. Nothing was done.") from error


def marked_restricted(published: Path) -> Marked:
    """Return the figures that no build may publish; raises CannotRunError where nobody can read what was left."""
    path = restricted_mark(published)
    try:
        # A link, a pipe or a folder of that name is not what we left, and none of them is waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return Marked()
    except OSError as error:
        raise _unreadable(path) from error
    with os.fdopen(handle, "rb") as file:
        try:
            is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            text = file.read(MOST_MARK_BYTES + 1) if is_file else b""
            found = json.loads(text) if text and len(text) <= MOST_MARK_BYTES else None
        except (OSError, ValueError, RecursionError) as error:
            raise _unreadable(path) from error
    lists = [found.get(name) for name in ("asked", "loaded")] if isinstance(found, dict) else [None]
    if not all(isinstance(each, list) and all(isinstance(one, str) for one in each) for each in lists):
        raise _unreadable(path)
    return Marked(*(set(each) for each in lists if each is not None))


def _unreadable(path: Path) -> CannotRunError:
    return CannotRunError(f"{shown_path(path)} cannot be read, so nothing is published: remove it and unpublish anew.")


def _figures_of(record: Record) -> set[str]:
    return {row.text("figure_id") or "" for episode in record.episodes for row in episode.figures.rows}


def of_record(record: Record) -> set[str]:
    """Return the figures that the files of the record restrict, those of rows with a problem elsewhere included."""
    rows = [row for episode in record.episodes for row in episode.figures.rows]
    return {row.text("figure_id") or "" for row in rows if row.text("visibility") == "restricted"} - {""}


def restricted_figures(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the figures restricted in the warehouse; none where nothing was ever loaded."""
    if not has_raw_table(connection, "figures"):
        return set()
    found = connection.execute("SELECT figure_id FROM raw.figures WHERE visibility = 'restricted'").fetchall()
    return {figure_id for (figure_id,) in found} | _kept_back(connection)


def _of_rows(connection: duckdb.DuckDBPyConnection, rows: Sequence[KeptBack]) -> set[str]:
    """Return the figures of these rows, whether or not their data set was loaded since they are kept back."""
    there = has_raw_table(connection, "dataset_figures")
    found: set[str] = set()
    for dataset_id, row_key, place in rows if there else ():
        figures = connection.execute(
            "SELECT figure_id FROM raw.dataset_figures WHERE dataset_id = ? AND row_key = ?", [dataset_id, row_key]
        ).fetchall()
        found |= {figure_id + (PLACED + place if place else "") for (figure_id,) in figures}
    return found


def _kept_back(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the figures of rows kept back, in whatever release; of those coarsened with the wider place."""
    known = connection.execute(
        "SELECT 1 FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'raw' "
        "AND table_name = 'dataset_figures' AND column_name = 'visibility'"
    ).fetchall()
    if not known:
        return set()
    found = connection.execute(
        "SELECT figure_id || CASE WHEN visibility = 'coarsened' THEN chr(31) || place_name ELSE '' END "
        "FROM raw.dataset_figures WHERE (dataset_id, row_key) IN (SELECT dataset_id, row_key FROM raw.dataset_figures "
        "WHERE visibility IN ('restricted', 'coarsened'))"
    ).fetchall()
    return {kept for (kept,) in found}


def publications_of(published: Path, figure_ids: Collection[str]) -> list[Path]:
    """Return the publications that tell of one of these figures, and those that cannot be read: oldest first.

    So the newest goes last, and no reader is given an older one that goes too.
    """
    found = [*regular_files(published, NEWEST), *_written(published, EVERY_FILE)] if figure_ids else []
    return [path for path in found if tells_of(path, list(figure_ids))]


def _written(published: Path, pattern: str) -> list[Path]:
    return [*regular_files(published / RECORDED, pattern), *regular_files(published, pattern)]


def remove_publications_of(folder: str, figure_ids: list[str]) -> str:
    """Remove every publication that tells of one of these figures, and of those that cannot be read.

    Returns:
        The names of the files removed, "recorded/2026-11-20.duckdb, …"; empty where there was none.

    """
    removed = publications_of(Path(folder), figure_ids)
    for path in removed:
        remove(path)
    if removed:
        stand_for_newest(Path(folder))
    return ", ".join(path.relative_to(folder).as_posix() for path in removed if path.name != NEWEST)


def tells_of(path: Path, figure_ids: Sequence[str]) -> bool:
    """Whether one of the figures is in the file, as a figure or in what is told of its past.

    One with a place behind a mark (PLACED) is coarsened: it may be there, without coordinates and under that place.
    """
    placed = [each.split(PLACED) for each in figure_ids if PLACED in each]
    figure_ids = [each for each in figure_ids if PLACED not in each]
    try:
        with open_foreign(path) as connection:
            if placed and _tells_where(connection, placed):
                return True
            tables = connection.execute(
                "select t.schema_name, t.table_name from duckdb_tables() as t inner join duckdb_columns() as c "
                "on t.table_oid = c.table_oid and t.database_oid = c.database_oid where c.column_name = 'figure_id' "
                "and t.database_name = current_database() and not t.internal"
            ).fetchall()
            return any(_has_one(connection, schema, table, figure_ids) for schema, table in tables)
    except NoRegularFileError:
        return False
    except (duckdb.Error, ValueError):
        return not is_held(path)


def _tells_where(connection: duckdb.DuckDBPyConnection, placed: Sequence[Sequence[str]]) -> bool:
    """Whether a coarsened figure is there as exactly as it was, or anything of its past is."""
    ids, names = [figure_id for figure_id, _ in placed], [name for _, name in placed]
    found = connection.execute(
        "select 1 from main.fct_figures as f "
        "inner join (select unnest($1) as figure_id, unnest($2) as place_name) as p on f.figure_id = p.figure_id "
        "where f.latitude is not null or f.longitude is not null or f.place_stated is distinct from p.place_name "
        "limit 1",
        [ids, names],
    ).fetchall()
    return bool(found) or _has_one(connection, "main", "fct_revisions", ids)


def _has_one(connection: duckdb.DuckDBPyConnection, schema: str, table: str, figure_ids: Sequence[str]) -> bool:
    found = connection.execute(
        f"select 1 from {identifier(schema)}.{identifier(table)} where figure_id in (select unnest($1)) limit 1",
        [figure_ids],
    ).fetchall()
    return bool(found)


def is_held(path: Path) -> bool:
    """Say whether somebody is writing this file: a build from another working file into the same folder."""
    try:
        open_foreign(path).close()
    except (duckdb.Error, NoRegularFileError) as error:
        return is_locked(error)
    return False


def remove(path: Path) -> None:
    """Remove a publication with its log and what readers that were killed had set aside; who has it open reads on."""
    path.unlink(missing_ok=True)
    log_of(path).unlink(missing_ok=True)
    shutil.rmtree(spill_of(path), ignore_errors=True)


def stand_for_newest(folder: Path) -> None:
    """Let the stable name stand for the newest publication, or for none; who has the former one open reads on."""
    stable = folder / NEWEST
    newest = max(regular_files(folder, EVERY_FILE), default=None)
    if newest is None:
        stable.unlink(missing_ok=True)
        return
    let_stand(newest, stable, unfinished(stable))


def let_stand(source: Path, name: Path, passing: Path) -> None:
    """Let a name stand for a publication, in place of what it stood for; raises OSError.

    It is a link, or a copy where the disk knows no links, made under the name ``passing``, so whole at any moment.
    """
    passing.unlink(missing_ok=True)
    try:
        os.link(source, passing)
    except OSError:
        shutil.copyfile(source, passing)
    if name.is_dir():
        raise OSError(f"{name} is a folder, so nothing can be published there: move it away")
    passing.replace(name)
    # Renaming one link of a file to another of the same file does nothing, and leaves it.
    passing.unlink(missing_ok=True)


def remove_unfinished(folder: Path, *, is_alone: bool = False) -> None:
    """Remove the publications that a killed build left unfinished in a folder, and nobody holds.

    A build lets a link stand here for a moment, whose file has another name beside it: that goes only where no other
    build can be under way (``is_alone``).
    """
    for path in regular_files(folder, EVERY_WRITING):
        with suppress(FileNotFoundError):
            if (is_alone or path.lstat().st_nlink == 1) and not is_held(path):
                remove(path)


def _refuse_held(published: Path | None, is_building: bool) -> None:
    # What the build that holds the warehouse is writing will not be published: it honours the mark.
    patterns = (EVERY_FILE, *(() if is_building else (EVERY_WRITING,))) if published else ()
    held = [path for pattern in patterns for path in _written(published or Path(), pattern) if is_held(path)]
    if held:
        names = ", ".join(shown_path(path) for path in held)
        raise CannotRunError(
            f"{names} is open for writing elsewhere, so nobody can say what it holds: end that process, and try again."
        )
