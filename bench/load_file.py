"""How long a data set's file takes to be loaded and validated, beside reading it unseen and beside pydantic."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

from bench.load_builds import FOLDER, SEEDS, python_of_peers
from bench.made_figures import DAYS
from bench.measured import ROOT, Line, Took, compared, median, run
from common.quoting import identifier, literal

SAMPLE = ROOT / "samples" / "ucdp_ged" / "ged_syria_extract.csv"
BARE_BOUND, PYDANTIC_BOUND = 3.0, 1 / 8
BARE = """import duckdb, sys
with duckdb.connect(sys.argv[2]) as connection:
    connection.execute("create table file_rows as from read_csv(?, header = true, all_varchar = true)", [sys.argv[1]])
"""
PARTS = ("deaths_civilians", "deaths_a", "deaths_b", "deaths_unknown")


def file_of(original: Path, figures: int) -> Path:
    """Return a file of UCDP GED's form with at least `figures` figures: the rows of an extract again and again.

    Copy n has "-n" behind its ids, and its days are n modulo DAYS days earlier. A row that is no event (of HXL tags) is
    left out.
    """
    target = FOLDER / f"ged-{figures}.csv"
    if target.exists() and target.stat().st_mtime > original.stat().st_mtime:
        return target
    FOLDER.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
        connection.execute(
            f"create table events as select * from read_csv({literal(str(original))}, header = true, "
            "all_varchar = true) where try_cast(left(date_start, 10) as date) is not null and id <> ''"
        )
        ((count,),) = connection.execute(f"select {figures_in('events')}").fetchall()
        days = ", ".join(
            f"cast(cast(left({name}, 10) as date) - cast(n % {DAYS} as integer) as varchar) as {name}"
            for name in ("date_start", "date_end")
        )
        connection.execute(
            f"copy (select * exclude (n) replace (id || '-' || n as id, {days}) "
            f"from events, range({-(-figures // max(count, 1))}) as copy(n)) to {literal(str(target))} "
            "(header, delimiter ',')"
        )
    return target


def figures_in(table: str) -> str:
    """Return the expression that counts the figures of a table of events: a total each, and parts of somebody."""
    parts = " + ".join(f"count(*) filter ({part} <> '0')" for part in PARTS)
    return f"(select count(*) + {parts} from {table})"


def expected(table_of_bare: Path) -> dict[str, int]:
    """Return rows, figures and people killed, all figures added up, by the bare table."""
    killed = " + ".join(f"sum(cast({part} as bigint))" for part in ("best", *PARTS))
    with duckdb.connect(str(table_of_bare), read_only=True) as connection:
        found = connection.execute(
            f"select count(*), {figures_in('file_rows')}, cast({killed} as bigint) from file_rows"
        ).fetchall()[0]
    return dict(zip(("rows", "figures", "killed"), found, strict=True))


def bare(path: Path) -> Took:
    """Read the file into a table of text, and nothing else."""
    target = FOLDER / "bare.duckdb"
    target.unlink(missing_ok=True)
    return run([sys.executable, "-c", BARE, path, target], FOLDER)


def ours(path: Path) -> Took:
    """Load the file as one release into an empty warehouse."""
    target = FOLDER / "loaded.duckdb"
    target.unlink(missing_ok=True)
    command = [sys.executable, "-m", "ingest", "load", "ucdp_ged", path, "--version", "25.1-bench", "--json"]
    return run(command, FOLDER, ON_RECORD_WAREHOUSE=target)


def rows_of_pydantic(path: Path, python: Path) -> Took:
    """Validate and load the file row by row."""
    target = FOLDER / "pydantic.duckdb"
    target.unlink(missing_ok=True)
    with duckdb.connect(str(FOLDER / "loaded.duckdb"), read_only=True) as connection:
        ((document,),) = connection.execute("select document_id from raw.datasets").fetchall()
    return run([python, ROOT / "bench" / "peers" / "pydantic_rows.py", path, SEEDS, target, document], FOLDER)


def problem_of_ours(told: str) -> str:
    """Return why the load is not what the file holds; empty where it is."""
    wanted = expected(FOLDER / "bare.duckdb")
    counts = json.loads(told[told.index("{") :])["counts"]
    with duckdb.connect(str(FOLDER / "loaded.duckdb"), read_only=True) as connection:
        ((figures, killed),) = connection.execute(
            "select count(*), cast(sum(value) as bigint) from raw.dataset_figures where dataset_id = 'ucdp_ged'"
        ).fetchall()
    found = {"rows": counts["loaded_rows"] + counts["rejected_rows"], "figures": figures, "killed": killed}
    return "" if found == wanted else f"loaded {found}, the file holds {wanted}"


def problem_of_pydantic(told: str) -> str:
    """Return why the models do not read what the file holds; empty where they do."""
    wanted, found = expected(FOLDER / "bare.duckdb"), json.loads(told)
    if found != wanted | {"rejected": 0}:
        return f"read {found}, the file holds {wanted}"
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(FOLDER / 'loaded.duckdb'))} as ours (read_only)")
        connection.execute(f"attach {literal(str(FOLDER / 'pydantic.duckdb'))} as theirs (read_only)")
        names = connection.execute("select column_name from duckdb_columns() where database_name = 'theirs'").fetchall()
        columns = ", ".join(identifier(name) for (name,) in names)
        ((count,),) = connection.execute(
            f"select count(*) from (select {columns} from ours.raw.dataset_figures "
            f"except all select {columns} from theirs.figures)"
        ).fetchall()
    return f"{count:,} figures are not the same" if count else ""


def load(figures: int, runs: int, original: Path | None) -> list[Line]:
    """Measure in turns."""
    what = "load and validate UCDP GED"
    python, path = python_of_peers(), file_of(original or SAMPLE, figures)
    took: dict[str, list[Took]] = {"bare": [], "ours": [], "pydantic": []}
    problems: list[str] = []
    for _ in range(runs):
        took["bare"].append(bare(path))
        took["ours"].append(ours(path))
        took["pydantic"].append(rows_of_pydantic(path, python))
    problems = [problem_of_ours(took["ours"][-1].told), problem_of_pydantic(took["pydantic"][-1].told)]
    count = expected(FOLDER / "bare.duckdb")["figures"]
    found = {name: median(each) for name, each in took.items()}
    line = compared(what, count, found["ours"], "bare read", found["bare"], BARE_BOUND)
    return [
        Line("bare DuckDB read_csv into a table", count, found["bare"]),
        Line("pydantic row by row into DuckDB", count, found["pydantic"], problem=problems[1]),
        Line(**{**line.__dict__, "problem": problems[0]}),
        compared(what, count, found["ours"], "pydantic", found["pydantic"], PYDANTIC_BOUND),
    ]
