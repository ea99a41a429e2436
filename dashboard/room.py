"""The measure rooms: one measure of one episode as a sentence, a chart, the range over time and a table.

The path says which measure, the query string everything else: controls are links that change it (assets/page.js), and
every callback reads it. One implementation for all; the modules in pages/ only give it paths.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dash import ClientsideFunction, Dash, Input, Output, State, html
from dash.exceptions import PreventUpdate

from dashboard import charts, filters, looks, queries, queries_room, room_parts, sentences, steps, tables, words
from dashboard.errors import NothingPublishedError
from dashboard.facets import Facet, group
from dashboard.published import publications
from dashboard.state import View, asked_day, asked_episode, parse

# The measure of each path; "/" shows the first until a page of its own stands there.
PATHS = {
    "/deaths": "killed",
    "/injuries": "injured",
    "/displaced": "displaced",
    "/airstrikes": "airstrikes",
    "/attacks": "attacks",
    "/killed-or-injured": "killed_or_injured",
}


class Room(NamedTuple):
    """Everything one view needs, read in one go from one publication."""

    view: View
    problems: list[str]
    build: words.Row
    episodes: list[dict[str, Any]]
    days: list[str]
    combinations: list[dict[str, Any]]
    facets: list[Facet]
    histories: list[steps.History]
    voices: list[dict[str, Any]]
    chosen: dict[str, Any] | None

    @property
    def episode_name(self) -> str:
        """The chosen episode in words."""
        return str(next(row["name"] for row in self.episodes if row["episode_id"] == self.view.episode))

    @property
    def day(self) -> Any:
        """The day as known on which everything is shown."""
        return date.fromisoformat(self.view.known_on) if self.view.known_on else self.build["known_until_on"]


def measure_of(pathname: object) -> str:
    """Return the measure of a path; of any other path the first, since a path is not trusted either."""
    key = "/" + pathname.strip("/") if isinstance(pathname, str) else ""
    return PATHS.get(key, "killed")


def read_room(measure: str, search: object) -> Room:
    """Return the view an address asks for, with its rows; raises NothingPublishedError."""
    with publications().cursor() as cursor:
        episodes = words.records(queries.episodes(cursor))
        if not episodes:
            raise NothingPublishedError(
                "The published warehouse holds no figures yet. Add some, then run `make build`."
            )
        ids = [row["episode_id"] for row in episodes]
        asked = asked_episode(search)
        episode = asked if asked in ids else ids[0]
        days = list(queries_room.change_days(cursor, str(episode))["day"])
        combinations = words.records(queries_room.combinations(cursor, str(episode), asked_day(search, days)))
        view, problems = parse(search, ids, [measure], filters.held(combinations), days)
        found = queries_room.figures(cursor, view)
        ranges = queries_room.ranges(cursor, view)
        facets = group(found, ranges[ranges["is_shown"]], view.by)
        chosen = words.records(queries.figure(cursor, view.figure)) if view.figure else []
        if view.figure and not chosen:
            problems.append(f"There is no figure “{view.figure}” here.")
        if len(found) and len(found) < found["matching_count"][0]:
            problems.append(f"Only the first {len(found):,} of {found['matching_count'][0]:,} figures are shown.")
        build = words.records(queries.build(cursor))[0]
        voices = words.records(queries.voices(cursor))
    return Room(
        view, problems, build, episodes, days, combinations, facets, steps.histories(facets, words.records(ranges)),
        voices, chosen[0] if chosen else None,
    )  # fmt: skip


def headline(room: Room) -> str:
    """Return what the view shows in sentences to quote: the range of its widest scope, then what filters left out."""
    view, facets = room.view, room.facets
    said = "; ".join(filters.in_words(room.combinations, view))
    noun = words.NOUNS.get(view.measure, view.measure)
    if not facets and said:
        return f"As known on {words.day(room.day)}, no figure of {noun} matches: {said}."
    told = facets[:1] if view.filters and facets[0].is_whole else facets
    parts = [sentences.headline(told, room.day, noun)]
    if len(told) < len(facets):
        parts.append(f"{words.plural(len(facets) - 1, 'scope')} more shown apart.")
    if said:
        parts.append(f"Filters: {said}.")
    if view.source:
        parts.append("Ranges are over all sources.")
    return " ".join(parts)


def title(name: str) -> str:
    """Return the title of a room's browser tab."""
    return f"{name}: who reported how many · On Record"


def page(measure: str) -> Callable[..., Any]:
    """Return the layout of one measure's page, to be called with the address's query, which is not trusted."""

    def layout(**query: Any) -> Any:
        search = urlencode({name: value for name, value in query.items() if isinstance(value, str)}, errors="replace")
        try:
            room = read_room(measure, search)
        except NothingPublishedError as reason:
            said = [html.H1("Nothing to show yet"), html.P(str(reason), className="headline")]
            return html.Div(said, id="unpublished")
        return html.Div(room_parts.skeleton(room.episode_name, room.view))

    return layout


def show(pathname: object, search: object) -> tuple[Any, ...]:
    """Everything in words: problems with the address, headline, the chart as text, the table and the open figure."""
    room = _read(pathname, search)
    view, tab = room.view, room.view.tab
    rows = sum(len(facet.rows) for facet in room.facets)
    count = f"{words.plural(rows, 'figure')} in {words.plural(len(room.facets), 'scope')}"
    caption = f"{words.capitalised(words.NOUNS[view.measure])}: {count}. A source’s name opens the figure."
    over_time = [*steps.in_words(room.histories), steps.left_out(room.facets, room.histories)]
    told = over_time if tab == "time" else sentences.in_words(room.facets)
    return (
        [html.P(problem) for problem in room.problems],
        room_parts.controls(room.view, room.combinations, room.episodes, PATHS),
        headline(room),
        room_parts.tabs(view),
        room_parts.TITLES[tab],
        room_parts.HOW[tab],
        room_parts.key(tab),
        [html.Li(sentence) for sentence in told if sentence],
        tab == "table" or not room.facets,
        tables.figure_table(room.facets, view, caption) if tab != "time" and room.facets else [],
        tables.drawer(room.chosen, view) if room.chosen else [],
        room.chosen is None,
        sentences.about({**room.build, "known_until_on": room.day}),
        room.episode_name,
        *_days(room),
    )


def _days(room: Room) -> tuple[Any, ...]:
    """Return the days with news, the last place and the view's among them, its words and links; whether to hide all."""
    at = room_parts.day_place(room.days, room.view.known_on)
    return (
        room.days,
        len(room.days) - 1,
        at,
        room_parts.day_words(room.days, room.view.known_on, room.day),
        room_parts.day_links(room.days, at, room.view),
        len(room.days) < 2,
    )


def draw(pathname: object, search: object, viewport: object) -> dict[str, Any]:
    """Return the chart for an address, in the reader's colour scheme and width."""
    room = _read(pathname, search)
    seen = viewport if isinstance(viewport, dict) else {}
    look = looks.Look(
        scheme="dark" if seen.get("scheme") == "dark" else "light",
        is_narrow=seen.get("is_narrow") is True,
        scale=room.view.scale,
        by=room.view.by,
        selected=room.view.figure,
    )
    if room.view.tab == "time":
        return steps.over_time_chart(room.histories, room.day, look)
    return charts.range_chart(room.facets, looks.voice_marks(room.voices), look)


def _read(pathname: object, search: object) -> Room:
    """Read the room of an address for a callback; where nothing is published any more the page stays as it is."""
    try:
        return read_room(measure_of(pathname), search)
    except NothingPublishedError as reason:
        raise PreventUpdate from reason


def attach(app: Dash) -> None:
    """Register the callbacks of all rooms with an app."""
    where = [Input("url", "pathname"), Input("url", "search")]
    filled = ("problems", "controls", "headline", "tabs", "chart-title", "chart-how", "chart-key", "chart-words")
    app.callback(
        *[Output(name, "children") for name in filled],
        Output("chart-part", "hidden"),
        *[Output(name, "children") for name in ("table", "drawer")],
        Output("drawer", "hidden"),
        *[Output(name, "children") for name in ("about-build", "episode-name")],
        Output("days", "data"),
        Output("day", "max"),
        Output("day", "value"),
        Output("day-words", "children"),
        Output("day-links", "children"),
        Output("day-control", "hidden"),
        *where,
    )(show)
    app.callback(Output("chart", "figure"), *where, Input("viewport", "data"))(draw)
    told = {
        "open": (Input("chart", "clickData"), State("url", "search")),
        "keep": (Input("days", "data"),),
        "play": (Input("play", "n_clicks"),),
    }
    for name, parts in told.items():
        function = ClientsideFunction("page", name)
        app.clientside_callback(function, *parts, prevent_initial_call=True)  # type: ignore[no-untyped-call]
