"""Every address of the dashboard that a reader can ask for, from the app's own registries: no list by hand to forget.

Routes come from Flask's map, resources and forms from the declarations of the API, pages and callbacks from Dash. What
an address leaves open (a figure, a document, a file of the page) is filled from the publication that is served.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dash import Dash, page_registry

from dashboard.api import schema
from dashboard.exports import prerender
from dashboard.exports.routes import FORMS
from dashboard.request.callback import CALLBACK_PATH
from dashboard.sections.measure_tabs import TABS

with (Path(__file__).parents[1] / "seeds" / "measures.csv").open(encoding="utf-8", newline="") as seed:
    # The pages of measures, as a build publishes them.
    PATHS = {row["measure_id"]: row["page_path"] for row in csv.DictReader(seed) if row["page_path"]}
MEASURE_PAGES = frozenset(PATHS.values())
# Asked for otherwise: the API by its declarations, pages by Dash's registry.
RESOURCES = {*(endpoint.path for endpoint in schema.ENDPOINTS), "/", "/<path:path>"}
JSON = {"Content-Type": "application/json"}
# Addresses that are refused on purpose, or have nothing behind them: Flask's own folder of files, which is empty.
WITHOUT_ANSWER = ("static", "api.nowhere", "/_reload-hash", "/_dash-update-component")
SQL = "select measure_id, count(*) from fct_figures group by all order by all"
SCRIPTS = re.compile(r'(?:src|href)="(/(?:assets|_dash-component-suites)/[^"]+)"')


@dataclass(frozen=True)
class Ask:
    """One request: what kind of address it is to, and everything that is sent."""

    kind: str
    path: str
    body: bytes = b""

    @property
    def method(self) -> str:
        """How it is sent."""
        return "POST" if self.body else "GET"


@dataclass(frozen=True)
class Ids:
    """Ids of the publication that is served."""

    figures: Sequence[str]
    documents: Sequence[str]
    places: Sequence[str] = ()
    datasets: Sequence[str] = ()


def ids_of(rows: Iterable[dict[str, Any]]) -> Ids:
    """Return the ids in rows of /api/v1/figures."""
    every = list(rows)
    each = {name: sorted({row[name] for row in every if row.get(name)})
            for name in ("document_id", "place_id", "dataset_id")}  # fmt: skip
    return Ids([row["figure_id"] for row in every], each["document_id"], each["place_id"], each["dataset_id"])


def resources() -> Iterator[Ask]:
    """Give every resource of the API in every form, with every example of its declaration."""
    for endpoint in schema.ENDPOINTS:
        for example in dict.fromkeys(("", *endpoint.examples)):
            yield Ask(f"api {endpoint.name}", endpoint.path + example)
            if "format=" in example:
                continue
            for form in schema.FORMATS[1:]:
                joined = f"{example}&" if example else "?"
                yield Ask(f"api {form}", f"{endpoint.path}{joined}format={form}&limit=1000")
        yield Ask(f"api {endpoint.name}", f"{endpoint.path}?limit=10")


def callbacks(app: Dash) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """Give the outputs and the rest of every callback that the server answers."""
    for name, callback in app.callback_map.items():
        if "callback" not in callback:
            continue
        parts = [part.rsplit(".", 1) for part in (name[2:-2].split("...") if name.startswith("..") else [name])]
        yield [output_of(one, prop) for one, prop in parts], callback | {"output": name}


def output_of(one: str, prop: str) -> Any:
    """Return one output; of a pattern of ids a list of one part that fits it."""
    if not one.startswith("{"):
        return {"id": one, "property": prop}
    return [{"id": dict.fromkeys(json.loads(one), "deaths"), "property": prop}]


def _value(part: dict[str, str], path: str, search: str) -> Any:
    return {"pathname": path, "search": search, "data": {}}.get(part["property"])


def body_of(outputs: list[Any], callback: dict[str, Any], path: str, search: str) -> bytes:
    """Return what a browser sends for one callback of the page at an address."""
    filled = {
        kind: [{**part, "value": _value(part, path, search)} for part in callback[kind]] for kind in ("inputs", "state")
    }
    body = {"output": callback["output"], "outputs": outputs if callback["output"].startswith("..") else outputs[0],
            "changedPropIds": ["url.search"], **filled}  # fmt: skip
    return json.dumps(body).encode()


def is_of(callback: dict[str, Any], path: str) -> bool:
    """Whether a page at a path has what the callback fills: measure pages share theirs, each other page has its own."""
    name = callback["output"]
    if name.startswith(".._pages"):
        return True
    page = re.match(r"(\w+)-page\.", name)
    if page:
        return page[1] == (path.strip("/").split("/")[0] or "overview")
    is_of_cards = name.startswith('..{"card"')
    return path == "/" if is_of_cards else path in MEASURE_PAGES


def _paths(page: dict[str, Any], ids: Ids) -> Sequence[str]:
    """Return paths of a page that Dash knows."""
    if not page["path_template"]:
        return [page["path"]]
    of_each = {"/figure/": ids.figures, "/place/": ids.places, "/dataset/": ids.datasets}
    prefix = next((each for each in of_each if page["path_template"].startswith(each)), "")
    return [f"{prefix}{quote(one)}" for one in of_each[prefix][:5]] if prefix else sorted(MEASURE_PAGES)


def pages(app: Dash, ids: Ids) -> Iterator[Ask]:
    """Give every page, every tab of a measure page, and what each asks for once it is there."""
    for page in page_registry.values():
        for path in _paths(page, ids):
            for search in [f"?tab={way}" for way in TABS] if path in MEASURE_PAGES else [""]:
                yield Ask("page", path + search)
                for outputs, callback in callbacks(app):
                    if is_of(callback, path):
                        yield Ask("callback", CALLBACK_PATH, body_of(outputs, callback, path, search))


def _given(name: str, ids: Ids) -> Sequence[str]:
    """Return values for a variable of a route."""
    return {
        "figure_id": ids.figures[:3], "document_id": ids.documents[:3], "form": (*FORMS, "html"),
        "place_id": ids.places[:3], "dataset_id": ids.datasets[:3],
        "scheme": tuple(prerender.SCHEMES), "width": tuple(prerender.WIDTHS),
        **{each: [path.strip("/") for path in sorted(MEASURE_PAGES)] for each in ("path", "measure_path")},
        "filename": (), "package_name": (), "fingerprinted_path": (),
    }[name]  # fmt: skip


def routes(app: Dash, ids: Ids) -> Iterator[Ask]:
    """Give every other route of the server; raises KeyError for a variable that nothing is known to put into."""
    for rule in app.server.url_map.iter_rules():
        if rule.endpoint in WITHOUT_ANSWER or rule.rule in RESOURCES or rule.endpoint.startswith("sql."):
            continue
        filled: list[dict[str, str]] = [{}]
        for name in sorted(rule.arguments):
            filled = [each | {name: value} for each in filled for value in _given(name, ids)]
        for values in filled:
            built = rule.build(values, append_unknown=False)
            if built:
                yield Ask(_kind(rule.endpoint, values), built[1])


def _kind(endpoint: str, values: dict[str, str]) -> str:
    if "form" in values:
        return f"file {values['form']}"
    return endpoint.rsplit(".", maxsplit=1)[-1].strip("/_") or "page"


def files_of_page(html: str) -> list[Ask]:
    """Return the scripts and styles that a page asks for."""
    return [Ask("asset", path.replace("&amp;", "&")) for path in dict.fromkeys(SCRIPTS.findall(html))]


def every(app: Dash, ids: Ids, html: str) -> list[Ask]:
    """Return every address once; `html` is that of a page."""
    sql = [Ask("sql", f"/sql/run?q={quote(SQL)}"), Ask("sql", f"/sql/result.csv?q={quote(SQL)}")]
    found = [*resources(), *pages(app, ids), *routes(app, ids), *files_of_page(html), *sql]
    return list(dict.fromkeys(found))
