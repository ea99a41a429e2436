"""The addresses served without Dash. Views put things together; they hold neither SQL nor arithmetic."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import Blueprint, Response, render_template, request

from dashboard import odd_cells
from dashboard.api import feed, openapi, schema, serialize
from dashboard.api import html as api_html
from dashboard.api.parse import BadRequestError, Offer, Parameters, ReplacedError, parse
from dashboard.api.result import Found, public_url
from dashboard.api.schema import Endpoint, Parameter
from dashboard.errors import (
    BusyDayError,
    BusyError,
    DashboardError,
    NothingPublishedError,
    NotKeptDayError,
    NotRecordedError,
    OtherVersionDayError,
    UnreadableDayError,
)
from dashboard.formats import registry
from dashboard.formats.links import link_header
from dashboard.http import problems
from dashboard.http.problems import LATER, RETRY_AFTER, refusal
from dashboard.publication import cache
from dashboard.publication.bodies import Body
from dashboard.publication.cache import Reading, kept
from dashboard.queries import base as queries_base
from dashboard.queries import datasets
from dashboard.queries.api import lists as api_lists
from dashboard.request import publication
from dashboard.text import as_of, formatting
from dashboard.text import json as text_json

Checked = TypeVar("Checked")

blueprint = Blueprint("api", __name__, template_folder="templates")
# The first is the format that is given where none is asked for.
MOST = {name: registry.FORMATS[name].limit for name in schema.FORMATS}
FRESH = "public, max-age=60, must-revalidate"
STATUS = {NothingPublishedError: (503, "Nothing published"), BadRequestError: (400, "Bad request"),
          ReplacedError: (409, "Publication replaced"), NotRecordedError: (400, "No record of that day"),
          NotKeptDayError: (404, "That day is not kept"),
          OtherVersionDayError: (400, "No record of that day"), UnreadableDayError: (503, "Not to be read"),
          BusyDayError: (503, "Too many days at once"),
          BusyError: (503, "Too much at once")}  # fmt: skip


def code_hash() -> str:
    """Return a hash of what makes the answers, so that a changed program is a changed answer for every cache."""
    folder = Path(__file__).parents[1]
    files = sorted([*folder.rglob("*.py"), *folder.rglob("*.html")])
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


CODE = code_hash()


def given() -> dict[str, list[str]]:
    """Return every value of the address by name."""
    return {name: request.args.getlist(name) for name in request.args}


def build_of(cursor: queries_base.Cursor) -> dict[str, Any]:
    """Return the row of the publication itself, told as of which day it is shown."""
    return as_of.told(cache.records(kept(cursor, queries_base.build))[0], publication.day())


def offer_of(cursor: queries_base.Cursor, build: formatting.Row, also: Sequence[str] = ()) -> Offer:
    """Return what one publication has on offer; `also` is an endpoint's looked_up_in."""
    exists = partial(api_lists.exists, cursor, also=also)
    return Offer(str(build["build_id"]), partial(api_lists.ids, cursor), exists)


def stamped(build: formatting.Row, body: bytes = b"", content_type: str = text_json.JSON) -> Response:
    """Return an answer that caches can check: made from this publication, by this code, for this address."""
    response = Response(body, content_type=content_type)
    seed = f"{build['build_id']} {build['published_at']} {CODE} {public_url(request.host_url)} {request.full_path}"
    # One file is today's record first and an earlier day's later, and then says so.
    seed += f" {build.get(as_of.SHOWN)} {publication.days()}"
    response.set_etag(sha256(seed.encode()).hexdigest()[:32], weak=True)
    if as_of.SHOWN not in build:
        response.last_modified = build["published_at"].replace(microsecond=0)
    response.headers["Cache-Control"] = FRESH
    return response


def unchanged(build: formatting.Row) -> Response | None:
    """Return a 304 where the reader already has this answer."""
    response = stamped(build)
    response.make_conditional(request)
    return response if response.status_code == 304 else None


def look_up(cursor: Reading, build: formatting.Row, endpoint: Endpoint, parameters: Parameters) -> Found:
    """Return what was asked for; raises BadRequestError where a file cannot hold it."""
    more = replace(parameters.wanted, limit=parameters.wanted.limit + 1)
    form = parameters.one("format", "json")
    if form in schema.FILES and "limit" not in parameters.values:
        total, _ = api_lists.page(cursor, endpoint.name, replace(parameters.wanted, limit=0))
        if total > MOST[form]:
            raise BadRequestError(
                f"These are {total:,} rows, and one {form} file holds at most {MOST[form]:,}. Ask for fewer by a "
                f"filter, or add limit={MOST[form]} and follow the link to the next file in the header Link."
            )
    total, frame = api_lists.page(cursor, endpoint.name, more)
    episodes = api_lists.ids(cursor, "episode_id")
    base = public_url(request.host_url)
    due = datasets.credits_for(cursor, [frame.head(parameters.wanted.limit)])
    odd = odd_cells.sentence(cursor.odd)
    return Found(endpoint, parameters, build, episodes, total, frame, base, request.path, due, odd)


def answer(
    endpoint: Endpoint,
    parameters: Sequence[Parameter],
    most: Mapping[str, int],
    write: Callable[[Found, Reading], tuple[bytes, str]],
) -> Response:
    """Return the answer of one endpoint in the form that `write` gives; 304 where nothing has changed."""
    with publication.cursor() as cursor:
        build = build_of(cursor)

        def checked() -> Parameters:
            offer = offer_of(cursor, build, endpoint.looked_up_in)
            return parse(parameters, given(), offer, most=most, standing=endpoint.standing)

        def made(parameters: Parameters) -> Body:
            found = look_up(cursor, build, endpoint, parameters)
            body, content_type = write(found, cursor)
            links = {"next": found.links["next"], "describedby": found.links["metadata"]}
            headers = [("Link", link_header(links, found.credits))]
            form = parameters.one("format", "json")
            if form in schema.FILES:
                headers.append(("Content-Disposition", f'attachment; filename="{found.file_name}.{form}"'))
            return Body(body, content_type, tuple(headers))

        return remembered(cursor, build, checked, made)


def remembered(
    cursor: Reading, build: formatting.Row, check: Callable[[], Checked], make: Callable[[Checked], Body]
) -> Response:
    """Return the answer to this address, made once for each publication; 304 where the reader has it already.

    `check` looks at the address before anything is made, and raises what it finds wrong with it.
    """
    empty = stamped(build)
    key, _ = empty.get_etag()
    body = cursor.bodies.get(str(key))
    checked = None if body else check()
    empty.make_conditional(request)
    if empty.status_code == 304:
        return empty
    if body is None:
        body = cursor.bodies.made(str(key), lambda: make(cast("Checked", checked)))
    response = stamped(build, body.content, body.content_type)
    response.headers.extend(body.headers)
    return response


def _written(found: Found, _: Reading) -> tuple[bytes, str]:
    form = found.parameters.one("format", "json")
    return registry.FORMATS[form].write([serialize.Rows(found)]), registry.FORMATS[form].media_type


def _listing(endpoint: Endpoint) -> Callable[[], Response]:
    return lambda: answer(endpoint, endpoint.parameters, MOST, _written)


for _endpoint in schema.ENDPOINTS:
    blueprint.add_url_rule(_endpoint.path, _endpoint.name, _listing(_endpoint))


def _page(found: Found, cursor: Reading) -> tuple[bytes, str]:
    printed = datasets.printed_scopes(cursor, found.frame["scope_id"]) if "scope_id" in found.frame else {}
    if printed:
        # A table is read: a place that no list knows is called as printed there, not as the place around it.
        named = zip(found.frame["scope_id"], found.frame["place_name"], strict=True)
        found = replace(found, frame=found.frame.assign(place_name=[printed.get(one, name) for one, name in named]))
    offers = api_html.offers(found, partial(api_lists.offered, cursor), api_lists.days(cursor), publication.days())
    text = render_template("table.html", found=found, table=api_html.TABLES[found.endpoint.name](found), offers=offers)
    return text.encode(), problems.TYPE


@blueprint.get("/figures.html")
def figures_page() -> Response:
    """Return the figures as a table without JavaScript."""
    return _table_page(schema.FIGURES)


@blueprint.get("/ranges.html")
def ranges_page() -> Response:
    """Return the ranges as a table without JavaScript."""
    return _table_page(schema.RANGES)


def _table_page(endpoint: Endpoint) -> Response:
    parameters = [one for one in endpoint.parameters if one is not schema.FORMAT]
    return answer(endpoint, parameters, {"html": schema.MOST_ROWS}, _page)


@blueprint.get("/documents/<document_id>.html")
def document_page(document_id: str) -> Response:
    """Return one document and how it was read; 404 where there is none of this id."""
    with publication.cursor() as cursor:
        build = build_of(cursor)
        found = cache.records(api_lists.document(cursor, document_id[:400]))
    if not found:
        return refusal("There is no document of this id in this publication.", 404, "No such document")
    text = render_template("document.html", facts=api_html.document_facts(found[0]), document=found[0])
    return stamped(build, text.encode(), problems.TYPE)


@blueprint.get("/api", strict_slashes=False)
def human_page() -> Response:
    """Return the list of endpoints for a person; it needs no publication."""
    text = render_template(
        "endpoints.html", endpoints=schema.ENDPOINTS, feed=schema.FEED, base=public_url(request.host_url)
    )
    return Response(text, content_type=problems.TYPE, headers={"Cache-Control": FRESH})


@blueprint.get("/api/v1/openapi.json")
def openapi_document() -> Response:
    """Return the OpenAPI document; without a publication its lists of ids and columns are empty."""
    base = public_url(request.host_url)
    with suppress(NothingPublishedError), publication.cursor() as cursor:
        build = build_of(cursor)

        def made(_: None) -> Body:
            nothing = api_lists.Wanted(limit=0)
            columns = {
                one.name: [str(name) for name in api_lists.page(cursor, one.name, nothing)[1] if name != "key"]
                for one in schema.ENDPOINTS
            }
            lists = partial(api_lists.ids, cursor)
            version = str(build["on_record_version"])
            content = openapi.document(base, version, columns, api_lists.comments(cursor), lists)
            return Body(text_json.as_json(content), text_json.JSON)

        return remembered(cursor, build, lambda: None, made)
    content = openapi.document(base, "0", {}, {}, lambda _: {})
    return Response(text_json.as_json(content), content_type=text_json.JSON, headers={"Cache-Control": "no-store"})


@blueprint.get("/feed.atom")
def atom_feed() -> Response:
    """Return the feed of changes."""
    with publication.cursor() as cursor:
        build = build_of(cursor)

        def made(parameters: Parameters) -> Body:
            frame = api_lists.changes(cursor, parameters.wanted)
            ours = api_lists.revisions(cursor, parameters.wanted)
            due = datasets.credits_for(cursor, [frame])
            episodes, base = api_lists.ids(cursor, "episode_id"), public_url(request.host_url)
            found = Found(schema.RANGES, parameters, build, episodes, len(frame), frame, base, request.path, due)
            return Body(feed.atom(found, ours), feed.TYPE)

        most = {"atom": schema.MOST_ROWS}
        return remembered(cursor, build, lambda: parse(schema.FEED, given(), offer_of(cursor, build), most=most), made)


@blueprint.get("/api/<path:rest>")
def nowhere(rest: str) -> Response:
    """Refuse an address of the API that does not exist, before the page for every other address answers it."""
    return refusal("There is nothing at this address. /api lists what there is.", 404, "Not found")


@blueprint.errorhandler(DashboardError)
def refused(reason: DashboardError) -> Response:
    """Answer what cannot be answered, in one sentence."""
    wait = RETRY_AFTER if isinstance(reason, BusyError) else LATER
    return refusal(str(reason), *STATUS.get(type(reason), (400, "Bad request")), wait=wait)
