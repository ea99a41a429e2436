"""Who runs this server, for what, and how to report a mistake: parts of pages."""

from typing import Any

from dash import html

from dashboard.components.citation import publication
from dashboard.request.operator import CONTACT, OPERATOR, operator
from dashboard.text import datasets, formatting

LICENCE = f"Licence: {datasets.LICENCE['name']}; figures of published data sets under their producers’ own licences."
UNNAMED = f"Who runs this server, for what and paid by whom, has not been said ({OPERATOR} is not set)."
UNREACHABLE = f"No address for reports has been given ({CONTACT} is not set)."
HOW = (
    "To report a mistake, name the figure by its id and the publication you saw it in: both stand in its citation. A "
    "mistake is never deleted: it is corrected or withdrawn in the open, with its reason. If to show a figure could "
    "harm somebody, say so, and whom: it is taken out at once, and looked into afterwards."
)


def who() -> str:
    """Return who runs this server, or that nobody has said so."""
    name = operator().name
    return f"This server is run by {name.rstrip('.')}." if name else UNNAMED


def contact() -> Any:
    """Return how to reach them, as a link; or that nobody has said so."""
    told = operator()
    if not told.contact:
        return html.P(UNREACHABLE)
    return html.P(["Contact: ", html.A(told.mail or told.contact, href=told.contact), "."])


def report(figure_id: str, build: formatting.Row) -> Any:
    """Return the link by which a mistake in one figure is reported, or what to name in a report."""
    named = publication(build)
    address = operator().report(figure_id, named)
    if address:
        link = html.A("Report a mistake in this figure", href=address, id="report")
        return html.P([link, f": figure {figure_id}, {named}."], className="muted")
    return html.P(f"To report a mistake, name figure {figure_id} and {named}. {UNREACHABLE}", className="muted")


def section() -> Any:
    """Return the section of the page About."""
    return html.Section([html.H2("Who runs this", id="operator"), html.P(who()), contact(), html.P(HOW)])
