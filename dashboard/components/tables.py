"""The table under the chart and the drawer beside it: rows in, Dash components out. Dash escapes every text."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from dash import html

from dashboard import wording
from dashboard.charts import marks
from dashboard.charts.timeline import History
from dashboard.components import change_list, page_frame
from dashboard.components.parts import aria
from dashboard.request import as_of
from dashboard.request.view import View, address
from dashboard.text import datasets, formatting, sentences
from dashboard.text.panels import Panel

COLUMNS = ("Source", "As printed", "Lowest", "Stated", "Highest", "Counted up to", "Reported", "Document", "Notes")
NUMBERS = {"Lowest", "Stated", "Highest"}


def cells(row: formatting.Row) -> dict[str, str]:
    """Return the words of one table row by column, the source column left to its link."""
    share = row["is_share"]
    low, stated, high = row["reading_low"], row["reading_stated"], row["reading_high"]
    return {
        "As printed": f"“{row['phrase']}”",
        "Lowest": "open" if low is None else formatting.amount(low, is_share=share),
        "Stated": formatting.amount(stated, is_share=share),
        "Highest": "or more" if high is None else formatting.amount(high, is_share=share),
        "Counted up to": formatting.counted_until(row, short=True),
        "Reported": wording.day(row["reported_on"], short=True),
        "Document": f"{row['publisher'] or row['document_id']}, {wording.day(row['published_on'], short=True)}",
        "Notes": ", ".join(sentences.badges(row)),
    }


def _cell(column: str, text: str) -> Any:
    """One cell, which carries its column's name for the phone layout."""
    label: dict[str, Any] = {"data-label": column}
    return html.Td(text, role="cell", className="number" if column in NUMBERS else None, **label)


def _row(row: formatting.Row, view: View) -> Any:
    """One figure; its source is the link that opens it. Roles are said again, since the phone layout undoes them."""
    name = row["speaker_name"] or row["voice_name"] or row["voice_id"]
    link = html.A(
        name,
        href=address(view, figure=row["figure_id"]),
        className="soft",
        id={"opens": row["figure_id"]},
        **aria(label=f"{name}, “{row['phrase']}”: show the source"),
    )
    filled = [_cell(column, text) for column, text in cells(row).items()]
    chosen = "chosen" if row["figure_id"] == view.figure else None
    return html.Tr([html.Th(link, scope="row", role="rowheader"), *filled], role="row", className=chosen)


def place_address(view: View, place_id: object) -> str:
    """Return where the page of a place is; of a view it keeps the episode and the record, not the day."""
    kept = {"episode": view.episode, as_of.NAME: view.recorded_on}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{page_frame.PLACE}{quote(str(place_id), safe='')}?{query}"


def _scope_row(panel: Panel, view: View) -> Any:
    place = panel.rows[0]["place_id"] if panel.rows else None
    name = panel.rows[0]["place_name"] if panel.rows else None
    to_place = (
        html.A(f"About {name}", href=place_address(view, place), className="to-place") if place and name else None
    )
    inside = [html.Span(panel.title), html.Span([sentences.standing(panel), " ", to_place], className="muted")]
    heading = html.Th(inside, colSpan=len(COLUMNS), scope="rowgroup", role="rowheader")
    return html.Tr(heading, role="row", className="scope")


def figure_table(panels: Sequence[Panel], view: View, caption: str) -> Any:
    """Exactly the chart's rows, in the chart's order, as a plain table with a heading row per scope."""
    head = html.Thead(
        html.Tr(
            [
                html.Th(c, scope="col", role="columnheader", className="number" if c in NUMBERS else None)
                for c in COLUMNS
            ],
            role="row",
        ),
        role="rowgroup",
    )
    bodies = [
        html.Tbody([_scope_row(panel, view), *(_row(row, view) for row in panel.rows)], role="rowgroup")
        for panel in panels
    ]
    return html.Table([html.Caption(caption), head, *bodies], role="table")


def _facts(row: formatting.Row) -> list[tuple[str, str]]:
    """Return what the drawer says of a figure, as pairs of a name and a text; empty texts are left out."""
    share = row["is_share"]
    stated = formatting.amount(row["reading_stated"], is_share=share)
    ended = {name: wording.day(row[name]) if row[name] else "" for name in ("superseded_on", "retracted_on")}
    superseded = ended["superseded_on"] if row["superseded_on"] != row["retracted_on"] else ""
    implied = formatting.interval(row["implied_low"], row["implied_high"]) if _has_implied(row) else ""
    dates = {
        clock: wording.day(row[clock]) + (" (inferred)" if row[f"{clock}_basis"] == "inferred" else "")
        for clock in ("reported_on", "published_on")
    }
    facts = {
        "As printed": f"“{row['phrase']}”",
        "Read as": f"{marks.reading(row)}; stated {stated}; {row['hedge_name'] or row['hedge_id']}; {marks.why(row)}",
        "Counts": f"{row['measure_name']}: {formatting.scope(row)}",
        "Source": row["speaker_name"] or row["source_name"] or row["source_id"],
        "Cited by": row["source_name"] if row["source_original_id"] else "",
        "Flags": ", ".join(sentences.badges_in_full(row)),
        **dict(datasets.facts(row)),
        "Counted up to": formatting.counted_until(row),
        "Reported on": dates["reported_on"],
        "Document": marks.document(row),
        "Published on": dates["published_on"],
        "Report read in": wording.plural(row["document_count"] or 1, "document"),
        "Superseded on": superseded,
        "Taken back on": ended["retracted_on"],
        "Part of": row["part_of"] or "",
        "Its parts imply": implied,
        "Note": row["note"] or "",
        "About the document": row["document_note"] or "",
        "File": f"{datasets.file_place(row)}; SHA-256 {(row['sha256'] or '')[:12]}…",
        "In the record": f"{row['record_file']}:{row['record_line']}",
        "Figure": row["figure_id"],
    }
    return [(name, text) for name, text in facts.items() if text]


def _has_implied(row: formatting.Row) -> bool:
    """Whether parts and totals say more than the figure itself does."""
    implied = (row["implied_low"], row["implied_high"])
    return not row["is_share"] and implied != (None, None) and implied != (row["low"], row["high"])


def _linked(name: str, text: str, row: formatting.Row, view: View) -> Any:
    """Return the text of a fact; its place, its data set, the total it is part of and its own page are links."""
    if name == "Figure":
        return html.A(text, href=f"/figure/{text}{address(view, figure=None)}")
    if name == "Data set":
        return html.A(text, href=f"{page_frame.DATASET}{quote(str(row['dataset_id']), safe='')}")
    if name == "Counts":
        to_place = html.A(f"About {row['place_name']}", href=place_address(view, row["place_id"]), className="to-place")
        return [text, ". ", to_place]
    return html.A(text, href=address(view, figure=text), className="soft") if name == "Part of" else text


def drawer(row: formatting.Row, view: View) -> Any:
    """One figure and where it comes from, with a link that closes it."""
    close = html.A("Close", href=address(view, figure=None), className="soft close", id="close-drawer")
    pairs = [part for name, text in _facts(row) for part in (html.Dt(name), html.Dd(_linked(name, text, row, view)))]
    title = html.H2(marks.reading(row), id="drawer-title", tabIndex="-1")
    return [html.Div([title, close], className="drawer-head"), html.Dl(pairs), *change_list.sections(row, html.H3)]


RANGE_HEADS = ("Scope", "From", "Until", "Lowest – highest", "Counted up to", "Sources", "What fits")
# A screen holds a few dozen rows; a browser takes seconds to lay out the thousands that a daily series has.
MOST_STEPS, LEAST_STEPS = 120, 6


def range_table(histories: Sequence[History]) -> Any:
    """Return the steps of some scopes as rows: from and until when, the range, up to which day, and what fits.

    Of scopes with more steps than a page has room for the latest; it is said how many there are.
    """
    most = max(LEAST_STEPS, MOST_STEPS // max(1, len(histories)))
    every = sum(len(history.steps) for history in histories)
    lines = [
        page_frame.row(RANGE_HEADS, [
            history.panel.title,
            wording.day(step["valid_from_on"], short=True),
            wording.day(step["valid_to_on"], short=True) if step["valid_to_on"] else "still",
            formatting.span(step),
            wording.days(step["counted_from_on"], step["counted_to_on"], short=True),
            formatting.sources(step),
            ", ".join(filter(None, [formatting.agreement(step), formatting.earlier(step)])),
        ])
        for history in histories
        for step in (history.steps if every <= MOST_STEPS else history.steps[-most:])
    ]  # fmt: skip
    count = wording.plural(every, "step")
    if len(lines) < every:
        count = f"the latest of each scope, {len(lines):,} of {count}; the files of this view have all"
    return page_frame.table(f"The ranges drawn: {count}.", RANGE_HEADS, lines)
