"""The overview as words and parts: one card a question, what changed, what contradicts, what to quote. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any

import pandas as pd
from dash import dcc, html

from dashboard import wording
from dashboard.charts import marks, sparkline
from dashboard.charts.theme import Theme
from dashboard.components import downloads, page_frame
from dashboard.components.citation import citation, credited, quote
from dashboard.components.parts import GRAPH_CONFIG, aria
from dashboard.components.selection import Selection
from dashboard.components.selection import read as read_selection
from dashboard.publication import cache
from dashboard.publication.cache import Cursor, once
from dashboard.queries import measures, pages
from dashboard.queries.datasets import EPISODE
from dashboard.queries.measure import NO_CAUSE
from dashboard.queries.measures import Measure
from dashboard.queries.names import names
from dashboard.queries.pages import MOST_FIGURES
from dashboard.request import publication
from dashboard.text import as_of, datasets, formatting, searched, sentences
from dashboard.text.panels import Panel

# The population of the card that bears the name of its measure alone.
EVERYONE = "all"
# A day of news moves a handful of ranges, a release of a data set all of its own.
MOST_MOVED = 20


@dataclass(frozen=True)
class Card:
    """One question: the ranges of the one scope that answers it, oldest first, and the figures behind them.

    `population` is the group asked about; `exceeding` are parts of it that are more than it (pages.exceeding_parts),
    `bounding` what bounds it from above (pages.bounding_ranges), each with its figures; `later` what is counted in
    another way, up to a later day, and is more.
    """

    card_id: str
    title: str
    path: str
    population: str = EVERYONE
    rows: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    exceeding: list[dict[str, Any]] = field(default_factory=list)
    bounding: list[Panel] = field(default_factory=list)
    later: Panel | None = None
    episode: Mapping[str, Any] | None = None
    is_told_in_parts: bool = False
    """Whether nobody counts the group, and some within it that have cards of their own are counted."""

    @property
    def standing(self) -> dict[str, Any] | None:
        """The range that stands on the day, or None where nothing is counted."""
        return self.rows[-1] if self.rows else None

    @property
    def panel(self) -> Panel:
        """The range with its figures, as sentences tell it."""
        return Panel(self.card_id, self.title, self.figures, self.standing)


def questions(pages: Mapping[str, Measure], populations: Mapping[str, str]) -> list[tuple[Card, tuple[str, str]]]:
    """Return an empty card for each group of people that a measure has one for, with measure and group.

    `populations` are the names of the groups by id.
    """
    found = []
    for measure in pages.values():
        own = measure.path.strip("/")
        for population in measure.populations:
            named = EVERYONE if population == EVERYONE else populations.get(population, population)
            title = measure.page_name if population == EVERYONE else measure.noun.replace("people", named, 1)
            card_id = own if population == EVERYONE else f"{own}-{population}"
            found.append((Card(card_id, title, measure.path, population), (measure.measure_id, population)))
    return found


def cards(
    selection: Sequence[tuple[Card, tuple[str, str]]], ranges: pd.DataFrame, figures: Sequence[formatting.Row],
    exceeding: Sequence[formatting.Row], within: Callable[[str], Sequence[str]],
) -> list[Card]:  # fmt: skip
    """Fill the cards of `questions` with pages.widest_ranges, figures_of, exceeding_parts; each shows one scope.

    Where nobody counts a group, its card shows the widest group within it that is counted; `within` names those.
    """
    scopes: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in cache.records(ranges):
        scopes.setdefault((row["measure_id"], row["population_id"]), []).append(row)
    # A group with a card of its own is not shown twice.
    free = [key for key in scopes if key not in {key for _, key in selection}]
    found = []
    for card, key in selection:
        below = within(key[1])
        instead = next((each for each in free if each[0] == key[0] and each[1] in below), key)
        rows = scopes.get(key if key in scopes else instead, [])
        scope = rows[-1]["scope_id"] if rows else None
        found.append(replace(
            card, rows=rows, is_told_in_parts=not rows and any((key[0], each) in scopes for each in below),
            figures=[dict(row) for row in figures if row["scope_id"] == scope],
            exceeding=[dict(row) for row in exceeding if row["whole_scope_id"] == scope],
        ))  # fmt: skip
    return found


def figure_words(card: Card) -> str:
    """Return the large words of a card: the range by the words of those at its ends."""
    if card.standing:
        return sentences.stated_span(card.standing, card.figures)
    return IN_PARTS if card.is_told_in_parts else "nothing reported"


IN_PARTS = "counted in parts only"
"""Of a group nobody counts, where some within it have cards of their own: they are not nothing."""


def scope_words(card: Card) -> str:
    """Return what a card counts where it is not the group asked about in all the episode; an empty text where it is."""
    row = card.standing
    is_requested = row is None or (row["is_whole"] and row["population_id"] == card.population)
    which = "Of a part" if formatting.is_counted(row or {}) else "No count is on record"
    return "" if is_requested else f"{which}: {formatting.scope(row or {})}"


def small_words(card: Card, known_on: Any) -> str:
    """Return what stands under the large words: up to when, by whom, what fits, and what was counted earlier."""
    row = card.standing
    if row is None:
        return f"as known on {wording.day(known_on)}"
    counted = formatting.counted(row)
    first = " ".join(filter(None, [counted, f"by {formatting.sources(row)}"]))
    fits = formatting.agreement(row)
    read = sentences.span(row, card.figures)
    read = read if read.startswith(sentences.READ_AS) and read != figure_words(card) else ""
    told = [f"{formatting.capitalised(read)}."] if read else []
    told += [f"{formatting.capitalised(first)}{f'; {fits}' if fits else ''}."]
    last = row["counted_to_on"]
    if row["counting"] in ("cumulative", "stock") and last and (known_on - last).days > 1:
        told.append(searched.silence(card.episode, known_on, has_others=card.later is not None))
    before = sentences.earlier_counts(row, card.figures)
    told += [f"Earlier: {before}."] if before else []
    told += [formatting.NOT_IN_RANGE] if formatting.is_counted(row) and row.get("estimate_count") else []
    return " ".join([*told, *bounded(card), *exceeded(card), *overtaken(card)])


def bounded(card: Card) -> list[str]:
    """Return what bounds the range of a card from above, in words: the missing beside the dead, or both together."""
    said = []
    for each in card.bounding:
        row, what = each.range or {}, formatting.capitalised(formatting.noun(card.standing or {}))
        most = "that" if row["is_together"] else "these two together"
        told = sentences.stated_range(row, each.rows)
        said.append(f"{formatting.capitalised(formatting.noun(row))}: {told}. {what} are at most {most}.")
    return said


def overtaken(card: Card) -> list[str]:
    """Return what is counted otherwise, up to a later day, and is more than a card says; nothing where nothing is."""
    row = card.later.range if card.later else None
    if not card.later or not row:
        return []
    said = sentences.stated_range(row, card.later.rows)
    return [f"Counted otherwise and later, it is more: {formatting.scope(row)}: {said}."]


def exceeded(card: Card) -> list[str]:
    """Return the part that most exceeds the range of a card, in words; nothing where none does."""
    row = card.standing
    parts = [part for part in card.exceeding if row and part["low"] is not None and part["low"] > (row["highest"] or 0)]
    if not parts:
        return []
    part = parts[0]
    if part["population_id"] != part["whole_population_id"]:
        what = f"Of {formatting.group(part)} alone"
    elif part["place_id"] != part["whole_place_id"]:
        what = f"In {part['place_name']} alone"
    else:
        what = formatting.capitalised(formatting.cause({**part, "unit_id": "people"})) or "Within it"
    day = part["counted_until_on"] or part["period_end_on"]
    until = f", up to {wording.day(day)}" if day else ""
    return [f"{what}: “{part['phrase']}” ({sentences.who(part)}{until})."]


def address_of(card: Card, selection: Selection) -> str:
    """Return the address of what a card counts: its scope on the page of its measure, whose headline tells the same."""
    row = card.standing
    if row is None:
        return selection.link(card.path)
    scope = {name: str(row[f"{name}_id"]) for name in ("place", "population")}
    return selection.link(card.path, **scope, counting=str(row["counting"]), cause=str(row["cause_id"] or NO_CAUSE))


def chart_id(card: Any) -> dict[str, Any]:
    """Return the id of a card's chart, by which one callback draws all there are."""
    return {"card": card}


def card_part(card: Card, selection: Selection) -> Any:
    """Return one card; its chart is drawn by a callback, in the reader's colour scheme."""
    graph = dcc.Graph(
        id=chart_id(card.card_id),
        config=GRAPH_CONFIG,
        responsive="auto",
        style={"height": f"{sparkline.HEIGHT}px"},
        figure={"layout": {"height": sparkline.HEIGHT}},
    )
    chart = html.Div(
        graph,
        id=f"steps-{card.card_id}",
        role="img",
        hidden=not card.rows,
        **aria(label=f"{card.title}: {sparkline.in_words(card.rows)}"),
    )
    every = page_frame.link(f"All figures of {card.title.lower()}", address_of(card, selection))
    return html.Li([
        html.H2(card.title),
        html.P(figure_words(card), className="range"),
        html.P(scope_words(card), className="scope-words") if scope_words(card) else None,
        html.P(small_words(card, selection.known_on), className="muted"),
        chart,
        html.P([every, *_pictures(card, selection)], className="way") if card.rows else None,
    ], className="card")  # fmt: skip


def _pictures(card: Card, selection: Selection) -> list[Any]:
    """Return the buttons that make a picture of a card's chart, where it has one."""
    if not card.rows:
        return []
    day = selection.known_on.isoformat()
    told = {
        "says": sentence(card, selection.known_on, as_of.words_of(selection.build)),
        "cite": credited(selection.episode_name, selection.known_on, selection.build, _due(card)),
        "name": f"on-record_{card.card_id}_known-on-{day}{as_of.name_of(selection.build)}",
    }
    buttons = [downloads.picture(form, told, f"steps-{card.card_id}") for form in ("png", "svg")]
    return [part for button in buttons for part in (" ", button)]


def _due(card: Card) -> list[Mapping[str, Any]]:
    """Return the data sets whose figures are behind a card, each release once."""
    behind = [row["release"] for row in card.figures if row.get("release")]
    return list({(each["dataset_id"], each["version"]): each for each in behind}.values())


def sentence(card: Card, known_on: Any, as_recorded: str = "") -> str:
    """Return a sentence that can be quoted: the range as its sources said it, or that nobody counts it."""
    if card.standing:
        parts = [sentences.headline([card.panel], known_on, card.title, as_recorded), *exceeded(card), *overtaken(card)]
        return " ".join(filter(None, [*parts, searched.sentence(card.episode)]))
    known = f"As known on {wording.day(known_on)}{as_recorded}"
    of_none, of_parts = f"nothing is reported of {card.title.lower()}", f"{card.title.lower()} are {IN_PARTS}"
    nothing = f"{known}, {of_parts if card.is_told_in_parts else of_none}."
    return " ".join(filter(None, [nothing, searched.sentence(card.episode)]))


def quotes(found: Sequence[Card], selection: Selection) -> list[Any]:
    """Return every card as a sentence with its citation and a copy button."""
    source = citation(selection.episode_name, selection.known_on, selection.build)
    return [
        quote(
            sentence(card, selection.known_on, as_of.words_of(selection.build)),
            source,
            f"the sentence on {card.title.lower()}",
        )
        for card in found
        if card.rows
    ]


def moved(row: formatting.Row) -> str:
    """Return what happened to one range on a day, in words; an empty text where it reads as it did before."""
    what = f"{formatting.capitalised(formatting.noun(row))} ({formatting.scope(row)})"
    now = _as_it_was(row, "")
    now += ", one count told by two" if row.get("is_counted_twice") else ""
    if row["previous_source_count"] is None:
        return f"{what}: first reported, {now}."
    was = _as_it_was(row, "previous_")
    return "" if was == now else f"{what}: was {was}; is {now}."


def _as_it_was(row: formatting.Row, when: str) -> str:
    """Return a range with its day and its sources: 201 or more, counted up to 28 November 2024, by 1 source."""
    names = ("source_count", "named_source_count", "report_count", "counted_from_on", "counted_to_on")
    told = {name: row[f"{when}{name}"] for name in names}
    span = f"{sentences.READ_AS} {formatting.span(row, before=when)}"
    return " ".join(filter(None, [f"{span},", formatting.counted(told), f"by {formatting.sources(told)}"]))


def _new_figure(row: formatting.Row, selection: Selection) -> Any:
    relay = ", a relay" if row["is_relay"] else f", a {sentences.claim(row)}" if row["is_party_claim"] else ""
    reading = marks.reading(row)
    words_of = f"{row['speaker_name'] or row['voice_id']}: “{row['phrase']}”, read as {reading}{relay} ("
    counts = formatting.scope_until(row)
    return html.Li([words_of, page_frame.figure_link(selection, row["figure_id"]), f"). {counts}."])


def _listed(told: Sequence[str]) -> Any:
    """Return ranges that moved as a list, behind a click where a release moved more than a screen of them."""
    every = html.Ul([html.Li(text) for text in told])
    return every if len(told) <= MOST_MOVED else html.Details([html.Summary(f"The ranges listed ({len(told)})"), every])


def changes(ranges: pd.DataFrame, figures: pd.DataFrame, days: Sequence[Any], selection: Selection) -> list[Any]:
    """Return what the day brought: ranges that moved, new figures; or when something last changed.

    `days` are those on which something was published, oldest first.
    """
    told = [text for row in cache.records(ranges) if (text := moved(row))]
    new = cache.records(figures)
    if not told and not new:
        last = f" The last change was on {wording.day(days[-1])}." if days else ""
        return [html.P(f"Nothing changed on {wording.day(selection.known_on)}.{last}")]
    moves = page_frame.counted(len(told), "range", MOST_FIGURES)
    count = f"{moves} moved or began, {page_frame.counted(len(new), 'new figure', MOST_FIGURES)}."
    before = [day for day in days if day < selection.known_on]
    beside = f", beside {wording.day(before[-1])}, the last day with news before" if before else ""
    return [
        html.P(f"On {wording.day(selection.known_on)}{beside}: {count}"),
        _listed(told),
        html.Details([
            html.Summary(f"The new figures listed ({len(new)})"), html.Ul([_new_figure(row, selection) for row in new]),
        ]),
    ]  # fmt: skip


def charts(found: Sequence[Card], first: Any, last: Any, theme: Any) -> Mapping[str, dict[str, Any]]:
    """Return the small chart of every card by the card's id; all share their days."""
    return {
        card.card_id: sparkline.chart(card.rows, first, last, theme, searched.until(card.episode)) for card in found
    }


# The cards of the overview for an episode and day, read once for the page, its charts and its first view.


def read(cursor: Cursor, selection: Selection) -> tuple[list[Card], list[Any]]:
    """Return the cards of an episode and day, and the days on which something was published."""
    return once(cursor, _read, selection.episode, selection.known_on)


def _read(cursor: Cursor, episode: str, known_on: Any) -> tuple[list[Card], list[Any]]:
    here = (cursor, episode, known_on)
    ranges = pages.widest_ranges(*here)
    populations = {one: str(row["name"]) for one, row in names(cursor).of["population"].items()}
    figures = cache.records(pages.figures_of(cursor, sorted(set(ranges["scope_id"])), known_on))
    exceeding = cache.records(pages.exceeding_parts(*here))
    bounding = _bounding(*here)
    asked = questions(measures.pages(cursor), populations)
    below = partial(names(cursor).within, "population")
    told = names(cursor).of["episode"].get(episode)
    found = cards(asked, ranges, figures, exceeding, below)
    running = cache.records(pages.running_ranges(*here))
    later = {card.card_id: _later(card, running) for card in found}
    speaking = sorted({row["scope_id"] for row in later.values() if row})
    behind = cache.records(pages.figures_of(cursor, speaking, known_on)) if speaking else []
    return [
        replace(
            card, episode=told, bounding=bounding.get((card.standing or {}).get("scope_id"), []),
            later=_panel(row, behind) if (row := later[card.card_id]) else None,
        )
        for card in found
    ], days(*here)  # fmt: skip


def _later(card: Card, running: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the greatest count of a card's measure and place that counts up to a later day and is more than it.

    Such as internally displaced people of August beside all displaced of December. A part that the checks find is told
    by `exceeded` already.
    """
    row = card.standing
    if not row or not row["counted_to_on"] or row["highest"] is None or exceeded(card):
        return None
    return next((
        each for each in running
        if each["measure_id"] == row["measure_id"] and each["place_id"] == row["place_id"]
        and each["counted_to_on"] > row["counted_to_on"] and each["lowest"] > row["highest"]
    ), None)  # fmt: skip


def _panel(row: dict[str, Any], figures: Sequence[dict[str, Any]]) -> Panel:
    told = [each for each in figures if each["scope_id"] == row["scope_id"]]
    return Panel(row["scope_id"], row["measure_name"], told, row)


def _bounding(cursor: Cursor, episode: str, known_on: Any) -> dict[Any, list[Panel]]:
    """Return what bounds a range from above by the scope that is bounded, as the tree of measures says.

    A measure that lies within a second whole is bounded by that, and by what else is part of it beside the measure.
    """
    every = names(cursor).of["measure"]
    pairs = [
        (one, other)
        for one, row in every.items()
        for other in every
        if (whole := row.get("also_within_id")) and (other == whole or every[other].get("parent_id") == whole)
    ]
    if not pairs:
        return {}
    ranges = cache.records(pages.bounding_ranges(cursor, episode, known_on, *map(list, zip(*pairs, strict=True))))
    figures = cache.records(pages.figures_of(cursor, sorted({row["scope_id"] for row in ranges}), known_on))
    found: dict[Any, list[Panel]] = {}
    for row in ranges:
        found.setdefault(row["bounded_scope_id"], []).append(_panel(row, figures))
    return found


def days(cursor: Cursor, episode: str, known_on: Any) -> list[Any]:
    """Return the days on which something was published, oldest first."""
    return list(pages.change_days(cursor, episode, known_on)["known_on"])


def charts_of(search: object, theme: Theme) -> Mapping[str, dict[str, Any]]:
    """Return the small charts of an address by their card; raises NothingPublishedError, NotRecordedError."""
    with publication.cursor() as cursor:
        selection = read_selection(cursor, search)
        cards, news = read(cursor, selection)
    first = news[0] if news else selection.known_on
    return charts(cards, first, selection.known_on, theme)


# The overview of published data sets: what each release holds, and where to read it. Nothing is added up. Pure.

COUNTED = {
    "cumulative": "running counts",
    "stock": "counts at one time",
    "period": "counts within some days or years",
    "incident": "counts of single events",
}
HOW = (
    "What is loaded, data set by data set. They count unlike things of unlike places and years, so there is no number "
    "of the whole, and nothing here is added up."
)
EMPTY = "No data set had been published by this day."


def held(row: formatting.Row, selection: Selection, paths: Mapping[str, str]) -> Any:
    """Return what a release holds of one measure, counted in one way, linked to the measure page narrowed to it."""
    text = f"{wording.plural(row['figure_count'], 'figure')} of {formatting.noun(row)}"
    narrowed = {"episode": EPISODE, "counting": row["counting"], "source": row["voice_id"]}
    href = selection.link(paths.get(row["measure_id"], "/sources"), **narrowed)
    days = wording.days(row["first_on"], row["last_on"])
    where = wording.plural(row["place_count"], "place")
    return html.Li(
        [page_frame.link(text, href), f": {COUNTED.get(row['counting'], row['counting'])}, {where}, {days}."]
    )


def card(
    release: Mapping[str, Any], rows: Sequence[formatting.Row], selection: Selection, paths: Mapping[str, str]
) -> Any:
    """Return one release: what it is, what it holds, whom to credit; `paths` are the pages of measures by id."""
    ended = release["replaced_on"]
    replaced = f" Replaced on {wording.day(ended)}." if ended and ended <= selection.known_on else ""
    inferred = " (inferred)" if release["published_on_basis"] == "inferred" else ""
    when = f"Version {release['version']}, published {wording.day(release['published_on'])}{inferred}.{replaced}"
    return html.Li([
        html.H2(page_frame.dataset_link(selection, release["dataset_id"], release["title"])),
        html.P(f"{release['producer']}. {when}"),
        html.Ul([held(row, selection, paths) for row in rows]),
        html.P(datasets.sentence(release["attribution"]), className="muted"),
    ], className="card")  # fmt: skip


def contents(
    releases: Mapping[str, Mapping[str, Any]], rows: Sequence[formatting.Row], selection: Selection,
    pages: Mapping[str, Measure],
) -> list[Any]:  # fmt: skip
    """Return the list of releases of data sets known on a day; `rows` are of datasets.contents."""
    paths = {measure.measure_id: path for path, measure in pages.items()}
    found = {document: list(each) for document, each in groupby(rows, key=lambda row: row["document_id"])}
    cards = [
        card(release, found[document], selection, paths) for document, release in releases.items() if document in found
    ]
    return [
        html.P(HOW, className="muted"),
        html.Ul(cards, className="cards data-sets") if cards else html.P(EMPTY),
    ]
