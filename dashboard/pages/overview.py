"""The overview: the episode in one screen, as known on a day."""

from typing import Any

import dash
from dash import ALL, Input, Output, html

from dashboard.charts import theme
from dashboard.components import downloads, page_frame
from dashboard.components.selection import Selection, search_of
from dashboard.errors import NothingPublishedError
from dashboard.publication import cache
from dashboard.publication.cache import Cursor
from dashboard.queries import checks as queries_checks
from dashboard.queries import datasets, measures, pages
from dashboard.queries.names import names
from dashboard.request import publication
from dashboard.sections import checks as sections_checks
from dashboard.sections import overview
from dashboard.sections.find import front_door
from dashboard.text import formatting, searched

PATH = "/"
dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path=PATH, name="Overview", title="On Record: the overview"
)


def contents(cursor: Cursor, selection: Selection) -> list[Any]:
    """Read and build the page of one episode and day."""
    here = (cursor, selection.episode, selection.known_on)
    is_data_sets = selection.episode == datasets.EPISODE
    cards, days = ([], overview.days(*here)) if is_data_sets else overview.read(cursor, selection)
    found = cache.records(queries_checks.findings(*here))
    known = set(pages.existing_figures(cursor, sections_checks.named_ids(found))["figure_id"])
    changes = overview.changes(
        pages.moved_ranges(*here), pages.new_figures(*here), days, selection
    )  # fmt: skip
    how = (
        "Each range is of one scope: the whole of the episode, or the widest part of it that anybody counts; from the "
        "lowest to the highest of the sources that count up to the newest day."
    )
    checks = page_frame.link("All findings of the checks", selection.link("/checks"))
    above = [
        html.P(
            " ".join(filter(None, [how, searched.in_full(names(cursor).of["episode"].get(selection.episode))])),
            className="muted",
        ),
        html.Ul([overview.card_part(card, selection) for card in cards], className="cards"),
    ]
    if is_data_sets:
        held = datasets.contents(cursor, selection.known_on)
        above = overview.contents(datasets.releases(cursor), held, selection, measures.pages(cursor))
    quotes = html.Section([html.H2("Sentences to quote"), *overview.quotes(cards, selection)])
    return [
        html.H1(selection.episode_name),
        *page_frame.episodes(cursor, selection),
        *above,
        html.Div([
            html.Section([html.H2("What changed that day"), *changes]),
            html.Section([
                html.H2("Open contradictions"), *sections_checks.open_ones(found, known, selection), html.P(checks),
            ]),
        ], className="pair"),
        None if is_data_sets else quotes,
        downloads.line("/", selection.query, ("ranges", "changes", "findings")),
        html.P(f"Last refreshed {formatting.moment(selection.build['published_at'])}.", id="refreshed"),
    ]  # fmt: skip


def filled(search: object) -> list[Any]:
    """Return the page of an address: the front door where it names no episode and there are several."""
    try:
        with publication.cursor() as cursor:
            is_front = front_door.is_requested(search) and front_door.has_several(cursor)
    except NothingPublishedError:
        is_front = False
    return page_frame.filled(search, front_door.page if is_front else contents, is_of_all=is_front)


def layout(**query: Any) -> Any:
    """Return the page of an address. `query` is not trusted."""
    return html.Div(filled(search_of(query)), id="overview-page")


@dash.callback(Output("overview-page", "children"), Input("url", "search"), prevent_initial_call=True)
def show(search: object) -> list[Any]:
    """Build the page anew when only the address's query changes."""
    return filled(search)


@dash.callback(
    output={"charts": Output(overview.chart_id(ALL), "figure")},
    inputs={"search": Input("url", "search"), "viewport": Input("viewport", "data")},
)
def draw(search: object, viewport: object) -> dict[str, Any]:
    """Return the small charts on the page, in the reader's colour scheme; empty ones where nothing is published."""
    try:
        drawn = overview.charts_of(search, theme.seen(viewport))
    except NothingPublishedError:
        drawn = {}
    # Which cards the page has is the page's own word: another publication may have come since.
    return {"charts": [drawn.get(place["id"]["card"], {}) for place in dash.ctx.outputs_grouping["charts"]]}
