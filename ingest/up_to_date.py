"""Whether anything has changed since the newest publication was built, so that ``make build`` builds only where it has.

``python -m ingest.up_to_date`` prints a sentence where nothing has, and otherwise notes what the build begins with;
``--built`` after a build says that it is published. Only `make build` asks: ``dbt build`` always builds. In doubt the
answer is that something has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from common.contracts import other_version
from common.foreign import NoRegularFileError, open_foreign
from common.layout import EVERY_FILE, ROOT, SUFFIX, WAREHOUSE, WAREHOUSE_SETTING, named, published_folder
from common.quoting import identifier

# All that a load or a build reads: files of the project, and what a user adds to it.
READ = (
    "dbt_project.yml", "profiles.yml", "packages.yml", "requirements.txt", "models", "macros", "seeds", "tests/models",
    "snapshots", "analyses", "figures", "samples", "ingest", "common",
)  # fmt: skip
PACKAGES = ("dbt-core", "dbt-adapters", "dbt-duckdb", "duckdb")
# Variables that decide what is built, beside those that a file of the project reads by name.
SETTINGS = ("ON_RECORD_", "DBT_")
READ_BY_NAME = re.compile(r"env_var\(\s*['\"](\w+)")
NOTES = ROOT / "target" / "up_to_date"


def main(arguments: list[str] | None = None) -> int:
    """Say that nothing has changed, or keep what a build begins with; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--built", action="store_true", help="the build that began is through")
    now = state()
    if parser.parse_args(arguments).built:
        note_build(now)
    elif sentence := nothing_has_changed(now):
        print(sentence)
    else:
        _note("begun", {"state": now, "newest": _name(_newest())})
    return 0


def nothing_has_changed(now: str) -> str:
    """Return a sentence where the newest publication is what a build would publish again, else nothing.

    Args:
        now: the state.

    """
    built, newest = _noted("built"), _newest()
    if not newest or built.get("state") != now or built.get("published") != published() or _is_damaged(newest):
        return ""
    at = datetime.fromtimestamp(newest.stat().st_mtime).astimezone()
    return (
        f"Nothing has changed since {newest.name} was published ({at:%Y-%m-%d %H:%M}), so nothing is built; "
        "`dbt build` builds in any case."
    )


def note_build(now: str) -> None:
    """Keep that what the build began with is published; not where it published nothing, or something has changed since.

    Args:
        now: the state, after the build.

    """
    begun, newest = _noted("begun"), _name(_newest())
    if begun.get("state") == now and newest and newest != begun.get("newest"):
        _note("built", {"state": now, "published": published()})


def state() -> str:
    """Return a fingerprint of all that decides what a build publishes, or nothing where it cannot be seen.

    The files of the project, what is loaded (every row of the schema raw), settings, versions, and where all this is.
    """
    found = hashlib.sha256()
    for told in (*_machine(), *_settings(), *_files()):
        found.update(f"{told}\0".encode())
    try:
        for told in _rows(named(WAREHOUSE_SETTING, WAREHOUSE)):
            found.update(f"{told}\0".encode())
    except duckdb.Error:
        # There is none, or somebody writes into it. No two times look the same.
        return ""
    return found.hexdigest()


def published() -> dict[str, list[int]]:
    """Return what is published by name, recorded days among it: size, time of change and number of each file."""
    folder = published_folder()
    found = {path.relative_to(folder).as_posix(): path.stat() for path in sorted(folder.rglob(f"*{SUFFIX}"))}
    return {name: [told.st_size, told.st_mtime_ns, told.st_ino] for name, told in found.items()}


def _machine() -> Iterator[str]:
    yield f"{sys.version} {sys.prefix}"
    yield f"{ROOT} {named(WAREHOUSE_SETTING, WAREHOUSE).absolute()} {published_folder().absolute()}"
    yield from (f"{name} {version(name)}" for name in PACKAGES)


def _settings() -> Iterator[str]:
    asked = {
        name
        for path in _paths()
        if path.suffix in (".sql", ".yml")
        for name in READ_BY_NAME.findall(path.read_text(encoding="utf-8", errors="replace"))
    }
    for name, value in sorted(os.environ.items()):
        if name in asked or name.startswith(SETTINGS):
            yield f"{name}={value}"


def _files() -> Iterator[str]:
    for path in _paths():
        yield f"{path.relative_to(ROOT).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _paths() -> list[Path]:
    places = [ROOT / name for name in READ]
    inside = [path for place in places if place.is_dir() for path in place.rglob("*")]
    found = (path for path in (*places, *inside) if path.is_file() and "__pycache__" not in path.parts)
    return sorted(found)


def _rows(warehouse: Path) -> Iterator[str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw' order by table_name"
        ).fetchall()
        for (table,) in tables:
            told = connection.execute(f"select count(*), sum(hash(t)) from raw.{identifier(table)} as t").fetchone()
            yield f"{table} {told}"


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
        return told if isinstance(told, dict) and told.get("state") else {}
    return {}


if __name__ == "__main__":
    sys.exit(main())
