-- Ranges in SQLite's own dialect, after sqlite_facts.sql: the scopes in which one report ever stands, which are most,
-- row by row, and all others by window functions and tables written once and indexed on what they are joined by.
create temp table stands (
    report_row integer primary key, report_id, scope_id, voice_id, is_party_claim, first_published_on, superseded_on
);
insert into stands
select
    t.report_row, s.figure_id, s.scope_id, s.voice_id, s.is_party_claim, t.first_published_on, t.superseded_on
from stood as t
inner join scoped as s on s.figure_row = t.report_row
where not s.is_withdrawn and not s.is_share and (t.superseded_on is null or t.superseded_on > t.first_published_on);
create index temp.stands_by_scope on stands (scope_id, first_published_on);

create temp table shared (scope_id primary key) without rowid;
insert into shared
select scope_id from stands group by scope_id having count(*) > 1;

-- Open below it counts from what was stated, and a source that contradicts itself from least to most. The bounds are
-- written first: in a view each of their many uses would be worked out by itself.
create temp table read (
    report_row, convention, low, value_stated, high, low_basis, high_basis, primary key (report_row, convention)
) without rowid;
insert into read
select s.report_row, r.convention, r.low, r.value_stated, r.high, r.low_basis, r.high_basis
from stands as s
inner join readings as r on r.figure_row = s.report_row;

create temp view counting as
select
    report_row, convention, low, high,
    min(
        coalesce(low, value_stated),
        coalesce(case when low > high then high end, low, value_stated),
        coalesce(case when low_basis = 'stated' then value_stated end, low, value_stated)
    ) as counts_from,
    max(
        coalesce(high, low, value_stated),
        coalesce(high, value_stated, low),
        coalesce(case when low > high then low end, high, value_stated, low),
        coalesce(case when high_basis = 'stated' then value_stated end, high, value_stated, low)
    ) as counts_to
from read;

create temp table spans (span integer primary key, scope_id, valid_from_on, valid_to_on);
insert into spans (scope_id, valid_from_on, valid_to_on)
select scope_id, valid_from_on, lead(valid_from_on) over (partition by scope_id order by valid_from_on)
from (
    select s.scope_id, s.first_published_on as valid_from_on
    from shared inner join stands as s on s.scope_id = shared.scope_id
    union
    select s.scope_id, s.superseded_on
    from shared inner join stands as s on s.scope_id = shared.scope_id
    where s.superseded_on is not null
);

-- What stands from change day to change day, as each convention reads it.
create temp table standing as
select
    p.span, c.convention, r.report_row, r.report_id, r.voice_id, r.is_party_claim, c.low, c.high, c.counts_from,
    c.counts_to
from spans as p
inner join stands as r
    on r.scope_id = p.scope_id
    and r.first_published_on <= p.valid_from_on
    and (r.superseded_on is null or r.superseded_on > p.valid_from_on)
inner join counting as c on c.report_row = r.report_row;
create index temp.standing_by_span on standing (convention, span);

create temp table envelopes as
select
    convention,
    span,
    min(counts_from) as lowest,
    max(counts_to) as highest,
    count(distinct voice_id) as source_count,
    count(*) as report_count,
    max(low is null) as is_open_below,
    max(high is null) as is_open_above,
    count(*) > 1 and coalesce(coalesce(max(low), 0) > min(high), 0) as is_disputed,
    max(low) as highest_low,
    min(high) as lowest_high,
    min(counts_from) filter (where not is_party_claim) as lowest_without,
    max(counts_to) filter (where not is_party_claim) as highest_without,
    count(distinct voice_id) filter (where not is_party_claim) as source_count_without,
    count(*) filter (where not is_party_claim) as report_count_without,
    max(low is null and not is_party_claim) as is_open_below_without,
    max(high is null and not is_party_claim) as is_open_above_without,
    max(low) filter (where not is_party_claim) as highest_low_without,
    min(high) filter (where not is_party_claim) as lowest_high_without
from standing
group by convention, span;

-- The interval consistent with most sources (Marzullo) of spans of several reports, with party claims (0) and without.
create temp table policies as
select 0 as is_without, convention, span, voice_id, low, high
from standing
union all
select 1, convention, span, voice_id, low, high
from standing where not is_party_claim;
create index temp.policies_by_span on policies (is_without, convention, span);

create temp table agreements (
    is_without, convention, span, agreement_low, agreement_high, source_count,
    primary key (is_without, convention, span)
) without rowid;
insert into agreements
with candidates as (
    select distinct is_without, convention, span, coalesce(low, 0) as starts_at from policies
),

matched as (
    select
        c.is_without, c.convention, c.span, c.starts_at,
        count(distinct p.voice_id) as source_count,
        max(p.low) as agreement_low,
        min(p.high) as agreement_high
    from candidates as c
    inner join policies as p
        on p.is_without = c.is_without and p.convention = c.convention and p.span = c.span
        and c.starts_at >= coalesce(p.low, 0) and (p.high is null or c.starts_at <= p.high)
    group by c.is_without, c.convention, c.span, c.starts_at
),

ranked as (
    select *, row_number() over (
        partition by is_without, convention, span
        order by source_count desc, agreement_high - starts_at nulls last, starts_at
    ) as place_in_order
    from matched
)

select is_without, convention, span, agreement_low, agreement_high, source_count
from ranked
where place_in_order = 1 and source_count > 1;
-- One alone agrees with itself, unless its low lies above its high.
insert into agreements
select 0, convention, span, highest_low, lowest_high, 1
from envelopes
where report_count = 1 and (lowest_high is null or coalesce(highest_low, 0) <= lowest_high)
union all
select 1, convention, span, highest_low_without, lowest_high_without, 1
from envelopes
where
    report_count_without = 1
    and (lowest_high_without is null or coalesce(highest_low_without, 0) <= lowest_high_without);

-- Of the reports of a span the first by its id is the one that tells what is counted: it comes along with the minimum.
create temp table tellers (span integer primary key, report_row, report_id);
insert into tellers
select span, report_row, min(report_id) from standing where convention = 'literal' group by span;

create table ranges as
select
    c.scope_id, c.episode_id, c.measure_id, c.unit_id, c.population_id, c.place_id, c.cause_id, c.actor_id,
    c.incident_id, c.counting, c.period_start_on, c.period_end_on, s.valid_from_on, s.valid_to_on,
    e.convention as hedge_convention,
    e.lowest, e.highest, e.source_count, e.report_count, e.is_open_below, e.is_open_above, e.is_disputed,
    a.agreement_low, a.agreement_high, a.source_count as agreement_source_count,
    e.lowest_without as lowest_without_party_claims,
    e.highest_without as highest_without_party_claims,
    e.source_count_without as source_count_without_party_claims,
    e.report_count_without as report_count_without_party_claims,
    e.is_open_below_without as is_open_below_without_party_claims,
    e.is_open_above_without as is_open_above_without_party_claims,
    e.report_count_without > 1 and coalesce(coalesce(e.highest_low_without, 0) > e.lowest_high_without, 0)
        as is_disputed_without_party_claims,
    w.agreement_low as agreement_low_without_party_claims,
    w.agreement_high as agreement_high_without_party_claims,
    w.source_count as agreement_source_count_without_party_claims
from envelopes as e
inner join spans as s on s.span = e.span
inner join tellers as t on t.span = e.span
inner join counted_in as c on c.figure_row = t.report_row
left join agreements as a on a.is_without = 0 and a.convention = e.convention and a.span = e.span
left join agreements as w on w.is_without = 1 and w.convention = e.convention and w.span = e.span;

-- The scopes of one report, whose only span is as long as it stands.
insert into ranges
with alone as (
    select
        r.*, k.*, not r.is_party_claim as is_other, k.low is null as is_open_below, k.high is null as is_open_above,
        k.high is null or coalesce(k.low, 0) <= k.high as is_agreed
    from stands as r
    inner join counting as k on k.report_row = r.report_row
    where r.scope_id not in (select scope_id from shared)
)

select
    c.scope_id, c.episode_id, c.measure_id, c.unit_id, c.population_id, c.place_id, c.cause_id, c.actor_id,
    c.incident_id, c.counting, c.period_start_on, c.period_end_on, a.first_published_on, a.superseded_on,
    a.convention,
    a.counts_from, a.counts_to, 1, 1, a.is_open_below, a.is_open_above, 0,
    case when a.is_agreed then a.low end, case when a.is_agreed then a.high end, case when a.is_agreed then 1 end,
    case when a.is_other then a.counts_from end,
    case when a.is_other then a.counts_to end,
    a.is_other,
    a.is_other,
    a.is_other and a.is_open_below,
    a.is_other and a.is_open_above,
    0,
    case when a.is_other and a.is_agreed then a.low end,
    case when a.is_other and a.is_agreed then a.high end,
    case when a.is_other and a.is_agreed then 1 end
from alone as a
inner join counted_in as c on c.figure_row = a.report_row;
