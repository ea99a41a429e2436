"""The front door: what there is, newest first. Episodes read by hand, countries that data sets count, the data sets."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import html

from dashboard import wording
from dashboard.components import downloads, page_frame
from dashboard.components.selection import Selection
from dashboard.components.selection import read as read_selection
from dashboard.publication import cache
from dashboard.publication.cache import Cursor, once
from dashboard.queries import base, datasets, measures
from dashboard.queries.find import index, newest
from dashboard.queries.names import names
from dashboard.request import as_of, view
from dashboard.sections import overview
from dashboard.sections.find import numbers
from dashboard.text import datasets as text_datasets
from dashboard.text import formatting, sentences

TITLE = "What is on record, newest first"
HOW = (
    "Each number as its source stated it, with the day it counts up to. Numbers of one place differ in what they "
    "count: follow one to see who else says what, and read where."
)
# A screen of countries as cards; the others are a list.
MOST_COUNTRIES, MOST_NUMBERS = 12, 4


def is_requested(search: object) -> bool:
    """Whether an address asks for the front door: it names no episode and no day."""
    return not {"episode", "known_on"} & set(view.values(search))


def has_several(cursor: Cursor) -> bool:
    """Whether there is more than one episode; of one alone its own page says what is newest."""
    return len(once(cursor, _every)) > 1


def _every(cursor: Cursor) -> list[dict[str, Any]]:
    return cache.records(base.episodes(cursor))


def page(cursor: Cursor, selection: Selection) -> list[Any]:
    """Return the front door of a publication."""
    paths = {each.measure_id: path for path, each in measures.pages(cursor).items()}
    releases = datasets.releases(cursor)
    return [
        html.H1(TITLE),
        html.P(HOW, className="headline small"),
        html.Ul([_episode(cursor, each) for each in _episodes(cursor, selection)], className="cards two"),
        *_countries(cursor, paths, selection),
        *_datasets(list(releases.values()), selection),
        html.P(text_datasets.credit(list(releases.values())), className="muted credit") if releases else None,
        downloads.line("/", selection.query, ("newest", "ranges")),
        html.P(f"Last refreshed {formatting.moment(selection.build['published_at'])}.", id="refreshed"),
    ]


def _episodes(cursor: Cursor, selection: Selection) -> list[Selection]:
    """Return the episodes read by hand, each as known on its own last day: the one with the latest news first."""
    record = [f"&{name}={value}" for name, value in selection.carried if name == as_of.NAME]
    every = [
        read_selection(cursor, f"?episode={row['episode_id']}{''.join(record)}")
        for row in once(cursor, _every)
        if row["episode_id"] != datasets.EPISODE
    ]
    return sorted(every, key=lambda each: each.known_on, reverse=True)


def _episode(cursor: Cursor, selection: Selection) -> Any:
    """Return one episode: its cards as lines, the words of each as on the overview, and when its last news came."""
    cards, _ = overview.read(cursor, selection)
    count = index.summed(cursor, "episode_id").get(selection.episode, 0)
    return html.Li([
        html.H2(page_frame.link(selection.episode_name, selection.link("/"))),
        html.P(f"Last news {wording.day(selection.known_on)}. {wording.plural(count, 'figure')}.", className="muted"),
        html.Ul([_card(card, selection) for card in cards if card.rows], className="numbers"),
        html.P(page_frame.link("Overview of this episode", selection.link("/")), className="way"),
    ], className="card")  # fmt: skip


def _card(card: overview.Card, selection: Selection) -> Any:
    row = card.standing or {}
    who = list(dict.fromkeys(sentences.who(each) for each in card.figures if each["is_standing"]))
    by = " and ".join(who) if len(who) < 3 else formatting.sources(row)
    of_part = overview.scope_words(card)
    told = "; ".join(filter(None, [of_part, formatting.counted(row), by]))
    said = " ".join([f"{told}.", *overview.exceeded(card), *overview.overtaken(card)])
    return html.Li([
        page_frame.link(card.title, overview.address_of(card, selection)), " ",
        html.Strong(overview.figure_words(card)), f": {said}",
    ])  # fmt: skip


def _countries(cursor: Cursor, paths: Mapping[str, str], selection: Selection) -> list[Any]:
    """Return the countries with numbers in data sets, those with the newest number first; the others as a list."""
    found, known, within = newest.by_country(cursor), names(cursor), index.counts_within(cursor)
    order = sorted(found, key=lambda one: (_latest(found[one]), within.get(one, 0), one), reverse=True)
    first, others = order[:MOST_COUNTRIES], order[MOST_COUNTRIES:]
    # Places that single events alone are told of have no newest number, and are found all the same.
    others += [one for one, row in known.of["place"].items() if row.get("kind") == "country" and one in within
               and one not in found]  # fmt: skip
    others = sorted(others, key=lambda one: str(known.name("place", one)))
    if not first and not others:
        return []
    cards = [_country(one, str(known.name("place", one)), found[one], paths, selection) for one in first]
    links = [
        html.Li([page_frame.place_link(selection, one, str(known.name("place", one))), f" ({within.get(one, 0):,})"])
        for one in others
    ]
    listed = html.Details([
        html.Summary(f"{'The other countries' if first else 'Countries'} and territories ({len(others)})"),
        html.Ul(links, className="columns"),
    ])  # fmt: skip
    return [
        html.Section([
            html.H2("Countries and territories" + (" in published data sets" if first else "")),
            html.Ul(cards, className="cards"), listed if links else None,
        ])
    ]  # fmt: skip


def _latest(rows: Sequence[Mapping[str, Any]]) -> date:
    return max((row["day"] for row in rows if row["day"]), default=date.min)


def _country(
    place_id: str, name: str, rows: Sequence[Mapping[str, Any]], paths: Mapping[str, str], selection: Selection
) -> Any:
    more = len(rows) - MOST_NUMBERS
    every = f"All of {name}" + (f", {more} more numbers" if more > 1 else "")
    return html.Li([
        html.H3(page_frame.place_link(selection, place_id, name)),
        html.Ul([numbers.line(row, paths, selection) for row in rows[:MOST_NUMBERS]], className="numbers"),
        html.P(page_frame.place_link(selection, place_id, every), className="way"),
    ], className="card")  # fmt: skip


def _datasets(releases: Sequence[Mapping[str, Any]], selection: Selection) -> list[Any]:
    newest_first = sorted(releases, key=lambda row: row["published_on"], reverse=True)
    of_each = {row["dataset_id"]: row for row in reversed(newest_first)}
    items = [
        html.Li([
            page_frame.dataset_link(selection, row["dataset_id"], row["title"]),
            f" ({row['producer']}), version {row['version']}: {wording.plural(row['figure_count'], 'figure')}",
        ])
        for row in sorted(of_each.values(), key=lambda row: row["published_on"], reverse=True)
    ]  # fmt: skip
    every = selection.of_record("/", episode=datasets.EPISODE)
    return [
        html.Section([
            html.H2("Published data sets"), html.Ul(items),
            html.P(page_frame.link("What each release holds", every)),
        ])
    ] if items else []  # fmt: skip


# Its rows as files: every number there is, those of the list too.


def numbers_of(cursor: Cursor) -> list[dict[str, Any]]:
    """Return the newest number of each country and measure as data sets have them. One row per figure."""
    return [row for each in newest.by_country(cursor).values() for row in each]


def ranges_of(cursor: Cursor, selection: Selection) -> list[dict[str, Any]]:
    """Return what the cards of each episode say, as known on its own last day. One row per range."""
    return [
        card.standing
        for each in _episodes(cursor, selection)
        for card in overview.read(cursor, each)[0]
        if card.standing
    ]
