"""published/newest.duckdb: one name for the newest publication, whole at any moment, and readable by old tools."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from workshop import ROOT, Workshop

from common.layout import NEWEST
from ingest.warehouse.retract import publications_of, remove_publications_of, stand_for_newest

OLD = ROOT / "tests" / "fixtures" / "old_duckdb.txt"
READ_ALL = """
import duckdb, json, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
tables = [name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()]
rows = {name: len(connection.execute(f"from {name}").fetchall()) for name in tables}
known = connection.execute("select range_text from as_known_on('2024-11-30') where place = 'North-west Syria' and "
                           "population = 'Everyone' and measure = 'People killed' and is_unrestricted").fetchall()
print(json.dumps({"version": duckdb.__version__, "rows": rows, "known": known}))
"""


def ask(path: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_stable_name_stands_for_the_newest_publication(real: Workshop) -> None:
    newest = real.publications[-1]
    assert (newest.parent / NEWEST).read_bytes() == newest.read_bytes()


def test_it_is_replaced_whole_and_who_has_it_open_reads_on(real: Workshop, tmp_path: Path) -> None:
    first, second = tmp_path / "20260101T000000000000Z.duckdb", tmp_path / "20260102T000000000000Z.duckdb"
    shutil.copy(real.publications[-1], first)
    stand_for_newest(tmp_path)
    with duckdb.connect(str(tmp_path / NEWEST), read_only=True) as reader:
        shutil.copy(first, second)
        with duckdb.connect(str(second)) as connection:
            connection.execute("update build set build_id = 'second'")
        stand_for_newest(tmp_path)
        assert reader.execute("select count(*) from fct_figures").fetchone() == (45,)
    assert ask(tmp_path / NEWEST, "select build_id from build") == [("second",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [first.name, second.name, NEWEST]


def test_what_is_restricted_leaves_the_stable_name_too(real: Workshop, tmp_path: Path) -> None:
    shutil.copy(real.publications[-1], tmp_path / "20260101T000000000000Z.duckdb")
    stand_for_newest(tmp_path)
    (figure,) = ask(tmp_path / NEWEST, "select min(figure_id) from fct_figures")
    assert {path.name for path in publications_of(tmp_path, figure)} == {NEWEST, "20260101T000000000000Z.duckdb"}
    remove_publications_of(str(tmp_path), list(figure))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_tool_of_duckdb_1_2_reads_every_table_view_and_macro(real: Workshop, tmp_path: Path) -> None:
    uv, home = Path(sys.executable).with_name("uv"), tmp_path / "old"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, home], check=True)
    python = home / "bin" / "python"
    install = [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--python", python, "-r", OLD]
    subprocess.run(install, check=True)
    newest = real.publications[-1].parent / NEWEST
    done = subprocess.run([python, "-c", READ_ALL, newest], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["version"] == "1.2.0"
    assert told["known"] == [["258 to 299"]]
    assert told["rows"] == {name: ask(newest, f"select count(*) from {name}")[0][0] for name in told["rows"]}
