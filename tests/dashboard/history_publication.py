"""The small publication with a past: three recorded days, what changed between them, and a correction."""

import os
from pathlib import Path
from typing import Any

import duckdb
from api_publication import MORE
from pages_publication import publish_pages
from small_publication import insert

from common.contracts import fingerprint

SCHEMA = """
create table fct_revisions (
    revision_id text, record_table text, figure_id text, document_id text, episode_id text, load_id text, change text,
    column_name text, value_old text, value_new text, reason text, loaded_at timestamp);
create table fct_corrections (
    correction_id text, figure_id text, dataset_id text, row_key text, column_name text, value_published text,
    value_corrected text, reason text, url text, status text);
"""
FIRST, SECOND, NOW = "2026-11-19", "2026-11-21", "2026-11-22"
DAYS = (FIRST, SECOND, NOW)
REVISION: dict[str, Any] = {"record_table": "figures", "document_id": "doc-3", "episode_id": "offensive"}
REVISIONS: list[dict[str, Any]] = [
    {"figure_id": "f-02", "change": "added", "loaded_at": f"{FIRST} 09:00:00"},
    {"figure_id": "f-03", "change": "added", "loaded_at": f"{FIRST} 09:00:00"},
    {"figure_id": None, "record_table": "documents", "change": "added", "loaded_at": f"{FIRST} 09:00:00"},
    {"figure_id": "f-03", "change": "changed", "column_name": "phrase", "value_old": "270 <i>dead</i>",
     "value_new": "277 dead", "loaded_at": f"{SECOND} 10:00:00"},
    {"figure_id": "f-03", "change": "changed", "column_name": "note", "value_old": "read in haste", "value_new": None,
     "loaded_at": f"{SECOND} 10:00:00"},
    {"figure_id": "f-07", "change": "withdrawn", "reason": "It was read twice.", "loaded_at": f"{NOW} 08:00:00"},
    {"figure_id": "f-99", "change": "removed", "reason": "of another place", "loaded_at": f"{NOW} 08:00:00"},
]  # fmt: skip
CORRECTION: dict[str, Any] = {
    "correction_id": "c-1", "figure_id": "f-06", "dataset_id": "some_set", "row_key": "77", "column_name": "best",
    "value_published": "400", "value_corrected": "40", "reason": "One nought too many", "status": "reported",
    "url": "https://example.org/issue/1",
}  # fmt: skip
# What the first figure of the room was read as on each day.
PHRASES = {FIRST: "270 <i>dead</i>", SECOND: "277 dead", NOW: "277 dead"}


def write(path: Path, day: str, *, has_history: bool = True, build_id: str = "") -> Path:
    """Write the record as it stood at the end of a day; two figures came after the first one."""
    publish_pages(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(MORE.split(";")[0])
        connection.execute("alter table build add column recorded_until_at timestamp")
        connection.execute("alter table build add column recorded_on date")
        connection.execute("alter table build add column tables_fingerprint text")
        connection.execute(
            "update build set build_id = ?, recorded_on = ?, recorded_until_at = cast(? as date) + interval 20 hour, "
            "tables_fingerprint = ?",
            [build_id or f"build-{day}", day, day, fingerprint()],
        )
        phrase = PHRASES.get(day, PHRASES[NOW])
        connection.execute("update fct_figures set phrase = ? where figure_id = 'f-03'", [phrase])
        if day == FIRST:
            connection.execute("delete from fct_figures where figure_id = 'f-02'")
        if has_history:
            connection.execute(SCHEMA)
            for number, row in enumerate(row for row in REVISIONS if row["loaded_at"][:10] <= day):
                told = REVISION | {"revision_id": f"r-{number}", "load_id": f"load-{row['loaded_at'][:10]}"} | row
                insert(connection, "fct_revisions", told)
            insert(connection, "fct_corrections", CORRECTION)
    return path


def publish_history(folder: Path) -> Path:
    """Write the three days into published/recorded, the last of them under its time as well."""
    recorded = folder / "recorded"
    for day in DAYS:
        write(recorded / f"{day}.duckdb", day)
    os.link(recorded / f"{NOW}.duckdb", folder / "20261122T200000000000Z.duckdb")
    return folder
