"""What is there is found: by its spellings, from the front door, on the page of its place or data set."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import duckdb
import pytest
from asking import selection as asked_about
from browsing import needs_chromium, until, violations, visit
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import links, shown
from playwright.sync_api import Browser, Page
from sample_data_sets import build_samples
from samples_publication import publish_samples
from workshop import Workshop

from dashboard.cli.screenshot import running
from dashboard.components import selection
from dashboard.exports import routes, views
from dashboard.publication.folder import CONFIG
from dashboard.queries import datasets
from dashboard.queries.find import index, newest
from dashboard.queries.names import names
from dashboard.sections import measure_data, measure_tabs, overview
from dashboard.sections.find import front_door, results
from dashboard.text import formatting, sentences

ALL = "?episode=worldwide"
RECORD = ("aleppo-2024",)


@pytest.fixture(scope="module")
def samples(built_once: Callable[..., Workshop]) -> Workshop:
    """The record and the three samples."""
    return built_once(build_samples)


@pytest.fixture(scope="module")
def published(samples: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_samples(samples, tmp_path_factory.mktemp("found"))


@pytest.fixture(scope="module")
def client(app: Dash, published: Path) -> Iterator[FlaskClient]:
    with asked_about(app, published) as found:
        yield found


@pytest.fixture
def sql(published: Path, client: FlaskClient) -> Iterator[duckdb.DuckDBPyConnection]:
    """Query the publication itself, by another way than the dashboard's."""
    with duckdb.connect(str(next(published.glob("[0-9]*.duckdb"))), read_only=True, config=CONFIG) as connection:
        yield connection


def found(sql: duckdb.DuckDBPyConnection, text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.an_id) for each in index.search(sql, text, 100)]


def text_of(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page))


# The search.


@pytest.mark.parametrize("text", ["Idlib", "idleb", "IDLIB", "Idlib ", "Idlïb"])
def test_idlib_finds_idleb_however_it_is_written(sql: duckdb.DuckDBPyConnection, text: str) -> None:
    assert ("place", "SY07") in found(sql, text)[:3]


def test_every_spelling_finds_its_place(sql: duckdb.DuckDBPyConnection) -> None:
    spelled = sql.execute("select place_id, name from dim_place_names").fetchall()
    with_figures = index.counts_within(sql)
    tried = [(place, name) for place, name in spelled if place in with_figures and index.plain(name)]
    assert len(tried) > 100
    every = {}
    for place, name in tried:
        every.setdefault(name, set()).add(place)
    for name, places in every.items():
        ids = {an_id for kind, an_id in found(sql, name) if kind == "place"}
        assert places <= ids, name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Observatory", ("source", "sohr")), ("OCHA", ("source", "un")), ("المرصد", ("source", "sohr")),
        ("offensive", ("episode", "aleppo-2024")), ("UCDP Georeferenced", ("dataset", "ucdp_ged")),
        ("ucdp_ged", ("dataset", "ucdp_ged")), ("Displaced", ("measure", "/displaced")),
        ("aleppo-2024-001-05", ("figure", "aleppo-2024-001-05")), ("aleppo-2024-001", ("figure", "aleppo-2024-001-01")),
    ],
)  # fmt: skip
def test_sources_episodes_data_sets_measures_and_figures_are_found(
    sql: duckdb.DuckDBPyConnection, text: str, expected: tuple[str, str]
) -> None:
    assert expected in found(sql, text)


def test_what_fits_best_comes_first_and_signs_of_sql_are_letters(sql: duckdb.DuckDBPyConnection) -> None:
    assert found(sql, "Syria")[0] == ("place", "SY")
    for text in ("", "   ", "%", "'", "a'; drop table build; --", "\x00", "𝕏" * 300, "_"):
        index.search(sql, text, 8)
    assert found(sql, "no such thing anywhere") == []


def test_every_result_leads_to_a_page_that_is_there(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    seen = set()
    for text in ("Idlib", "Syria", "OCHA", "offensive", "ucdp", "displaced", "aleppo-2024-001-05", "Hama", "the"):
        for each in results.told(sql, text, 8):
            assert client.get(each["href"]).status_code == 200, each
            seen.add(each["kind"])
    assert {"place", "source", "episode", "dataset", "measure", "figure"} <= seen


def test_the_search_is_a_form_that_works_without_a_program(client: FlaskClient) -> None:
    for page in ("/", "/deaths", "/deaths.html", "/search?q=Hama"):
        form = re.findall(r'<form class="find" role="search" action="([^"]+)" method="get">', client.get(page).text)
        assert form == ["/search"], page
    body = client.get("/search?q=Idlib").text
    inside = body.split('id="first-view"')[1]
    assert 'href="/place/SY07"' in inside
    assert 'value="Idlib"' in body
    assert "form-action 'self'" in client.get("/search").headers["Content-Security-Policy"]
    assert "Nothing here is called “nowhere at all”" in text_of(client.get("/search?q=nowhere+at+all").text)


def test_what_is_searched_is_text_and_nothing_else(client: FlaskClient) -> None:
    for trap in ('"><script>alert(1)</script>', "{%scripts%}", "<i>x</i>"):
        body = client.get("/search", query_string={"q": trap}).text
        assert "<script>alert" not in body and "<i>x</i>" not in body
        told = client.get("/search/suggestions", query_string={"q": trap}).json
        assert told == {"query": trap, "found": []}


def test_suggestions_are_few_and_say_what_tells_them_apart(client: FlaskClient) -> None:
    told = client.get("/search/suggestions?q=Idlib").json
    assert told["query"] == "Idlib"
    assert 0 < len(told["found"]) <= results.MOST_OFFERED
    governorate = next(each for each in told["found"] if each["href"] == "/place/SY07")
    assert governorate["name"] == "Idleb governorate"
    assert governorate["detail"].startswith("governorate, North-west Syria, Syria, ")


def test_the_record_of_an_earlier_day_is_searched_as_it_was(app: Dash, kept: Path) -> None:
    with asked_about(app, kept) as past:
        days = [path.name for path in (kept / "recorded").iterdir()]
        assert days
        day = past.get("/deaths.metadata").json["metadata"]["recorded_on"]
        told = past.get(f"/search/suggestions?q=offensive&recorded_on={day}")
        assert told.status_code == 200
        assert all(f"recorded_on={day}" in each["href"] for each in told.json["found"])


# The front door.


def test_the_front_door_opens_on_what_is_newest(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    text = shown(client, "/")
    last = dict(sql.execute("select episode_id, max(published_on) from fct_figures group by all").fetchall())
    named = dict(sql.execute("select episode_id, name from dim_episodes").fetchall())
    order = sorted(RECORD, key=lambda episode: last[episode], reverse=True)
    places = [text.index(named[episode]) for episode in order]
    assert places == sorted(places)
    assert "Last refreshed" in text


def test_its_numbers_of_an_episode_are_those_of_its_overview(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection
) -> None:
    text = shown(client, "/")
    told = 0
    for episode in RECORD:
        cards, _ = overview.read(sql, selection.read(sql, f"?episode={episode}"))
        for card in cards:
            if card.rows:
                assert f"{card.title} {overview.figure_words(card)}: " in text
                told += 1
    assert told > 3


def test_its_numbers_of_countries_are_figures_as_stated(sql: duckdb.DuckDBPyConnection) -> None:
    by_country = newest.by_country(sql)
    assert len(by_country) > 1
    for country, rows in by_country.items():
        assert names(sql).of["place"][country]["kind"] == "country"
        for row in rows:
            [(counting, claim, standing, share, episode, place)] = sql.execute(
                "select counting, claim_about, is_standing, is_share, episode_id, place_id from fct_figures "
                "where figure_id = $1", [row["figure_id"]]).fetchall()  # fmt: skip
            assert (standing, share, episode, place) == (True, False, "worldwide", row["place_id"])
            assert counting != "incident" and claim != "enemy"
            # Nobody tells of a later day of the same people in the same place.
            [(later,)] = sql.execute(
                f"""select count(*) from fct_figures as f where f.episode_id = 'worldwide' and f.place_id = $1
                and f.measure_id = $2 and f.population_id = $3 and f.is_standing and not f.is_share
                and f.counting <> 'incident' and f.cause_id is null and f.actor_id is null and not f.is_relay
                and f.claim_about is distinct from 'enemy' and f.kind in ('count', 'register')
                and split_part(f.scope_id, '.', 4) = f.place_id and ({newest.DAY}) > $4""",
                [row["place_id"], row["measure_id"], row["population_id"], row["day"]]).fetchall()  # fmt: skip
            assert later == 0, row["figure_id"]


def test_every_number_on_it_says_what_it_counts_up_to_when_and_who_says_so(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection
) -> None:
    text = shown(client, "/")
    shown_ones = 0
    for rows in newest.by_country(sql).values():
        for row in rows:
            line = f"{sentences.said(row)}: {formatting.scope_until(row)}. "
            shown_ones += line + formatting.capitalised(sentences.who(row)) in text
    assert shown_ones > 1


def test_every_country_with_figures_is_on_it(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    inside = links(client, "/")
    countries = sql.execute(
        """select distinct d.country_id from fct_figures as f inner join dim_places as d on f.place_id = d.place_id
        where f.episode_id = 'worldwide' and d.country_id is not null""").fetchall()  # fmt: skip
    assert len(countries) > 3
    for (country,) in countries:
        assert f"/place/{country}" in inside
    for (dataset,) in sql.execute("select distinct dataset_id from dim_datasets").fetchall():
        assert f"/dataset/{dataset}" in inside


def test_where_there_is_one_episode_its_overview_is_the_first_page(
    app: Dash, samples: Workshop, client: FlaskClient, tmp_path: Path
) -> None:
    assert front_door.TITLE in shown(client, "/")
    for search in (ALL, "?episode=aleppo-2024", "?known_on=2024-11-30"):
        assert front_door.TITLE not in shown(client, "/", search)
    with asked_about(app, publish_samples(samples, tmp_path, is_record_alone=True)) as alone:
        assert front_door.TITLE not in shown(alone, "/")
        assert "Sentences to quote" in shown(alone, "/")


def test_data_sets_change_nothing_on_the_pages_of_the_record(
    app: Dash, samples: Workshop, published: Path, tmp_path: Path
) -> None:
    alone = publish_samples(samples, tmp_path, is_record_alone=True)
    paths = ("/", "/sources", "/deaths.csv")
    pages = [(path, f"?episode={episode}") for episode in RECORD for path in paths]

    def told(folder: Path) -> list[str]:
        with asked_about(app, folder) as asked:
            every = [shown(asked, *page) if page[0] != "/deaths.csv" else text_of(asked.get("".join(page)).text)
                     for page in pages]  # fmt: skip
        # How large the publication is, and the way to other episodes, are no part of the page.
        named = "Published data sets|North-west Syria offensive of November 2024|[0-9]+ figures of [0-9]+ documents"
        return [re.sub(rf"{named}|\d+ figures? (read )?in [^.]*\.", "", text) for text in every]

    for page, with_sets, without in zip(pages, told(published), told(alone), strict=True):
        assert with_sets == without, page


@pytest.mark.parametrize("tab", ["time", "chart", "populations", "places", "map", "table"])
def test_the_title_of_every_chart_is_its_finding(sql: duckdb.DuckDBPyConnection, tab: str) -> None:
    title, how = measure_tabs.title(measure_data.remembered(sql, "/deaths", f"?episode=aleppo-2024&tab={tab}"))
    assert title.startswith("People killed in North-west Syria")
    assert "“277”" in title and "“nearly 300 lives”" in title and "Earlier" not in title
    assert how
    # Single events have no whole, and the first of them is not told as one.
    events, _ = measure_tabs.title(measure_data.remembered(sql, "/deaths", f"?episode=worldwide&tab={tab}"))
    assert not events.startswith("People killed in") or tab == "time"


# Places and data sets.


def test_a_place_tells_how_many_figures_it_has_and_what_lies_in_it(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection
) -> None:
    text = shown(client, "/place/SY")
    [(count,)] = sql.execute(
        """select count(*) from fct_figures as f inner join dim_places as d on f.place_id = d.place_id
        where d.country_id = 'SY'""").fetchall()  # fmt: skip
    assert f"{count:,} figures of Syria and all within it" in text
    tree = text[text.index("Places within it") :]
    assert tree.index("North-west Syria") < tree.index("Aleppo governorate") < tree.index("Aleppo city")
    assert "Also called: " in shown(client, "/place/SY07") and "Idlib" in shown(client, "/place/SY07")


def test_the_links_of_a_place_lead_to_as_many_figures_as_they_say(client: FlaskClient) -> None:
    for place in ("SY", "SY07", "IQ"):
        rows = client.get(f"/place/{place}.json?table=counted").json["rows"]
        assert rows
        for row in rows:
            wide = client.get(
                "/api/v1/figures",
                query_string={
                    "episode": row["episode_id"],
                    "measure": row["measure_id"],
                    "place": f"within.{place}",
                    "format": "csv",
                },
            )
            assert len(list(csv.reader(io.StringIO(wide.text)))) - 1 == row["figure_count"]


@pytest.mark.parametrize("called", ["SYR", "syr", "Idlib", "%D8%A5%D8%AF%D9%84%D8%A8"])
def test_a_place_is_opened_by_its_name_or_code(client: FlaskClient, called: str) -> None:
    answer = client.get(f"/place/{called}?known_on=2024-11-30")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/place/{'SY' if called.lower() == 'syr' else 'SY07'}?known_on=2024-11-30",
    )
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "search", "told"),
    [
        ("/airstrikes", "?place=SY07", ("aleppo-2024", "SY07")),
        ("/airstrikes", "?place=Idlib", ("aleppo-2024", "SY07")),
        ("/airstrikes", "?place=within.idlib", ("aleppo-2024", "within.SY07")),
        ("/airstrikes", "?place=SYR", ("aleppo-2024", "within.SY")),
        ("/displaced", "?place=IRQ", ("worldwide", "IQ")),
        ("/displaced", "?place=IRQ&episode=aleppo-2024", ("aleppo-2024", None)),
        ("/displaced", "?place=nowhere", ("aleppo-2024", None)),
    ],
)
def test_a_view_is_narrowed_by_a_name_or_code_where_there_is_something_told_of_it(
    sql: duckdb.DuckDBPyConnection, path: str, search: str, told: tuple[str, str | None]
) -> None:
    view = measure_data.remembered(sql, path, search).view
    assert (view.episode, view.place) == told


def test_a_place_tells_the_newest_of_what_nobody_counts_in_all_of_it(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection
) -> None:
    rows = {table: client.get(f"/place/SY.json?table={table}").json["rows"] for table in ("newest", "newest_within")}
    own = {(row["episode_id"], row["measure_id"]) for row in rows["newest"]}
    within = {(row["episode_id"], row["measure_id"]) for row in rows["newest_within"]}
    assert within and not own & within
    assert all(row["place_id"] != "SY" and row["is_standing"] for row in rows["newest_within"])
    assert {f"/figure/{row['figure_id']}" for row in rows["newest_within"]} <= set(links(client, "/place/SY"))


@pytest.mark.parametrize("form", ["", ".csv", ".html"])
@pytest.mark.parametrize("kind", ["place", "dataset"])
def test_a_place_or_data_set_that_is_not_there_is_not_found(client: FlaskClient, kind: str, form: str) -> None:
    answer = client.get(f"/{kind}/no-such-thing{form}")
    assert answer.status_code == 404
    assert "<script>alert" not in client.get(f"/{kind}/%3Cscript%3Ealert(1)%3C%2Fscript%3E{form}").text


def test_a_data_set_tells_whose_it_is_and_what_each_release_holds(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection
) -> None:
    for row in datasets.releases(sql).values():
        text = shown(client, f"/dataset/{row['dataset_id']}")
        for name in ("title", "producer", "version", "licence", "attribution", "citation"):
            assert str(row[name]).rstrip(". ") in text, name
        assert f"{row['figure_count']:,} figures" in text
        assert f"/dataset/{row['dataset_id']}{ALL}" in links(client, "/", ALL)


def test_a_figure_leads_to_its_place_and_its_data_set(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    [(figure, place)] = sql.execute(
        "select figure_id, place_id from fct_figures where dataset_id = 'idmc_gidd' order by 1 limit 1"
    ).fetchall()
    inside = links(client, f"/figure/{figure}")
    assert any(href.startswith(f"/place/{place}") for href in inside)
    assert any(href.startswith("/dataset/idmc_gidd") for href in inside)
    drawer = client.get(f"/displaced.html{ALL}&figure={figure}&tab=table").text
    assert f'href="/place/{place}.html?episode=worldwide"' in drawer
    assert 'href="/dataset/idmc_gidd.html' in drawer


def test_a_place_that_no_list_knows_is_called_as_printed(app: Dash, published: Path, tmp_path: Path) -> None:
    """Of the samples every place is known, so one is taken from the lists here."""
    (source,) = published.glob("[0-9]*.duckdb")
    target = tmp_path / source.name
    shutil.copy(source, target)
    with duckdb.connect(str(target)) as connection:
        [(figure, printed, country)] = connection.execute(
            """update fct_figures set place_id = 'SY' where figure_id = (
                select min(figure_id) from fct_figures where dataset_id = 'ucdp_ged' and place_stated like '%, Syria%')
            returning figure_id, place_stated, place_id""").fetchall()  # fmt: skip
        connection.execute(
            """insert into check_unresolved_places by name
            select 'ucdp_ged' as dataset_id, $1 as place_stated, $2 as place_id, 'no list' as sentence""",
            [printed, country])  # fmt: skip
    with asked_about(app, tmp_path) as asked:
        text = shown(asked, f"/figure/{figure}")
        counts = text.split("Counts", 1)[1].split("Kind of number")[0]
        assert printed in counts
        assert "Syria, one event" not in counts.replace(printed, "")
        told = asked.get("/search/suggestions", query_string={"q": printed}).json["found"]
        assert [each["name"] for each in told if each["href"].startswith("/dataset/ucdp_ged")] == [printed]
        assert printed in shown(asked, "/place/SY").split("Names that no list of places knows")[1]
        table = text_of(asked.get("/figures.html", query_string={"figure": figure}).text)
        assert printed in table and "Syria, one event" not in table.replace(printed, "")


def test_the_picker_of_places_is_in_the_order_of_the_tree(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    page = client.get(f"/deaths.html{ALL}&tab=table").text
    menu = page.split('id="menu-place"')[1].split("</details>")[0]
    ids = re.findall(r'id="place-([^"]+)"', menu)
    order = names(sql).positions("place")
    places = [order[one.removeprefix("within.")] for one in ids if one != "every"]
    assert len(places) > 10
    assert places == sorted(places)
    assert re.search(r'<li[^>]*data-names="[^"]*Idlib[^"]*"[^>]*><a[^>]*id="place-SY07"', menu)


# The sources.


def test_a_source_is_a_row_whatever_the_number_of_days(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    for episode in (*RECORD, "worldwide"):
        page = client.get(f"/sources.html?episode={episode}").text
        table = page.split("Sources and days")[1].split("</table>")[0]
        assert len(re.findall(r'role="columnheader"', table)) == 6
        rows = sql.execute(
            """select count(*), min(published_on), max(published_on) from fct_figures where episode_id = $1
            group by voice_id""", [episode]).fetchall()  # fmt: skip
        assert len(re.findall(r'role="rowheader"', table)) == len(rows)
        for count, first, last in rows:
            for told in (f"{count:,} figure", *(formatting.day(each, short=True) for each in (first, last))):
                assert told in text_of(table)
        pictures = re.findall(r"<img [^>]*>", table)
        assert len(pictures) == len(rows)
        assert all('src="data:image/svg+xml,' in each and re.search(r'alt="[^"]{8,}"', each) for each in pictures)


# What a card leads to.


@pytest.mark.parametrize("episode", RECORD)
def test_the_headline_of_a_cards_target_tells_what_the_card_does(
    app: Dash, client: FlaskClient, sql: duckdb.DuckDBPyConnection, episode: str
) -> None:
    chosen = selection.read(sql, f"?episode={episode}")
    cards, _ = overview.read(sql, chosen)
    tried = 0
    for card in cards:
        if not card.rows:
            continue
        path, _, search = overview.address_of(card, chosen).partition("?")
        with app.server.test_request_context(f"{path}?{search}&episode={episode}"):
            page = measure_data.read_measure_page(path, f"?{search}&episode={episode}")
            said = measure_data.headline(page)
        assert page.problems == []
        assert sentences.stated_range(card.standing, card.figures) in said, (card.card_id, said)
        tried += 1
    assert tried > 1


def test_all_figures_of_civilians_killed_opens_civilians(client: FlaskClient) -> None:
    for path, search in (("/", "?episode=aleppo-2024"),):
        inside = [href for href in links(client, path, search) if href.startswith("/deaths?")]
        assert any("population=civilians" in href for href in inside)


# In a browser.


@pytest.fixture(scope="module")
def address(app: Dash, client: FlaskClient) -> Iterator[str]:
    with running(app.server) as url:
        yield url


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@needs_chromium
def test_a_place_is_found_by_keyboard_alone(page: Page, address: str) -> None:
    visit(page, f"{address}/deaths")
    page.keyboard.press("/")
    page.keyboard.type("Idlib gov")
    field = page.locator("#find")
    until(lambda: field.get_attribute("aria-expanded") == "true", "nothing is offered")
    page.keyboard.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/place/SY07")
    page.wait_for_selector("#place-page h1")
    page.go_back()
    page.wait_for_selector("#headline")
    page.locator("#find").fill("Idlib")
    until(lambda: page.locator("#found [role=option]").count() > 1, "nothing is offered")
    page.keyboard.press("Escape")
    assert page.locator("#find").get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=Idlib")
    page.wait_for_selector("#search-page h1")


@needs_chromium
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_pages_by_which_things_are_found_are_accessible_and_fit(
    chromium: Browser, address: str, width: int, scheme: str
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for path in ("/", "/search?q=Idlib", "/place/SY", "/dataset/ucdp_ged", f"/sources{ALL}"):
        visit(page, f"{address}{path}")
        page.wait_for_selector("main h1")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert violations(page) == [], f"{path}, {width}, {scheme}"
    page.close()


@needs_chromium
def test_the_menu_of_places_is_narrowed_by_any_spelling(page: Page, address: str) -> None:
    visit(page, f"{address}/deaths{ALL}&tab=table")
    page.locator("#menu-place").click()
    page.locator(".menu[open] .narrow").fill("idlib")
    shown_ones = page.locator(".menu[open] li:visible a")
    until(lambda: 0 < shown_ones.count() < 30, "nothing is narrowed")
    assert page.locator("#place-SY07").is_visible()
    assert not page.locator("#place-SY02").is_visible()
    assert violations(page) == []


@needs_chromium
def test_a_day_is_typed_beside_the_slider(page: Page, address: str) -> None:
    visit(page, f"{address}/deaths?episode=aleppo-2024")
    field = page.locator("#day-field")
    field.wait_for()
    assert field.input_value() == "2024-12-02"
    field.fill("2024-11-30")
    page.wait_for_url("**known_on=2024-11-30*")
    until(lambda: page.inner_text("#day-words").startswith("30 November 2024"), "another day is shown")
    assert violations(page) == []
    assert json.dumps(page.url)


# Files and periods.


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("batch", [7, 5_000])
def test_a_file_holds_every_row_of_its_view(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    [(count,)] = sql.execute(
        "select count(*) from fct_figures where episode_id = 'worldwide' and measure_id = 'displaced'"
    ).fetchall()
    assert count > 100, "more than the page lists"
    # Where there are more than are made at once, they are streamed.
    monkeypatch.setattr(views, "MOST_AT_ONCE", batch)
    for form in routes.MOST:
        monkeypatch.setitem(routes.MOST, form, 20 if batch < 20 else 10_000)
    answer = client.get(f"/displaced.csv{ALL}&tab=table")
    ids = [row["figure_id"] for row in rows_of(answer.text)]
    assert len(ids) == len(set(ids)) == count
    assert "FIRST" not in answer.headers["Content-Disposition"]
    assert "on-record_displaced_table_known-on-" in answer.headers["Content-Disposition"]
    told = client.get(f"/displaced.json{ALL}&tab=table").json
    if batch > 20:
        assert len(told["rows"]) == count
        assert told["metadata"]["is_cut"] is False
    else:
        # What has to stop says so, where it is read and where it is looked at, and where the rest is.
        assert len(told["rows"]) == 20
        about = told["metadata"]
        assert (about["is_cut"], about["rows_in_all"]) == (True, count)
        assert f"the first 20 of {count:,} rows" in about["cut"]
        assert len(rows_of(client.get(about["all_rows"].replace("http://localhost", "")).text)) == count
        name = client.get(f"/displaced.parquet{ALL}&tab=table").headers["Content-Disposition"]
        assert f"_FIRST-20-of-{count}.parquet" in name


def test_files_of_pages_of_words_say_where_they_stop(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(count,)] = sql.execute("select count(*) from fct_figures where episode_id = 'worldwide'").fetchall()
    assert len(rows_of(client.get(f"/sources.csv{ALL}&table=figures").text)) == count
    monkeypatch.setitem(routes.MOST, "csv", 30)
    cut = client.get(f"/sources.csv{ALL}&table=figures")
    assert len(rows_of(cut.text)) == 30
    assert "_figures_FIRST-30.csv" in cut.headers["Content-Disposition"]


SPEAKS = """(case when counting in ('cumulative', 'stock') then coalesce(counted_until_on, reported_on)
    else coalesce(period_end_on, period_start_on, reported_on) end >= $first
    and case when counting in ('cumulative', 'stock') then coalesce(counted_until_on, reported_on)
    else coalesce(period_start_on, period_end_on, reported_on) end <= $last)"""


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2016", "2016-01-01", "2016-12-31"), ("2016-06", "2016-06-01", "2016-06-30"),
        ("2016-01..2017-06", "2016-01-01", "2017-06-30"), ("2016-02-29", "2016-02-29", "2016-02-29"),
    ],
)  # fmt: skip
def test_a_period_is_the_same_in_views_files_and_the_api(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection, period: str, first: str, last: str
) -> None:
    for measure, path in (("displaced", "/displaced"), ("killed", "/deaths")):
        expected = {
            one
            for (one,) in sql.execute(
                f"select figure_id from fct_figures where episode_id = 'worldwide' and measure_id = $m and {SPEAKS}",
                {"m": measure, "first": first, "last": last},
            ).fetchall()
        }
        file = {row["figure_id"] for row in rows_of(client.get(f"{path}.csv{ALL}&tab=table&period={period}").text)}
        answer = client.get(f"/api/v1/figures{ALL}&measure={measure}&period={period}&format=csv")
        assert file == expected == {row["figure_id"] for row in rows_of(answer.text)}
        page = text_of(client.get(f"{path}.html{ALL}&tab=table&period={period}&rows=240").text)
        assert f"{len(expected):,} figure" in page if expected else "no figure of" in page


def test_ranges_of_a_period_are_those_of_its_windows_and_days(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection
) -> None:
    bound = {"first": "2016-01-01", "last": "2016-12-31"}
    expected = sql.execute(
        """select count(*) from range_reported where hedge_convention = 'literal' and valid_to_on is null
        and case when counting in ('cumulative', 'stock') then counted_to_on
            else coalesce(period_end_on, period_start_on) end >= $first
        and case when counting in ('cumulative', 'stock') then coalesce(counted_from_on, counted_to_on)
            else coalesce(period_start_on, period_end_on) end <= $last""", bound).fetchall()  # fmt: skip
    rows = rows_of(client.get("/api/v1/ranges?period=2016&format=csv").text)
    assert [(len(rows),)] == expected
    assert expected[0][0] > 10
    refused = client.get("/api/v1/figures?period=last+week")
    assert refused.status_code == 400
    assert "is no period" in refused.json["detail"]


# No tab is decided by the first figures.


def test_places_side_by_side_are_those_with_a_count_of_their_own_not_those_listed_first(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection
) -> None:
    [(places,)] = sql.execute(
        """select count(distinct place_id) from fct_figures where episode_id = 'worldwide'
        and measure_id = 'displaced' and counting <> 'incident' and is_standing and not is_share"""
    ).fetchall()
    assert places > 3
    rows = client.get(f"/displaced.json{ALL}&tab=places").json["rows"]
    assert len({row["place_id"] for row in rows}) == places
    listed = client.get(f"/displaced.html{ALL}&tab=table").text
    assert "Only the first 30 of" in text_of(listed)


def test_what_stands_is_listed_before_what_does_not(client: FlaskClient, sql: duckdb.DuckDBPyConnection) -> None:
    page = client.get(f"/displaced.html{ALL}&tab=table").text
    ids = re.findall(r'[?;&]figure=([^&"]+)', page)
    assert len(set(ids)) == 30
    for one in set(ids):
        [(standing,)] = sql.execute("select is_standing from fct_figures where figure_id = $1", [one]).fetchall()
        assert standing, one


def test_the_map_and_its_file_tell_of_every_place_with_a_count(
    client: FlaskClient, sql: duckdb.DuckDBPyConnection
) -> None:
    places = sql.execute(
        """select distinct place_id from fct_figures where episode_id = 'worldwide' and measure_id = 'displaced'
        and is_standing and not is_share""").fetchall()  # fmt: skip
    rows = client.get(f"/displaced.json{ALL}&tab=map").json["rows"]
    assert {row["place_id"] for row in rows} == {place for (place,) in places}
    assert "the first" not in text_of(client.get(f"/displaced.html{ALL}&tab=map").text).split("Place:")[0]
