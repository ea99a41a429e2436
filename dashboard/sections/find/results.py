"""What a search found, in words: each thing by its kind, its name, what tells it from its namesakes, and its page."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

from dash import html

from dashboard import wording
from dashboard.components import page_frame
from dashboard.publication.cache import Cursor
from dashboard.queries import measures
from dashboard.queries.datasets import WORLD
from dashboard.queries.find import index
from dashboard.queries.find.index import Entry
from dashboard.queries.names import Names, names
from dashboard.request import as_of

PATH = "/search"
NAME = "q"
# So many are offered while a name is typed; a page of results has room for more.
MOST_OFFERED, MOST_LISTED = 8, 100
HEADINGS = {
    "place": "Places", "episode": "Episodes", "dataset": "Data sets", "measure": "What is counted", "source": "Sources",
    "printed": "Names in data sets that no list of places knows", "figure": "Figures",
}  # fmt: skip
SINGULAR = {
    "place": "place", "episode": "episode", "dataset": "data set", "measure": "what is counted", "source": "source",
    "printed": "name in a data set", "figure": "figure",
}  # fmt: skip


def told(cursor: Cursor, text: str, most: int, recorded_on: str = "") -> list[dict[str, str]]:
    """Return what fits a text best: kind, name, detail, href of each. `recorded_on` is kept in the addresses."""
    known, paths = names(cursor), {each.measure_id: path for path, each in measures.pages(cursor).items()}
    day = {as_of.NAME: recorded_on} if recorded_on else {}
    return [
        {"kind": each.kind, "name": each.name, "detail": detail(each, known), "href": address(each, paths, day)}
        for each in index.search(cursor, text, most)
    ]


def address(entry: Entry, paths: Mapping[str, str], day: Mapping[str, str]) -> str:
    """Return where a thing is: its own page, or of a source the page of what it tells most of."""
    own = quote(entry.an_id, safe="")
    path, more = {
        "place": (page_frame.PLACE + own, {}),
        "episode": ("/", {"episode": entry.an_id}),
        "dataset": (page_frame.DATASET + own, {}),
        "measure": (entry.an_id, {}),
        "source": (paths.get(entry.measure, "/sources"), {"episode": entry.episode, "source": entry.an_id}),
        "printed": (page_frame.DATASET + quote(entry.dataset_id, safe=""), {}),
        "figure": (f"/figure/{own}", {}),
    }[entry.kind]
    query = urlencode(more | dict(day))
    return f"{path}?{query}" if query else path


def detail(entry: Entry, known: Names) -> str:
    """Return what tells a thing from others of its name: what it is, where, and how many figures it has."""
    count = wording.plural(entry.figure_count, "figure") if entry.kind != "figure" else ""
    if entry.kind == "place":
        return ", ".join(filter(None, [where(entry.an_id, known), count]))
    if entry.kind == "printed":
        if entry.place_id == WORLD:
            return f"named so in {entry.dataset_id}, {count}"
        return f"printed so in {entry.dataset_id}; counts for {known.name('place', entry.place_id)}, {count}"
    return ", ".join(filter(None, [SINGULAR[entry.kind] if entry.kind != "source" else "source", count]))


def where(place_id: str, known: Names) -> str:
    """Return what kind of place it is and in what it lies: "governorate, North-west Syria, Syria"."""
    row = known.of["place"].get(place_id) or {}
    return ", ".join(
        [str(row.get("kind") or "place"), *(str(known.name("place", one)) for one in around(place_id, known))]
    )


def around(place_id: str, known: Names) -> list[str]:
    """Return the places around a place, the nearest first; the world is around all and is left out."""
    found: list[str] = []
    parent = (known.of["place"].get(place_id) or {}).get("parent_id")
    while parent and parent not in found and parent in known.of["place"]:
        found.append(parent)
        parent = known.of["place"][parent].get("parent_id")
    return [one for one in found if known.of["place"][one].get("kind") != "world"]


def page(text: str, found: Sequence[Mapping[str, str]]) -> list[Any]:
    """Return the page of results of `told`, kind by kind in the order of what fits best."""
    if not text.strip():
        how = "Type a place, a source, an episode, a data set or the id of a figure into the field above."
        return [html.H1("Search"), html.P(how, className="headline")]
    if not found:
        return [
            html.H1(f"Search: {text.strip()}"),
            html.P(f"Nothing here is called “{text.strip()}”.", className="headline"),
            html.P("Places are found by their names and spellings, figures by the beginning of their ids. What is not "
                   "found may be spelled otherwise, or have no figure here."),
        ]  # fmt: skip
    order = list(dict.fromkeys(each["kind"] for each in found))
    by_kind = groupby(sorted(found, key=lambda each: order.index(each["kind"])), key=lambda each: each["kind"])
    more = f"The first {len(found):,} are shown: type more of the name." if len(found) >= MOST_LISTED else None
    return [
        html.H1(f"Search: {text.strip()}"),
        html.P(more, className="muted") if more else None,
        *(html.Section([
            html.H2(HEADINGS[kind]),
            html.Ul([html.Li([page_frame.link(each["name"], each["href"]), f" – {each['detail']}"]) for each in group]),
        ]) for kind, group in by_kind),
    ]  # fmt: skip
