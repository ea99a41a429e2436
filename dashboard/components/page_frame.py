"""What the pages of words share: the way from page to page, problems with the address, and nothing published yet."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from dash import dcc, html

from dashboard import wording
from dashboard.components import as_of_picker, operated
from dashboard.components.parts import aria
from dashboard.components.selection import Selection
from dashboard.components.selection import read as read_selection
from dashboard.errors import NothingPublishedError
from dashboard.publication import cache
from dashboard.publication.cache import Cursor, once
from dashboard.queries import base, datasets
from dashboard.request import as_of, publication
from dashboard.text import datasets as text_datasets
from dashboard.text import sentences

# Where the pages of places and data sets are, before the id.
PLACE, DATASET = "/place/", "/dataset/"
Contents = Callable[[Cursor, Selection], list[Any]]


def link(text: Any, href: str, **more: Any) -> Any:
    """Return a link to another page of ours, which does not load everything anew."""
    return dcc.Link(text, href=href, **more)


def figure_link(selection: Selection, figure_id: str, text: str | None = None) -> Any:
    """Return a link to the page of one figure, by its id or other words."""
    return link(text or figure_id, selection.link(f"/figure/{figure_id}"))


def place_link(selection: Selection, place_id: object, text: str) -> Any:
    """Return a link to the page of a place."""
    return link(text, selection.undated(f"{PLACE}{quote(str(place_id), safe='')}"), className="to-place")


def dataset_link(selection: Selection, dataset_id: object, text: str) -> Any:
    """Return a link to the page of a data set."""
    return link(text, selection.undated(f"{DATASET}{quote(str(dataset_id), safe='')}"))


def filled(search: object, contents: Contents, figure_id: str = "", *, is_of_all: bool = False) -> list[Any]:
    """Return the contents of a page for an address, or what to run where nothing is published.

    `figure_id` is the figure that the page is of, where it is of one. `is_of_all`: it is of no episode, and tells what
    is known on the publication's last day.
    """
    try:
        with publication.cursor() as cursor:
            asked = search.lstrip("?") if isinstance(search, str) else ""
            inside = once(cursor, _built, contents, asked, figure_id, is_of_all)
        # Not remembered with the rest: another day of the record may be there by now.
        return [*as_of_picker.above(search), *inside]
    except NothingPublishedError as reason:
        return [as_of_picker.refused(reason, search)]


def _built(cursor: Cursor, contents: Contents, search: str, figure_id: str, is_of_all: bool) -> list[Any]:
    """Build a page around its contents: what is wrong with the address above, the publication below."""
    selection = read_selection(cursor, search, figure_id)
    if is_of_all:
        selection = replace(selection, known_on=selection.build["known_until_on"])
    inside = contents(cursor, selection)
    # The day shown may be an earlier one than the publication's last.
    told = sentences.about({**selection.build, "known_until_on": selection.known_on})
    problems = html.Div([html.P(text) for text in selection.problems], className="problems", role="status")
    return [problems, *inside, html.P(f"{told} {operated.LICENCE}", className="muted")]


def episodes(cursor: Cursor, selection: Selection) -> list[Any]:
    """Return links to the same page of every episode, kept as recorded; nothing where there is one alone."""
    every = cache.records(base.episodes(cursor))
    day = {name: value for name, value in selection.carried if name == as_of.NAME}
    links = [
        html.A(
            row["name"],
            href=f"?{urlencode({'episode': row['episode_id']} | day)}",
            className="soft",
            **aria(current="true" if row["episode_id"] == selection.episode else "false"),
        )
        for row in every
    ]
    inside = html.Div(links, className="choices")
    return [html.Nav(inside, className="controls episodes", **aria(label="Episode"))] if len(links) > 1 else []


def credited(cursor: Cursor, selection: Selection) -> list[Any]:
    """Return whom to credit for a page of the episode of data sets; nothing on pages of other episodes."""
    if selection.episode != datasets.EPISODE:
        return []
    due = [row for row in datasets.releases(cursor).values() if row["published_on"] <= selection.known_on]
    return [html.P(text_datasets.credit(due), className="muted credit")] if due else []


def counted(count: int, noun: str, most: int) -> str:
    """Return a count in words, open above where a query stopped at `most` rows: "400 figures or more"."""
    return wording.plural(count, noun) + (" or more" if count >= most else "")


def no_such_page() -> Any:
    """Return what is shown at an address where no page is; whatever the address held is not repeated."""
    tabs: list[Any] = ["The bar above has the pages there are; ", html.A("the overview", href="/"), " is one."]
    return html.Div([
        html.H1("There is no page at this address"),
        html.P("The address may be mistyped, or from a version of On Record that had other pages.",
               className="headline"),
        html.P(tabs),
    ], id="not-found")  # fmt: skip


def unknown(noun: str, an_id: str) -> list[Any]:
    """Return the page of an id that names nothing of its kind in this publication."""
    return [
        html.H1(f"No such {noun}"),
        html.P(f"There is no {noun} “{an_id[:80]}” in this publication.", className="headline"),
        html.P("The field at the top of the page finds places, data sets, sources and figures by their names."),
    ]


def table(caption: str, heads: Sequence[str], bodies: Sequence[Any]) -> Any:
    """Return a table whose rows are made by `row`; roles are said again, since the phone layout undoes them."""
    top = html.Tr([html.Th(head, scope="col", role="columnheader") for head in heads], role="row")
    return html.Table(
        [html.Caption(caption), html.Thead(top, role="rowgroup"), html.Tbody(list(bodies), role="rowgroup")],
        role="table",
        className="plain",
    )


def row(heads: Sequence[str], cells: Sequence[Any]) -> Any:
    """Return one row; its first cell heads it, the others carry their column's name for the phone layout."""
    first, *others = cells
    labels: list[dict[str, Any]] = [{"data-label": head} for head in heads[1:]]
    filled_cells = [html.Td(cell, role="cell", **label) for cell, label in zip(others, labels, strict=True)]
    return html.Tr([html.Th(first, scope="row", role="rowheader"), *filled_cells], role="row")
