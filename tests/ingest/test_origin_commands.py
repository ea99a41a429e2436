"""`datasets` lists what can be read and what is loaded; `fetch` on the command line ends with the right code."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from file_server import FileServer, file_server

from ingest.__main__ import main
from ingest.datasets.registry import entries

TABLE = """create schema raw; create table raw.datasets (
    dataset_id varchar, version varchar, file_names varchar, sha256 varchar, figure_count bigint,
    rejected_row_count bigint, is_current boolean, loaded_at timestamp)"""
LOADS = """insert into raw.datasets values
    ('war_tolls', 'x', 'a.csv', 'ab', 1234, 2, true, '2026-11-22'),
    ('war_tolls', 'x', 'a.csv', 'aa', 1000, 2, false, '2026-11-21')"""


@pytest.fixture
def server() -> Iterator[FileServer]:
    """A server of files of its own."""
    with file_server() as started:
        yield started


@pytest.fixture(autouse=True)
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse that is not there yet, and a cache."""
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(tmp_path / "tried.duckdb"))
    monkeypatch.setenv("ON_RECORD_CACHE", str(tmp_path / "cache"))
    return tmp_path / "tried.duckdb"


@pytest.fixture
def tolls(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader of its own whose release is on the server."""
    folder = tmp_path / "readers"
    folder.mkdir()
    url = server.serve("/tolls.csv", b"a,b\n1,2\n")
    told = {"dataset_id": "tolls", "version": "v1", "licence": "CC BY 4.0", "producer": "A. Body", "title": "Tolls"}
    text = json.dumps(told | {"download_urls": [{"version": "v1", "url": url}]})
    (folder / "tolls.yml").write_text(text, encoding="utf-8")
    (folder / "tolls.sql").write_text("select 1", encoding="utf-8")
    monkeypatch.setattr(entries, "READERS", folder)
    return folder


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict]:
    """What `datasets --json` lists, by id."""
    assert main(["datasets", "--json"]) == 0
    return {each["dataset_id"]: each for each in json.loads(capsys.readouterr().out)["datasets"]}


def test_every_reader_is_listed_with_licence_version_and_that_it_is_not_loaded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = listed(capsys)
    assert set(rows) == {path.stem for path in entries.READERS.glob("*.yml")} and len(rows) >= 8
    for row in rows.values():
        assert row["licence"] and row["producer"] and row["title"] and row["versions"] and row["loaded"] == []
    assert rows["daily_series_gaza"]["versions_to_fetch"] == ["2026-08-22"]
    assert main(["datasets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.rstrip().endswith("not loaded") for line in lines[1:]) and len(lines) == len(rows) + 1


def test_what_is_loaded_is_told_by_version(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(TABLE)
        connection.execute(LOADS)
    loaded = listed(capsys)["war_tolls"]["loaded"]
    assert [(each["version"], each["figures_loaded"], each["rows_rejected"]) for each in loaded] == [("x", 1234, 2)]
    assert main(["datasets"]) == 0
    assert "x: 1,234 figures, 2 rows rejected" in capsys.readouterr().out


def test_a_warehouse_without_data_sets_or_that_is_none_is_told_apart(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema raw")
    assert listed(capsys)["war_tolls"]["loaded"] == []
    warehouse.write_text("no database", encoding="utf-8")
    assert main(["datasets"]) == 2
    assert "is not a DuckDB database" in capsys.readouterr().err


def test_fetching_says_where_the_file_is_and_ends_with_0_1_or_2(
    tolls: Path, server: FileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", "tolls"]) == 0
    assert "tolls.csv: fetched, 8 bytes, CC BY 4.0" in capsys.readouterr().out
    assert main(["fetch", "tolls", "--version", "v1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "already_there" and told["origin"]["licence"] == "CC BY 4.0"
    assert Path(told["path"]).read_bytes() == b"a,b\n1,2\n"
    server.serve("/tolls.csv", b"other")
    assert main(["fetch", "tolls"]) == 1
    assert "other bytes now" in capsys.readouterr().out
    server.serve("/tolls.csv", status=500)
    assert main(["fetch", "tolls"]) == 2
    assert "answered 500" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fetch", "wartolls"], "did you mean 'war_tolls'?"), (["fetch", "war_tolls"], "get it from https://"),
        (["fetch", "daily_series_gaza", "--version", "1999"], "known are 2026-08-22"),
    ],
)  # fmt: skip
def test_what_cannot_be_fetched_is_said_without_asking_anybody(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_reader_that_cannot_be_read_is_named(tolls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tolls / "tolls.yml").write_text("a: [", encoding="utf-8")
    assert main(["datasets"]) == 2
    assert "tolls.yml cannot be read" in capsys.readouterr().err
