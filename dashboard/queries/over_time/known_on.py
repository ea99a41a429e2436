"""range_over_time as it was known on an earlier day: the same rules, asked of the reports that had come by then.

The model tells what is known now. The rules are its macros (macros/over_time.sql, macros/incidents.sql); what is of the
day is told here: which reports had come, and which of them stood.
"""

from collections.abc import Sequence
from functools import cache

from common.models_sql import written_out
from dashboard.queries import standing

READ = f"""
    with recursive within (place_id, within_id) as (
        select place_id, place_id from dim_places
        union select within.place_id, p.parent_id from within
        inner join dim_places as p on within.within_id = p.place_id
        where p.parent_id is not null
    ), reports as (
        select f.* replace ({standing.COLUMNS["is_standing"]} as is_standing) from fct_reports as f
        where f.episode_id = $episode and f.measure_id = $measure and not f.is_withdrawn and not f.is_share
            and not coalesce({standing.REPORT_RETRACTED}, false) and f.first_published_on <= $known_on
    ), placed as (
        -- A place whose name no list knows is not the whole of the place it counts for.
        select * from reports where split_part(scope_id, '.', 4) = place_id
    ), incidents as (
        {{{{ each_incident_once('reports') }}}}
    ), incident_days as (
        {{{{ incident_totals('incidents', 'within', ['day']) }}}}
    )
"""


def incident_days_as_known() -> str:
    """Return the select of the rows by day of fct_incident_totals as known on $known_on.

    It binds $episode, $measure and $known_on of the view.
    """
    return _incident_days()


@cache
def _incident_days() -> str:
    return written_out(f"{READ} select * from incident_days")


@cache
def _written_out(spans: tuple[str, ...]) -> str:
    return written_out(f"{READ} {{{{ over_time('placed', 'incident_days', {list(spans)}) }}}}")


def rows_as_known(spans: Sequence[str]) -> tuple[str, dict[str, object]]:
    """Return the select of the rows of range_over_time at some spans as known on $known_on, and what to bind besides.

    It binds $episode, $measure and $known_on of the view.
    """
    return _written_out(tuple(span for span in spans if span != "window")), {}
