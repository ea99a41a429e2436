"""The file of those who may sign in: lines `name:hash`, comments after #; read when serving starts.

No error here repeats what a line holds: it may be a password that somebody put in the wrong place.
"""

import getpass
import os
import re
import sys
import tempfile
import unicodedata
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

from dashboard.errors import UnusableUsersError

HASH = re.compile(r"(scrypt:\d+:\d+:\d+|pbkdf2:sha(256|512):\d+)\$[^$\s]+\$[0-9a-f]{64,}")
NAME = re.compile(r"[^\s:#][^:\n\r\t]{0,99}")
SHORTEST = 12
HOW = "Lines are made by: python -m dashboard password NAME"


def _text(path: Path) -> str:
    """Return what the file holds; raises UnusableUsersError where it cannot be read, or everybody can read it."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        why = getattr(reason, "strerror", None) or "it is not UTF-8 text"
        raise UnusableUsersError(f"Nobody can sign in: ON_RECORD_USERS names “{path}”: {why}. {HOW}") from reason
    if mode & 0o007:
        raise UnusableUsersError(f"Everybody on this machine may read or write “{path}”. Run: chmod 600 {path}")
    return text


def _is_usable(hashed: str) -> bool:
    """Whether a hash is one of Werkzeug's, with a cost that this machine can pay."""
    if not HASH.fullmatch(hashed):
        return False
    try:
        check_password_hash(hashed, "")
    except (ValueError, MemoryError, OverflowError):
        return False
    return True


def _line(path: Path, number: int, line: str) -> tuple[str, str]:
    """Return name and hash of a line; raises UnusableUsersError with file and line."""
    name, mark, hashed = line.partition(":")
    if not mark or not NAME.fullmatch(name):
        raise UnusableUsersError(f"{path}, line {number}: this is not a name, a colon and a hash. {HOW}")
    if not _is_usable(hashed):
        raise UnusableUsersError(f"{path}, line {number}: what stands after the colon is not a hash. {HOW}")
    return unicodedata.normalize("NFC", name), hashed


def read(path: Path) -> dict[str, str]:
    """Return the hash of each name; raises UnusableUsersError, with the line where there is one."""
    found: dict[str, str] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, hashed = _line(path, number, line.strip())
        if name in found:
            raise UnusableUsersError(f"{path}, line {number}: “{name}” has a line already. Keep one of the two.")
        found[name] = hashed
    if not found:
        raise UnusableUsersError(f"Nobody can sign in: “{path}” names nobody. {HOW}")
    return found


def ask() -> str:
    """Return a new password: typed twice at a terminal, else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise UnusableUsersError("The two were not the same; nothing was changed.")
    return password


def new_line(name: str, password: str) -> str:
    """Return the line of a user; raises UnusableUsersError where name or password cannot be used."""
    if not NAME.fullmatch(name):
        raise UnusableUsersError("A name begins with a letter or digit, holds no colon and at most 100 characters.")
    if len(password) < SHORTEST:
        raise UnusableUsersError(
            f"A password has at least {SHORTEST} characters; a few words in a row are easy to keep."
        )
    name, password = (unicodedata.normalize("NFC", text) for text in (name, password))
    return f"{name}:{generate_password_hash(password)}"


def put(path: Path, line: str) -> bool:
    """Write a user's line into the file, in the place of the old one; returns whether there was one.

    The file is replaced as a whole, readable by its owner alone; comments stay. Raises UnusableUsersError.
    """
    name = line.partition(":")[0]
    lines = _text(path).splitlines() if path.exists() else []
    is_old = [unicodedata.normalize("NFC", old.strip().partition(":")[0]) == name for old in lines]
    kept = [line if old else text for text, old in zip(lines, is_old, strict=True)]
    if not any(is_old):
        kept.append(line)
    try:
        mode = path.stat().st_mode & 0o770 if path.exists() else 0o600
        handle, draft = tempfile.mkstemp(dir=path.absolute().parent, prefix=".users-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(kept) + "\n")
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except OSError as reason:
        raise UnusableUsersError(f"“{path}” cannot be written: {reason.strerror}.") from reason
    return any(is_old)
