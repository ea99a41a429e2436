"""Cells of data sets are judged as text before any cast, and what is no single row of a place gives no figure."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from reader_harness import READERS

from common.layout import SEEDS
from ingest.__main__ import main
from ingest.datasets.registry.entries import reader_ids
from ingest.datasets.registry.reader import read_reader
from ingest.datasets.totals import is_total, name_key
from ingest.errors import CannotRunError

GED = ("id", "where_prec", "where_coordinates", "adm_1", "adm_2", "latitude", "longitude", "country", "date_start",
       "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low")  # fmt: skip
EVENT = dict(zip(GED, ("900001", "2", "A town", "A province", "A district", "48.139", "37.742", "Ukraine", "2021-03-02",
                       "2021-03-02", "1", "0", "2", "0", "3", "4", "2"), strict=True))  # fmt: skip
GIDD = {"iso3": "SYR", "country_name": "Syria", "year": "2023", "new_displacement": "174000",
        "new_displacement_rounded": "174000", "total_displacement": "7248000",
        "total_displacement_rounded": "7248000"}  # fmt: skip
UNHCR = {"year": "2023", "coo_name": "Syria", "coo_iso": "SYR", "coa_name": "Türkiye", "coa_iso": "TUR",
         "refugees": "3214780", "idps": "0"}  # fmt: skip
WEST_BANK = {"report_date": "2023-11-07", "flash_source": "un", "killed_cum": 10, "injured_cum": 20,
             "killed_children_cum": 1, "injured_children_cum": 2}  # fmt: skip
LEBANON = {"report_date": "2023-11-21", "report_source": "moph_lb", "phase": 1, "killed_cum_reported": 79,
           "injured_cum_reported": 280}  # fmt: skip
IDU = {"id": 1, "country": "Syrian Arab Republic", "iso3": "SYR", "latitude": 36.2, "longitude": 37.1,
       "displacement_type": "Conflict", "qualifier": "total", "figure": 120, "role": "Recommended figure",
       "displacement_start_date": "2022-11-27", "displacement_end_date": "2022-11-28", "event_name": "Fighting",
       "type": None, "subtype": None, "created_at": "2022-12-01", "locations_name": "Aleppo"}  # fmt: skip
GAZA = {"report_date": "2023-11-07", "report_source": "mohtel", "report_period": 24, "killed_cum": 10569,
        "injured_cum": 26475}  # fmt: skip

Cells = dict[str, str]
# What columns of people are called in the files that are read here.
PEOPLE = "kill|injur|dead|death|displaced|refugee|stateless|seeker|return|idp|ooc|oip|hst|massacre|attack"


class Desk:
    """A warehouse of its own, and loads into it by the command line."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.count = folder, capsys, 0

    def load(self, dataset_id: str, rows: list[Cells] | str, *options: str) -> tuple[int, str]:
        """Load rows as a CSV file, or a text as a JSON one, as the reader's release unless the options name another.

        Returns the exit code and all that was printed.
        """
        self.count += 1
        path = self.folder / f"input-{self.count}.{'json' if isinstance(rows, str) else 'csv'}"
        if isinstance(rows, str):
            path.write_text(rows)
        else:
            lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        named = () if "--version" in options else ("--version", read_reader(dataset_id).text("version"))
        code = main(["load", dataset_id, str(path), *options, *named])
        printed = self.capsys.readouterr()
        return code, printed.out + printed.err

    def rows(self, sql: str) -> list[tuple]:
        """The rows of a query on the warehouse."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def figures(self, version: str) -> list[tuple]:
        """What a release says, whatever it is called."""
        columns = "row_key, population_id, phrase, place_name, place_precision, latitude, longitude, period_start_on, "
        columns += "period_end_on, hedge_id, value, low, high, note, flags, record_line"
        return self.rows(f"SELECT {columns} FROM raw.dataset_figures WHERE version = '{version}' ORDER BY ALL")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    return Desk(tmp_path, capsys)


BAD_NUMBERS = ["5.5", "0x10", "1.000", "5.000", "1e5", "1E+05", "1_000", "5.00001", "3.00004", "+5", "-0", " 5", "5 ",
               "1 000", "\u0663", "\uff15", "5\u00a0", "1.0e0", ".5", "5.", "Infinity", "TRUE", "007", "-5",
               "1234567890123456"]  # fmt: skip


@pytest.mark.parametrize("text", BAD_NUMBERS)
@pytest.mark.parametrize(
    ("dataset_id", "row", "column"),
    [("ucdp_ged", EVENT, "best"), ("ucdp_ged", EVENT, "deaths_civilians"), ("idmc_gidd", GIDD, "total_displacement"),
     ("unhcr_population", UNHCR, "refugees")],
)  # fmt: skip
def test_a_number_that_may_be_read_otherwise_is_rejected_with_its_cell(
    desk: Desk, dataset_id: str, row: Cells, column: str, text: str
) -> None:
    code, said = desk.load(dataset_id, [row | {column: text}])
    assert code == 1
    assert f"input-1.csv:2 {column}: {text!r} is " in said
    assert "nothing was loaded" in said


YEARS = ["20l9", "2010.4", "0x7dc", "2023e", "23", "+2023", "2_023", "2023.000", "\u0662\u0660\u0661\u0660", "0025",
         "-5", "0", "9999", "20230"]  # fmt: skip


@pytest.mark.parametrize("text", YEARS)
@pytest.mark.parametrize(("dataset_id", "row"), [("idmc_gidd", GIDD), ("unhcr_population", UNHCR)])
def test_a_year_that_is_none_is_rejected_with_its_cell_and_gives_no_stock_without_a_day(
    desk: Desk, dataset_id: str, row: Cells, text: str
) -> None:
    code, said = desk.load(dataset_id, [row | {"year": text}])
    assert code == 1
    assert f"input-1.csv:2 year: {text!r} is " in said


DAYS = ["0025-03-03", "0000-01-01", "-005-01-01", "1988-12-31", "2030-01-01", "2021-02-30", "20210302", "2021-3-2",
        "02/03/2021", "2021-03-02 13:45:00", "infinity", "0044-03-15 (BC)", "\u0662021-03-02", "1403-09-10",
        "12021-03-02"]  # fmt: skip


@pytest.mark.parametrize("text", DAYS)
@pytest.mark.parametrize("column", ["date_start", "date_end"])
def test_a_day_that_is_none_or_outside_of_the_window_is_rejected_with_its_cell(
    desk: Desk, column: str, text: str
) -> None:
    code, said = desk.load("ucdp_ged", [EVENT | {column: text}])
    assert code == 1
    assert f"input-1.csv:2 {column}: {text!r} is " in said


def test_the_window_is_said_with_the_reject(desk: Desk) -> None:
    _, early = desk.load("ucdp_ged", [EVENT | {"date_start": "0025-03-03"}])
    assert "is before 1989-01-01, the first day ucdp_ged can tell of" in early
    _, late = desk.load("ucdp_ged", [EVENT | {"date_end": "2025-07-01"}])
    assert "is after 2025-06-30, the last day this release can tell of" in late


def test_numbers_resaved_as_decimals_give_the_figures_of_the_whole_numbers(desk: Desk) -> None:
    other = EVENT | {"id": "900002", "deaths_a": "0", "best": "2"}
    numbers = ("id", "where_prec", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low")
    resaved = [row | {name: f"{row[name]}.0" for name in numbers} for row in (EVENT, other)]
    two = [row | {name: f"{row[name]}.00" for name in numbers} for row in (EVENT, other)]
    for version, rows in {"24.1": [EVENT, other], "23.1": resaved, "22.1": two}.items():
        assert desk.load("ucdp_ged", rows, "--version", version)[0] == 0
    assert desk.figures("24.1") == desk.figures("23.1") == desk.figures("22.1")
    assert len(desk.figures("24.1")) == 5


def test_a_nought_resaved_as_a_decimal_is_still_not_counted(desk: Desk) -> None:
    floats = {name: f"{GIDD[name]}.0" for name in ("year", "total_displacement", "total_displacement_rounded")}
    row = GIDD | floats | {"new_displacement": "0.0", "new_displacement_rounded": ""}
    assert desk.load("idmc_gidd", [row])[0] == 0
    assert desk.rows("SELECT row_key, value::bigint, period_end_on::varchar FROM raw.dataset_figures") == [
        ("SYR-2023", 7248000, "2023-12-31")
    ]


@pytest.mark.parametrize("code", ["9.00001E+05", "9e+5", "900001.5", "900001.000"])
def test_a_code_that_a_program_has_rounded_is_rejected(desk: Desk, code: str) -> None:
    found, said = desk.load("ucdp_ged", [EVENT | {"id": code}])
    assert found == 1
    assert f"id: {code!r} is what a program made of a code" in said


@pytest.mark.parametrize(
    "nothing", ["NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None", "NaN", "nan", "NaT", "\\N"]
)
def test_what_stands_for_nothing_is_nothing_in_every_column(desk: Desk, nothing: str) -> None:
    names = ("where_coordinates", "adm_2", "latitude", "longitude")
    assert desk.load("ucdp_ged", [EVENT | dict.fromkeys(names, nothing)], "--version", "24.1")[0] == 0
    assert desk.load("ucdp_ged", [EVENT | dict.fromkeys(names, "")], "--version", "23.1")[0] == 0
    assert desk.figures("24.1") == desk.figures("23.1")
    assert desk.figures("24.1")[0][3:7] == ("A province, Ukraine", "near_point", None, None)


@pytest.mark.parametrize("nothing", ["", "NA"])
@pytest.mark.parametrize(
    ("dataset_id", "row", "column"),
    [("idmc_gidd", GIDD, "year"), ("unhcr_population", UNHCR, "year"), ("ucdp_ged", EVENT, "date_end"),
     ("ucdp_ged", EVENT, "date_start"), ("ucdp_ged", EVENT, "id")],
)  # fmt: skip
def test_a_row_without_its_day_or_its_id_is_rejected(
    desk: Desk, dataset_id: str, row: Cells, column: str, nothing: str
) -> None:
    code, said = desk.load(dataset_id, [row | {column: nothing}])
    assert code == 1
    assert f"input-1.csv:2 {column}: must not be empty" in said


@pytest.mark.parametrize("blanks", [" ", "\t", "\u00a0 "])
def test_a_text_of_blanks_is_no_part_of_a_place(desk: Desk, blanks: str) -> None:
    assert desk.load("ucdp_ged", [EVENT | {"adm_2": blanks}])[0] == 0
    assert desk.figures("25.1")[0][3] == "A town, A province, Ukraine"


ERRORS = ["#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "####", "#############"]


@pytest.mark.parametrize("text", ERRORS)
@pytest.mark.parametrize("column", ["country", "adm_2", "where_coordinates", "side_a"])
def test_what_a_spreadsheet_shows_for_a_formula_that_failed_is_no_text(desk: Desk, column: str, text: str) -> None:
    code, said = desk.load("ucdp_ged", [EVENT | {"side_a": "Side a", column: text}])
    assert code == 1
    assert f"input-1.csv:2 {column}: {text!r} is what a spreadsheet shows where it has no value" in said


@pytest.mark.parametrize("text", ["0", "-", "?", "760", "\u200b", "…"])
def test_a_country_without_a_letter_is_none(desk: Desk, text: str) -> None:
    code, said = desk.load("ucdp_ged", [EVENT | {"country": text}])
    assert code == 1
    assert f"input-1.csv:2 country: {text!r} is not the name of a country" in said


CODES = ["syr", "Syr", " SYR", "SYR ", "SY", "-", "Syria", "\u0421YR", "SYR\u200b", "SYR*"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("dataset_id", "row", "column"),
    [("idmc_gidd", GIDD, "iso3"), ("unhcr_population", UNHCR, "coo_iso"), ("unhcr_population", UNHCR, "coa_iso")],
)
def test_a_country_under_another_code_is_not_told_apart_from_itself(
    desk: Desk, dataset_id: str, row: Cells, column: str, code: str
) -> None:
    found, said = desk.load(dataset_id, [row, row | {column: code}])
    assert found == 1
    assert f"input-1.csv:3 {column}: {code!r} is not the code of a country" in said


@pytest.mark.parametrize("refugees", ["3214780", "5", "0"])
def test_two_rows_of_one_origin_and_asylum_are_not_added_up(desk: Desk, refugees: str) -> None:
    code, said = desk.load("unhcr_population", [UNHCR, UNHCR | {"refugees": refugees}])
    assert code == 1
    assert "input-1.csv:3 year, coo_iso, coa_iso: '2023, SYR, TUR' is already on line 2" in said


@pytest.mark.parametrize("country", ["", "NA", "  "])
def test_a_row_without_its_country_is_rejected_rather_than_counted_for_the_world(desk: Desk, country: str) -> None:
    code, said = desk.load("ucdp_ged", [EVENT, EVENT | {"id": "900002", "country": country}])
    assert code == 1
    assert re.search(r"input-1\.csv:3 country: .*a row without its country", said)


@pytest.mark.parametrize("column", ["coo_iso", "coa_iso"])
def test_refugees_without_origin_or_asylum_are_in_no_sum(desk: Desk, column: str) -> None:
    code, said = desk.load("unhcr_population", [UNHCR, UNHCR | {column: "", "refugees": "7"}])
    assert code == 1
    assert f"input-1.csv:3 {column}: must not be empty" in said


TOTALS = [
    {"iso3": "GLOBAL", "country_name": "Global"}, {"iso3": "MENA", "country_name": "Middle East and North Africa"},
    {"iso3": "", "country_name": "Sub-Saharan Africa"}, {"iso3": "XXX", "country_name": "Total"},
    {"iso3": "WLD", "country_name": ""}, {"iso3": "", "country_name": "All countries"},
    {"iso3": "AFE", "country_name": "Africa Eastern"}, {"iso3": "EAP", "country_name": "East Asia & Pacific"},
    {"iso3": "", "country_name": "GRAND TOTAL"}, {"iso3": "ZZZ", "country_name": "World (total)"},
]  # fmt: skip
OTHER_TOTALS = [
    "Totale", "Totaal", "Total général", "Summe", "Somme", "Toplam", "Итого", "Всього", "合计", "المجموع",
    "Monde entier", "World (all)", "The whole world", "Africa total (rounded)", "Africa, sub-total of 2023",
    "Region: Africa", "Sahel region", "EU27", "OECD", "Afrique", "Asien", "Ближний Восток", "الشرق الأوسط",
]  # fmt: skip


@pytest.mark.parametrize("name", OTHER_TOTALS)
def test_a_total_in_other_words_is_one(name: str) -> None:
    assert is_total(name)


@pytest.mark.parametrize(
    "name",
    ["Syria", "South Africa", "Central African Republic", "Rest of World", "Various", "Totota", "Unknown", "Mali"],
)
def test_a_country_or_a_remainder_is_no_total(name: str) -> None:
    assert not is_total(name)


def test_rows_of_totals_give_no_figure_beside_their_parts(desk: Desk) -> None:
    places = [
        GIDD,
        GIDD | {"iso3": "AB9", "country_name": "Abyei Area"},
        GIDD | {"iso3": "XKX", "country_name": "Kosovo"},
    ]
    code, said = desk.load("idmc_gidd", [*places, *(GIDD | total for total in TOTALS)])
    assert code == 0, said
    assert "10 rows of totals ('GLOBAL', 'MENA', 'Sub-Saharan Africa'" in said
    assert "the first on line 5" in said
    assert desk.rows("SELECT DISTINCT place_name FROM raw.dataset_figures ORDER BY 1") == [("AB9",), ("SYR",), ("XKX",)]
    counts = "SELECT line_count, header_line_count, loaded_row_count, empty_row_count, rejected_row_count "
    assert desk.rows(f"{counts} FROM raw.datasets") == [(14, 1, 13, 10, 0)]


def test_a_total_over_countries_of_asylum_is_not_added_to_them(desk: Desk) -> None:
    total = UNHCR | {"coa_iso": "", "coa_name": "Total", "refugees": "6000000"}
    assert desk.load("unhcr_population", [UNHCR, total])[0] == 0
    assert desk.rows("SELECT value::bigint FROM raw.dataset_figures") == [(3214780,)]


def test_no_place_of_ours_is_taken_for_a_total() -> None:
    with duckdb.connect() as connection:
        names = connection.execute(
            f"SELECT DISTINCT name FROM read_csv('{SEEDS / 'place_names.csv'}', all_varchar = true) UNION "
            f"SELECT place_id FROM read_csv('{SEEDS / 'places.csv'}', all_varchar = true)"
        ).fetchall()
    assert {name for (name,) in names if is_total(str(name))} <= {"world"}
    assert name_key("  Türkiye & CÔTE-d’Ivoire ") == "turkiye and cote d ivoire"


def test_refugees_within_their_own_country_are_flagged_and_in_no_sum_of_those_abroad(desk: Desk) -> None:
    home = UNHCR | {"coa_name": "Syria", "coa_iso": "SYR", "refugees": "500", "idps": "7248000"}
    code, said = desk.load("unhcr_population", [UNHCR, home])
    assert code == 0
    assert "1 figure flagged origin_is_asylum, the first of line 3." in said
    found = "SELECT population_id, value::bigint, flags, note FROM raw.dataset_figures ORDER BY value"
    assert desk.rows(found) == [
        ("refugees_at_home", 500, "origin_is_asylum",
         "Published with this country as origin and as asylum: in no sum of refugees abroad."),
        ("refugees", 3214780, "summed", "Sum over 1 countries of asylum. Not in it: 500 within the country itself."),
        ("idps", 7248000, None, None),
    ]  # fmt: skip


def test_asylum_seekers_and_returns_at_home_stand_apart_or_are_at_home_anyway(desk: Desk) -> None:
    more = {"asylum_seekers": "30", "returned_refugees": "40", "returned_idps": "0"}
    home = UNHCR | more | {"coa_name": "Syria", "coa_iso": "SYR", "refugees": "0", "returned_idps": "50"}
    code, said = desk.load("unhcr_population", [UNHCR | more, home])
    assert code == 0, said
    found = "SELECT measure_id, population_id, value::bigint FROM raw.dataset_figures ORDER BY ALL"
    assert desk.rows(found) == [
        ("displaced", "asylum_seekers", 30), ("displaced", "asylum_seekers_at_home", 30),
        ("displaced", "refugees", 3214780), ("returned", "idps", 50), ("returned", "refugees", 80),
    ]  # fmt: skip


def test_a_column_that_is_left_out_is_none_of_its_people_and_an_empty_cell_is_refused(desk: Desk) -> None:
    assert desk.load("unhcr_population", [UNHCR])[0] == 0
    asked = UNHCR | {"year": "2022", "asylum_seekers": "30"}
    rows = [asked, asked | {"coa_iso": "LBN", "asylum_seekers": ""}]
    code, said = desk.load("unhcr_population", rows, "--version", "later", "--published-on", "2026-01-01")
    assert code == 1 and "input-2.csv:3 value: must not be empty" in said


def test_a_column_new_to_a_reader_is_named_where_it_is_not_read(desk: Desk) -> None:
    code, said = desk.load("unhcr_population", [UNHCR | {"stateless": "5", "climate_refugees": "7"}])
    assert code == 0
    assert "input-1.csv: 1 column new to the reader, and not read: climate_refugees." in said
    code, said = desk.load("daily_series_gaza", json.dumps([GAZA | {"killed": 5, "killed_twice": 9}]))
    assert code == 0
    assert "input-2.json: 1 column new to the reader, and not read: killed_twice." in said


@pytest.mark.parametrize("dataset_id", reader_ids())
def test_a_column_that_is_known_and_not_read_is_named_once_and_people_in_it_are_told_of(dataset_id: str) -> None:
    reader = read_reader(dataset_id)
    assert len(reader.unread) == len(set(reader.unread))
    told = " ".join(map(str, reader.described["left_as_reported"]))
    people = [name for name in reader.unread if re.search(PEOPLE, name)]
    assert [name for name in people if not re.search(rf"\b{name}\b", told)] == []


def test_an_origin_that_is_not_known_is_not_taken_for_an_asylum_that_is_not_known(desk: Desk) -> None:
    unknown = UNHCR | {"coo_iso": "UNK", "coa_iso": "UNK", "coo_name": "Unknown", "coa_name": "Unknown"}
    assert desk.load("unhcr_population", [unknown])[0] == 0
    assert desk.rows("SELECT population_id, flags FROM raw.dataset_figures") == [("refugees", "summed")]


@pytest.mark.parametrize(
    "number", ["7.25E+06", "1e5", "1.000", "5.00001", "5.00000000000000001", '"1_000"', '"\u0663"', "-0", "5.5"]
)
def test_numbers_of_json_are_judged_as_they_are_written(desk: Desk, number: str) -> None:
    text = json.dumps([GAZA]).replace("10569", number)
    code, said = desk.load("daily_series_gaza", text)
    assert code == 1
    assert f"input-1.json:1 killed_cum: {number.strip(chr(34))!r} is not a number in plain digits" in said


def test_a_number_within_an_object_of_json_is_judged_like_the_others(desk: Desk) -> None:
    row: dict[str, Any] = {"report_date": "2023-11-07", "flash_source": "fill", "killed_cum": 0, "injured_cum": 0,
                           "killed_children_cum": 0, "injured_children_cum": 0}  # fmt: skip
    assert desk.load("daily_series_west_bank", json.dumps([row | {"verified": {"killed_cum": 12.0}}]))[0] == 0
    assert desk.rows("SELECT phrase, value::bigint FROM raw.dataset_figures") == [("12", 12)]
    text = json.dumps([row | {"verified": {"killed_cum": 0}}]).replace(
        '"verified": {"killed_cum": 0}', '"verified": {"killed_cum": 1e1}'
    )
    code, said = desk.load("daily_series_west_bank", text, "--version", "x", "--published-on", "2026-01-01")
    assert code == 1
    assert "value: '1e1' is not a number in plain digits: a spreadsheet has rounded it" in said


@pytest.mark.parametrize("lost", [None, "", "NA", "absent"])
@pytest.mark.parametrize(
    ("dataset_id", "row", "column"),
    [("daily_series_gaza", GAZA, "report_source"), ("daily_series_gaza", GAZA, "report_period"),
     ("daily_series_west_bank", WEST_BANK, "flash_source"), ("daily_series_lebanon", LEBANON, "report_source"),
     ("idmc_idu", IDU, "displacement_type")],
)  # fmt: skip
def test_a_row_that_does_not_say_whose_or_what_it_is_is_neither_dropped_nor_given_to_somebody(
    desk: Desk, dataset_id: str, row: dict[str, Any], column: str, lost: str | None
) -> None:
    name, day = ("id", 2) if dataset_id == "idmc_idu" else ("report_date", "2023-11-22")
    other = row | {name: day, column: lost}
    if lost == "absent":
        other.pop(column)
    code, said = desk.load(dataset_id, json.dumps([row, other]))
    assert code == 1
    assert f"input-1.json:2 {column}: must not be empty" in said


@pytest.mark.parametrize("verified", [5, "5", [{"killed_cum": 5}], {"Killed_cum": 5}, {}, {"killed_cum": None}])
def test_what_is_verified_in_another_shape_is_rejected_rather_than_dropped(desk: Desk, verified: object) -> None:
    code, said = desk.load("daily_series_west_bank", json.dumps([WEST_BANK | {"verified": verified}]))
    assert code == 1
    assert "input-1.json:1 value: 'verified: " in said


@pytest.mark.parametrize("role", ["Draft", "Superseded", "recommend"])
def test_an_update_in_a_role_nobody_knows_is_not_counted(desk: Desk, role: str) -> None:
    code, said = desk.load("idmc_idu", json.dumps([IDU | {"role": role}]))
    assert code == 1
    assert f"source_id: {role!r} is not in seeds/sources.csv" in said


def test_a_key_that_an_object_has_twice_is_rejected_with_its_name(desk: Desk) -> None:
    text = json.dumps([GAZA, GAZA | {"report_date": "2023-11-08"}])
    at = text.rindex('"killed_cum"')
    code, said = desk.load("daily_series_gaza", f'{text[:at]}"killed_cum": 9, {text[at:]}')
    assert code == 1
    assert "input-1.json:2 killed_cum: is in this object more than once" in said


def test_the_share_of_rows_rejected_is_said_in_plain_digits(desk: Desk) -> None:
    assert "1 of 1 rows (100 %) are rejected" in desk.load("ucdp_ged", [EVENT | {"best": "x"}])[1]


CAST = re.compile(
    r"\b(?:try_)?cast\s*\(|::|\bmake_date|\bmake_timestamp|strptime|strftime|\bto_(?:date|timestamp)|\bdate\s*'|"
    r"\bdate_part|\bepoch|\binterval\b|\btry_|\bdecimal\b|\bbigint\b|\binteger\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("dataset_id", reader_ids())
def test_readers_cast_by_our_macros_only(dataset_id: str) -> None:
    sql = re.sub(r"--.*", "", (READERS / f"{dataset_id}.sql").read_text(encoding="utf-8"))
    assert CAST.findall(re.sub(r"'[^']*'", "''", sql)) == []


@pytest.mark.parametrize("dataset_id", reader_ids())
def test_every_reader_says_what_its_numbers_and_days_are_what_stands_for_nothing_and_its_first_day(
    dataset_id: str,
) -> None:
    reader = read_reader(dataset_id)
    assert "NA" in reader.null_values
    assert "first_day" in reader.described
    assert "integer" in reader.types.values()
    assert set(reader.types.values()) & {"date", "moment", "year", "month_day_year", "day_in_auckland"}
    names = [*reader.required, *reader.optional]
    assert not {"country", "Country", "iso3", "coo_iso"} & set(names) or reader.countries


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda text: text.replace("integer:", "whole:"), "there is no type 'whole'"),
        (lambda text: text.replace("[latitude, longitude]", "[lattitude]"), "'lattitude' is no column it reads"),
        (lambda text: text.replace("unread: [relid", "unread: [deaths_a"), "deaths_a cannot be read and unread"),
    ],
)
def test_a_type_or_a_column_there_is_not_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str], wanted: str
) -> None:
    for ending in ("yml", "sql"):
        text = (READERS / f"ucdp_ged.{ending}").read_text(encoding="utf-8")
        (tmp_path / f"ucdp_ged.{ending}").write_text(change(text), encoding="utf-8")
    monkeypatch.setattr("ingest.datasets.registry.entries.READERS", tmp_path)
    with pytest.raises(CannotRunError, match=wanted):
        read_reader("ucdp_ged")
