"""The first page: one measure of one episode as a sentence, a chart of ranges and the chart's table.

The address holds the whole state: controls are links that change it (assets/page.js), and every callback reads it.
"""

from typing import Any, NamedTuple

import dash
from dash import ClientsideFunction, Input, Output, State, dcc, html

from dashboard import charts, looks, queries, sentences, tables, words
from dashboard.errors import NothingPublishedError
from dashboard.facets import Facet, group
from dashboard.parts import GRAPH_CONFIG, aria
from dashboard.published import publications
from dashboard.state import PLACED_BY, SCALES, View, address, asked_episode, parse

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/", name="Ranges", title="On Record: who reported how many"
)

LABELS = {"reported": "day of the report", "period": "period counted", "linear": "linear, from 0", "log": "logarithmic"}


class Room(NamedTuple):
    """Everything one view needs, read in one go from one publication."""

    view: View
    problems: list[str]
    build: words.Row
    episodes: list[dict[str, Any]]
    measures: list[dict[str, Any]]
    facets: list[Facet]
    voices: list[dict[str, Any]]
    chosen: dict[str, Any] | None

    @property
    def measure_name(self) -> str:
        """The chosen measure in words."""
        return str(next(m["name"] for m in self.measures if m["measure_id"] == self.view.measure))


def read_room(search: object) -> Room:
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
        measures = words.records(queries.measures(cursor, str(episode)))
        view, problems = parse(search, ids, [row["measure_id"] for row in measures])
        figures = queries.figures(cursor, view.episode, view.measure)
        facets = group(figures, queries.standing_ranges(cursor, view.episode, view.measure), view.by)
        chosen = words.records(queries.figure(cursor, view.figure)) if view.figure else []
        if view.figure and not chosen:
            problems.append(f"There is no figure “{view.figure}” here.")
        problems += sentences.cut_short(len(figures), view.measure, measures)
        build = words.records(queries.build(cursor))[0]
        voices = words.records(queries.voices(cursor))
    return Room(view, problems, build, episodes, measures, facets, voices, chosen[0] if chosen else None)


def _choice(name: str, legend: str, choices: dict[str, str], room: Room) -> Any:
    """Return a named group of links, one a choice, of which one is current; none where there is nothing to choose."""
    view, current = room.view, getattr(room.view, name)
    # What another episode or measure does not have is not asked of it.
    dropped = {"episode": {"measure": None, "figure": None}, "measure": {"figure": None}}.get(name, {})
    links = [
        html.A(
            text,
            id=f"{name}-{value}",
            href=address(view, **{**dropped, name: value}),
            className="soft",
            **aria(current="true" if value == current else "false"),
        )
        for value, text in choices.items()
    ]
    parts = [html.Span(legend, id=f"{name}-legend"), html.Div(links, className="choices")]
    return html.Div(parts, role="group", hidden=len(choices) < 2, **aria(labelledby=f"{name}-legend"))


def controls(room: Room) -> list[Any]:
    """Offer episode (where there are several), measure with its number of figures, order and scale, all as links."""
    return [
        _choice("episode", "Episode", {row["episode_id"]: row["name"] for row in room.episodes}, room),
        _choice(
            "measure",
            "Measure (number of figures)",
            {row["measure_id"]: f"{row['name']} ({row['figure_count']})" for row in room.measures},
            room,
        ),
        _choice("by", "Order by", {value: LABELS[value] for value in PLACED_BY}, room),
        _choice("scale", "Scale", {value: LABELS[value] for value in SCALES}, room),
    ]


KEY = (
    ("symbol", "number stated"),
    ("span", "lowest to highest"),
    ("arrow", "or more"),
    ("hollow", "relay: told again"),
    ("diamond", "party claim"),
    ("pale", "superseded"),
    ("band", "range now"),
    ("agreed", "sources agree"),
)


def _key() -> Any:
    """Return what the marks mean, drawn with the style sheet."""
    return html.Ul([html.Li([html.Span(className=f"mark {c}"), text]) for c, text in KEY], className="key")


def _episode_name(room: Room) -> str:
    return str(next(row["name"] for row in room.episodes if row["episode_id"] == room.view.episode))


def _skeleton(room: Room) -> list[Any]:
    """Return the page without its rows: callbacks fill what has an id."""
    chart = dcc.Graph(id="chart", config=GRAPH_CONFIG, responsive="auto", figure={"layout": {"height": 600}})
    described = aria(labelledby="chart-title", describedby="chart-words")
    how = "A row is one figure of one source. Panels count different things: compare only within a panel."
    return [
        html.H1(_episode_name(room), id="episode-name"),
        html.Div(id="problems", role="status"),
        html.P(id="headline", className="headline"),
        html.Nav(controls(room), id="controls", className="controls", **aria(label="What is shown")),
        html.Section([
            html.H2("Who reported how many", id="chart-title"),
            html.P(how, className="muted"),
            _key(),
            html.Div(chart, role="group", id="chart-box", **described),
            html.Details([html.Summary("The chart in words"), html.Ul(id="chart-words")]),
        ]),
        html.Section([html.H2("The figures", id="table-title"), html.Div(id="table")]),
        html.Aside(id="drawer", className="drawer", hidden=True, **aria(labelledby="drawer-title")),
        html.P(id="about-build", className="muted"),
    ]  # fmt: skip


def layout(**query: Any) -> Any:
    """Return the page of an address, or what to run where nothing is published. `query` is not trusted."""
    search = "&".join(f"{name}={value}" for name, value in query.items() if isinstance(value, str))
    try:
        return html.Div(_skeleton(read_room(search)))
    except NothingPublishedError as reason:
        return html.Div([html.H1("Nothing to show yet"), html.P(str(reason), className="headline")], id="unpublished")


@dash.callback(
    Output("problems", "children"),
    Output("controls", "children"),
    Output("headline", "children"),
    Output("chart-words", "children"),
    Output("table", "children"),
    Output("drawer", "children"),
    Output("drawer", "hidden"),
    Output("about-build", "children"),
    Output("episode-name", "children"),
    Input("url", "search"),
)
def show(search: object) -> tuple[Any, ...]:
    """Everything in words: problems with the address, headline, the chart as text, the table and the open figure."""
    room = read_room(search)
    until, rows = room.build["known_until_on"], sum(len(facet.rows) for facet in room.facets)
    count = f"{words.plural(rows, 'figure')} in {words.plural(len(room.facets), 'scope')}"
    caption = f"{room.measure_name}: {count}, as in the chart. A source’s name opens the figure."
    return (
        [html.P(problem) for problem in room.problems],
        controls(room),
        sentences.headline(room.facets, until, room.measure_name),
        [html.Li(sentence) for sentence in sentences.in_words(room.facets)],
        tables.figure_table(room.facets, room.view, caption),
        tables.drawer(room.chosen, room.view) if room.chosen else [],
        room.chosen is None,
        sentences.about(room.build),
        _episode_name(room),
    )


@dash.callback(Output("chart", "figure"), Input("url", "search"), Input("viewport", "data"))
def draw(search: object, viewport: object) -> dict[str, Any]:
    """Return the chart for an address, in the reader's colour scheme and width."""
    room = read_room(search)
    seen = viewport if isinstance(viewport, dict) else {}
    look = looks.Look(
        scheme="dark" if seen.get("scheme") == "dark" else "light",
        is_narrow=seen.get("is_narrow") is True,
        scale=room.view.scale,
        by=room.view.by,
        selected=room.view.figure,
    )
    return charts.range_chart(room.facets, looks.voice_marks(room.voices), look)


dash.clientside_callback(
    ClientsideFunction("page", "open"), Input("chart", "clickData"), State("url", "search"), prevent_initial_call=True
)
