-- Figures and reports in SQLite's own dialect: what is worked out is kept narrow and by the number of the figure's row
-- in raw, the attached input, and what is only passed along is joined when a table is written. hedges, measures and
-- sources are there. Whole numbers are divided as whole numbers.

-- What the words around a number mean by each convention. The literal one settles all but the ranges.
create temp view readings as
select
    figure_row,
    convention,
    is_share,
    case when low_coded is not null and not is_between then coded_basis else low_basis end as low_basis,
    case when high_coded is not null and not is_between then coded_basis else high_basis end as high_basis,
    case when is_share then null when low_coded is not null then low_coded when low_basis <> 'open' then coalesce(
        low_fixed, value_coded * (100 + case when value_coded >= 1000 then low_pct_from_1000 else low_pct end) / 100
        + low_offset
    ) end as low,
    case when not is_share then value_coded end as value_stated,
    case when is_share then null when high_coded is not null then high_coded when high_basis <> 'open' then coalesce(
        high_fixed,
        (value_coded * (100 + case when value_coded >= 1000 then high_pct_from_1000 else high_pct end) + 99) / 100
        + high_offset
    ) end as high,
    case when is_share then cast(coalesce(low_coded, value_coded) as real) end as share_low_pct,
    case when is_share then cast(value_coded as real) end as share_stated_pct,
    case when is_share then cast(coalesce(high_coded, value_coded) as real) end as share_high_pct
from (
    select
        f.rowid as figure_row, f.value_coded, f.low_coded, f.high_coded,
        case when f.dataset_id is null then 'override' else 'stated' end as coded_basis,
        h.hedge_id = 'share' as is_share, h.needs = 'bounds' as is_between, h.*
    from raw.figures as f
    inner join hedges as h on h.hedge_id = f.hedge_id
);

create temp table scoped (
    figure_row integer primary key, figure_id, document_id, voice_id, scope_id, unit_id, is_party_claim, is_withdrawn,
    is_share, reported_on, published_on, replaced_on, scope_incident_id, scope_start_on, scope_end_on
);
insert into scoped
select
    f.rowid, f.figure_id, f.document_id,
    case when f.source_id = 'unattributed' then 'unattributed:' || coalesce(d.publisher, f.document_id)
        else f.source_id end,
    f.episode_id || '.' || f.measure_id || '.' || f.population_id || '.' || coalesce(f.scope_place, '') || '.'
    || coalesce(f.cause_id, '') || '.' || coalesce(f.actor_id, '') || '.' || f.counting || '.'
    || case when f.incident is null then coalesce(f.start_on, '') else '' end || '.'
    || case when f.incident is null then coalesce(f.end_on, '') else '' end || '.' || coalesce(f.incident, '')
    || case when f.hedge_id = 'share' then '.share' else '' end,
    case when f.hedge_id = 'share' then 'percent' else m.unit_id end,
    s.is_party, f.status = 'withdrawn', f.hedge_id = 'share', f.reported_on, coalesce(f.published_on, d.published_on),
    d.replaced_on, f.incident, f.start_on, f.end_on
from (
    select
        rowid, *,
        case when counting = 'incident' then incident_id end as incident,
        case when counting <> 'stock' or period_start_on = period_end_on then period_start_on end as start_on,
        case
            when counting = 'period' then coalesce(period_end_on, reported_on)
            when counting = 'incident' then coalesce(period_end_on, period_start_on)
            when counting = 'stock' and period_start_on = period_end_on then period_end_on
        end as end_on
    from raw.figures
    where status <> 'draft'
) as f
inner join raw.documents as d on d.document_id = f.document_id
inner join sources as s on s.source_id = f.source_id
inner join measures as m on m.measure_id = f.measure_id
order by f.rowid;

-- Equal readings with no other in between are one report. Withdrawn figures line up by themselves. Where a source said
-- one thing of a scope once there is nothing to line up.
create index temp.scoped_by_line on scoped (scope_id, voice_id, is_withdrawn);
create temp table lines (line integer primary key, scope_id, voice_id, is_withdrawn);
insert into lines (scope_id, voice_id, is_withdrawn)
select scope_id, voice_id, is_withdrawn
from scoped
group by scope_id, voice_id, is_withdrawn
having count(*) > 1;

create temp table retold (figure_row integer primary key, line, report_row, is_relay);
insert into retold
with told as (
    select
        s.figure_row, s.figure_id, s.document_id, s.reported_on, s.published_on, l.line, r.low,
        f.hedge_id || ' ' || coalesce(r.value_stated, '') || ' ' || coalesce(r.share_stated_pct, '')
        || ' ' || coalesce(r.low, '') || ' ' || coalesce(r.high, '') as reading
    from lines as l
    inner join scoped as s
        on s.scope_id = l.scope_id and s.voice_id = l.voice_id and s.is_withdrawn = l.is_withdrawn
    inner join raw.figures as f on f.rowid = s.figure_row
    inner join readings as r on r.figure_row = s.figure_row and r.convention = 'literal'
),

dated as (
    select *, min(published_on) over (partition by line, reading) as told_on from told
),

compared as (
    select *, row_number() over moment as position, lag(reading) over moment as reading_before
    from dated
    window moment as (
        partition by line order by reported_on, published_on, told_on, low, reading, document_id, figure_id
    )
),

numbered as (
    select *, sum(reading is not reading_before) over (partition by line order by position) as report_number
    from compared
)

select
    figure_row, line, first_value(figure_row) over first_told, document_id <> first_value(document_id) over first_told
from numbered
window first_told as (
    partition by line, report_number order by published_on, reported_on, document_id, figure_id
);
create index temp.retold_by_report on retold (report_row);

-- What stands: a later report of the line takes the earlier's place, or a release that of the whole one before.
create temp table stood (
    report_row integer primary key, figure_count, document_count, is_standing, reported_on, first_published_on,
    last_published_on, superseded_on
);
insert into stood
with counted as (
    select
        figure_row as report_row, null as line, is_withdrawn, 1 as figure_count, 1 as document_count, reported_on,
        published_on as first_published_on, published_on as last_published_on, replaced_on
    from scoped
    where figure_row not in (select figure_row from retold)
    union all
    select
        t.report_row, t.line, s.is_withdrawn, count(*), count(distinct s.document_id), min(s.reported_on),
        min(s.published_on), max(s.published_on), case when count(*) = count(s.replaced_on) then max(s.replaced_on) end
    from retold as t
    inner join scoped as s on s.figure_row = t.figure_row
    group by t.report_row
),

positioned as (
    select *, dense_rank() over (partition by line order by reported_on, first_published_on) as position
    from counted
    where line is not null
),

followed as (
    select report_row, min(first_published_on) over (
        partition by line order by position range between 1 following and unbounded following
    ) as later_on
    from positioned
),

succeeded as (
    select c.*, coalesce(min(f.later_on, c.replaced_on), f.later_on, c.replaced_on) as successor_on
    from counted as c
    left join followed as f on f.report_row = c.report_row
)

select
    report_row, figure_count, document_count, successor_on is null and not is_withdrawn, reported_on,
    first_published_on, last_published_on, max(first_published_on, successor_on)
from succeeded;

create temp view counted_in as
select
    s.figure_row, s.scope_id, s.unit_id, s.scope_incident_id as incident_id, s.scope_start_on as period_start_on,
    s.scope_end_on as period_end_on, f.episode_id, f.measure_id, f.population_id, f.place_id, f.cause_id, f.actor_id,
    f.counting
from scoped as s
inner join raw.figures as f on f.rowid = s.figure_row;

create table reports as
select
    s.figure_id as report_id, f.source_id, s.voice_id, f.hedge_id,
    c.scope_id, c.episode_id, c.measure_id, c.unit_id, c.population_id, c.place_id, c.cause_id, c.actor_id,
    c.incident_id, c.counting, c.period_start_on, c.period_end_on,
    r.low_basis, r.high_basis, r.low, r.value_stated, r.high, r.share_low_pct, r.share_stated_pct, r.share_high_pct,
    s.is_share, s.is_party_claim, s.is_withdrawn,
    t.figure_count, t.document_count, t.is_standing, t.reported_on, t.first_published_on, t.last_published_on,
    t.superseded_on
from stood as t
inner join scoped as s on s.figure_row = t.report_row
inner join raw.figures as f on f.rowid = t.report_row
inner join counted_in as c on c.figure_row = t.report_row
inner join readings as r on r.figure_row = t.report_row and r.convention = 'literal';

create table figures as
select
    f.figure_id, teller.figure_id as report_id, f.document_id, f.episode_id, f.source_id, s.voice_id, s.scope_id,
    f.measure_id, s.unit_id, f.population_id, f.place_id, f.cause_id, f.actor_id,
    (select t.figure_id from raw.figures as t where t.figure_id = f.part_of and t.status <> 'draft') as part_of,
    f.incident_id, f.hedge_id, f.dataset_id, f.load_id, f.counting, f.phrase, f.source_original,
    f.place_name as place_stated, f.place_precision, f.flags, d.publisher, d.document_title, d.document_url,
    r.low_basis, r.high_basis, f.reported_on_basis, d.published_on_basis, f.status, f.note, f.record_file, f.paragraph,
    f.record_line, f.latitude, f.longitude, r.low, r.value_stated, r.high, r.share_low_pct, r.share_stated_pct,
    r.share_high_pct, s.is_share, s.is_party_claim, coalesce(t.is_relay, 0) as is_relay, o.is_standing, s.is_withdrawn,
    f.period_start_on, f.period_end_on, f.reported_on, s.published_on, o.superseded_on, f.coded_on, f.checked_on,
    f.loaded_at
from scoped as s
inner join raw.figures as f on f.rowid = s.figure_row
inner join raw.documents as d on d.document_id = f.document_id
inner join readings as r on r.figure_row = s.figure_row and r.convention = 'literal'
left join retold as t on t.figure_row = s.figure_row
inner join stood as o on o.report_row = coalesce(t.report_row, s.figure_row)
inner join scoped as teller on teller.figure_row = o.report_row;
