"""Names of places, however they are spelled, lead to one place or to none."""

import csv

import duckdb
import pytest
from workshop import ROOT, Workshop

# macros/name_key.sql
MARKS, OTHERS = "'[''’‘ʼʿʾ`]+', '', 'g'", r"'[^\p{L}\p{N}]+', ' ', 'g'"
KEY = f"trim(regexp_replace(regexp_replace(lower(strip_accents(?)), {MARKS}), {OTHERS}))"


def found(real: Workshop, name: str, country_id: str, level: str) -> list[str]:
    """The places that a name means."""
    sql = f"select place_id from staging.int_places_by_name where country_id = ? and level = ? and name_key = {KEY}"
    with duckdb.connect(str(real.warehouse), read_only=True) as connection:
        return [row[0] for row in connection.execute(sql, [country_id, level, name]).fetchall()]


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "country_id", "level", "place_id"),
    [
        ("Idlib Governorate", "SY", "adm1", "SY07"), ("Idleb", "SY", "adm1", "SY07"), ("إدلب", "SY", "adm1", "SY07"),
        ("ادلب", "SY", "adm1", "SY07"), ("sy07", "SY", "adm1", "SY07"), ("IDLIB  GOVERNORATE ", "SY", "adm1", "SY07"),
        ("Markaz Idlib district", "SY", "adm2", "SY0700"), ("Idleb", "SY", "adm2", "SY0700"),
        ("Idlib", "SY", "point", "sy-idleb-city"), ("Dar`a", "SY", "adm1", "SY12"), ("Dar’a", "SY", "adm1", "SY12"),
        ("Jisr-Ash-Shugur", "SY", "adm2", "SY0704"), ("Jisr ash Shughur district", "SY", "adm2", "SY0704"),
        ("SYR", "", "adm0", "SY"), ("Syrian Arab Rep.", "", "adm0", "SY"), ("Côte d'Ivoire", "", "adm0", "CI"),
        ("Cote dIvoire", "", "adm0", "CI"), ("DR Congo (Zaire)", "", "adm0", "CD"), ("OPT", "", "adm0", "PS"),
        ("Gaza Strip", "PS", "adm1", "PS02"), ("XKX", "", "adm0", "XK"), ("AB9", "", "adm0", "ab9"),
    ],
)  # fmt: skip
def test_every_spelling_of_a_place_leads_to_it(
    real: Workshop, name: str, country_id: str, level: str, place_id: str
) -> None:
    assert found(real, name, country_id, level) == [place_id]


@pytest.mark.parametrize(
    ("name", "country_id", "level"),
    [
        ("Idleb", "", "adm0"), ("Idleb", "LB", "adm1"), ("Dayr Hafir district", "SY", "adm2"),
        ("Tripoli", "LB", "adm1"), ("No Information", "SY", "adm1"), ("Unknown", "", "adm0"),
        ("Stateless", "", "adm0"), ("", "", "adm0"),
    ],
)  # fmt: skip
def test_a_name_that_is_not_known_there_leads_nowhere(real: Workshop, name: str, country_id: str, level: str) -> None:
    assert found(real, name, country_id, level) == []


def test_no_name_of_the_seed_is_lost_to_another_place(real: Workshop) -> None:
    lost = real.inspect(
        "select place_id, name from staging.stg_place_names as names anti join staging.int_places_by_name as places"
        " on names.place_id = places.place_id and names.name_key = places.name_key"
    )
    assert lost == []


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


def test_women_are_apart_from_nobody(real: Workshop) -> None:
    apart = real.inspect("select * from staging.int_disjoint_pairs where 'women' in (left_id, right_id)")
    assert apart == []
    pairs = real.inspect(
        "select count(*) from staging.int_disjoint_pairs where left_id = 'SY0700' and right_id = 'SY02'"
    )
    assert pairs == [(1,)]
