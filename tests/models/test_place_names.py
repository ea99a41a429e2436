"""Names of places, however a data set spells them, lead to one place or to none."""

import csv
import shutil
from collections.abc import Callable

import duckdb
import pytest
from workshop import ROOT, Workshop

# A place as a data set names it, and the narrowest place of ours that it says it is in.
KNOWN = {
    "Idlib Governorate": "SY07", "IDLIB  GOVERNORATE ": "SY07", "Idleb governorate, Syria": "SY07", "sy07": "SY07",
    "محافظة إدلب": "SY07", "محافظة ادلب": "SY07", "Markaz Idlib district": "SY0700", "Idleb district": "SY0700",
    "Idlib city": "sy-idleb-city", "Jisr-Ash-Shugur": "SY0704", "Jisr ash Shughur district": "SY0704",
    "Dar`a Governorate": "SY12", "Dar’a Governorate, Syrian Arab Rep.": "SY12",
    "A farm, Jisr-Ash-Shugur, Idlib Governorate, Syria": "SY0704",
    "Dayr Hafir district, Aleppo Governorate, Syria": "SY02", "SYR": "SY", "Syrian Arab Rep.": "SY",
    "Côte d'Ivoire": "CI", "Cote dIvoire": "CI", "DR Congo (Zaire)": "CD", "OPT": "PS", "XKX": "XK", "AB9": "ab9",
    "Gaza Strip": "PS02", "Gaza Strip, OPT": "PS02", "China, Hong Kong SAR": "HK", "Macedonia, FYR": "MK",
}  # fmt: skip
# A name that is in no list, or that two places carry, and the place it counts for.
UNKNOWN = {
    "Idleb": "world", "Idleb, Syria": "SY", "إدلب, Syria": "SY", "Hama, SYR": "SY", "Idlib Governorate, Lebanon": "LB",
    "Dayr Hafir district, Syria": "SY", "Tripoli, Lebanon": "LB", "No Information, Syria": "SY", "Unknown": "world",
    "Stateless": "world", "": "world",
}  # fmt: skip


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def found(real: Workshop, new_workshop: Callable[[], Workshop]) -> dict[str, tuple[str, bool]]:
    """What the build makes of those names and of all names of the seed: the place, and whether the name is known."""
    workshop = new_workshop()
    shutil.copy(real.warehouse, workshop.warehouse)
    names = {*KNOWN, *UNKNOWN, *(row["name"] for row in seed("place_names"))}
    with duckdb.connect(str(workshop.warehouse)) as connection:
        given = "select cast(null as text) as place_id, unnest(cast(? as text[])) as place_name"
        connection.execute("drop view staging.stg_figures")
        connection.execute(f"create table staging.stg_figures as {given}", [sorted(names)])
    assert workshop.dbt("run", "--select", "int_place_names_matched", "int_places_named").success
    rows = workshop.inspect("select place_name, place_id, is_resolved from staging.int_places_named")
    return {name: (place_id, is_resolved) for name, place_id, is_resolved in rows}


@pytest.mark.parametrize(("name", "place_id"), KNOWN.items())
def test_every_spelling_of_a_place_leads_to_it(found: dict[str, tuple[str, bool]], name: str, place_id: str) -> None:
    assert found[name] == (place_id, True)


@pytest.mark.parametrize(("name", "place_id"), UNKNOWN.items())
def test_a_name_that_is_not_known_or_of_two_places_counts_for_what_is_around_it(
    found: dict[str, tuple[str, bool]], name: str, place_id: str
) -> None:
    assert found[name] == (place_id, False)


def test_no_name_of_the_seed_leads_to_another_place(found: dict[str, tuple[str, bool]]) -> None:
    lost = [
        (row["place_id"], row["name"])
        for row in seed("place_names")
        if found[row["name"]] not in {(row["place_id"], True), ("world", False)}
    ]
    assert lost == []


def test_every_place_of_the_seed_has_a_name_that_leads_to_it(found: dict[str, tuple[str, bool]]) -> None:
    named = {row["place_id"] for row in seed("place_names")}
    assert named - {place_id for place_id, is_resolved in found.values() if is_resolved} == set()


def test_countries_governorates_and_districts_all_have_names_and_their_own_code() -> None:
    named = {(row["place_id"], row["name"]) for row in seed("place_names")}
    coded = [row for row in seed("places") if row["scheme"] in {"ISO 3166-1", "OCHA P-code"}]
    assert len(coded) > 300
    assert [row["place_id"] for row in coded if (row["place_id"], row["place_id"]) not in named] == []


def test_all_of_syria_is_there_by_its_p_codes() -> None:
    places = {row["place_id"]: row for row in seed("places")}
    governorates = [key for key, row in places.items() if row["kind"] == "governorate"]
    districts = [key for key, row in places.items() if row["kind"] == "district"]
    assert sorted(governorates) == [f"SY{number:02}" for number in range(1, 15)] and len(districts) == 62
    assert all(places[key]["parent_id"] == key[:4] for key in districts)
    assert len({places[key]["partition_id"] for key in districts}) == len({key[:4] for key in districts})


def test_countries_are_no_parts_of_anything_so_that_nobody_adds_them_up() -> None:
    countries = [row for row in seed("places") if row["kind"] == "country"]
    assert len(countries) > 220
    assert not any(row["parent_id"] or row["partition_id"] or row["latitude"] for row in countries)


def test_women_are_apart_from_other_ages_and_sexes_and_from_nobody_else(real: Workshop) -> None:
    apart = real.inspect(
        "select distinct case when left_id = 'women' then right_id else left_id end from staging.int_disjoint_pairs "
        "where 'women' in (left_id, right_id) order by all"
    )
    ages_and_sexes = "adults_sex_unknown", "age_unknown", "boys", "children", "children_sex_unknown", "girls", "men"
    assert apart == [(each,) for each in ages_and_sexes]
    pairs = real.inspect(
        "select count(*) from staging.int_disjoint_pairs where left_id = 'SY0700' and right_id = 'SY02'"
    )
    assert pairs == [(1,)]
