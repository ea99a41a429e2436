"""What a load replaces is kept, whole and once, and nothing is kept of a load that changed nothing."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_record import ROOT, SmallRecord, run, small_record
from test_load import ask, figures, load

from ingest.curation.check import read_record
from ingest.errors import CannotRunError
from ingest.record.columns import DOCUMENTS, FIGURES
from ingest.warehouse.load import LoadResult, load_record
from ingest.warehouse.migrations import raw_tables

MONDAY = datetime(2026, 3, 2, 12)


@pytest.fixture
def record(tmp_path: Path) -> SmallRecord:
    """Return the small record."""
    return small_record(tmp_path)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Return the path of a warehouse that is not there yet."""
    return tmp_path / "w.duckdb"


def load_at(record: SmallRecord, warehouse: Path, days: int, reason: str = "") -> LoadResult:
    """Write, read and load the record as if so many days after Monday noon."""
    read, problems = read_record([record.write()])
    assert problems == []
    return load_record(read, warehouse, reason, MONDAY + timedelta(days=days))


def replaced(warehouse: Path, table: str = "figures") -> list[tuple[Any, ...]]:
    """Return (id, note, loaded_at, replaced_at) of the kept rows, in order."""
    key = FIGURES.key if table == "figures" else DOCUMENTS.key
    return ask(warehouse, f"select {key}, note, loaded_at, replaced_at from raw.replaced_{table} order by all")


def test_a_replaced_row_is_kept_whole_with_the_load_that_replaced_it(record: SmallRecord, warehouse: Path) -> None:
    load_at(record, warehouse, 0)
    names = ", ".join(raw_tables()["figures"])
    before = ask(warehouse, f"select {names} from raw.figures where figure_id = 'd-01-03'")[0]
    record.figures[2] |= {"value": "16", "phrase": "16 were hurt"}
    second = load_at(record, warehouse, 1)
    (kept,) = ask(warehouse, f"select {names}, replaced_by, replaced_at from raw.replaced_figures")
    assert kept == (*before, second.load_id, MONDAY + timedelta(days=1))
    assert ask(warehouse, "select value from raw.figures where figure_id = 'd-01-03'") == [(16,)]


def test_only_changed_rows_are_kept(record: SmallRecord, warehouse: Path) -> None:
    load_at(record, warehouse, 0)
    record.documents[1]["title"] = "Another day"
    load_at(record, warehouse, 1)
    assert replaced(warehouse) == []
    assert replaced(warehouse, "documents") == [("d-02", None, MONDAY, MONDAY + timedelta(days=1))]


def test_the_versions_of_a_row_follow_each_other_without_a_gap(record: SmallRecord, warehouse: Path) -> None:
    for day, note in enumerate(("one", "two", "three")):
        record.figures[0]["note"] = note
        load_at(record, warehouse, day)
    days = [MONDAY + timedelta(days=day) for day in range(3)]
    assert replaced(warehouse) == [("d-01-01", "one", *days[:2]), ("d-01-01", "two", *days[1:])]
    current = "select note, loaded_at from raw.figures where figure_id = 'd-01-01'"
    assert ask(warehouse, current) == [("three", days[2])]


def test_a_load_that_changes_nothing_keeps_nothing_and_a_moved_line_is_no_change(
    record: SmallRecord, warehouse: Path
) -> None:
    load_at(record, warehouse, 0)
    record.figures.insert(0, record.figures.pop())
    assert load_at(record, warehouse, 1).load_id is None
    assert replaced(warehouse) == replaced(warehouse, "documents") == []
    assert ask(warehouse, "select count(*) from raw.loads") == [(1,)]


def test_a_removed_row_its_tombstone_and_its_return_are_three_versions(record: SmallRecord, warehouse: Path) -> None:
    load_at(record, warehouse, 0)
    gone = record.figures.pop(2)
    removal = load_at(record, warehouse, 1, "Counted twice: it is d-01-01.")
    note = f"No longer in the record since load {removal.load_id}: Counted twice: it is d-01-01."
    stone = "select status, note, removed_at from raw.figures where figure_id = 'd-01-03'"
    assert ask(warehouse, stone) == [("withdrawn", note, MONDAY + timedelta(days=1))]
    record.figures.insert(2, gone)
    assert figures(load_at(record, warehouse, 2)) == [0, 1, 5, 0]
    days = [MONDAY + timedelta(days=day) for day in range(3)]
    assert replaced(warehouse) == [("d-01-03", note, *days[1:]), ("d-01-03", None, *days[:2])]
    assert ask(warehouse, stone) == [("validated", None, None)]


def test_a_reason_reaches_the_tombstone_from_the_command_line(record: SmallRecord, warehouse: Path) -> None:
    run("load", str(record.write()), warehouse=warehouse)
    del record.figures[2]
    folder = str(record.write())
    refused = run("load", "--reason", "two\nlines", folder, warehouse=warehouse)
    assert (refused.returncode, "one line of text" in refused.stderr) == (2, True)
    assert run("load", "--reason", "Not in the text", folder, warehouse=warehouse).returncode == 0
    ((note,),) = ask(warehouse, "select note from raw.figures where removed_at is not null")
    assert note.endswith("Z: Not in the text.")


def test_a_clock_set_back_is_refused_and_nothing_is_loaded(record: SmallRecord, warehouse: Path) -> None:
    load_at(record, warehouse, 1)
    assert load_at(record, warehouse, 0).load_id is None
    record.figures[0]["note"] = "Changed."
    with pytest.raises(CannotRunError, match=r"2026-03-02 12:00:00 UTC, but the last load was at 2026-03-03 12:00:00"):
        load_at(record, warehouse, 0)
    assert replaced(warehouse) == []
    assert ask(warehouse, "select count(*) from raw.figures where note = 'Changed.'") == [(0,)]


def test_a_warehouse_of_an_earlier_version_gets_its_tables_at_the_next_load(
    record: SmallRecord, warehouse: Path
) -> None:
    load(record, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "drop table raw.replaced_figures; drop table raw.replaced_documents; drop table raw.schema_version"
        )
    record.figures[0]["note"] = "Changed."
    assert figures(load(record, warehouse)) == [0, 1, 5, 0]
    assert [row[:2] for row in replaced(warehouse)] == [("d-01-01", None)]


def test_the_columns_dbt_compares_are_those_of_the_record() -> None:
    text = (ROOT / "macros" / "recorded.sql").read_text(encoding="utf-8")
    for sheet in (FIGURES, DOCUMENTS):
        listed = text.split(f"'{sheet.file_name[:-4]}': [")[1].split("]")[0]
        # How sensitive a figure is, and whom it could harm, is told nowhere, changes of it neither.
        told = [name for name in sheet.names if name not in ("sensitivity", "sensitivity_reason", "review_on")]
        assert [name.strip(" '\n") for name in listed.split(",") if name.strip()] == told
