"""Of the days on which something was loaded the last ones, month ends and pinned ones are kept as files."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_record import SmallRecord, run

from common.layout import file_of_day, recorded_folder
from ingest.errors import CannotRunError
from ingest.warehouse.load_days import LAST_DAYS, State, kept_days, pin, prune_days, recorded_days

YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


def test_of_a_year_of_daily_loads_the_last_days_and_the_ends_of_months_are_kept() -> None:
    kept = kept_days(YEAR, ())
    assert sorted(kept)[-LAST_DAYS:] == YEAR[-LAST_DAYS:]
    ends = {date(2026, month, 1) - timedelta(days=1) for month in range(2, 13)}
    assert kept - set(YEAR[-LAST_DAYS:]) == {day for day in ends if day < YEAR[-LAST_DAYS]}


@given(st.sets(st.sampled_from(YEAR)), st.sets(st.sampled_from(YEAR)))
def test_what_is_kept_are_days_of_loads_the_newest_and_every_pinned_one(days: set[date], pinned: set[date]) -> None:
    kept = kept_days(days, pinned)
    assert kept <= days
    assert pinned & days <= kept
    assert not days or max(days) in kept
    # A day that is kept now and is not among the last ones is kept for good, whatever is loaded later.
    later = kept_days(days | {date(2027, 1, 1) + timedelta(days=each) for each in range(LAST_DAYS)}, pinned)
    assert {day for day in kept if day in pinned} <= later


def test_pruning_removes_only_files_of_days_that_could_be_built_again(tmp_path: Path) -> None:
    folder = recorded_folder(tmp_path)
    folder.mkdir()
    unknown = date(2025, 6, 1)
    for day in (*YEAR, unknown):
        file_of_day(folder, day).write_bytes(b"")
    (folder / "notes.txt").write_text("mine")
    removed = prune_days(str(tmp_path), YEAR, [date(2026, 3, 3)])
    left = {date.fromisoformat(path.stem) for path in folder.glob("*.duckdb")}
    assert left == kept_days(YEAR, [date(2026, 3, 3)]) | {unknown}
    assert removed == len(YEAR) + 1 - len(left)
    assert (folder / "notes.txt").exists()
    assert prune_days(str(tmp_path), YEAR, []) == 1


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse with one load of a small record."""
    record = SmallRecord(tmp_path / "figures" / "aleppo-2024")
    record.write()
    path = tmp_path / "warehouse.duckdb"
    assert run("load", str(record.folder), warehouse=path).returncode == 0
    return path


def loaded_on(warehouse: Path, days: list[date]) -> None:
    """Note a load on each of these days besides the one there is."""
    with duckdb.connect(str(warehouse)) as connection:
        for day in days:
            connection.execute(
                "INSERT INTO raw.loads (load_id, loaded_at) VALUES (?, ?)",
                [f"load-{day}", datetime(day.year, day.month, day.day, 12)],
            )


def test_a_day_is_pinned_and_let_go_of_by_the_command(warehouse: Path) -> None:
    loaded_on(warehouse, YEAR[:100])
    pruned = YEAR[10].isoformat()
    text = run("recorded", warehouse=warehouse).stdout
    assert f"{pruned}  1 load, pruned" in text
    assert f"make history DAY={pruned}" in text
    assert pruned not in run("recorded", "--missing", warehouse=warehouse).stdout
    assert run("recorded", "--pin", pruned, warehouse=warehouse).returncode == 0
    missing = run("recorded", "--missing", warehouse=warehouse).stdout.split()
    assert pruned in missing
    assert missing == sorted(missing, reverse=True)
    days = json.loads(run("recorded", "--json", warehouse=warehouse).stdout)["days"]
    assert [day["recorded_on"] for day in days if day["is_pinned"]] == [pruned]
    assert run("recorded", "--unpin", pruned, warehouse=warehouse).returncode == 0
    assert pruned not in run("recorded", "--missing", warehouse=warehouse).stdout


@pytest.mark.parametrize(
    ("day", "said"), [("2019-01-01", "Nothing was loaded on 2019-01-01"), ("soon", "'soon' is not a day")]
)
def test_a_day_that_cannot_be_pinned_is_told(warehouse: Path, day: str, said: str) -> None:
    refused = run("recorded", "--pin", day, warehouse=warehouse)
    assert refused.returncode != 0
    assert said in refused.stderr


def test_pins_without_a_warehouse_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="no day to pin"):
        pin(tmp_path / "none.duckdb", [YEAR[0]], is_pinned=True)


def test_a_file_that_is_not_kept_counts_as_pruned_and_never_as_missing(warehouse: Path, tmp_path: Path) -> None:
    loaded_on(warehouse, YEAR[:60])
    states = {day.recorded_on: day.state for day in recorded_days(warehouse, tmp_path / "published")}
    assert states[date(2026, 1, 15)] is State.PRUNED
    assert states[date(2026, 1, 31)] is State.MISSING
    assert states[YEAR[59]] is State.MISSING
