"""What we are measured beside gives our answers: the bench compares work of the same kind."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from workshop import ROOT, Workshop

from bench import made_figures
from bench.measured import Line, Took, compared, table
from bench.peers import pandas_ranges, pydantic_rows, sqlite_ranges
from bench.same_answers import differences

SEEDS = ROOT / "seeds"
Peer = Callable[[Path, Path], dict[str, pd.DataFrame] | Path]


def frames(source: Path) -> dict[str, pd.DataFrame]:
    """The input of a peer, read by DuckDB: the project itself needs no other reader of Parquet."""
    with duckdb.connect() as connection:
        found = {name: connection.execute(f"from '{source / name}.parquet'").df() for name in made_figures.RECORD}
    return found | {name: pd.read_csv(SEEDS / f"{name}.csv") for name in ("hedges", "sources")}


def with_pandas(source: Path, _: Path) -> dict[str, pd.DataFrame]:
    return pandas_ranges.build(frames(source))


def with_sqlite(source: Path, target: Path) -> Path:
    sqlite_ranges.main(source, target, SEEDS)
    return target / "built.sqlite"


def with_polars(source: Path, target: Path) -> Path:
    pytest.importorskip("polars", reason="polars is in bench/peers.txt and not in the lock: bench/load.py runs it")
    from bench.peers import polars_ranges  # noqa: PLC0415 — only where it is installed

    polars_ranges.main(source, target, SEEDS)
    return target


@pytest.fixture(scope="module")
def source(real: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The raw tables of the real record as peers read them."""
    folder = tmp_path_factory.mktemp("peers") / "input"
    made_figures.peers_input(real.warehouse, folder)
    yield folder


@pytest.mark.parametrize("peer", [with_pandas, with_sqlite, with_polars])
def test_a_peer_gives_our_figures_reports_and_ranges(real: Workshop, source: Path, tmp_path: Path, peer: Peer) -> None:
    assert differences(real.warehouse, peer(source, tmp_path)) == []


@pytest.mark.parametrize("changed", ["figures", "reports", "ranges"])
def test_an_answer_that_is_not_ours_is_told(real: Workshop, source: Path, tmp_path: Path, changed: str) -> None:
    built = with_pandas(source, tmp_path)
    column = "highest" if changed == "ranges" else "value_stated"
    row = built[changed][column].first_valid_index()
    built[changed].loc[row, column] += 1
    found = differences(real.warehouse, built)
    assert len(found) == 2
    assert all(sentence.startswith(f"{changed}: only in ") for sentence in found)


def test_made_figures_are_the_record_again_and_again(real: Workshop, tmp_path: Path) -> None:
    made = tmp_path / "made.duckdb"
    assert made_figures.warehouse(real.warehouse, made, 100) == 135
    with duckdb.connect(str(made)) as connection:
        found = connection.execute("select count(distinct figure_id), sum(value) / 3 from raw.figures").fetchall()
        lost = connection.execute("""
            select count(*) from raw.figures as f
            left join raw.documents as d using (document_id) left join raw.figures as t on f.part_of = t.figure_id
            where d.document_id is null or (f.part_of is not null and t.figure_id is null)""").fetchall()
    assert found == [(135, real.inspect("select cast(sum(value) as double) from raw.figures")[0][0])]
    assert lost == [(0,)]


def test_a_document_more_is_forty_figures(real: Workshop, tmp_path: Path) -> None:
    made = tmp_path / "made.duckdb"
    made_figures.warehouse(real.warehouse, made, 45)
    assert made_figures.add_document(made, real.warehouse) == made_figures.ADDED
    with duckdb.connect(str(made)) as connection:
        assert connection.execute("select count(*) from raw.figures").fetchall() == [(85,)]


def test_the_table_says_which_bounds_are_met() -> None:
    ours, theirs = Took(1, 2, 100), Took(4, 4, 50)
    lines = [
        compared("met", 10, ours, "theirs", theirs, bound=0.25),
        compared("missed", 10, theirs, "ours", ours, bound=3.9),
        Line("other answers", 10, ours, problem="figures: only in ours"),
        Line("not measured", 10, None, problem="no file"),
    ]
    assert [line.verdict for line in lines] == ["met", "not met", "wrong", "not met"]
    assert [line.is_fine for line in lines] == [True, False, False, False]
    assert "other answers: figures: only in ours" in table(lines)


def test_the_list_of_peers_is_pinned_and_hashed() -> None:
    text = (ROOT / "bench" / "peers.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert all(f"\n{name}==" in f"\n{text}" for name in ("pandas", "polars", "pyarrow", "pydantic"))
    assert "polars" not in (ROOT / "requirements.txt").read_text(encoding="utf-8").split()


def test_the_models_of_pydantic_refuse_what_no_loader_may_take(tmp_path: Path) -> None:
    names = "id,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,low,best,high,country"
    rows = ["1,2016-01-01,2016-01-02,2,0,1,0,3,3,4,Syria", "2,2016-01-02,2016-01-01,0,0,1,0,1,1,1,Syria",
            "3,2016-01-01,2016-01-01,0,0,x,0,1,1,1,Syria"]  # fmt: skip
    path = tmp_path / "ged.csv"
    path.write_text("\n".join([names, *rows]) + "\n", encoding="utf-8")
    pydantic_rows.seeds(SEEDS)
    built = tmp_path / "built.duckdb"
    assert pydantic_rows.read(path, built) == {"rows": 3, "rejected": 2, "figures": 3, "killed": 6}
    with duckdb.connect(str(built)) as connection:
        assert connection.execute("select count(*), sum(value) from figures").fetchall() == [(3, 6)]
