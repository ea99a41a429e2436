"""What the checks found, for the API: every finding by the row numbers of its figures, read once for each publication.

Whether a finding is told depends on every figure it names. To join a hundred thousand findings to a million figures for
each request takes a second; to look up flags of its figures takes a millisecond.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from dashboard.publication.cache import Cursor, kept, made, rows
from dashboard.queries import datasets
from dashboard.queries.api import orders, parts
from dashboard.queries.api.bases import Wanted
from dashboard.queries.api.orders import FIGURES, Flags, Numbers, places_of
from dashboard.queries.api.parts import Filter, Known
from dashboard.queries.checks import TABLES, UNRESOLVED, Check

OF_FIGURE = (
    "figure_id", "scope_id", "episode_id", "measure_id", "population_id", "place_id", "cause_id", "actor_id",
    "counting", "source_id", "is_party_claim", "published_on",
)  # fmt: skip
COLUMNS = (
    "check_id", "check_name", "sentence", "is_certain", "figure_id", "other_figure_id", "scope_id", "episode_id",
    "measure_id", "population_id", "place_id", "cause_id", "actor_id", "counting", "source_id", "other_source_id",
    "has_party_claim", "known_from_on", "key",
)  # fmt: skip
SAME = COLUMNS[6:15]
EARLIEST = date(1, 1, 1).toordinal()


@dataclass(frozen=True)
class Findings:
    """Every finding in the order of check and ids, as arrays: its row in its check's table, and its figures' places.

    `other` is -1 where it names no other figure; before `from_day` (an ordinal) it is not told. A name in no list
    concerns every figure under it: `named` are pairs of a finding and such a figure.
    """

    checks: Sequence[str]
    check: np.ndarray[Any, Any]
    row: Numbers
    figure: Numbers
    other: Numbers
    from_day: Numbers
    named: tuple[Numbers, Numbers]


def _of_check(cursor: Cursor, check: Check) -> list[tuple[Any, ...]]:
    """List row, figure, other figure (-1: none) and first day of the findings of one check whose figures are there."""
    sql = f"""
        select c.rowid, f.rowid, coalesce(o.rowid, -1), {check.from_on}
        from {check.table} as c
        inner join fct_figures as f on c.{check.figure} = f.figure_id
        left join fct_figures as o on {f"c.{check.other}" if check.other else "cast(null as text)"} = o.figure_id
        where {f"(c.{check.other} is null or o.rowid is not null)" if check.other else "true"}
        order by f.figure_id, o.figure_id nulls first, c.rowid
    """
    return rows(cursor, sql)[1]


def _findings(cursor: Cursor) -> Findings:
    found: list[tuple[int, Any, Any, Any, Any]] = []
    named: tuple[list[int], list[int]] = ([], [])
    for at, (name, check) in enumerate(sorted(TABLES.items())):
        if datasets.has(cursor, check.table):
            found += [(at, *row) for row in _of_check(cursor, check)] if name != UNRESOLVED else []
    at = sorted(TABLES).index(UNRESOLVED)
    for row, figure, every in _unresolved(cursor):
        named[0].extend([len(found)] * len(every))
        named[1].extend(every)
        found.append((at, row, figure, -1, None))
    columns = list(zip(*found, strict=True)) or [()] * 5
    days = [EARLIEST if day is None else day.toordinal() for day in columns[4]]
    whole = [np.array(column, dtype=np.int64) for column in (*columns[:4], days)]
    kinds, table_rows, figures, others, from_days = whole
    figures, others, every_named = (
        places_of(cursor, FIGURES, each) for each in (figures, others, np.array(named[1], dtype=np.int64))
    )
    pairs = np.array(named[0], dtype=np.int64), every_named
    return Findings(sorted(TABLES), kinds.astype(np.int8), table_rows, figures, others, from_days, pairs)


def _unresolved(cursor: Cursor) -> list[tuple[int, int, list[int]]]:
    """List row, figure read last and all figures of each name in no list: once that is known, all it counts is."""
    table = TABLES[UNRESOLVED].table
    if not datasets.has(cursor, table):
        return []
    sql = f"""
        select min(c.rowid), arg_max(f.rowid, cast(f.published_on as varchar) || f.figure_id), list(f.rowid)
        from {table} as c inner join fct_figures as f
            on c.dataset_id = f.dataset_id and c.place_stated = f.place_stated and c.place_id = f.place_id
        group by c.dataset_id, c.place_stated, c.place_id
        order by max_by(f.figure_id, cast(f.published_on as varchar) || f.figure_id), min(c.sentence)
    """
    return rows(cursor, sql)[1]


def _wanted(cursor: Cursor, wanted: Wanted) -> Flags:
    """Return for each finding whether it is told: every figure it names is, and one of them is asked for."""
    every = kept(cursor, _findings)
    found = every.from_day <= wanted.known_on.toordinal()
    if wanted.checks:
        asked = [every.checks.index(one) for one in wanted.checks]
        found &= np.isin(every.check, asked)
    if not parts.told(wanted) and not wanted.chosen:
        return found
    # With a last flag that is always up, for the other figure of a finding that names one alone.
    is_told = np.append(_flags(cursor, parts.told(wanted), wanted), True)
    is_requested = np.append(_flags(cursor, parts.chosen(wanted), wanted), False)
    is_known = np.append(_flags(cursor, [((Known("published_on"),),)], wanted), True)
    of_name = every.check == every.checks.index(UNRESOLVED)
    some = np.zeros(len(found), dtype=bool)
    finding, figure = every.named
    some[finding[is_told[figure] & is_requested[figure]]] = True
    whole = is_told[every.figure] & is_told[every.other] & (is_requested[every.figure] | is_requested[every.other])
    answer: Flags = found & np.where(of_name, some & is_known[every.figure], whole)
    return answer


def _flags(cursor: Cursor, filters: Sequence[Filter], wanted: Wanted) -> Flags:
    """Return for each place of a figure whether all filters let it through."""
    found = orders.bits(cursor, FIGURES, filters, wanted.known_on)
    return orders.unpacked(found, len(orders.ordered(cursor, FIGURES)))


def page(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the findings wanted and select a page of them; `key` is the place of a finding among all."""
    is_wanted = _wanted(cursor, wanted)
    start = orders.after(wanted)
    places = np.flatnonzero(is_wanted[start:])[: wanted.limit] + start
    return int(is_wanted.sum()), made(COLUMNS, _dressed(cursor, [int(place) for place in places]))


def _dressed(cursor: Cursor, places: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return findings by their places among all, with what a reader needs to know of their figures."""
    every = kept(cursor, _findings)
    said_of: dict[int, dict[int, tuple[str, bool]]] = {}
    for at in {int(every.check[place]) for place in places}:
        check = TABLES[every.checks[at]]
        numbers = [int(every.row[place]) for place in places if every.check[place] == at]
        sql = f"""select c.rowid, c.sentence, {check.is_certain} from {check.table} as c
            where c.rowid in (select unnest($numbers::bigint[]))"""
        read = rows(cursor, sql, {"numbers": numbers})[1]
        said_of[at] = {row: (sentence, certain) for row, sentence, certain in read}
    of_figures = _of_figures(cursor, {int(each[place]) for place in places for each in (every.figure, every.other)})
    found = []
    for place in places:
        name = every.checks[every.check[place]]
        sentence, is_certain = said_of[int(every.check[place])][int(every.row[place])]
        figure, other = of_figures[int(every.figure[place])], of_figures.get(int(every.other[place]), {})
        ids = [name, figure["figure_id"], *([other["figure_id"]] if other else [])]
        found.append((
            ":".join(ids), name, sentence, is_certain, figure["figure_id"], other.get("figure_id"),
            *(figure[column] for column in SAME), other.get("source_id"),
            bool(figure["is_party_claim"] or other.get("is_party_claim")), _later(figure, other), str(place),
        ))  # fmt: skip
    return found


def _of_figures(cursor: Cursor, places: set[int]) -> dict[int, Mapping[str, Any]]:
    sql = f"""select f.rowid, {", ".join(f"f.{name}" for name in OF_FIGURE)} from fct_figures as f
        where f.rowid in (select unnest($numbers::bigint[]))"""
    every = sorted(places - {-1})
    by_number = dict(zip(orders.ordered(cursor, FIGURES)[every].tolist(), every, strict=True))
    found = rows(cursor, sql, {"numbers": list(by_number)})[1]
    return {by_number[row[0]]: dict(zip(OF_FIGURE, row[1:], strict=True)) for row in found}


def _later(figure: Mapping[str, Any], other: Mapping[str, Any]) -> date | None:
    return max((day for day in (figure["published_on"], other.get("published_on")) if day), default=None)
