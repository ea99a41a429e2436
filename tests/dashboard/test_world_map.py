"""The map of countries counted in one way: tinted by the low end, with legend, scale, labels beside what they name."""

import csv
import json
from datetime import date, timedelta
from itertools import combinations
from math import cos, radians
from typing import Any

import pytest

from common.layout import SEEDS
from dashboard.charts import map_labels, map_text, maps, outlines
from dashboard.charts.map_extent import Window
from dashboard.charts.theme import DARK, LIGHT, Theme
from dashboard.charts.world import chart, labels, tints
from dashboard.charts.world.tints import World
from dashboard.text.panels import Panel

NEWEST = date(2024, 12, 31)
# Screens: wide and narrow.
THEMES = [Theme(), Theme(is_narrow=True)]
# What a view may weigh as it is sent, uncompressed.
MOST_BYTES = 150_000


def row(place_id: str, lowest: int, **changes: Any) -> dict[str, Any]:
    return {
        "place_id": place_id, "place_name": names()[place_id], "population_id": "idps", "measure_id": "displaced",
        "population_name": "Internally displaced people", "population_words": None, "counting": "stock",
        "verification": "reported", "kind": "count", "place_role": "own", "cause_id": None, "cause_name": None,
        "actor_id": None, "actor_name": None, "lowest": lowest, "highest": lowest + 5, "is_open_above": False,
        "is_open_below": False, "source_count": 2, "named_source_count": 2, "report_count": 2, "is_share": False,
        "agreement_low": None, "agreement_high": None, "agreement_source_count": 0, "counted_from_on": NEWEST,
        "counted_to_on": NEWEST, "period_start_on": None, "period_end_on": None, "unit_id": "people",
        "measure_name": "People displaced", "is_background": False, "is_headline": False,
    } | changes  # fmt: skip


def names() -> dict[str, str]:
    with (SEEDS / "places.csv").open(encoding="utf-8", newline="") as file:
        return {each["place_id"]: each["name"] for each in csv.DictReader(file) if each["kind"] == "country"}


def every() -> World:
    """Every country there is geometry for, with numbers from nobody to tens of millions."""
    ids = [one for one in names() if one in outlines.countries() or one in outlines.small()]
    world = tints.chosen([row(one, 37 * at**3) for at, one in enumerate(sorted(ids))])
    assert world is not None
    return world


def drawn(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["meta"]["place_id"]: each for each in figure["data"] if "place_id" in each["meta"]}


def test_every_country_of_the_lists_has_an_outline_or_a_point_but_for_small_islands() -> None:
    known = set(outlines.countries()) | set(outlines.small())
    assert set(names()) - known == {"AI", "BQ", "BV", "JE", "MF", "MS", "NR", "NU", "PM", "SX", "VG"}
    assert known - set(names()) == {"ne-FLK"}


@pytest.mark.parametrize(
    ("latitude", "longitude", "place_id"),
    [(15.5, 32.5, "SD"), (48.5, 31.5, "UA"), (31.9, 35.2, "PS"), (9.6, 44.1, "SO"), (2.0, 45.3, "SO"),
     (46.6, 2.5, "FR"), (33.9, 67.7, "AF"), (-1.5, 23.6, "CD"), (35.0, 38.5, "SY"), (35.0, 33.2, "CY")],
)  # fmt: skip
def test_a_place_lies_in_its_country_alone(latitude: float, longitude: float, place_id: str) -> None:
    assert [one for one, area in outlines.countries().items() if area.holds(longitude, latitude)] == [place_id]


@pytest.mark.parametrize("theme", THEMES, ids=["wide", "narrow"])
def test_a_view_of_all_countries_weighs_no_more_than_it_may_and_is_plain(theme: Theme) -> None:
    figure = chart.chart(every(), theme)
    text = json.dumps({"data": [{key: each[key] for key in ("x", "y")} for each in figure["data"]]},
                      separators=(",", ":"))  # fmt: skip
    assert len(text) <= MOST_BYTES
    assert {each["type"] for each in figure["data"]} == {"scatter"}
    assert json.loads(json.dumps(figure)) == figure


def test_a_tint_is_the_class_of_the_low_end_and_the_legend_says_which() -> None:
    world = every()
    figure = chart.chart(world, Theme())
    legend = {shape["name"]: shape["fillcolor"] for shape in figure["layout"]["shapes"] if shape["type"] == "rect"}
    shown = drawn(figure)
    for each in world.rows:
        trace = shown[each["place_id"]]
        colour = trace["fillcolor"] if trace["mode"] == "lines" else trace["marker"]["color"]
        assert legend[world.class_name(world.class_of(each))] == colour
        start, *more = world.starts[world.class_of(each) :]
        assert start <= each["lowest"] and all(each["lowest"] < end for end in more[:1])
    assert len(set(legend.values())) == len(legend) >= 6
    words = " ".join(note["text"] for note in figure["layout"]["annotations"])
    assert all(name in words for name in legend)


def test_a_country_without_a_number_is_hatched_and_one_counted_long_ago_is_not_tinted() -> None:
    rows = [row(one, 1000 * at) for at, one in enumerate(("SD", "UA", "SY", "YE", "CD"), 1)]
    old = row("AF", 9_000_000, counted_to_on=NEWEST - timedelta(days=900))
    world = tints.chosen([*rows, old])
    assert world is not None and [each["place_id"] for each in world.current] == ["CD", "YE", "SY", "UA", "SD"]
    figure = chart.chart(world, Theme())
    (none,) = [each for each in figure["data"] if each["name"] == "no such count"]
    assert none["fillpattern"]["shape"] and "FR" not in drawn(figure)
    assert "FR" in none["meta"]["base"] or "TD" in none["meta"]["base"]
    assert drawn(figure)["AF"]["line"]["dash"] == "dot"
    assert drawn(figure)["AF"]["fillcolor"] == Theme().colours.back
    assert "Afghanistan" not in tints.finding(world, "people displaced")
    assert names()["CD"] in tints.finding(world, "people displaced")


@pytest.mark.parametrize("theme", THEMES, ids=["wide", "narrow"])
def test_labels_cover_neither_what_they_name_nor_each_other(theme: Theme) -> None:
    world = every()
    on = chart.window(world, theme)
    found = chart._labels(world, on, theme)
    assert len(found) >= (2 if theme.is_narrow else 5)
    by_name = {names()[one]: one for one in names()}
    boxes = []
    for label in found:
        name = label.lines[0].removeprefix("<b>").removesuffix("</b>")
        one = by_name[name.replace("&#x27;", "'")]
        box = label.box(on)
        boxes.append(box)
        area = outlines.countries().get(one)
        if area:
            assert map_labels.over(box, [labels.boxed(area.rings, on)]) == 0, name
    for one_box, other in combinations(boxes, 2):
        assert map_labels.over(one_box, [other]) == 0
    assert all(map_labels.outside(box, on) == 0 for box in boxes)


def test_the_scale_is_as_long_as_it_says() -> None:
    on = Window(-20, -35, 60, 40, 1.0, 7.0)
    line, text = chart.scale_bar(on, Theme())
    kilometres = float(text["text"].split(" km")[0].replace(",", ""))
    assert (line["x1"] - line["x0"]) * 111.32 * cos(radians(2.5)) == pytest.approx(kilometres, rel=0.001)


def test_only_countries_counted_in_one_way_are_tinted_together() -> None:
    idps = [row(one, 5000) for one in ("SD", "UA", "SY", "YE")]
    refugees = [row(one, 9, population_id="refugees") for one in ("SD", "UA")]
    world = tints.chosen([*idps, *refugees])
    assert world is not None
    assert {each["population_id"] for each in world.rows} == {"idps"}
    assert world.other_count == 2
    assert tints.chosen(idps[:3]) is None, "too few for a map of the world"
    everyone = [row(one, 9, population_id="all") for one in ("SD", "UA", "SY", "YE")]
    both = tints.chosen([*idps, *everyone])
    assert both is not None and {each["population_id"] for each in both.rows} == {"all"}


def test_the_newest_range_of_a_country_is_shown() -> None:
    rows = [row(one, 5000) for one in ("SD", "UA", "SY", "YE")]
    world = tints.chosen([*rows, row("SD", 7, counted_to_on=date(2020, 12, 31)), row("SD", 8000)])
    assert world is not None
    assert [each["lowest"] for each in world.rows if each["place_id"] == "SD"] == [8000]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_class_has_a_tint_of_its_own_from_pale_to_full(scheme: str) -> None:
    world, theme = every(), Theme(scheme=scheme)
    found = [chart.tint(world, at, theme) for at in range(len(world.starts))]
    assert len(set(found)) == len(found)
    full = (LIGHT if scheme == "light" else DARK)[0]
    far = [sum(abs(int(each[n : n + 2], 16) - int(full[n : n + 2], 16)) for n in (1, 3, 5)) for each in found]
    assert far == sorted(far, reverse=True)


ROW: dict[str, Any] = {
    "is_headline": False, "counting": "cumulative", "is_background": False, "is_share": False, "cause_id": None,
    "actor_id": None, "period_end_on": None, "period_start_on": None, "unit_id": "people", "measure_id": "killed",
    "measure_name": "People killed", "cause_name": None, "actor_name": None, "place_name": "Idleb", "place_id": "SY07",
    "claim_about": None,
}  # fmt: skip
RANGE: dict[str, Any] = {
    "is_open_above": False, "is_open_below": False, "source_count": 1, "report_count": 1, "named_source_count": 1,
    "is_disputed": False, "is_by_convention": False, "agreement_low": 3, "agreement_high": 7,
    "agreement_source_count": 1, "counted_from_on": NEWEST, "counted_to_on": NEWEST,
}  # fmt: skip


def panel(number: int, lowest: int, **changes: Any) -> Panel:
    told = ROW | {"population_id": "all", "population_name": "Everyone", "figure_id": f"f-{number}"} | changes
    return Panel(f"SY07.{number}", "", [told], RANGE | {"lowest": lowest, "highest": lowest})


def test_a_label_is_of_everyone_or_civilians_and_never_a_party_about_its_enemy() -> None:
    fighters = panel(1, 900, population_id="fighters", population_name="Fighters", claim_about="enemy")
    civilians = panel(2, 30, population_id="civilians", population_name="Civilians", counting="period")
    assert map_text.widest([fighters, civilians]) is civilians
    everyone = panel(3, 20, counting="period")
    assert map_text.widest([fighters, civilians, everyone]) is everyone
    places = [{"place_id": "SY07", "name": "Idleb", "kind": "governorate", "parent_id": None, "latitude": None,
               "longitude": None}]  # fmt: skip
    alone = maps.map_chart([fighters], places, Theme())
    said = " ".join(note["text"] for note in alone["layout"]["annotations"]).replace("<br>", " ")
    assert "900" not in said and "about its enemy alone" in said


def test_a_label_that_would_hide_its_area_stands_beside_it() -> None:
    area = outlines.areas()["SY01"]
    on = Window(35, 32, 43, 38, 0.82, 90.0)
    mark = map_text.Mark(map_text.Place("SY01", "Damascus", "governorate", None, area), [panel(1, 30)])
    (label,) = map_labels.placed([mark], [], on, Theme())
    assert map_labels.over(label.box(on), [map_labels.pixels_of(area, on)]) == 0
    assert label.right or label.down, "and a line leads to it"
