"""Ranges and their changes, a page at a time, with the voices behind each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from dashboard.publication.cache import Cursor, arrays, dicts, kept, marked, named, rows
from dashboard.queries import columns as queries_columns
from dashboard.queries.api import orders, parts
from dashboard.queries.api.bases import VOICES, Wanted, all_of, ranges, values
from dashboard.queries.api.masks import codes
from dashboard.queries.api.orders import Bits, Flags, Order, Pairs, pairs
from dashboard.queries.api.pages import Row, frame_of, near, rows_of
from dashboard.queries.api.parts import OUT, Filter, Fixed, chosen
from dashboard.queries.columns import Added, Column, select
from dashboard.queries.names import names

TABLE, REPORTS = "range_reported", "range_standing_reports"
BY = "f.scope_id, f.valid_from_on"
# Ranges looked through at once for those at which something really changed.
MOST_AT_ONCE = 500
# What makes a range another one; and what is told of the one before.
ENDS = ("lowest", "highest", "is_open_below", "is_open_above")
PAST = (*ENDS, "counted_from_on", "counted_to_on")


def _behind(cursor: Cursor, convention: str) -> Pairs:
    """Return which standing reports are behind which range, as row numbers."""
    sql = f"""select f.rowid as range, s.rowid as report from {TABLE} as f
        inner join {REPORTS} as s on f.scope_id = s.scope_id and f.valid_from_on = s.valid_from_on
        where f.hedge_convention = $convention and s.hedge_convention = $convention"""
    return pairs(*arrays(cursor, sql, {"convention": convention}))


def _with_sources(cursor: Cursor, order: Order, asked: tuple[Filter, ...]) -> Bits:
    """Return the places of the ranges behind which one report stands that all filters let through."""
    every = kept(cursor, _behind, str(order.convention))
    is_requested = np.ones(orders.size(cursor, REPORTS), dtype=bool)
    for one in asked:
        is_requested &= np.logical_or.reduce([
            orders.flags(cursor, REPORTS, part.sql, dict(part.bound))
            for each in one for part in each if isinstance(part, Fixed)
        ])  # fmt: skip
    has_one = np.zeros(orders.size(cursor, TABLE), dtype=bool)
    has_one[every.left[is_requested[every.right]]] = True
    return orders.packed(has_one[orders.ordered(cursor, order)])


def _asked(wanted: Wanted) -> tuple[Filter, ...]:
    """Return the filters on a report behind a range where a source is asked for; nothing where none is."""
    found = chosen(wanted, [column for column in wanted.chosen if column not in VOICES])
    return (*found, *([((OUT,),)] if wanted.is_without_party_claims else [])) if found else ()


def _order(convention: str) -> Order:
    return Order(TABLE, BY, convention)


def _of_sources(cursor: Cursor, wanted: Wanted, convention: str) -> Bits | None:
    asked = _asked(wanted)
    return marked(cursor, _with_sources, _order(convention), asked) if asked else None


def page(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the ranges wanted and select a page of them, scope by scope, with the voices behind each."""
    bound = values(cursor, wanted)
    convention = bound["convention"]
    columns = queries_columns.ranges(is_without_party_claims=wanted.is_without_party_claims)
    of_sources = _of_sources(cursor, wanted, convention)
    total, numbers, places = orders.page(cursor, _order(convention), parts.ranges(wanted), wanted, of_sources)
    found = rows_of(cursor, TABLE, columns, numbers, bound)
    for row, place in zip(found, places, strict=True):
        row["key"] = str(place)
    _put_voices_behind(cursor, found, numbers, wanted, convention)
    return total, frame_of(cursor, columns, found)


@dataclass(frozen=True)
class Said:
    """Whose each standing report is, by row number: a place among the voices; and whether it is a party's claim."""

    voices: Sequence[str]
    voice: np.ndarray[Any, np.dtype[np.int32]]
    is_party_claim: Flags


def _said(cursor: Cursor) -> Said:
    voices, voice = codes(cursor, "voice_id", REPORTS)
    return Said(voices, voice, orders.flags(cursor, REPORTS, "f.is_party_claim", {}))


def _put_voices_behind(
    cursor: Cursor, found: Sequence[Row], numbers: Sequence[int], wanted: Wanted, convention: str
) -> None:
    of_range = dict(zip(numbers, found, strict=True))
    pairs, reports = kept(cursor, _behind, convention).of(numbers)
    said = kept(cursor, _said)
    triples = [
        (of_range[number]["scope_id"], of_range[number]["valid_from_on"], said.voices[said.voice[report]])
        for number, report in zip(pairs, reports, strict=True)
        if said.voice[report] >= 0 and not (wanted.is_without_party_claims and said.is_party_claim[report])
    ]
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


def _numbers_requested(cursor: Cursor, wanted: Wanted, convention: str) -> set[int] | None:
    """Return the row numbers of the ranges that a source asked for stands behind; None where none is asked for."""
    bits, order = _of_sources(cursor, wanted, convention), orders.ordered(cursor, _order(convention))
    return None if bits is None else set(order[orders.unpacked(bits, len(order))].tolist())


def changes(cursor: Cursor, wanted: Wanted) -> pd.DataFrame:
    """Select the days on which the range of a scope changed, latest first, with what it was and whose reports came.

    `was_lowest` and the other names of PAST are empty where it is the first. One row per scope and change day.
    """
    bound = values(cursor, wanted)
    columns = queries_columns.ranges(is_without_party_claims=wanted.is_without_party_claims)
    columns |= {"was_from_on": Added(), **{f"was_{name}": Added() for name in PAST}, "is_share": "false"}
    conditions = ranges(wanted)
    asked = _numbers_requested(cursor, wanted, bound["convention"])
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


def _changed(
    cursor: Cursor, numbers: Sequence[int], latest: Sequence[Row], conditions: Sequence[str],
    columns: Mapping[str, Column], bound: Mapping[str, Any], asked: set[int] | None,
) -> list[Row]:  # fmt: skip
    """Return those of some ranges that are not what was there before, each with that; `asked` are all there are."""
    condition, between = near(latest, scope_id="scope_id")
    past = {name: columns[name] for name in PAST}
    sql = f"""select f.rowid as number, f.scope_id, f.valid_from_on, {select(past)} from {TABLE} as f
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
        is_requested = asked is None or number in asked
        if is_requested and (was is None or any(was[name] != row[name] for name in ENDS)):
            row |= {f"was_{name}": was[name] if was else None for name in PAST}
            found.append(row | {"was_from_on": was["valid_from_on"] if was else None})
    return found
