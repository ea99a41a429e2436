"""The page of a data set: what it is, whose, under which licence, its releases, what it holds and what it changed."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from dash import html

from dashboard import wording
from dashboard.components import page_frame
from dashboard.components.parts import elsewhere
from dashboard.components.selection import Selection
from dashboard.publication.cache import Cursor
from dashboard.queries import datasets, measures
from dashboard.queries.find import places
from dashboard.queries.names import names
from dashboard.sections import overview
from dashboard.text import datasets as text_datasets

HEADS = ("Version", "Published", "Figures", "Rows read", "Rows refused", "Standing")
MOST_PLACES = 60


def releases(cursor: Cursor, dataset_id: str) -> list[dict[str, Any]]:
    """Return the releases of a data set in a publication, the newest first; none where it has no such data set."""
    found = [row for row in datasets.releases(cursor).values() if row["dataset_id"] == dataset_id]
    return sorted(found, key=lambda row: (row["published_on"], row["version"]), reverse=True)


def page(cursor: Cursor, dataset_id: str, selection: Selection) -> list[Any]:
    """Return the page of a data set of the publication."""
    every = releases(cursor, dataset_id)
    newest = every[0]
    paths = {each.measure_id: path for path, each in measures.pages(cursor).items()}
    held = [row for row in datasets.contents(cursor, selection.build["known_until_on"])
            if row["document_id"] in {each["document_id"] for each in every}]  # fmt: skip
    by_release = {document: list(rows) for document, rows in groupby(held, key=lambda row: row["document_id"])}
    return [
        html.H1(str(newest["title"])),
        html.P(
            f"{newest['producer']}. {wording.plural(newest['figure_count'], 'figure')} in version {newest['version']}, "
            f"published {wording.day(newest['published_on'])}.",
            className="headline",
        ),
        html.Dl([part for pair in _facts(newest) for part in (html.Dt(pair[0]), html.Dd(pair[1]))], className="facts"),
        html.Section([html.H2("Releases read"), _table(every, selection)]),
        html.Section([
            html.H2("What it holds"),
            *(html.Div([
                html.H3(f"Version {each['version']}") if len(every) > 1 else None,
                html.Ul([overview.held(row, selection, paths) for row in by_release.get(each["document_id"], ())]),
            ]) for each in every),
        ]),
        *_places(cursor, dataset_id, selection),
        *_printed(places.printed_by(cursor, dataset_id), selection),
    ]  # fmt: skip


def _facts(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    pairs = [
        ("Data set", row["dataset_id"]),
        ("Producer", row["producer"]),
        ("Licence", elsewhere(row["licence"], row["licence_url"])),
        ("Credit", text_datasets.sentence(row["attribution"])),
        ("Cite it as", text_datasets.sentence(row["citation"])),
        ("Its own page", elsewhere(row["page_url"], row["page_url"])),
    ]  # fmt: skip
    return [(name, value) for name, value in pairs if value]


def _table(every: Sequence[Mapping[str, Any]], selection: Selection) -> Any:
    lines = []
    for row in every:
        inferred = " (inferred)" if row["published_on_basis"] == "inferred" else ""
        ended = f"replaced on {wording.day(row['replaced_on'])}" if row["replaced_on"] else "the newest"
        lines.append(page_frame.row(HEADS, [
            str(row["version"]), wording.day(row["published_on"]) + inferred, f"{row['figure_count'] or 0:,}",
            f"{row['loaded_row_count'] or 0:,}", f"{row['rejected_row_count'] or 0:,}", ended,
        ]))  # fmt: skip
    return page_frame.table(f"{wording.plural(len(lines), 'release')}, the newest first.", HEADS, lines)


def _places(cursor: Cursor, dataset_id: str, selection: Selection) -> list[Any]:
    """Return the places it tells of, those with most figures first."""
    known = names(cursor)
    rows = places.countries(cursor, dataset_id, selection.build["known_until_on"])
    items = [
        html.Li([page_frame.place_link(selection, row["place_id"], str(known.name("place", row["place_id"]))),
                 f" ({row['figure_count']:,})"])
        for row in rows[:MOST_PLACES]
    ]  # fmt: skip
    more = len(rows) - len(items)
    return [
        html.Section([
            html.H2("Places it tells of"), html.Ul(items, className="columns"),
            html.P(f"And {wording.plural(more, 'place')} more, with fewer figures each.") if more > 0 else None,
        ])
    ]  # fmt: skip


def _printed(rows: Sequence[Mapping[str, Any]], selection: Selection) -> list[Any]:
    """Return what its file names that no list of places knows: places as printed, and wars, which are no places."""
    if not rows:
        return []
    items = [
        html.Li([page_frame.figure_link(selection, row["figure_id"], str(row["place_stated"])),
                 f" ({row['figure_count']:,})"])
        for row in rows
    ]  # fmt: skip
    said = "As its file prints them; each leads to the largest of its figures."
    return [
        html.Section([
            html.H2("Names that no list of places knows"), html.P(said, className="muted"),
            html.Details([html.Summary(f"The names listed ({len(items):,})"), html.Ul(items, className="columns")]),
        ])
    ]  # fmt: skip
