"""The page of a place: its newest numbers, what is counted there and within it, who tells of it, what lies in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import wording
from dashboard.components import page_frame
from dashboard.components.selection import Selection
from dashboard.publication.cache import Cursor
from dashboard.queries import datasets, measures
from dashboard.queries.find import index, newest, places
from dashboard.queries.measures import Measure
from dashboard.queries.names import WITHIN, Names, names
from dashboard.sections.find import numbers, results
from dashboard.text import datasets as text_datasets
from dashboard.text import formatting

HELD_HEADS = ("What is counted", "In", "Of the place itself", "With all within it")
MOST_NAMED = 40
NONE_OF_ITS_OWN = (
    "No running total, count at one time or window is of this place itself. What is counted within it, and single "
    "events, are below."
)


def exists(cursor: Cursor, place_id: str) -> bool:
    """Whether a publication has a place of this id."""
    return place_id in names(cursor).of["place"]


def page(cursor: Cursor, place_id: str, selection: Selection) -> list[Any]:
    """Return the page of a place of the publication."""
    known, pages = names(cursor), measures.pages(cursor)
    paths = {each.measure_id: path for path, each in pages.items()}
    held, (found, parts) = places.held(cursor, place_id), newest.of_place(cursor, place_id)
    name = str(known.name("place", place_id) or place_id)
    spelled = [each for each in index.place_names(cursor).get(place_id, ()) if each != name]
    count = sum(row["figure_count"] for row in held)
    return [
        html.H1(name),
        html.P(_what(place_id, known, selection), className="muted"),
        html.P(f"{wording.plural(count, 'figure')} of {name} and all within it.", className="headline"),
        html.P(f"Also called: {', '.join(spelled[:MOST_NAMED])}.", className="muted") if spelled else None,
        html.Section([
            html.H2("Newest numbers of the place itself"),
            html.Ul([numbers.line(row, paths, selection) for row in found], className="numbers")
            if found else html.P(NONE_OF_ITS_OWN, className="muted"),
        ]),
        *_parts(parts, name, paths, selection),
        html.Section([html.H2("What is counted"), _held(held, known, pages, place_id, selection)]) if held else None,
        *_inside(places.inside(cursor, place_id), selection),
        *_printed(places.printed(cursor, place_id), name, selection),
        *_voices(places.voices(cursor, place_id)),
        *_credit(cursor, place_id),
    ]  # fmt: skip


def _parts(
    rows: Sequence[Mapping[str, Any]], name: str, paths: Mapping[str, str], selection: Selection
) -> list[Any]:  # fmt: skip
    """Return the newest numbers of what lies within, of what nobody counts in the whole place."""
    if not rows:
        return []
    more = len(rows) - MOST_NAMED
    said = f"Nobody counts these for all of {name}. They are numbers of parts of it, and are not added up."
    return [
        html.Section([
            html.H2("Newest numbers of places within it"), html.P(said, className="muted"),
            html.Ul([numbers.line(row, paths, selection) for row in rows[:MOST_NAMED]], className="numbers"),
            html.P(f"And {wording.plural(more, 'number')} more.") if more > 0 else None,
        ])
    ]  # fmt: skip


def _what(place_id: str, known: Names, selection: Selection) -> list[Any]:
    """Return what kind of place it is, and links to the places around it."""
    row = known.of["place"].get(place_id) or {}
    said: list[Any] = [formatting.capitalised(str(row.get("kind") or "place"))]
    for one in results.around(place_id, known):
        said += [
            ", in " if len(said) == 1 else ", ",
            page_frame.place_link(selection, one, str(known.name("place", one))),
        ]
    return [*said, f"; {row['scheme']} {place_id}" if row.get("scheme") else f"; {place_id}", "."]


def _held(
    held: Sequence[Mapping[str, Any]], known: Names, pages: Mapping[str, Measure], place_id: str, selection: Selection
) -> Any:
    """Return a row per episode and measure, linked to its view narrowed to the place."""
    paths = {each.measure_id: path for path, each in pages.items()}
    lines = []
    for row in held:
        path, episode = paths.get(row["measure_id"]), str(row["episode_id"])
        # A place without children is no filter "with all within": the address would name what no menu has.
        is_wider = row["figure_count"] > row["own_count"]
        own, wide = (
            page_frame.link(f"{count:,}", selection.of_record(path, episode=episode, place=value)) if count and path
            else f"{count:,}"
            for count, value in ((row["own_count"], place_id),
                                 (row["figure_count"], f"{WITHIN}{place_id}" if is_wider else place_id))
        )  # fmt: skip
        what = formatting.capitalised(formatting.noun({
            "measure_id": row["measure_id"], "measure_name": known.name("measure", row["measure_id"]),
        }))  # fmt: skip
        lines.append(page_frame.row(HELD_HEADS, [what, known.name("episode", episode), own, wide]))
    return page_frame.table("Figures by what they count; a number of figures leads to them.", HELD_HEADS, lines)


def _inside(rows: Sequence[Mapping[str, Any]], selection: Selection) -> list[Any]:
    """Return the places within in the order of their tree."""
    items = [
        html.Li(
            [page_frame.place_link(selection, row["place_id"], str(row["place_name"])), f" ({row['figure_count']:,})"],
            className=f"deep-{min(row['depth'], 5)}",
        )
        for row in rows
    ]
    if not items:
        return []
    return [html.Section([html.H2("Places within it"), html.Ul(items, className="tree")])]


def _printed(rows: Sequence[Mapping[str, Any]], name: str, selection: Selection) -> list[Any]:
    """Return the names that count for a place because no list knows them."""
    if not rows:
        return []
    items = [
        html.Li([page_frame.figure_link(selection, row["figure_id"], str(row["place_stated"])),
                 f" ({row['figure_count']:,}, {row['dataset_id']})"])
        for row in rows[:MOST_NAMED]
    ]  # fmt: skip
    more = len(rows) - len(items)
    said = f"Data sets name them as printed here. No list knows them, so they count for {name} and for no place in it."
    return [
        html.Section([
            html.H2("Names that no list of places knows"), html.P(said, className="muted"), html.Ul(items),
            html.P(f"And {wording.plural(more, 'name')} more, with fewer figures each.") if more > 0 else None,
        ])
    ]  # fmt: skip


def _voices(rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    if not rows:
        return []
    told = [f"{row['voice_name'] or row['voice_id']} ({row['figure_count']:,})" for row in rows[:MOST_NAMED]]
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    return [html.Section([html.H2("Who tells of it"), html.P(f"{', '.join(told)}{more}.")])]


def _credit(cursor: Cursor, place_id: str) -> list[Any]:
    """Return whom to credit where data sets tell of the place."""
    due = datasets.credits_for(cursor, [places.documents(cursor, place_id)]) if datasets.releases(cursor) else []
    return [html.P(text_datasets.credit(due), className="muted credit")] if due else []
