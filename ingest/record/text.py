"""Bytes to physical lines: UTF-8, line ends, and characters that no cell may hold."""

import unicodedata
from dataclasses import dataclass

from ingest.errors import Problem
from ingest.text_checks.characters import first_unseen

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Lines:
    """The physical lines of a file without their ends, and what is wrong with their characters."""

    lines: list[str]
    problems: list[Problem]


def read_lines(file: str, content: bytes) -> Lines:
    """Split a file into its lines; a byte-order mark and CRLF are accepted.

    Bytes that are not UTF-8 stay in the text as lone surrogates (PEP 383), so that a later reader can tell a damaged
    cell from a wrong one. A line gets at most one problem, at its first bad character.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Lines([], [Problem(file, 1, 1, "", "the file is UTF-16: save it as UTF-8")])
    if b"\n" not in (stripped := content.rstrip()) and b"\r" in stripped:
        only = "the lines end in CR alone, which ends no line here: save the file with LF or CRLF line ends"
        return Lines([], [Problem(file, 1, content.index(b"\r") + 1, "", only)])
    text = content.removeprefix(BYTE_ORDER_MARK).decode("utf-8", errors="surrogateescape")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if lines[-1] == "":
        lines.pop()  # the end of the last line, not a line of its own
    problems = [problem for number, line in enumerate(lines, 1) if (problem := _first_bad(file, number, line))]
    return Lines(lines, problems)


def is_damaged(text: str) -> bool:
    """Say whether a cell holds a character already reported, so that its content is not judged again."""
    return first_unseen(text, allowed="\n") is not None


def _first_bad(file: str, number: int, line: str) -> Problem | None:
    found = first_unseen(line)
    return None if found is None else Problem(file, number, found.at + 1, "", _bad_message(found.character))


def _bad_message(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"the byte 0x{code - 0xDC00:02x} is not UTF-8: save the file as UTF-8"
    if character == "\t":
        return "a tab character: write a space, and separate cells by commas"
    kinds = {"Cc": "control character", "Co": "of private use, which each font shows otherwise", "Cn": "not assigned"}
    name = unicodedata.name(character, kinds.get(unicodedata.category(character), "not known"))
    return f"the character U+{code:04X} ({name.lower()}) is not allowed: remove it"
