"""What a publication says of the data sets in it: releases, whom to credit, copied numbers. A cursor in, rows out.

Publications made before data sets were read have none of these tables and columns; to them the answers are empty.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dashboard.publication import cache
from dashboard.publication.cache import Cursor, frame, kept, once

EPISODE = "worldwide"
"""The episode of all data sets."""
COLUMNS = ("dataset_id", "flags", "source_original", "place_stated")
"""The columns of fct_figures that only figures of data sets fill."""
CREDIT = ("dataset_id", "version", "title", "producer", "citation", "attribution", "licence", "licence_url", "page_url")
WORLD = "world"
"""The place of figures whose place no list knows, nor its country."""
MOST_COMPARED = 40
MOST_PRINTED = 20_000
# Whether no list knows the place that a file prints for a figure `f`; $world is WORLD.
IS_PRINTED = """(f.place_stated is not null and (f.place_id = $world or exists (
    select 1 from check_unresolved_places as u where u.place_stated = f.place_stated and u.place_id = f.place_id)))"""


def _held(cursor: Cursor) -> frozenset[str]:
    sql = """select table_name as name from duckdb_tables() where schema_name = 'main'
        union all select view_name from duckdb_views() where schema_name = 'main' and not internal
        union all select 'fct_figures.flags' from duckdb_columns()
        where schema_name = 'main' and table_name = 'fct_figures' and column_name = 'flags'
        union all select 'check_unresolved_places.place_stated' from duckdb_columns() where schema_name = 'main'
        and table_name = 'check_unresolved_places' and column_name = 'place_stated'"""
    return frozenset(frame(cursor, sql)["name"])


def has(cursor: Cursor, name: str) -> bool:
    """Whether a publication has a table or view, or a column that not every one has ("fct_figures.flags")."""
    return name in kept(cursor, _held)


def figure_columns(cursor: Cursor, wanted: Iterable[str] = COLUMNS) -> str:
    """Return some of COLUMNS as a select of fct_figures AS f lists them: each null where the publication is older."""
    is_there = has(cursor, "fct_figures.flags")
    return ", ".join(f"f.{name}" if is_there else f"null as {name}" for name in wanted)


def figure_expressions(cursor: Cursor) -> dict[str, str]:
    """Return the same by the names of the columns."""
    is_there = has(cursor, "fct_figures.flags")
    return {name: f"f.{name}" if is_there else "null" for name in COLUMNS}


def _releases(cursor: Cursor) -> dict[str, dict[str, Any]]:
    if not has(cursor, "dim_datasets"):
        return {}
    found = cache.records(frame(cursor, "select * from dim_datasets order by dataset_id, published_on, version"))
    return {row["document_id"]: row for row in found}


def releases(cursor: Cursor) -> dict[str, dict[str, Any]]:
    """Return the rows of dim_datasets by their document, in the order of data set and day."""
    return kept(cursor, _releases)


def _copied(cursor: Cursor) -> dict[str, str]:
    if not has(cursor, "check_copied_figures"):
        return {}
    sql = """select figure_id, finding from check_copied_figures
        union all select other_figure_id, finding from check_copied_figures
            where finding in ('told_twice', 'same_within_rounding')
        order by finding"""
    # One count told by two says more than the same number again.
    return {row["figure_id"]: row["finding"] for row in cache.records(frame(cursor, sql))}


def _counted_twice(cursor: Cursor) -> frozenset[frozenset[str]]:
    if not has(cursor, "check_copied_figures"):
        return frozenset()
    sql = "select figure_id, other_figure_id from check_copied_figures where finding = 'told_twice'"
    return frozenset(frozenset(row.values()) for row in cache.records(frame(cursor, sql)))


def counted_twice(cursor: Cursor) -> frozenset[frozenset[str]]:
    """Return the pairs of figures of two sources that tell one count."""
    return once(cursor, _counted_twice)


def _scopes_counted_twice(cursor: Cursor) -> frozenset[str]:
    if not has(cursor, "check_copied_figures"):
        return frozenset()
    sql = """select distinct c.scope_id from check_copied_figures as c
        inner join fct_figures as o on c.other_figure_id = o.figure_id and c.scope_id = o.scope_id
        where c.finding = 'told_twice'"""
    return frozenset(frame(cursor, sql)["scope_id"])


def scopes_counted_twice(cursor: Cursor) -> frozenset[str]:
    """Return the scopes in which two sources tell one count."""
    return once(cursor, _scopes_counted_twice)


def teller(cursor: Cursor) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return what tells `copied` (carried_forward or told_twice) and `release` (of dim_datasets) of any figure.

    None for neither. Of two figures that tell one count both are told_twice. Where its file names a place that no list
    knows, that name is its `place_name`: the place it counts for is around it, and not it.
    """
    copied, released, unresolved = once(cursor, _copied), releases(cursor), kept(cursor, _unresolved)

    def tell(row: Mapping[str, Any]) -> dict[str, Any]:
        told = {"copied": copied.get(row["figure_id"]), "release": released.get(row["document_id"])}
        printed = row.get("place_stated")
        is_printed = printed and (row["place_id"] == WORLD or (printed, row["place_id"]) in unresolved)
        return told | ({"place_name": printed} if is_printed else {})

    return tell


def _unresolved(cursor: Cursor) -> frozenset[tuple[str, str]]:
    if not has(cursor, "check_unresolved_places.place_stated"):
        return frozenset()
    sql = "select distinct place_stated, place_id from check_unresolved_places"
    return frozenset((row["place_stated"], row["place_id"]) for row in cache.dicts(cursor, sql))


def printed_scopes(cursor: Cursor, scope_ids: Iterable[str]) -> dict[str, str]:
    """Return the printed name of the place of those scopes whose place no list knows, by scope."""
    ids = sorted(set(scope_ids))
    if not ids or not has(cursor, "check_unresolved_places.place_stated"):
        return {}
    sql = f"""
        select f.scope_id, min(f.place_stated) as place_stated from fct_figures as f
        where list_contains($ids::text[], f.scope_id) and {IS_PRINTED} group by f.scope_id
    """
    return {row["scope_id"]: row["place_stated"] for row in cache.dicts(cursor, sql, {"ids": ids, "world": WORLD})}


def printed_places(cursor: Cursor) -> list[dict[str, Any]]:
    """Count the figures of each name of a place that no list knows, as printed. One row per name and place around it.

    Those with most figures first.
    """
    if not has(cursor, "check_unresolved_places.place_stated"):
        return []
    sql = f"""
        select f.place_stated, f.place_id, min(f.dataset_id) as dataset_id, count(*) as figure_count,
            arg_max(f.figure_id, coalesce(f.value_stated, f.low, f.high, 0)) as figure_id
        from fct_figures as f
        where f.dataset_id is not null and {IS_PRINTED} group by f.place_stated, f.place_id
        order by figure_count desc, f.place_stated limit $most
    """
    return cache.dicts(cursor, sql, {"world": WORLD, "most": MOST_PRINTED})


def beside(cursor: Cursor, row: dict[str, Any]) -> dict[str, Any]:
    """Return a figure with what `teller` tells of it."""
    return row | teller(cursor)(row)


def credits_of_all(cursor: Cursor) -> list[dict[str, Any]]:
    """Return CREDIT of every release in a publication: whoever may ask it anything may meet figures of any."""
    return [{name: row[name] for name in CREDIT} for row in releases(cursor).values()]


def credits_for(cursor: Cursor, tables: Iterable[pd.DataFrame]) -> list[dict[str, Any]]:
    """Return CREDIT of exactly the releases whose figures are among the rows of some tables, or behind them.

    A table names its figures by document, by figure, or by scope (then all figures of the scope stand behind it).
    """
    known = releases(cursor)
    found: set[str] = set()
    for table in tables if known else ():
        found |= _documents_behind(cursor, table)
    return [{name: row[name] for name in CREDIT} for document, row in known.items() if document in found]


def _documents_behind(cursor: Cursor, table: pd.DataFrame) -> set[str]:
    """Return the documents of the rows of one table."""
    if "document_id" in table:
        return {one for one in table["document_id"] if isinstance(one, str)}
    for names, column in ((("figure_id", "other_figure_id"), "figure_id"), (("scope_id",), "scope_id"),
                          (("voice_id",), "voice_id")):  # fmt: skip
        ids = {one for name in names if name in table for one in table[name] if isinstance(one, str)}
        if ids:
            # Only a release can be credited, so nothing else need be looked for.
            sql = f"""select distinct document_id from fct_figures as f
                where f.dataset_id is not null and f.{column} in (select unnest($ids::text[]))"""
            return set(frame(cursor, sql, {"ids": sorted(ids)})["document_id"])
    return set()


def contents(cursor: Cursor, known_on: date) -> list[dict[str, Any]]:
    """Count what each release holds that had been published by a day: figures, places, first and last day counted.

    One row per release, measure, source and way of counting.
    """
    if not has(cursor, "dim_datasets"):
        return []
    sql = """
        select f.document_id, f.measure_id, m.name as measure_name, f.voice_id, v.name as voice_name, f.counting,
            count(*) as figure_count,
            count(distinct f.place_id) as place_count, min(f.period_start_on) as first_on,
            max(coalesce(f.period_end_on, f.period_start_on)) as last_on
        from fct_figures as f left join dim_voices as v on f.voice_id = v.voice_id
        left join dim_measures as m on f.measure_id = m.measure_id
        where f.episode_id = $episode and f.published_on <= $known_on and f.document_id in (
            select document_id from dim_datasets)
        group by all order by f.document_id, figure_count desc, f.measure_id, f.counting, f.voice_id
    """
    return cache.records(frame(cursor, sql, {"episode": EPISODE, "known_on": known_on}))


def compared(cursor: Cursor, episode_id: str, known_on: date) -> Sequence[Mapping[str, Any]]:
    """Select running counts beside sums of single events, latest report first. One row per report and voice."""
    if not has(cursor, "range_monthly_comparisons"):
        return []
    sql = """
        select c.*, f.published_on, f.counting, null as period_end_on, counting_voice.name as voice_name,
            event_voice.name as incident_voice_name, places.name as place_name, populations.name as population_name,
            measures.name as measure_name
        from range_monthly_comparisons as c
        inner join fct_figures as f on c.report_id = f.figure_id
        left join dim_voices as counting_voice on c.voice_id = counting_voice.voice_id
        left join dim_voices as event_voice on c.incident_voice_id = event_voice.voice_id
        left join dim_measures as measures on c.measure_id = measures.measure_id
        left join dim_places as places on c.place_id = places.place_id
        left join dim_populations as populations on c.population_id = populations.population_id
        where c.episode_id = $episode and f.published_on <= $known_on and exists (
            select 1 from fct_figures as e
            where e.voice_id = c.incident_voice_id and e.counting = 'incident' and e.published_on <= $known_on)
        order by c.reported_on desc, c.report_id, c.incident_voice_id limit $most
    """
    found = frame(cursor, sql, {"episode": episode_id, "known_on": known_on, "most": MOST_COMPARED})
    return cache.records(found)


MOST_CHANGES = 200


def release_changes(cursor: Cursor, known_on: date) -> list[dict[str, Any]]:
    """Count what each release up to a day changes beside the one before. One row per release that has one before it.

    rows_added, rows_dropped: rows of the data set; numbers_changed: numbers of whole rows that read otherwise;
    corrected_day_count: days of running series with a corrected number.
    """
    if not has(cursor, "fct_release_changes"):
        return []
    sql = """
        select c.document_id, c.previous_document_id, d.title, d.version, before.version as previous_version,
            c.released_on, d.attribution,
            count(distinct c.row_key) filter (where c.row_change = 'added') as rows_added,
            count(distinct c.row_key) filter (where c.row_change = 'dropped') as rows_dropped,
            count(*) filter (where c.has_other_number and not c.is_part) as numbers_changed
        from fct_release_changes as c
        inner join dim_datasets as d on c.document_id = d.document_id
        left join dim_datasets as before on c.previous_document_id = before.document_id
        where c.released_on <= $known_on
        group by all order by c.released_on desc, c.document_id
    """
    return cache.records(frame(cursor, sql, {"known_on": known_on}))


def changed_numbers(cursor: Cursor, known_on: date) -> list[dict[str, Any]]:
    """Select the numbers that a release up to a day changed: both readings, the newest release first. One row each."""
    if not has(cursor, "fct_release_changes"):
        return []
    sql = f"""
        select c.*, f.phrase, old.phrase as previous_phrase, m.name as measure_name, p.name as place_name,
            g.name as population_name
        from fct_release_changes as c
        inner join fct_figures as f on c.figure_id = f.figure_id
        inner join fct_figures as old on c.previous_figure_id = old.figure_id
        left join dim_measures as m on c.measure_id = m.measure_id
        left join dim_places as p on c.place_id = p.place_id
        left join dim_populations as g on c.population_id = g.population_id
        where c.released_on <= $known_on and c.has_other_number and not c.is_part
        order by c.released_on desc, abs(coalesce(c.value_stated, 0) - coalesce(c.previous_value_stated, 0)) desc,
            c.figure_id
        limit {MOST_CHANGES}
    """
    return cache.records(frame(cursor, sql, {"known_on": known_on}))
