"""Bad rows by the thousand, each to be refused at its line, and good variants, each to be accepted.

A file is the real record followed by pairs: a sound copy of one of its rows under an id of its own, and a spoilt copy.
So each spoilt line stands between sound ones, and the problems found must lie on the spoilt lines and nowhere else.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from scratch import RECORD
from stage import require

from ingest.curation.check import read_record
from ingest.errors import Problem
from ingest.record.columns import DOCUMENTS, FIGURES, Column

EPISODE = "aleppo-2024"
NAMES = FIGURES.names
Row = dict[str, str]


@cache
def real_rows() -> list[Row]:
    """The figures of the real record."""
    with (RECORD / EPISODE / "figures.csv").open(encoding="utf-8", newline="") as file:
        return [dict.fromkeys(NAMES, "") | row for row in csv.DictReader(file)]


def line_of(row: Row) -> str:
    """One line of CSV, without its end."""
    text = io.StringIO()
    csv.DictWriter(text, NAMES, lineterminator="").writerow(row)
    return text.getvalue()


@dataclass(frozen=True)
class Spoilt:
    """A spoilt line as bytes, what was done to it, and the columns of which one must be named (empty: the line)."""

    line: bytes
    how: str
    fields: frozenset[str]


def cell(row: Row, name: str, text: str, how: str, *also: str) -> Spoilt:
    """Put a wrong text into one cell."""
    return Spoilt(line_of(row | {name: text}).encode(), f"{how}", frozenset({name, *also}))


def shape(row: Row, change: Callable[[str], str | bytes], how: str) -> Spoilt:
    """Change the line itself."""
    line = change(line_of(row))
    return Spoilt(line.encode() if isinstance(line, str) else line, how, frozenset())


# Texts that no column of a kind may hold, whatever else they are.
# Marks and letters that nobody sees, wherever they stand: those are refused as characters, not as what a column holds.
UNSEEN = "".join(
    chr(code)
    for first, last in ((0x34F, 0x34F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2800, 0x2800),
                        (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xE0000, 0xE0FFF))
    for code in range(first, last + 1)
)  # fmt: skip
PRINTABLE = st.characters(
    exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Co", "Cn"), exclude_characters='",' + UNSEEN
)
WORDS = st.text(PRINTABLE, min_size=1, max_size=20)
NOT_A_DAY = st.one_of(
    st.dates().map(lambda day: f"{day:%d.%m.%Y}"),
    st.dates().map(lambda day: f"{day:%m/%d/%Y}"),
    st.tuples(st.integers(1000, 9999), st.integers(13, 99), st.integers(1, 31)).map(
        lambda d: f"{d[0]}-{d[1]}-{d[2]:02}"
    ),
    st.integers(1000, 9999).map(lambda year: f"{year}-02-30"),
    st.integers(0, 10**7).map(str),
    WORDS.map(lambda text: text + "x"),
)
NOT_A_NUMBER = st.one_of(
    st.integers(max_value=-1).map(str),
    st.integers(min_value=1000).map(lambda number: f"{number:,}"),
    st.floats(1, 1e6).map(lambda number: f"{number:e}"),
    st.integers(0, 10**6).map(lambda number: f"0{number}"),
    st.integers(0, 10**6).map(lambda number: str(number).translate({48 + d: 0x660 + d for d in range(10)})),
    st.integers(10**16, 10**30).map(str),
    WORDS.map(lambda text: text + "x"),
    st.sampled_from(("NaN", "inf", "-0", "1.", ".5", "1.00000", "0x1F", "½", "²", "1_000", "12 000")),
)
NOT_AN_ID = st.one_of(
    WORDS.map(lambda text: text + "ß"), st.sampled_from(("A", "a--b", "-a", "a-", "a b", "a/b", "../a"))
)
BAD_BYTES = st.sampled_from((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf5\x80\x80\x80", b"\x80", b"\xfc"))
CONTROL = st.sampled_from([chr(code) for code in (*range(1, 9), 11, 12, *range(14, 32), 127, *range(128, 160))])
HIDDEN = st.sampled_from("\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\t\x00")
HUGE = st.integers(1_000, 50_000)
BY_KIND: dict[str, st.SearchStrategy[str]] = {
    "day": NOT_A_DAY,
    "number": NOT_A_NUMBER,
    "paragraph": st.one_of(NOT_A_NUMBER, st.sampled_from(("0", "1.0", "-3", "1000000"))),
    "id": NOT_AN_ID,
    "figure_id": NOT_AN_ID,
    "phrase": st.integers(9, 60).map(lambda count: " ".join(["words"] * count)),
    "choice": WORDS.map(lambda text: text + "ß"),
}
READ = [column for column in FIGURES.columns if column.kind in BY_KIND]
REQUIRED = [column for column in FIGURES.columns if column.is_required]


@st.composite
def wrong_cells(draw: st.DrawFn, row: Row) -> Spoilt:
    """A cell whose text its column cannot hold."""
    column: Column = draw(st.sampled_from(READ))
    return cell(row, column.name, draw(BY_KIND[column.kind]), f"not a {column.kind}")


@st.composite
def blank_cells(draw: st.DrawFn, row: Row) -> Spoilt:
    """A cell that must not be empty is, or has white space around it."""
    if draw(st.booleans()):
        return cell(row, draw(st.sampled_from(REQUIRED)).name, "", "empty")
    name = draw(st.sampled_from([name for name in NAMES if row[name]]))
    space = draw(st.sampled_from((" ", "\u00a0", "\u2003", "  ")))
    return cell(row, name, draw(st.sampled_from((space + row[name], row[name] + space))), "white space")


@st.composite
def wrong_shapes(draw: st.DrawFn, row: Row) -> Spoilt:
    """Bytes, characters, quotes and separators that make no row."""
    at = draw(st.integers(0, len(line_of(row))))
    line = line_of(row).encode()
    place = min(at, len(line))
    kind = draw(
        st.sampled_from(("bytes", "control", "hidden", "quote", "missing", "extra", "separator", "commas", "huge"))
    )
    if kind == "bytes":
        return Spoilt(line[:place] + draw(BAD_BYTES) + line[place:], kind, frozenset())
    if kind in ("control", "hidden"):
        character = draw(CONTROL if kind == "control" else HIDDEN)
        return shape(row, lambda text: text[:at] + character + text[at:], kind)
    if kind == "huge":
        name = draw(st.sampled_from([column.name for column in READ]))
        return cell(row, name, "9x" * draw(HUGE), "huge cell")
    plain = row | {"note": "n", "phrase": "1 dead"}
    cells = line_of(plain).split(",")
    number = draw(st.integers(0, len(cells) - 1))
    changed = {
        "quote": [*cells[:number], draw(st.sampled_from(('"', 'a"b', '"a"b'))) + cells[number], *cells[number + 1 :]],
        "missing": cells[:number] + cells[number + 1 :],
        "extra": [*cells[:number], "x", *cells[number:]],
        "commas": [""] * len(cells),
    }.get(kind)
    text = ";".join(cells) if changed is None else ",".join(changed)
    return Spoilt(text.encode(), kind, frozenset())


RULES: tuple[tuple[str, Row, tuple[str, ...]], ...] = (
    ("ends before it starts", {"period_start_on": "2024-11-27", "period_end_on": "2024-11-26"}, ("period_end_on",)),
    ("told before it began", {"period_start_on": "2024-12-30", "period_end_on": ""}, ("reported_on",)),
    ("told after it was printed", {"reported_on": "2025-01-01"}, ("reported_on",)),
    ("read twice backwards", {"coded_on": "2026-11-22", "checked_on": "2026-11-21"}, ("checked_on",)),
    ("validated and not read", {"checked_on": ""}, ("checked_on",)),
    ("validated and not coded", {"coded_on": ""}, ("coded_on",)),
    ("withdrawn without a word", {"status": "withdrawn", "note": ""}, ("note",)),
    ("a share of nothing", {"hedge_id": "share", "value": "50", "part_of": "", "low": "", "high": ""}, ("part_of",)),
    ("more than all", {"hedge_id": "share", "value": "101", "low": "", "high": ""}, ("value", "part_of")),
    ("half a person", {"hedge_id": "exact", "value": "1.5", "low": "", "high": ""}, ("value",)),
    ("a number with a vague word", {"hedge_id": "dozens", "value": "24", "low": "", "high": ""}, ("value",)),
    ("a hedge without its number", {"hedge_id": "exact", "value": "", "low": "", "high": ""}, ("value",)),
    ("between one number", {"hedge_id": "between", "value": "", "low": "3", "high": ""}, ("high",)),
    ("low above high", {"hedge_id": "between", "value": "", "low": "9", "high": "3"}, ("low",)),
    ("an override without a reason", {"hedge_id": "exact", "value": "9", "low": "8", "high": "", "note": ""}, ("low",)),
    ("fewer than nobody", {"hedge_id": "fewer_than", "value": "0", "low": "", "high": ""}, ("value",)),
    ("a period without a start", {"counting": "period", "period_start_on": ""}, ("period_start_on",)),
    ("of an unknown document", {"document_id": "aleppo-2024-777"}, ("document_id", "figure_id")),
)


LOST: Row = {"part_of": "aleppo-2024-000-998877"}


@st.composite
def broken_rules(draw: st.DrawFn, row: Row) -> Spoilt:
    """Cells that are right one by one and wrong together, an id used twice, a part of itself."""
    with_ids = (
        ("part of nothing known", LOST, ("part_of",)),
        ("part of itself", {"part_of": row["figure_id"]}, ("part_of",)),
        ("an id used twice", {"figure_id": twin(row)}, ("figure_id",)),
    )
    how, cells, fields = draw(st.sampled_from((*RULES, *with_ids)))
    return Spoilt(line_of(row | cells).encode(), how, frozenset(fields))


def twin(row: Row) -> str:
    """The id of the sound copy that stands before this spoilt one."""
    return row["figure_id"][:-1] + "0"


def copy_of(row: Row, number: int, last: int) -> Row:
    """The row under an id of its own, one that ends in ``last``."""
    return row | {"figure_id": f"{row['document_id']}-{number + 1000}{last}"}


# Where an id cannot be read, nobody can say that another figure refers to nothing: broken rules have their own files.
SPOILING = ((wrong_cells, blank_cells, wrong_shapes), (broken_rules,))


class Pairs(list[tuple[bytes, Spoilt]]):
    """Pairs of a sound line and a spoilt one; thousands of lines are no help in a message."""

    def __repr__(self) -> str:
        """How many there are."""
        return f"<{len(self)} pairs>"


@st.composite
def spoilt_files(draw: st.DrawFn, count: int) -> Pairs:
    """So many pairs of a sound line and a spoilt one."""
    rows, pairs, ways = real_rows(), Pairs(), SPOILING[draw(st.integers(0, 1))]
    for number in range(count):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        spoil = ways[draw(st.integers(0, len(ways) - 1))]
        pairs.append((line_of(copy_of(row, number, 0)).encode(), draw(spoil(copy_of(row, number, 1)))))
    return pairs


def write(folder: Path, lines: list[bytes]) -> Path:
    """Write the real documents and these figures."""
    episode = folder / EPISODE
    episode.mkdir(parents=True, exist_ok=True)
    (episode / DOCUMENTS.file_name).write_bytes((RECORD / EPISODE / DOCUMENTS.file_name).read_bytes())
    (episode / FIGURES.file_name).write_bytes(b"\n".join(lines) + b"\n")
    return episode


def judge(folder: Path, pairs: list[tuple[bytes, Spoilt]]) -> Counter[str]:
    """Read the file and hold its problems against the spoilt lines; returns how many of each kind were refused."""
    real = [line_of(row).encode() for row in real_rows()]
    lines = [",".join(NAMES).encode(), *real]
    expected: dict[int, Spoilt] = {}
    for sound, spoilt in pairs:
        lines += [sound, spoilt.line]
        expected[len(lines)] = spoilt
    lines.append(line_of(copy_of(real_rows()[0], len(pairs), 0)).encode())
    _, problems = read_record([write(folder, lines)])
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.line, []).append(problem)
    strange = {line: told for line, told in found.items() if line not in expected}
    require(
        not strange, f"sound lines were refused: {[(str(told[0]), lines[line - 1]) for line, told in strange.items()]}"
    )
    for line, spoilt in expected.items():
        _judge_line(line, spoilt, found.get(line, []), lines[line - 1])
    return Counter(spoilt.how for _, spoilt in pairs)


def _judge_line(line: int, spoilt: Spoilt, told: list[Problem], content: bytes) -> None:
    shown = content[:300]
    require(bool(told), f"line {line} was accepted ({spoilt.how}): {shown!r}")
    require(
        not spoilt.fields or any(problem.field in spoilt.fields for problem in told),
        f"line {line} ({spoilt.how}) names {[problem.field for problem in told]}, not {set(spoilt.fields)}: {shown!r}",
    )
    length = len(content.decode("utf-8", "surrogateescape")) + 1
    require(all(1 <= problem.column <= length for problem in told), f"line {line}: a column outside of it: {told}")
    require(all(problem.message and "\n" not in str(problem) for problem in told), f"line {line}: {told}")
