"""An estimate is told and drawn apart: hatched, named, and said to be in no range of counts."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from conftest import facets_of

from dashboard.charts import ranges
from dashboard.charts.theme import Theme
from dashboard.publication.cache import Cursor
from dashboard.sections import overview
from dashboard.text import formatting, sentences
from dashboard.text.panels import Panel

DAY = date(2024, 12, 2)


@pytest.fixture
def panel(cursor: Cursor) -> Panel:
    """The deaths of everyone, counted."""
    return facets_of(cursor, "killed")[0]


def estimated(panel: Panel, kind: str = "survey") -> Panel:
    rows = [row | {"kind": kind, "interval_kind": "confidence", "interval_level": 95.0} for row in panel.rows]
    return replace(panel, facet_id="estimate", rows=rows, range=(panel.range or {}) | {"kind": kind})


def hatches(panels: list[Panel], scale: str = "linear") -> list[dict[str, Any]]:
    drawn = ranges.range_chart(panels, {}, Theme(scale=scale))["layout"]["shapes"]
    return [shape for shape in drawn if shape.get("name") == "estimate"]


def test_an_estimate_is_hatched_and_a_count_is_not(panel: Panel) -> None:
    assert hatches([panel]) == []
    for scale in ("linear", "log"):
        (hatch,) = hatches([panel, estimated(panel)], scale)
        assert hatch["yref"] == "y2 domain"
        first, last = (float(hatch["path"].split()[at].split(",")[0]) for at in (1, -1))
        assert (round(first), round(last), hatch["path"].count("M ")) == (258, 299, ranges.HATCHES)


@pytest.mark.parametrize(("kind", "words"), formatting.KINDS.items())
def test_every_kind_that_is_no_count_is_named_with_its_scope(panel: Panel, kind: str, words: str) -> None:
    assert words in formatting.scope(estimated(panel, kind).rows[0])
    assert words in sentences.badges(estimated(panel, kind).rows[0])
    assert words not in formatting.scope(panel.rows[0])


def test_estimates_are_said_not_to_be_in_the_range(panel: Panel) -> None:
    alone, beside = (
        sentences.headline(panels, DAY, "People killed") for panels in ([panel], [panel, estimated(panel)])
    )
    assert formatting.NOT_IN_RANGE not in alone
    assert beside.endswith(f" {formatting.NOT_IN_RANGE}")
    assert sentences.standing(estimated(panel)).endswith("in no range of counts")
    assert "in no range" not in sentences.standing(panel)


def test_a_card_says_that_estimates_stand_beside_it(panel: Panel) -> None:
    row = (panel.range or {}) | {"is_whole": True, "estimate_count": 0}
    card = overview.Card("deaths", "Deaths", "/deaths", rows=[row], figures=panel.rows)
    assert formatting.NOT_IN_RANGE not in overview.small_words(card, DAY)
    beside = replace(card, rows=[row | {"estimate_count": 2}])
    assert overview.small_words(beside, DAY).endswith(formatting.NOT_IN_RANGE)
    only = replace(card, rows=[row | {"kind": "modelled", "is_whole": False}])
    assert overview.scope_words(only).startswith("No count is on record: Everyone, an estimate by a model")


def test_an_interval_is_named_by_its_kind_and_level() -> None:
    told = {"interval_kind": "confidence", "interval_level": 95.0}
    assert formatting.interval_stated(told) == "95 % confidence interval"
    assert formatting.interval_stated({"interval_kind": "other", "interval_level": None}) == "interval"
    assert formatting.interval_stated({}) == ""
