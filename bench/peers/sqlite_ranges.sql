-- The facts and ranges in SQLite's own dialect: window functions over tables written once and indexed on what they are
-- joined by. `raw` is the attached input; hedges and sources are there. Whole numbers are divided as whole numbers.
create temp table scoped as
with bounded as (
    select
        f.*,
        h.hedge_id = 'share' as is_share,
        case when h.low_basis <> 'open' then coalesce(
            h.low_fixed,
            f.value * (100 + case when f.value >= 1000 then h.low_pct_from_1000 else h.low_pct end) / 100 + h.low_offset
        ) end as low_read,
        case when h.high_basis <> 'open' then coalesce(
            h.high_fixed,
            (f.value * (100 + case when f.value >= 1000 then h.high_pct_from_1000 else h.high_pct end) + 99) / 100
            + h.high_offset
        ) end as high_read,
        case when f.counting = 'incident' then nullif(f.incident_id, '') end as named
    from raw.figures as f
    inner join hedges as h on h.hedge_id = f.hedge_id and h.convention = 'literal'
    where f.visibility = 'public' and f.status <> 'draft'
)

select
    b.figure_id,
    b.document_id,
    case when b.source_id = 'unattributed' then 'unattributed:' || coalesce(nullif(d.publisher, ''), b.document_id)
        else b.source_id end as voice_id,
    b.episode_id || '.' || b.measure_id || '.' || b.population_id || '.' || b.place_id || '.' || coalesce(b.cause_id, '')
    || '.' || coalesce(b.actor_id, '') || '.' || b.counting || '.'
    || coalesce(case when b.counting <> 'stock' and b.named is null then b.period_start_on end, '') || '.'
    || coalesce(case
        when b.named is not null then null
        when b.counting = 'period' then coalesce(b.period_end_on, b.reported_on)
        when b.counting = 'incident' then coalesce(b.period_end_on, b.period_start_on)
    end, '') || '.' || coalesce(b.named, '') || case when b.is_share then '.share' else '' end as scope_id,
    s.is_party,
    b.is_share,
    b.status = 'withdrawn' as is_withdrawn,
    b.reported_on,
    d.published_on,
    case when not b.is_share then coalesce(b.low, b.low_read) end as low,
    case when not b.is_share then b.value end as value_stated,
    case when not b.is_share then coalesce(b.high, b.high_read) end as high,
    b.hedge_id || ' ' || coalesce(case when not b.is_share then b.value end, '')
    || ' ' || coalesce(case when b.is_share then cast(b.value as real) end, '')
    || ' ' || coalesce(case when not b.is_share then coalesce(b.low, b.low_read) end, '')
    || ' ' || coalesce(case when not b.is_share then coalesce(b.high, b.high_read) end, '') as reading
from bounded as b
inner join raw.documents as d on d.document_id = b.document_id
inner join sources as s on s.source_id = b.source_id;

-- Equal readings with no other in between are one report. Withdrawn figures line up by themselves.
create temp table numbered as
with told as (
    select *, min(published_on) over (partition by voice_id, scope_id, is_withdrawn, reading) as told_on
    from scoped
),

compared as (
    select *, row_number() over moment as position, lag(reading) over moment as reading_before
    from told
    window moment as (
        partition by voice_id, scope_id, is_withdrawn
        order by reported_on, published_on, told_on, low, reading, document_id, figure_id
    )
)

select
    *,
    sum(reading is not reading_before) over (partition by voice_id, scope_id, is_withdrawn order by position) as report_number
from compared;

create temp table told as
select
    *,
    first_value(figure_id) over first_told as report_id,
    document_id <> first_value(document_id) over first_told as is_relay
from numbered
window first_told as (
    partition by voice_id, scope_id, is_withdrawn, report_number
    order by published_on, reported_on, document_id, figure_id
);
create index temp.told_by_report on told (report_id);

create table reports as
with counted as (
    select
        report_id,
        count(*) as figure_count,
        count(distinct document_id) as document_count,
        min(reported_on) as reported_on,
        min(published_on) as first_published_on,
        max(published_on) as last_published_on
    from told
    group by report_id
),

described as (
    select
        c.*,
        t.voice_id, t.scope_id, t.is_withdrawn, t.is_share, t.is_party, t.low, t.value_stated, t.high,
        dense_rank() over (
            partition by t.voice_id, t.scope_id, t.is_withdrawn order by c.reported_on, c.first_published_on
        ) as position
    from counted as c
    inner join told as t on t.figure_id = c.report_id and t.report_id = c.report_id
),

superseded as (
    select *, min(first_published_on) over (
        partition by voice_id, scope_id, is_withdrawn
        order by position range between 1 following and unbounded following
    ) as successor_on
    from described
)

select *, successor_on is null and not is_withdrawn as is_standing, max(first_published_on, successor_on) as superseded_on
from superseded;
create unique index reports_by_id on reports (report_id);

create table figures as
select
    t.figure_id, t.report_id, t.voice_id, t.scope_id, t.low, t.value_stated, t.high, t.is_relay, r.is_standing,
    r.superseded_on
from told as t
inner join reports as r on r.report_id = t.report_id;

-- What stands from change day to change day.
create temp table stands as
select scope_id, first_published_on, superseded_on, voice_id, is_party, low, value_stated, high
from reports
where not is_withdrawn and not is_share and (superseded_on is null or superseded_on > first_published_on);
create index temp.stands_by_scope on stands (scope_id, first_published_on);

create temp table spans (span integer primary key, scope_id, valid_from_on, valid_to_on);
insert into spans (scope_id, valid_from_on, valid_to_on)
select scope_id, valid_from_on, lead(valid_from_on) over (partition by scope_id order by valid_from_on)
from (
    select scope_id, first_published_on as valid_from_on from stands
    union
    select scope_id, superseded_on from stands where superseded_on is not null
);

create temp table standing as
select s.span, r.voice_id, r.is_party, r.low, r.value_stated, r.high
from spans as s
inner join stands as r
    on r.scope_id = s.scope_id
    and r.first_published_on <= s.valid_from_on
    and (r.superseded_on is null or r.superseded_on > s.valid_from_on);
create index temp.standing_by_span on standing (span);

-- The interval consistent with most sources (Marzullo), with party claims (0) and without (1).
create temp table policies as
select 0 as is_without, * from standing
union all
select 1, * from standing where not is_party;
create index temp.policies_by_span on policies (is_without, span);

create temp table agreements as
with candidates as (
    select distinct is_without, span, coalesce(low, 0) as starts_at from policies
),

matched as (
    select
        c.is_without, c.span, c.starts_at,
        count(distinct p.voice_id) as source_count,
        max(p.low) as agreement_low,
        min(p.high) as agreement_high
    from candidates as c
    inner join policies as p
        on p.is_without = c.is_without and p.span = c.span
        and c.starts_at >= coalesce(p.low, 0) and (p.high is null or c.starts_at <= p.high)
    group by c.is_without, c.span, c.starts_at
),

ranked as (
    select *, row_number() over (
        partition by is_without, span
        order by source_count desc, agreement_high - starts_at nulls last, starts_at
    ) as place_in_order
    from matched
)

select r.*
from ranked as r
where
    r.place_in_order = 1 and (
        r.source_count > 1
        or (select count(*) from policies as p where p.is_without = r.is_without and p.span = r.span) = 1
    );
create unique index temp.agreements_by_span on agreements (is_without, span);

create temp table envelopes as
select
    is_without,
    span,
    min(coalesce(low, value_stated)) as lowest,
    max(coalesce(high, max(coalesce(low, value_stated), coalesce(value_stated, low)))) as highest,
    count(distinct voice_id) as source_count,
    count(*) as report_count,
    max(low is null) as is_open_below,
    max(high is null) as is_open_above,
    count(*) > 1 and coalesce(max(coalesce(low, 0)) > min(high), 0) as is_disputed
from policies
group by is_without, span;
create unique index temp.envelopes_by_span on envelopes (is_without, span);

create table ranges as
select
    s.scope_id, s.valid_from_on, s.valid_to_on,
    e.lowest, e.highest, e.source_count, e.report_count, e.is_open_below, e.is_open_above, e.is_disputed,
    a.agreement_low, a.agreement_high, a.source_count as agreement_source_count,
    w.lowest as lowest_without_party_claims,
    w.highest as highest_without_party_claims,
    coalesce(w.source_count, 0) as source_count_without_party_claims,
    coalesce(w.report_count, 0) as report_count_without_party_claims,
    coalesce(w.is_open_below, 0) as is_open_below_without_party_claims,
    coalesce(w.is_open_above, 0) as is_open_above_without_party_claims,
    coalesce(w.is_disputed, 0) as is_disputed_without_party_claims,
    aw.agreement_low as agreement_low_without_party_claims,
    aw.agreement_high as agreement_high_without_party_claims,
    aw.source_count as agreement_source_count_without_party_claims
from spans as s
inner join envelopes as e on e.is_without = 0 and e.span = s.span
left join agreements as a on a.is_without = 0 and a.span = s.span
left join envelopes as w on w.is_without = 1 and w.span = s.span
left join agreements as aw on aw.is_without = 1 and aw.span = s.span;
