"""One figure: where it comes from, how it is read and why, and what it hangs together with."""

from functools import lru_cache
from typing import Any

import dash
from dash import Input, Output, State, html
from dash.exceptions import MissingCallbackContextException

from dashboard.components import change_list, downloads, page_frame
from dashboard.components.selection import Selection, search_of
from dashboard.publication import cache
from dashboard.queries import base, checks, datasets, history, pages
from dashboard.sections import checks as sections_checks
from dashboard.sections import figure, figure_links

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path_template="/figure/<figure_id>", name="Figure", title="On Record: one figure"
)

TABLES = ("figure", "related", "findings")


@lru_cache(maxsize=256)
def _contents(figure_id: str) -> page_frame.Contents:
    """Return what reads and builds the page of one figure."""

    def contents(cursor: base.Cursor, selection: Selection) -> list[Any]:
        row = figure_links.found(cursor, figure_id, selection.known_on)
        if row is None:
            # What was removed has no page any more, but why it was removed can still be read.
            return [
                *figure.unknown(figure_id, selection),
                *change_list.sections(history.of_figure(cursor, figure_id)),
            ]
        others = cache.records(pages.related_figures(cursor, figure_id, selection.known_on))
        findings = cache.records(checks.findings_naming(cursor, figure_id, selection.known_on))
        known = set(pages.existing_figures(cursor, sections_checks.named_ids(findings))["figure_id"])
        told = history.of_figure(cursor, figure_id)
        files = downloads.line(
            f"/figure/{figure_id}", selection.query, (*TABLES, *(name for name in told if told[name]))
        )
        whole = datasets.beside(cursor, row) | told
        return [*figure.page(whole, others, findings, known, selection), files]

    return contents


def _of_path() -> str:
    """Return the figure the path names, where Dash asks: it would let the query's own `figure_id` win."""
    try:
        return figure_links.of_path(dash.ctx.inputs.get("_pages_location.pathname"))
    except (MissingCallbackContextException, LookupError):
        # Not asked by Dash: the second where no callback was ever run in this thread.
        return ""


def layout(figure_id: object = "", **query: Any) -> Any:
    """Return the page of an address. Neither `figure_id` nor `query` is trusted."""
    named = _of_path() or figure_links.clean(figure_id)
    inside = page_frame.filled(search_of(query), _contents(named), figure_links.known_id(named))
    return html.Div(inside, id="figure-page")


@dash.callback(
    Output("figure-page", "children"), Input("url", "search"), State("url", "pathname"), prevent_initial_call=True
)
def show(search: object, pathname: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    named = figure_links.of_path(pathname)
    return page_frame.filled(search, _contents(named), figure_links.known_id(named))
