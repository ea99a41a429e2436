"""Loads UCDP GED row by row with pydantic models: one for the row of the file, one for each figure it gives.

    python bench/peers/pydantic_rows.py FILE.csv SEEDS_FOLDER TARGET.duckdb DOCUMENT_ID

writes the figures into a DuckDB table, many at a time, with every column that our load takes from the file, and prints
rows, rejected rows, figures and the people killed as JSON. It validates by the rules within a row, and keeps neither
rejected rows nor the log of a load; nor does it look for keys that come twice or for totals that are lost.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

import duckdb
import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

PRECISION = {
    "1": "point", "2": "near_point", "3": "adm2", "4": "adm1", "5": "region", "6": "adm0", "7": "international",
}  # fmt: skip
PARTS = {
    "killed-civilians": ("civilians", "deaths_civilians"),
    "killed-side_a": ("fighters_side_a", "deaths_a"),
    "killed-side_b": ("fighters_side_b", "deaths_b"),
    "killed-unknown": ("unknown_status", "deaths_unknown"),
}
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
Count = Annotated[int, Field(ge=0)]
# Some releases write days with a time of midnight; an empty cell is nothing.
Day = Annotated[date, BeforeValidator(lambda text: text[:10])]
Degrees = Annotated[float | None, BeforeValidator(lambda text: text or None)]
TABLE = """create table figures (figure_id varchar, row_key varchar, part_of varchar, source_id varchar,
    source_original varchar, measure_id varchar, population_id varchar, place_name varchar, place_precision varchar,
    latitude double, longitude double, counting varchar, period_start_on date, period_end_on date, hedge_id varchar,
    value bigint, low bigint, high bigint, incident_id varchar, flags varchar, phrase varchar, note varchar,
    record_line bigint)"""
MANY = 50_000
DOCUMENT = ""
HEDGES: dict[str, str] = {}
LISTS: dict[str, set[str]] = {}


class Event(BaseModel):
    """One row of the file."""

    model_config = ConfigDict(extra="ignore")
    id: Key
    date_start: Day
    date_end: Day
    deaths_a: Count
    deaths_b: Count
    deaths_civilians: Count
    deaths_unknown: Count
    low: Count
    best: Count
    high: Count
    country: Annotated[str, StringConstraints(min_length=1)]
    adm_1: str = ""
    adm_2: str = ""
    where_coordinates: str = ""
    where_prec: Literal["1", "2", "3", "4", "5", "6", "7", ""] = ""
    latitude: Degrees = Field(default=None, ge=-90, le=90)
    longitude: Degrees = Field(default=None, ge=-180, le=180)
    side_a: str = ""
    side_b: str = ""
    source_original: str = ""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.date_end < self.date_start:
            raise ValueError("date_end is before date_start")
        return self


class Figure(BaseModel):
    """One number of an event, by the rules within a row of the record."""

    figure_id: Key
    row_key: Key
    part_of: Key | None
    source_id: str
    source_original: str | None
    measure_id: str
    population_id: str
    place_name: Annotated[str, StringConstraints(min_length=1)]
    place_precision: str | None
    counting: Literal["cumulative", "period", "incident", "stock"]
    period_start_on: date
    period_end_on: date
    hedge_id: str
    value: Count | None
    low: Count | None
    high: Count | None
    incident_id: Key
    flags: str | None = None
    phrase: Annotated[str, StringConstraints(pattern=r"^\S+( \S+){0,7}$")]
    note: str | None
    latitude: float | None
    longitude: float | None
    record_line: int

    @model_validator(mode="after")
    def _follows_the_rules(self) -> Self:
        for name in ("source", "measure", "population"):
            if getattr(self, f"{name}_id") not in LISTS[name]:
                raise ValueError(f"{name}_id is not in the list")
        if (HEDGES[self.hedge_id] == "value") != (self.value is not None):
            raise ValueError("value does not fit the hedge")
        if self.period_end_on < self.period_start_on:
            raise ValueError("period_end_on is before period_start_on")
        if self.low is not None and self.value is not None and self.high is not None:
            odd = {
                "low_above_high": self.low > self.high,
                "best_below_low": self.value < self.low,
                "best_above_high": self.value > self.high,
            }
            self.flags = ",".join(flag for flag, holds in odd.items() if holds) or None
        return self


def figures_of(event: Event, line: int) -> Iterator[Figure]:
    """Give the figures of an event: all people killed, and those of each kind where there are any."""
    total = f"{DOCUMENT}-{event.id}-killed-all"
    places = (event.where_coordinates, event.adm_2, event.adm_1, event.country)
    shared = {
        "source_id": "ucdp", "measure_id": "killed", "counting": "incident", "hedge_id": "exact",
        "period_start_on": event.date_start, "period_end_on": event.date_end,
        "latitude": event.latitude, "longitude": event.longitude, "row_key": event.id,
        "incident_id": f"ucdp_ged-{event.id}", "source_original": event.source_original or None,
        "place_name": ", ".join(filter(None, places)), "place_precision": PRECISION.get(event.where_prec),
        "record_line": line,
    }  # fmt: skip
    notes = {"killed-side_a": f"Side a: {event.side_a}", "killed-side_b": f"Side b: {event.side_b}"}
    is_one = event.low == event.best == event.high
    phrase = str(event.best) if is_one else f"{event.best} ({event.low}–{event.high})"
    yield Figure(
        **shared, figure_id=total, part_of=None, population_id="all", value=event.best, low=event.low, high=event.high,
        phrase=phrase, note=None,
    )  # fmt: skip
    for key, (population, column) in PARTS.items():
        if number := getattr(event, column):
            yield Figure(
                **shared, figure_id=f"{DOCUMENT}-{event.id}-{key}", part_of=total, population_id=population,
                value=number, low=None, high=None, phrase=str(number), note=notes.get(key),
            )  # fmt: skip


def read(path: Path, target: Path) -> dict[str, int]:
    """Validate a file, write its figures and count."""
    found = {"rows": 0, "rejected": 0, "figures": 0, "killed": 0}
    with path.open(encoding="utf-8-sig", newline="") as file, duckdb.connect(str(target)) as connection:
        connection.execute(TABLE)
        waiting: list[Figure] = []
        rows = csv.DictReader(file)
        # A row may hold line breaks: it begins where the one before it ended.
        line = 2
        for row in rows:
            found["rows"] += 1
            started, line = line, rows.line_num + 1
            try:
                figures = list(figures_of(Event.model_validate(row), started))
            except ValidationError:
                found["rejected"] += 1
                continue
            found["figures"] += len(figures)
            found["killed"] += sum(figure.value or 0 for figure in figures)
            waiting += figures
            if len(waiting) >= MANY:
                write(connection, waiting)
                waiting = []
        write(connection, waiting)
    return found


def write(connection: duckdb.DuckDBPyConnection, figures: list[Figure]) -> None:
    """Write figures by way of a frame, the quick way into DuckDB from Python objects."""
    frame = pd.DataFrame.from_records([figure.model_dump() for figure in figures], columns=list(Figure.model_fields))
    connection.register("frame", frame)
    connection.execute("insert into figures by name select * from frame")
    connection.unregister("frame")


def seeds(folder: Path) -> None:
    """Read the closed lists."""
    for name in ("source", "measure", "population"):
        with (folder / f"{name}s.csv").open(encoding="utf-8", newline="") as file:
            LISTS[name] = {row[f"{name}_id"] for row in csv.DictReader(file)}
    # What the reader of the data set adds to the lists.
    LISTS["population"] |= {population for population, _ in PARTS.values()}
    LISTS["source"].add("ucdp")
    with (folder / "hedges.csv").open(encoding="utf-8", newline="") as file:
        HEDGES.update({row["hedge_id"]: row["needs"] for row in csv.DictReader(file)})


if __name__ == "__main__":
    seeds(Path(sys.argv[2]))
    DOCUMENT = sys.argv[4]
    print(json.dumps(read(Path(sys.argv[1]), Path(sys.argv[3]))))
