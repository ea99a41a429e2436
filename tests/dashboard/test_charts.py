"""What the chart shows equals the rows it was given, open ends and missing values included."""

import re
from typing import Any

import duckdb
import pytest
from conftest import EPISODE, facets_of

from dashboard.charts import marks, ranges
from dashboard.charts import theme as charts_theme
from dashboard.publication import cache
from dashboard.queries import base

Cursor = duckdb.DuckDBPyConnection


def draw(cursor: Cursor, measure: str = "killed", **choices: Any) -> dict[str, Any]:
    theme = charts_theme.Theme(**choices)
    voices = charts_theme.voice_marks(cache.records(base.voices(cursor, EPISODE)))
    return ranges.range_chart(facets_of(cursor, measure, theme.by), voices, theme)


def trace(figure: dict[str, Any], figure_id: str) -> dict[str, Any]:
    (found,) = [each for each in figure["data"] if each["meta"]["figure_id"] == figure_id]
    return dict(found)


@pytest.mark.parametrize("measure", ["killed", "displaced", "airstrikes", "injured"])
def test_every_figure_is_one_mark_and_reads_back_as_it_was_stated(cursor: Cursor, measure: str) -> None:
    rows = {row["figure_id"]: row for panel in facets_of(cursor, measure) for row in panel.rows}
    drawn = draw(cursor, measure)["data"]
    assert sorted(each["meta"]["figure_id"] for each in drawn) == sorted(rows)
    for each in drawn:
        row = rows[each["meta"]["figure_id"]]
        keys = ("reading_low", "reading_stated", "reading_high")
        assert {key: each["meta"][key] for key in keys} == {key: row[key] for key in keys}
        shown = [row[key] for key in keys if row[key] is not None and abs(row[key] - (row["reading_stated"] or 0)) != 1]
        assert set(shown) <= set(each["x"])


def test_an_end_open_above_is_an_arrow_at_the_edge(cursor: Cursor) -> None:
    figure = draw(cursor)
    mark = trace(figure, "f-01")
    assert mark["marker"]["symbol"][-1] == marks.ARROW_RIGHT
    assert mark["x"] == [200, figure["layout"]["xaxis"]["range"][1]]


def test_an_end_open_below_is_an_arrow_to_the_left(cursor: Cursor) -> None:
    mark = trace(draw(cursor), "f-06")
    assert mark["marker"]["symbol"][0] == marks.ARROW_LEFT
    assert mark["x"] == [0, 40]


def test_a_vague_word_has_ends_but_no_stated_number(cursor: Cursor) -> None:
    assert trace(draw(cursor), "f-04")["marker"]["symbol"] == [marks.CAP, marks.CAP]


def test_an_exact_number_is_one_symbol(cursor: Cursor) -> None:
    assert trace(draw(cursor), "f-03")["x"] == [277]


def test_a_relay_is_hollow_and_dotted_and_said(cursor: Cursor) -> None:
    figure = draw(cursor, "displaced")
    first, relay = trace(figure, "f-08"), trace(figure, "f-09")
    assert relay["marker"]["symbol"][0] == first["marker"]["symbol"][0] + "-open"
    assert (first["line"]["dash"], relay["line"]["dash"]) == ("solid", "dot")
    assert "relay" in relay["hovertext"]


def test_a_party_claim_is_a_diamond_and_said(cursor: Cursor) -> None:
    row = cache.records(base.figure(cursor, "f-04"))[0]
    assert marks.symbol(row, "circle") == charts_theme.PARTY_SYMBOL
    figure = draw(cursor)
    assert "party claim" in trace(figure, "f-04")["hovertext"]
    assert any("party claim" in note["text"] for note in figure["layout"]["annotations"])


def test_a_mark_and_its_row_say_up_to_which_day_it_counts(cursor: Cursor) -> None:
    figure = draw(cursor)
    assert trace(figure, "f-03")["hovertext"].split("<br>") == [
        "<b>Syrian Observatory</b>", "“277 dead”", "Read as 277: both ends as stated",
        "Everyone, North-west, since 27 November 2024", "In: Post, Third &lt;i&gt;", "Counted up to 30 November 2024",
        "Reported 30 November 2024", "Published 2 December 2024", "standing report",
    ]  # fmt: skip
    texts = [re.sub("<[^>]*>", "|", note["text"]) for note in figure["layout"]["annotations"]]
    assert texts[:2] == [
        "|Everyone, North-west, since 27 November 2024|",
        "|read as 258 – 299, counted up to 29 – 30 November 2024, 2 reports (1 named source), both fit 277|",
    ]
    assert "The ministry||counted up to 28 Nov 2024 · party claim · relay|" in texts
    assert not any("Counted up to" in each["hovertext"] for each in draw(cursor, "airstrikes")["data"]), "a window"


def test_a_superseded_report_is_paler(cursor: Cursor) -> None:
    figure = draw(cursor)
    assert trace(figure, "f-01")["opacity"] < trace(figure, "f-03")["opacity"] == 1


def test_the_headline_comes_first_and_the_background_last(cursor: Cursor) -> None:
    panels = facets_of(cursor, "killed")
    assert [row["figure_id"] for row in panels[0].rows] == ["f-01", "f-02", "f-03"]
    assert [row["figure_id"] for row in panels[-1].rows] == ["f-11"]


def test_unlike_scopes_never_share_an_axis(cursor: Cursor) -> None:
    panels = facets_of(cursor, "killed")
    figure = draw(cursor)
    axis_of = {each["meta"]["figure_id"]: each["xaxis"] for each in figure["data"]}
    axes = [{axis_of[row["figure_id"]] for row in panel.rows} for panel in panels]
    assert all(len(each) == 1 for each in axes)
    assert len(set.union(*axes)) == len(panels)


def test_rows_of_a_panel_do_not_overlap(cursor: Cursor) -> None:
    figure = draw(cursor)
    spots = [(each["yaxis"], each["y"][0]) for each in figure["data"]]
    assert len(set(spots)) == len(spots)


def test_the_band_is_the_standing_range_and_the_agreement(cursor: Cursor) -> None:
    first, second = draw(cursor)["layout"]["shapes"][:2]
    assert (first["x0"], first["x1"]) == (258, 299)
    assert (second["x0"], second["x1"]) == (277, 277)


def test_an_open_range_reaches_the_edge(cursor: Cursor) -> None:
    figure = draw(cursor, "displaced")
    band = figure["layout"]["shapes"][0]
    assert (band["x0"], band["x1"]) == (14001, figure["layout"]["xaxis"]["range"][1])


def test_a_zero_does_not_break_the_log_scale(cursor: Cursor) -> None:
    figure = draw(cursor, "injured", scale="log")
    assert all(x > 0 for x in trace(figure, "f-13")["x"])
    assert all(shape["x0"] > 0 for shape in figure["layout"]["shapes"])


@pytest.mark.parametrize(
    ("start", "end", "ticks"),
    [(8, 60, [10, 20, 50]), (0.5, 3, [1, 2]), (0.5, 2e6, [1, 10, 100, 1000, 10**4, 10**5, 10**6])],
)
def test_log_ticks_are_few_and_whole(start: float, end: float, ticks: list[float]) -> None:
    assert ranges.log_ticks(start, end) == ticks


def test_text_from_documents_is_escaped(cursor: Cursor) -> None:
    figure = draw(cursor)
    texts = [trace(figure, "f-06")["hovertext"], *(note["text"] for note in figure["layout"]["annotations"])]
    assert not any("<i>40" in text for text in texts)
    assert "&lt;i&gt;40&lt;/i&gt; &amp; %{x}" in texts[0]


def test_placed_by_period_a_row_names_its_period(cursor: Cursor) -> None:
    texts = [note["text"] for note in draw(cursor, by="period")["layout"]["annotations"]]
    assert any("27 – 30 Nov 2024" in text for text in texts)


@pytest.mark.parametrize("is_narrow", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_label_is_inside_the_chart(cursor: Cursor, is_narrow: bool, scheme: str) -> None:
    figure = draw(cursor, is_narrow=is_narrow, scheme=scheme)
    assert all(0 < note["y"] < 1 for note in figure["layout"]["annotations"])
    domains = [axis["domain"] for name, axis in figure["layout"].items() if name.startswith("yaxis")]
    assert all(0 < low < high < 1 for low, high in domains)


def test_no_figures_draw_an_empty_chart() -> None:
    assert ranges.range_chart([], {}, charts_theme.Theme())["data"] == []


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("scheme", "back"), [("light", "#ffffff"), ("dark", "#12171d")])
def test_chart_text_and_marks_stand_out_from_the_background(scheme: str, back: str) -> None:
    colours = charts_theme.SCHEMES[scheme]
    assert all(contrast(colour, back) >= 4.5 for colour in (colours.text, colours.muted))
    assert all(contrast(colour, back) >= 3 for colour in colours.voices)


def test_named_voices_look_different_and_lastingly() -> None:
    voices = [{"voice_id": str(n), "is_party": n > 3, "is_named": True} for n in range(9)]
    given = charts_theme.voice_marks(voices)
    assert len(set(given.values())) == len(voices)
    assert charts_theme.voice_marks(voices[:2])["1"] == given["1"]
