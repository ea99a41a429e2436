"""Every physical line of a data set's file is read or rejected, with its number, whatever the file is like."""

import csv
import gzip
import os
import random
import zipfile
from pathlib import Path

import duckdb
import pytest

from ingest.datasets.files.parse import ReadFile, read_files
from ingest.datasets.files.source_file import plain_file
from ingest.datasets.registry.reader import Reader
from ingest.errors import CannotRunError

Row = tuple[int, str | None, str | None]


def a_reader(**origin: object) -> Reader:
    return Reader("x", {"dataset_id": "x", "columns": {"required": ["b", "c"], "optional": ["d"]}, **origin}, "", "")


def read(
    folder: Path, content: bytes, name: str = "t.csv", **origin: object
) -> tuple[list[Row], list[tuple[int, str]]]:
    """The rows (line, b, c) and rejects (line, reason) of a file, read within a transaction as a load does."""
    rows, rejects, _ = read_whole(folder, content, name, **origin)
    return rows, rejects


def read_whole(
    folder: Path, content: bytes, name: str = "t.csv", **origin: object
) -> tuple[list[Row], list[tuple[int, str]], ReadFile]:
    path = folder / name
    path.write_bytes(content)
    with duckdb.connect() as connection:
        connection.execute("BEGIN")
        result = read_files(connection, a_reader(**origin), [path], folder)[0]
        rows = connection.execute("SELECT line, b, c FROM file_rows ORDER BY line").fetchall()
        rejects = connection.execute("SELECT line, reason FROM file_rejects ORDER BY line").fetchall()
    return rows, rejects, result


def test_columns_are_found_by_name_whatever_their_order_and_company(tmp_path: Path) -> None:
    assert read(tmp_path, b"z,c,a,b\n1,2,3,4\n") == ([(2, "4", "2")], [])


def test_an_optional_column_that_is_missing_is_null(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"b,c\n1,2\n")
    with duckdb.connect() as connection:
        read_files(connection, a_reader(), [tmp_path / "t.csv"], tmp_path)
        assert connection.execute("SELECT d FROM file_rows").fetchall() == [(None,)]


def test_a_missing_required_column_is_named_with_what_is_nearest(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match=r"t\.csv:1 is no file of x: the header lacks b \(did you mean 'bb'\?\)"):
        read(tmp_path, b"a,bb,c\n1,2,3\n")


@pytest.mark.parametrize(("separator", "shown"), [(";", "';'"), ("\t", "a tab"), ("|", r"'\|'")])
def test_a_foreign_separator_is_named(tmp_path: Path, separator: str, shown: str) -> None:
    with pytest.raises(CannotRunError, match=f"the cells look separated by {shown}"):
        read(tmp_path, b"a,b,c\n1,2,3\n".replace(b",", separator.encode()))


def test_a_column_under_the_name_of_another_release_is_found(tmp_path: Path) -> None:
    columns = {"required": ["b", "c"], "optional": ["d"], "aliases": {"b": ["b_est"]}}
    assert read(tmp_path, b"b_est,c\n1,2\n", columns=columns) == ([(2, "1", "2")], [])


def test_a_row_of_hxl_tags_is_left_out_and_said(tmp_path: Path) -> None:
    rows, rejects, result = read_whole(tmp_path, b"a,b,c\n,#x,#affected+killed\n1,2,3\n4,5\n")
    assert (rows, rejects) == ([(3, "2", "3")], [(4, "has fewer cells than the header")])
    assert result.has_tags
    assert result.header_line_count == 2


def test_line_breaks_inside_cells_do_not_shift_the_lines_after_them(tmp_path: Path) -> None:
    content = b'a,b,c\n1,2,3\n"x\n\ny",5,6\n7,8\n"p\nq",1\n9,10,11\n'
    rows, rejects = read(tmp_path, content)
    assert rows == [(2, "2", "3"), (3, "5", "6"), (9, "10", "11")]
    assert [line for line, _ in rejects] == [6, 7]


def test_blank_lines_are_counted_and_shift_nothing(tmp_path: Path) -> None:
    rows, rejects, result = read_whole(tmp_path, b'a,b,c\n1,2,3\n\n"x\ny",5,6\n7,8\n\n9,10,11\n')
    assert rows == [(2, "2", "3"), (4, "5", "6"), (8, "10", "11")]
    assert rejects == [(6, "has fewer cells than the header")]
    assert result.blank_line_count == 2


def test_a_byte_order_mark_and_crlf_are_no_matter(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, b'\xef\xbb\xbfb,c,d\r\n1,2,3\r\n4,"x\r\ny",6\r\n7,8\r\n9,9,9\r\n')
    assert rows == [(2, "1", "2"), (3, "4", "x\ny"), (6, "9", "9")]
    assert rejects == [(5, "has fewer cells than the header")]


def test_bytes_that_are_not_utf8_reject_their_line_only(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, b"a,b,c\n1,2,3\n4,\xff\xfe,6\n7,8,9\n")
    assert rows == [(2, "2", "3"), (4, "8", "9")]
    assert rejects == [(3, "holds bytes that are not UTF-8")]


def test_latin_1_is_read_where_the_reader_says_so(tmp_path: Path) -> None:
    assert read(tmp_path, "b,c\nAlén,2\n".encode("latin-1"), encoding="latin-1")[0] == [(2, "Alén", "2")]


def test_utf16_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="is UTF-16"):
        read(tmp_path, "b,c\n1,2\n".encode("utf-16"))


def test_an_unclosed_quote_takes_all_lines_after_it_with_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b'a,b,c\n1,2,3\n4,"open,6\n7,8,9\n')
    with duckdb.connect() as connection:
        read_files(connection, a_reader(), [path], tmp_path)
        assert connection.execute("SELECT line, line_count FROM file_rejects").fetchall() == [(3, 2)]


def test_bare_carriage_returns_are_refused_rather_than_read_as_one_line(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="bare carriage returns"):
        read(tmp_path, b"b,c\r1,2\r3,4\r")


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_a_file_of_nothing_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CannotRunError):
        read(tmp_path, content)


def test_gzip_and_a_zip_of_one_table_are_unpacked(tmp_path: Path) -> None:
    plain = b"b,c\n1,2\n"
    assert read(tmp_path, gzip.compress(plain), "t.csv.gz")[0] == [(2, "1", "2")]
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("inside/t.csv", plain)
        archive.writestr("readme.txt", "x")
    assert read(tmp_path, (tmp_path / "made.zip").read_bytes(), "t.zip")[0] == [(2, "1", "2")]


def test_a_zip_of_two_tables_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("one.csv", "b,c\n")
        archive.writestr("two.csv", "b,c\n")
    with pytest.raises(CannotRunError, match=r"must hold one \.csv or \.json file; it holds 'one\.csv', 'two\.csv'"):
        read(tmp_path, (tmp_path / "made.zip").read_bytes(), "t.zip")


def test_a_packed_file_cut_off_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"b,c\n" + b"1,2\n" * 10_000)
    with pytest.raises(CannotRunError, match="cannot be read whole"):
        read(tmp_path, packed[: len(packed) // 2], "t.csv.gz")


def test_a_column_called_line_reaches_the_reader_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"line,b\nwords,1\n")
    with duckdb.connect() as connection:
        read_files(connection, a_reader(columns={"required": ["line", "b"]}), [tmp_path / "t.csv"], tmp_path)
        assert connection.execute("SELECT line_in_file, line, b FROM file_rows").fetchall() == [("words", 2, "1")]


def test_json_is_read_at_its_path_by_place_in_the_list(tmp_path: Path) -> None:
    content = b'{"data": {"rows": [{"b": 1, "c": "x"}, {"c": null, "b": {"k": 2}}]}}'
    rows, rejects = read(tmp_path, content, "t.json", format="json", record_path="data.rows")
    assert rows == [(1, "1", "x"), (2, '{"k":2}', None)]
    assert rejects == []


def test_json_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="cannot be read as JSON"):
        read(tmp_path, b'[{"b": 1, "c": 2}, {"b": 3', "t.json", format="json")


def test_lines_keep_their_numbers_in_a_file_read_in_parallel(tmp_path: Path) -> None:
    """Two hundred thousand rows with line breaks and bad ones among them: the same lines as Python's reader counts."""
    chance = random.Random(5)  # noqa: S311
    lines = ["a,b,c"]
    for number in range(200_000):
        kinds = [f"1,{number},{'q' * 70}", f'"m\n\nn",{number},z', "just,two"]
        lines.append(chance.choices(kinds, weights=[96, 3, 1])[0])
    content = ("\n".join(lines) + "\n").encode()
    rows, rejects = read(tmp_path, content)
    wanted, bad, line = [], [], 2
    reader = csv.reader(content.decode().splitlines(keepends=True))
    next(reader)
    for cells in reader:
        wanted.append((line, cells[1])) if len(cells) == 3 else bad.append(line)
        line = reader.line_num + 1
    assert [(found, value) for found, value, _ in rows] == wanted
    assert [found for found, _ in rejects] == bad


def test_lines_swallowed_by_a_quote_never_pass_for_blank_ones(tmp_path: Path) -> None:
    rows = b"".join(b"%d,x\n" % number for number in range(2000))
    with pytest.raises(CannotRunError, match="some are in no row"):
        read(tmp_path, b"b,c\n" + rows + b'"1,x\n' + rows)


def test_a_quote_left_open_right_below_the_header_is_no_fault_of_the_header(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="look at row 2"):
        read(tmp_path, b'b,c\n"1,x\n' + b"2,y\n" * 3000)


def test_a_line_too_long_is_rejected_with_its_reason(tmp_path: Path) -> None:
    rows, rejects = read(tmp_path, b"b,c\n1," + b"x" * 10_000_000 + b"\n3,4\n")
    assert (rows, rejects) == ([(3, "3", "4")], [(2, "is longer than two million characters")])


def test_a_cell_beyond_all_bounds_beside_a_blank_line_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match=r"t\.csv:2 cannot be read: field larger"):
        read(tmp_path, b"b,c\n1," + b"x" * 17_000_000 + b"\n\n3,4\n")


@pytest.mark.parametrize("name", ["t[1].csv", "t*.csv", b"t\xff.csv"])
def test_a_name_is_a_name_and_no_pattern(tmp_path: Path, name: str | bytes) -> None:
    (tmp_path / "t1.csv").write_bytes(b"b,c\nother,file\n")
    assert read(tmp_path, b"b,c\n1,2\n", os.fsdecode(name)) == ([(2, "1", "2")], [])


def test_what_is_no_regular_file_is_said_and_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(CannotRunError, match="is no regular file"):
            plain_file(path, tmp_path, 0)


def test_a_packed_file_that_grows_beyond_all_tables_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.datasets.files.source_file.ALWAYS_UNPACKED", 1 << 20)
    with pytest.raises(CannotRunError, match="grows more than 100 times"):
        read(tmp_path, gzip.compress(b"b,c\n" + b"0" * (1 << 24)), "t.csv.gz")


def test_a_zip_file_packed_in_a_way_we_cannot_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("t.csv", b"b,c\n" + b"1,2\n" * 50)
    content = (tmp_path / "t.zip").read_bytes()
    method = content.index(b"PK\x01\x02") + 10
    unknown = content[:8] + b"\x63\x00" + content[10:method] + b"\x63\x00" + content[method + 2 :]
    for spoilt in (content[:44] + b"\xff" * 8 + content[52:], unknown):
        with pytest.raises(CannotRunError, match="cannot be read whole"):
            read(tmp_path, spoilt, "t.zip")


def test_what_is_no_object_in_a_json_list_is_rejected(tmp_path: Path) -> None:
    content = b'[{"b": 1, "c": 2}, 7, null, "x", [1]]'
    rows, rejects = read(tmp_path, content, "t.json", format="json")
    assert rows[0] == (1, "1", "2")
    assert rejects == [(line, "is no JSON object") for line in (2, 3, 4, 5)]


def test_a_second_json_value_behind_the_first_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="holds 2 JSON values"):
        read(tmp_path, b'[{"b": 1, "c": 2}] [{"b": 1, "c": 2}]', "t.json", format="json")
