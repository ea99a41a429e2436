"""The small publication with what the pages of words need beside it, and a way to open such a page."""

from pathlib import Path
from typing import Any

import duckdb
from flask.testing import FlaskClient
from small_publication import CONVENTIONS, FIGURES, full, insert, insert_figure, publish

from dashboard.request.callback import CALLBACK_PATH

SCHEMA = """
create table range_standing_reports (
    scope_id text, report_id text, source_id text, voice_id text, low bigint, value_stated bigint, high bigint,
    is_party_claim boolean, is_alone boolean, valid_from_on date, valid_to_on date, hedge_convention text,
    counted_until_on date, is_current boolean, rounded_to bigint);
create table check_disjoint_reports (
    lower_figure_id text, higher_figure_id text, episode_id text, scope_id text, sentence text, gap bigint,
    has_party_claim boolean, is_standing boolean, disputed_from_on date, is_by_convention boolean, kind text);
create table check_parts_and_totals (
    figure_id text, episode_id text, scope_id text, sentence text, is_contradiction boolean);
create table check_decreasing_totals (
    figure_id text, previous_figure_id text, episode_id text, scope_id text, sentence text, is_revision boolean);
create table check_low_above_high (figure_id text, episode_id text, scope_id text, sentence text);
"""
# A second voice on civilians, whose number does not meet "up to 40".
HIGHER = {"figure_id": "f-14", "phrase": "56 civilians", "source_id": "ocha", "population_id": "civilians",
          "low": 56, "value_stated": 56, "high": 56, "document_id": "doc-3", "published_on": "2024-12-02"}  # fmt: skip
STANDING = (("f-02", "2024-11-29"), ("f-03", "2024-12-02"), ("f-06", "2024-11-28"), ("f-14", "2024-12-02"))
CHECKS: dict[str, dict[str, Any]] = {
    "check_disjoint_reports": {
        "lower_figure_id": "f-06", "higher_figure_id": "f-14",
        "sentence": "One says “up to <i>40</i>” (f-06) and one “56” (f-14), (not-a-figure): 16 apart.",
        "is_by_convention": False, "kind": "same_day",
    },
    "check_nested_reports": {
        "part_figure_id": "f-04", "whole_figure_id": "f-03",
        "sentence": "One says “hundreds of fighters” (f-04), within what one says with “277 dead” (f-03): it may be.",
        "is_contradiction": True, "is_by_convention": True,
    },
    "check_parts_and_totals": {
        "figure_id": "f-01", "sentence": "One says “more than 200” (f-01): its parts say more.",
        "is_contradiction": True,
    },
    "check_decreasing_totals": {
        "figure_id": "f-03", "previous_figure_id": "f-02", "sentence": "It fell from 300 (f-02) to 277 (f-03).",
        "is_revision": True,
    },
}  # fmt: skip


def publish_pages(path: Path) -> Path:
    """Write the small publication with its standing reports and findings."""
    publish(path)
    rows = {row["figure_id"]: full(row) for row in [*FIGURES, HIGHER]}
    kept = ("scope_id", "report_id", "source_id", "voice_id", "low", "value_stated", "high", "is_party_claim",
            "counted_until_on")  # fmt: skip
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA)
        insert_figure(connection, rows["f-14"])
        for figure_id, since in STANDING:
            row = {column: rows[figure_id].get(column) for column in kept} | {"valid_from_on": since}
            for convention in CONVENTIONS:
                told = {"is_alone": False, "hedge_convention": convention}
                insert(connection, "range_standing_reports", row | told)
        for table, row in CHECKS.items():
            insert(connection, table, {"episode_id": "offensive"} | row)
    return path


def opened(client: FlaskClient, path: str, search: str = "") -> Any:
    """Ask for a page as the browser does once it has loaded: the answer holds its components."""
    inputs = [("pathname", path), ("search", search)]
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [{"id": "_pages_location", "property": name, "value": value} for name, value in inputs],
        "changedPropIds": [],
    }
    return client.post(CALLBACK_PATH, json=body)


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return _texts(part.get("props", {}).get("children"))
    if isinstance(part, list):
        return [text for each in part for text in _texts(each)]
    return [] if part is None else [str(part)]


def shown(client: FlaskClient, path: str, search: str = "") -> str:
    """Return every text of a page, in its order; raises AssertionError where the page is not answered."""
    answer = opened(client, path, search)
    assert answer.status_code == 200, answer.text
    return "".join(_texts(answer.json["response"]["_pages_content"]["children"]))


def _hrefs(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["href"]] if isinstance(part.get("href"), str) else []
        return own + [href for each in part.values() for href in _hrefs(each)]
    return [href for each in part for href in _hrefs(each)] if isinstance(part, list) else []


def links(client: FlaskClient, path: str, search: str = "") -> list[str]:
    """List where the links of a page lead, in their order."""
    return _hrefs(opened(client, path, search).json["response"]["_pages_content"]["children"])
