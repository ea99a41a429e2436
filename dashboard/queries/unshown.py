"""What of a publication cannot be shown, looked for once something could not: a page about it, never a bare error.

Rows are read so that odd cells do no harm (odd_cells.py). What fails all the same fails because of what the file holds,
or because of us. The file is looked through once, table by table, for what no build writes: cells that are no days or
no numbers, rows without their ids, ids that no list has, words that no closed list has, tables or columns that are not
there. Found, it is said, with its place and what to do; else the error is ours and is said as one.
"""

from collections.abc import Iterator
from typing import Any

import duckdb
from flask import g, has_request_context

from common.quoting import identifier, literal
from dashboard.odd_cells import visible
from dashboard.publication.open_file import Publication

# What a figure, a reading of it, a report and a range cannot be without, by table.
NEEDED = {
    "fct_figures": ("figure_id", "document_id", "episode_id", "scope_id", "source_id", "voice_id", "measure_id",
                    "population_id", "place_id", "counting", "hedge_id", "phrase", "published_on", "reported_on",
                    "status", "is_withdrawn", "is_party_claim", "is_relay", "is_share"),
    "fct_figure_counts": ("episode_id", "measure_id", "voice_id", "counting", "figure_count", "published_on"),
    "fct_readings": ("figure_id", "hedge_convention"),
    "fct_reports": ("report_id", "scope_id", "voice_id", "first_published_on", "is_withdrawn"),
    "range_reported": ("scope_id", "episode_id", "measure_id", "hedge_convention", "counting", "valid_from_on",
                       "source_count", "report_count", "is_open_above", "is_disputed"),
    "dim_documents": ("document_id", "episode_id", "published_on", "published_on_basis", "figure_count"),
    "dim_episodes": ("episode_id", "name"), "dim_measures": ("measure_id", "name"),
    "dim_places": ("place_id", "name"), "dim_populations": ("population_id", "name"),
    "dim_sources": ("source_id", "name"), "dim_voices": ("voice_id", "name"), "dim_hedges": ("hedge_id", "name"),
}  # fmt: skip
LISTS = {"episode_id": "dim_episodes", "measure_id": "dim_measures", "population_id": "dim_populations",
         "place_id": "dim_places", "cause_id": "dim_causes", "actor_id": "dim_actors", "source_id": "dim_sources",
         "voice_id": "dim_voices", "hedge_id": "dim_hedges", "document_id": "dim_documents"}  # fmt: skip
WORDS = {
    "counting": ("cumulative", "period", "incident", "stock"),
    "status": ("validated", "published", "withdrawn"),
    "reported_on_basis": ("stated", "inferred"), "published_on_basis": ("stated", "inferred"),
}  # fmt: skip
FIRST_DAY, LAST_DAY = "0001-01-02", "9999-12-30"
# More than a sum of all rows could be cast for, and a hundred thousand times everybody alive.
MOST_COUNTED = 10**15
MOST_NAMED = 5
WHAT_TO_DO = (
    "The other pages and addresses are answered as before. Whoever runs this server: correct the rows in figures/, or "
    "load the release again, and run `make build`; the next publication takes the place of this one."
)


def sentence() -> str:
    """Say what of the publication of this request cannot be shown, or nothing where it is in order, or not read."""
    publication: Publication | None = g.get("publication") if has_request_context() else None
    if publication is None:
        return ""
    found = publication.memory.answers(_looked_through)
    if not found:
        return ""
    more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    told = "; ".join(found[:MOST_NAMED]) + more
    return f"This publication holds something that cannot be shown here: {told}. {WHAT_TO_DO}"


def _looked_through(cursor: Any) -> list[str]:
    """Return what is odd, each with table, column, how often and the first row it is in."""
    columns: dict[str, dict[str, str]] = {}
    sql = """select table_name, column_name, data_type from duckdb_columns() where schema_name = 'main' and not internal
        order by table_name, column_index"""
    for table, column, kind in cursor.execute(sql).fetchall():
        columns.setdefault(table, {})[column] = kind
    tables = {name for (name,) in cursor.execute("select table_name from duckdb_tables()").fetchall()}
    return [*_missing(columns), *_odd(cursor, {name: columns[name] for name in columns if name in tables})]


def _missing(columns: dict[str, dict[str, str]]) -> Iterator[str]:
    for table, needed in NEEDED.items():
        if table not in columns:
            yield f"there is no table {table}"
        elif missing := [name for name in needed if name not in columns[table]]:
            yield f"{table} has no column {', '.join(missing)}"


def _odd(cursor: Any, columns: dict[str, dict[str, str]]) -> Iterator[str]:
    for table, kinds in columns.items():
        looked_for = [
            (column, *each) for column, kind in kinds.items() for each in _conditions(table, column, kind, columns)
        ]
        if not looked_for:
            continue
        # One scan of a table for all of it: names are read from the file itself, and so are put between quotes.
        counts = ", ".join(f"count(*) filter (where {condition})" for _, _, condition in looked_for)
        try:
            (found,) = cursor.execute(f"select {counts} from {identifier(table)} as t").fetchall()
        except duckdb.Error:
            yield f"{visible(table)} cannot be read"
            continue
        key = next(iter(kinds))
        for (column, what, condition), count in zip(looked_for, found, strict=True):
            if count:
                yield f"{table}.{column} {what}{_example(cursor, table, (key, column), condition, count)}"


def _example(cursor: Any, table: str, names: tuple[str, str], condition: str, count: int) -> str:
    """Say the first row of those that are odd, and how many they are."""
    first, value = (f"min(cast(t.{identifier(name)} as varchar))" for name in names)
    sql = f"select {first}, {value} from {identifier(table)} as t where {condition}"
    ((row, cell),) = cursor.execute(sql).fetchall()
    shown = "" if cell is None else f" ({visible(str(cell))[:60]})"
    rows = f"{count:,} {'row' if count == 1 else 'rows'}"
    return f"{shown} in {rows}, first {visible(names[0])} {visible(str(row))[:80]}"


def _conditions(table: str, column: str, kind: str, columns: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    name = f"t.{identifier(column)}"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        yield "is no day of our calendar", f"{name} not between '{FIRST_DAY}' and '{LAST_DAY}'"
    if kind in ("DOUBLE", "FLOAT"):
        yield "is no number", f"not isfinite({name})"
    if kind in ("BIGINT", "HUGEINT"):
        yield "is beyond anything that is counted", f"{name} not between -{MOST_COUNTED} and {MOST_COUNTED}"
    if column in NEEDED.get(table, ()):
        yield "is empty", f"{name} is null"
    listed = LISTS.get(column)
    if listed and listed != table and column in columns.get(listed, ()):
        every = f"select {identifier(column)} from {identifier(listed)} where {identifier(column)} is not null"
        yield f"is not in {listed}", f"{name} not in ({every})"
    if column in WORDS:
        yield "is none of its words", f"{name} not in ({', '.join(literal(word) for word in WORDS[column])})"
