"""The readers of UCDP GED, UNHCR and IDMC on extracts of the real files, against sums made without the warehouse."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingest.__main__ import main

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
GED = SAMPLES / "ucdp_ged" / "ged_syria_extract.csv"
UNHCR = SAMPLES / "unhcr_population" / "population_syria.csv"
IDMC = SAMPLES / "idmc_gidd" / "conflict_idps_extract.csv"

Load = Callable[..., Callable[[str], list[tuple]]]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load a file into a warehouse of its own; returns what queries it."""
    warehouse = tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(warehouse))

    def run(*arguments: object) -> Callable[[str], list[tuple]]:
        assert main(["load", *map(str, arguments)]) == 0

        def query(sql: str) -> list[tuple]:
            with duckdb.connect(str(warehouse), read_only=True) as connection:
                return connection.execute(sql).fetchall()

        return query

    return run


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def rewritten(rows: list[dict[str, str]], names: list[str], path: Path, extra: str = "") -> Path:
    """Write the rows under other columns, as another release does; ``extra`` goes below the header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(",".join(names) + "\n" + extra)
        csv.DictWriter(file, names, lineterminator="\n").writerows(rows)
    return path


def test_ged_gives_the_sums_of_the_file(load: Load) -> None:
    query, rows = load("ucdp_ged", GED, "--version", "20.1-sample"), table(GED)
    found = dict(query("SELECT population_id, sum(value)::bigint FROM raw.dataset_figures GROUP BY ALL"))
    columns = {
        "all": "best",
        "civilians": "deaths_civilians",
        "fighters_side_a": "deaths_a",
        "fighters_side_b": "deaths_b",
        "unknown_status": "deaths_unknown",
    }
    assert found == {name: sum(int(row[column]) for row in rows) for name, column in columns.items()}
    bounds = query(
        "SELECT sum(low)::bigint, sum(high)::bigint, count(*) FROM raw.dataset_figures WHERE part_of IS NULL"
    )
    assert bounds == [(sum(int(row["low"]) for row in rows), sum(int(row["high"]) for row in rows), len(rows))]


def test_ged_keeps_what_contradicts_itself_and_marks_it(load: Load) -> None:
    query, rows = load("ucdp_ged", GED, "--version", "20.1-sample"), table(GED)
    wrong = {
        "best_above_high": [r["id"] for r in rows if int(r["best"]) > int(r["high"])],
        "best_below_low": [r["id"] for r in rows if int(r["best"]) < int(r["low"])],
        "low_above_high": [r["id"] for r in rows if int(r["low"]) > int(r["high"])],
    }
    assert [len(ids) for ids in wrong.values()] == [71, 30, 58]
    for flag, ids in wrong.items():
        found = query(f"SELECT row_key FROM raw.dataset_figures WHERE contains(flags, '{flag}')")
        assert sorted(key for (key,) in found) == sorted(ids)


def test_an_event_keeps_its_place_its_days_and_its_source(load: Load) -> None:
    query, rows = load("ucdp_ged", GED, "--version", "20.1-sample"), {row["id"]: row for row in table(GED)}
    found = query(
        "SELECT row_key, figure_id, incident_id, source_id, source_original, place_name, place_precision, latitude, "
        "period_start_on::varchar, period_end_on::varchar FROM raw.dataset_figures WHERE part_of IS NULL"
    )
    assert len(found) == len(rows)
    precisions = {"1": "point", "2": "near_point", "3": "adm2", "4": "adm1", "5": "region", "6": "adm0"}
    for key, figure_id, incident_id, source_id, original, name, precision, latitude, start, end in found:
        row = rows[key]
        assert (figure_id, incident_id) == (f"ucdp_ged-20.1-sample-{key}-killed-all", f"ucdp_ged-{key}")
        assert (source_id, original) == ("ucdp", row["source_original"].strip() or None)
        parts = [row[column] for column in ("where_coordinates", "adm_2", "adm_1", "country") if row[column]]
        assert (name, precision) == (", ".join(parts), precisions[row["where_prec"]])
        assert (latitude, start, end) == (float(row["latitude"]), row["date_start"], row["date_end"])


def test_parts_of_an_event_name_their_total(load: Load) -> None:
    query = load("ucdp_ged", GED, "--version", "20.1-sample")
    lost = """SELECT p.figure_id FROM raw.dataset_figures AS p
        LEFT JOIN raw.dataset_figures AS t ON p.part_of = t.figure_id
        WHERE p.part_of IS NOT NULL AND (t.row_key IS DISTINCT FROM p.row_key OR t.population_id <> 'all')"""
    assert query(lost) == []
    assert query("SELECT count(*) FROM raw.dataset_figures WHERE part_of IS NOT NULL AND value = 0") == [(0,)]


def test_every_layout_of_ged_is_read_alike(load: Load, tmp_path: Path) -> None:
    """As in 23.1: best before high before low, ids renamed, days with a time, a row of HXL tags, and more columns."""
    rows = table(GED)
    names = [name for name in reversed(rows[0]) if name not in ("low", "best", "high")]
    names = [*names, "gwnoa", "code_status", "best", "high", "low"]
    for row in rows:
        row |= {"date_start": f"{row['date_start']} 00:00:00.000", "date_end": f"{row['date_end']} 00:00:00.000"}
    tags = ",".join("#affected+killed" if name == "best" else "" for name in names) + "\n"
    other = rewritten(rows, names, tmp_path / "GEDEvent_v23_1.csv", tags)
    query = load("ucdp_ged", other, "--version", "23.1")
    load("ucdp_ged", GED, "--version", "20.1-sample")
    columns = "row_key, population_id, value, low, high, phrase, period_start_on, period_end_on, place_name, flags"
    differences = f"""(SELECT {columns} FROM raw.dataset_figures WHERE version = '23.1') EXCEPT ALL
        (SELECT {columns} FROM raw.dataset_figures WHERE version = '20.1-sample')"""
    assert query(differences) == []
    assert query("SELECT version, count(*) FROM raw.dataset_figures GROUP BY ALL ORDER BY ALL") == [
        ("20.1-sample", 595),
        ("23.1", 595),
    ]
    assert query("SELECT header_line_count FROM raw.datasets WHERE version = '23.1'") == [(2,)]


ABROAD = {("displaced", "refugees"): "refugees", ("displaced", "asylum_seekers"): "asylum_seekers",
          ("returned", "refugees"): "returned_refugees"}  # fmt: skip
WITHIN = {("displaced", "idps"): "idps", ("returned", "idps"): "returned_idps"}


def test_who_crossed_a_border_is_added_up_over_the_other_country_and_who_did_not_is_no_sum(load: Load) -> None:
    query, rows = load("unhcr_population", UNHCR, "--version", "2025.12.1-sample"), table(UNHCR)
    found = query(
        """SELECT measure_id, population_id, year(period_end_on)::varchar, value::bigint FROM raw.dataset_figures
        WHERE NOT population_id LIKE '%at_home' ORDER BY ALL"""
    )
    wanted = [(*key, row["year"], int(row[name])) for key, name in WITHIN.items() for row in rows if int(row[name])]
    abroad = [row for row in rows if row["coo_iso"] != row["coa_iso"]]
    for key, name in ABROAD.items():
        for year in sorted({row["year"] for row in rows}):
            # Who came back is at home.
            those = rows if key[0] == "returned" else abroad
            if total := sum(int(row[name]) for row in those if row["year"] == year):
                wanted.append((*key, year, total))
    assert found == sorted(wanted)
    roles = query(
        "SELECT DISTINCT measure_id, population_id, place_role, counting FROM raw.dataset_figures ORDER BY ALL"
    )
    assert [each for each in roles if not each[1].endswith("at_home")] == [
        ("displaced", "asylum_seekers", "from", "stock"), ("displaced", "idps", "own", "stock"),
        ("displaced", "refugees", "from", "stock"), ("returned", "idps", "own", "period"),
        ("returned", "refugees", "to", "period"),
    ]  # fmt: skip


def test_returns_of_the_year_under_way_are_those_of_its_first_half(load: Load) -> None:
    query = load("unhcr_population", UNHCR, "--version", "2025.12.1-sample")
    found = query(
        """SELECT DISTINCT period_start_on::varchar, period_end_on::varchar FROM raw.dataset_figures
        WHERE measure_id = 'returned' ORDER BY ALL DESC LIMIT 2"""
    )
    assert found == [("2025-01-01", "2025-06-30"), ("2024-01-01", "2024-12-31")]


def test_the_year_under_way_is_counted_at_its_middle(load: Load) -> None:
    query = load("unhcr_population", UNHCR, "--version", "2025.12.1-sample")
    found = query("SELECT DISTINCT period_end_on::varchar FROM raw.dataset_figures ORDER BY 1 DESC LIMIT 2")
    assert found == [("2025-06-30",), ("2024-12-31",)]


def test_a_row_that_cannot_be_read_keeps_a_sum_from_being_loaded(
    load: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = table(UNHCR)
    next(row for row in rows if row["year"] == "2024" and int(row["refugees"]))["refugees"] = "5*"
    wrong = rewritten(rows, list(rows[0]), tmp_path / "population.csv")
    assert main(["load", "unhcr_population", str(wrong), "--version", "2025.12.1-sample"]) == 1
    assert "'5*' is not a number in plain digits" in capsys.readouterr().out


def test_idmc_keeps_stocks_and_movements_apart_and_counts_neither_twice(load: Load) -> None:
    query, rows = load("idmc_gidd", IDMC, "--version", "2025-sample"), table(IDMC)
    found = dict(query("SELECT counting, sum(value)::bigint FROM raw.dataset_figures GROUP BY ALL"))
    assert found == {
        "stock": sum(int(row["total_displacement"] or 0) for row in rows),
        "period": sum(int(row["new_displacement"] or 0) for row in rows),
    }
    assert query("SELECT value::bigint, note FROM raw.dataset_figures WHERE row_key = 'SYR-2022' ORDER BY value") == [
        (170916, "Published rounded as 171000."),
        (6865308, "Published rounded as 6865000."),
    ]


@pytest.mark.parametrize("path", sorted(Path(SAMPLES).glob("*/*.csv")), ids=lambda path: path.parent.name)
def test_every_sample_says_its_licence_and_whom_to_credit(path: Path) -> None:
    told = (SAMPLES / "SOURCE.md").read_text(encoding="utf-8")
    row = next(line for line in told.splitlines() if f"{path.parent.name}/{path.name}" in line)
    assert "https://creativecommons.org/licenses/" in row
