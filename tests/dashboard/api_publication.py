"""The small publication with what the API reads besides: reports with their days, standing reports, checks, a trap."""

from pathlib import Path
from typing import Any

import duckdb
from small_publication import FIGURES, full, insert_figure, publish

from dashboard.publication.folder import CONFIG

TRAPS = ['=HYPERLINK("x")', "+1", "-1", "@sum", "\tt", "\rr", "<script>alert(1)</script>", "naïve “quotes”, \n lines"]
MORE = """
create or replace table fct_reports as
with told as (
    select report_id, min(figure_id) as figure_id, count(*) as figure_count,
        count(distinct document_id) as document_count, min(published_on) as first_published_on,
        max(published_on) as last_published_on
    from fct_figures group by report_id
)
select t.report_id, f.episode_id, f.source_id, f.voice_id, f.scope_id, f.measure_id, f.unit_id, f.population_id,
    f.place_id, f.cause_id, f.actor_id, f.incident_id, f.hedge_id, f.counting, f.verification, f.kind,
    f.place_role, f.low_basis,
    f.high_basis, f.low, f.value_stated, f.high, f.share_low_pct, f.share_stated_pct, f.share_high_pct, t.figure_count,
    t.document_count, f.is_share, f.is_party_claim, f.is_standing, f.is_withdrawn, f.period_start_on,
    f.period_end_on, f.reported_on, t.first_published_on, t.last_published_on,
    case when not f.is_standing and not f.is_withdrawn then date '2024-12-02' end as superseded_on,
    f.claim_about, false as is_reworded, f.is_retracted, f.counted_until_on, f.reported_at, f.dataset_id
from told as t inner join (select *, null as dataset_id from fct_figures) as f on t.figure_id = f.figure_id;
create or replace table range_standing_reports as
select g.scope_id, r.report_id, r.source_id, r.voice_id, g.hedge_convention, d.low, d.value_stated, d.high,
    1 as rounded_to,
    r.is_party_claim, g.report_count = 1 as is_alone, g.valid_from_on, g.valid_to_on,
    true as is_current, true as is_current_without_party_claims, r.counted_until_on, g.counting
from range_reported as g inner join fct_reports as r
    on g.scope_id = r.scope_id and r.first_published_on <= g.valid_from_on
    and (r.superseded_on is null or r.superseded_on > g.valid_from_on) and not r.is_withdrawn
inner join fct_readings as d on r.report_id = d.figure_id and g.hedge_convention = d.hedge_convention;
create or replace table check_disjoint_reports as
select 'f-02' as lower_figure_id, 'f-04' as higher_figure_id, 'No number fits both.' as sentence,
    date '2024-11-29' as disputed_from_on, false as is_by_convention, 'same_day' as kind;
create or replace table check_parts_and_totals as
select 'f-01' as figure_id, 'Its parts add up to more.' as sentence, false as is_contradiction;
create or replace table check_decreasing_totals as
select 'f-03' as figure_id, 'f-01' as previous_figure_id, 'It fell.' as sentence, true as is_revision;
insert into check_nested_reports by name
select 'f-03' as part_figure_id, 'f-13' as whole_figure_id, 'A part is more than its whole.' as sentence,
    true as is_contradiction, true as is_by_convention, date '2024-12-02' as known_from_on;
create or replace table check_low_above_high as
select figure_id, 'Low above high.' as sentence from fct_figures where figure_id = 'f-13';
"""
# A range with an older count beside it, which is all that is left without party claims.
EARLIER = """
update range_reported set earlier_source_count = 2, earlier_low = 201, earlier_source_count_without_party_claims = 0,
    earlier_low_without_party_claims = null, named_source_count_without_party_claims = 0, is_by_convention = true,
    counted_from_on_without_party_claims = date '2024-11-29', counted_to_on_without_party_claims = date '2024-11-29'
where lowest = 258
"""
TWINS = {"agreement_low": "bigint", "agreement_high": "bigint", "agreement_source_count": "bigint",
         "source_count": "bigint", "report_count": "bigint", "is_open_below": "boolean",
         "is_disputed": "boolean", "named_source_count": "bigint", "earlier_source_count": "bigint",
         "earlier_low": "bigint", "is_by_convention": "boolean", "is_within_rounding": "boolean",
         "counted_from_on": "date",
         "counted_to_on": "date"}  # fmt: skip


def publish_for_api(path: Path, *, build_id: str = "first") -> Path:
    """Write the publication, with a figure for each trap."""
    publish(path, build_id=build_id)
    with duckdb.connect(str(path)) as connection:
        for name, kind in TWINS.items():
            column = f"{name}_without_party_claims"
            connection.execute(f"alter table range_reported add column if not exists {column} {kind}")
            connection.execute(f"update range_reported set {column} = {name}")
        parties = "update range_reported set source_count_without_party_claims = 0 where lowest in (100, 200)"
        connection.execute(parties)
        connection.execute(EARLIER)
        for number, phrase in enumerate(TRAPS):
            trap = FIGURES[2] | {"figure_id": f"t-{number}", "phrase": phrase, "note": phrase, "place_id": "SY"}
            insert_figure(connection, full(trap))
        connection.execute(MORE)
    return path


def sql(path: Path, query: str) -> list[Any]:
    """Ask the file itself, past the dashboard."""
    with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
        return connection.execute(query).fetchall()
