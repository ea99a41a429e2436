"""The map shows the places a view speaks of where they are, what is reported there, and says what it cannot place."""

import csv
import gzip
import json
from datetime import date
from itertools import combinations
from math import cos, radians
from typing import Any

import duckdb
import pytest
from conftest import facets_of

from common.layout import ROOT, SEEDS
from dashboard.charts import map_extent, map_labels, map_text, maps, outlines
from dashboard.charts.theme import Theme
from dashboard.publication import cache
from dashboard.queries import measure
from dashboard.text.panels import Panel

ROW: dict[str, Any] = {
    "is_headline": False, "counting": "cumulative", "is_background": False, "is_share": False, "cause_id": None,
    "actor_id": None, "period_end_on": None, "period_start_on": None, "population_id": "all",
    "population_name": "Everyone", "unit_id": "people", "measure_id": "killed", "measure_name": "People killed",
    "cause_name": None, "actor_name": None,
}  # fmt: skip
RANGE: dict[str, Any] = {
    "lowest": 3, "highest": 7, "is_open_above": False, "is_open_below": False, "source_count": 1, "report_count": 1,
    "named_source_count": 1, "is_disputed": False, "is_by_convention": False, "agreement_low": 3, "agreement_high": 7,
    "agreement_source_count": 1, "counted_from_on": date(2024, 11, 29), "counted_to_on": date(2024, 11, 29),
}  # fmt: skip
PLACES: list[dict[str, Any]] = [
    {"place_id": key, "name": name, "kind": kind, "parent_id": parent, "latitude": north, "longitude": east}
    for key, name, kind, parent, north, east in [
        ("SY", "Syria", "country", None, None, None),
        ("sy-northwest", "North-west Syria", "region", "SY", None, None),
        ("SY02", "Aleppo governorate", "governorate", "sy-northwest", None, None),
        ("SY05", "Hama governorate", "governorate", "SY", None, None),
        ("SY07", "Idleb governorate", "governorate", "sy-northwest", None, None),
        ("SY0207", "As-Safira district", "district", "SY02", None, None),
        ("aleppo", "Aleppo city", "point", "SY02", 36.23, 37.17),
        ("idleb", "Idleb city", "point", "SY07", 35.93, 36.63),
        ("campus", "The campus", "point", "aleppo", None, None),
        ("moon", "The Moon <i>", "region", None, None, None),
        ("loop", "A loop", "region", "loop", None, None),
    ]
]


def panel(place_id: str, number: int = 1, *, standing: Any = (), **changes: Any) -> Panel:
    """One scope of a place with one figure and the standing range RANGE, changed by `standing` (None: no range)."""
    row = ROW | {"place_id": place_id, "place_name": place_id, "figure_id": f"{place_id}-{number}"} | changes
    held = None if standing is None else RANGE | dict(standing)
    return Panel(f"{place_id}.{number}", f"Everyone, {place_id}", [row], held)


def traces(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["meta"]["place_id"]: each for each in figure["data"] if "place_id" in each["meta"]}


def texts(figure: dict[str, Any]) -> str:
    return "\n".join(each["text"] for each in figure["layout"]["annotations"])


def test_all_fourteen_governorates_have_an_area_and_the_file_is_small() -> None:
    found = {key: area for key, area in outlines.areas().items() if area.is_base and area.is_place}
    assert sorted(found) == [f"SY{number:02}" for number in range(1, 15)]
    assert (outlines.FOLDER / "syria_governorates.geojson").stat().st_size < 60_000


@pytest.mark.parametrize(
    ("latitude", "longitude", "place_id"),
    [(36.23, 37.17, "SY02"), (35.93, 36.63, "SY07"), (33.51, 36.29, "SY01"), (35.13, 36.75, "SY05"),
     (34.73, 36.71, "SY04"), (35.52, 35.79, "SY06"), (36.50, 40.75, "SY08"), (35.95, 39.01, "SY11"),
     (32.71, 36.57, "SY13"), (32.62, 36.10, "SY12"), (35.34, 40.14, "SY09"), (34.89, 35.89, "SY10")],
)  # fmt: skip
def test_a_town_lies_in_its_own_governorate_alone(latitude: float, longitude: float, place_id: str) -> None:
    base = {key: area for key, area in outlines.areas().items() if area.is_base}
    assert [key for key, area in base.items() if area.holds(longitude, latitude)] == [place_id]


def test_points_of_the_lookup_lie_in_the_governorate_around_them() -> None:
    with (SEEDS / "places.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["latitude"] and row["parent_id"] in outlines.areas()]
    assert len(rows) >= 2
    for row in rows:
        assert outlines.areas()[row["parent_id"]].holds(float(row["longitude"]), float(row["latitude"])), row["name"]


def test_damascus_is_a_hole_in_the_governorate_around_it_and_no_hole_in_the_country() -> None:
    found = outlines.areas()
    assert [len(found[key].rings) for key in ("SY03", "SY01", "SY")] == [2, 1, 1]
    assert not found["SY03"].holds(36.29, 33.51) and found["SY"].holds(36.29, 33.51)


def test_a_region_is_its_parts_without_the_line_between_them() -> None:
    found = outlines.areas()
    region, parts = found["sy-northwest"], [found["SY02"], found["SY07"]]
    shared = {(end, start) for start, end in parts[0].lines} & set(parts[1].lines)
    assert shared and not {(end, start) for start, end in shared} & set(region.lines)
    assert len(region.lines) == sum(len(part.lines) for part in parts) - 2 * len(shared)
    assert all(ring[0] == ring[-1] for area in found.values() for ring in area.rings)


def test_outer_rings_run_against_the_clock_and_holes_with_it() -> None:
    for area in outlines.areas().values():
        turns = [sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in outlines.pairwise(ring)) > 0 for ring in area.rings]
        assert turns == [True] + [False] * (len(turns) - 1), area.area_id


def test_a_name_stands_inside_its_area() -> None:
    for key, area in outlines.areas().items():
        assert area.holds(*outlines.inner_points(area)[0]), key


def gazetteer() -> list[dict[str, str]]:
    with gzip.open(ROOT / "ingest" / "places" / "gazetteer.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_level_files() -> dict[str, list[str]]:
    """Return the places with an outline by the country in whose file they are."""
    told = json.loads((outlines.FIRST_LEVEL / "places.json").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}
    for place_id, country_id in told.items():
        found.setdefault(country_id, []).append(place_id)
    return found


def test_first_level_areas_are_places_of_their_country_and_hold_its_towns() -> None:
    rows, held, towns = gazetteer(), 0, 0
    files = first_level_files()
    known = {row["place_id"]: row for row in rows if row["kind"] == "first-level area"}
    assert len(files) >= 120
    assert {path.name.split(".")[0] for path in outlines.FIRST_LEVEL.glob("*.geojson.gz")} == set(files)
    points: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if row["kind"] == "point":
            points.setdefault(row["parent_id"], []).append((float(row["longitude"]), float(row["latitude"])))
    for country_id, places in files.items():
        areas = outlines.first_level(country_id)
        assert {key for key, area in areas.items() if area.is_place} == set(places), country_id
        for place_id in places:
            assert known[place_id]["parent_id"] == country_id
            held += sum(areas[place_id].holds(*point) for point in points.get(place_id, []))
            towns += len(points.get(place_id, []))
    # Lists of towns and lines are of different years; what is wrong by name would be wrong for all of a place's towns.
    assert held / towns > 0.93


def test_first_level_areas_touch_without_gap_and_turn_against_the_clock() -> None:
    for country_id in ("UA", "SD", "YE", "IQ"):
        areas = outlines.first_level(country_id)
        pieces = [piece for area in areas.values() for piece in area.lines]
        shared = sum((end, start) in set(pieces) for start, end in pieces)
        assert shared > len(pieces) * 0.4, country_id
        for area in areas.values():
            first = area.rings[0]
            assert first[0] == first[-1]
            assert sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in outlines.pairwise(first)) > 0


@pytest.mark.parametrize("place_id", ["UA14", "UA01", "PS02", "SD02"])
def test_a_first_level_area_of_any_country_is_drawn_among_those_around(place_id: str) -> None:
    country_id = place_id[:2]
    places = [
        {"place_id": country_id, "name": "a country", "kind": "country", "parent_id": None},
        {"place_id": place_id, "name": "an area", "kind": "first-level area", "parent_id": country_id},
        {"place_id": "a-camp", "name": "a camp", "kind": "point", "parent_id": place_id},
    ]
    every = [{"latitude": None, "longitude": None, **row} for row in places]
    figure = maps.map_chart([panel("a-camp"), panel(place_id)], every, Theme())
    base, mark = figure["data"]
    assert (mark["meta"]["place_id"], mark["meta"]["within"]) == (place_id, ["a-camp"])
    assert set(base["meta"]["base"]) <= set(outlines.first_level(country_id))
    assert place_id in base["meta"]["base"]


def test_an_area_whose_lines_have_moved_is_land_around_and_no_place() -> None:
    named = {area.name: area for area in outlines.first_level("SD").values()}
    assert not named["South Kordufan"].is_place
    assert outlines.area_of("SD07") is None


def test_no_map_of_first_level_areas_is_heavy() -> None:
    """A view sends no more than 150 KB of outlines, packed; two numbers a point take less than 12 letters."""
    for country_id in first_level_files():
        points = sum(len(ring) for area in outlines.first_level(country_id).values() for ring in area.rings)
        assert points * 12 / 3 < 150_000, country_id


def test_every_place_reads_back_with_the_ranges_of_its_scopes() -> None:
    panels = [panel("SY07"), panel("SY07", 2, standing={"lowest": 20, "highest": 20}), panel("aleppo", standing=None)]
    drawn = traces(maps.map_chart(panels, PLACES, Theme()))
    assert sorted(drawn) == ["SY07", "aleppo"]
    for each in panels:
        (scope,) = [s for s in drawn[each.rows[0]["place_id"]]["meta"]["scopes"] if s["facet_id"] == each.facet_id]
        held = each.range or {"lowest": None, "highest": None, "is_open_above": False, "is_open_below": False}
        assert all(scope[key] == held[key] for key in ("lowest", "highest", "is_open_above", "is_open_below"))


def test_an_area_is_an_area_and_a_point_is_a_dot_on_top_of_it() -> None:
    figure = maps.map_chart([panel("aleppo"), panel("SY02"), panel("sy-northwest")], PLACES, Theme())
    assert list(traces(figure)) == ["sy-northwest", "SY02", "aleppo"]
    drawn = traces(figure)
    assert (drawn["SY02"]["fill"], drawn["SY02"]["hoveron"]) == ("toself", "fills")
    assert (drawn["aleppo"]["x"], drawn["aleppo"]["y"]) == ([37.17], [36.23])
    assert "an area, not a point" in drawn["SY02"]["text"].lower()
    assert "how far around it" in drawn["aleppo"]["text"][0]


def test_only_cartesian_traces_are_drawn_and_the_figure_is_plain_json() -> None:
    figure = maps.map_chart([panel(row["place_id"]) for row in PLACES], PLACES, Theme())
    assert {each["type"] for each in figure["data"]} == {"scatter"}
    assert not {"geo", "map", "mapbox"} & set(figure["layout"])
    assert json.loads(json.dumps(figure)) == figure


def test_a_degree_of_longitude_is_as_narrow_as_it_is_there() -> None:
    layout = maps.map_chart([panel("SY02")], PLACES, Theme())["layout"]
    south, north = layout["yaxis"]["range"]
    assert layout["yaxis"]["scaleanchor"] == "x"
    assert layout["yaxis"]["scaleratio"] == pytest.approx(1 / cos(radians((south + north) / 2)), rel=0.01)


@pytest.mark.parametrize(
    ("standing", "said"),
    [({"is_open_above": True}, "3 – 7 or more"), ({"highest": 3, "is_open_above": True}, "at least 3"),
     ({"highest": 3, "is_open_below": True}, "3 or fewer"), ({"is_open_below": True}, "3 or fewer – 7")],
)  # fmt: skip
def test_open_ends_are_said_in_label_hover_and_words(standing: dict[str, Any], said: str) -> None:
    panels = [panel("SY02", standing=standing)]
    figure = maps.map_chart(panels, PLACES, Theme())
    assert said in texts(figure)
    assert said in traces(figure)["SY02"]["text"].replace("<br>", " ")
    assert said in map_text.in_words(panels, PLACES)[0]


def test_a_place_without_coordinates_is_only_said_to_be_within_another() -> None:
    panels = [panel("campus"), panel("SY0207")]
    drawn = traces(maps.map_chart(panels, PLACES, Theme()))
    assert {key: each["meta"]["within"] for key, each in drawn.items()} == {"SY02": ["SY0207"], "aleppo": ["campus"]}
    assert all(each["meta"]["scopes"] == [] for each in drawn.values())
    assert drawn["SY02"]["line"]["dash"] == "dash" and drawn["aleppo"]["marker"]["symbol"] == "circle-open"
    assert "somewhere within Aleppo city, where exactly is not stated" in map_text.in_words(panels, PLACES)[0]
    assert "As-Safira district (somewhere within Aleppo governorate)" in map_text.left_out(panels, PLACES)


@pytest.mark.parametrize("place_id", ["moon", "loop", "nobody-listed-it"])
def test_a_place_without_geometry_is_named_and_not_drawn(place_id: str) -> None:
    panels = [panel("SY02"), panel(place_id)]
    name = next((row["name"] for row in PLACES if row["place_id"] == place_id), place_id)
    figure = maps.map_chart(panels, PLACES, Theme())
    assert list(traces(figure)) == ["SY02"]
    assert f"Not on the map: {name.replace('<i>', '&lt;i&gt;')}." in texts(figure)
    assert name in map_text.left_out(panels, PLACES)
    assert f"{name} (not on the map)" in map_text.in_words(panels, PLACES)[1]


def test_with_nothing_to_draw_the_figure_says_so_and_with_nothing_at_all_it_is_empty() -> None:
    figure = maps.map_chart([panel("moon")], PLACES, Theme())
    assert figure["data"] == [] and "Not on the map" in texts(figure)
    assert maps.map_chart([], PLACES, Theme())["data"] == []
    assert map_text.in_words([], PLACES) == [] and map_text.left_out([], PLACES) == ""


def test_text_from_names_is_escaped() -> None:
    places = [row | {"name": f"{row['name']} <b onclick=x>"} for row in PLACES]
    panels = [panel("SY02", population_name="<u>Them"), panel("aleppo"), panel("campus"), panel("moon"), panel("SY")]
    drawn = json.dumps([{**each, "meta": {}} for each in maps.map_chart(panels, places, Theme())["data"]])
    drawn += texts(maps.map_chart(panels, places, Theme()))
    assert "<b onclick" not in drawn and "<u>" not in drawn
    assert "&lt;u&gt;" in drawn


def test_a_label_shows_one_scope_and_counts_the_others_and_adds_nothing_up() -> None:
    whole = panel("SY07", 3, standing={"lowest": 30, "highest": 31})
    period = panel("SY07", 1, counting="period", standing={"lowest": 50, "highest": 50})
    children = panel("SY07", 2, population_id="children", population_name="Children", cause_id="airstrike")
    said = texts(maps.map_chart([period, children, whole], PLACES, Theme()))
    assert "30 – 31" in said and "and 2 more scopes" in said
    assert "50" not in said and "80" not in said


EVENT: dict[str, Any] = {"counting": "incident", "period_start_on": date(2024, 11, 28), "period_end_on": None}


@pytest.mark.parametrize("is_narrow", [False, True])
def test_a_label_never_shows_one_event_as_the_number_of_its_place(is_narrow: bool) -> None:
    def said(*panels: Panel) -> str:
        # Labels are broken into lines.
        return texts(maps.map_chart(panels, PLACES, Theme(is_narrow=is_narrow))).replace("<br>", " ")

    one = panel("SY07", 1, **EVENT)
    children = panel("SY07", 2, **EVENT, population_id="children", population_name="Children")
    assert "one event" in said(one, children) and "several" not in said(one, children)
    later = panel("SY07", 3, **(EVENT | {"period_start_on": date(2024, 11, 30)}), standing={"lowest": 6, "highest": 9})
    assert "Everyone, one of several events" in said(one, later, children).replace("<b>", "").replace("</b>", "")
    assert "6 – 9" in said(one, later, children) and "and 2 more scopes" in said(one, later, children)
    # Of one day, and of the same people: two events too.
    assert "one of several events" in said(one, panel("SY07", 4, **EVENT))
    assert "event" not in said(one, panel("SY07", 5))
    assert "one of several events" in said(panel("SY02"), panel("SY", 1, **EVENT), panel("SY", 2, **EVENT))


@pytest.mark.parametrize(("counting", "said"), [("period", "Everyone, one period"), ("stock", "Everyone, at one time")])
def test_a_short_label_says_what_is_no_running_count_and_by_what_cause(counting: str, said: str) -> None:
    assert map_text.short_scope(panel("SY07", counting=counting)) == said
    assert map_text.short_scope(panel("SY07", cause_id="airstrike", cause_name="Airstrike")) == "Everyone, airstrike"
    assert map_text.short_scope(panel("SY07")) == "Everyone"


def test_a_share_has_no_range_and_is_not_shown_where_a_range_is() -> None:
    share = panel("SY07", is_share=True, standing=None)
    assert map_text.widest([share, panel("SY07", 2)]).facet_id == "SY07.2"
    assert "compared with nothing else" in texts(maps.map_chart([share], PLACES, Theme()))


def test_a_line_says_up_to_which_day_and_by_whom_a_range_counts() -> None:
    two = {"source_count": 2, "report_count": 2, "agreement_source_count": 2, "counted_to_on": date(2024, 11, 30)}
    told = [
        map_text.line(panel("SY07", standing=standing), "Here")
        for standing in ((), two, two | {"is_disputed": True, "agreement_low": None, "agreement_high": None})
    ]
    assert told == [
        "Here: read as 3 – 7, counted up to 29 Nov 2024, 1 source",
        "Here: read as 3 – 7, counted up to 29 – 30 Nov 2024, 2 reports (1 named source), both fit 3 to 7",
        "Here: read as 3 – 7, counted up to 29 – 30 Nov 2024, 2 reports (1 named source), no number fits both",
    ]


def test_a_hover_says_eight_scopes_and_how_many_more() -> None:
    said = traces(maps.map_chart([panel("SY07", n) for n in range(11)], PLACES, Theme()))["SY07"]["text"]
    assert said.count("3 – 7") == 8 and "and 3 more scopes" in said


def test_a_click_gives_the_place_in_a_list_on_areas_and_dots_alike() -> None:
    figure = maps.map_chart([panel("SY02"), panel("aleppo")], PLACES, Theme())
    drawn = traces(figure)
    # The page gives the whole customdata of a fill, and that of the point on a dot.
    assert drawn["SY02"]["customdata"] == ["SY02"] and "lines" in drawn["SY02"]["mode"]
    assert drawn["aleppo"]["customdata"][0] == ["aleppo"]
    assert figure["data"][0]["hoverinfo"] == "skip"


def test_a_click_never_asks_for_a_place_that_no_figure_speaks_of() -> None:
    one = traces(maps.map_chart([panel("campus")], PLACES, Theme()))
    assert one["aleppo"]["customdata"] == [["campus"]]
    second = PLACES[8] | {"place_id": "hospital"}
    both = traces(maps.map_chart([panel("campus"), panel("hospital")], [*PLACES, second], Theme()))
    assert both["aleppo"]["customdata"] == [[None]]


def test_the_country_does_not_force_the_zoom_out_but_is_told_below() -> None:
    near = maps.map_chart([panel("SY07")], PLACES, Theme())
    both = maps.map_chart([panel("SY07"), panel("SY", standing={"lowest": 500000, "highest": 500000})], PLACES, Theme())
    assert both["layout"]["xaxis"]["range"] == near["layout"]["xaxis"]["range"]
    assert "Syria, the whole country, is wider than this map." in texts(both) and "500,000" in texts(both)
    alone = maps.map_chart([panel("SY")], PLACES, Theme())
    west, east = alone["layout"]["xaxis"]["range"]
    assert west < 35.73 and east > 42.37


@pytest.mark.parametrize("is_narrow", [False, True])
def test_labels_neither_cover_one_another_nor_leave_the_map(is_narrow: bool) -> None:
    theme = Theme(is_narrow=is_narrow)
    keys = ("sy-northwest", "SY05", "aleppo", "idleb", "campus")
    marks, _ = map_text.marks([panel(key, n) for key in keys for n in (1, 2)], PLACES)
    on = map_extent.window(marks, theme)
    base = [area for area in outlines.areas().values() if area.is_base and area.is_place]
    boxes = [label.box(on) for label in map_labels.placed(marks, base, on, theme)]
    for one, other in combinations(boxes, 2):
        across, down = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
        assert across <= 1 or down <= 1, "more than a pixel"
    width, height = on.size
    assert all(box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= height for box in boxes[: len(marks)])


def test_the_query_gives_the_columns_the_map_needs(cursor: duckdb.DuckDBPyConnection) -> None:
    places = cache.records(measure.places(cursor))
    assert {row["place_id"]: row["kind"] for row in places} == {"SY": "country", "nw": "region"}
    figure = maps.map_chart(facets_of(cursor, "killed"), places, Theme(scheme="dark"))
    # The region of the small publication has no outline: all that is known is that it lies somewhere within Syria.
    assert list(traces(figure)) == ["SY"]
    assert traces(figure)["SY"]["meta"]["within"]
    assert json.loads(json.dumps(figure)) == figure
