"""A chart of many panels in Chromium: plots that show the same, each drawn when it is seen, all of them on paper."""

from typing import Any

import pytest
from browsing import Watched, needs_chromium, until
from playwright.sync_api import Browser, Page

pytestmark = needs_chromium
# Every trace of the whole chart and of its plots as drawn: its values; and every text that is written.
WHOLE = "chart => chart.figure.data.map(trace => JSON.stringify([trace.name, trace.x, trace.y]))"
PLOTS = """chart => [...chart.querySelectorAll(".js-plotly-plot")].flatMap((plot) =>
    plot.data.map(trace => JSON.stringify([trace.name, trace.x, trace.y])))"""
NOTES = "chart => chart.figure.layout.annotations.length"
DRAWN_NOTES = "chart => chart.querySelectorAll('.annotation').length"
PANELS = "chart => Object.keys(chart.figure.layout).filter((name) => name.startsWith('yaxis')).length"
DRAWN_PANELS = "chart => chart.querySelectorAll('.cartesianlayer > .subplot').length"
# Which plots are drawn.
SEEN = "chart => [...chart.children].map((plot) => plot.classList.contains('js-plotly-plot'))"


def on_paper(page: Page) -> Any:
    """Have all of a chart drawn, as for paper; the chart."""
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    chart = page.locator("#react-entry-point #chart")
    until(lambda: all(chart.evaluate(SEEN)), "not all of the chart was drawn")
    return chart


SEARCHES = ["deaths?tab=chart&rows=240", "deaths?tab=time", "deaths?tab=places", "displaced?tab=chart",
            "deaths?tab=time&clock=known"]  # fmt: skip


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.slow)])
def test_plots_together_show_the_whole_chart(chromium: Browser, address: str, search: str, width: int) -> None:
    watched = Watched(chromium, address, width=width)
    chart = on_paper(watched.open(search))
    assert sorted(chart.evaluate(PLOTS)) == sorted(chart.evaluate(WHOLE))
    assert chart.evaluate(DRAWN_NOTES) == chart.evaluate(NOTES) > 0
    assert chart.evaluate(DRAWN_PANELS) == chart.evaluate(PANELS) > 0
    watched.expect_silence()
    watched.page.close()


def test_what_is_out_of_sight_is_drawn_when_it_is_scrolled_to(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.page
    page.set_viewport_size({"width": 1280, "height": 300})
    watched.open("deaths?tab=chart")
    chart = page.locator("#react-entry-point #chart")
    until(lambda: chart.evaluate(SEEN)[0], "the first plot was not drawn")
    assert not all(chart.evaluate(SEEN))
    page.evaluate("document.querySelector('#react-entry-point #chart').lastElementChild.scrollIntoView()")
    until(lambda: chart.evaluate(SEEN)[-1], "the last plot was not drawn")
    watched.expect_silence()
    page.close()


def test_nothing_is_drawn_again_that_did_not_change(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("deaths?tab=time")
    marked = "#react-entry-point :is(#chart .scatterlayer .trace, #chart-words li, #tabs a)"
    page.evaluate("(parts) => document.querySelectorAll(parts).forEach((part) => { part.kept = true; })", marked)
    kept = "(parts) => [...document.querySelectorAll(parts)].map((part) => [part.tagName, part.kept === true])"
    # The order of figures is nothing to a chart over time, but the tabs lead to figures in that order.
    page.click("#by-period")
    until(lambda: ["A", False] in page.evaluate(kept, marked), "the tabs stayed as they were")
    page.wait_for_load_state("networkidle")
    found = page.evaluate(kept, marked)
    assert {tag: {is_kept for one, is_kept in found if one == tag} for tag, _ in found} == {
        "g": {True}, "LI": {True}, "A": {False},
    }  # fmt: skip
    watched.expect_silence()
    page.close()
