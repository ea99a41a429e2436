"""The control "As recorded on" and the notice over a record that is not today's, on every page. Links, no program."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import html

from dashboard import wording
from dashboard.components.parts import aria
from dashboard.errors import NothingPublishedError, NotRecordedError
from dashboard.request import as_of as request_as_of
from dashboard.request import publication
from dashboard.text import as_of

MOST_DAYS = 120
BOTH = "As known on: what had been published by then. As recorded on: what we had entered by then."
OLDER = "Earlier days: write recorded_on=YYYY-MM-DD in the address."


def _link(text: str, search: object, day: date | None, **more: Any) -> Any:
    """Return a link to the same view as recorded on another day, None for now."""
    return html.A(text, **({"href": f"?{request_as_of.query(search, day)}", "className": "soft"} | more))


def control(days: Sequence[date], day: date | None, search: object, kind: str = "soft") -> Any:
    """Return the menu of recorded days, the latest first; None where there is only one. `day` None is now.

    `kind` is the class of its links: those of class soft change the address and let callbacks fill the page anew.
    """
    if len(days) < 2:
        return None
    shown = f"{wording.day(day)}" if day else "now"
    past = list(reversed(days[:-1]))
    current = max((each for each in past if each <= day), default=None) if day else None
    links = [_link("now", search, None, className=kind, id="recorded-now", **aria(current="false" if day else "true"))]
    links += [
        _link(wording.day(each), search, each, className=kind, id=f"recorded-{each.isoformat()}",
              **aria(current="true" if each == current else "false"))
        for each in past[:MOST_DAYS]
    ]  # fmt: skip
    told = [BOTH, OLDER] if len(past) > MOST_DAYS else [BOTH]
    items = [*(html.Li(each) for each in links), *(html.Li(each, className="muted") for each in told)]
    summary = html.Summary([html.Span("As recorded on: "), shown], id="menu-recorded")
    return html.Details([summary, html.Ul(items)], className="menu set" if day else "menu", id="recorded")


def notice(day: date | None, search: object, kind: str = "soft") -> Any:
    """Return the notice over a record that is not today's; None where it is."""
    if day is None:
        return None
    now = _link("Show what we record now", search, None, id="to-now", className=kind)
    return html.P([html.Strong(as_of.notice(day)), " ", now], className="recorded-notice", role="status")


def above(search: object, kind: str = "soft") -> list[Any]:
    """Return control and notice for the page of this request; raises NothingPublishedError, NotRecordedError."""
    return [part for part in beside(search, kind) if part]


def beside(search: object, kind: str = "soft") -> tuple[Any, Any]:
    """Return notice and control apart, each for its place; raises NothingPublishedError, NotRecordedError."""
    day = publication.day()
    return notice(day, search, kind), control(publication.days(), day, search, kind)


def said(reason: NotRecordedError, search: object) -> Any:
    """Return why there is no record to show of a day, with the way to now."""
    return html.P([str(reason), " ", _link("Show what we record now", search, None)])


def refused(reason: NothingPublishedError, search: object = "") -> Any:
    """Return what a page says where there is nothing to show: what to run, or from when on there is a record."""
    if not isinstance(reason, NotRecordedError):
        title, more = "Nothing to show yet", None
    else:
        title = "There is no record to show of that day"
        # A whole new page: this one has nothing that could be filled.
        more = html.P(_link("Show what we record now", search, None, className=None))
    return html.Div([html.H1(title), html.P(str(reason), className="headline"), more], id="unpublished")
