"""Ranges and their changes, a page at a time, with the voices behind each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from dashboard.publication.cache import Cursor, arrays, dicts, kept, named, rows
from dashboard.queries import columns as queries_columns
from dashboard.queries.api import orders
from dashboard.queries.api.bases import Wanted, all_of, behind, ranges, values
from dashboard.queries.api.orders import Numbers
from dashboard.queries.api.pages import Row, frame_of, near, rows_of
from dashboard.queries.columns import Added, Column, select
from dashboard.queries.names import names

TABLE, REPORTS = "range_reported", "range_standing_reports"
BY = "f.scope_id, f.valid_from_on"
# Ranges looked through at once for those at which something really changed.
MOST_AT_ONCE = 500
ENDS = ("lowest", "highest", "is_open_above")


@dataclass(frozen=True)
class Behind:
    """Which standing reports are behind which range: pairs of row numbers, in the order of the ranges."""

    ranges: np.ndarray[Any, np.dtype[np.int32]]
    reports: np.ndarray[Any, np.dtype[np.int32]]

    def of(self, numbers: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return the pairs of some ranges."""
        wanted = np.array(numbers, dtype=np.int64)
        first, last = (np.searchsorted(self.ranges, wanted, side) for side in ("left", "right"))
        places = [place for start, end in zip(first, last, strict=True) for place in range(start, end)]
        return self.ranges[places].tolist(), self.reports[places].tolist()


def _behind(cursor: Cursor, convention: str) -> Behind:
    sql = f"""select f.rowid as range, s.rowid as report from {TABLE} as f
        inner join {REPORTS} as s on f.scope_id = s.scope_id and f.valid_from_on = s.valid_from_on
        where f.hedge_convention = $convention and s.hedge_convention = $convention"""
    found, reports = (each.astype(np.int32) for each in arrays(cursor, sql, {"convention": convention}))
    order = np.argsort(found, kind="stable")
    return Behind(found[order], reports[order])


def _with_sources(cursor: Cursor, wanted: Wanted, convention: str) -> Numbers:
    """Return the row numbers of the ranges that a source asked for stands behind."""
    every = kept(cursor, _behind, convention)
    is_asked = orders.flags(cursor, REPORTS, behind(wanted), wanted)
    found: Numbers = every.ranges[is_asked[every.reports]].astype(np.int64)
    return found


def page(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the ranges wanted and select a page of them, scope by scope, with the voices behind each."""
    bound = values(cursor, wanted)
    convention = bound["convention"]
    columns = queries_columns.ranges(is_without_party_claims=wanted.is_without_party_claims)
    narrow = _with_sources if behind(wanted) else None
    total, numbers, places = orders.page(cursor, TABLE, BY, ranges(wanted), wanted, convention, narrow)
    found = rows_of(cursor, TABLE, columns, numbers, bound)
    for row, place in zip(found, places, strict=True):
        row["key"] = str(place)
    _put_voices_behind(cursor, found, numbers, wanted, convention)
    return total, frame_of(cursor, columns, found)


def _put_voices_behind(
    cursor: Cursor, found: Sequence[Row], numbers: Sequence[int], wanted: Wanted, convention: str
) -> None:
    of_range = dict(zip(numbers, found, strict=True))
    pairs, reports = kept(cursor, _behind, convention).of(numbers)
    sql = f"""select f.rowid, f.voice_id, f.is_party_claim from {REPORTS} as f
        where f.rowid in (select unnest($numbers::bigint[]))"""
    said = {number: (voice, party) for number, voice, party in rows(cursor, sql, {"numbers": reports})[1]}
    triples = []
    for number, report in zip(pairs, reports, strict=True):
        voice, is_party = said[report]
        if not (is_party and wanted.is_without_party_claims):
            triples.append((of_range[number]["scope_id"], of_range[number]["valid_from_on"], voice))
    put_voices(cursor, found, triples)


def put_voices(cursor: Cursor, found: Sequence[Row], said: Iterable[tuple[str, date, str]]) -> None:
    """Put into each range who stands behind it, by name, from triples of scope, day and voice."""
    called = {an_id: row["name"] for an_id, row in names(cursor).of["voice"].items()}
    by_range: dict[tuple[str, date], set[str]] = {}
    for scope, day, voice in said:
        if called.get(voice) is not None:
            by_range.setdefault((scope, day), set()).add(called[voice])
    for row in found:
        row["voices"] = "; ".join(sorted(by_range.get((row["scope_id"], row["valid_from_on"]), ()))) or None


def _latest(cursor: Cursor, conditions: Sequence[str], place: Sequence[str], bound: Mapping[str, Any]) -> list[int]:
    sql = f"""select f.rowid from {TABLE} as f where {all_of([*conditions, *place])}
        order by f.valid_from_on desc, f.scope_id limit {MOST_AT_ONCE}"""
    return [number for (number,) in rows(cursor, sql, named(sql, bound))[1]]


def changes(cursor: Cursor, wanted: Wanted) -> pd.DataFrame:
    """Select the days on which the range of a scope changed, latest first, with what it was and whose reports came.

    `was_lowest`, `was_highest`, `was_open_above` are empty where it is the first. One row per scope and change day.
    """
    bound = values(cursor, wanted)
    columns = queries_columns.ranges(is_without_party_claims=wanted.is_without_party_claims)
    columns |= {"was_from_on": Added(), **{f"was_{_short(name)}": Added() for name in ENDS}, "is_share": "false"}
    conditions = ranges(wanted)
    asked = set(_with_sources(cursor, wanted, bound["convention"]).tolist()) if behind(wanted) else None
    found: list[Row] = []
    place: list[str] = []
    while len(found) < wanted.limit:
        numbers = _latest(cursor, conditions, place, bound)
        latest = rows_of(cursor, TABLE, columns, numbers, bound)
        if latest:
            found += _changed(cursor, numbers, latest, conditions, columns, bound, asked)
        if len(latest) < MOST_AT_ONCE:
            break
        place = ["f.valid_from_on <= $last_day and (f.valid_from_on < $last_day or f.scope_id > $last_scope)"]
        bound |= {"last_day": latest[-1]["valid_from_on"], "last_scope": latest[-1]["scope_id"]}
    found = found[: wanted.limit]
    if found:
        condition, between = near(found, first_published_on="valid_from_on", scope_id="scope_id")
        party = "and not f.is_party_claim" if wanted.is_without_party_claims else ""
        sql = f"""select f.scope_id, f.first_published_on as day, f.voice_id from fct_reports as f
            where not f.is_withdrawn and not f.is_share and {condition} {party}"""
        put_voices(cursor, found, rows(cursor, sql, between)[1])
    return frame_of(cursor, columns, found)


def _short(name: str) -> str:
    return name.removeprefix("is_")


def _changed(
    cursor: Cursor, numbers: Sequence[int], latest: Sequence[Row], conditions: Sequence[str],
    columns: Mapping[str, Column], bound: Mapping[str, Any], asked: set[int] | None,
) -> list[Row]:  # fmt: skip
    """Return those of some ranges that are not what was there before, each with that; `asked` are all there are."""
    condition, between = near(latest, scope_id="scope_id")
    ends = {name: columns[name] for name in ENDS}
    sql = f"""select f.rowid as number, f.scope_id, f.valid_from_on, {select(ends)} from {TABLE} as f
        where {all_of(conditions)} and {condition} order by f.scope_id, f.valid_from_on"""
    before: dict[int, Row] = {}
    former: Row = {"scope_id": None}
    for row in dicts(cursor, sql, named(sql, {**bound, **between})):
        if asked is not None and row["number"] not in asked:
            continue
        if row["scope_id"] == former["scope_id"]:
            before[row["number"]] = former
        former = row
    found = []
    for number, row in zip(numbers, latest, strict=True):
        was = before.get(number)
        is_asked = asked is None or number in asked
        if is_asked and (was is None or any(was[name] != row[name] for name in ENDS)):
            row |= {f"was_{_short(name)}": was[name] if was else None for name in ENDS}
            found.append(row | {"was_from_on": was["valid_from_on"] if was else None})
    return found
