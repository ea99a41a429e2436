"""What has changed since the newest publication was built, so that ``on-record build`` builds no more than that.

Only ``on-record build`` asks: ``dbt build`` builds all.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from common.contracts import other_version
from common.foreign import NoRegularFileError, open_foreign
from common.layout import EVERY_FILE, ROOT, SUFFIX, WAREHOUSE, WAREHOUSE_SETTING, named, published_folder
from common.quoting import identifier
from ingest.errors import CannotRunError
from ingest.space import objection_to_space

# All that a build reads beside rows: files of the project, and what a user adds to it.
RULES = (
    "dbt_project.yml", "profiles.yml", "packages.yml", "requirements.txt", "models", "macros", "seeds", "tests/models",
    "snapshots", "analyses", "ingest", "common",
)  # fmt: skip
# What is loaded. A change of it that raw does not show is a change all the same.
RECORD = ("figures", "samples")
# Our seeds and views are as the project says: while no rule changed they stand as the last whole build made them, and
# a build of the rest is a whole one (macros/publish.sql). Not so the views that say what is affected, which lie in
# models/intermediate. Tests, and a user's own models, are among what is built.
FOLDERS_OF_VIEWS = ("staging", "facts", "ranges", "views")
ROWS_ALONE = "--indirect-selection empty --exclude resource_type:seed " + " ".join(
    f"config.materialized:view,path:models/{folder}" for folder in FOLDERS_OF_VIEWS
)
PACKAGES = ("dbt-core", "dbt-adapters", "dbt-duckdb", "duckdb")
# Variables that decide what is built, beside those that a file of the project reads by name.
SETTINGS = ("ON_RECORD_", "DBT_")
READ_BY_NAME = re.compile(r"env_var\(\s*['\"](\w+)")
NOTES = ROOT / "target" / "up_to_date"


@dataclass(frozen=True)
class State:
    """Fingerprints of all that decides what a build publishes; empty where one cannot be seen."""

    rules: str
    rows: str


@dataclass(frozen=True)
class ToBuild:
    """What a build is to do: nothing, with a sentence why; else all, or what these options of dbt leave."""

    nothing: str = ""
    options: str = ""


def what_to_build() -> ToBuild:
    """Return what has changed, and keep what the build begins with: options where rows alone have, all in doubt.

    Raises CannotRunError where the disk has no room for a build.
    """
    now = state()
    if sentence := nothing_has_changed(now):
        return ToBuild(nothing=sentence)
    warehouse = named(WAREHOUSE_SETTING, WAREHOUSE)
    if objection := objection_to_space(warehouse, published_folder(), _loaded(warehouse)):
        raise CannotRunError(objection)
    is_of_rows = _noted("built").get("rules") == now.rules and _is_built_of(warehouse, _newest())
    _note("begun", asdict(now) | {"newest": _name(_newest())})
    return ToBuild(options=ROWS_ALONE if is_of_rows else "")


def nothing_has_changed(now: State) -> str:
    """Return a sentence where the newest publication is what a build would publish again, else nothing.

    Args:
        now: the state.

    """
    built, newest = _noted("built"), _newest()
    if not newest or built.get("published") != published() or _is_damaged(newest) or not _is_state(built, now):
        return ""
    at = datetime.fromtimestamp(newest.stat().st_mtime).astimezone()
    return (
        f"Nothing has changed since {newest.name} was published ({at:%Y-%m-%d %H:%M}), so nothing is built; "
        "`dbt build` builds in any case."
    )


def note_build() -> bool:
    """Keep that what the build began with is published, unless something has changed since.

    Returns:
        Whether the build published anything.

    """
    now = state()
    begun, newest = _noted("begun"), _name(_newest())
    if not newest or newest == begun.get("newest"):
        return False
    if _is_state(begun, now):
        _note("built", asdict(now) | {"published": published()})
    return True


def _is_state(noted: dict[str, object], now: State) -> bool:
    return all(value and noted.get(name) == value for name, value in asdict(now).items())


def state() -> State:
    """Return what decides now what a build publishes.

    The rules are files of the project, settings, versions, and where all this is; the rows are the files of the record
    and every row of the schema raw.
    """
    return State(_fingerprint((*_machine(), *_settings(), *_files(RULES))), _rows_fingerprint())


def _rows_fingerprint() -> str:
    try:
        return _fingerprint((*_files(RECORD), *_rows(named(WAREHOUSE_SETTING, WAREHOUSE))))
    except duckdb.Error:
        # There is none, or somebody writes into it.
        return ""


def _fingerprint(told: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def published() -> dict[str, list[int]]:
    """Return what is published by name, recorded days among it: size, times of change and number of each file.

    The time of its inode's change too, which nobody can set back.
    """
    folder = published_folder()
    found = {path.relative_to(folder).as_posix(): path.stat() for path in sorted(folder.rglob(f"*{SUFFIX}"))}
    return {name: [told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino] for name, told in found.items()}


def _machine() -> Iterator[str]:
    yield f"{sys.version} {sys.prefix}"
    yield f"{ROOT} {named(WAREHOUSE_SETTING, WAREHOUSE).absolute()} {published_folder().absolute()}"
    yield from (f"{name} {version(name)}" for name in PACKAGES)


def _settings() -> Iterator[str]:
    asked = {
        name
        for path in _paths(RULES)
        if path.suffix in (".sql", ".yml")
        for name in READ_BY_NAME.findall(path.read_text(encoding="utf-8", errors="replace"))
    }
    for name, value in sorted(os.environ.items()):
        if name in asked or name.startswith(SETTINGS):
            yield f"{name}={value}"


def _files(names: Iterable[str]) -> Iterator[str]:
    for path in _paths(names):
        yield f"{path.relative_to(ROOT).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _paths(names: Iterable[str]) -> list[Path]:
    places = [ROOT / name for name in names]
    inside = [path for place in places if place.is_dir() for path in place.rglob("*")]
    found = (path for path in (*places, *inside) if path.is_file() and "__pycache__" not in path.parts)
    return sorted(found)


def _loaded(warehouse: Path) -> int:
    """Return how many figures are loaded; 0 where nobody can say, and then dbt asks for room itself."""
    tables = ("figures", "dataset_figures")
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            found = [connection.execute(f"select count(*) from raw.{identifier(table)}").fetchall() for table in tables]
    except duckdb.Error:
        return 0
    return sum(count for ((count,),) in found)


def _rows(warehouse: Path) -> Iterator[str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw' order by table_name"
        ).fetchall()
        for (table,) in tables:
            told = connection.execute(f"select count(*), sum(hash(t)) from raw.{identifier(table)} as t").fetchone()
            yield f"{table} {told}"


def _is_built_of(warehouse: Path, newest: Path | None) -> bool:
    """Whether a warehouse holds what the newest publication was made of, and its next build may go on from there."""
    with suppress(duckdb.Error), duckdb.connect(str(warehouse), read_only=True) as connection:
        told = "select file_name from staging.published_as where exists (select 1 from staging.built_from)"
        return newest is not None and connection.execute(told).fetchall() == [(newest.name,)]
    return False


def _newest() -> Path | None:
    return max(published_folder().glob(EVERY_FILE), default=None)


def _name(path: Path | None) -> str:
    return path.name if path else ""


def _is_damaged(publication: Path) -> bool:
    try:
        with open_foreign(publication) as connection:
            return bool(other_version(connection))
    except (duckdb.Error, NoRegularFileError):
        return True


def _note(name: str, told: dict[str, object]) -> None:
    # Half a note is none: then everything is built.
    NOTES.mkdir(parents=True, exist_ok=True)
    (NOTES / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")


def _noted(name: str) -> dict[str, object]:
    with suppress(OSError, ValueError):
        told = json.loads((NOTES / f"{name}.json").read_text(encoding="utf-8"))
        return told if isinstance(told, dict) else {}
    return {}
