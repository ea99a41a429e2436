"""Rows of data sets that are kept back: in nothing published, and gone from what was; or under a wider place."""

import csv
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import pytest
from workshop import ROOT, Workshop

from ingest.curation.check import Record
from ingest.datasets import load
from ingest.datasets.registry.reader import read_reader
from ingest.datasets.restricted_rows import RESTRICTED_ROWS, read_restricted_rows
from ingest.warehouse.retract import restricted_figures, retract_publications, tells_of

SAMPLE = ROOT / "samples" / "ucdp_ged" / "ged_syria_extract.csv"
WIDER = "Ar-Rastan District, Homs Governorate, Syria"


def events() -> list[dict[str, str]]:
    """Two events whose places and coordinates no other event of the sample has."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    places = [row["where_coordinates"] for row in rows]
    points = [row["latitude"] for row in rows]
    found = [
        row for row in rows
        if places.count(row["where_coordinates"]) == points.count(row["latitude"]) == 1 and len(row["latitude"]) > 7
        and sum(row["where_coordinates"] in place for place in places) == 1
    ]  # fmt: skip
    return found[:2]


def written(folder: Path) -> Path:
    """The file that restricts the first event and coarsens the second."""
    hidden, coarse = (event["id"] for event in events())
    path = folder / "restricted_rows.csv"
    rows = [
        f"ucdp_ged,{hidden},restrict,,,severe,A witness could be found.,2027-01-01",
        f'ucdp_ged,{coarse},coarsen,"{WIDER}",adm2,moderate,A clinic is near.,2027-01-01',
    ]
    path.write_text("\n".join([",".join(RESTRICTED_ROWS.names), *rows, ""]), encoding="utf-8")
    return path


def read_again(workshop: Workshop, version: str, path: Path) -> dict[str, int]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "read_restricted_rows", partial(read_restricted_rows, path))
        reader = read_reader("ucdp_ged")
        result = load.load_release(reader, reader.release(version, None), [SAMPLE], workshop.warehouse, "1%")
    assert (result.refusal, result.is_unchanged) == ("", False)
    return result.counts


def build_kept_back(workshop: Workshop) -> None:
    """The record and two releases of events, published; then the newer one with rows kept back, published again."""
    assert workshop.load().returncode == 0
    for version in ("20.1-sample", "21.1-sample"):
        assert workshop.load("ucdp_ged", SAMPLE, "--version", version).returncode == 0
    workshop.publish_without_tests()
    shutil.copy(workshop.publications[-1], workshop.folder / "before.duckdb")
    counts = read_again(workshop, "21.1-sample", written(workshop.folder))
    (workshop.folder / "figures.txt").write_text(str(counts["figures"]), encoding="utf-8")
    result = workshop.dbt("build", "--exclude", "resource_type:unit_test")
    assert result.success, [(row.node.name, row.message) for row in result.result or [] if row.status != "success"]


@pytest.fixture(scope="module")
def shop(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_kept_back)


def texts(path: Path) -> str:
    """Every cell of every table of a publication."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables()").fetchall()
        return "\n".join(str(connection.execute(f'from "{name}"').fetchall()) for (name,) in names)


def test_what_is_kept_back_could_be_found_before(shop: Workshop) -> None:
    before = texts(shop.folder / "before.duckdb")
    for event in events():
        assert event["where_coordinates"] in before
        assert f"20.1-sample-{event['id']}-killed-all" in before
        assert event["latitude"] in before


def test_no_release_and_no_table_of_a_publication_tells_a_restricted_row(shop: Workshop) -> None:
    hidden = events()[0]
    for path in shop.publications:
        text = texts(path)
        assert "-sample-" in text
        assert hidden["where_coordinates"] not in text
        assert f"-{hidden['id']}-" not in text
        assert hidden["latitude"] not in text
        assert hidden["where_coordinates"].encode() not in path.read_bytes()


def test_a_coarsened_row_is_told_under_its_wider_place_alone(shop: Workshop) -> None:
    coarse = events()[1]
    text = texts(shop.publications[-1])
    assert coarse["where_coordinates"] not in text and coarse["latitude"] not in text
    found = shop.query(
        f"""select distinct document_id, place_stated, place_precision, latitude, longitude, note,
                list_contains(string_split(flags, ','), 'coarsened') from fct_figures
            where figure_id like '%-{coarse["id"]}-%'"""
    )
    assert found == [("ucdp_ged-21.1-sample", WIDER, "adm2", None, None, None, True)]
    (others,) = shop.query(
        "select count(*) from fct_figures where flags like '%coarsened%' and place_stated <> '" + WIDER + "'"
    )
    assert others == (0,)


def test_what_was_published_before_is_gone(shop: Workshop) -> None:
    with duckdb.connect(str(shop.warehouse), read_only=True) as connection:
        kept_back = sorted(restricted_figures(connection))
    assert tells_of(shop.folder / "before.duckdb", kept_back)
    assert shop.publications and not any(tells_of(path, kept_back) for path in shop.publications)


def test_unpublishing_asks_the_file_and_waits_for_no_load(tmp_path: Path, shop: Workshop) -> None:
    hidden, coarse = (event["id"] for event in events())
    published, warehouse = tmp_path / "published", tmp_path / "warehouse.duckdb"
    published.mkdir()
    name = "20260101T000000000000Z.duckdb"
    shutil.copy(shop.folder / "before.duckdb", published / name)
    shutil.copy(shop.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update raw.dataset_figures set visibility = null")
    for row, removed in ((("ucdp_ged", "none", ""), []), (("ucdp_ged", coarse, WIDER), [name])):
        done = retract_publications(Record([]), warehouse, published, kept_back=[row], is_dry_run=True)
        assert done.removed == removed
    done = retract_publications(Record([]), warehouse, published, kept_back=[("ucdp_ged", hidden, "")])
    assert done.removed == [name] and not list(published.glob("[0-9]*.duckdb"))


def test_the_counts_of_a_release_do_not_betray_it(shop: Workshop) -> None:
    of_release = "from fct_figures where document_id = 'ucdp_ged-21.1-sample'"
    ((figures,),) = shop.query(f"select count(*) {of_release}")
    assert shop.query("select figure_count from dim_datasets where version = '21.1-sample'") == [(figures,)]
    assert figures == int((shop.folder / "figures.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("ucdp,1,restrict,,,severe,Why.,2027-01-01", "dataset_id"),
        ("ucdp_ged,1,hide,,,severe,Why.,2027-01-01", "action"),
        ("ucdp_ged,1,coarsen,,,severe,Why.,2027-01-01", "place_name"),
        ("ucdp_ged,1,restrict,Syria,adm0,severe,Why.,2027-01-01", "place_name"),
        ("ucdp_ged,1,coarsen,Syria,point,severe,Why.,2027-01-01", "place_precision"),
        ("ucdp_ged,1,restrict,,,secret,Why.,2027-01-01", "sensitivity"),
        ("ucdp_ged,1,restrict,,,severe,,2027-01-01", "reason"),
        ("ucdp_ged,1,restrict,,,severe,Why.,", "review_on"),
    ],
)
def test_a_row_that_would_restrict_nothing_is_a_problem(tmp_path: Path, row: str, column: str) -> None:
    path = tmp_path / "restricted_rows.csv"
    path.write_text("\n".join([",".join(RESTRICTED_ROWS.names), row, ""]), encoding="utf-8")
    assert column in {problem.field for problem in read_restricted_rows(path).problems}


def test_a_key_that_no_file_holds_is_said(tmp_path: Path, shop: Workshop, new_workshop: Callable[[], Workshop]) -> None:
    path = tmp_path / "restricted_rows.csv"
    row = "ucdp_ged,no-such-event,restrict,,,severe,Why.,2027-01-01"
    path.write_text("\n".join([",".join(RESTRICTED_ROWS.names), row, ""]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "read_restricted_rows", partial(read_restricted_rows, path))
        reader = read_reader("ucdp_ged")
        release = reader.release("22.1-sample", None)
        result = load.load_release(reader, release, [SAMPLE], new_workshop().warehouse, "1%")
    assert any("restricts the row no-such-event" in remark for remark in result.remarks)
