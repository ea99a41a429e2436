"""The answer of the SQL page as a chart: what its columns are decides, nothing is added up, and the page draws it."""

from collections.abc import Iterator

import pytest
from browsing import needs_chromium, visit
from playwright.sync_api import Browser, expect

from dashboard.charts.answers import MOST_BARS, MOST_LINES, answer_chart

DAY, TEXT, NUMBER = ("counted_until_on", "DATE"), ("source", "VARCHAR"), ("low", "BIGINT")


def test_days_and_numbers_are_a_line_for_each_name() -> None:
    rows = [["2024-11-28", "A", 201], ["2024-11-29", "A", 256], ["2024-11-29", "B", 258], ["2024-11-30", "B", None]]
    figure = answer_chart([DAY, TEXT, NUMBER], rows)
    assert figure is not None
    assert [(trace["name"], trace["x"], trace["y"]) for trace in figure["data"]] == [
        ("A", ["2024-11-28", "2024-11-29"], [201, 256]),
        ("B", ["2024-11-29", "2024-11-30"], [258, None]),
    ]


def test_two_numbers_of_one_day_are_marks_without_a_line() -> None:
    figure = answer_chart([DAY, NUMBER], [["2024-11-28", 1], ["2024-11-28", 5]])
    assert figure is not None
    assert figure["data"][0]["mode"] == "markers"


def test_one_number_of_each_name_is_a_bar_whatever_its_day() -> None:
    figure = answer_chart([TEXT, NUMBER, DAY], [["A", 201, "2024-11-28"], ["B", 258, "2024-11-29"]])
    assert figure is not None
    assert [(trace["type"], trace["y"], trace["x"]) for trace in figure["data"]] == [("bar", ["A", "B"], [201, 258])]


def test_numbers_of_one_day_by_too_many_names_have_no_chart() -> None:
    rows = [[f"source {at}", at, f"2024-11-{day}"] for at in range(MOST_LINES + 1) for day in (28, 29)]
    assert answer_chart([TEXT, NUMBER, DAY], rows) is None


def test_years_are_numbers_of_an_axis_and_no_thousands() -> None:
    figure = answer_chart([("year", "BIGINT"), NUMBER], [[2020, 5], [2021, 7]])
    assert figure is not None
    assert (figure["data"][0]["x"], figure["layout"]["xaxis"]["tickformat"]) == (["2020", "2021"], "d")


def test_names_and_numbers_are_bars_in_the_order_of_the_answer() -> None:
    rows = [["<b>B</b>", 2, "3.50"], ["A", 1, "1.00"]]
    figure = answer_chart([TEXT, NUMBER, ("share", "DECIMAL(10,2)")], rows)
    assert figure is not None
    assert [(trace["y"], trace["x"]) for trace in figure["data"]] == [
        (["&lt;b&gt;B&lt;/b&gt;", "A"], [2, 1]),
        (["&lt;b&gt;B&lt;/b&gt;", "A"], [3.5, 1.0]),
    ]
    assert figure["layout"]["yaxis"]["autorange"] == "reversed"


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ([TEXT, NUMBER], [["A", 1]]),
        ([TEXT], [["A"], ["B"]]),
        ([NUMBER], [[1], [2]]),
        ([TEXT, NUMBER], [["A", 1], ["A", 2]]),
        ([TEXT, NUMBER], [[str(number), number] for number in range(MOST_BARS + 1)]),
        ([TEXT, NUMBER], [["A", None], ["B", None]]),
        ([TEXT, ("names", "VARCHAR[]")], [["A", "[]"], ["B", "[]"]]),
    ],
    ids=["one row", "no number", "no name", "a name twice", "too many", "nothing known", "a list"],
)
def test_what_makes_no_chart_has_none(columns: list[tuple[str, str]], rows: list[list[object]]) -> None:
    assert answer_chart(columns, rows) is None


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Iterator[str]:
    """Both colour schemes."""
    return request.param


@needs_chromium
def test_the_page_draws_the_answer_and_takes_the_chart_away_again(chromium: Browser, address: str, scheme: str) -> None:
    page = chromium.new_page(color_scheme=scheme)
    visit(page, f"{address}/sql?q=select published_on, count(*) as figures from fct_figures group by all order by all")
    expect(page.locator("#sql-graph .main-svg").first).to_be_visible()
    page.fill("#sql-text", "select 1 as one")
    page.click("#sql-run")
    expect(page.locator("#sql-graph")).to_have_count(0)
    expect(page.locator("#sql-result table")).to_contain_text("1")
    page.close()
