"""What a measure page shows: one measure of one episode, read for an address from one publication, and its sentence.

The path says which measure (dashboard/queries/measures.py), the query string everything else. One implementation for
all; measure.py puts it on the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dashboard import wording
from dashboard.charts import timeline
from dashboard.charts.theme import voice_marks
from dashboard.charts.world import tints
from dashboard.charts.world.tints import World
from dashboard.components.filters import Offer
from dashboard.errors import NothingPublishedError
from dashboard.publication import cache
from dashboard.publication.cache import Cursor, once
from dashboard.queries import base, datasets, history, measures
from dashboard.queries import measure as queries_measure
from dashboard.queries.find.index import counts, place_names, places_called
from dashboard.queries.measures import Measure
from dashboard.queries.names import WITHIN, names
from dashboard.request import as_of as request_as_of
from dashboard.request import publication
from dashboard.request.view import View, parse, requested_episode, values
from dashboard.sections.over_time import measure_series
from dashboard.sections.over_time.compared import KINDS, Compared
from dashboard.sections.over_time.compared import read as read_compared
from dashboard.text import as_of, findings, formatting, searched, sentences
from dashboard.text.panels import Panel, group

PAGELESS = "No measure of this publication has a page: seeds/measures.csv gives them theirs."
# A range is published over all reports and over those that are no party claims, and not over one side's claims.
CLAIMS_IN_RANGES = "Ranges are published with all party claims or with none: they do not follow this filter."
# What the ranges of a map of countries have in common, as filters call it.
WAY = {"population": "population_id", "counting": "counting"}
EMPTY = "The published warehouse holds no figures yet. Add some, then run `make build`."


class MeasurePage(NamedTuple):
    """Everything one view needs, read in one go from one publication; shared by its readers, so never changed."""

    view: View
    measure: Measure
    measures: Mapping[str, Measure]
    problems: list[str]
    build: formatting.Row
    episodes: list[dict[str, Any]]
    conventions: list[str]
    days: list[str]
    offer: Offer
    panels: list[Panel]
    histories: list[timeline.History]
    voices: list[dict[str, Any]]
    places: list[dict[str, Any]]
    chosen: dict[str, Any] | None
    credits: tuple[dict[str, Any], ...] = ()
    spoken: tuple[dict[str, Any], ...] = ()
    series: measure_series.Found = measure_series.Found()
    compared: Compared = None
    world: World | None = None

    @property
    def marks(self) -> dict[str, tuple[int, str]]:
        """The colour and symbol of each source, the same on every tab of a view."""
        return voice_marks(self.voices, self.offer.voices(self.view))

    @property
    def told(self) -> list[Panel]:
        """The panels as sentences tell them: the first with all who speak in its range, drawn or not."""
        first = [replace(self.panels[0], rows=list(self.spoken))] if self.spoken else self.panels[:1]
        return [*first, *self.panels[1:]]

    @property
    def episode(self) -> dict[str, Any]:
        """The chosen episode, with what was searched for it."""
        return next(row for row in self.episodes if row["episode_id"] == self.view.episode)

    @property
    def episode_name(self) -> str:
        """The chosen episode in words."""
        return str(self.episode["name"])

    @property
    def day(self) -> Any:
        """The day as known on which everything is shown."""
        own = self.view.known_on or (self.days[-1] if self.days else "")
        return date.fromisoformat(own) if own else self.build["known_until_on"]

    @property
    def noun(self) -> str:
        """What is counted, within a sentence."""
        return self.measure.noun


def read_measure_page(pathname: object, search: object) -> MeasurePage:
    """Return the view an address asks for, with its rows; raises NothingPublishedError.

    At any path that is not of a measure it is that of the first: a path is not trusted either.
    """
    path = "/" + pathname.strip("/") if isinstance(pathname, str) else ""
    with publication.cursor() as cursor:
        pages = measures.pages(cursor)
        if not pages:
            raise NothingPublishedError(PAGELESS)
        return remembered(cursor, path if path in pages else next(iter(pages)), search)


def remembered(cursor: Cursor, path: str, search: object, *, is_whole: bool = False) -> MeasurePage:
    """Return the same by a cursor; "?a=b" and "a=b" are one question, asked once. Raises NothingPublishedError.

    With `is_whole` figures tell also what only files of them tell.
    """
    return once(cursor, read, path, search.lstrip("?") if isinstance(search, str) else "", is_whole)


def _episodes(cursor: Cursor) -> list[dict[str, Any]]:
    return cache.records(base.episodes(cursor))


def _voices(cursor: Cursor, episode: str) -> list[dict[str, Any]]:
    return cache.records(base.voices(cursor, episode))


def _places(cursor: Cursor) -> list[dict[str, Any]]:
    return cache.records(queries_measure.places(cursor))


def _days(cursor: Cursor, episode: str) -> list[str]:
    return list(queries_measure.change_days(cursor, episode)["day"])


def _build(cursor: Cursor) -> dict[str, Any]:
    return cache.records(base.build(cursor))[0]


def _offer(cursor: Cursor, episode: str, on: str | None) -> Offer:
    found = cache.records(queries_measure.combinations(cursor, episode, on))
    return Offer(found, names(cursor), place_names(cursor))


def read(cursor: Cursor, path: str, search: str, is_whole: bool = False) -> MeasurePage:
    """Read a measure page; what does not depend on filters is remembered by itself. Raises NothingPublishedError."""
    pages = measures.pages(cursor)
    measure = pages[path]
    episodes = once(cursor, _episodes)
    if not episodes:
        raise NothingPublishedError(EMPTY)
    ids = [row["episode_id"] for row in episodes]
    selection = requested_episode(search)
    offered = [each for each in ids if each == selection] or ids
    search, episode = _at_place(cursor, search, measure.measure_id, offered)
    ids.sort(key=lambda each: each != episode)  # the first is shown where an address names none
    days = once(cursor, _days, episode)
    offer = once(cursor, _offer, episode, None)
    conventions = once(cursor, queries_measure.conventions)
    view, problems = parse(search, ids, [measure.measure_id], offer.held(), days, conventions)
    found = queries_measure.figures(cursor, view, is_whole=is_whole)
    if len(found) >= int(view.rows) and (by := wide_by(view)):
        # The first figures would decide which places and groups there are.
        most = queries_measure.MOST_SCOPES if view.tab == "map" else int(view.rows)
        found = queries_measure.widest_figures(cursor, view, by, most, is_whole=is_whole) or found
    ranges = queries_measure.ranges(cursor, view, found)
    panels = group(found, [row for row in ranges if row["is_shown"]], view.by)
    chosen = _chosen(cursor, view, found)
    if view.figure and not chosen:
        problems.append(f"There is no figure “{view.figure}” here.")
    compared = read_compared(cursor, view)
    world = tints.chosen(queries_measure.countries(cursor, view)) if view.tab == "map" else None
    credits = tuple(_credits_beside(cursor, view, compared, world) if compared or world else _credits(found))
    build = as_of.told(once(cursor, _build), request_as_of.shown(cursor, search))
    return MeasurePage(
        view, measure, pages, problems, build, episodes, conventions, days,
        offer, panels, timeline.histories(panels, ranges), once(cursor, _voices, episode), once(cursor, _places),
        chosen[0] if chosen else None, credits,
        tuple(_spoken(cursor, view, panels, len(found))),
        measure_series.read(cursor, view) if view.is_over_time else measure_series.Found(),
        compared, world,
    )  # fmt: skip


def _at_place(cursor: Cursor, search: str, measure_id: str, episodes: Sequence[str]) -> tuple[str, str]:
    """Return an address with its place as an id, and the first of some episodes that has figures there.

    A place may be called by a name or code of its own. Where nothing is told of it but of what lies within it, the
    address is of all within it.
    """
    asked = values(search)
    text = asked.get("place", "")
    place, known = text.removeprefix(WITHIN), names(cursor)
    if place not in known.of["place"]:
        place = next(iter(called), "") if len(called := places_called(cursor, place) if place else []) == 1 else ""
    if not place:
        return search, episodes[0]
    lying = set(known.within("place", place))
    told = [row for row in counts(cursor) if row["measure_id"] == measure_id and row["place_id"] in lying]
    own, wide = ({row["episode_id"] for row in told if row["place_id"] == place}, {row["episode_id"] for row in told})
    episode = next((each for has in (own, wide) for each in episodes if each in has), episodes[0])
    is_wide = text.startswith(WITHIN) or (episode in wide and episode not in own)
    named = f"{WITHIN}{place}" if is_wide else place
    return (search if named == text else urlencode(asked | {"place": named})), episode


def wide_by(view: View) -> str:
    """Return by what a view's tab compares scopes, so that it needs the widest of each; an empty text for lists."""
    return {"places": "place", "map": "place", "populations": "population"}.get(view.tab) or (
        "scope" if view.tab == "time" and not view.is_over_time else ""
    )


def _spoken(cursor: Cursor, view: View, panels: list[Panel], count: int) -> list[dict[str, Any]]:
    """Return who speaks in the first range, where a view shows only the first of its figures."""
    if count < int(view.rows) or not panels or panels[0].range is None:
        return []
    return queries_measure.standing_figures(cursor, view, panels[0].range["scope_id"])


def _credits_beside(cursor: Cursor, view: View, compared: Compared, world: World | None) -> list[dict[str, Any]]:
    """Return the releases of data sets in which the sources of a chart are that shows more than the figures listed."""
    voices = list(KINDS[view.tab].speakers(compared)) if compared else []
    if world:
        view = replace(view, **{name: world.rows[0][column] for name, column in WAY.items()})
    held = set(queries_measure.releases_of(cursor, replace(view, source=None), voices)["document_id"])
    return [row for document, row in sorted(datasets.releases(cursor).items()) if document in held]


def _credits(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the releases of data sets among some figures, each once."""
    due = {row["document_id"]: row["release"] for row in found if row["release"]}
    return [due[document] for document in sorted(due)]


def _chosen(cursor: Cursor, view: View, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the open figure as it stood on the view's day, and as the view reads it where it is one of its rows."""
    if not view.figure:
        return []
    day = date.fromisoformat(view.known_on) if view.known_on else None
    shown = next((row for row in found if row["figure_id"] == view.figure), {})
    if view.hedge_convention:
        # What a figure implies is worked out by the publication's own convention alone.
        shown = shown | {"implied_low": None, "implied_high": None}
    told = history.of_figure(cursor, view.figure)
    every = cache.records(base.figure(cursor, view.figure, day))
    return [datasets.beside(cursor, row | shown | told) for row in every]


def offer_of(view: View) -> Offer:
    """Return what filters offer on the view's day; raises NothingPublishedError."""
    with publication.cursor() as cursor:
        return once(cursor, _offer, view.episode, view.known_on)


def figure_count(measure_page: MeasurePage) -> int:
    """Return how many figures the view holds, shown or not; raises NothingPublishedError."""
    shown = sum(len(panel.rows) for panel in measure_page.panels)
    is_full = shown >= int(measure_page.view.rows) or bool(wide_by(measure_page.view) and shown)
    if measure_page.view.period and is_full:
        # What filters offer is counted whatever the period.
        with publication.cursor() as cursor:
            return queries_measure.figure_count(cursor, measure_page.view)
    # Below its limit a view shows them all, and nothing need be asked.
    return shown if not is_full else max(shown, offer_of(measure_page.view).figure_count(measure_page.view))


def cut(measure_page: MeasurePage) -> str:
    """Say that not every figure is shown, where that is so; raises NothingPublishedError."""
    shown = sum(len(panel.rows) for panel in measure_page.panels)
    count = figure_count(measure_page)
    if shown < count and (by := wide_by(measure_page.view)):
        most = queries_measure.MOST_SCOPES if measure_page.view.tab == "map" else int(measure_page.view.rows)
        # Those with the largest numbers, where there are more places or groups than a screen has room for.
        which = f"the {most} widest scopes" if by == "scope" else (
            f"the widest scopes of the {most} {by}s with the largest numbers")  # fmt: skip
        return f"Of {count:,} figures what stands in {which} is drawn. All of them: the tab “Table” and its files."
    more = "narrow them by a filter; files have all."
    return f"Only the first {shown:,} of {count:,} figures are shown: {more}" if shown < count else ""


def _is_of_one_scope(view: View, panels: list[Panel]) -> bool:
    """Whether the filters name one scope as a card does (overview.address_of): it is told, the others are shown apart.

    Of single events and windows each is a scope of its own, and none of them speaks for the others.
    """
    counts = panels[0].range is not None and panels[0].rows[0]["counting"] in ("cumulative", "stock")
    return counts and {"place", "population", "counting", "cause"} <= set(view.filters)


def _first_sentence(measure_page: MeasurePage) -> tuple[list[Panel], str]:
    """Return the scopes that are told of, and what is said of them."""
    view, every = measure_page.view, measure_page.told
    is_first = view.filters and (measure_page.panels[0].is_whole or _is_of_one_scope(view, measure_page.panels))
    told = every[:1] if is_first else every
    recorded = as_of.words_of(measure_page.build)
    count = figure_count(measure_page)
    # Of a tab that compares scopes the widest are shown, not the first.
    is_widest = bool(wide_by(view))
    return told, sentences.headline(told, measure_page.day, measure_page.noun, recorded, count, is_widest=is_widest)


def headline(measure_page: MeasurePage) -> str:
    """Return what the view shows in sentences to quote: the range of its widest scope, then what filters left out."""
    view, panels = measure_page.view, measure_page.panels
    said = "; ".join(measure_page.offer.in_words(view))
    if not panels and said:
        known = formatting.capitalised(as_of.known(measure_page.day, measure_page.build))
        return f"{known}, no figure of {measure_page.noun} matches: {said}."
    found = _finding(measure_page)
    if found and panels and not (panels[0].is_headline or len(panels) == 1 or _is_of_one_scope(view, panels)):
        known = formatting.capitalised(as_of.known(measure_page.day, measure_page.build))
        said = f" Filters: {said}." if said else ""
        return f"{known}: {found}{said}"
    told, sentence = _first_sentence(measure_page)
    parts = [sentence]
    if len(told) < len(panels):
        parts.append(f"{wording.plural(len(panels) - 1, 'scope')} more shown apart.")
    if said:
        parts.append(f"Filters: {said}.")
    return " ".join(filter(None, [*parts, *_notes(measure_page)]))


def _finding(measure_page: MeasurePage) -> str:
    """Return what a chart over time, of numbers side by side or of countries shows; an empty text for other tabs."""
    drawn = measure_page.series.drawn
    if measure_page.world:
        return tints.finding(measure_page.world, measure_page.noun)
    if measure_page.compared:
        return KINDS[measure_page.view.tab].finding(measure_page.compared, measure_page.noun)
    return findings.finding(drawn[0], measure_page.noun) if drawn else ""


def _notes(measure_page: MeasurePage) -> list[str]:
    """Return what a reader must know about the day, the ranges and the reading of what a view says."""
    view = measure_page.view
    last = measure_page.days[-1] if measure_page.days else ""
    is_after = bool(view.known_on and last and view.known_on > last)
    return [
        "Ranges are over all sources." if view.source else "",
        CLAIMS_IN_RANGES if view.claim_about else "",
        f"The last news here is of {wording.day(date.fromisoformat(last))}." if is_after else "",
        searched.sentence(measure_page.episode),
        f"Vague words are read by the convention “{view.hedge_convention}”." if view.hedge_convention else "",
    ]
