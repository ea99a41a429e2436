"""The API by either convention, and the filters that take in what lies within a place or a population."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from api_publication import publish_for_api, sql
from asking import selection
from dash import Dash
from flask.testing import FlaskClient

READ = ("figures", "ranges", "reports")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish a place within a place within a place, and a loop in that tree."""
    found = publish_for_api(tmp_path_factory.mktemp("api") / "20260101T000000000000Z.duckdb")
    with duckdb.connect(str(found)) as connection:
        connection.execute("update dim_places set parent_id = 'SY' where place_id = 'nw'")
        connection.execute("insert into dim_places values ('town', 'Town', 'point', 'nw', null, null)")
        connection.execute("insert into dim_places values ('a', 'A', 'point', 'b', null, null)")
        connection.execute("insert into dim_places values ('b', 'B', 'point', 'a', null, null)")
        connection.execute("update fct_figures set place_id = 'town' where figure_id in ('f-02', 'f-13')")
    return found


@pytest.fixture(scope="module")
def client(app: Dash, path: Path) -> Iterator[FlaskClient]:
    with selection(app, path.parent) as found:
        yield found


def rows(client: FlaskClient, address: str) -> list[Any]:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.text
    return list(answer.json["rows"])


@pytest.mark.parametrize("convention", ["literal", "acled"])
def test_figures_reports_and_ranges_are_read_by_the_convention_asked_for(
    client: FlaskClient, path: Path, convention: str
) -> None:
    columns = ("low", "value_stated", "high", "low_basis", "high_basis", "share_low_pct", "share_stated_pct",
               "share_high_pct")  # fmt: skip
    listed = ", ".join(f"g.{one}" for one in columns)
    for name, key in (("figures", "figure_id"), ("reports", "report_id")):
        found = rows(client, f"{name}?hedge_convention={convention}&limit=1000")
        expected = sql(path, f"""select f.{key}, hedge_convention, {listed}
            from fct_{name} as f join fct_readings as g on f.{key} = g.figure_id
            where hedge_convention = '{convention}' order by 1""")  # fmt: skip
        assert [(row[key], row["hedge_convention"], *(row[one] for one in columns)) for row in found] == expected
    both = rows(client, f"ranges?hedge_convention={convention}&standing=standing&standing=superseded&limit=1000")
    assert [(row["range_id"], row["lowest"], row["highest"], row["agreement_low"], row["hedge_convention"])
            for row in both] == sql(path, f"""select scope_id || '@' || valid_from_on, lowest, highest, agreement_low,
        hedge_convention from range_reported where hedge_convention = '{convention}' order by 1""")  # fmt: skip


def test_hundreds_is_200_or_more_by_its_meaning_and_100_or_more_as_acled_reads_it(client: FlaskClient) -> None:
    for name, column in (("figures", "low"), ("reports", "low"), ("ranges", "lowest")):
        read = {
            one: rows(client, f"{name}?population=fighters&hedge_convention={one}")[0] for one in ("literal", "acled")
        }
        assert (read["literal"][column], read["acled"][column]) == (200, 100), name


@pytest.mark.parametrize("name", READ)
def test_the_convention_of_the_publication_is_the_one_left_out(client: FlaskClient, name: str) -> None:
    plain = client.get(f"/api/v1/{name}?limit=1000").json
    selection = client.get(f"/api/v1/{name}?limit=1000&hedge_convention=literal").json
    assert plain["rows"] == selection["rows"]
    assert plain["metadata"]["hedge_convention"] == selection["metadata"]["hedge_convention"] == "literal"
    assert plain["metadata"]["citation"] == selection["metadata"]["citation"]


@pytest.mark.parametrize("name", READ)
def test_where_a_number_is_printed_both_conventions_agree(client: FlaskClient, name: str) -> None:
    read = [rows(client, f"{name}?limit=1000&hedge_convention={one}") for one in ("literal", "acled")]
    bare = [[{**row, "hedge_convention": ""} for row in each] for each in read]
    moved = [left for left, right in zip(*bare, strict=True)
             if {**left, "implied_low": None} != {**right, "implied_low": None}]  # fmt: skip
    assert {row["population_id"] for row in moved} == {"fighters"}
    assert len(moved) < len(bare[0])


def test_implied_bounds_are_told_by_the_convention_of_the_publication_alone(client: FlaskClient) -> None:
    assert rows(client, "figures?figure=f-01")[0]["implied_low"] == 262
    other = client.get("/api/v1/figures?figure=f-01&hedge_convention=acled").json
    assert other["rows"][0]["implied_low"] is None
    assert any("Implied bounds" in note and "convention" in note for note in other["metadata"]["notes"])


@pytest.mark.parametrize("name", READ)
def test_an_answer_says_by_which_convention_it_was_read(client: FlaskClient, name: str) -> None:
    about = client.get(f"/api/v1/{name}?hedge_convention=acled").json["metadata"]
    assert (about["hedge_convention"], about["filters"]) == ("acled", {"hedge_convention": ["acled"]})
    assert "by the convention “acled”" in about["citation"]
    file = client.get(f"/api/v1/{name}?hedge_convention=acled&format=csv")
    assert "convention-acled" in file.headers["Content-Disposition"]
    assert "hedge_convention" in file.text.splitlines()[0]


@pytest.mark.parametrize(
    "query", ["hedge_convention=ucdp", "hedge_convention=none", "hedge_convention=literal&hedge_convention=acled"]
)
def test_no_other_convention_and_not_two_at_once(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/figures?{query}")
    assert answer.status_code == 400
    assert answer.json["detail"].endswith(".")


@pytest.mark.parametrize("name", ["checks", "sources"])
def test_checks_and_sources_take_no_convention(client: FlaskClient, name: str) -> None:
    assert client.get(f"/api/v1/{name}?hedge_convention=acled").status_code == 400
    assert client.get(f"/api/v1/{name}").json["metadata"]["hedge_convention"] == "literal"


def test_the_feed_tells_the_changes_of_one_convention_and_keeps_its_ids(client: FlaskClient) -> None:
    plain, selection, other = (client.get(f"/feed.atom{query}").text
                           for query in ("", "?hedge_convention=literal", "?hedge_convention=acled"))  # fmt: skip
    ids = [[part.split("</id>")[0] for part in text.split("<id>")[2:]] for text in (plain, selection, other)]
    assert ids[0] == ids[1]
    assert len(ids[0]) == len(set(ids[0])) == len(ids[2])
    assert not set(ids[0]) & set(ids[2])
    assert "200 – 999" in plain and "100 – 999" not in plain
    assert "100 – 999" in other and "200 – 999" not in other


def test_pages_without_javascript_offer_both_conventions_and_keep_the_one_shown(client: FlaskClient) -> None:
    for name in ("figures", "ranges"):
        text = client.get(f"/{name}.html?hedge_convention=acled").text
        assert "read by the convention “acled”" in text
        assert f'href="/{name}.html?hedge_convention=literal"' in text
        assert 'aria-current="true">acled (shown)' in text
        links = [
            part.split('"')[0]
            for part in text.split('href="/figures.html?')[1:]
            if "figure=" in part or "known_on" in part
        ]
        assert links and all("hedge_convention=acled" in link for link in links if not link.startswith("hedge"))


WITHIN = {
    "place=SY": ["SY"],
    "place=within.SY": ["SY", "nw", "town"],
    "place=within.nw": ["nw", "town"],
    "place=within.town": ["town"],
    "place=SY&place=within.town": ["SY", "town"],
    "place=within.a": [],
}


@pytest.mark.parametrize(("query", "places"), WITHIN.items())
def test_within_a_place_is_it_and_all_below_it(client: FlaskClient, path: Path, query: str, places: list[str]) -> None:
    listed = ", ".join(f"'{place}'" for place in [*places, ""])
    expected = sql(path, f"select figure_id from fct_figures where place_id in ({listed}) order by 1")
    assert [row["figure_id"] for row in rows(client, f"figures?{query}&limit=1000")] == [one for (one,) in expected]


def test_within_a_population_is_it_and_all_below_it(client: FlaskClient, path: Path) -> None:
    for name in READ:
        within = {row["population_id"] for row in rows(client, f"{name}?population=within.civilians&limit=1000")}
        assert within == ({"civilians", "children"} if name != "ranges" else {"civilians"})
    everyone = rows(client, "ranges?population=within.all&limit=1000")
    assert everyone == rows(client, "ranges?limit=1000")
    assert rows(client, "sources?place=within.SY") == rows(client, "sources")
    assert rows(client, "checks?population=within.fighters") == rows(client, "checks?population=fighters")


@pytest.mark.parametrize(
    "query",
    ["place=within.nowhere", "place=within.", "place=within.within.SY", "population=within.SY",
     "cause=within.airstrike", "measure=within.killed", "place=within.' or 1=1 --", "place=Within.SY",
     "source=within.sohr"],
)  # fmt: skip
def test_within_what_does_not_exist_is_refused_with_a_sentence(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/figures?{query}")
    assert answer.status_code == 400
    assert answer.json["detail"].startswith("There is no ")
    assert answer.json["detail"].endswith(".")


def test_openapi_lists_both_conventions_and_what_lies_within(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    for address in ("/api/v1/figures", "/api/v1/ranges", "/api/v1/reports", "/feed.atom"):
        schemas = {one["name"]: one["schema"] for one in paths[address]["get"]["parameters"]}
        assert schemas["hedge_convention"]["enum"] == ["acled", "literal"]
        assert {"SY", "within.SY", "town", "within.town"} <= set(schemas["place"]["items"]["enum"])
        assert "within.civilians" in schemas["population"]["items"]["enum"]
        assert not any(one.startswith("within.") for one in schemas["cause"]["items"]["enum"])
    for address in ("/api/v1/checks", "/api/v1/sources"):
        assert "hedge_convention" not in {one["name"] for one in paths[address]["get"]["parameters"]}


def test_pages_offer_what_lies_within_where_something_does(client: FlaskClient) -> None:
    text = client.get("/figures.html").text
    assert "Syria and all within" in text and 'href="/figures.html?place=within.SY"' in text
    assert "Town and all within" not in text
