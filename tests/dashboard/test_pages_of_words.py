"""Sources, figures, checks and about: what they say is what SQL says, and nothing in an address breaks them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import links, opened, publish_pages, shown

from common.layout import ROOT
from dashboard import wording
from dashboard.publication import cache
from dashboard.publication.folder import publications
from dashboard.queries import checks as queries_checks
from dashboard.queries import pages as queries_pages
from dashboard.sections import figure, handbook, sources

LAST = date(2024, 12, 2)
PATHS = ["/", "/sources", "/figure/f-01", "/checks", "/about"]
BAD_SEARCHES = [
    "?known_on=%ff&episode=%00",
    "?figure_id=3&figure_id=4&self=1",
    "?" + "a=1&" * 99,
    "?_=<script>",
    "??&&=",
]
BAD_IDS = ["no", "%00", "%27%20or%201=1", "..%2F..%2Fx", "<script>", "f-01/f-02", "a" * 5000, "%f0%9f", "*", "[", ""]


@pytest.mark.parametrize("search", BAD_SEARCHES)
@pytest.mark.parametrize("path", PATHS)
def test_no_query_breaks_a_page(pages: FlaskClient, path: str, search: str) -> None:
    assert opened(pages, path, search).status_code == 200
    assert pages.get(path + search).status_code == (400 if "%ff" in search else 200)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_published_says_what_to_run(
    app: Dash, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    client = app.server.test_client()
    assert "Run `make build`" in shown(client, path)
    assert client.get(path).status_code == 200


def test_an_empty_warehouse_says_what_to_run(app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = publish_pages(tmp_path / "20260101T000000000000Z.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute("delete from fct_figures")
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    assert "holds no figures yet" in shown(app.server.test_client(), "/")
    publications().close()


def test_a_row_a_source_counts_what_sql_counts(pages: FlaskClient, pages_sql: duckdb.DuckDBPyConnection) -> None:
    text = shown(pages, "/sources")
    rows = pages_sql.execute(
        """select v.name, v.kind, count(*), count(*) filter (where is_relay), min(published_on), max(published_on)
        from fct_figures as f
        join dim_voices as v using (voice_id) where voice_id in ('ocha', 'ministry') group by all order by 2"""
    ).fetchall()
    assert [row[:4] for row in rows] == [("The ministry", "government", 2, 1), ("UN OCHA", "un", 4, 1)]
    days = ["".join(wording.day(day, short=True) for day in row[4:]) for row in rows]
    assert f"The ministrygovernment, a party{days[0]}2 figures (1 relay)" in text
    assert f"UN OCHAUnited Nations{days[1]}4 figures (1 relay)" in text
    assert "Unattributed, in document doc-2the document’s own voice" in text


def test_every_figure_of_the_day_is_listed_and_linked(pages: FlaskClient) -> None:
    found = {href for href in links(pages, "/sources") if href.startswith("/figure/")}
    assert found == {f"/figure/f-{number:02}" for number in range(1, 15)}
    assert "/figure/f-14" not in links(pages, "/sources", "?known_on=2024-12-01")


def test_pairs_are_of_one_scope_and_as_far_apart_as_sql_says(pages: FlaskClient) -> None:
    text = shown(pages, "/sources")
    assert (
        "Syrian Observatory and Unattributed, in document doc-2"
        "277, up to 30 Nov 2024258 – 299, up to 29 Nov 2024both fit 277"
    ) in text
    assert (
        "UN OCHA and Syrian Observatory56, up to 28 Nov 202440 or fewer, up to 28 Nov 2024"
        "16 or more apart: they cannot both hold"
    ) in text
    assert text.count("How far apart") == 2
    early = shown(pages, "/sources", "?known_on=2024-11-28")
    assert "No two sources counted the same, as known on 28 November 2024." in early


def test_two_that_lie_apart_contradict_each_other_only_where_their_days_do_not_explain_it(
    tmp_path: Path,
) -> None:
    publish_pages(tmp_path / "20260101T000000000000Z.duckdb")
    changed = {"later": date(2024, 12, 2), "same": date(2024, 11, 28), "earlier": date(2024, 11, 27)}
    found = {}
    for counting in ("cumulative", "incident", "stock", "period"):
        for name, day in changed.items():
            # The 56 of OCHA beside the 40 or fewer of 28 November.
            with duckdb.connect(str(tmp_path / "20260101T000000000000Z.duckdb")) as connection:
                until = [day, "f-14"]
                connection.execute("update range_standing_reports set counted_until_on = ? where report_id = ?", until)
                connection.execute(
                    "update fct_figures set counting = ? where figure_id in ('f-06', 'f-14')", [counting]
                )
                [row] = [row for row in cache.records(queries_pages.pair_distances(connection, "offensive", LAST))
                         if row["second_id"] == "f-06"]  # fmt: skip
            found[counting, name] = sources.distance(row)
    no, yes = "16 or more apart: they cannot both hold", "16 or more apart, counted up to other days"
    assert found == {
        ("cumulative", "later"): yes, ("cumulative", "same"): no, ("cumulative", "earlier"): no,
        ("incident", "later"): yes, ("incident", "same"): no, ("incident", "earlier"): no,
        ("stock", "later"): yes, ("stock", "same"): no, ("stock", "earlier"): yes,
        ("period", "later"): no, ("period", "same"): no, ("period", "earlier"): no,
    }  # fmt: skip


def test_relays_name_both_documents(pages: FlaskClient) -> None:
    text = shown(pages, "/sources")
    assert (
        "UN OCHA: “more than 14,000 people” in Skai, First, 28 Nov 2024; "
        "relayed: “more than 14,000 individuals” in Post, Third <i>, 28 Nov 2024." in text
    )


def test_a_figure_page_says_all_that_is_known_of_it(pages: FlaskClient) -> None:
    text = shown(pages, "/figure/f-01")
    for part in (
        "201 or more; number stated: 200", "Lowest: 201, by the meaning of “more than”.",
        "Highest: open, left open: the words set no limit.", "People killed: Everyone, North-west, since 27 November",
        "Skai, First", "28 November 2024, inferred (how: see the notes)", "Its parts add up to more.",
        "With its parts and totals: 262 or more.", "figures/offensive/figures.csv:7", "2 December 2024",
        "“99 civilians”", "Syrian Observatory, “more than 200”, in: Skai, First, 28 November 2024, date inferred, "
        "paragraph 3. On Record, figure f-01 (publication first of 2 January 2026, 03:05 UTC).",
        "One says “more than 200” (f-01): its parts say more. a contradiction no longer standing",
    ):  # fmt: skip
        assert part in text, part
    assert "/figure/f-07" in links(pages, "/figure/f-01")
    assert "/figure/f-03?known_on=2024-12-02" in links(pages, "/figure/f-01", "?known_on=2024-12-02")


def test_a_relay_and_a_part_lead_to_what_they_belong_to(pages: FlaskClient) -> None:
    assert "/figure/f-08" in links(pages, "/figure/f-09")
    assert "/figure/f-01" in links(pages, "/figure/f-07")
    assert "43 – 50 %" in shown(pages, "/figure/f-10")


def test_a_figure_not_published_yet_says_so(pages: FlaskClient) -> None:
    assert "It was not published yet on 30 November 2024" in shown(pages, "/figure/f-03", "?known_on=2024-11-30")
    assert "not published yet" not in shown(pages, "/figure/f-03")


@pytest.fixture
def taken_back(app: Dash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Ask about a publication in which a source took f-06 back on 30 November."""
    with duckdb.connect(str(publish_pages(tmp_path / "20260101T000000000000Z.duckdb"))) as connection:
        connection.execute(
            "update fct_figures set is_retracted = true, retracted_on = date '2024-11-30', is_standing = false, "
            "superseded_on = date '2024-11-30' where figure_id = 'f-06'"
        )
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    yield app.server.test_client()
    publications().close()


def test_what_its_source_took_back_stood_until_that_day(taken_back: FlaskClient) -> None:
    before, after = (shown(taken_back, "/figure/f-06", f"?known_on=2024-11-{day}") for day in (29, 30))
    assert "Taken back on" not in before
    assert "taken back" not in before
    assert "Taken back on30 November 2024" in after
    assert "Flagstaken back by its source on 30 November 2024" in after
    assert "Superseded on" not in before + after
    for day, said in (("29", ""), ("30", "taken back by its source on 30 November 2024")):
        lines = taken_back.get(f"/deaths.html?tab=table&population=civilians&known_on=2024-11-{day}").text
        assert (said or "taken back") in lines if said else "taken back" not in lines
        drawer = taken_back.get(f"/deaths.html?figure=f-06&known_on=2024-11-{day}").text
        assert ("<dt>Taken back on</dt><dd>30 November 2024</dd>" in drawer) == bool(said)


def test_files_tell_what_was_taken_back_from_that_day(taken_back: FlaskClient) -> None:
    names = ("is_standing", "is_retracted")
    for day, expected in (("29", [True, False]), ("30", [False, True])):
        for path in ("deaths.json?tab=chart&", "figure/f-06.json?"):
            [row] = [row for row in taken_back.get(f"/{path}known_on=2024-11-{day}").json["rows"]
                     if row["figure_id"] == "f-06"]  # fmt: skip
            assert [row[name] for name in names] == expected, (path, day)


def test_later_reports_are_those_known_on_the_day(pages: FlaskClient) -> None:
    assert "/figure/f-03?known_on=2024-11-30" not in links(pages, "/figure/f-01", "?known_on=2024-11-30")


@pytest.mark.parametrize("figure_id", BAD_IDS)
def test_an_unknown_figure_is_a_sentence_and_a_404(pages: FlaskClient, figure_id: str) -> None:
    assert pages.get(f"/figure/{figure_id}").status_code == 404
    assert opened(pages, f"/figure/{figure_id}").status_code == 200
    if figure_id == "no":
        assert "There is no figure “no” in this publication." in shown(pages, "/figure/no")
        assert len(shown(pages, f"/figure/{'a' * 5000}")) < 1000


def test_a_known_figure_is_no_404(pages: FlaskClient) -> None:
    assert pages.get("/figure/f-01?known_on=2024-12-02").status_code == 200


def test_findings_are_grouped_linked_and_told_apart(pages: FlaskClient) -> None:
    text = shown(pages, "/checks")
    assert "As known on 2 December 2024: 4 findings, of which 1 open contradiction." in text
    for heading in (
        "Counts that cannot both hold (1)Two counts up to one day, or a later one lower than an earlier one.",
        "Totals and their parts (1)", "Parts that are more than their whole (1)What lies within something else, in "
        "place, group or time, can't be more than it; counted later, it says that the whole has grown.",
        "Running totals that fell (1)", "Figures whose low is above their high (0)",
    ):  # fmt: skip
        assert heading in text
    assert "(not-a-figure): 16 apart. open contradiction, known since 2 December 2024" in text
    assert (
        "within what one says with “277 dead” (f-03): it may be. to look at, no contradiction, known since "
        "2 December 2024, with a party claim"
    ) in text
    found = [href for href in links(pages, "/checks") if href.startswith("/figure/")]
    assert found == [f"/figure/f-{number}" for number in ("06", "14", "01", "04", "03", "02", "03")]
    assert "Nothing found." in text


def test_a_part_that_is_more_for_certain_is_an_open_contradiction(tmp_path: Path) -> None:
    with duckdb.connect(str(publish_pages(tmp_path / "20260101T000000000000Z.duckdb"))) as connection:
        connection.execute("update check_nested_reports set is_by_convention = false, part_figure_id = 'f-06'")
        found = cache.records(queries_checks.findings(connection, "offensive", LAST))
        assert [row["check_id"] for row in found if row["is_open"]] == ["disjoint_reports", "nested_reports"]
        connection.execute("update check_nested_reports set is_contradiction = false")
        found = cache.records(queries_checks.findings(connection, "offensive", LAST))
        assert [row["check_id"] for row in found if row["is_open"]] == ["disjoint_reports"]


def test_a_finding_is_there_from_the_day_it_could_be_made(pages: FlaskClient) -> None:
    assert "1 finding, of which 0 open contradictions" in shown(pages, "/checks", "?known_on=2024-11-28")


def test_about_holds_the_projects_own_documentation(pages: FlaskClient) -> None:
    text = shown(pages, "/about")
    assert "**Rule 10, parts and totals.**" in text
    assert "figure count13" in text
    assert "On Record, The offensive, as known on 2 December 2024 (publication first of" in text
    codebook = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    tables = [line[4:] for line in codebook.splitlines() if line.startswith("### ")]
    assert len(tables) > 40
    assert all(table in text for table in tables)
    assert "| --- |" not in text
    assert "](method.md)" not in text


def test_a_list_that_was_cut_says_so(pages: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Only the first" not in shown(pages, "/sources")
    for name in ("MOST_FIGURES", "MOST_PAIRS"):
        monkeypatch.setattr(queries_pages, name, 2)
        monkeypatch.setattr(sources, name, 2)
    # Another address: the answer to the first is remembered as long as its publication is served.
    search = "?known_on=2024-12-02&hedge_convention=acled"
    text = shown(pages, "/sources", search)
    assert "There are more figures than a page holds: these lead to them, source by source." in text
    assert any("source=ocha" in href for href in links(pages, "/sources", search))
    assert "Only the first 2 pairs are shown. Files have more." in text


def test_missing_documentation_is_no_error(tmp_path: Path) -> None:
    assert handbook.read("method", tmp_path) is None


def test_long_tables_are_folded_and_short_ones_are_not() -> None:
    lines = ["| a | `b` |", "| --- | --- |", *["| x \\| y | **z** |"] * 9]
    long, short = handbook.table("\n".join(lines), "T"), handbook.table("\n".join(lines[:4]), "T")
    assert (type(long).__name__, type(short).__name__) == ("Details", "Table")
    assert [cell.children for cell in short.children[2].children[0].children] == ["x | y", "z"]


def test_the_path_says_which_figure_whatever_the_query_says(pages: FlaskClient) -> None:
    text = shown(pages, "/figure/f-06", "?figure_id=f-01")
    assert "Figure f-06" in text
    assert "Figure f-01" not in text


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"note": "The text has Thursday."}, "inferred (how: see the notes)"),
        ({}, "inferred (the day of its document)"),
        ({"reported_on": date(2024, 11, 27)}, "inferred (no note says how)"),
        ({"reported_on_basis": "stated"}, "as the document states"),
    ],
)
def test_how_a_day_was_inferred_is_told_where_a_note_tells_it(cells: dict[str, object], told: str) -> None:
    day = date(2024, 11, 28)
    row = {"reported_on": day, "published_on": day, "reported_on_basis": "inferred", "note": "", "document_note": ""}
    assert figure.clock(row | cells, "reported_on").endswith(f" November 2024, {told}")
