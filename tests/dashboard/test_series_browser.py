"""Charts over time as Chromium draws them: every label is read back whole, within the picture, years and all."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from browsing import Watched, needs_chromium
from playwright.sync_api import Browser, Page
from test_series import made, point

from dashboard.charts.series import chart
from dashboard.charts.theme import Theme

pytestmark = needs_chromium
DAY = date(2024, 1, 1)
DRAW = """async ([figure, width]) => {
    const place = document.createElement("div");
    place.style.width = width + "px";
    document.body.prepend(place);
    await window.Plotly.newPlot(place, figure.data, figure.layout, {staticPlot: true});
    const around = place.getBoundingClientRect();
    const read = (selector) => [...place.querySelectorAll(selector)].map((text) => {
        const box = text.getBoundingClientRect();
        return [text.textContent, box.left >= around.left - 1 && box.right <= around.right + 1, box.left, box.right];
    });
    const found = {numbers: read(".ytick text"), days: read(".xtick text"), names: read(".annotation text")};
    place.remove();
    return found;
}"""


def drawn(page: Page, figure: dict[str, Any], width: int) -> dict[str, list[list[Any]]]:
    """Draw a chart into a page that has plotly.js and read its labels back: text, whether it is whole, its ends."""
    found: dict[str, list[list[Any]]] = page.evaluate(DRAW, [figure, width])
    return found


@pytest.fixture(scope="module")
def page(chromium: Browser, address: str) -> Page:
    return Watched(chromium, address).open()


def figure(days: int, most: int, theme: Theme) -> dict[str, Any]:
    course = [point(at, max(1, most * at // max(1, days)), max(1, most * at // max(1, days))) for at in
              range(0, days + 1, max(1, days // 40))]  # fmt: skip
    other = [point(0, 1, 1), point(days // 3, max(1, most // 3), max(1, most // 3))]
    found = made(**{"Ministry of Health, a long name of a source": course, "Another office of the media": other})
    marks = {line.voice_id: (at, "circle") for at, line in enumerate(found.lines)}
    return chart.chart([found], chart.Look(theme, marks, DAY + timedelta(days=days), "people killed"))


@pytest.mark.parametrize(("narrow", "width"), [(False, 1140), (False, 940), (True, 362)])
@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("most", [7, 73_419, 11_559_970, 98_765_432])
def test_no_number_loses_a_digit(page: Page, most: int, scale: str, narrow: bool, width: int) -> None:
    told = figure(900, most, Theme(is_narrow=narrow, scale=scale))
    read = drawn(page, told, width)
    assert [text for text, *_ in read["numbers"]] == told["layout"]["yaxis"]["ticktext"]
    assert [text for text, is_whole, *_ in read["numbers"] + read["names"] if not is_whole] == []


@pytest.mark.parametrize(("narrow", "width"), [(False, 1140), (True, 362)])
@pytest.mark.parametrize("days", [0, 1, 6, 45, 300, 1_460, 9_000])
def test_days_have_their_years_and_lie_over_no_other(page: Page, days: int, narrow: bool, width: int) -> None:
    read = drawn(page, figure(days, 500, Theme(is_narrow=narrow)), width)["days"]
    assert read
    assert "2024" in read[0][0] or days > 1_000
    years = {text[-4:] for text, *_ in read if text[-4:].isdigit()}
    last = (DAY + timedelta(days=days)).year
    assert years <= {str(year) for year in range(2024, last + 1)}
    assert len(years) == last - 2023 or days > 2_000
    for (_, _, _, right), (_, _, left, _) in pairwise(read):
        assert right <= left + 1
