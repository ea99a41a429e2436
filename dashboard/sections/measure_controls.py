"""What a measure page is built from: controls, tabs, the day, the key and the empty page. No SQL, no arithmetic."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from dashboard import wording
from dashboard.charts import map_text
from dashboard.charts.world import tints
from dashboard.components import downloads, filters, tables
from dashboard.components.citation import credited
from dashboard.components.parts import aria
from dashboard.queries.names import WITHIN
from dashboard.request.view import CLAIMS, CLOCKS, DEFAULTS, FILTERS, PLACED_BY, ROWS, SCALES, View, address
from dashboard.sections.measure_data import MeasurePage, cut, offer_of
from dashboard.sections.measure_tabs import offered, tab_of
from dashboard.sections.over_time import measure_series
from dashboard.sql import routes
from dashboard.text import as_of, formatting

LABELS = {
    "reported": "day of the report",
    "period": "period counted",
    "linear": "linear, from 0",
    "log": "logarithmic",
    "in": "in",
    "out": "left out",
    "counted": "by the day counted",
    "known": "as it became known",
}
CONVENTIONS = {"literal": "by their meaning", "acled": "as ACLED codes them"}
INCIDENT_TOTALS = (
    "from fct_incident_totals where measure_id = '{measure}' and population_id = 'all' and span = 'month' "
    "order by span_start_on desc, place_id"
)
OVER_TIME = "time populations places"
KEY = (
    ("symbol", "number stated", "chart"),
    ("span", "lowest to highest", "chart"),
    ("arrow", "or more", "chart"),
    ("hollow", "relayed report", "chart"),
    ("diamond", "party claim", "chart"),
    ("pale", "superseded", "chart"),
    ("band", "range on the day shown", "chart"),
    ("estimate", "estimate, in no range of counts", "chart"),
    ("band", "lowest to highest", OVER_TIME),
    ("agreed", "fits most sources", f"chart {OVER_TIME}"),
    ("up", "or more", OVER_TIME),
    ("down", "or fewer", OVER_TIME),
)


def _choice(name: str, legend: str, choices: Mapping[str, str], view: View, default: str | None = None) -> Any:
    """Return a named group of links, one a choice, of which one is current; none where there is nothing to choose.

    `default` is the choice that the view and its address leave out, where DEFAULTS does not know it.
    """
    current = getattr(view, name) or default
    # What another episode does not have is not asked of it.
    dropped: dict[str, str | None] = dict.fromkeys((*FILTERS, "known_on", "figure"), None) if name == "episode" else {}
    links = [
        html.A(
            text,
            id=f"{name}-{value}",
            href=address(view, **{**dropped, name: None if value == default else value}),
            className="soft",
            **aria(current="true" if value == current else "false"),
        )
        for value, text in choices.items()
    ]
    parts = [html.Span(legend, id=f"{name}-legend"), html.Div(links, className="choices")]
    return html.Div(parts, role="group", hidden=len(choices) < 2, **aria(labelledby=f"{name}-legend"))


def _menu(name: str, view: View, offer: filters.Offer) -> Any:
    """Return one filter: what it is set to, opening to links to everything it may be set to."""
    current = getattr(view, name)
    options = offer.options(view, name)
    links = [
        html.Li(
            html.A(
                f"{option.name} ({option.figure_count:,})",
                href=address(view, **{name: option.value}),
                id=f"{name}-{option.value or 'every'}",
                className="soft",
                **aria(current="true" if option.value == current else "false"),
            ),
            className=f"deep-{min(option.depth + 1, 5)}" if option.depth else None,
            **_told({"data-names": offer.spellings(name, option.value)}),
        )
        for option in options
    ]
    shown = next(option.name for option in options if option.value == current)
    summary = html.Summary([html.Span(f"{filters.LEGENDS[name]}: "), shown], id=f"menu-{name}")
    menu = html.Details([summary, html.Ul(links)], className="menu set" if current else "menu")
    if name != "place" or not current:
        return menu
    own = current.removeprefix(WITHIN)
    about = html.A(
        f"About {offer.known.name('place', own) or own}", href=tables.place_address(view, own), id="to-place"
    )
    return html.Span([menu, " ", about])


def _told(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the texts that there are, as attributes."""
    return {name: text for name, text in texts.items() if text}


def _others(measure_page: MeasurePage, offer: filters.Offer) -> Any:
    """Offer the measures with figures that have no place in the bar at the top."""
    counts, view = offer.measure_counts(), measure_page.view
    links = [
        html.A(
            f"{formatting.capitalised(each.noun)} ({counts.get(each.measure_id, 0):,})",
            href=path + address(view, figure=None),
            className="soft",
            id=f"measure-{each.measure_id}",
            **aria(current="page" if each == measure_page.measure else "false"),
        )
        for path, each in measure_page.measures.items()
        if each.bar_position is None and (counts.get(each.measure_id) or each == measure_page.measure)
    ]
    parts = [html.Span("Also counted", id="also-legend"), html.Div(links, className="choices")]
    return html.Div(parts, role="group", hidden=not links, **aria(labelledby="also-legend"))


def controls(measure_page: MeasurePage) -> list[Any]:
    """Offer episode (where there are several), filters with numbers of figures, claims, order and scale, all links."""
    view = measure_page.view
    cleared: dict[str, str | None] = dict.fromkeys((*FILTERS, "party_claims", "hedge_convention"))
    is_narrowed = bool(view.filters) or view.party_claims != DEFAULTS["party_claims"] or bool(view.hedge_convention)
    clear = html.A("Clear filters", href=address(view, **cleared), className="soft", id="clear-filters",
                   hidden=not is_narrowed)  # fmt: skip
    offer = offer_of(view)
    conventions = {one: CONVENTIONS.get(one, one) for one in measure_page.conventions}
    # Where no party speaks there are no claims to tell apart.
    shown = [name for name in FILTERS if name != "claim_about" or len(offer.options(view, name)) > 1]
    menus = [_menu(name, view, offer) for name in shown]
    return [
        _choice("episode", "Episode", {row["episode_id"]: row["name"] for row in measure_page.episodes}, view),
        html.Div([*menus, clear], className="menus", role="group", **aria(label="Filters, with numbers of figures")),
        _choice("party_claims", "Party claims", {value: LABELS[value] for value in CLAIMS}, view),
        _choice("hedge_convention", "How vague numbers are read", conventions, view, measure_page.conventions[0]),
        _choice("clock", "Over time", {value: LABELS[value] for value in CLOCKS}, view) if view.tab == "time" else None,
        _choice("by", "Order by", {value: LABELS[value] for value in PLACED_BY}, view),
        _choice("scale", "Scale", {value: LABELS[value] for value in SCALES}, view),
        _others(measure_page, offer),
    ]


def tabs(measure_page: MeasurePage) -> list[Any]:
    """Return the links to the ways of showing one view that its data allow."""
    view = measure_page.view
    return [
        html.A(tab.label, id=f"tab-{name}", href=address(view, tab=name), className="soft",
               **aria(current="true" if name == view.tab else "false"))
        for name, tab in offered(measure_page).items()
    ]  # fmt: skip


def cut_short(measure_page: MeasurePage) -> list[Any]:
    """Say that not every figure is shown, where that is so, and offer more of them."""
    if measure_page.view.is_over_time or measure_page.view.is_compared or measure_page.world:
        return []
    said = cut(measure_page)
    if not said:
        return _single_events(measure_page)
    more = html.A(f"Show {ROWS[-1]}", href=address(measure_page.view, rows=ROWS[-1]), className="soft", id="more-rows")
    return [html.P([said, " ", more] if measure_page.view.rows != ROWS[-1] else said), *_single_events(measure_page)]


def not_drawn(measure_page: MeasurePage) -> list[Any]:
    """Say that not every series is drawn, where there are more with a course of their own, and offer them."""
    found, view = measure_page.series, measure_page.view
    if not view.is_over_time:
        return []
    courses = sum(each.has_course for each in found.listed)
    if len(found.drawn) >= courses:
        return []
    said = f"{len(found.drawn)} of {courses:,} series are drawn, the widest first; the table has the others. "
    if view.rows == ROWS[-1]:
        return [html.P(said)]
    more = html.A(f"Draw {min(courses, measure_series.MOST_DRAWN[ROWS[-1]])}", href=address(view, rows=ROWS[-1]),
                  className="soft", id="more-rows")  # fmt: skip
    return [html.P([said, more])]


def _single_events(measure_page: MeasurePage) -> list[Any]:
    """Say that single events are nobody's total, where data sets of them are shown, and where they are added up."""
    if not any(row["counting"] == "incident" and row["release"] for panel in measure_page.panels for row in panel.rows):
        return []
    said = "Single events, each a scope of its own: none of them is a total, and they are not added up here. "
    selection = urlencode({"q": INCIDENT_TOTALS.format(measure=measure_page.view.measure)})
    where = html.A("Sums of events by place and month", href=f"/sql?{selection}", id="incident-totals")
    return [html.P([said, where, "."] if routes.is_on() else [said, "Their sums are in fct_incident_totals."])]


def files(measure_page: MeasurePage, says: str) -> Any:
    """Return the view as files and pictures, and the address to embed it by."""
    view, path = measure_page.view, measure_page.measure.path
    query = address(view, figure=None).removeprefix("?")
    what = f"{measure_page.episode_name}, {path.strip('/')}"
    outlines = map_text.OUTLINES if view.tab == "map" else ""
    outlines = tints.ATTRIBUTION if measure_page.world else outlines
    cite = credited(what, measure_page.day, measure_page.build, measure_page.credits, outlines)
    told = {
        "says": says,
        "cite": cite,
        "name": f"on-record_{path.strip('/')}_{view.tab}_known-on-{measure_page.day.isoformat()}",
    }
    told["name"] += as_of.name_of(measure_page.build)
    pictures = [downloads.picture(form, told) for form in ("png", "svg") if tab_of(view).draw]
    embed = html.A("to embed", href=path + address(view, figure=None, embed="1"), id="embed")
    return downloads.line(path, query, more=[embed], before=pictures, cite=cite)


def key(measure_page: MeasurePage) -> list[Any]:
    """Return what the marks of a view's tab mean, drawn with the style sheet."""
    view = measure_page.view
    told = (
        measure_series.key(measure_page.series.drawn, measure_page.day)
        if view.is_over_time
        else [(mark, text) for mark, text, tabs in KEY if view.tab in tabs.split()]
    )
    return [html.Li([html.Span(className=f"mark {mark}"), text]) for mark, text in told]


def day_place(days: Sequence[str], on: str | None) -> int:
    """Return the place among `days` of the last one not after `on`; of the last of all where `on` is None."""
    last = len(days) - 1
    return last if on is None else max((at for at, day in enumerate(days) if day <= on), default=0)


def day_words(days: Sequence[str], on: str | None, day: Any) -> str:
    """Say which day is shown and where it lies among the days on which something was published."""
    at = day_place(days, on)
    latest = ", the latest" if at == len(days) - 1 else ""
    return f"{wording.day(day)} ({at + 1:,} of {wording.plural(len(days), 'day')} with new reports{latest})"


def day_links(days: Sequence[str], at: int, view: View) -> list[Any]:
    """Return the links to the day before and the day after; the last day is the address without a day."""
    last = len(days) - 1
    targets = {
        "before": ("Day before", days[at - 1] if at > 0 else None, at > 0),
        "after": ("Day after", days[at + 1] if at + 1 < last else None, at < last),
        "latest": ("Latest", None, view.known_on is not None),
    }
    return [
        html.A(text, id=f"day-{name}", href=address(view, known_on=on), className="soft", hidden=not is_offered)
        for name, (text, on, is_offered) in targets.items()
    ]


def _day_control() -> Any:
    """Return the slider over the days on which something was published; callbacks and assets/page.js move it."""
    return html.Div(
        [
            dcc.Store(id="days"),
            html.Label("As known on", htmlFor="day", className="muted"),
            html.Strong(id="day-words", role="status"),
            dcc.Input(id="day", type="range", min=0, max=0, step=1, value=0),
            html.Span(id="day-typed", className="day-typed"),
            html.Div(id="day-links", className="choices"),
            html.Button("Play", id="play", n_clicks=0, type="button"),
        ],
        id="day-control",
        className="day",
        hidden=True,
    )


def skeleton(episode_name: str, view: View) -> list[Any]:
    """Return the page without its rows: callbacks fill what has an id.

    What comes as HTML (measure.MARKUP) is empty here: React must know of nothing in it.
    """
    # Drawn by assets/charts.js, a plot for each row of panels.
    chart = html.Div(id="chart", className="dash-graph")
    described = aria(labelledby="chart-title", describedby="chart-words")
    return [
        dcc.Store(id="markup"),
        dcc.Store(id="drawing"),
        html.A("Skip to the chart", href="#chart-title", className="skip"),
        html.H1(episode_name, id="episode-name"),
        html.Div(id="recorded-notice"),
        html.Div(id="problems", role="status"),
        html.P(id="headline", className="headline"),
        html.Details([
            html.Summary("Filters, day, order and scale"),
            html.Nav(id="controls", className="controls", **aria(label="What is shown")),
        ], open=True, id="choices", className="box"),
        html.Div([_day_control(), html.Div(id="recorded-control")], className="clocks"),
        html.Nav(id="tabs", className="tabs", **aria(label="How it is shown")),
        html.Section([
            html.H2(tab_of(view).title, id="chart-title", tabIndex="-1"),
            html.P(tab_of(view).how, className="muted", id="chart-how"),
            html.Ul(id="chart-key", className="key"),
            html.Div([
                html.Div(chart, role="group", id="chart-box", **described),
                html.Div(id="not-drawn", className="problems"),
                html.P(id="chart-source", className="muted source"),
                html.Details([html.Summary("The chart in words"), html.Ul(id="chart-words")]),
            ], id="chart-part", hidden=view.tab == "table"),
            html.Div(id="downloads"),
            html.Div(id="table"),
        ]),
        html.Aside(id="drawer", className="drawer", hidden=True, **aria(labelledby="drawer-title")),
        html.P([
            html.Span(id="about-build"),
            html.A("Open on On Record", target="_blank", id="home"),
        ], className="muted"),
    ]  # fmt: skip
