"""About: the method, the data dictionary, the licence, how to cite, the limits, and what is published."""

from typing import Any

import dash
from dash import Input, Output, html

from dashboard import wording
from dashboard.components import change_list, downloads, operated, page_frame
from dashboard.components.citation import citation, copy_button
from dashboard.components.parts import aria, elsewhere
from dashboard.components.selection import Selection, search_of
from dashboard.exports import documentation
from dashboard.queries import base, datasets, history
from dashboard.sections import handbook
from dashboard.text import formatting
from dashboard.text.datasets import sentence as _said

PATH = "/about"
dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path=PATH, name="About", title="On Record: method and codebook"
)

MISSING = "The project’s documentation is not installed beside this dashboard; see docs/ of the project."
LICENCE = (
    "Figures, lookups and documentation: Creative Commons Attribution 4.0 International (CC BY 4.0). Copy, share and "
    "adapt them for any purpose; give credit, link to the licence, and say what you changed. The program: Apache "
    "Licence 2.0. The documents in which the figures were read belong to their publishers and are not part of it."
)
PLACES = (("publication", "This publication"), ("changes", "What changed in our record"), ("cite", "How to cite"),
          ("operator", "Who runs this"),
          ("licence", "Licence"), ("method", "Method"), ("limits", "Limits"), ("codebook", "Codebook"))  # fmt: skip


def _build(build: formatting.Row) -> Any:
    """Return the row of the publication itself, every column of it."""
    pairs = []
    for name, value in build.items():
        shown = (
            formatting.moment(value) if name.endswith("_at") else wording.day(value) if name.endswith("_on") else value
        )
        pairs += [html.Dt(name.replace("_", " ")), html.Dd(str(shown))]
    return html.Dl(pairs, className="facts")


def _changes(cursor: base.Cursor, selection: Selection) -> list[Any]:
    """Return the section on what changed in our record; none where the publication has no history."""
    rows = history.latest(cursor, selection.episode)
    if not rows:
        return []
    every = html.A("All changes, for programs", href=f"/api/v1/revisions?{selection.query}")
    how = "The latest first, by the time of the load; what one load added is one line."
    return [
        html.Section([
            html.H2("What changed in our record", id="changes"), html.P(how, className="muted"),
            change_list.latest(rows, selection), html.P(every),
        ])
    ]  # fmt: skip


def _credits(cursor: base.Cursor) -> list[Any]:
    """Return whom to credit for each published data set in this publication, under the licence of each."""
    due = datasets.releases(cursor).values()
    if not due:
        return []
    items = [
        html.Li([
            elsewhere(each["title"], each["page_url"]), f", version {each['version']} ({each['producer']}), ",
            elsewhere(each["licence"], each["licence_url"]), f". Credit: {_said(each['attribution'])} "
            f"Cite: {_said(each['citation'])}",
        ])
        for each in due
    ]  # fmt: skip
    return [html.P("Figures of published data sets are their producers’, under the licence of each:"), html.Ul(items)]


def link_to_documentation() -> list[Any]:
    """Return the link to dbt's documentation of the project; none where nobody has written it (`make docs`)."""
    if not documentation.is_there():
        return []
    link = html.A("How each table is made", href=documentation.PATH)
    return [html.P([link, ": every table with its columns and its SQL, and the way to it from the rows as loaded."])]


def contents(cursor: base.Cursor, selection: Selection) -> list[Any]:
    """Build the page; only the build row and the citation are of the data."""
    how = citation(selection.episode_name, selection.known_on, selection.build)
    method, codebook = handbook.read("method"), handbook.read("codebook")
    changes = _changes(cursor, selection)
    places = [(place, name) for place, name in PLACES if changes or place != "changes"]
    tabs = html.Ul([html.Li(html.A(name, href=f"#{place}")) for place, name in places], className="inline")
    return [
        html.H1("About On Record"),
        html.P("What was reported, by whom, as of when, lowest to highest; never what happened.", className="headline"),
        html.Nav(tabs, **aria(label="On this page")),
        html.Section([html.H2("This publication", id="publication"), _build(selection.build)]),
        *changes,
        html.Section([
            html.H2("How to cite", id="cite"),
            html.P([html.Span(how), " ", copy_button(how, "the citation")], className="cite"),
            html.P("A single figure has a citation of its own on its page."),
        ]),
        operated.section(),
        html.Section([html.H2("Licence", id="licence"), html.P(LICENCE), *_credits(cursor)]),
        html.Section([html.H2("Method", id="method"), *(handbook.method(method) if method else [html.P(MISSING)])]),
        html.Section([
            html.H2("Codebook", id="codebook"), *link_to_documentation(),
            *(handbook.codebook(codebook) if codebook else [html.P(MISSING)]),
        ]),
        downloads.line(PATH, selection.query),
    ]  # fmt: skip


def layout(**query: Any) -> Any:
    """Return the page of an address. `query` is not trusted."""
    return html.Div(page_frame.filled(search_of(query), contents), id="about-page")


@dash.callback(Output("about-page", "children"), Input("url", "search"), prevent_initial_call=True)
def show(search: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return page_frame.filled(search, contents)
