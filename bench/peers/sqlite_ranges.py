"""Facts and ranges in SQLite: runs sqlite_facts.sql and sqlite_ranges.sql over a file of figures and documents.

    python bench/peers/sqlite_ranges.py INPUT_FOLDER OUTPUT_FOLDER SEEDS_FOLDER

reads raw.sqlite and writes the tables figures, reports and ranges to built.sqlite, with the settings one would choose
for a file that can be made again: no journal, nothing waited for, a gigabyte of cache.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

SETTINGS = """pragma journal_mode = off; pragma synchronous = off; pragma temp_store = memory;
    pragma cache_size = -1000000; pragma threads = 8;"""
KEYS = {"hedges": "hedge_id, convention", "measures": "measure_id", "sources": "source_id",
        "populations": "population_id", "parties": "episode_id, dimension, member_id"}  # fmt: skip


def _seed(connection: sqlite3.Connection, seeds: Path, name: str) -> None:
    """Write one seed; an empty cell is null, as it is in the warehouse, and true is 1."""
    with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    columns = ", ".join(f"{column} {'text' if column.endswith('_basis') else 'numeric'}" for column in header)
    connection.execute(f"create temp table {name} ({columns}, primary key ({KEYS[name]})) without rowid")
    told = [[{"": None, "true": 1, "false": 0}.get(cell, cell) for cell in row] for row in rows]
    connection.executemany(f"insert into {name} values ({', '.join('?' * len(header))})", told)


def main(source: Path, target: Path, seeds: Path) -> None:
    """Build the tables in a file of their own."""
    target.mkdir(parents=True, exist_ok=True)
    built = target / "built.sqlite"
    built.unlink(missing_ok=True)
    with closing(sqlite3.connect(built, isolation_level=None)) as connection:
        connection.executescript(SETTINGS)
        connection.execute("attach ? as raw", [str(source / "raw.sqlite")])
        connection.execute("pragma raw.cache_size = -1000000")
        for name in KEYS:
            _seed(connection, seeds, name)
        for name in ("sqlite_facts.sql", "sqlite_ranges.sql"):
            connection.executescript(Path(__file__).with_name(name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
