"""Everything written in a chart stands out from what lies behind it by 4.5 : 1, every mark and line by 3 : 1."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import served
from browsing import TRACES, Watched, needs_chromium, until, visit
from contrast import READ, over, ratio
from dash import Dash
from playwright.sync_api import Browser

from dashboard.charts import marks

WHITE, BLACK = (255, 255, 255, 1), (0, 0, 0, 1)
LEAST = {"text": 4.5, "mark": 3.0, "line": 3.0}
# A wide room with every kind of mark, its other tabs, one drawn for a phone, the small charts of the overview.
VIEWS = [
    ("deaths", 1280), ("deaths", 390), ("deaths?tab=time", 1280), ("deaths?tab=populations", 1280),
    ("deaths?tab=places", 390), ("displaced?scale=log", 1280), ("deaths?figure=f-04", 1280), ("", 1280),
]  # fmt: skip


@pytest.fixture(scope="module")
def address(app: Dash, pages_folder: Path) -> Iterator[str]:
    with served(app, pages_folder) as url:
        yield url


def weak(found: list[dict[str, Any]], back: list[float]) -> set[str]:
    """Name what stands out too little, with by how much, at the worst of its points."""
    said = set()
    for each in found:
        # Superseded and withdrawn figures are pale on purpose: their words are beside them.
        if each["kind"] != "text" and each["opacity"] == pytest.approx(marks.PALE):
            continue
        worst = min(
            max(ratio(colour, [back, *behind], each["opacity"]) for colour in each["colours"])
            for behind in each["behind"]
        )
        if worst < LEAST[each["kind"]]:
            said.add(f"{each['kind']} {each['name']}: {worst:.2f} ({each['colours']})")
    return said


@needs_chromium
@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.slow)])
@pytest.mark.parametrize(("search", "width"), VIEWS)
def test_all_that_charts_say_stands_out(chromium: Browser, address: str, search: str, width: int, scheme: str) -> None:
    watched = Watched(chromium, address, width=width, scheme=scheme)
    page = watched.page
    visit(page, f"{address}/{search}")
    page.wait_for_selector(TRACES if search else "#steps-deaths .scatterlayer .trace", state="attached")
    until(lambda: page.evaluate("document.fonts.status") == "loaded", "no fonts")
    read = page.evaluate(READ)
    kinds = {each["kind"] for each in read["found"]}
    assert kinds == {"text", "mark", "line"}, search
    assert weak(read["found"], read["back"]) == set(), f"/{search} at {width} px, {scheme}"
    page.close()


def test_contrast_is_counted_as_wcag_does() -> None:
    assert ratio(BLACK, [WHITE]) == pytest.approx(21)
    assert ratio(WHITE, [WHITE]) == pytest.approx(1)
    # The darkest grey that fails on white, and the lightest that passes.
    assert ratio((0x77, 0x77, 0x77, 1), [WHITE]) < 4.5 < ratio((0x76, 0x76, 0x76, 1), [WHITE])
    assert over((0, 0, 0, 0.5), WHITE)[:3] == (127.5, 127.5, 127.5)
    assert ratio(BLACK, [WHITE, (0, 0, 0, 0.5)]) < ratio(BLACK, [WHITE])
    assert ratio(BLACK, [WHITE], opacity=0.5) == ratio((0, 0, 0, 0.5), [WHITE])


def test_what_is_too_pale_is_named() -> None:
    pale = {"kind": "text", "name": "pale", "opacity": 1, "colours": [[200, 200, 200, 1]], "behind": [[]]}
    assert weak([pale], [255, 255, 255, 1]) == {"text pale: 1.67 ([[200, 200, 200, 1]])"}
    assert weak([pale | {"kind": "mark", "opacity": marks.PALE}], [255, 255, 255, 1]) == set()
