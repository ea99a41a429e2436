"""The addresses of the SQL console: a question in, its answer as a part of the page or as a file out.

`ON_RECORD_SQL=off` takes the page and these addresses away.
"""

import os
import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from dashboard.errors import NothingPublishedError, NotRecordedError
from dashboard.formats.links import link_header
from dashboard.formats.registry import FORMATS
from dashboard.http import client_address, problems
from dashboard.queries import datasets as queries_datasets
from dashboard.request import as_of, publication
from dashboard.sql import formats
from dashboard.sql import html as sql_html
from dashboard.sql.engine import DOWNLOAD, PAGE, Answer, Limits, run
from dashboard.text import as_of as text_as_of
from dashboard.text import datasets

blueprint = Blueprint("sql", __name__)
# An address with the question in it must pass the servers and browsers on the way.
LONGEST_ADDRESS = 7_000
# Servers in front take no more of a header than a few thousand characters.
LONGEST_LINK = 2_000
OFF = "The SQL page is turned off on this server. The published files can be opened with DuckDB instead."
HTML = "text/html; charset=utf-8"
CODES = {"busy": 503, "yours": 429, "unpublished": 503, "long": 414}
# As long as a question may take, in seconds.
COME_BACK = {"busy": PAGE.seconds, "yours": PAGE.seconds}


def is_on() -> bool:
    """Whether the SQL page is offered: ON_RECORD_SQL is anything but off."""
    return os.environ.get("ON_RECORD_SQL", "on").strip().lower() not in ("off", "0", "no", "false")


def still_there(environment: dict[str, object]) -> Callable[[], bool]:
    """Return a function that tells whether the reader is still connected; where that cannot be told, they are."""
    connection = environment.get("gunicorn.socket") or environment.get("werkzeug.socket")
    if not isinstance(connection, socket.socket):
        return lambda: True

    def is_connected() -> bool:
        try:
            with selectors.DefaultSelector() as waiting:
                waiting.register(connection, selectors.EVENT_READ)
                return not waiting.select(0) or bool(connection.recv(1, socket.MSG_PEEK))
        except (OSError, ValueError, KeyError):
            return False

    return is_connected


def ask(sql: str, limits: Limits) -> tuple[Answer, str]:
    """Answer a question on the publication of this request; returns the answer and its name, "" without one."""
    if len(quote(sql)) > LONGEST_ADDRESS:
        return Answer(kind="long", limits=limits), ""
    try:
        path, day = publication.path(), publication.day()
    except NotRecordedError as reason:
        kind = "unrecorded" if reason.status == 400 else "unpublished"
        return Answer(kind=kind, detail=str(reason), limits=limits), ""
    except NothingPublishedError as reason:
        return Answer(kind="unpublished", detail=str(reason), limits=limits), ""
    name = f"recorded-on-{day.isoformat()}" if day else path.stem
    who = client_address.asking_reader()
    return run(path, sql, limits, who=who, is_wanted=still_there(request.environ)), name


def answered(body: str | bytes, kind: str, code: int = 200, name: str = "", problem: str = "") -> Response:
    """Return one answer, a file where it has a `name`; no cache keeps it: the next publication may answer otherwise.

    `problem` is the kind of an answer without rows: it may be worth asking again.
    """
    headers = {"Content-Type": kind, "Cache-Control": "no-store"}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if problem in COME_BACK:
        headers["Retry-After"] = str(COME_BACK[problem])
    return Response(body, code, headers)


@blueprint.before_app_request
def refuse_while_off() -> Response | None:
    """Answer the page and its addresses with 404 and a sentence while they are turned off."""
    path = request.path.rstrip("/")
    if (path == "/sql" or path.startswith("/sql/")) and not is_on():
        return answered(problems.whole_page("SQL is turned off", problems.sentence(OFF)), HTML, 404)
    return None


@blueprint.get("/sql/run")
def run_for_page() -> Response:
    """Answer for the page: a part of HTML, table or sentence, every text in it escaped."""
    sql = request.args.get("q", "")
    answer, _ = ask(sql, PAGE)
    code = CODES.get(answer.kind, 400 if answer.kind else 200)
    scheme = "dark" if request.args.get("scheme") == "dark" else "light"
    return answered(sql_html.result(answer, sql, _day(), _credit(), scheme), HTML, code, problem=answer.kind)


@blueprint.get("/sql/result.<form>")
def download(form: str) -> Response:
    """Answer as a file, as what goes beside a file, or as a plain page that needs no JavaScript."""
    if form not in (*FORMATS, "html"):
        known = f"{', '.join(FORMATS)} or html"
        return answered(f"There is no format “{form[:20]}”: {known}.", "text/plain; charset=utf-8", 404)
    sql = request.args.get("q", "")
    if form == "metadata":
        return _metadata(sql)
    answer, build = ask(sql, PAGE if form == "html" else DOWNLOAD)
    code = CODES.get(answer.kind, 400 if answer.kind else 200)
    if form == "html":
        inside = _notice() + sql_html.result(answer, sql, _day(), _credit())
        return answered(problems.whole_page("An answer in SQL", inside), HTML, code, problem=answer.kind)
    if answer.kind:
        told = f"{answer.sentence}\n{answer.detail}".strip() + "\n"
        return answered(told, "text/plain; charset=utf-8", code, problem=answer.kind)
    return _file(answer, form, _about(sql, build))


def _metadata(sql: str) -> Response:
    """Return what goes beside a file of the answer, without asking; refused as the question would be."""
    try:
        path, day = publication.path(), publication.day()
    except NothingPublishedError as reason:
        return answered(f"{reason}\n", "text/plain; charset=utf-8", getattr(reason, "status", 503))
    about = _about(sql, f"recorded-on-{day.isoformat()}" if day else path.stem)
    chosen = FORMATS["metadata"]
    return answered(chosen.write([formats.Answered(Answer(), about)]), chosen.media_type)


def _about(sql: str, build: str) -> dict[str, Any]:
    """Return what a file says of itself: the question, the publication, and every data set in that."""
    day = {as_of.NAME: _day()} if _day() else {}
    return {"question": sql, "publication": build, **day, "data_sets": _credits()}


def _credits() -> list[dict[str, Any]]:
    with suppress(NothingPublishedError), publication.cursor() as cursor:
        return queries_datasets.credits_of_all(cursor)
    return []


def _credit() -> str:
    return datasets.attributions(_credits())


def _day() -> str:
    """Return the day as recorded on as the address says it; it has been read before, or refused."""
    return as_of.text_of(publication.search())


def _notice() -> str:
    """Return the notice over an answer from a record that is not today's, else nothing."""
    with suppress(NothingPublishedError):
        day = publication.day()
        return problems.sentence(text_as_of.notice(day)) if day else ""
    return ""


def _file(answer: Answer, form: str, about: dict[str, Any]) -> Response:
    """Return an answer as a file; its name says where rows were left out, and a link leads to what goes beside it."""
    first = f"-first-{len(answer.rows)}-rows" if answer.cut_by else ""
    name = f"on-record-{about['publication']}{first}.{form}"
    response = answered(FORMATS[form].write([formats.Answered(answer, about)]), FORMATS[form].media_type, name=name)
    asked = {"q": about["question"]} | {key: about[key] for key in (as_of.NAME,) if key in about}
    beside = f"/sql/result.metadata?{urlencode(asked)}"
    # What is too long for a header leads nowhere; the licences are named all the same.
    is_short = len(beside) <= LONGEST_LINK
    response.headers["Link"] = link_header({"describedby": beside if is_short else None}, about["data_sets"])
    return response
