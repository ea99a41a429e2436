"""The overview as words and parts: one card a question, what changed, what contradicts, what to quote. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from dash import dcc, html

from dashboard import downloads, frame, marks, recorded, room, sentences, small_steps, words
from dashboard.asked import Asked
from dashboard.facets import Facet
from dashboard.parts import GRAPH_CONFIG, aria
from dashboard.queries_pages import MOST_FIGURES
from dashboard.quoting import citation, quote

# The questions of one screen: id, title, measure, population. The room of a measure is one address each.
QUESTIONS = (
    ("deaths", "Deaths", "killed", "all"),
    ("civilians", "Civilians killed", "killed", "civilians"),
    ("children", "Children killed", "killed", "children"),
    ("injuries", "Injuries", "injured", "all"),
    ("displaced", "Displaced", "displaced", "all"),
    ("airstrikes", "Airstrikes", "airstrikes", "all"),
)
# A day of news moves a handful of ranges, a release of a data set all of its own.
MOST_MOVED = 20
ROOMS = {measure: path for path, measure in room.PATHS.items()}


@dataclass(frozen=True)
class Card:
    """One question: the ranges of the one scope that answers it, oldest first, and how many parts are counted."""

    card_id: str
    title: str
    measure: str
    part_count: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def standing(self) -> dict[str, Any] | None:
        """The range that stands on the day, or None where the whole is not counted."""
        return self.rows[-1] if self.rows else None


def cards(ranges: pd.DataFrame, parts: pd.DataFrame, known_on: Any) -> list[Card]:
    """Return the cards of queries_pages.whole_ranges and part_counts; each shows one scope, never a mixture."""
    counts = {(row["measure_id"], row["population_id"]): row["scope_count"] for row in words.records(parts)}
    scopes: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}
    for row in words.records(ranges):
        scopes.setdefault((row["measure_id"], row["population_id"]), {}).setdefault(row["scope_id"], []).append(row)
    found = []
    for card_id, title, measure, population in QUESTIONS:
        key = (measure, population)
        standing = [rows for rows in scopes.get(key, {}).values() if _stands(rows[-1], known_on)]
        found.append(Card(card_id, title, measure, counts.get(key, 0), standing[0] if standing else []))
    return found


def _stands(row: words.Row, known_on: Any) -> bool:
    return row["valid_to_on"] is None or row["valid_to_on"] > known_on


def figure_words(card: Card) -> str:
    """Return the large words of a card: the range, or that only parts are counted."""
    if card.standing:
        return small_steps.span(card.standing)
    if card.part_count:
        return f"{words.plural(card.part_count, 'count')} of {'a part' if card.part_count == 1 else 'parts'}"
    return "nothing reported"


def small_words(card: Card, known_on: Any) -> str:
    """Return what stands under the large words: how many sources, as known when, and whether they agree."""
    day = f"as known on {words.day(known_on)}"
    row = card.standing
    if row is None:
        return f"none of the whole, {day}" if card.part_count else day
    disputed = "disputed" if row["is_disputed"] else ""
    said = (f"as reported by {words.plural(row['source_count'], 'source')}", day, words.agreement(row), disputed)
    return ", ".join(part for part in said if part)


def card_part(card: Card, asked: Asked) -> Any:
    """Return one card; its chart is drawn by a callback, in the reader's colour scheme."""
    graph = dcc.Graph(
        id=f"steps-{card.card_id}",
        config=GRAPH_CONFIG,
        responsive="auto",
        style={"height": f"{small_steps.HEIGHT}px"},
        figure={"layout": {"height": small_steps.HEIGHT}},
    )
    chart = html.Div(
        graph, role="img", hidden=not card.rows, **aria(label=f"{card.title}: {small_steps.in_words(card.rows)}")
    )
    every = frame.link(f"All figures of {card.title.lower()}", asked.link(ROOMS[card.measure]))
    return html.Li([
        html.H2(card.title),
        html.P(figure_words(card), className="range"),
        html.P(small_words(card, asked.known_on), className="muted"),
        chart,
        html.P([every, *_pictures(card, asked)], className="way") if card.rows or card.part_count else None,
    ], className="card")  # fmt: skip


def _pictures(card: Card, asked: Asked) -> list[Any]:
    """Return the buttons that make a picture of a card's chart, where it has one."""
    if not card.rows:
        return []
    day = asked.known_on.isoformat()
    told = {
        "says": sentence(card, asked.known_on, recorded.words_of(asked.build)),
        "cite": citation(asked.episode_name, asked.known_on, asked.build),
        "name": f"on-record_{card.card_id}_known-on-{day}{recorded.name_of(asked.build)}",
    }
    buttons = [downloads.picture(form, told, f"steps-{card.card_id}") for form in ("png", "svg")]
    return [part for button in buttons for part in (" ", button)]


def sentence(card: Card, known_on: Any, as_recorded: str = "") -> str:
    """Return a sentence that can be quoted: the range of the whole, or that nobody counts the whole."""
    if card.standing:
        return sentences.headline([Facet(card.card_id, "", [], card.standing)], known_on, card.title, as_recorded)
    known = (
        f"As known on {words.day(known_on)}{as_recorded}, no source counts {card.title.lower()} of the whole episode"
    )
    verb = "is" if card.part_count == 1 else "are"
    return f"{known}; there {verb} {figure_words(card)}." if card.part_count else f"{known}."


def quotes(found: Sequence[Card], asked: Asked) -> list[Any]:
    """Return every card as a sentence with its citation and a copy button."""
    source = citation(asked.episode_name, asked.known_on, asked.build)
    return [
        quote(
            sentence(card, asked.known_on, recorded.words_of(asked.build)),
            source,
            f"the sentence on {card.title.lower()}",
        )
        for card in found
        if card.rows or card.part_count
    ]


def moved(row: words.Row) -> str:
    """Return what happened to one range on a day, in words; an empty text where it reads as it did before."""
    noun = words.NOUNS.get(row["measure_id"], str(row["measure_name"]).lower())
    what = f"{noun[:1].upper()}{noun[1:]} ({words.scope(row)})"
    now = f"{small_steps.span(row)} by {words.plural(row['source_count'], 'source')}"
    now += ", one count told by two" if row.get("is_told_twice") else ""
    if row["previous_source_count"] is None:
        return f"{what}: first reported, {now}."
    before = words.envelope(
        row["previous_lowest"], row["previous_highest"], is_open_above=bool(row["previous_is_open_above"])
    )
    was = f"{before} by {words.plural(row['previous_source_count'], 'source')}"
    return "" if was == now else f"{what}: from {was} to {now}."


def _new_figure(row: words.Row, asked: Asked) -> Any:
    relay = ", a relay" if row["is_relay"] else ", a party claim" if row["is_party_claim"] else ""
    reading = marks.reading(row)
    words_of = f"{row['voice_name'] or row['voice_id']}: “{row['phrase']}”, read as {reading}{relay} ("
    return html.Li([words_of, frame.figure_link(asked, row["figure_id"]), f"). {words.scope(row)}."])


def _listed(told: Sequence[str]) -> Any:
    """Return ranges that moved as a list, behind a click where a release moved more than a screen of them."""
    every = html.Ul([html.Li(text) for text in told])
    return every if len(told) <= MOST_MOVED else html.Details([html.Summary(f"The ranges listed ({len(told)})"), every])


def changes(ranges: pd.DataFrame, figures: pd.DataFrame, days: Sequence[Any], asked: Asked) -> list[Any]:
    """Return what the day brought: ranges that moved, new figures; or when something last changed.

    `days` are those on which something was published, oldest first.
    """
    told = [text for row in words.records(ranges) if (text := moved(row))]
    new = words.records(figures)
    if not told and not new:
        last = f" The last change was on {words.day(days[-1])}." if days else ""
        return [html.P(f"Nothing changed on {words.day(asked.known_on)}.{last}")]
    moves = frame.counted(len(told), "range", MOST_FIGURES)
    count = f"{moves} moved or began, {frame.counted(len(new), 'new figure', MOST_FIGURES)}."
    return [
        html.P(f"On {words.day(asked.known_on)}: {count}"),
        _listed(told),
        html.Details([
            html.Summary(f"The new figures listed ({len(new)})"), html.Ul([_new_figure(row, asked) for row in new]),
        ]),
    ]  # fmt: skip


def charts(found: Sequence[Card], first: Any, last: Any, look: Any) -> Mapping[str, dict[str, Any]]:
    """Return the small chart of every card by the card's id; all share their days."""
    return {card.card_id: small_steps.chart(card.rows, first, last, look) for card in found}
