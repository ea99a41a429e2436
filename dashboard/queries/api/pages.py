"""Pages of figures and reports: their row numbers first, in the order of their ids, and then those rows alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dashboard.publication.cache import Cursor, arrays, dicts, kept, made, named
from dashboard.queries import columns as queries_columns
from dashboard.queries import datasets
from dashboard.queries.api import orders
from dashboard.queries.api.bases import Wanted, own_convention, values
from dashboard.queries.api.orders import FIGURES, Order, Pairs, pairs
from dashboard.queries.api.parts import chosen, told
from dashboard.queries.columns import READINGS, Added, Column, dressed, select
from dashboard.queries.names import names

Row = dict[str, Any]
REPORTS = Order("fct_reports", "f.report_id")


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


def _told(
    cursor: Cursor, wanted: Wanted, order: Order, key: str, published: str, columns: Mapping[str, Column]
) -> tuple[int, list[int], list[Row]]:
    """Count figures or reports, and select a page of them with their numbers, read by the convention asked for."""
    filters = [*told(wanted, published), *chosen(wanted)]
    total, numbers, places = orders.page(cursor, order, filters, wanted)
    found = rows_of(cursor, order.table, columns, numbers, values(cursor, wanted))
    for row, place in zip(found, places, strict=True):
        row["key"] = str(place)
    if wanted.hedge_convention and wanted.hedge_convention != own_convention(cursor):
        _read_otherwise(cursor, order, numbers, found, key, wanted.hedge_convention)
    return total, numbers, found


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
    parts: list[str] = []
    bound: dict[str, Any] = {}
    for name, column in columns.items():
        ids = [row[column] for row in found if row[column] is not None]
        if not ids:
            return "false", {}
        condition, each = _between(name, ids)
        parts.append(condition)
        bound |= each
    return " and ".join(parts), bound


def _readings(cursor: Cursor, table: str, key: str, convention: str) -> Pairs:
    sql = f"""select f.rowid as number, r.rowid as reading from {table} as f
        inner join fct_readings as r on f.{key} = r.figure_id where r.hedge_convention = $convention"""
    return pairs(*arrays(cursor, sql, {"convention": convention}))


def _read_otherwise(
    cursor: Cursor, order: Order, numbers: Sequence[int], found: Sequence[Row], key: str, convention: str
) -> None:
    """Put the readings by another convention into rows."""
    _, readings = kept(cursor, _readings, order.table, key, convention).of(numbers)
    sql = f"""select f.figure_id, {", ".join(READINGS)} from fct_readings as f
        where f.rowid in (select unnest($numbers::bigint[]))"""
    read = {row["figure_id"]: row for row in dicts(cursor, sql, {"numbers": readings})}
    nothing = dict.fromkeys(READINGS) | {"hedge_convention": None}
    for row in found:
        other = read.get(row[key])
        row.update({name: other[name] for name in READINGS} if other else nothing)


def figures(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the figures wanted and select a page of them."""
    of_data_sets = datasets.figure_expressions(cursor)
    columns = queries_columns.figures(of_data_sets)
    total, _, found = _told(cursor, wanted, FIGURES, "figure_id", "published_on", columns)
    return total, frame_of(cursor, columns, found)


def _behind(cursor: Cursor) -> Pairs:
    sql = """select r.rowid as report, f.rowid as figure from fct_figures as f
        inner join fct_reports as r on f.report_id = r.report_id"""
    return pairs(*arrays(cursor, sql))


def reports(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the reports wanted and select a page of them, each with what its figures say by the day."""
    columns = queries_columns.REPORTS
    total, numbers, found = _told(cursor, wanted, REPORTS, "report_id", "first_published_on", columns)
    _, behind = kept(cursor, _behind).of(numbers)
    sql = """select f.report_id, f.figure_id, f.document_id, f.phrase, f.published_on from fct_figures as f
        where f.rowid in (select unnest($numbers::bigint[])) and f.published_on <= $known_on"""
    by_report: dict[str, list[Row]] = {}
    for each in dicts(cursor, sql, {"known_on": wanted.known_on, "numbers": behind}) if behind else ():
        by_report.setdefault(each["report_id"], []).append(each)
    for row in found:
        row.update(_summed(by_report.get(row["report_id"], [])))
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
