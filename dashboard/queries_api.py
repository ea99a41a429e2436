"""The queries of what is served without Dash: a cursor and what is wanted in, a pandas frame out.

Each resource is a base (which rows, and one `key` that orders and pages them) and a dress (the columns of a page of it,
queries_api_columns.py). What the reader asked for is bound by name; column names come from declarations of ours.
Everything is as known on a day: documents published by then, standing as of then, ranges valid then.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from common.foreign import identifier, literal
from dashboard import queries_checks, queries_data_sets, queries_history, queries_revisions
from dashboard.queries import NAME_COLUMNS, NAMES, Cursor
from dashboard.queries_api_columns import CONVENTION, DRESSES, OF_DATA_SETS, OWN_READINGS, READINGS, TWINS
from dashboard.queries_trees import TREES, WITHIN, below, exact, roots
from dashboard.reading import named

NONE = "none"
# Where the ids on offer come from, by the column that holds them.
LISTS = {
    "episode_id": "dim_episodes", "measure_id": "dim_measures", "population_id": "dim_populations",
    "place_id": "dim_places", "cause_id": "dim_causes", "actor_id": "dim_actors", "source_id": "dim_sources",
    "voice_id": "dim_voices",
    "hedge_convention": "(select distinct convention as hedge_convention, convention as name from dim_hedges)",
}  # fmt: skip
# Ids too many to list: looked up instead.
LOOKED_UP = {"scope_id": "fct_figures", "document_id": "dim_documents", "figure_id": "fct_figures"}
VOICES = ("source_id", "voice_id")


@dataclass(frozen=True)
class Wanted:
    """Which rows: by column the ids of which any may match (`none`: empty), standing, party claims, day, page.

    Words around numbers are read by `hedge_convention`, where that is None by the convention of the publication.
    """

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standing: tuple[str, ...] = ()
    is_without_party_claims: bool = False
    hedge_convention: str | None = None
    known_on: date = date.max
    checks: tuple[str, ...] = ()
    after: str | None = None
    limit: int = 100


def bound(wanted: Wanted) -> dict[str, Any]:
    """Return every value that a query of `wanted` may bind, by name; a list is bound as one value."""
    lists = {column: [one for one in ids if one != NONE] for column, ids in wanted.chosen.items()}
    for column in TREES.keys() & wanted.chosen:
        lists |= {column: exact(wanted.chosen[column]), f"within_{column}": roots(wanted.chosen[column])}
    whole = {"known_on": wanted.known_on, "after": wanted.after, "limit": wanted.limit, "checks": list(wanted.checks),
             "hedge_convention": wanted.hedge_convention}  # fmt: skip
    return lists | whole


def _frame(cursor: Cursor, sql: str, values: Mapping[str, Any]) -> pd.DataFrame:
    """Run one select with those of `values` it names; nullable integers stay integers."""
    return cursor.execute(sql, named(sql, values)).df().convert_dtypes()


def _matches(wanted: Wanted, alias: str, leave_out: Sequence[str] = ()) -> list[str]:
    """One condition per filter; `none` among the ids lets the empty value in."""
    found = []
    for column, ids in wanted.chosen.items():
        if column not in leave_out:
            empty = f" or {alias}.{column} is null" if NONE in ids else ""
            within = f" or {alias}.{column} in {below(column)}" if column in TREES and roots(ids) else ""
            found.append(f"(list_contains(${column}, {alias}.{column}){empty}{within})")
    return found


def _all_of(conditions: Sequence[str]) -> str:
    return " and ".join(conditions) or "true"


def _any_of(conditions: Sequence[str]) -> str:
    return f"({' or '.join(conditions)})" if conditions else "true"


LIVE = "(select report_id from fct_reports where superseded_on is null or superseded_on > $known_on)"
STANDING = {
    "standing": f"(not f.is_withdrawn and f.report_id in {LIVE})",
    "superseded": f"(not f.is_withdrawn and f.report_id not in {LIVE})",
    "withdrawn": "f.is_withdrawn",
}
RANGE_STANDING = {
    "standing": "(f.valid_to_on is null or f.valid_to_on > $known_on)",
    "superseded": "f.valid_to_on <= $known_on",
}


def _told(wanted: Wanted, published: str) -> list[str]:
    """Return what figures and reports have in common: known by the day, standing as asked, party claims in or out."""
    party = ["not f.is_party_claim"] if wanted.is_without_party_claims else []
    return [f"f.{published} <= $known_on", _any_of([STANDING[one] for one in wanted.standing]), *party]


def _figures(wanted: Wanted) -> str:
    conditions = [*_told(wanted, "published_on"), *_matches(wanted, "f")]
    return f"select f.*, f.figure_id as key from fct_figures as f where {_all_of(conditions)}"


def _reports(wanted: Wanted) -> str:
    conditions = [*_told(wanted, "first_published_on"), *_matches(wanted, "f")]
    return f"select f.*, f.report_id as key from fct_reports as f where {_all_of(conditions)}"


def _sources(wanted: Wanted) -> str:
    """Each voice with the number of its figures that match."""
    return f"""
        select f.voice_id, f.voice_id as key, any_value(f.source_id) as source_id, count(*) as figure_count,
            count(distinct f.report_id) as report_count, count(distinct f.document_id) as document_count,
            count(distinct f.report_id) filter (where {STANDING["standing"]}) as standing_report_count,
            min(f.published_on) as first_published_on, max(f.published_on) as last_published_on
        from ({_figures(wanted)}) as f group by f.voice_id
    """


def _ranges(wanted: Wanted) -> str:
    """Ranges begun by the day, with their end only where it had come; a source is asked for among those behind it."""
    twin = "_without_party_claims" if wanted.is_without_party_claims else ""
    columns = ", ".join(f"f.{name}{twin} as {name}, f.{name}_without_party_claims" for name in TWINS)
    behind = _matches(wanted, "s", [column for column in wanted.chosen if column not in VOICES])
    behind += ["not s.is_party_claim"] if wanted.is_without_party_claims and behind else []
    stands = f"""exists (select 1 from range_standing_reports as s where s.scope_id = f.scope_id
        and s.valid_from_on = f.valid_from_on and s.hedge_convention = f.hedge_convention and {_all_of(behind)})"""
    conditions = [f"f.hedge_convention = {CONVENTION}", "f.valid_from_on <= $known_on"]
    conditions += [_any_of([RANGE_STANDING[one] for one in wanted.standing])]
    conditions += _matches(wanted, "f", VOICES) + ([stands] if behind else [])
    conditions += ["f.source_count_without_party_claims > 0"] if wanted.is_without_party_claims else []
    return f"""
        select f.scope_id || '@' || cast(f.valid_from_on as varchar) as key, f.scope_id, f.episode_id, f.measure_id,
            f.unit_id, f.population_id, f.place_id, f.cause_id, f.actor_id, f.incident_id, f.counting,
            f.hedge_convention, {columns},
            f.period_start_on, f.period_end_on, f.valid_from_on,
            case when f.valid_to_on <= $known_on then f.valid_to_on end as valid_to_on
        from range_reported as f where {_all_of(conditions)}
    """


def _checks(wanted: Wanted) -> str:
    """Findings: every figure concerned is known and told as asked, and one of them is of the source asked for."""
    told, asked = _all_of(_told(wanted, "published_on")), _all_of(_matches(wanted, "f"))
    return queries_checks.findings(told, asked, wanted.checks)


BASES = {"figures": _figures, "reports": _reports, "ranges": _ranges, "sources": _sources, "checks": _checks}
BASES |= queries_history.BASES
EVERY_DRESS = DRESSES | queries_history.DRESSES


def revisions(cursor: Cursor, wanted: Wanted) -> list[dict[str, Any]]:
    """Select the latest changes of our record of the figures wanted, latest first."""
    return queries_history.changes(cursor, wanted, _figures(wanted), bound(wanted))


def _given(cursor: Cursor) -> str:
    """Return the start of a WITH that holds, for every publication, what only later ones have tables of."""
    return f"{queries_history.absent(cursor)} {queries_checks.given(cursor)}"


def total(cursor: Cursor, resource: str, wanted: Wanted) -> int:
    """Count the rows of a resource over all its pages."""
    base = f"base as ({BASES[resource](wanted)})"
    sql = f"{_given(cursor)} {base} select count(*) as total from base"
    return int(_frame(cursor, sql, bound(wanted))["total"][0])


def rows(cursor: Cursor, resource: str, wanted: Wanted) -> pd.DataFrame:
    """Select at most `wanted.limit` rows after the key `wanted.after`, with `key` as the last column."""
    # Keys first: sorting a million whole rows for one page of them takes a gigabyte.
    keys = f"""select b.key from ({BASES[resource](wanted)}) as b where $after is null or b.key > $after
        order by b.key limit $limit"""
    page = f"select * from ({BASES[resource](wanted)}) as b where b.key in ({keys})"
    readings = READINGS if wanted.hedge_convention else OWN_READINGS
    parts = f"page as materialized ({page}), readings as ({readings})"
    dress = EVERY_DRESS[resource].replace(OF_DATA_SETS, queries_data_sets.figure_columns(cursor))
    sql = f"{_given(cursor)} {parts} {dress} order by f.key"
    return _frame(cursor, sql, bound(wanted) | {"without": wanted.is_without_party_claims})


def ids(cursor: Cursor, column: str) -> dict[str, str]:
    """List the ids that a filter on `column` may take, with their names, in the order of the ids."""
    found = _frame(cursor, f"select {column} as id, name from {LISTS[column]} order by 1", {})
    return {str(one): str(name) for one, name in zip(found["id"], found["name"], strict=True)}


def offered(cursor: Cursor, column: str) -> dict[str, str]:
    """List those ids with their names as a person may choose them: beside each with others below it, all within it."""
    found = ids(cursor, column)
    if column not in TREES:
        return found
    sql = f"select distinct parent_id as id from {TREES[column]}"
    parents = set(_frame(cursor, sql, {})["id"].dropna())
    wider = {one: {f"{WITHIN}{one}": f"{name} and all within"} if one in parents else {} for one, name in found.items()}
    return {value: text for one, name in found.items() for value, text in ({one: name} | wider[one]).items()}


def days(cursor: Cursor, most: int = 31) -> list[date]:
    """List the last days on which a document was published, latest first: between them nothing changed."""
    sql = "select distinct published_on as day from fct_figures order by 1 desc limit $most"
    return [day.date() for day in _frame(cursor, sql, {"most": most})["day"]]


def exists(cursor: Cursor, column: str, value: str, also: Sequence[str] = ()) -> bool:
    """Whether an id too many to list is in the publication; `also` are tables of its history to look it up in."""
    tables = (LOOKED_UP[column], *(name for name in also if name in queries_revisions.held(cursor)))
    found = " union all ".join(f"(select 1 from {name} where {column} = $value limit 1)" for name in tables)
    return bool(_frame(cursor, f"select count(*) as n from ({found})", {"value": value})["n"][0])


def document(cursor: Cursor, document_id: str) -> pd.DataFrame:
    """Select one document as it was read; no row where the id is unknown. One row per document."""
    return _frame(cursor, "select * from dim_documents where document_id = $id", {"id": document_id})


def comments(cursor: Cursor) -> dict[str, str]:
    """Return what the publication says of its columns, by column name; facts and ranges go before dimensions."""
    sql = """select column_name, any_value(comment order by table_name desc) as comment from duckdb_columns()
        where comment is not null and schema_name = 'main' group by column_name"""
    found = _frame(cursor, sql, {})
    return dict(zip(found["column_name"], found["comment"], strict=True))


def changes(cursor: Cursor, wanted: Wanted) -> pd.DataFrame:
    """Select the days on which the range of a scope changed, latest first, with what it was and whose reports came.

    `was_lowest`, `was_highest`, `was_open_above` are empty where it is the first. One row per scope and change day.
    """
    parts = "and not (r.is_party_claim and $without)"
    sql = f"""
        with every as (
            select b.*, lag(b.valid_from_on) over before as was_from_on, lag(b.lowest) over before as was_lowest,
                lag(b.highest) over before as was_highest, lag(b.is_open_above) over before as was_open_above
            from ({_ranges(wanted)}) as b window before as (partition by b.scope_id order by b.valid_from_on)
        ), page as materialized (
            select * from every where was_from_on is null or lowest is distinct from was_lowest
                or highest is distinct from was_highest or is_open_above is distinct from was_open_above
            order by valid_from_on desc, scope_id limit $limit
        )
        select f.*, {NAME_COLUMNS}, false as is_share, by_whom.voices
        from page as f {NAMES}
        left join (
            select r.scope_id, r.first_published_on as day, string_agg(distinct v.name, '; ' order by v.name) as voices
            from fct_reports as r inner join dim_voices as v on r.voice_id = v.voice_id
            where not r.is_withdrawn and not r.is_share and r.scope_id in (select scope_id from page) {parts}
            group by r.scope_id, r.first_published_on
        ) as by_whom on f.scope_id = by_whom.scope_id and f.valid_from_on = by_whom.day
        order by f.valid_from_on desc, f.scope_id
    """
    return _frame(cursor, sql, bound(wanted) | {"without": wanted.is_without_party_claims})


SQL_TYPES = {"day": "date", "moment": "timestamp", "integer": "bigint", "number": "double", "boolean": "boolean"}


def write_parquet(frame: pd.DataFrame, kinds: Mapping[str, str], about: Mapping[str, Any], path: Path) -> None:
    """Write the frame with one type per column (`kinds`) and `about` as the file's own metadata.

    By a database in memory that never sees a publication: connections to those may not write.
    """
    columns = ", ".join(
        f"cast({identifier(name)} as {SQL_TYPES.get(kinds[name], 'varchar')}) as {identifier(name)}" for name in frame
    )
    told, target = literal(json.dumps(about, ensure_ascii=False)), literal(str(path))
    with duckdb.connect(":memory:", config={"threads": 1}) as memory:
        memory.register("exported", frame)
        memory.execute(
            f"copy (select {columns} from exported) to {target} "
            f"(format parquet, compression zstd, kv_metadata {{on_record: {told}}})"
        )
