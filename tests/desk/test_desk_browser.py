"""The page of the desk in a real browser: coded by keyboard alone, in light and dark, from right to left."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from served_desk import PATIENCE, needs_chromium, served
from small_desk import EPISODE, TWELVE, make_episode, open_session, open_sheet

from desk.page.desk import Desk
from ingest.curation.check import read_record
from ingest.curation.verify import verify_record

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}

pytestmark = needs_chromium


@pytest.fixture
def address(tmp_path: Path, browser: Browser, request: pytest.FixtureRequest) -> Iterator[str]:
    episode, texts = make_episode(tmp_path)
    reading, is_aided, language = getattr(request, "param", (1, True, "en"))
    if language != "en":
        documents = episode / "documents.csv"
        documents.write_text(documents.read_text(encoding="utf-8").replace(",en,", f",{language},"), encoding="utf-8")
    desk = Desk(episode, texts, reading, is_aided)
    with served(desk, browser) as address:
        yield address


def opened(browser: Browser, address: str, **options: object) -> Page:
    page = browser.new_page(**options)  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    expect(page.locator("#row, #card .hint").first).to_be_visible(timeout=PATIENCE)
    settled(page)
    return page


def settled(page: Page) -> None:
    """Wait until every key pressed has had its answer."""
    page.evaluate("() => state.busy.then(() => state.busy).then(() => state.busy)")
    page.wait_for_function("() => !state.moving && !state.held.length", timeout=PATIENCE)
    page.evaluate("() => state.busy.then(() => state.busy)")


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)
        settled(page)


def typed(page: Page, key: str, text: str) -> None:
    page.keyboard.press(key)
    page.keyboard.type(text)
    page.keyboard.press("Escape")
    settled(page)


def test_a_document_is_coded_from_beginning_to_end_by_keyboard_alone(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page = opened(browser, address)
    # The first: source by the beginning of its name, the scope of the whole episode, whom the phrase names.
    keys(page, "w")
    typed(page, "s", "sohr")
    keys(page, "Enter")
    expect(page.locator("#told")).to_have_text(f"{EPISODE}-000-01 is written, as a draft.")
    # The second is a part of it; the third is of another measure, an increment, and otherwise as the row before.
    keys(page, "t", "Enter", "=", "i", "Enter")
    expect(page.locator("#told")).to_have_text(f"{EPISODE}-000-03 is written, as a draft.")
    # The people at the market are refused; then undone, and refused again.
    keys(page, "x", "t", "u")
    expect(page.locator("#told")).to_contain_text("Undone: refused")
    keys(page, "x", "t", "Space", "Space", "Space", "F")
    expect(page.locator("#told")).to_contain_text("Finished")
    record, problems = read_record([tmp_path / EPISODE])
    assert problems == []
    assert verify_record(record, tmp_path / "texts").problems == []
    rows = [
        (row.text("phrase"), row.text("measure_id"), row.text("part_of")) for row in record.episodes[0].figures.rows
    ]
    assert rows == [
        ("At least 12 people", "killed", None),
        ("three children", "killed", f"{EPISODE}-000-01"),
        ("Another 25", "injured", None),
    ]
    page.close()


def test_a_way_fills_what_the_page_said_it_would_and_nothing_before_its_key(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page = opened(browser, address)
    way = page.locator("[data-way=suggested]")
    told = way.locator("[data-name]").evaluate_all("(all) => all.map((each) => [each.dataset.name, each.dataset.text])")
    assert {"source_id", "place_id", "period_start_on"} <= {name for name, _ in told}
    for name, _ in told:
        expect(page.locator(f"#row input[name={name}]")).to_have_value("")
    keys(page, "v")
    for name, text in told:
        expect(page.locator(f"#row input[name={name}]")).to_have_value(text)
    keys(page, "Enter")
    expect(page.locator("#told")).to_have_text(f"{EPISODE}-000-01 is written, as a draft.")
    (row,) = open_sheet(tmp_path).rows()
    assert (row.text("source_id"), row.text("place_id")) == ("sohr", "sy-northwest")
    page.close()


def test_a_digit_takes_what_a_field_offers_a_letter_a_period_and_0_nothing(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    keys(page, "v", "s")
    expect(page.locator("#options-source_id")).to_be_visible()
    second = page.locator("#options-source_id [data-key='2']").evaluate("(each) => JSON.parse(each.dataset.cells)")
    keys(page, "2")
    expect(page.locator("#row input[name=source_id]")).to_have_value(second["source_id"])
    keys(page, "d", "b")
    expect(page.locator("#row input[name=period_start_on]")).to_have_value("2024-11-27")
    keys(page, "I", "0", "w", "f", "1")
    expect(page.locator("#row input[name=incident_id]")).to_have_value("")
    expect(page.locator("#row input[name=cause_id]")).not_to_have_value("")
    page.close()


def make_slow(page: Page, milliseconds: int) -> None:
    """Let every answer of the desk come so much later."""
    page.evaluate(
        """(wait) => {
            const send = window.fetch;
            window.fetch = (...given) => new Promise((done) => setTimeout(() => done(send(...given)), wait));
        }""",
        milliseconds,
    )


@pytest.mark.parametrize("milliseconds", [800, 0, 60])
def test_what_is_typed_before_a_new_row_is_there_is_typed_into_it(
    browser: Browser, address: str, milliseconds: int
) -> None:
    """Letters of a phrase are keys too: m would refuse what was found, and Enter write it."""
    page = opened(browser, address)
    page.evaluate("() => { state.number = null; mark(); }")
    make_slow(page, milliseconds)
    keys(page, "Space", "Space")
    page.keyboard.press("a")
    page.keyboard.type("Some 3000")
    page.keyboard.press("Backspace")
    settled(page)
    expect(page.locator("#row input[name=phrase]")).to_have_value("Some 300")
    for key in ("Enter", "]", "1", "w", "s"):
        page.keyboard.press(key)
    page.keyboard.type("sohr")
    page.keyboard.press("Escape")
    settled(page)
    expect(page.locator("#row input[name=source_id]")).to_have_value("sohr")
    # To the next phrase, and its source before it is shown.
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.keyboard.type("soh")
    page.keyboard.press("Tab")
    page.keyboard.type("journ")
    page.keyboard.press("Escape")
    settled(page)
    expect(page.locator("#row input[name=source_id]")).to_have_value("soh")
    expect(page.locator("#row input[name=population_id]")).to_have_value("journ")
    assert page.locator("#why").is_hidden()
    assert page.locator("article mark.refused").count() == 0
    page.close()


@pytest.mark.parametrize("milliseconds", [0, 60, 800])
def test_what_is_typed_while_an_answer_is_on_its_way_stays_where_it_was_typed(
    browser: Browser, address: str, milliseconds: int
) -> None:
    page = opened(browser, address)
    make_slow(page, milliseconds)
    page.keyboard.press("s")
    page.keyboard.type("soh")
    page.keyboard.press("Tab")
    page.keyboard.type("journ")
    page.keyboard.press("Tab")
    page.keyboard.type("cum")
    page.keyboard.press("Escape")
    settled(page)
    for name, value in (("source_id", "sohr"), ("population_id", "journalists"), ("counting", "cumulative")):
        expect(page.locator(f"#row input[name={name}]")).to_have_value(value)
    page.close()


def test_what_was_not_proposed_is_added_by_typing_its_words(browser: Browser, address: str, tmp_path: Path) -> None:
    page = opened(browser, address)
    page.evaluate("() => { state.number = null; mark(); }")
    keys(page, "Space", "Space", "a")
    page.keyboard.type("Some 300")
    keys(page, "Enter", "]", "1", "w")
    typed(page, "s", "sohr")
    typed(page, "n", "all")
    keys(page, "Enter")
    expect(page.locator("#told")).to_have_text(f"{EPISODE}-000-01 is written, as a draft.")
    (row,) = open_sheet(tmp_path).rows()
    assert (row.text("phrase"), row.text("hedge_id")) == ("Some 300 people", "about")
    page.close()


def test_a_row_with_something_missing_is_not_written_and_says_what(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page = opened(browser, address)
    keys(page, "Enter")
    expect(page.locator("#told")).to_contain_text("Still to be answered: source")
    assert open_sheet(tmp_path).rows() == []
    page.close()


def test_words_marked_are_the_phrase(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.locator("#p3 mark").first.evaluate("(mark) => getSelection().selectAllChildren(mark)")
    keys(page, "a")
    expect(page.locator("#row input[name=phrase]")).to_have_value("Another 25")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_anybody(browser: Browser, address: str, scheme: str) -> None:
    page = opened(browser, address, color_scheme=scheme)
    keys(page, "=")
    for selector in ("#event", "#new-source", "#new-place"):
        page.locator(selector).evaluate("(details) => { details.open = true; }")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    keys(page, "Escape", "?")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    page.close()


def test_two_readings_are_settled_where_nothing_stands_in_the_way(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    open_session(open_sheet(tmp_path)).accept(TWELVE, None, 1)
    open_session(open_sheet(tmp_path, 2)).accept(TWELVE | {"population_id": "civilians"}, None, 1)
    page = opened(browser, address)
    page.get_by_role("link", name="compare two readings").click()
    assert Axe().run(page, options=RULES).violations_count == 0
    page.get_by_label("second").check()
    page.get_by_label("what in the text settled it").fill("It says people.")
    page.keyboard.press("Enter")
    with page.expect_response("**/do/apply") as answer:
        page.get_by_role("button", name="Write what was decided").click()
    assert answer.value.ok
    (row,) = open_sheet(tmp_path).rows()
    assert row.text("population_id") == "civilians"
    page.close()


def test_a_narrow_page_is_one_column_and_nothing_is_cut(browser: Browser, address: str) -> None:
    page = opened(browser, address, viewport={"width": 390, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.close()


@pytest.mark.parametrize("address", [(1, True, "ar")], indirect=True)
def test_a_text_from_right_to_left_is_shown_so(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    assert page.locator("#text").get_attribute("dir") == "rtl"
    page.close()


@pytest.mark.parametrize("address", [(2, False, "en")], indirect=True)
def test_an_unaided_reader_is_shown_nothing_before_all_is_read(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    assert page.locator("mark").count() == 0
    keys(page, "Space", "Space", "Space")
    expect(page.locator("#told")).to_contain_text("What the finder has")
    assert page.locator("mark").count() > 2
    page.close()
