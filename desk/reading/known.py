"""Whether a text mostly repeats another (by shingles of five words)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WORD = re.compile(r"\w+")
SHINGLE = 5
# Two reports on one event share names and numbers; above half of their wording one is taken from the other.
MOSTLY = 0.5


@dataclass(frozen=True)
class Overlap:
    """A text of the folder, and the share of the new text's shingles that it holds too (0 to 1)."""

    file_name: str
    share: float


def shingles_of(text: str) -> set[tuple[str, ...]]:
    """Return every run of five words of a text, in small letters."""
    words = [word.lower() for word in WORD.findall(text)]
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def overlaps_with(text: str, folder: Path, but: Path | None = None) -> list[Overlap]:
    """Return the texts of a folder, ``but`` the text's own file, that hold over half of its shingles, fullest first."""
    mine = shingles_of(text)
    if not mine or not folder.is_dir():
        return []
    found = [
        Overlap(path.relative_to(folder).as_posix(), len(mine & shingles_of(other)) / len(mine))
        for path, other in _texts(folder)
        if but is None or not path.samefile(but)
    ]
    return sorted((each for each in found if each.share > MOSTLY), key=lambda each: -each.share)


def _texts(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*.txt")):
        try:
            yield path, path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue
