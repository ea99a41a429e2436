"""What a load writes: once, by content, with tombstones, and nothing at all where anything is wrong."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_record import SmallRecord, run, small_record
from test_references import two_episodes

from ingest.curation.check import read_record
from ingest.errors import CannotRunError
from ingest.record.columns import FIGURES
from ingest.warehouse.load import LoadResult, load_record, record_version


@pytest.fixture
def record(tmp_path: Path) -> SmallRecord:
    """Return the small record."""
    return small_record(tmp_path)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Return the path of a warehouse that is not there yet."""
    return tmp_path / "w.duckdb"


def load(record: SmallRecord, warehouse: Path) -> LoadResult:
    """Write, read and load the record."""
    read, problems = read_record([record.write()])
    assert problems == []
    return load_record(read, warehouse)


def ask(warehouse: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query on the warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def figures(result: LoadResult) -> list[int]:
    """Return how many figures were added, changed, unchanged, withdrawn."""
    return [result.counts[f"figures_{change}"] for change in ("added", "changed", "unchanged", "withdrawn")]


def test_a_first_load_adds_everything_with_types_and_places(record: SmallRecord, warehouse: Path) -> None:
    before = datetime.now(UTC).replace(tzinfo=None)
    result = load(record, warehouse)
    assert figures(result) == [6, 0, 0, 0]
    row = ask(warehouse, "select * from raw.figures where figure_id = 'd-02-02'")[0]
    columns = [name for (name,) in ask(warehouse, "select column_name from (describe raw.figures)")]
    # What came later stands behind the rest, as in a warehouse that was carried along.
    assert columns[: len(FIGURES.needed) + 1] == ["episode_id", *FIGURES.needed]
    of_load = ["record_file", "record_line", "load_id", "loaded_at", "removed_at"]
    assert sorted(columns) == sorted(["episode_id", *FIGURES.names, *of_load])
    cells = dict(zip(columns, row, strict=True))
    assert (cells["value"], cells["low"], cells["high"], cells["paragraph"]) == (None, 20, 30, 2)
    assert (cells["record_line"], cells["record_file"][-11:], cells["cause_id"]) == (6, "figures.csv", None)
    assert cells["load_id"] == result.load_id
    assert before <= cells["loaded_at"] <= datetime.now(UTC).replace(tzinfo=None)
    assert result.load_id == cells["loaded_at"].strftime("%Y%m%dT%H%M%S%fZ")


def test_the_file_can_be_read_by_older_tools(record: SmallRecord, warehouse: Path) -> None:
    load(record, warehouse)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{warehouse}' AS w (READ_ONLY)")
        tags = connection.execute("select tags from duckdb_databases() where database_name = 'w'").fetchone()
    assert tags is not None
    assert tags[0]["storage_version"].startswith("v1.2.0")


def test_the_load_log_says_what_was_loaded(record: SmallRecord, warehouse: Path) -> None:
    load(record, warehouse)
    read, _ = read_record([record.folder])
    logged = ask(warehouse, "select record_version, episode_ids, figures_added, documents_added from raw.loads")
    assert logged == [(record_version(read), "aleppo-2024", 6, 2)]
    assert ask(warehouse, "select bool_and(started_at <= loaded_at) from raw.loads") == [(True,)]


def test_a_second_load_of_the_same_record_leaves_no_trace(record: SmallRecord, warehouse: Path) -> None:
    load(record, warehouse)
    before = ask(warehouse, "select * from raw.figures order by figure_id")
    result = load(record, warehouse)
    assert (figures(result), result.load_id) == ([0, 0, 6, 0], None)
    assert ask(warehouse, "select * from raw.figures order by figure_id") == before
    assert ask(warehouse, "select count(*) from raw.loads") == [(1,)]


def test_a_moved_row_is_unchanged_but_its_line_follows(record: SmallRecord, warehouse: Path) -> None:
    load(record, warehouse)
    record.figures.insert(0, record.figures.pop(2))
    assert figures(load(record, warehouse)) == [0, 0, 6, 0]
    assert ask(warehouse, "select record_line from raw.figures where figure_id = 'd-01-03'") == [(2,)]
    assert ask(warehouse, "select count(*) from raw.loads") == [(1,)]


def test_a_changed_figure_gets_a_new_load_and_the_others_keep_theirs(record: SmallRecord, warehouse: Path) -> None:
    first = load(record, warehouse)
    record.figures[2]["note"] = "Read again."
    record.figures.append(record.figure("02-04", "1", "one", value="1"))
    second = load(record, warehouse)
    assert figures(second) == [1, 1, 5, 0]
    by_load = ask(warehouse, "select load_id, count(*) from raw.figures group by 1 order by 1")
    assert by_load == [(first.load_id, 5), (second.load_id, 2)]


def test_a_withdrawn_figure_is_counted_once(record: SmallRecord, warehouse: Path) -> None:
    load(record, warehouse)
    record.figures[2] |= {"status": "withdrawn", "note": "The source took it back."}
    assert figures(load(record, warehouse)) == [0, 0, 5, 1]
    assert figures(load(record, warehouse)) == [0, 0, 6, 0]


def test_a_figure_that_left_the_record_stays_as_a_tombstone(record: SmallRecord, warehouse: Path) -> None:
    load(record, warehouse)
    record.figures[2]["note"] = "A note."
    load(record, warehouse)
    removed = record.figures.pop(2)
    result = load(record, warehouse)
    assert figures(result) == [0, 0, 5, 1]
    stone = "select status, note, load_id, removed_at = loaded_at, value from raw.figures where figure_id = 'd-01-03'"
    note = f"A note. No longer in the record since load {result.load_id}."
    assert ask(warehouse, stone) == [("withdrawn", note, result.load_id, True, 15)]
    assert figures(load(record, warehouse)) == [0, 0, 5, 0]
    assert ask(warehouse, stone)[0][1] == note
    record.figures.insert(2, removed)
    assert figures(load(record, warehouse)) == [0, 1, 5, 0]
    back = "select status, note, removed_at from raw.figures where figure_id = 'd-01-03'"
    assert ask(warehouse, back) == [("validated", "A note.", None)]


def test_a_document_that_left_the_record_stays_as_a_tombstone(record: SmallRecord, warehouse: Path) -> None:
    load(record, warehouse)
    record.documents.pop()
    del record.figures[3:]
    result = load(record, warehouse)
    assert (result.counts["documents_withdrawn"], figures(result)) == (1, [0, 0, 3, 3])
    assert ask(warehouse, "select count(*) from raw.documents where removed_at is not null") == [(1,)]


def test_drafts_and_restricted_figures_stay_in_raw(record: SmallRecord, warehouse: Path) -> None:
    record.figures[0]["visibility"] = "restricted"
    record.figures[1]["status"] = "draft"
    load(record, warehouse)
    kept = ask(warehouse, "select visibility, status from raw.figures where figure_id <= 'd-01-02' order by figure_id")
    assert kept == [("restricted", "validated"), ("public", "draft")]


def test_episodes_that_are_not_loaded_stay_untouched(tmp_path: Path, warehouse: Path) -> None:
    first, second, seeds = two_episodes(tmp_path, "e")
    load_record(read_record([first], seeds)[0], warehouse)
    result = load_record(read_record([second], seeds)[0], warehouse)
    assert figures(result) == [6, 0, 0, 0]
    assert ask(warehouse, "select count(*) from raw.figures where removed_at is null") == [(12,)]


def test_an_id_that_another_episode_holds_is_refused_and_nothing_is_loaded(tmp_path: Path, warehouse: Path) -> None:
    first, second, seeds = two_episodes(tmp_path, "d")
    load_record(read_record([first], seeds)[0], warehouse)
    result = load_record(read_record([second], seeds)[0], warehouse)
    assert len(result.problems) == 8
    assert result.problems[2].message == "d-01-01 is already loaded under the episode aleppo-2024"
    assert ask(warehouse, "select distinct episode_id from raw.figures") == [("aleppo-2024",)]


def test_nothing_is_loaded_when_anything_is_wrong(record: SmallRecord, warehouse: Path) -> None:
    record.figures[5]["source_id"] = "sohrr"
    done = run("load", str(record.write()), warehouse=warehouse)
    assert done.returncode == 1
    assert "did you mean 'sohr'?" in done.stdout
    assert done.stderr == "1 problem; nothing was loaded\n"
    assert not warehouse.exists()


def test_a_file_that_is_no_database_gets_a_sentence(record: SmallRecord, warehouse: Path) -> None:
    for content in (b"", b"not a database" * 1000):
        warehouse.write_bytes(content)
        with pytest.raises(CannotRunError, match="is not a DuckDB database"):
            load(record, warehouse)
        assert warehouse.read_bytes() == content


def test_a_missing_folder_and_a_folder_in_place_of_the_file_get_a_sentence(record: SmallRecord, tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match=r"The folder of the warehouse .* does not exist\."):
        load(record, tmp_path / "nowhere" / "w.duckdb")
    with pytest.raises(CannotRunError, match="cannot be opened for writing"):
        load(record, tmp_path)


def test_a_folder_that_cannot_be_written_gets_a_sentence(record: SmallRecord) -> None:
    # /proc refuses new files to everybody, root included.
    with pytest.raises(CannotRunError, match="cannot be opened for writing"):
        load(record, Path("/proc/self/w.duckdb"))


def test_tables_of_another_shape_get_a_sentence_and_stay_as_they_were(record: SmallRecord, warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema raw; create table raw.figures (episode_id varchar, figure_id varchar)")
    with pytest.raises(CannotRunError, match=r"was made by another version: raw\.figures has no document_id"):
        load(record, warehouse)
    assert ask(warehouse, "select table_name from duckdb_tables()") == [("figures",)]
