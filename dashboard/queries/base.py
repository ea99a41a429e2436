"""The queries that several pages share: a cursor in, a pandas frame out.

Every cell is Python's own int, float, str, bool, date or datetime, or None where there is none.
"""

from datetime import date

import pandas as pd

from dashboard.publication.cache import Cursor, frame
from dashboard.queries import standing

__all__ = ["Cursor"]

# The figures and ranges of a day are told as they stood on it: dashboard/queries/standing.py, day bound as $known_on.

# Joins that put words beside the ids; `f` has the scope columns. Left joins: an unnamed id must not hide a figure.
NAMES = """
    left join dim_episodes as episodes on f.episode_id = episodes.episode_id
    left join dim_measures as measures on f.measure_id = measures.measure_id
    left join dim_populations as populations on f.population_id = populations.population_id
    left join dim_places as places on f.place_id = places.place_id
    left join dim_causes as causes on f.cause_id = causes.cause_id
    left join dim_actors as actors on f.actor_id = actors.actor_id
"""
NAME_COLUMNS = """
    episodes.name as episode_name, measures.name as measure_name, populations.name as population_name,
    places.name as place_name, causes.name as cause_name, actors.name as actor_name
"""
# The scope that answers "how many in all?": everyone, of the episode's one event, or in its own place since it began.
IS_HEADLINE = """
    coalesce(f.population_id = 'all' and f.scope_id not like '%.part.%' and case
        when episodes.incident_id is not null then f.incident_id = episodes.incident_id
        else f.place_id = episodes.place_id and f.cause_id is null and f.actor_id is null
            and f.verification = 'reported' and f.kind in ('count', 'register') and f.place_role is null
            and f.counting = coalesce(episodes.counting, 'cumulative')
            and (f.counting = 'stock' or f.period_start_on = episodes.start_on)
    end, false)
"""
IS_BACKGROUND = "coalesce(f.period_start_on < episodes.start_on, false)"


def build(cursor: Cursor) -> pd.DataFrame:
    """Select the publication itself: build_id, known_until_on, published_at, figure_count … One row."""
    return frame(cursor, "select * from build")


def last_day(cursor: Cursor, episode_id: str) -> date | None:
    """Return the last day on which something of an episode was published; None where no day is told."""
    sql = "select max(published_on) as day from fct_figure_counts where episode_id = $episode_id"
    found = frame(cursor, sql, {"episode_id": episode_id})["day"].iloc[0]
    return date(found.year, found.month, found.day) if isinstance(found, date) else None


def episodes(cursor: Cursor) -> pd.DataFrame:
    """List episode_id, name, start_on and what was searched, of episodes that have figures. One row per episode.

    That comes first whose texts were read first: a war that is added later moves no page, whenever it began. Data sets,
    which hold all years, come after what was read by hand.
    """
    return frame(
        cursor,
        """
        select e.episode_id, e.name, e.start_on, e.searched_where, e.searched_languages, e.document_count,
            e.document_without_figure_count, e.searched_from_on, e.searched_until_on
        from dim_episodes as e
        where e.episode_id in (select episode_id from fct_figure_counts)
        order by e.episode_id = 'worldwide',
            (select min(d.retrieved_on) from dim_documents as d where d.episode_id = e.episode_id) nulls last,
            e.start_on, e.episode_id
        """,
    )


FIGURES_OF = f"""
    select f.* replace (
            {standing.COLUMNS["is_standing"]} as is_standing, {standing.COLUMNS["superseded_on"]} as superseded_on,
            {standing.COLUMNS["is_retracted"]} as is_retracted, {standing.COLUMNS["retracted_on"]} as retracted_on
        ), {standing.COLUMNS["is_superseded"]} as is_superseded,
        f.measure_id || '.' || f.scope_id || case when f.is_share then '.share' else '' end as facet_id,
        case when f.is_share then f.share_low_pct else f.low end as reading_low,
        case when f.is_share then f.share_stated_pct else f.value_stated end as reading_stated,
        case when f.is_share then f.share_high_pct else f.high end as reading_high,
        {IS_HEADLINE} as is_headline, {IS_BACKGROUND} as is_background, {NAME_COLUMNS},
        sources.name as source_name, sources.kind as source_kind, voices.name as voice_name,
        hedges.name as hedge_name, documents.language,
        documents.file_name, documents.sha256, documents.retrieved_on, documents.note as document_note,
        reports.document_count
    from {{figures}} as f {NAMES}
    left join dim_sources as sources on f.source_id = sources.source_id
    left join dim_voices as voices on f.voice_id = voices.voice_id
    left join (select distinct hedge_id, name from dim_hedges) as hedges on f.hedge_id = hedges.hedge_id
    left join dim_documents as documents on f.document_id = documents.document_id
    left join fct_reports as reports on f.report_id = reports.report_id
"""
FIGURES = FIGURES_OF.format(figures="fct_figures")


def first_figures(condition: str, order: str, most: int) -> str:
    """Return the select of the first so many figures `f` that meet a condition; only they are dressed in words."""
    firsts = f"(select f.* from fct_figures as f where {condition} order by {order} limit {most})"
    return f"{FIGURES_OF.format(figures=firsts)} order by {order}"


def figure(cursor: Cursor, figure_id: str, day: date | None = None) -> pd.DataFrame:
    """Select one figure with every name in words, as it stood on a day (None: now). One row per figure, or none."""
    bound = {"figure_id": figure_id, "known_on": day or date.max}
    return frame(cursor, f"{FIGURES} where f.figure_id = $figure_id", bound)


def episode_of(cursor: Cursor, figure_id: str) -> str:
    """Return the episode of a figure; an empty text where there is no such figure."""
    found = frame(cursor, "select episode_id from fct_figures where figure_id = $figure_id", {"figure_id": figure_id})
    return str(found["episode_id"].iloc[0]) if len(found) else ""


def voices(cursor: Cursor, episode_id: str) -> pd.DataFrame:
    """List voice_id, name, is_party, is_named (false: a document's own voice) of an episode. One row per voice.

    Their order lasts, since colours follow it: what is loaded into another episode changes no colour of this one.
    """
    return frame(
        cursor,
        """
        select voice_id, name, is_party, source_id <> 'unattributed' as is_named from dim_voices
        where voice_id in (select voice_id from fct_figure_counts where episode_id = $episode_id)
        order by is_named desc, is_party, source_id, voice_id
        """,
        {"episode_id": episode_id},
    )


RANGES = f"""
    select f.*, {IS_HEADLINE} as is_headline, {IS_BACKGROUND} as is_background, {NAME_COLUMNS},
        f.measure_id || '.' || f.scope_id as facet_id, false as is_share
    from (select * from range_reported where hedge_convention = (select hedge_convention from build)) as f {NAMES}
"""


def all_ranges(cursor: Cursor, measure_id: str | None = None, *, past_too: bool = False) -> pd.DataFrame:
    """Select ranges of every episode: those still valid, or with `past_too` all. One row per scope and change day.

    Measures with most figures first, as on the page; within a measure the headline scope first.
    """
    return frame(
        cursor,
        f"""{RANGES} where (f.valid_to_on is null or ?) and (? is null or f.measure_id = ?)
        order by f.episode_id,
            (select count(*) from fct_figures as n where n.episode_id = f.episode_id and n.measure_id = f.measure_id)
            desc,
            f.measure_id, is_headline desc, is_background, f.counting, f.source_count desc,
            f.scope_id, f.valid_from_on""",
        [past_too, measure_id, measure_id],
    )


# What the SQL page says of the publication: its tables and columns with their comments.


def columns(cursor: Cursor) -> pd.DataFrame:
    """List table_name, table_comment, column_name, data_type, comment in each table's order. One row per column."""
    return frame(
        cursor,
        """
        with tables as (
            select table_name as name, comment from duckdb_tables() where schema_name = 'main'
            union all
            select view_name as name, comment from duckdb_views() where schema_name = 'main' and not internal
        )
        select c.table_name, coalesce(t.comment, '') as table_comment, c.column_name, c.data_type,
            coalesce(c.comment, '') as comment
        from duckdb_columns() as c
        inner join tables as t on c.table_name = t.name
        where c.schema_name = 'main' and not c.internal
        order by c.table_name, c.column_index
        """,
    )
