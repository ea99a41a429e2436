"""The page of a measure room: callbacks fill it for its address, controls are links that change it (assets/page.js)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dash import ClientsideFunction, Dash, Input, Output, State, html
from dash.exceptions import PreventUpdate

from dashboard import wording
from dashboard.charts import theme
from dashboard.components import as_of_picker, tables
from dashboard.components.parts import aria
from dashboard.errors import NothingPublishedError, NotRecordedError
from dashboard.request.view import address
from dashboard.sections import measure_controls, measure_tabs
from dashboard.sections.measure_data import PATHS, Room, headline, measure_of, read_room
from dashboard.text import datasets, formatting, sentences
from dashboard.text.panels import Facet

# Days offered as links where there is no slider.
MOST_DAYS = 60
# Rows of a chart that the first screen shows.
SCREEN = 6
# What `show` answers, in its order.
SHOWN = (
    *((name, "children") for name in (
        "problems", "controls", "headline", "tabs", "chart-title", "chart-how", "chart-key", "chart-words",
    )),
    ("chart-part", "hidden"),
    *((name, "children") for name in ("downloads", "table", "drawer")),
    ("drawer", "hidden"),
    *((name, "children") for name in ("about-build", "episode-name")),
    ("days", "data"),
    ("day", "max"),
    ("day", "value"),
    ("day-words", "children"),
    ("day-links", "children"),
    ("day-control", "hidden"),
    ("recorded-notice", "children"),
    ("recorded-control", "children"),
)  # fmt: skip


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
            return as_of_picker.refused(reason, search)
        return html.Div(measure_controls.skeleton(room.episode_name, room.view))

    return layout


def show(pathname: object, search: object) -> tuple[Any, ...]:
    """Everything in words: problems with the address, headline, the chart as text, the table and the open figure."""
    try:
        room = _read(pathname, search)
    except NotRecordedError as reason:
        return _refused(reason, search)
    view, way = room.view, measure_tabs.WAYS[room.view.tab]
    # All rows may be such as this way does not show; its sentences say so.
    is_bare = bool(room.facets and way.histories and not way.histories(room))
    path = next(each for each, measure in PATHS.items() if measure == view.measure)
    return (
        [*(html.P(problem) for problem in room.problems), *measure_controls.cut_short(room)],
        measure_controls.controls(room, PATHS),
        headline(room),
        measure_controls.tabs(view),
        way.title,
        " ".join(measure_tabs.told(room)) if is_bare else way.how,
        measure_controls.key(view.tab),
        [html.Li(sentence) for sentence in measure_tabs.told(room)],
        way.draw is None or not room.facets or is_bare,
        measure_controls.files(room, path, headline(room)) if room.facets else [],
        table(room),
        tables.drawer(room.chosen, view) if room.chosen else [],
        room.chosen is None,
        [
            sentences.about({**room.build, "known_until_on": room.day}),
            " ",
            *credit(room),
            html.A("Open on On Record", href=path + address(view, embed=None), target="_blank", id="home"),
        ],
        room.episode_name,
        *_days(room),
        *as_of_picker.beside(search),
    )


def _refused(reason: NotRecordedError, search: object) -> tuple[Any, ...]:
    """Return an empty page that says why: what it showed before would stand under an address it is not of."""
    nothing: list[Any] = []
    words_and_tabs = (nothing, "", nothing, "", "", nothing, nothing)
    below = (nothing, nothing, nothing, True, nothing, "")
    days = (nothing, 0, 0, "", nothing, True)
    return [as_of_picker.said(reason, search)], *words_and_tabs, True, *below, *days, nothing, nothing


def table(room: Room) -> Any:
    """Return the rows of a room: ranges where its tab shows ranges, else figures; nothing where there are none."""
    histories = measure_tabs.WAYS[room.view.tab].histories
    if not room.facets:
        return []
    return (
        tables.range_table(histories(room)) if histories else tables.figure_table(room.facets, room.view, caption(room))
    )


def credit(room: Room) -> list[Any]:
    """Return whom to credit for the figures shown, where they are of data sets."""
    return [html.Span(datasets.credit(room.credits), className="credit"), " "] if room.credits else []


def caption(room: Room) -> str:
    """Say what the table under the chart holds."""
    rows = sum(len(facet.rows) for facet in room.facets)
    count = f"{wording.plural(rows, 'figure')} in {wording.plural(len(room.facets), 'scope')}"
    return f"{formatting.capitalised(room.noun)}: {count}. A source’s name opens the figure."


def _days(room: Room) -> tuple[Any, ...]:
    """Return the days with news, the last place and the view's among them, its words and links; whether to hide all."""
    at = measure_controls.day_place(room.days, room.view.known_on)
    return (
        room.days,
        len(room.days) - 1,
        at,
        measure_controls.day_words(room.days, room.view.known_on, room.day),
        measure_controls.day_links(room.days, at, room.view),
        len(room.days) < 2,
    )


def still(path: str, search: str) -> list[Any]:
    """Return the room as it is without a program: its words, links and table; the days and the tabs as links."""
    room = read_room(PATHS[path], search)
    view, way = room.view, measure_tabs.WAYS[room.view.tab]
    days = [
        html.Li(html.A(wording.day(date.fromisoformat(day)), href=address(view, known_on=day)))
        for day in room.days[-MOST_DAYS:]
    ]
    return [
        html.H1(room.episode_name),
        *as_of_picker.above(search),
        *[html.P(problem) for problem in room.problems],
        *measure_controls.cut_short(room),
        html.P(headline(room), className="headline"),
        html.Nav(measure_controls.controls(room, PATHS), className="controls", **aria(label="What is shown")),
        html.Details([html.Summary("As known on"), html.Ul(days)]),
        html.Nav(measure_controls.tabs(view), className="tabs", **aria(label="How it is shown")),
        html.H2(way.title),
        html.P(way.how, className="muted"),
        html.Ul([html.Li(sentence) for sentence in measure_tabs.told(room)]),
        table(room),
        measure_controls.files(room, path, headline(room)),
        html.Section(tables.drawer(room.chosen, view)) if room.chosen else None,
        html.P([sentences.about({**room.build, "known_until_on": room.day}), " ", *credit(room)], className="muted"),
    ]


def draw(pathname: object, search: object, viewport: object) -> dict[str, Any]:
    """Return the chart for an address, in the reader's colour scheme and width."""
    try:
        room = _read(pathname, search)
    except NotRecordedError as reason:
        # The words say why there is none.
        raise PreventUpdate from reason
    return measure_tabs.drawn(room, _look(room, theme.seen(viewport)))


def _look(room: Room, screen: theme.Look) -> theme.Look:
    """Return how the chart of a room looks on a screen."""
    return replace(screen, scale=room.view.scale, by=room.view.by, selected=room.view.figure)


def _read(pathname: object, search: object) -> Room:
    """Read the room of an address for a callback; where nothing is published any more the page stays as it is.

    Raises NotRecordedError.
    """
    try:
        return read_room(measure_of(pathname), search)
    except NotRecordedError:
        raise
    except NothingPublishedError as reason:
        raise PreventUpdate from reason


def filled(path: str, search: str) -> Any:
    """Return the page of a room as it is once its callback has answered, without the chart and the rows below it.

    They are below the first screen, and take a slow browser as long as everything above.
    """
    empty = page(PATHS[path])(**dict(parse_qsl(search)))
    if "episode-name" in list(empty):
        parts = {name: empty[name] for name, _ in SHOWN}
        for (name, prop), value in zip(SHOWN, show(path, f"?{search}"), strict=True):
            setattr(parts[name], prop, value)
        if not parts["chart-part"].hidden:
            parts["table"].children = None
    return empty


def first_chart(path: str, search: str, look: theme.Look) -> dict[str, Any]:
    """Return the chart of a room's address as far as the first screen has room for it.

    Raises NothingPublishedError, NotRecordedError.
    """
    room = read_room(PATHS[path], search)
    return measure_tabs.drawn(
        room._replace(facets=_screen(room.facets), histories=room.histories[:1]), _look(room, look)
    )


def _screen(facets: list[Facet]) -> list[Facet]:
    """Return the first scope, and those after it that a screen has room for too."""
    until = accumulate(len(facet.rows) for facet in facets)
    return [facet for at, (facet, rows) in enumerate(zip(facets, until, strict=True)) if not at or rows <= SCREEN]


def attach(app: Dash) -> None:
    """Register the callbacks of all rooms with an app."""
    where = [Input("url", "pathname"), Input("url", "search")]
    app.callback(*[Output(*part) for part in SHOWN], *where)(show)
    app.callback(Output("chart", "figure"), *where, Input("viewport", "data"))(draw)
    told = {
        "open": (Input("chart", "clickData"), State("url", "search")),
        "keep": (Input("days", "data"),),
        "play": (Input("play", "n_clicks"),),
    }
    for name, parts in told.items():
        function = ClientsideFunction("page", name)
        app.clientside_callback(function, *parts, prevent_initial_call=True)  # type: ignore[no-untyped-call]
