"""An expression of our macros, asked of DuckDB and of Spark over the same rows."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
from scratch import ROOT

# Spark in a process of its own, which ends with it.
ASKING = """
import json, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config(
    "spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "1").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
answers = []
for case in json.load(sys.stdin):
    rows = spark.createDataFrame([tuple(row) for row in case["rows"]], case["schema"])
    rows.coalesce(1).createOrReplaceTempView("given")
    answers.append([list(row) for row in spark.sql(case["sql"]).collect()])
print(json.dumps(answers, default=str))
spark.stop()
"""


@dataclass(frozen=True)
class Case:
    """A select over rows: `{given}` is their relation, whose columns and types are named; the macros are ours."""

    template: str
    columns: dict[str, str]
    rows: Sequence[tuple[Any, ...]]


def written(template: str, engine: str) -> str:
    """Return a template as dbt would write it for an engine, as far as our own dispatched macros go."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "macros").glob("**/*.sql"))
                   if path.stem in MACROS)  # fmt: skip
    found: dict[str, Any] = {}

    def dispatch(name: str, _package: str = "") -> Any:
        return found.get(f"{engine}__{name}") or found[f"default__{name}"]

    environment = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701 - SQL of this project
    environment.globals |= {"return": lambda told: told, "adapter": SimpleNamespace(dispatch=dispatch)}
    module = environment.from_string(text).module
    found |= {name: each for name, each in vars(module).items() if callable(each)}
    environment.globals |= found
    return environment.from_string(template).render(given="given")


MACROS = {"name_key", "letters", "days_between", "text_list", "last_told", "number_text", "day_text"}


def answers(cases: dict[str, Case]) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return what DuckDB and what Spark say, by case."""
    asked = [
        {"sql": written(case.template, "spark"), "rows": case.rows,
         "schema": ", ".join(f"{name} {kind}" for name, kind in case.columns.items())}
        for case in cases.values()
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ASKING],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    of_spark = json.loads(done.stdout.splitlines()[-1])
    return {
        name: (json.loads(json.dumps(_of_duckdb(case), default=str)), told)
        for (name, case), told in zip(cases.items(), of_spark, strict=True)
    }


def _of_duckdb(case: Case) -> list[list[Any]]:
    with duckdb.connect() as connection:
        columns = ", ".join(f"{name} {kind}" for name, kind in case.columns.items())
        connection.execute(f"create table given ({columns})")
        connection.executemany(f"insert into given values ({', '.join('?' * len(case.columns))})", list(case.rows))
        return [list(row) for row in connection.execute(written(case.template, "duckdb")).fetchall()]
