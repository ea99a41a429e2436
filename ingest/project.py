"""What a build is made by: the project's own files and the engine, as one fingerprint."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
MADE_BY = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds")


def fingerprint(told: str) -> str:
    """Return a fingerprint of the models, macros and seeds, of the engine, and of what else is told.

    Two builds with the same one, of the same rows, give the same tables; so what the one built the other may keep.

    Args:
        told: what else decides what is built, such as the vars.

    Returns:
        SHA-256 in hexadecimal.

    Raises:
        OSError: a file of the project cannot be read.

    """
    found = hashlib.sha256(f"{duckdb.__version__} {told}".encode())
    for path in files():
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def files() -> list[Path]:
    """Return the files that decide what a build makes of the rows in raw, in order."""
    places = [ROOT / name for name in MADE_BY]
    inside = [path for place in places if place.is_dir() for path in place.rglob("*") if path.is_file()]
    return sorted([*inside, *(place for place in places if place.is_file())])
