"""What is offered while a name is typed into the search at the top of a page, and that field itself.

The field is a form of plain HTML: without JavaScript it asks for the page of results. assets/search.js makes a combobox
of it (WAI-ARIA 1.2, list autocomplete with manual selection).
"""

from html import escape

from flask import Blueprint, Flask, Response, jsonify, request

from dashboard.errors import NothingPublishedError
from dashboard.http import errors
from dashboard.queries.find.index import LONGEST
from dashboard.request import as_of, publication
from dashboard.sections.find import results

PATH = "/search/suggestions"
FORM = (
    '<form class="find" role="search" action="{action}" method="get">'
    '<label for="find" class="unseen">Search places, sources, episodes, data sets and figures</label>'
    '<input id="find" name="q" type="search" value="{value}" maxlength="{longest}" autocomplete="off" '
    'spellcheck="false" placeholder="Search, such as Idlib">{day}'
    '<button type="submit">Search</button></form>'
)

blueprint = Blueprint("suggestions", __name__)


def form(value: str = "", recorded_on: str = "") -> str:
    """Return the field with what was asked for in it; a record that is not today's is searched as it was."""
    day = f'<input type="hidden" name="{as_of.NAME}" value="{escape(recorded_on)}">' if recorded_on else ""
    return FORM.format(action=results.PATH, value=escape(value[:LONGEST]), longest=LONGEST, day=day)


@blueprint.get(PATH)
def suggest() -> Response:
    """Return what fits best of what was typed so far, as JSON: {query, found: [{kind, name, detail, href}]}."""
    text = request.args.get(results.NAME, "")[:LONGEST]
    try:
        with publication.cursor() as cursor:
            found = results.told(cursor, text, results.MOST_OFFERED, request.args.get(as_of.NAME, ""))
    except NothingPublishedError as reason:
        return errors.refusal(getattr(reason, "status", 404), str(reason))
    response = jsonify({"query": text, "found": found})
    response.headers["Cache-Control"] = "no-cache"
    return response


def attach(server: Flask) -> None:
    """Register the address; before the first request, after which Flask refuses."""
    server.register_blueprint(blueprint)
