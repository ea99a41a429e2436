"""Every filter and choice lives in the address: across pages, back and forward, on reload; episodes keep what fits."""

from collections.abc import Iterator

import duckdb
import pytest
from asking import served
from browsing import Watched, needs_chromium, visit
from dash import Dash
from pages_publication import publish_pages
from playwright.sync_api import Browser, Page, expect
from small_publication import FIGURES, RANGE, SCOPE, full, insert, insert_figure, insert_range
from test_room_browser import path, query

from dashboard.request import view
from dashboard.sections.measure_tabs import AS_KNOWN, TABS

pytestmark = needs_chromium
# Together they set every filter and every choice; the ids of options are "name-value".
LINKS = {
    "/deaths": [
        {"place": "within.SY", "population": "within.civilians", "hedge_convention": "acled", "party_claims": "out",
         "by": "period", "scale": "log", "counting": "cumulative", "tab": "populations"},
        {"source": "ministry", "population": "fighters", "hedge_convention": "acled", "tab": "table",
         "figure": "f-04"},
        {"place": "nw", "known_on": "2024-11-28", "tab": "places"},
        {"population": "all", "party_claims": "out", "tab": "map", "rows": "240"},
        {"cause": "none", "tab": "time", "clock": "known", "population": "within.all", "known_on": "2024-11-29",
         "period": "2024"},
        {"claim_about": "enemy", "tab": "years"},
        {"tab": "stack", "place": "nw"},
        {"tab": "against", "source": "ministry", "against": "sohr"},
    ],
    "/airstrikes": [{"cause": "airstrike", "counting": "period", "source": "unattributed:Skai", "scale": "log",
                     "tab": "chart"}],
}  # fmt: skip
UNSEEN = ("known_on", "figure", "embed", "rows", "period", "against")
DAYS = {"2024-11-28": "28 November 2024", "2024-11-29": "29 November 2024", "": "2 December 2024"}
OTHER = {"figure_id": "g-01", "phrase": "31 elsewhere", "episode_id": "other", "place_id": "SY", "low": 31,
         "value_stated": 31, "high": 31}  # fmt: skip


@pytest.fixture(scope="module")
def address(app: Dash, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a publication with two episodes."""
    published = publish_pages(tmp_path_factory.mktemp("episodes") / "20260101T000000000000Z.duckdb")
    row = full(FIGURES[2] | OTHER)
    scope = {column: row.get(column) for column in ("scope_id", *SCOPE)}
    numbers = {"lowest": 31, "highest": 31, "agreement_low": 31, "agreement_high": 31}
    with duckdb.connect(str(published)) as connection:
        episode = {"episode_id": "other", "name": "Another week", "place_id": "SY", "start_on": "2024-12-01"}
        insert(connection, "dim_episodes", episode)
        insert_figure(connection, row)
        insert_range(connection, RANGE | scope | numbers)
    with served(app, published.parent) as url:
        yield url


def said(page: Page, chosen: dict[str, str]) -> None:
    """Expect the controls and the day to say what the address says, and no problem with it."""
    for name, value in chosen.items():
        if name not in UNSEEN:
            expect(page.locator(f"[id='{name}-{value}']")).to_have_attribute("aria-current", "true")
    expect(page.locator("#day-words")).to_contain_text(DAYS[chosen.get("known_on", "")])
    tab = AS_KNOWN if chosen.get("clock") == "known" else TABS[chosen["tab"]]
    expect(page.locator("#chart-title")).to_have_text(tab.title)
    expect(page.locator("#problems p")).to_have_count(0)
    if "figure" in chosen:
        expect(page.locator("#drawer")).to_contain_text(chosen["figure"])


def test_the_links_below_set_everything_an_address_holds() -> None:
    tabs = {link["tab"] for links in LINKS.values() for link in links}
    assert tabs == set(TABS)
    names = {name for links in LINKS.values() for link in links for name in link}
    every = set(view.View.__dataclass_fields__) - {"measure"}
    assert every - names == {"episode", "embed", "recorded_on"}, "which have tests of their own"


@pytest.mark.parametrize(
    ("measure_page", "chosen"), [(measure_page, link) for measure_page, links in LINKS.items() for link in links]
)
def test_a_deep_link_survives_everything(
    chromium: Browser, address: str, measure_page: str, chosen: dict[str, str]
) -> None:
    watched = Watched(chromium, address)
    page = watched.page
    visit(page, f"{address}{measure_page}?" + "&".join(f"{name}={value}" for name, value in chosen.items()))
    said(page, chosen)
    carried = {name: value for name, value in chosen.items() if name != "figure"}
    # A link within the page names the episode, which the address need not.
    carried |= {"episode": "offensive"} if "figure" in chosen else {}
    page.keyboard.press("Escape")
    page.click("nav.bar >> text=Displaced")
    said(page, carried)
    assert (path(page), query(page)) == ("/displaced", carried)
    page.go_back()
    said(page, carried)
    assert path(page) == measure_page
    page.go_forward()
    said(page, carried)
    page.reload()
    said(page, carried)
    assert (path(page), query(page)) == ("/displaced", carried)
    # The pages of words know the episode and the day, and carry the rest.
    page.click("nav.bar >> text=Checks")
    page.wait_for_selector("#checks-page h1")
    assert (path(page), query(page)) == ("/checks", carried)
    page.click("nav.bar >> text=Deaths")
    said(page, carried)
    assert (path(page), query(page)) == ("/deaths", carried)
    watched.expect_silence()
    page.close()


def test_a_view_to_embed_keeps_its_address_and_leads_home_with_it(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("deaths?embed=1&tab=time&clock=known&population=all&known_on=2024-11-29")
    page.reload()
    expect(page.locator("#headline")).to_contain_text("As known on 29 November 2024")
    assert query(page)["embed"] == "1"
    expect(page.locator("#controls")).to_be_hidden()
    with page.context.expect_page() as opened:
        page.click("#home")
    home = opened.value
    said(home, {"tab": "time", "clock": "known", "population": "all", "known_on": "2024-11-29"})
    assert "embed" not in query(home)
    expect(home.locator("#controls")).to_be_visible()
    home.close()
    watched.expect_silence()
    page.close()


def test_another_episode_keeps_what_fits_and_drops_what_does_not(chromium: Browser, address: str) -> None:
    fits = {"scale": "log", "by": "period", "tab": "chart", "party_claims": "out", "hedge_convention": "acled"}
    own = {"place": "nw", "population": "fighters", "source": "sohr", "known_on": "2024-11-29"}
    watched = Watched(chromium, address)
    page = watched.page
    visit(page, f"{address}/deaths?" + "&".join(f"{name}={value}" for name, value in {**fits, **own}.items()))
    expect(page.locator("#episode-name")).to_have_text("The offensive")
    page.click("#episode-other")
    expect(page.locator("#episode-name")).to_have_text("Another week")
    assert query(page) == fits | {"episode": "other"}
    said(page, fits | {"episode": "other"})
    expect(page.locator("#headline")).to_contain_text("there is 1 figure of people killed")
    page.click("nav.bar >> text=Injuries")
    expect(page.locator("#headline")).to_contain_text("people injured")
    page.click("nav.bar >> text=Overview")
    page.wait_for_selector("#overview-page h1")
    expect(page.locator("#overview-page h1")).to_have_text("Another week")
    assert query(page) == fits | {"episode": "other"}
    page.click("nav.bar >> text=Deaths")
    said(page, fits | {"episode": "other"})
    for _ in range(4):
        page.go_back()
    expect(page.locator("#episode-name")).to_have_text("The offensive")
    said(page, fits | own)
    watched.expect_silence()
    page.close()


def test_each_episode_shows_its_own_figures_alone(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("deaths?episode=other&tab=table")
    expect(page.locator("#table tbody tr:not(.scope)")).to_have_count(1)
    expect(page.locator("#table")).to_contain_text("31 elsewhere")
    page.click("#episode-offensive")
    expect(page.locator("#table tbody tr:not(.scope)")).to_have_count(9)
    expect(page.locator("#table")).not_to_contain_text("31 elsewhere")
    watched.expect_silence()
    page.close()
