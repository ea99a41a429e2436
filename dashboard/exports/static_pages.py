"""The plain page of a view: the components of the page itself, rendered without a program, and links to its files."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import dash
from flask import render_template
from markupsafe import Markup

from dashboard.components import nav
from dashboard.components.downloads import FILES, WHOLE
from dashboard.exports import suggestions
from dashboard.exports.static_html import href_of, rendered
from dashboard.exports.views import NAMED, Shown
from dashboard.queries import measures
from dashboard.request.as_of import text_of as as_of_text
from dashboard.sections import measure
from dashboard.sections.find import addresses
from dashboard.text import as_of
from dashboard.text.datasets import licences


def layout(path: str, search: str) -> Any:
    """Return what the page of an address is made of, as Dash would; nothing for a path without a view."""
    query = dict(parse_qsl(search))
    prefix = next((each for each in NAMED if path.startswith(each)), "")
    for page in dash.page_registry.values():
        template = str(page["path_template"] or "")
        if prefix and template.startswith(prefix):
            # The path says which one, whatever the query calls itself.
            named = template.removeprefix(prefix).strip("<>")
            return page["layout"](**(query | {named: addresses.of_path(path, prefix)}))
        if not prefix and page["path"] == path:
            return page["layout"](**query)
    return []


def page(path: str, search: str, shown: Shown, links: Mapping[str, str]) -> str:
    """Return the HTML of a view; every text in it is escaped."""
    query = f"?{search}" if search else ""
    views = [
        (href_of(each, (each,)) + query, name, each == path) for each, name in nav.links().items() if each != "/sql"
    ]
    files = [(name, links[form]) for form, name in (FILES | WHOLE).items() if form != "html"]
    pages = measures.shown()
    parts = measure.still(path, search) if path in pages else layout(path, search)
    return render_template(
        "view.html",
        title=f"{shown.name.capitalize()}, as known on {shown.known_on.isoformat()}{as_of.words_of(shown.build)}",
        inside=Markup(rendered(parts, measures=pages)),  # noqa: S704 — every text is escaped as it is rendered
        views=views,
        files=files,
        live=path + query,
        citation=shown.citation,
        find=Markup(suggestions.form(recorded_on=as_of_text(search))),  # noqa: S704 — every text in it is escaped
        licences=licences(shown.credits),
    )
