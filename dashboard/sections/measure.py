"""A measure page: callbacks fill it for its address, controls are links that change it (assets/page.js).

Lists, links and tables travel as HTML: of a table of 300 rows Dash would make 4,000 components of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import Any
from urllib.parse import parse_qsl

from dash import ClientsideFunction, Dash, Input, Output, html
from dash.exceptions import PreventUpdate

from dashboard import wording
from dashboard.charts import theme
from dashboard.components import as_of_picker, operated, tables
from dashboard.components.parts import GRAPH_CONFIG, aria
from dashboard.components.selection import search_of
from dashboard.errors import NothingPublishedError, NotRecordedError
from dashboard.request.view import address
from dashboard.sections import measure_controls, measure_tabs
from dashboard.sections.measure_data import MeasurePage, headline, read_measure_page
from dashboard.sections.over_time import compared_tables, series_tables
from dashboard.text import datasets, formatting, sentences
from dashboard.text.panels import Panel

# Days offered as links where there is no slider.
MOST_DAYS = 60
# Rows of a chart that the first screen shows.
SCREEN = 6
# Where on the page each part of a view has its place, by the part's name. `parts` fills them; the callback, the first
# view and the page without a program all take what it returns.
PLACES = {
    "problems": Output("problems", "children"),
    "not_drawn": Output("not-drawn", "children"),
    "controls": Output("controls", "children"),
    "headline": Output("headline", "children"),
    "tabs": Output("tabs", "children"),
    "chart_title": Output("chart-title", "children"),
    "chart_how": Output("chart-how", "children"),
    "chart_key": Output("chart-key", "children"),
    "chart_words": Output("chart-words", "children"),
    "chart_source": Output("chart-source", "children"),
    "is_chart_hidden": Output("chart-part", "hidden"),
    "downloads": Output("downloads", "children"),
    "table": Output("table", "children"),
    "drawer": Output("drawer", "children"),
    "is_drawer_hidden": Output("drawer", "hidden"),
    "about_build": Output("about-build", "children"),
    "home": Output("home", "href"),
    "episode_name": Output("episode-name", "children"),
    "days": Output("days", "data"),
    "last_day": Output("day", "max"),
    "day": Output("day", "value"),
    "day_words": Output("day-words", "children"),
    "day_links": Output("day-links", "children"),
    "is_day_hidden": Output("day-control", "hidden"),
    "recorded_notice": Output("recorded-notice", "children"),
    "recorded_control": Output("recorded-control", "children"),
}
# What of it is more than a text: it travels as HTML, and assets/parts.js puts in place what is not there already.
MARKUP = (
    "problems", "not_drawn", "controls", "tabs", "chart_key", "chart_words", "downloads", "table", "drawer",
    "about_build", "day_links", "recorded_notice", "recorded_control",
)  # fmt: skip
FILLED = {name: place for name, place in PLACES.items() if name not in MARKUP} | {"markup": Output("markup", "data")}
# A page of nothing: what stays where a view cannot be shown.
NOTHING: Mapping[str, Any] = {name: [] for name in PLACES} | {
    "headline": "", "chart_title": "", "chart_how": "", "chart_source": "", "episode_name": "", "day_words": "",
    "home": "",
    "is_chart_hidden": True, "is_drawer_hidden": True, "is_day_hidden": True, "last_day": 0, "day": 0,
}  # fmt: skip


def title(name: str) -> str:
    """Return the title of a measure page's browser tab."""
    return f"{name}: who reported how many · On Record"


def page(path: str, query: Mapping[str, Any]) -> Any:
    """Return the page of a measure before it is filled, for its path and query; neither is trusted."""
    search = search_of(query)
    try:
        measure_page = read_measure_page(path, search)
    except NothingPublishedError as reason:
        return as_of_picker.refused(reason, search)
    return html.Div(measure_controls.skeleton(measure_page.episode_name, measure_page.view), className="measure")


def parts(measure_page: MeasurePage, search: object) -> dict[str, Any]:
    """Return everything in words, by the names of PLACES."""
    view, tab = measure_page.view, measure_tabs.tab_of(measure_page.view)
    # All rows may be such as this way does not show; its sentences say so.
    is_bare = measure_tabs.is_bare(measure_page)
    told = measure_tabs.told(measure_page)
    name, how = measure_tabs.title(measure_page)
    notice, control = as_of_picker.beside(search)
    return {
        "problems": [
            *(html.P(problem) for problem in measure_page.problems),
            *measure_controls.cut_short(measure_page),
        ],
        "not_drawn": measure_controls.not_drawn(measure_page),
        "controls": measure_controls.controls(measure_page),
        "headline": headline(measure_page),
        "tabs": measure_controls.tabs(measure_page),
        "chart_title": name,
        "chart_how": " ".join(told) if is_bare else how,
        "chart_key": [] if is_bare else measure_controls.key(measure_page),
        "chart_source": measure_tabs.source_line(measure_page),
        "chart_words": [html.Li(sentence) for sentence in told],
        "is_chart_hidden": tab.draw is None or not measure_page.panels or is_bare,
        "downloads": measure_controls.files(measure_page, headline(measure_page)) if measure_page.panels else [],
        "table": table(measure_page),
        "drawer": drawer(measure_page),
        "is_drawer_hidden": measure_page.chosen is None,
        "about_build": [
            sentences.about({**measure_page.build, "known_until_on": measure_page.day}),
            f" {operated.LICENCE} ",
            *credit(measure_page),
        ],
        "home": measure_page.measure.path + address(view, embed=None),
        "episode_name": measure_page.episode_name,
        **_days(measure_page),
        "recorded_notice": notice,
        "recorded_control": control,
    }


def drawer(measure_page: MeasurePage) -> list[Any]:
    """Return the figure that was chosen, and how a mistake in it is reported; nothing where none was."""
    row = measure_page.chosen
    if not row:
        return []
    return [*tables.drawer(row, measure_page.view), operated.report(str(row["figure_id"]), measure_page.build)]


def show(pathname: object, search: object) -> dict[str, Any]:
    """Return the parts of the view of an address; of one that is not recorded only why."""
    try:
        return parts(_read(pathname, search), search)
    except NotRecordedError as reason:
        # What the page showed before would stand under an address it is not of.
        return {**NOTHING, "problems": [as_of_picker.said(reason, search)]}


def answer(pathname: object, search: object, render: Callable[[Any], str]) -> dict[str, Any]:
    """Return the same for the page in the browser: what is more than a text as HTML, by the id of its place."""
    found = show(pathname, search)
    markup = {PLACES[name].component_id: render(found.pop(name)) for name in MARKUP}
    return {**found, "markup": markup}


def table(measure_page: MeasurePage) -> Any:
    """Return the rows of a measure page: ranges where its tab shows ranges, else figures; none where there are none."""
    histories = measure_tabs.tab_of(measure_page.view).histories
    if not measure_page.panels:
        return []
    if measure_page.view.is_over_time:
        return series_tables.tables(measure_page.series, measure_page.view)
    if measure_page.world:
        return compared_tables.countries(measure_page.world, measure_page.view)
    if measure_page.view.is_compared:
        return compared_tables.tables(measure_page.compared, measure_page.view)
    return (
        tables.range_table(histories(measure_page))
        if histories
        else tables.figure_table(measure_page.panels, measure_page.view, caption(measure_page))
    )


def credit(measure_page: MeasurePage) -> list[Any]:
    """Return whom to credit for the figures shown, where they are of data sets."""
    return [html.Span(datasets.credit(measure_page.credits), className="credit"), " "] if measure_page.credits else []


def caption(measure_page: MeasurePage) -> str:
    """Say what the table under the chart holds."""
    rows = sum(len(panel.rows) for panel in measure_page.panels)
    count = f"{wording.plural(rows, 'figure')} in {wording.plural(len(measure_page.panels), 'scope')}"
    return f"{formatting.capitalised(measure_page.noun)}: {count}. A source’s name opens the figure."


def _days(measure_page: MeasurePage) -> dict[str, Any]:
    """Return the days with new reports, the last place and the view's, its words and links; whether to hide all."""
    at = measure_controls.day_place(measure_page.days, measure_page.view.known_on)
    return {
        "days": measure_page.days,
        "last_day": len(measure_page.days) - 1,
        "day": at,
        "day_words": measure_controls.day_words(measure_page.days, measure_page.view.known_on, measure_page.day),
        "day_links": measure_controls.day_links(measure_page.days, at, measure_page.view),
        "is_day_hidden": len(measure_page.days) < 2,
    }


def still(path: str, search: str) -> list[Any]:
    """Return a view as it is without a program: its parts of words, links and rows; the days as links."""
    measure_page = read_measure_page(path, search)
    found = parts(measure_page, search)
    days = [
        html.Li(html.A(wording.day(date.fromisoformat(day)), href=address(measure_page.view, known_on=day)))
        for day in measure_page.days[-MOST_DAYS:]
    ]
    return [
        html.H1(found["episode_name"]),
        found["recorded_notice"],
        found["recorded_control"],
        *found["problems"],
        html.P(found["headline"], className="headline"),
        html.Nav(found["controls"], className="controls", **aria(label="What is shown")),
        html.Details([html.Summary("As known on"), html.Ul(days)]),
        html.Nav(found["tabs"], className="tabs", **aria(label="How it is shown")),
        html.H2(found["chart_title"]),
        html.P(found["chart_how"], className="muted"),
        found["not_drawn"],
        html.Ul(found["chart_words"]),
        found["table"],
        found["downloads"],
        html.Section(found["drawer"]) if found["drawer"] else None,
        html.P(found["about_build"], className="muted"),
    ]


def draw(pathname: object, search: object, viewport: object) -> dict[str, Any]:
    """Return the chart for an address, in the reader's colour scheme and width, with plotly's settings for it.

    `rows` are the heights of its rows of panels: the browser draws each by itself, when it is seen.
    """
    try:
        measure_page = _read(pathname, search)
    except NotRecordedError as reason:
        # The words say why there is none.
        raise PreventUpdate from reason
    return {**measure_tabs.drawn(measure_page, _theme(measure_page, theme.seen(viewport))), "config": GRAPH_CONFIG}


def _theme(measure_page: MeasurePage, screen: theme.Theme) -> theme.Theme:
    """Return how the chart of a measure page looks on a screen."""
    return replace(screen, scale=measure_page.view.scale, by=measure_page.view.by, selected=measure_page.view.figure)


def _read(pathname: object, search: object) -> MeasurePage:
    """Read the measure page of an address for a callback; where nothing is published any more the page stays as it is.

    Raises NotRecordedError.
    """
    try:
        return read_measure_page(pathname, search)
    except NotRecordedError:
        raise
    except NothingPublishedError as reason:
        raise PreventUpdate from reason


def filled(path: str, search: str) -> Any:
    """Return a measure page as it is once its callback has answered, without the chart and the rows below it.

    They are below the first screen, and take a slow browser as long as everything above.
    """
    empty = page(path, dict(parse_qsl(search)))
    if "episode-name" in list(empty):
        found = show(path, f"?{search}")
        # Looked up before any is filled: to look costs a walk through all that is there.
        places = {name: empty[place.component_id] for name, place in PLACES.items()}
        for name, place in PLACES.items():
            setattr(places[name], place.component_property, found[name])
        if not found["is_chart_hidden"]:
            places["table"].children = None
            empty["chart"].children = html.Div(className="piece", style=_heights(path, search))
    return empty


def _heights(path: str, search: str) -> dict[str, str]:
    """Return how high the first chart will be, wide and narrow: nothing below it moves when it is drawn."""
    themes = {"--wide": theme.Theme(), "--narrow": theme.Theme(is_narrow=True)}
    charts = {name: first_chart(path, search, each) for name, each in themes.items()}
    return {name: f"{chart['layout']['height']}px" for name, chart in charts.items()}


def first_chart(path: str, search: str, look: theme.Theme) -> dict[str, Any]:
    """Return the chart of a measure page's address as far as the first screen has room for it.

    Raises NothingPublishedError, NotRecordedError.
    """
    measure_page = read_measure_page(path, search)
    return measure_tabs.drawn(
        measure_page._replace(panels=_screen(measure_page.panels), histories=measure_page.histories[:1]),
        _theme(measure_page, replace(look, is_first=True)),
    )


def _screen(panels: list[Panel]) -> list[Panel]:
    """Return the first scope, and those after it that a screen has room for too."""
    until = accumulate(len(panel.rows) for panel in panels)
    return [panel for at, (panel, rows) in enumerate(zip(panels, until, strict=True)) if not at or rows <= SCREEN]


def attach(app: Dash, render: Callable[[Any], str]) -> None:
    """Register the callbacks of all measure pages with an app; `render` makes HTML of components, all texts escaped."""
    where = [Input("url", "pathname"), Input("url", "search")]

    @app.callback(output=FILLED, inputs=where)
    def fill(pathname: object, search: object) -> dict[str, Any]:
        return answer(pathname, search, render)

    app.callback(Output("drawing", "data"), *where, Input("viewport", "data"))(draw)
    told = {
        ("parts", "put"): Input("markup", "data"),
        ("charts", "draw"): Input("drawing", "data"),
        ("page", "keep"): Input("days", "data"),
        ("page", "play"): Input("play", "n_clicks"),
    }
    for (script, name), part in told.items():
        function = ClientsideFunction(script, name)
        app.clientside_callback(function, part, prevent_initial_call=True)  # type: ignore[no-untyped-call]
