"""A load says how many figures no reader will see, and why: drafts are never forgotten."""

import json
from pathlib import Path

import pytest
from small_record import SmallRecord, run, small_record

from ingest.curation.check import read_record
from ingest.curation.left_out import left_out, sentences


@pytest.fixture
def record(tmp_path: Path) -> SmallRecord:
    """Return the small record, three of its figures out of sight, each for a reason of its own."""
    made = small_record(tmp_path)
    made.figures[5] |= {"status": "draft", "checked_on": ""}
    made.figures[2] |= {"visibility": "restricted"}
    made.figures[3] |= {"status": "withdrawn", "checked_on": "", "note": "Said of another war."}
    return made


def test_what_is_left_out_is_counted_by_reason_and_named(record: SmallRecord) -> None:
    read, problems = read_record([record.write()])
    assert problems == []
    ids = [row["figure_id"] for row in record.figures]
    assert [(each.reason, each.figure_ids) for each in left_out(read)] == [
        ("draft", [ids[5]]), ("withdrawn draft", [ids[3]]), ("restricted", [ids[2]])
    ]  # fmt: skip


def test_a_load_says_it_and_how_to_look_at_drafts(record: SmallRecord, tmp_path: Path) -> None:
    folder, warehouse = record.write(), tmp_path / "w.duckdb"
    told = run("load", str(folder), warehouse=warehouse)
    assert f"1 draft, not read a second time yet ({record.figures[5]['figure_id']})" in told.stdout
    assert "make preview" in told.stdout
    as_json = json.loads(run("load", str(folder), "--json", warehouse=warehouse).stdout)
    assert [each["reason"] for each in as_json["left_out"]] == ["draft", "withdrawn draft", "restricted"]


def test_where_nothing_is_left_out_nothing_is_said(tmp_path: Path) -> None:
    read, _ = read_record([small_record(tmp_path).write()])
    assert sentences(left_out(read)) == []


def test_many_are_named_in_part_and_counted_whole(tmp_path: Path) -> None:
    made = small_record(tmp_path)
    for row in made.figures:
        row |= {"status": "draft", "checked_on": ""}
    read, _ = read_record([made.write()])
    (only,) = left_out(read)
    assert str(only).endswith(f"and {len(made.figures) - 3} more)")
