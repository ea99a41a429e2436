"""Built warehouses, shared by tests, by workers and by runs: each is made once for what it is made from.

Almost all time of the suite is dbt at work. What a fixture makes is therefore kept under target/, in a folder named by
a fingerprint of the project's files, the records of the tests, the packages, and the fixture's own code. A change of
any of them is another name; `clean` and ON_RECORD_FRESH_BUILDS=1 begin anew.
"""

import ast
import fcntl
import hashlib
import inspect
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
FOLDER = ROOT / "target" / "test-builds"
# What decides how a warehouse comes out, whoever makes it; requirements.txt stands for dbt and DuckDB.
MADE_FROM = (
    "dbt_project.yml", "profiles.yml", "requirements.txt", "models", "macros", "seeds", "common", "ingest", "samples",
    "bench", "tests/fixtures/record",
)  # fmt: skip
KEPT = 32
"""How many builds stay; those used last."""
Make = Callable[[Path], object]


def fingerprint(make: Callable[..., object]) -> str:
    """Return a fingerprint of what ``make`` makes a warehouse from; of a partial, its arguments too."""
    given = ""
    while isinstance(make, partial):
        given += f"{make.args!r}{make.keywords!r}"
        make = make.func
    found = hashlib.sha256(f"{sys.version} {make.__module__}.{make.__qualname__} {given}".encode())
    found.update(project().encode())
    for path in sorted(imported_from(Path(inspect.getfile(make)).resolve())):
        found.update(path.relative_to(TESTS).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:40]


@cache
def project() -> str:
    """Return a fingerprint of all files that decide how a warehouse comes out. They do not change during a run."""
    found = hashlib.sha256()
    for path in files(ROOT):
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def files(root: Path) -> Iterator[Path]:
    """List those files in order, compiled ones aside."""
    for name in MADE_FROM:
        place = root / name
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in inside if path.is_file() and "__pycache__" not in path.parts)


def imported_from(source: Path) -> set[Path]:
    """Return a file of tests and those of tests that it imports, one after another."""
    found, waiting = set[Path](), [source]
    while waiting:
        path = waiting.pop()
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            waiting += [file for name in names for file in TESTS.glob(f"**/{name}.py") if name and file not in found]
    return found


@contextmanager
def locked(path: Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold a lock of this name; BlockingIOError where it is held elsewhere and ``how`` says not to wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, how)
        yield


def fill(target: Path, make: Make, key: str, folder: Path = FOLDER) -> None:
    """Have ``target`` hold what ``make`` makes of an empty folder, made now or found under ``key``.

    Raises:
        Exception: whatever ``make`` raises; nothing is kept then.

    """
    kept = folder / key
    with locked(folder / f"{key}.lock"):
        if not kept.is_dir():
            making = Path(tempfile.mkdtemp(prefix=f"{key}.making-", dir=folder))
            try:
                make(making)
                making.rename(kept)
            finally:
                shutil.rmtree(making, ignore_errors=True)
            is_new = True
        else:
            is_new = False
        os.utime(kept)
        copy_with_links(kept, target)
    if is_new:
        prune(folder)


def copy_with_links(source: Path, target: Path) -> None:
    """Copy a folder; two names of one file are two names of one file again."""
    copied: dict[int, Path] = {}
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif first := copied.get(path.stat().st_ino):
            os.link(first, place)
        else:
            copied[path.stat().st_ino] = Path(shutil.copy2(path, place))


def prune(folder: Path, kept: int = KEPT) -> None:
    """Remove all but the builds used last, and what an ended run left half made; what is in use stays."""
    whole = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime)
    for path in [path for path in whole if ".making-" not in path.name][kept:] + [
        path for path in whole if ".making-" in path.name
    ]:
        lock = folder / f"{path.name.split('.')[0]}.lock"
        try:
            with locked(lock, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(path, ignore_errors=True)
        except BlockingIOError:
            continue
