"""A release read anew with another correction: what it said before is told, and a day built again is as it was."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from workshop import ROOT, Workshop
from workshop import SAMPLE as RECORD

from ingest.curation.check import read_record
from ingest.datasets import load
from ingest.datasets.corrections import CORRECTIONS
from ingest.datasets.registry.reader import read_reader
from ingest.record.lookups import read_vocabulary
from ingest.record.table import TableRows, read_table
from ingest.warehouse.load import load_record

DAYS = [datetime(2026, 3, day, 12) for day in (2, 4, 6, 8)]
SAMPLE = ROOT / "samples" / "idmc_gidd" / "conflict_idps_extract.csv"
TABLES = ("fct_figures", "fct_corrections", "fct_revisions", "range_displaced", "dim_datasets", "check_copied_figures")
CORRECTION = (
    "c-1,idmc_gidd,SYR-2022,total_displacement,6865308,6865380,Digits changed places.,https://example.org/1,reported"
)


def corrections(*rows: str) -> TableRows:
    """The file of corrections with these rows."""
    text = "\n".join([",".join(CORRECTIONS.names), *rows, ""])
    read = read_table(CORRECTIONS, "corrections.csv", text.encode(), read_vocabulary())
    assert read.problems == []
    return read


def load_at(workshop: Workshop, day: datetime, *rows: str) -> dict[str, int]:
    """Load the sample of IDMC with these corrections, as if on that day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "read_corrections", lambda: corrections(*rows))
        patch.setattr(load, "_moment", lambda: (day.strftime("%Y%m%dT%H%M%S%fZ"), day))
        reader = read_reader("idmc_gidd")
        release = reader.release("2025-sample", None)
        result = load.load_release(reader, release, [SAMPLE], workshop.warehouse, "1%")
    assert (result.refusal, result.is_unchanged) == ("", False)
    return result.counts


def build(workshop: Workshop) -> None:
    result = workshop.dbt("build", "--exclude", "resource_type:unit_test")
    assert result.success, [(row.node.name, row.message) for row in result.result or [] if row.status != "success"]


def rows(path: Path, table: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(f"select * from {table} order by all").fetchall()


def build_days(workshop: Workshop) -> None:
    """The record, the sample two days later, corrected and built two days after that, and the correction taken back."""
    record, problems = read_record([RECORD])
    assert problems == []
    load_record(record, workshop.warehouse, loaded_at=DAYS[0])
    load_at(workshop, DAYS[1])
    load_at(workshop, DAYS[2], CORRECTION)
    workshop.publish_without_tests()
    load_at(workshop, DAYS[3])
    build(workshop)


@pytest.fixture(scope="module")
def then(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_days)


def test_a_correction_and_its_end_are_told_as_changes_with_old_and_new(then: Workshop) -> None:
    told = then.query(
        "select figure_id, change, column_name, value_old, value_new, loaded_at from fct_revisions "
        "where episode_id = 'worldwide' and column_name = 'value' order by loaded_at"
    )
    figure_id = "idmc_gidd-2025-sample-SYR-2022-"
    assert [(row[0].startswith(figure_id), *row[1:]) for row in told] == [
        (True, "changed", "value", "6865308", "6865380", DAYS[2]),
        (True, "changed", "value", "6865380", "6865308", DAYS[3]),
    ]
    assert then.query("select * from fct_corrections") == []


@pytest.mark.parametrize("table", TABLES)
def test_the_day_of_the_correction_is_built_again_as_it_was(then: Workshop, again: Workshop, table: str) -> None:
    assert rows(again.warehouse, table) == rows(then.published / "recorded" / f"{DAYS[2]:%Y-%m-%d}.duckdb", table)


def test_on_that_day_the_right_number_stood_with_its_correction(again: Workshop) -> None:
    assert again.inspect("select value_stated from fct_figures join fct_corrections using (figure_id)") == [
        (6865380,), (170916,)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def again(built_once: Callable[..., Workshop]) -> Workshop:
    """From the last warehouse, the day of the correction built."""

    def build_again(workshop: Workshop) -> None:
        shutil.copy(built_once(build_days).warehouse, workshop.warehouse)
        workshop.build_without_tests(*until(DAYS[2]))

    return built_once(build_again)


def until(day: datetime) -> tuple[str, str]:
    """The option for a build of what was recorded by the end of a day."""
    return "--vars", f"{{recorded_until: '{day:%Y-%m-%d}'}}"


def test_the_day_before_the_data_set_has_the_record_alone(built_once: Callable[..., Workshop]) -> None:
    def publish_first(workshop: Workshop) -> None:
        shutil.copy(built_once(build_days).warehouse, workshop.warehouse)
        workshop.publish_without_tests(*until(DAYS[0]))

    first = built_once(publish_first).published / "recorded" / f"{DAYS[0]:%Y-%m-%d}.duckdb"
    assert rows(first, "(select count(*), count(dataset_id) from fct_figures)") == [(45, 0)]
