"""``figures/restricted_rows.csv``: rows of data sets that must not be shown, or not so exactly, by their keys.

What a published data set tells may still harm somebody here: a village named beside a witness, a clinic by its
coordinates. A row is restricted (none of its figures leaves the raw schema) or coarsened (no coordinates and no note,
and the name of a wider place instead). Sensitivity is told in the four classes of the IASC guidance, with reason and
review day.
"""

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from common.layout import FIGURES
from common.quoting import literal
from ingest.datasets.registry.entries import reader_ids
from ingest.errors import Problem, did_you_mean, quoted
from ingest.files import read_bytes, shown_path
from ingest.record.columns import MOST_IN_A_NOTE, Column, TableSchema
from ingest.record.lookups import not_one_of, read_vocabulary
from ingest.record.table import Row, TableRows, read_table
from ingest.warehouse.dataset_columns import PLACE_PRECISIONS

PATH = FIGURES / "restricted_rows.csv"
ACTIONS = ("restrict", "coarsen")
RESTRICTED_ROWS = TableSchema(
    "restricted_rows.csv",
    (
        Column("dataset_id", "id"),
        Column("row_key", "text"),
        Column("action", "text"),
        Column("place_name", "text", is_required=False),
        Column("place_precision", "text", is_required=False),
        Column("sensitivity", "choice", choices="sensitivity"),
        Column("reason", "text", may_break_lines=True, most_characters=MOST_IN_A_NOTE),
        Column("review_on", "day"),
    ),
    re.compile(r'"?[a-z0-9][a-z0-9_-]*"?,[^,]+,(restrict|coarsen),'),
)


def read_restricted_rows(path: Path = PATH, read: Callable[[Path], bytes] = read_bytes) -> TableRows:
    """Read the file and judge every cell and row; a file that is not there restricts nothing.

    ``read`` returns the bytes of a file, or raises FileNotFoundError: another state's than the one on disk.
    """
    try:
        content = read(path)
    except FileNotFoundError:
        return TableRows(RESTRICTED_ROWS, shown_path(path))
    rows = read_table(RESTRICTED_ROWS, shown_path(path), content, read_vocabulary())
    return dataclasses.replace(rows, problems=[*rows.problems, *_row_problems(rows.rows)])


def _row_problems(rows: Sequence[Row]) -> list[Problem]:
    problems: list[Problem] = []
    first: dict[tuple[str | None, str | None], int] = {}
    known = reader_ids()
    for row in rows:
        dataset_id, action = row.text("dataset_id"), row.text("action")
        if dataset_id and dataset_id not in known:
            hint = did_you_mean(dataset_id, known)
            problems.append(row.problem("dataset_id", f"{quoted(dataset_id)} is no data set that is read here{hint}"))
        if action and action not in ACTIONS:
            problems.append(row.problem("action", not_one_of(action, ACTIONS)))
        key = (dataset_id, row.text("row_key"))
        if first.setdefault(key, row.line) != row.line:
            problems.append(row.problem("row_key", f"{key[1]} is already on line {first[key]}"))
        problems += _place_problems(row, action)
    return problems


def _place_problems(row: Row, action: str | None) -> list[Problem]:
    """A row that is coarsened names the wider place; one that is restricted names none."""
    problems = []
    for name in ("place_name", "place_precision"):
        is_there = row.text(name) is not None
        if action == "coarsen" and not is_there:
            problems.append(row.problem(name, "must not be empty: what is coarsened names the wider place instead"))
        if action == "restrict" and is_there:
            problems.append(row.problem(name, "must be empty: nothing of the row is shown"))
    precision = row.text("place_precision")
    wide = PLACE_PRECISIONS[2:]
    if precision and precision not in wide:
        problems.append(row.problem("place_precision", not_one_of(precision, wide)))
    return problems


def of_data_set(rows: Sequence[Row], dataset_id: str) -> list[Row]:
    """Return the rows about one data set."""
    return [row for row in rows if row.text("dataset_id") == dataset_id]


def keys_of(rows: Sequence[Row], action: str) -> list[str]:
    """Return the keys of the rows to which something is done."""
    return [row.text("row_key") or "" for row in rows if row.text("action") == action]


def is_restricted(rows: Sequence[Row]) -> str:
    """Return the condition that a row of ``typed_figures`` is restricted."""
    keys = keys_of(rows, "restrict")
    return f"t.row_key IN ({', '.join(map(literal, keys))})" if keys else "false"


def is_row_coarsened(rows: Sequence[Row]) -> str:
    """Return the condition that a row of ``typed_figures`` is told under a wider place."""
    keys = keys_of(rows, "coarsen")
    return f"t.row_key IN ({', '.join(map(literal, keys))})" if keys else "false"


def as_kept(rows: Sequence[Row]) -> dict[str, str]:
    """Return what is written of each figure instead of what its reader gives, by column: SQL over ``typed_figures``."""
    if not rows:
        return {"visibility": "CAST(NULL AS VARCHAR)"}
    coarsened = {row.text("row_key") or "": row for row in rows if row.text("action") == "coarsen"}
    found = {"visibility": f"CASE WHEN {is_restricted(rows)} THEN 'restricted'"}
    if not coarsened:
        return {"visibility": found["visibility"] + " END"}
    is_coarsened = is_row_coarsened(rows)
    found["visibility"] += f" WHEN {is_coarsened} THEN 'coarsened' END"
    for name in ("place_name", "place_precision"):
        told = [f"WHEN {literal(key)} THEN {literal(row.text(name) or '')}" for key, row in coarsened.items()]
        found[name] = f"CASE t.row_key {' '.join(told)} ELSE t.{name} END"
    # A note may tell the place in words: the name of an event, a sentence of the report.
    for name in ("latitude", "longitude", "place_id", "note"):
        found[name] = f"CASE WHEN NOT {is_coarsened} THEN t.{name} END"
    return found


def remarks(rows: Sequence[Row], found: set[str]) -> list[str]:
    """Say which rows the files do not hold: a key that was written wrongly restricts nothing."""
    return [
        f"figures/restricted_rows.csv restricts the row {key}, which these files do not hold."
        for key in (row.text("row_key") or "" for row in rows)
        if key not in found
    ]
