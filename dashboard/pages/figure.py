"""One figure: where it comes from, how it is read and why, and what it hangs together with."""

from functools import lru_cache
from typing import Any

import dash
from dash import Input, Output, State, html
from dash.exceptions import MissingCallbackContextException

from dashboard import (
    check_words,
    downloads,
    figure_address,
    figure_words,
    frame,
    history_words,
    queries,
    queries_data_sets,
    queries_findings,
    queries_pages,
    queries_revisions,
    words,
)
from dashboard.asked import Asked
from dashboard.standing import on_day

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template="/figure/<figure_id>", name="Figure", title="On Record: one figure"
)

TABLES = ("figure", "related", "findings")


@lru_cache(maxsize=256)
def _contents(figure_id: str) -> frame.Contents:
    """Return what reads and builds the page of one figure."""

    def contents(cursor: queries.Cursor, asked: Asked) -> list[Any]:
        row = figure_address.found(cursor, figure_id)
        if row is None:
            # What was removed has no page any more, but why it was removed can still be read.
            return [
                *figure_words.unknown(figure_id, asked),
                *history_words.sections(queries_revisions.of_figure(cursor, figure_id)),
            ]
        others = words.records(queries_pages.related_figures(cursor, figure_id, asked.known_on))
        findings = words.records(queries_findings.findings_naming(cursor, figure_id, asked.known_on))
        known = set(queries_pages.existing_figures(cursor, check_words.named_ids(findings))["figure_id"])
        told = queries_revisions.of_figure(cursor, figure_id)
        files = downloads.line(f"/figure/{figure_id}", asked.query, (*TABLES, *(name for name in told if told[name])))
        whole = queries_data_sets.beside(cursor, on_day(row, asked.known_on)) | told
        return [*figure_words.page(whole, others, findings, known, asked), files]

    return contents


def _of_path() -> str:
    """Return the figure the path names, where Dash asks: it would let the query's own `figure_id` win."""
    try:
        return figure_address.of_path(dash.ctx.inputs.get("_pages_location.pathname"))
    except (MissingCallbackContextException, LookupError):
        # Not asked by Dash: the second where no callback was ever run in this thread.
        return ""


def layout(figure_id: object = "", **query: Any) -> Any:
    """Return the page of an address. Neither `figure_id` nor `query` is trusted."""
    inside = frame.filled(frame.search_of(query), _contents(_of_path() or figure_address.clean(figure_id)))
    return html.Div(inside, id="figure-page")


@dash.callback(
    Output("figure-page", "children"), Input("url", "search"), State("url", "pathname"), prevent_initial_call=True
)
def show(search: object, pathname: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return frame.filled(search, _contents(figure_address.of_path(pathname)))
