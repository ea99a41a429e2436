"""On the same raw both engines give the same relations, row for row; a build in part publishes nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from crowded import EMPTIED, FIGURES, crowd
from sample_data_sets import build_samples
from workshop import Workshop

from ingest.engines import spark_build
from ingest.engines.compared import as_table, compare
from ingest.engines.home import publish_from_spark
from ingest.engines.spark_build import Places, export
from ingest.errors import CannotRunError

pytestmark = pytest.mark.slow
MODELS = ("--exclude-resource-type", "test", "unit_test", "--vars", "{write_out_views: true}")


@pytest.fixture(scope="module")
def crowded(built_once: Callable[..., Workshop], new_workshop: Callable[[], Workshop]) -> Workshop:
    """The record, the samples and the crowd, built on DuckDB."""
    shop = new_workshop()
    shutil.copy(built_once(build_samples).warehouse, shop.warehouse)
    crowd(shop.warehouse)
    assert shop.dbt("build", "--full-refresh", "--exclude-resource-type", "test", "unit_test").success
    return shop


@pytest.fixture(scope="module")
def places(crowded: Workshop) -> Places:
    """The same on Spark."""
    found = Places(crowded.folder / "spark")
    export(found, crowded.warehouse)
    assert spark_build.run(found, *MODELS) == 0
    return found


def test_every_relation_is_equal_on_a_crowd(crowded: Workshop, places: Places) -> None:
    found = compare(places, crowded.warehouse)
    assert [each for each in found if not each.is_equal] == [], as_table(found)
    rows = {each.name: each.spark_rows for each in found}
    assert rows["main.fct_figures"] > 0.7 * FIGURES
    assert rows["main.range_contradictions"] > 1000
    assert rows["main.fct_release_changes"] > 10
    assert all(rows[f"main.{name}"] for name in ("check_nested_reports", "fct_revisions", "range_agreements"))


def test_the_crowd_holds_what_engines_read_in_two_ways(crowded: Workshop) -> None:
    """Else the test above would say little."""
    asked = {
        "fractions": "from raw.figures where value <> floor(value)",
        "halves": "from raw.figures where value - floor(value) = 0.5",
        "open ends": "from main.range_reported where is_open_above",
        "no period": "from main.fct_reports where period_start_on is null",
        "hours": "from main.fct_reports where reported_at is not null",
        "quotes": "from main.fct_figures where note like '%''%'",
        "backslashes": "from main.fct_figures where note like '%\\%'",
        "other scripts": "from main.fct_figures where note <> cast(encode(note) as varchar)",
        "an emptied episode": f"from raw.replaced_figures where episode_id = '{EMPTIED}'",
    }
    found = {name: crowded.inspect(f"select count(*) {sql}")[0][0] for name, sql in asked.items()}
    assert [name for name, count in found.items() if not count] == []
    assert crowded.inspect(f"select count(*) from main.fct_figures where episode_id = '{EMPTIED}'") == [(0,)]


def test_a_row_more_or_less_is_told(crowded: Workshop, places: Places, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copy(crowded.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "delete from main.fct_figures where figure_id = (select min(figure_id) from main.fct_figures)"
        )
        connection.execute("update main.dim_places set name = 'Elsewhere' where place_id = 'SY'")
    different = {
        each.name: (each.only_duckdb, each.only_spark) for each in compare(places, warehouse) if not each.is_equal
    }
    assert different["main.fct_figures"] == (0, 1)
    assert different["main.dim_places"] == (1, 1)


def test_a_build_without_its_tests_publishes_nothing(crowded: Workshop, places: Places, tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="only part of the project was built"):
        publish_from_spark(places, crowded.warehouse, tmp_path / "published")
    assert not list(tmp_path.glob("published/*"))


def test_the_export_of_a_build_is_its_owners_alone(places: Places) -> None:
    assert places.folder.stat().st_mode & 0o77 == 0
    assert places.raw.stat().st_mode & 0o77 == 0
