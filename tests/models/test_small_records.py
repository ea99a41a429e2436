"""The whole path on small invented records: what may be shown, what changes, what must never happen."""

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from workshop import Workshop

from ingest.record.columns import DOCUMENTS, FIGURES

CANARY = "canary-of-the-restricted"
EPISODE = "aleppo-2024"
DOCUMENT = dict.fromkeys(DOCUMENTS.names, "") | {
    "title": "A day",
    "language": "en",
    "published_on": "2024-11-29",
    "published_on_basis": "stated",
}
FIGURE = dict.fromkeys(FIGURES.names, "") | {
    "document_id": "d-1",
    "paragraph": "1",
    "source_id": "sohr",
    "measure_id": "killed",
    "population_id": "all",
    "place_id": "SY",
    "counting": "cumulative",
    "period_start_on": "2024-11-27",
    "reported_on": "2024-11-28",
    "reported_on_basis": "stated",
    "hedge_id": "exact",
    "status": "validated",
    "visibility": "public",
    "coded_on": "2024-12-02",
    "checked_on": "2024-12-03",
}


def write_record(folder: Path, documents: list[dict[str, str]], figures: list[dict[str, str]]) -> Path:
    """A record of one episode; returns its folder."""
    episode = folder / EPISODE
    episode.mkdir(exist_ok=True)
    for name, sheet, rows in (("documents", DOCUMENTS, documents), ("figures", FIGURES, figures)):
        with (episode / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, sheet.names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return episode


def document(number: int, **cells: str) -> dict[str, str]:
    return DOCUMENT | {"document_id": f"d-{number}", "sha256": f"{number:064x}", "file_name": f"{number}.txt"} | cells


def figure(number: str, value: str, **cells: str) -> dict[str, str]:
    return (
        FIGURE
        | {"figure_id": f"d-{number}", "document_id": f"d-{number[0]}", "value": value, "phrase": f"{value} dead"}
        | cells
    )


def build_restricted(workshop: Workshop) -> None:
    """A record with restricted, draft and withdrawn figures among others."""
    restricted = {"visibility": "restricted", "note": CANARY, "phrase": CANARY}
    figures = [
        figure("1-01", "200"),
        figure("1-02", "90", population_id="civilians", part_of="d-1-03"),
        figure("1-03", "97531", **restricted),
        figure("1-04", "86420", status="draft", checked_on="", phrase="draft words"),
        figure("1-05", "86421", status="withdrawn", checked_on="", note="Of a draft."),
        figure("2-01", "255", reported_on="2024-11-30", status="withdrawn", note="misread"),
        figure("3-01", "64208", **restricted),
    ]
    documents = [
        document(1, publisher="Paper"),
        document(2, published_on="2024-11-30"),
        document(3, title=CANARY, note=CANARY, publisher=CANARY),
    ]
    loaded = workshop.load(write_record(workshop.folder, documents, figures))
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    assert workshop.dbt("build", "--exclude", "resource_type:unit_test").success


@pytest.fixture(scope="module")
def shop(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_restricted)


def test_restricted_and_draft_figures_never_reach_facts(shop: Workshop) -> None:
    assert shop.query("select figure_id from fct_figures order by 1") == [("d-1-01",), ("d-1-02",), ("d-2-01",)]
    assert shop.inspect("select count(*) from raw.figures") == [(7,)]


def test_a_draft_that_was_withdrawn_is_published_nowhere(shop: Workshop) -> None:
    published = shop.publications[-1].read_bytes()
    assert not [trace for trace in ("d-1-05", "Of a draft") if trace.encode() in published]
    assert (86421).to_bytes(4, "little") not in published
    assert shop.inspect("select status from staging.stg_figures where figure_id = 'd-1-05'") == [("draft",)]


def test_nothing_of_a_restricted_figure_is_published(shop: Workshop) -> None:
    published = shop.publications[-1].read_bytes()
    for trace in (CANARY, "97531", "64208", "d-1-03", "d-3"):
        assert trace.encode() not in published, trace
    assert (97531).to_bytes(8, "little") not in published


def test_nothing_of_a_restricted_figure_leaves_raw(shop: Workshop) -> None:
    with duckdb.connect(str(shop.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'raw' union"
            " select schema_name || '.' || view_name from duckdb_views() where not internal and schema_name <> 'raw'"
        ).fetchall()
        assert len(tables) > 40
        for (table,) in tables:
            if table == "staging.stg_documents":  # documents are not restricted, figures are
                continue
            of_figures = " where record_table = 'figures'" if table.startswith("staging.stg_version") else ""
            rows = connection.execute(f"select * from {table}{of_figures}").fetchall()
            assert CANARY not in str(rows), table


def test_a_total_that_may_not_be_shown_is_not_named(shop: Workshop) -> None:
    assert shop.query("select part_of from fct_figures where figure_id = 'd-1-02'") == [(None,)]


def test_a_document_of_restricted_figures_only_is_not_listed(shop: Workshop) -> None:
    assert shop.query("select document_id from dim_documents order by 1") == [("d-1",), ("d-2",)]


def test_a_withdrawn_figure_stays_and_does_not_stand(shop: Workshop) -> None:
    told = "select status, note, is_standing from fct_figures where figure_id = 'd-2-01'"
    assert shop.query(told) == [("withdrawn", "misread", False)]
    assert shop.query("select lowest, highest, valid_to_on from range_deaths where population_id = 'all'") == [
        (200, 200, None)
    ]


def build_change(workshop: Workshop) -> None:
    """A record built, changed, loaded and built again."""
    first = [figure("1-01", "200"), figure("1-03", "777", status="draft", checked_on="")]
    assert workshop.load(write_record(workshop.folder, [document(1)], first)).returncode == 0
    workshop.build_without_tests()
    more = [figure("1-01", "200"), figure("1-02", "150", source_id="russian_mod")]
    loaded = workshop.load(write_record(workshop.folder, [document(1)], more), "--reason", "Said of another war.")
    assert "added 1, changed 0, unchanged 1, withdrawn 1" in loaded.stdout
    workshop.build_without_tests()


def test_a_change_of_the_record_comes_through(built_once: Callable[..., Workshop]) -> None:
    workshop = built_once(build_change)
    assert workshop.inspect("select lowest, highest, lowest_without_party_claims, is_disputed from range_deaths") == [
        (150, 200, 200, True)
    ]
    assert len(workshop.inspect("from check_disjoint_reports")) == 1
    # A draft that left the record was never a fact and is none now.
    assert workshop.inspect("select status from raw.figures where figure_id = 'd-1-03'") == [("draft",)]
    assert workshop.inspect("select count(*) from fct_figures where figure_id = 'd-1-03'") == [(0,)]


def build_contradictions(workshop: Workshop) -> None:
    """A total that falls, and parts that are more than their total."""
    figures = [
        figure("1-01", "100"),
        figure("2-01", "90", reported_on="2024-11-30"),
        figure("1-02", "100", hedge_id="at_most", place_id="SY02"),
        figure("1-03", "70", population_id="fighters", part_of="d-1-02", place_id="SY02"),
        figure("1-04", "40", population_id="civilians", part_of="d-1-02", place_id="SY02"),
        figure("1-05", "30", population_id="children", part_of="d-1-04", place_id="SY02"),
        figure("2-02", "60", population_id="civilians", place_id="SY02", reported_on="2024-11-30"),
        figure(
            "2-03",
            "50",
            population_id="children",
            part_of="d-2-02",
            place_id="SY02",
            hedge_id="share",
            reported_on="2024-11-30",
        ),
    ]
    documents = [document(1), document(2, published_on="2024-11-30")]
    loaded = workshop.load(write_record(workshop.folder, documents, figures))
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    workshop.build_without_tests()


@pytest.fixture(scope="module")
def contradictions(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_contradictions)


def test_decreasing_totals_are_found(contradictions: Workshop) -> None:
    ((figure_id, previous, revised, sentence),) = contradictions.inspect(
        "select figure_id, previous_figure_id, is_revision, sentence from check_decreasing_totals"
    )
    assert (figure_id, previous, revised) == ("d-2-01", "d-1-01", True)
    assert "at 100 up to 28 November 2024 (d-1-01) and at 90 up to 30 November 2024 (d-2-01)" in sentence


def test_parts_above_their_total_are_a_contradiction(contradictions: Workshop) -> None:
    found = contradictions.inspect("select figure_id, implied_low, high, is_contradiction from check_parts_and_totals")
    assert found == [("d-1-02", 110, 100, True)]


def test_a_share_supersedes_no_number_of_people(contradictions: Workshop) -> None:
    children = "select lowest, highest, valid_to_on from range_deaths where population_id = 'children'"
    assert contradictions.inspect(children) == [(30, 30, None)]
    assert contradictions.inspect("select is_standing, unit_id from fct_reports where is_share") == [(True, "percent")]


def build_empty(workshop: Workshop) -> None:
    """A document and no figure."""
    assert workshop.load(write_record(workshop.folder, [document(1)], [])).returncode == 0
    workshop.build_without_tests()


def test_an_empty_record_builds_to_empty_tables(built_once: Callable[..., Workshop]) -> None:
    workshop = built_once(build_empty)
    assert workshop.inspect("select count(*) from fct_figures") == [(0,)]
    assert workshop.inspect("select count(*) from range_deaths_daily") == [(0,)]
