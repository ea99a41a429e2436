"""The addresses of views as files: /deaths.csv?… holds exactly the rows of /deaths?…, /deaths.html shows it plainly."""

from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from dashboard.api import serialize
from dashboard.api.parse import BadRequestError
from dashboard.api.result import public_url
from dashboard.api.routes import refused, stamped, unchanged
from dashboard.components.downloads import file_address
from dashboard.components.page_frame import DATASET, PLACE
from dashboard.errors import BusyError, DashboardError
from dashboard.exports import static_pages, views
from dashboard.exports.views import Sheet, Shown
from dashboard.formats.links import link_header
from dashboard.formats.registry import FORMATS, MOST_IN_A_FILE, MOST_IN_A_WORKBOOK
from dashboard.http import problems
from dashboard.http.problems import refusal
from dashboard.request import publication
from dashboard.request.view import LONGEST
from dashboard.sections.figure_links import PREFIX

blueprint = Blueprint("files", __name__, template_folder="templates")
FORMS = tuple(FORMATS)
ANY = f"<any({','.join((*FORMS, 'html'))}):form>"
# Rows of one table in one file; of figures CSV has all, however many (`_streamed`).
MOST = {form: MOST_IN_A_WORKBOOK if each.holds_view else MOST_IN_A_FILE for form, each in FORMATS.items()}
NO_VIEW = "There is no such view in this publication."


class File:
    """One table of a view as the writers of files want it (dashboard.api.forms.Written)."""

    def __init__(self, shown: Shown, sheet: Sheet, base: str, *, is_whole: bool = False) -> None:
        # A workbook holds every table, so its metadata credit every data set.
        self.credits = shown.credits if is_whole else list(sheet.credits)
        self.shown, self.sheet, self.base = shown, sheet, base
        self.name, self.rows, self.kinds = sheet.name, sheet.rows, sheet.kinds
        self.citation, self.published_at = shown.citation, shown.build["published_at"].replace(microsecond=0)
        several = len(shown.sheets) > 1
        self.file_name = f"{shown.file_name}_{sheet.name}" if several else shown.file_name
        if sheet.is_cut:
            self.file_name += _cut_name(sheet)

    @property
    def about(self) -> dict[str, Any]:
        """Everything about the rows but the rows."""
        return self.shown.about | {
            "table": self.sheet.name, "one_row_per": self.sheet.row, "row_count": len(self.sheet.rows),
            "is_cut": self.sheet.is_cut, "data_sets": self.credits, **self._rest(),
            "address": self.base + self.shown.address + (f"?{_query()}" if _query() else ""),
        }  # fmt: skip

    def _rest(self) -> dict[str, Any]:
        """Return how many rows there are and where all of them are, for a file that has not all."""
        if not self.sheet.is_cut:
            return {}
        count = f"the first {len(self.sheet.rows):,} of {self.sheet.total:,}" if self.sheet.total else (
            f"the first {len(self.sheet.rows):,}")  # fmt: skip
        path = self.links["csv"] if self.sheet.total else f"{self.base}/api/v1/figures"
        return {"rows_in_all": self.sheet.total, "cut": f"This file holds {count} rows.", "all_rows": path}

    @property
    def links(self) -> dict[str, str | None]:
        """Absolute addresses of the same rows in every form."""
        return {form: self.base + address for form, address in links(self.shown, self.sheet.name).items()}


def _cut_name(sheet: Sheet) -> str:
    """Return what the name of a file says where it has not all rows."""
    of = f"-of-{sheet.total}" if sheet.total else ""
    return f"_FIRST-{len(sheet.rows)}{of}"


def _query() -> str:
    return urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "table"])


def links(shown: Shown, table: str) -> dict[str, str]:
    """Return the addresses of a view in every form, from the root; of one of its tables where it has several."""
    one = table if len(shown.sheets) > 1 else ""
    whole = {"html", *(form for form, each in FORMATS.items() if each.holds_view)}
    return {
        form: file_address(shown.address, form, _query(), "" if form in whole else one) for form in (*FORMS, "html")
    }


STREAMS = BoundedSemaphore(4)
"""Answers sent bit by bit at once by a worker."""


def answer(path: str, form: str) -> Response:
    """Return a view in a form; raises DashboardError."""
    search = _query()
    with publication.cursor() as cursor:
        shown = cursor.once(views.shown, path, search)
        if shown and form != "html" and not shown.problems and any(each.is_cut for each in shown.sheets):
            # Not remembered: it may be large, and is asked for once.
            shown = views.shown(cursor, path, search, MOST[form])
    if shown is None:
        return refusal(NO_VIEW, 404, "Not found")
    if form != "html" and shown.problems:
        raise BadRequestError(" ".join(shown.problems))
    same = unchanged(shown.build)
    if same:
        return same
    is_streamed = bool(form == "csv" and _table(shown).total and _table(shown).is_cut)
    response = _streamed(shown) if is_streamed else _whole(shown, form, path, search)
    return _headed(response, shown, form, has_all=is_streamed)


def _whole(shown: Shown, form: str, path: str, search: str) -> Response:
    """Return a view in a form, made before it is sent."""
    if form == "html":
        body, content_type = static_pages.page(path, search, shown, links(shown, "")).encode(), problems.TYPE
    else:
        body, content_type = _file(shown, form)
    response = stamped(shown.build, body, content_type)
    response.status_code = 400 if shown.problems else 200
    return response


def _headed(response: Response, shown: Shown, form: str, *, has_all: bool) -> Response:
    """Give a file its name, which says where rows are left out, and the way to what is said of it."""
    if form in FORMATS:
        response.headers["Link"] = _links_beside(shown, form)
    if form in FORMATS and FORMATS[form].is_file:
        name = shown.file_name if FORMATS[form].is_whole or has_all else File(shown, _table(shown), "").file_name
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _streamed(shown: Shown) -> Response:
    """Return every row of a view as CSV, made while it is sent, all of it from the publication of this request.

    Raises BusyError where as many are being sent as this worker sends at once: a slow reader holds a thread.
    """
    if not STREAMS.acquire(blocking=False):
        raise BusyError("Other large files are being sent. Ask again in a minute.")
    try:
        held, let_go = publication.held_longer()
    except DashboardError:
        STREAMS.release()
        raise
    base = public_url(request.host_url)
    # At the end of the file, or where the reader hangs up before: whichever comes first.
    ending = [STREAMS.release, let_go]

    def end() -> None:
        while ending:
            ending.pop()()

    def lines() -> Iterator[bytes]:
        try:
            with held.lend() as cursor:
                for number, sheet in enumerate(views.batches(cursor, shown)):
                    body = FORMATS["csv"].write([serialize.Rows(File(shown, sheet, base))])
                    yield body if not number else body.partition(b"\r\n")[2]
        finally:
            end()

    response = stamped(shown.build, content_type=FORMATS["csv"].media_type)
    del response.headers["Content-Length"]
    response.response = lines()
    response.call_on_close(end)
    return response


def _links_beside(shown: Shown, form: str) -> str:
    """Return the header that leads from a file to what is said of it, and to the licences of its rows."""
    is_whole = FORMATS[form].is_whole
    table = "" if is_whole else _table(shown).name
    beside = public_url(request.host_url) + links(shown, table)["metadata"]
    return link_header({"describedby": beside}, shown.credits if is_whole else _table(shown).credits)


def _table(shown: Shown) -> Sheet:
    """Return the table an address asks for, the first where it names none; raises BadRequestError."""
    tables = {sheet.name: sheet for sheet in shown.sheets}
    selection = request.args.get("table", next(iter(tables)))
    if selection not in tables:
        raise BadRequestError(f"There is no table of this name in this view. Choose from: {', '.join(tables)}.")
    return tables[selection]


def _file(shown: Shown, form: str) -> tuple[bytes, str]:
    base = public_url(request.host_url)
    chosen = FORMATS[form]
    tables = (
        [File(shown, sheet, base, is_whole=True) for sheet in shown.sheets]
        if chosen.holds_view
        else [File(shown, _table(shown), base)]
    )
    return chosen.write([serialize.Rows(table) for table in tables]), chosen.media_type


def _viewer(path: str) -> Callable[..., Response]:
    return lambda form: answer(path, form)


@blueprint.get(f"/<measure_path>.{ANY}")
def measure(measure_path: str, form: str) -> Response:
    """Return the page of a measure in a form; 404 where the publication has none of this address."""
    return answer(f"/{measure_path}", form)


for _path in views.PAGES:
    _rule = f"{'/index' if _path == '/' else _path}.{ANY}"
    blueprint.add_url_rule(_rule, f"view {_path}".replace("/", "-"), _viewer(_path))


@blueprint.get(f"{PREFIX}<figure_id>.{ANY}")
def figure(figure_id: str, form: str) -> Response:
    """Return one figure in a form; 404 where there is none of this id."""
    return answer(PREFIX + figure_id[:LONGEST], form)


@blueprint.get(f"{PLACE}<place_id>.{ANY}")
def place(place_id: str, form: str) -> Response:
    """Return one place in a form; 404 where there is none of this id."""
    return answer(PLACE + place_id[:LONGEST], form)


@blueprint.get(f"{DATASET}<dataset_id>.{ANY}")
def dataset(dataset_id: str, form: str) -> Response:
    """Return one data set in a form; 404 where there is none of this id."""
    return answer(DATASET + dataset_id[:LONGEST], form)


blueprint.register_error_handler(DashboardError, refused)
