"""The addresses served without Dash. Views put things together; they hold neither SQL nor arithmetic."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import Blueprint, Response, render_template, request

from dashboard import bound, odd_cells, queries, queries_api, queries_data_sets, recorded, words
from dashboard.api import declared, feed, forms, openapi, plain
from dashboard.api.asked import Asked, BadRequestError, Offer, ReplacedError, parse
from dashboard.api.declared import Endpoint, Parameter
from dashboard.api.found import Found, public_url
from dashboard.bodies import Body
from dashboard.errors import (
    BusyDayError,
    BusyError,
    DashboardError,
    NothingPublishedError,
    NotRecordedError,
    UnreadableDayError,
)
from dashboard.reading import Reading, kept

Checked = TypeVar("Checked")

blueprint = Blueprint("api", __name__, template_folder="templates")
MOST = dict.fromkeys(declared.FORMATS, declared.MOST_EXPORTED) | {
    "json": declared.MOST_ROWS,
    "xlsx": declared.MOST_IN_A_WORKBOOK,
}
FRESH = "public, max-age=60, must-revalidate"
STATUS = {NothingPublishedError: (503, "Nothing published"), BadRequestError: (400, "Bad request"),
          ReplacedError: (409, "Publication replaced"), NotRecordedError: (400, "No record of that day"),
          UnreadableDayError: (503, "Not to be read"), BusyDayError: (503, "Too many days at once"),
          BusyError: (503, "Too much at once")}  # fmt: skip
FILES = ("csv", "parquet", "xlsx")
# Seconds after which to ask again: where others were asking too much, and where something must be done first.
RETRY_AFTER, LATER = 5, 60


def code_hash() -> str:
    """Return a hash of what makes the answers, so that a changed program is a changed answer for every cache."""
    folder = Path(__file__).parent
    files = sorted([*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.parent.glob("*.py")])
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


CODE = code_hash()


def given() -> dict[str, list[str]]:
    """Return every value of the address by name."""
    return {name: request.args.getlist(name) for name in request.args}


def build_of(cursor: queries.Cursor) -> dict[str, Any]:
    """Return the row of the publication itself, told as of which day it is shown."""
    return recorded.told(words.records(kept(cursor, queries.build))[0], bound.day())


def offer_of(cursor: queries.Cursor, build: words.Row, also: Sequence[str] = ()) -> Offer:
    """Return what one publication has on offer; `also` is an endpoint's looked_up_in."""
    exists = partial(queries_api.exists, cursor, also=also)
    return Offer(str(build["build_id"]), partial(queries_api.ids, cursor), exists)


def stamped(build: words.Row, body: bytes = b"", content_type: str = forms.JSON) -> Response:
    """Return an answer that caches can check: made from this publication, by this code, for this address."""
    response = Response(body, content_type=content_type)
    seed = f"{build['build_id']} {build['published_at']} {CODE} {public_url(request.host_url)} {request.full_path}"
    # One file is today's record first and an earlier day's later, and then says so.
    seed += f" {build.get(recorded.SHOWN)} {bound.days()}"
    response.set_etag(sha256(seed.encode()).hexdigest()[:32], weak=True)
    if recorded.SHOWN not in build:
        response.last_modified = build["published_at"].replace(microsecond=0)
    response.headers["Cache-Control"] = FRESH
    return response


def unchanged(build: words.Row) -> Response | None:
    """Return a 304 where the reader already has this answer."""
    response = stamped(build)
    response.make_conditional(request)
    return response if response.status_code == 304 else None


def look_up(cursor: Reading, build: words.Row, endpoint: Endpoint, asked: Asked) -> Found:
    """Return what was asked for; raises BadRequestError where a file cannot hold it."""
    more = replace(asked.wanted, limit=asked.wanted.limit + 1)
    form = asked.one("format", "json")
    if form in FILES and "limit" not in asked.values:
        total, _ = queries_api.page(cursor, endpoint.name, replace(asked.wanted, limit=0))
        if total > MOST[form]:
            raise BadRequestError(
                f"These are {total:,} rows, and one {form} file holds at most {MOST[form]:,}. Ask for fewer by a "
                f"filter, or add limit={MOST[form]} and follow the link to the next file in the header Link."
            )
    total, frame = queries_api.page(cursor, endpoint.name, more)
    episodes = queries_api.ids(cursor, "episode_id")
    base = public_url(request.host_url)
    due = queries_data_sets.credits_for(cursor, [frame.head(asked.wanted.limit)])
    odd = odd_cells.sentence(cursor.odd)
    return Found(endpoint, asked, build, episodes, total, frame, base, request.path, due, odd)


def answer(
    endpoint: Endpoint,
    parameters: Sequence[Parameter],
    most: Mapping[str, int],
    write: Callable[[Found, Reading], tuple[bytes, str]],
) -> Response:
    """Return the answer of one endpoint in the form that `write` gives; 304 where nothing has changed."""
    with bound.cursor() as cursor:
        build = build_of(cursor)

        def asked() -> Asked:
            offer = offer_of(cursor, build, endpoint.looked_up_in)
            return parse(parameters, given(), offer, most=most, standing=endpoint.standing)

        def made(asked: Asked) -> Body:
            found = look_up(cursor, build, endpoint, asked)
            body, content_type = write(found, cursor)
            links = {"next": found.links["next"], "describedby": found.links["metadata"]}
            headers = [("Link", ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items() if url))]
            form = asked.one("format", "json")
            if form in FILES:
                headers.append(("Content-Disposition", f'attachment; filename="{found.file_name}.{form}"'))
            return Body(body, content_type, tuple(headers))

        return remembered(cursor, build, asked, made)


def remembered(
    cursor: Reading, build: words.Row, check: Callable[[], Checked], make: Callable[[Checked], Body]
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
    form = found.asked.one("format", "json")
    return forms.WRITERS[form](found), forms.TYPES[form]


def _listing(endpoint: Endpoint) -> Callable[[], Response]:
    return lambda: answer(endpoint, endpoint.parameters, MOST, _written)


for _endpoint in declared.ENDPOINTS:
    blueprint.add_url_rule(_endpoint.path, _endpoint.name, _listing(_endpoint))


def _page(found: Found, cursor: Reading) -> tuple[bytes, str]:
    offers = plain.offers(found, partial(queries_api.offered, cursor), queries_api.days(cursor), bound.days())
    text = render_template("table.html", found=found, table=plain.TABLES[found.endpoint.name](found), offers=offers)
    return text.encode(), plain.TYPE


@blueprint.get("/figures.html")
def figures_page() -> Response:
    """Return the figures as a table without JavaScript."""
    return _table_page(declared.FIGURES)


@blueprint.get("/ranges.html")
def ranges_page() -> Response:
    """Return the ranges as a table without JavaScript."""
    return _table_page(declared.RANGES)


def _table_page(endpoint: Endpoint) -> Response:
    parameters = [one for one in endpoint.parameters if one is not declared.FORMAT]
    return answer(endpoint, parameters, {"html": declared.MOST_ROWS}, _page)


@blueprint.get("/documents/<document_id>.html")
def document_page(document_id: str) -> Response:
    """Return one document and how it was read; 404 where there is none of this id."""
    with bound.cursor() as cursor:
        build = build_of(cursor)
        found = words.records(queries_api.document(cursor, document_id[:400]))
    if not found:
        return refusal("There is no document of this id in this publication.", 404, "No such document")
    text = render_template("document.html", facts=plain.document_facts(found[0]), document=found[0])
    return stamped(build, text.encode(), plain.TYPE)


@blueprint.get("/api", strict_slashes=False)
def human_page() -> Response:
    """Return the list of endpoints for a person; it needs no publication."""
    text = render_template(
        "endpoints.html", endpoints=declared.ENDPOINTS, feed=declared.FEED, base=public_url(request.host_url)
    )
    return Response(text, content_type=plain.TYPE, headers={"Cache-Control": FRESH})


@blueprint.get("/api/v1/openapi.json")
def openapi_document() -> Response:
    """Return the OpenAPI document; without a publication its lists of ids and columns are empty."""
    base = public_url(request.host_url)
    with suppress(NothingPublishedError), bound.cursor() as cursor:
        build = build_of(cursor)

        def made(_: None) -> Body:
            nothing = queries_api.Wanted(limit=0)
            columns = {
                one.name: [str(name) for name in queries_api.page(cursor, one.name, nothing)[1] if name != "key"]
                for one in declared.ENDPOINTS
            }
            lists = partial(queries_api.ids, cursor)
            version = str(build["on_record_version"])
            content = openapi.document(base, version, columns, queries_api.comments(cursor), lists)
            return Body(forms.as_json(content), forms.JSON)

        return remembered(cursor, build, lambda: None, made)
    content = openapi.document(base, "0", {}, {}, lambda _: {})
    return Response(forms.as_json(content), content_type=forms.JSON, headers={"Cache-Control": "no-store"})


@blueprint.get("/feed.atom")
def atom_feed() -> Response:
    """Return the feed of changes."""
    with bound.cursor() as cursor:
        build = build_of(cursor)

        def made(asked: Asked) -> Body:
            frame = queries_api.changes(cursor, asked.wanted)
            ours = queries_api.revisions(cursor, asked.wanted)
            due = queries_data_sets.credits_for(cursor, [frame])
            episodes, base = queries_api.ids(cursor, "episode_id"), public_url(request.host_url)
            found = Found(declared.RANGES, asked, build, episodes, len(frame), frame, base, request.path, due)
            return Body(feed.atom(found, ours), feed.TYPE)

        most = {"atom": declared.MOST_ROWS}
        return remembered(
            cursor, build, lambda: parse(declared.FEED, given(), offer_of(cursor, build), most=most), made
        )


@blueprint.get("/api/<path:rest>")
def nowhere(rest: str) -> Response:
    """Refuse an address of the API that does not exist, before the page for every other address answers it."""
    return refusal("There is nothing at this address. /api lists what there is.", 404, "Not found")


@blueprint.errorhandler(DashboardError)
def refused(reason: DashboardError) -> Response:
    """Answer what cannot be answered, in one sentence."""
    wait = RETRY_AFTER if isinstance(reason, BusyError) else LATER
    return refusal(str(reason), *STATUS.get(type(reason), (400, "Bad request")), wait=wait)


def refusal(sentence: str, status: int, title: str, *, wait: int = LATER) -> Response:
    """Return a sentence as problem+json, or as a page where a page was asked for; a 503 says when to ask again."""
    if request.path.endswith(".html"):
        text = render_template("refusal.html", title=title, sentence=sentence)
        response = Response(text, status, content_type=plain.TYPE)
    else:
        problem = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        response = Response(forms.as_json(problem), status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = str(wait)
    return response
