"""Files whose bytes, header or lines are wrong: nothing is swallowed, and each fault is told once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_record import SmallRecord, problems_of, small_record

from ingest.record.columns import ROW_START
from ingest.record.csv_reader import QUOTE_MESSAGE, CsvReader

Edit = Callable[[list[str]], list[str]]


def edited(record: SmallRecord, sheet: str, edit: Edit) -> list[str]:
    """Write the record, edit the lines of one of its files, and return the problems."""
    path = record.write() / sheet
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_bytes("".join(line + "\n" for line in edit(lines)).encode("utf-8", "surrogateescape"))
    return problems_of(record.folder)


def in_line(number: int, old: str, new: str) -> Edit:
    """Replace a text in one line (from 1)."""
    return lambda lines: [line.replace(old, new) if at == number else line for at, line in enumerate(lines, 1)]


FIGURE_LINES: list[tuple[str, Edit, list[str]]] = [
    ("a byte that is not UTF-8", in_line(4, "hurt", "h\udcfcrt"),
     ["figures.csv:4:25 the byte 0xfc is not UTF-8: save the file as UTF-8"]),
    ("a NUL", in_line(4, "hurt", "h\0rt"),
     ["figures.csv:4:25 the character U+0000 (control character) is not allowed: remove it"]),
    ("a tab", in_line(4, "15 were", "15\twere"),
     ["figures.csv:4:18 a tab character: write a space, and separate cells by commas"]),
    ("a character that turns the line around", in_line(4, "hurt", "\u202ehurt"),
     ["figures.csv:4:24 the character U+202E (right-to-left override) is not allowed: remove it"]),
    ("a carriage return in a line", in_line(4, "were ", "were\r"),
     ["figures.csv:4:23 the character U+000D (control character) is not allowed: remove it"]),
    ("a short line", in_line(4, ",2024-12-03,", ""),
     ["figures.csv:4:122 24 cells where 26 are expected: is a comma missing?"]),
    ("a long line", in_line(4, "15 were", "15,were"),
     ["figures.csv:4:134 27 cells where 26 are expected: a cell that holds a comma is put in quotes"]),
    ("a line of commas", lambda lines: [*lines[:3], "," * 25, *lines[4:]],
     ["figures.csv:4:1 every cell of this line is empty: delete the line"]),
    ("a stray quote", in_line(4, "15 were", '15 "were"'),
     ["figures.csv:4:19 a quote inside a cell that does not begin with one (quote the cell, write the quote twice)"]),
    ("a quote not closed in a phrase", in_line(2, "at least", '"at least'), [f"figures.csv:2:16 {QUOTE_MESSAGE}"]),
    ("text behind a closing quote", in_line(4, "15 were hurt", '"15" were hurt'),
     [f"figures.csv:4:16 {QUOTE_MESSAGE}"]),
    ("a quote not closed in a note", in_line(4, "2024-12-03,", '2024-12-03,"An open end'),
     [f"figures.csv:4:134 {QUOTE_MESSAGE}"]),
    ("a quote not closed in the last note", in_line(7, "2024-12-03,", '2024-12-03,"An open end'),
     [f"figures.csv:7:140 {QUOTE_MESSAGE}"]),
    ("a quote not closed before a note in quotes",
     lambda lines: in_line(5, "2024-12-03,", '2024-12-03,"In order"')(
         in_line(4, "2024-12-03,", '2024-12-03,"An open end')(lines)),
     [f"figures.csv:4:134 {QUOTE_MESSAGE}"]),
]  # fmt: skip

HEADERS: list[tuple[str, Edit, list[str]]] = [
    ("a column missing", lambda lines: [line.rsplit(",", 1)[0] for line in lines],
     ["documents.csv:1:1 columns are missing: note (add each to the header and its cell, empty or not, to"
      " every line)"]),
    ("a column misspelt", in_line(1, "language", "langauge"),
     ["documents.csv:1:29 the column 'langauge' is unknown (did you mean 'language'?)"]),
    ("a column too many", lambda lines: [line + ",x" for line in lines],
     ["documents.csv:1:109 the column 'x' is unknown"]),
    ("a column twice", lambda lines: [lines[0] + ",note", *(line + "," for line in lines[1:])],
     ["documents.csv:1:109 the column 'note' is there twice"]),
    ("no header", lambda lines: lines[1:],
     ["documents.csv:1:1 this is not the header: make the first line document_id,publisher,agency,title,language,url,"
      "published_on,published_on_basis,retrieved_on,sha256,file_name,note"]),
    ("semicolons", lambda lines: [line.replace(",", ";") for line in lines],
     ["documents.csv:1:1 the cells are separated by semicolons: save the file as CSV with commas"]),
    ("carriage returns alone", lambda lines: ["\r".join(lines).rstrip("\n")],
     ["documents.csv:1:108 the lines end in CR alone, which ends no line here: save the file"
      " with LF or CRLF line ends"]),
    ("nothing", lambda lines: [], ["documents.csv:1:1 the file is empty: its first line is the header"]),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), [case[1:] for case in FIGURE_LINES], ids=[c[0] for c in FIGURE_LINES])
def test_a_wrong_line_is_told_once_and_swallows_no_other(tmp_path: Path, edit: Edit, expected: list[str]) -> None:
    assert edited(small_record(tmp_path), "figures.csv", edit) == expected


@pytest.mark.parametrize(("edit", "expected"), [case[1:] for case in HEADERS], ids=[case[0] for case in HEADERS])
def test_a_wrong_header_is_told_once(tmp_path: Path, edit: Edit, expected: list[str]) -> None:
    assert edited(small_record(tmp_path), "documents.csv", edit) == expected


def test_rows_after_an_unclosed_quote_are_still_judged(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[3]["source_id"] = "sohrr"
    assert edited(record, "figures.csv", in_line(4, "2024-12-03,", '2024-12-03,"An open end')) == [
        f"figures.csv:4:134 {QUOTE_MESSAGE}",
        "figures.csv:5:35 source_id: 'sohrr' is not in seeds/sources.csv (did you mean 'sohr'?)",
    ]


def test_an_unclosed_title_does_not_swallow_the_next_document(tmp_path: Path) -> None:
    assert edited(small_record(tmp_path), "documents.csv", in_line(2, "A day", '"A day')) == [
        f"documents.csv:2:7 {QUOTE_MESSAGE}"
    ]


def test_a_file_in_utf_16_is_named_as_such(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    path = record.write() / "documents.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert problems_of(record.folder) == ["documents.csv:1:1 the file is UTF-16: save it as UTF-8"]


def test_a_missing_file_is_one_problem(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    (record.write() / "documents.csv").unlink()
    assert problems_of(record.folder) == ["documents.csv:1:1 the file is missing: put it back, if only with its header"]


@settings(deadline=None)
@given(st.text(alphabet='ab1-,"\n\r d', max_size=120))
def test_every_line_belongs_to_exactly_one_row_or_is_blank(text: str) -> None:
    lines = ["id,title,note", *text.split("\n")]
    rows, problems = CsvReader("x.csv", lines, ROW_START).rows(1, ["id", "title", "note"], {"title", "note"})
    owned = [number for row in rows for number in range(row.first_line, row.last_line + 1)]
    assert len(owned) == len(set(owned))
    assert {number for number, line in enumerate(lines, 1) if number > 1 and line.strip()} <= set(owned)
    assert not [problem for problem in problems if "fault of the reader" in problem.message]


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    for path in record.write().iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert problems_of(record.folder) == []


def test_a_byte_order_mark_does_not_move_columns(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    path = record.write() / "documents.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"language", b"langauge"))
    assert problems_of(record.folder) == [
        "documents.csv:1:29 the column 'langauge' is unknown (did you mean 'language'?)"
    ]


def test_a_note_may_hold_commas_quotes_and_line_breaks_and_lines_are_counted_through_it(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[0]["note"] = 'He said "about forty",\n\nthen, later: "forty".'
    record.figures[1]["source_id"] = "sohrr"
    assert record.problems() == [
        "figures.csv:5:28 source_id: 'sohrr' is not in seeds/sources.csv (did you mean 'sohr'?)"
    ]


def test_a_line_break_is_refused_where_no_free_text_stands(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[5]["phrase"] = "half\nof them"
    assert record.problems()[0] == f"figures.csv:7:16 {QUOTE_MESSAGE}"


def test_columns_may_stand_in_another_order_with_a_broken_note_first(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.write()
    header = (
        "note,document_id,file_name,sha256,retrieved_on,published_on_basis,published_on,url,language,title,publisher"
    )
    row = "d-0{},{}.txt,{},,stated,2024-11-29,,en,A day,"
    lines = [header, '"First, a line', 'and a second, or a third",' + row.format(1, "one", "a" * 64)]
    (record.folder / "documents.csv").write_text("\n".join([*lines, "," + row.format(2, "two", "b" * 64), ""]))
    assert problems_of(record.folder) == []


def test_blank_lines_are_skipped(tmp_path: Path) -> None:
    assert edited(small_record(tmp_path), "figures.csv", lambda lines: [*lines[:3], "", "  ", *lines[3:], ""]) == []
