"""Places of the world are found offline, by any spelling within their country, and only those named are kept."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from small_record import ROOT, small_record

from ingest.places.gazetteer import COUNTRY, gazetteer, key
from ingest.record.lookups import read_vocabulary
from ingest.warehouse.migrations import migrate
from ingest.warehouse.places import NAME_KEY, keep_named_places


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty warehouse, attached as w."""
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS w")
        migrate(connection, "")
        yield connection


def kept(connection: duckdb.DuckDBPyConnection, *names: str, ids: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Have data sets name these places and the record these ids; return the spellings kept of each place kept."""
    connection.executemany("INSERT INTO w.raw.dataset_figures (place_name) VALUES (?)", [[name] for name in names])
    for place_id in ids:
        connection.execute("INSERT INTO w.raw.figures (place_id) VALUES (?)", [place_id])
    keep_named_places(connection)
    places = {place_id for (place_id,) in connection.execute("SELECT place_id FROM w.raw.places").fetchall()}
    spelt = connection.execute("SELECT place_id, name FROM w.raw.place_names").fetchall()
    return {each: {name for place_id, name in spelt if place_id == each} for each in places}


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("Sudan", "SD"), ("السودان", "SD"), ("SDN", "SD"), ("DRC", "CD"), ("XKX", "XK"), ("Судан", "SD"),
        ("North Darfur state, Sudan", "SD02"), ("NORTH DARFUR, Sudan", "SD02"), ("SD02", "SD02"),
        ("El Fasher, Sudan", "geonames-379555"), ("الفاشر, Sudan", "geonames-379555"),
        ("El Fasher, North Darfur, Sudan", "geonames-379555"), ("Kabul province, Afghanistan", "AF01"),
        ("Kharkiv oblast, Ukraine", "UA63"), ("Харків, Ukraine", "geonames-706483"), ("FR-IDF", "FR-IDF"),
        ("Khartoum state", "SD01"), ("Nord-Kivu, DRC", "CD61"), ("North Kivu, DRC", "CD61"),
    ],
)  # fmt: skip
def test_any_spelling_leads_to_the_place(text: str, place_id: str) -> None:
    assert [place.place_id for place in gazetteer().named(text)] == [place_id]


@pytest.mark.parametrize("text", ["Nowhere at all, Sudan", "El Fasher, Ukraine", ""])
def test_what_is_not_in_a_country_is_not_found_in_another(text: str) -> None:
    assert gazetteer().named(text) == []


def test_every_place_lies_in_a_country() -> None:
    every = gazetteer()
    adrift = [each for each in every.places.values() if every.above(each.place_id)[-1].kind != COUNTRY]
    assert adrift == []
    assert len(every.places) > 69_000


def test_every_country_of_the_lookups_has_the_same_id_here() -> None:
    seeded = read_vocabulary(ROOT / "seeds").lists["places"]
    here = {each.place_id for each in gazetteer().places.values() if each.kind == COUNTRY}
    # Codes that ISO 3166-1 does not have (Abyei) are the lookup's own.
    assert {each for each in seeded if len(each) == 2} - here == set()


def test_names_are_compared_as_the_build_compares_them(warehouse: duckdb.DuckDBPyConnection) -> None:
    names = ["Jisr-Ash-Shugur", "Dar`a", "Côte d'Ivoire", "محافظة إدلب", "Харків", "Sana'a (City)", "Nton'nkola"]
    for name in names:
        ((found,),) = warehouse.execute(f"SELECT {NAME_KEY.format('?')}", [name]).fetchall()
        assert key(name) == found


def test_only_what_is_named_is_kept_with_what_it_lies_in(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = kept(warehouse, "El Fasher town, North Darfur, Sudan", "A farm, South Darfur state, Sudan", ids=("UA63",))
    # Sudan and Ukraine are in the lookups already.
    assert found == {
        "geonames-379555": {"El Fasher town"}, "SD02": {"North Darfur"}, "SD03": {"South Darfur state"}, "UA63": set()
    }  # fmt: skip


def test_a_name_without_its_country_says_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert kept(warehouse, "El Fasher", "Tripoli", "El Fasher, Ukraine") == {}


def test_what_the_lookups_know_of_a_country_counts_alone(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert kept(warehouse, "Idleb, Syria", "Aleppo Governorate, Syria", ids=("SY", "sy-aleppo-city")) == {}


def test_a_name_that_leaves_the_data_leaves_the_warehouse(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert kept(warehouse, "Nyala, Sudan")
    warehouse.execute("DELETE FROM w.raw.dataset_figures")
    keep_named_places(warehouse)
    assert warehouse.execute("SELECT count(*) FROM w.raw.places").fetchall() == [(0,)]


def test_the_record_may_name_any_place_by_its_id(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    for row in record.figures:
        row["place_id"] = "SD02"
    assert record.problems() == []


def test_a_name_in_place_of_an_id_is_told_with_the_ids(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[3]["place_id"] = "El Fasher"
    assert record.problems() == [
        "figures.csv:5:54 place_id: 'El Fasher' is not in seeds/places.csv "
        "(did you mean geonames-379555 (El Fasher, point)?)"
    ]
