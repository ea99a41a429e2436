"""Pages of figures, reports and ranges: their row numbers first, in the order of their ids, and then those rows alone."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import pandas as pd

from dashboard import queries_api_columns as columns_of
from dashboard import queries_data_sets
from dashboard.names import names
from dashboard.queries_api_bases import Counted, Wanted, all_of, matches, own_convention, told, values
from dashboard.queries_api_bases import ranges as conditions_of_ranges
from dashboard.queries_api_columns import READINGS, Added, Column, dressed, select
from dashboard.reading import Cursor, dicts, kept, made, named, rows

Row = dict[str, Any]


def _count(cursor: Cursor, table: str, where: str, of: Counted) -> int:
    sql = f"select count(*) from {table} as f where {where}"
    ((count,),) = rows(cursor, sql, named(sql, values(cursor, of.wanted)))[1]
    return int(count)


def count(cursor: Cursor, table: str, conditions: Sequence[str], wanted: Wanted) -> int:
    """Count the rows of one table that meet all conditions; remembered for its other pages."""
    return kept(cursor, _count, table, all_of(conditions), Counted(wanted))


def chosen(cursor: Cursor, table: str, conditions: Sequence[str], order: str, bound: Mapping[str, Any]) -> list[int]:
    """Return the numbers of the first rows in an order that meet all conditions, at most `limit` of those bound."""
    sql = f"select f.rowid from {table} as f where {all_of(conditions)} order by {order} limit $limit"
    return [number for (number,) in rows(cursor, sql, named(sql, bound))[1]]


def rows_of(
    cursor: Cursor, table: str, columns: Mapping[str, Column], numbers: Sequence[int], bound: Mapping[str, Any]
) -> list[Row]:
    """Select some rows of one table by their numbers, in the order of these."""
    sql = f"""select f.rowid as _number, {select(columns)} from {table} as f
        where f.rowid in (select unnest($numbers::bigint[]))"""
    found = {row.pop("_number"): row for row in dicts(cursor, sql, named(sql, {**bound, "numbers": list(numbers)}))}
    return [found[number] for number in numbers]


def frame_of(cursor: Cursor, columns: Mapping[str, Column], found: Sequence[Row]) -> pd.DataFrame:
    """Return rows as a frame of all columns in their order, with names beside ids."""
    for name in (name for name, column in columns.items() if isinstance(column, Added)):
        for row in found:
            row.setdefault(name, None)
    return made(*dressed(columns, found, names(cursor)))


def _after(key: str, wanted: Wanted) -> list[str]:
    return [] if wanted.after is None else [f"f.{key} > $after"]


def _told(
    cursor: Cursor, wanted: Wanted, table: str, key: str, published: str, columns: Mapping[str, Column]
) -> tuple[int, list[Row]]:
    """Count figures or reports, and select a page of them, read by the convention asked for."""
    bound = values(cursor, wanted)
    conditions = [*told(wanted, published), *matches(wanted, "f")]
    total = count(cursor, table, conditions, wanted)
    numbers = chosen(cursor, table, [*conditions, *_after(key, wanted)], f"f.{key}", bound) if total else []
    found = rows_of(cursor, table, columns, numbers, bound)
    if wanted.hedge_convention and wanted.hedge_convention != own_convention(cursor):
        _read_otherwise(cursor, found, key, wanted.hedge_convention)
    return total, found


def _between(name: str, ids: Iterable[Any]) -> tuple[str, dict[str, Any]]:
    """Return the condition that a column is one of some values, told quickly from others by its ends."""
    listed = sorted(set(ids))
    bound = {f"first_{name}": listed[0], f"last_{name}": listed[-1], f"listed_{name}": listed}
    kind = "date" if isinstance(listed[0], date) else "text"
    one = f"f.{name} between $first_{name} and $last_{name}"
    return f"{one} and f.{name} in (select unnest($listed_{name}::{kind}[]))", bound


def near(found: Sequence[Row], **columns: str) -> tuple[str, dict[str, Any]]:
    """Return the condition that each of some columns is one of those in another column of rows; empty ones aside.

    Short columns come first: what they rule out of a million rows needs no look at the long ids.
    """
    parts, bound = [], {}
    for name, column in columns.items():
        ids = [row[column] for row in found if row[column] is not None]
        if not ids:
            return "false", {}
        condition, each = _between(name, ids)
        parts.append(condition)
        bound |= each
    return " and ".join(parts), bound


def _read_otherwise(cursor: Cursor, found: Sequence[Row], key: str, convention: str) -> None:
    """Put the readings by another convention into rows."""
    if not found:
        return
    condition, bound = near(found, figure_id=key)
    sql = f"""select f.figure_id, {", ".join(READINGS)} from fct_readings as f
        where f.hedge_convention = $convention and {condition}"""
    read = {row["figure_id"]: row for row in dicts(cursor, sql, {"convention": convention, **bound})}
    nothing = dict.fromkeys(READINGS) | {"hedge_convention": None}
    for row in found:
        other = read.get(row[key])
        row |= {name: other[name] for name in READINGS} if other else nothing


def figures(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the figures wanted and select a page of them."""
    of_data_sets = queries_data_sets.figure_expressions(cursor)
    columns = columns_of.figures(of_data_sets)
    total, found = _told(cursor, wanted, "fct_figures", "figure_id", "published_on", columns)
    return total, frame_of(cursor, columns, found)


def reports(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the reports wanted and select a page of them, each with what its figures say by the day."""
    columns = columns_of.REPORTS
    total, found = _told(cursor, wanted, "fct_reports", "report_id", "first_published_on", columns)
    if found:
        condition, bound = near(found, voice_id="voice_id", measure_id="measure_id", report_id="report_id")
        sql = f"""select f.report_id, f.figure_id, f.document_id, f.phrase, f.published_on from fct_figures as f
            where f.published_on <= $known_on and {condition}"""
        behind: dict[str, list[Row]] = {}
        for each in dicts(cursor, sql, {"known_on": wanted.known_on, **bound}):
            behind.setdefault(each["report_id"], []).append(each)
        for row in found:
            row |= _summed(behind.get(row["report_id"], []))
    return total, frame_of(cursor, columns, found)


def _summed(figures: Sequence[Row]) -> Row:
    """Return what the figures of one report say together; the words are those of the first that said them."""
    if not figures:
        return {}
    said = [row for row in sorted(figures, key=_first_published) if row["phrase"] is not None]
    return {
        "phrase": said[0]["phrase"] if said else None,
        "figure_count": len(figures),
        "document_count": len({row["document_id"] for row in figures} - {None}),
        "figure_ids": " ".join(sorted(row["figure_id"] for row in figures)),
        "last_published_on": max(row["published_on"] for row in figures),
    }


def _first_published(row: Row) -> tuple[date, str]:
    return row["published_on"], row["figure_id"]


def _after_range(wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """Return the condition that a range comes after the one of a key: scope, and day it begins on."""
    if wanted.after is None:
        return [], {}
    scope, _, text = wanted.after.rpartition("@")
    day = date.max
    with suppress(ValueError):
        day = date.fromisoformat(text)
    later = "f.scope_id >= $after_scope and (f.scope_id > $after_scope or f.valid_from_on > $after_day)"
    return [later], {"after_scope": scope, "after_day": day}


def ranges(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the ranges wanted and select a page of them, scope by scope, with the voices behind each."""
    bound = values(cursor, wanted)
    columns = columns_of.ranges(is_without_party_claims=wanted.is_without_party_claims)
    conditions = conditions_of_ranges(wanted)
    total = count(cursor, "range_reported", conditions, wanted)
    later, place = _after_range(wanted)
    order = "f.scope_id, f.valid_from_on"
    numbers = chosen(cursor, "range_reported", [*conditions, *later], order, {**bound, **place}) if total else []
    found = rows_of(cursor, "range_reported", columns, numbers, bound)
    if found:
        condition, between = near(found, valid_from_on="valid_from_on", scope_id="scope_id")
        party = "and not f.is_party_claim" if wanted.is_without_party_claims else ""
        sql = f"""select f.scope_id, f.valid_from_on as day, f.voice_id from range_standing_reports as f
            where f.hedge_convention = $convention and {condition} {party}"""
        put_voices(cursor, found, rows(cursor, sql, {"convention": bound["convention"], **between})[1])
    return total, frame_of(cursor, columns, found)


def put_voices(cursor: Cursor, found: Sequence[Row], said: Iterable[tuple[str, date, str]]) -> None:
    """Put into each range who stands behind it, by name, from triples of scope, day and voice."""
    called = {an_id: row["name"] for an_id, row in names(cursor).of["voice"].items()}
    behind: dict[tuple[str, date], set[str]] = {}
    for scope, day, voice in said:
        if called.get(voice) is not None:
            behind.setdefault((scope, day), set()).add(called[voice])
    for row in found:
        row["voices"] = "; ".join(sorted(behind.get((row["scope_id"], row["valid_from_on"]), ()))) or None


# Days and scopes looked through at once for those at which a range really changed.
MOST_AT_ONCE = 500
ENDS = ("lowest", "highest", "is_open_above")


def changes(cursor: Cursor, wanted: Wanted) -> pd.DataFrame:
    """Select the days on which the range of a scope changed, latest first, with what it was and whose reports came.

    `was_lowest`, `was_highest`, `was_open_above` are empty where it is the first. One row per scope and change day.
    """
    bound = {**values(cursor, wanted), "limit": MOST_AT_ONCE}
    columns = columns_of.ranges(is_without_party_claims=wanted.is_without_party_claims)
    columns |= {"was_from_on": Added(), **{f"was_{_short(name)}": Added() for name in ENDS}, "is_share": "false"}
    conditions = conditions_of_ranges(wanted)
    found: list[Row] = []
    place: list[str] = []
    while len(found) < wanted.limit:
        order = "f.valid_from_on desc, f.scope_id"
        numbers = chosen(cursor, "range_reported", [*conditions, *place], order, bound)
        latest = rows_of(cursor, "range_reported", columns, numbers, bound)
        if latest:
            found += _changed(cursor, latest, conditions, columns, bound)
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
    cursor: Cursor,
    latest: Sequence[Row],
    conditions: Sequence[str],
    columns: Mapping[str, Column],
    bound: Mapping[str, Any],
) -> list[Row]:
    """Return those of some ranges that are not what was there before, each with that."""
    condition, between = near(latest, scope_id="scope_id")
    ends = {name: columns[name] for name in ENDS}
    sql = f"""select f.scope_id, f.valid_from_on, {select(ends)} from range_reported as f
        where {all_of(conditions)} and {condition} order by f.scope_id, f.valid_from_on"""
    before: dict[tuple[str, date], Row] = {}
    former: Row = {"scope_id": None}
    for row in dicts(cursor, sql, named(sql, {**bound, **between})):
        if row["scope_id"] == former["scope_id"]:
            before[row["scope_id"], row["valid_from_on"]] = former
        former = row
    found = []
    for row in latest:
        was = before.get((row["scope_id"], row["valid_from_on"]))
        if was is None or any(was[name] != row[name] for name in ENDS):
            row |= {f"was_{_short(name)}": was[name] if was else None for name in ENDS}
            found.append(row | {"was_from_on": was["valid_from_on"] if was else None})
    return found
