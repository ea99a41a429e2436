"""Runs a reader's SQL on a fixture in memory: the contract of the framework, as small as it can be.

Every column arrives as text, written the one way; an empty CSV cell and an absent optional column as nothing; ``line``
is the first physical line of a CSV row, or the 1-based position of a JSON row. A column of the file
that is called line is ``line_in_file``.
"""

import csv
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from ingest.datasets.files.names import identifier, written
from ingest.datasets.registry.reader import read_reader
from ingest.datasets.registry.types import create_macros

ROOT = Path(__file__).resolve().parents[2]
READERS = ROOT / "ingest" / "datasets" / "readers"
FIXTURES = ROOT / "tests" / "fixtures" / "datasets"
COLUMNS = [
    "row_key", "figure_key", "line", "source_id", "source_original", "phrase", "measure_id", "population_id",
    "place_id", "place_name", "place_precision", "latitude", "longitude", "cause_id", "actor_id", "counting",
    "period_start_on", "period_end_on", "reported_on", "reported_on_basis", "published_on", "kind", "place_role",
    "verification", "source_grade", "source_grade_scheme", "hedge_id", "value", "low", "high", "interval_level",
    "interval_kind", "rounded_to", "part_of_key", "incident_id", "flags", "note",
]  # fmt: skip
NUMBERS = ("value", "low", "high", "interval_level", "rounded_to", "latitude", "longitude")
DAYS = ("period_start_on", "period_end_on", "reported_on", "published_on")
Row = dict[str, Any]
MEMORY = duckdb.connect()


@dataclass
class Outcome:
    """What a reader made of rows: the figures, and those that would be rejected, each with its reason."""

    figures: list[Row]
    rejects: list[tuple[Row, str]]

    def of(self, figure_key: str) -> list[Row]:
        """The figures of one key, in order of the file."""
        return [each for each in self.figures if each["figure_key"] == figure_key]

    def total(self, figure_key: str) -> Decimal:
        """The sum of their values: nonsense as a number of people, and good for comparing two ways of reading."""
        return sum((each["value"] for each in self.of(figure_key)), Decimal())


def origin(dataset_id: str) -> dict[str, Any]:
    """The origin record of a reader."""
    return yaml.safe_load((READERS / f"{dataset_id}.yml").read_text(encoding="utf-8"))


def fixture(dataset_id: str) -> Path:
    """The one data file of a reader's fixture."""
    (path,) = [path for path in (FIXTURES / dataset_id).iterdir() if path.suffix in {".csv", ".json"}]
    return path


def rows_of(path: Path) -> list[Row]:
    """The rows of a file as they are, with `line`; a row of HXL tags aside."""
    if path.suffix == ".json":
        return [row | {"line": line} for line, row in enumerate(json.loads(path.read_text(encoding="utf-8")), 1)]
    found = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader, start = csv.DictReader(file), 2
        for row in reader:
            renamed = {("line_in_file" if name == "line" else name): cell or None for name, cell in row.items()}
            if not (next(iter(row.values())) or "").startswith("#"):
                found.append(renamed | {"line": start})
            start = reader.line_num + 1
    return found


def as_text(value: object) -> str | None:
    """A JSON value as the framework hands it on."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def read(dataset_id: str, rows: list[Row]) -> Outcome:
    """Run the reader on rows, cast, and reject what does not cast, names nothing of ours, or comes twice."""
    told = origin(dataset_id)["columns"]
    names = [("line_in_file" if name == "line" else name) for name in [*told["required"], *told["optional"]]]
    sql = (READERS / f"{dataset_id}.sql").read_text(encoding="utf-8")
    listed = ", ".join(f'"{name}" VARCHAR' for name in names)
    MEMORY.execute(f"CREATE OR REPLACE TABLE cells ({listed}, line INTEGER)")
    values = [[*(as_text(row.get(name)) for name in names), row["line"]] for row in rows]
    marks = ", ".join("?" for _ in [*names, "line"])
    if values:
        MEMORY.executemany(f"INSERT INTO cells VALUES ({marks})", values)
    reader = read_reader(dataset_id)
    columns = ", ".join(
        f"{written(reader, name, identifier(name))} AS {identifier(name)}"
        for name in [*told["required"], *told["optional"]]
    )
    MEMORY.execute(f"CREATE OR REPLACE VIEW file_rows AS SELECT {columns}, line FROM cells")
    for statement in create_macros():
        MEMORY.execute(statement)
    MEMORY.execute(f"SET VARIABLE published_on = DATE '{origin(dataset_id)['published_on']}'")
    result = MEMORY.execute(f"SELECT * FROM ({sql}) ORDER BY line, row_key, figure_key")
    given = [column[0] for column in result.description]
    # An output that a reader does not give is nothing.
    assert set(given) <= set(COLUMNS)
    made = [dict.fromkeys(COLUMNS) | dict(zip(given, row, strict=True)) for row in result.fetchall()]
    return _sorted_out(made)


def read_fixture(dataset_id: str) -> Outcome:
    """Run the reader on its fixture."""
    return read(dataset_id, rows_of(fixture(dataset_id)))


@cache
def ids(seed: str) -> set[str]:
    """The ids of a seed."""
    with (ROOT / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return {row[0] for row in rows[1:]}


def _sorted_out(made: list[Row]) -> Outcome:
    outcome, seen = Outcome([], []), set[tuple[str, str]]()
    # The sources of the framework's own readers, and the world, are added by its own piece.
    lists = {
        "source_id": ids("sources") | {"ucdp", "idmc", "unhcr"}, "measure_id": ids("measures"),
        "population_id": ids("populations"), "place_id": ids("places") | {"world"}, "cause_id": ids("causes"),
        "actor_id": ids("actors"), "hedge_id": ids("hedges"),
        "counting": {"cumulative", "period", "incident", "stock"}, "reported_on_basis": {"stated", "inferred"},
    }  # fmt: skip
    for row in made:
        reason = _objection(row, lists)
        key = (row["row_key"], row["figure_key"])
        if not reason and key in seen:
            reason = "twice"
        seen.add(key)
        if reason:
            outcome.rejects.append((row, reason))
        else:
            outcome.figures.append(row)
    return outcome


def _objection(row: Row, lists: dict[str, set[str]]) -> str:
    for name, known in lists.items():
        if row[name] is not None and row[name] not in known:
            return name
    try:
        for name in NUMBERS:
            row[name] = None if row[name] is None else Decimal(str(row[name])) + 0
        for name in DAYS:
            row[name] = None if row[name] is None else date.fromisoformat(str(row[name]))
        return next((name for name in ("value", "low", "high") if row[name] is not None and not row[name] >= 0), "")
    except (ArithmeticError, ValueError):
        return name
