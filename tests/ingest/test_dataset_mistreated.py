"""Files of data sets as people mistreat them: a number that would vanish, change or be there twice is refused."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from reader_harness import Row, fixture, read, rows_of
from test_dataset_cells import EVENT, GAZA, GIDD, LEBANON, WEST_BANK, Desk

from ingest.datasets.files.names import missing_columns, require_columns, written
from ingest.datasets.files.source_file import plain_file
from ingest.datasets.registry.reader import Reader, read_reader
from ingest.datasets.registry.types import create_macros
from ingest.errors import CannotRunError


@pytest.fixture(name="desk")
def fresh_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    return Desk(tmp_path, capsys)


HEADER = "year,coo_iso,coa_iso,refugees,idps\n"


@pytest.mark.parametrize(
    ("content", "table_format", "said"),
    [
        (b'[{"report_date": "2023-11-07"}]', "csv", "t.csv is JSON, and this data set is read from CSV"),
        (b'{"count": 1, "results": []}', "csv", "is JSON, and this data set is read from CSV"),
        (HEADER.encode(), "json", r"does not begin with \[ or \{, as the JSON does"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "csv", "is a spreadsheet: save the sheet as CSV"),
        (b"\n <!DOCTYPE html><html></html>", "csv", "is a web page or XML"),
        (b"<html></html>", "json", "is a web page or XML"),
        (b"version https://git-lfs.github.com/spec/v1\n", "csv", "is a pointer of Git LFS"),
        (HEADER.encode("utf-16-le"), "csv", "holds zero bytes, as UTF-16 does: save it as UTF-8"),
        ("[]".encode("utf-16"), "json", "is UTF-16: save it as UTF-8"),
    ],
)
def test_a_file_that_begins_as_one_of_another_format_is_told_for_what_it_is(
    tmp_path: Path, content: bytes, table_format: str, said: str
) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(CannotRunError, match=said):
        plain_file(tmp_path / "t.csv", tmp_path, 0, table_format)


@pytest.mark.parametrize("content", [HEADER.encode(), b"\xef\xbb\xbf\n" + HEADER.encode(), b'"[id]",b\n', b""])
def test_a_table_is_taken_for_nothing_else(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content or b"a\n")
    assert plain_file(tmp_path / "t.csv", tmp_path, 0).line_count == max(1, content.count(b"\n"))


def header(*changed: tuple[str, str], without: str = "", more: tuple[str, ...] = ()) -> list[str]:
    """The columns of UNHCR's file, some under other names, one of them taken out, others added."""
    reader = read_reader("unhcr_population")
    names = [dict(changed).get(name, name) for name in [*reader.required, *reader.optional] if name != without]
    return [*names, *more]


@pytest.mark.parametrize(
    "name",
    ["Asylum_Seekers", "ASYLUM_SEEKERS", "asylum seekers", "asylum.seekers", "Asylum-seekers", "asylum\nseekers"],
)
def test_a_column_that_is_read_but_for_how_it_is_written_is_refused_and_its_numbers_do_not_vanish(name: str) -> None:
    reader = read_reader("unhcr_population")
    with pytest.raises(CannotRunError, match=r"which unhcr_population writes 'asylum_seekers': write it so"):
        require_columns(reader, "population.csv:1", header(("asylum_seekers", name)))


def test_a_column_that_is_there_in_two_letter_cases_is_refused() -> None:
    with pytest.raises(CannotRunError, match="'Refugees', which unhcr_population writes 'refugees'"):
        require_columns(read_reader("unhcr_population"), "population.csv:1", header(more=("Refugees",)))


@pytest.mark.parametrize("more", ["refugees_note", "year_2", "#", "*", "..."])
def test_a_new_column_of_another_name_is_no_fault(more: str) -> None:
    require_columns(read_reader("unhcr_population"), "population.csv:1", header(more=(more,)))


def test_a_column_told_by_its_star_is_not_taken_for_the_one_without_it() -> None:
    reader = read_reader("russia_losses_personnel")
    require_columns(reader, "x.json:1", ["date", "day", "personnel", "personnel*"])
    with pytest.raises(CannotRunError, match=r"'Personnel\*', which russia_losses_personnel writes 'personnel\*'"):
        require_columns(reader, "x.json:1", ["date", "personnel", "personnel*", "Personnel*"])


def test_a_column_that_would_be_read_and_is_not_there_is_named(desk: Desk) -> None:
    assert missing_columns(read_reader("unhcr_population"), header(without="asylum_seekers")) == ("asylum_seekers",)
    code, said = desk.load("idmc_gidd", [{k: v for k, v in GIDD.items() if k != "new_displacement_rounded"}])
    assert code == 0
    assert "input-1.csv: 1 known column not in the file: new_displacement_rounded." in said


@pytest.mark.parametrize(
    ("dataset_id", "rows"),
    [
        ("idmc_gidd", [GIDD | {"hazard_type_name": "Flood", "event_name": "A flood"}]),
        ("daily_series_gaza", json.dumps([GAZA | {"report_source": "ocha", "phase": 1, "killed_cum_reported": 79}])),
    ],
)
def test_a_file_of_another_data_set_that_has_all_columns_too_is_refused(
    desk: Desk, dataset_id: str, rows: list[dict[str, str]] | str
) -> None:
    code, said = desk.load(dataset_id, rows)
    assert code == 2
    assert f":1 is no file of {dataset_id}: it has " in said and "which files of another data set have" in said
    assert not (desk.folder / "warehouse.duckdb").exists()


def as_written(kind: str, cell: str | None) -> object:
    """How a cell of a column of this type reaches a reader."""
    told = {"dataset_id": "x", "columns": {"required": ["c"], "types": {kind: ["c"]} if kind else {}}}
    with duckdb.connect() as connection:
        for statement in create_macros():
            connection.execute(statement)
        sql = f"SELECT {written(Reader('x', told, '', ''), 'c', 'c')} FROM (SELECT CAST(? AS VARCHAR) AS c)"
        return connection.execute(sql, [cell]).fetchall()[0][0]


@pytest.mark.parametrize("blanks", [" ", "\u00a0", "\t ", "\n"])
@pytest.mark.parametrize("kind", ["integer", "year", "date", "code", "country_code", "coordinate", "name", ""])
def test_a_cell_of_blanks_is_nothing_in_a_column_of_any_type(kind: str, blanks: str) -> None:
    assert as_written(kind, blanks) is None


@pytest.mark.parametrize("marks", ["-", "--", "\u2014", "\u2013", ".", "..", "?", "\u2026", "/", "(-)", "- -"])
def test_a_mark_in_place_of_a_name_is_no_part_of_a_place(marks: str) -> None:
    assert as_written("name", marks) is None
    # It may be none or not counted: that is not for us to say of a number, and a country must have a name.
    assert as_written("integer", marks) == marks
    assert as_written("", marks) == marks


@pytest.mark.parametrize("name", ["A", "7", "\u00c9", "\u4e2d", "\u0645", "#REF!", "####", "Al-Bab", "(town)"])
def test_a_name_of_any_script_stays(name: str) -> None:
    assert as_written("name", name) == name


@pytest.mark.parametrize("kind", ["name", ""])
@pytest.mark.parametrize("cell", [" Ar Raqqah", "Ar Raqqah\u00a0", "Ar Raqqah\n", "\tAr Raqqah  "])
def test_blanks_around_a_text_are_no_part_of_it(kind: str, cell: str) -> None:
    assert as_written(kind, cell) == "Ar Raqqah"


def test_a_strike_is_not_there_twice_for_a_blank_behind_its_place(desk: Desk) -> None:
    row = rows_of(fixture("centcom_strikes"))[0]
    cells = {n.removesuffix("_in_file"): str(c or "").replace(",", "") for n, c in row.items() if n != "line"}
    code, said = desk.load("centcom_strikes", [cells, cells | {"location": f"{cells['location']} "}])
    assert code == 1
    assert "is already on line 2" in said


@pytest.mark.parametrize("lost", ["latitude", "longitude"])
def test_half_a_coordinate_is_no_place(desk: Desk, lost: str) -> None:
    code, said = desk.load("ucdp_ged", [EVENT | {lost: ""}])
    assert code == 1
    assert "input-1.csv:2 latitude: " in said and "and longitude must both be there or both be empty" in said


def returns() -> list[Row]:
    """The rows of who came back to one country in one year, as in the file."""
    return [r for r in rows_of(fixture("hapi_returnees")) if r["origin_location_code"] == "AFG"]


def as_cells(rows: list[Row]) -> list[dict[str, str]]:
    return [{name: str(cell or "") for name, cell in row.items() if name != "line"} for row in rows]


def of_girls(rows: list[Row], age_range: str) -> Row:
    return next(r for r in rows if (r["gender"], r["age_range"]) == ("f", age_range))


def test_an_age_group_pasted_over_another_gives_no_sum_of_three(desk: Desk) -> None:
    found = returns()
    pasted = [of_girls(found, "0-4") if r is of_girls(found, "12-17") else r for r in found]
    code, said = desk.load("hapi_returnees", as_cells(pasted))
    assert code == 1
    assert "input-1.csv:4 origin_location_code, asylum_location_code, population_group, gender, age_range" in said
    assert "is already on line 2" in said


def test_rows_in_another_order_give_the_same_figures() -> None:
    figures = [read("hapi_returnees", rows).figures for rows in (returns(), returns()[::-1])]
    one, other = ([{**each, "line": None} for each in found] for found in figures)
    assert sorted(one, key=str) == sorted(other, key=str)


@pytest.mark.parametrize("change", [str.lower, lambda code: f"{code} "])
def test_those_who_came_back_are_not_there_twice_under_a_code_in_other_letters(
    desk: Desk, change: Callable[[str], str]
) -> None:
    rows = as_cells(returns())
    names = ("origin_location_code", "asylum_location_code")
    code, said = desk.load("hapi_returnees", rows + [row | {n: change(row[n]) for n in names} for row in rows])
    assert code == 1
    assert f"origin_location_code: {change('AFG')!r} is not the code of a country" in said


@pytest.mark.parametrize("bucket", ["Military_killed", "MILITARY_KILLED", "civilians_breakdowns", "civilians"])
def test_a_toll_in_a_bucket_nobody_knows_is_of_nobody(bucket: str) -> None:
    row = next(r for r in rows_of(fixture("war_tolls")) if r["bucket"] == "military_killed" and r["low"])
    assert [each["population_id"] for each in read("war_tolls", [row]).figures] == ["fighters"]
    outcome = read("war_tolls", [row | {"bucket": bucket}])
    assert (outcome.figures, [reason for _, reason in outcome.rejects]) == ([], ["population_id"])


@pytest.mark.parametrize("lost", [None, "NA", "absent"])
@pytest.mark.parametrize(
    ("dataset_id", "row", "column"),
    [("daily_series_lebanon", LEBANON, "killed_cum_reported"), ("daily_series_west_bank", WEST_BANK, "injured_cum"),
     ("russia_losses_personnel", {"date": "2023-11-07", "personnel": 5, "personnel*": "about"}, "personnel")],
)  # fmt: skip
def test_a_day_without_the_number_it_is_told_for_is_rejected_rather_than_passed_over(
    desk: Desk, dataset_id: str, row: dict[str, Any], column: str, lost: str | None
) -> None:
    other = row | {read_reader(dataset_id).key[0]: "2023-11-22", column: lost}
    if lost == "absent":
        other.pop(column)
    code, said = desk.load(dataset_id, json.dumps([row, other]))
    assert code == 1
    assert f"input-1.json:2 {column}: must not be empty" in said


VERIFIED = [
    "{'killed_cum': 6}",
    '{"killed_cum": 6',
    {"KILLED_CUM": 6, "injured_cum": 7},
    {"killed_cum ": 6, "injured_cum": 7},
]


@pytest.mark.parametrize("verified", VERIFIED)
def test_a_verified_number_under_a_name_in_other_letters_is_not_passed_over(desk: Desk, verified: object) -> None:
    good = WEST_BANK | {"verified": {"killed": 1, "killed_cum": 6, "injured_cum": 7}}
    rows = [good, good | {"report_date": "2023-11-08", "verified": verified}]
    code, said = desk.load("daily_series_west_bank", json.dumps(rows))
    assert code == 1
    assert re.search(r"input-1\.json:2 value: ['\"]verified: ", said)


@pytest.mark.parametrize("column", ["war_id", "start_year", "side", "bucket"])
def test_a_toll_that_does_not_say_whose_it_is_is_not_passed_over(desk: Desk, column: str) -> None:
    row = rows_of(fixture("war_tolls"))[0] | {"notes": "", "side": "A side"}
    code, said = desk.load("war_tolls", [as_cells([row])[0] | {column: ""}])
    assert code == 1
    assert f"input-1.csv:2 {column}: must not be empty" in said


def test_a_correction_of_what_was_reported_is_told_apart_from_what_was_verified(desk: Desk) -> None:
    days = {"2023-11-01": (9, 20), "2023-11-02": (10, 21), "2023-11-05": (11, 22)}
    rows = {day: WEST_BANK | {"report_date": day, "killed_cum": flash, "verified": {"killed_cum": verified}}
            for day, (flash, verified) in days.items()}  # fmt: skip
    first = desk.load("daily_series_west_bank", json.dumps([*rows.values()]), "--version", "2023-11-10",
                      "--published-on", "2023-11-10")  # fmt: skip
    rows["2023-11-02"]["killed_cum"], rows["2023-11-01"]["verified"] = 8, {"killed_cum": 19}
    second = desk.load("daily_series_west_bank", json.dumps([*rows.values()]), "--version", "2023-11-12",
                       "--published-on", "2023-11-12")  # fmt: skip
    assert (first[0], second[0]) == (0, 0)
    assert "0 days added, 0 dropped, killed corrected on 3 days, killed (verified) on 1 day\n" in second[1]
