-- Ranges in SQLite's own dialect, after sqlite_facts.sql: the scopes in which one report ever stands, which are most,
-- row by row, and all others by window functions and tables written once and indexed on what they are joined by.
create temp table stands (
    report_row integer primary key, report_id, scope_id, voice_id, counting, is_party_claim, is_named, is_reworded,
    rounded_to, counted_until_on, first_published_on, superseded_on
);
insert into stands
select
    t.report_row, s.figure_id, s.scope_id, s.voice_id, s.counting, s.is_party_claim,
    s.voice_id not like 'unattributed:%', t.is_reworded, f.rounded_to, t.counted_until_on, t.first_published_on, t.superseded_on
from stood as t
inner join scoped as s on s.figure_row = t.report_row
inner join raw.figures as f on f.rowid = t.report_row
where not s.is_withdrawn and not s.is_share and (t.superseded_on is null or t.superseded_on > t.first_published_on);
create index temp.stands_by_scope on stands (scope_id, first_published_on);

create temp table shared (scope_id primary key) without rowid;
insert into shared
select scope_id from stands group by scope_id having count(*) > 1;

-- What is told in differing words is read together. "At most 50" says not how few. The bounds are written first: in a
-- view each of their many uses would be worked out by itself.
create temp table read (
    report_row, convention, low, value_stated, high, low_basis, high_basis, primary key (report_row, convention)
) without rowid;
insert into read
select
    report_row, convention,
    case when low_basis <> 'logical' or low > 0 then low end, value_stated, high,
    case when low_basis <> 'logical' or low > 0 then low_basis else 'open' end, high_basis
from (
    select s.report_row, r.convention, r.low, r.value_stated, r.high, r.low_basis, r.high_basis
    from stands as s
    inner join readings as r on r.figure_row = s.report_row
    where not s.is_reworded
    union all
    select s.report_row, t.convention, t.low, t.value_stated, t.high, t.low_basis, t.high_basis
    from stands as s
    inner join together as t on t.report_row = s.report_row
    where s.is_reworded
);

-- Open below it counts from what was stated, and a source that contradicts itself from least to most.
create temp view counting as
select
    report_row, convention, low, value_stated, high, low_basis, high_basis,
    min(
        coalesce(low, min(value_stated, high), value_stated, high),
        coalesce(case when low > high then high end, low, min(value_stated, high), value_stated, high),
        coalesce(
            case when low_basis = 'stated' then value_stated end, low, min(value_stated, high), value_stated, high
        )
    ) as counts_from,
    max(
        coalesce(high, max(low, value_stated), low, value_stated),
        coalesce(case when low > high then low end, high, max(low, value_stated), low, value_stated),
        coalesce(
            case when high_basis = 'stated' then value_stated end, high, max(low, value_stated), low, value_stated
        )
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

-- What stands from change day to change day; current is what counts up to the newest day, or a day before.
create temp table present (span, report_row, is_current, is_current_without, primary key (span, report_row))
without rowid;
insert into present
select
    span, report_row,
    counted_until_on is null or counted_until_on >= date(counted_to_on, '-1 day'),
    counted_until_on is null or coalesce(counted_until_on >= date(counted_to_on_without, '-1 day'), 0)
from (
    select
        p.span, r.report_row, r.counted_until_on,
        max(r.counted_until_on) over (partition by p.span) as counted_to_on,
        max(case when not r.is_party_claim then r.counted_until_on end) over (partition by p.span)
            as counted_to_on_without
    from spans as p
    inner join stands as r
        on r.scope_id = p.scope_id
        and r.first_published_on <= p.valid_from_on
        and (r.superseded_on is null or r.superseded_on > p.valid_from_on)
);

-- As each convention reads it, with party claims (0) and without (1).
create temp table standing as
select
    w.is_without, c.convention, p.span, p.report_row, r.report_id, r.voice_id, r.counting, r.is_party_claim,
    r.is_named, r.rounded_to, r.counted_until_on,
    case when w.is_without then p.is_current_without else p.is_current end as is_current,
    c.low, c.value_stated, c.high, c.low_basis, c.high_basis, c.counts_from, c.counts_to
from present as p
inner join stands as r on r.report_row = p.report_row
inner join counting as c on c.report_row = p.report_row
inner join (select 0 as is_without union all select 1) as w on not (w.is_without and r.is_party_claim);
create index temp.standing_by_span on standing (is_without, convention, span);

create temp table envelopes (
    is_without, convention, span, lowest, highest, source_count, named_source_count, report_count, earlier_source_count,
    earlier_low, is_open_below, is_open_above, highest_low, lowest_high, counted_from_on, counted_to_on,
    primary key (is_without, convention, span)
) without rowid;
insert into envelopes
select
    is_without, convention, span, lowest, max(highest, coalesce(earlier_low, highest)), source_count,
    named_source_count, report_count, earlier_source_count, earlier_low, is_open_below,
    is_open_above or coalesce(earlier_low > highest, 0), highest_low, lowest_high, counted_from_on, counted_to_on
from (
    select
        is_without, convention, span,
        min(counts_from) filter (where is_current) as lowest,
        max(counts_to) filter (where is_current) as highest,
        count(distinct voice_id) filter (where is_current) as source_count,
        count(distinct voice_id) filter (where is_current and is_named) as named_source_count,
        count(*) filter (where is_current) as report_count,
        count(distinct voice_id) filter (where not is_current) as earlier_source_count,
        max(low) filter (where not is_current and counting in ('cumulative', 'incident')) as earlier_low,
        max(low is null) filter (where is_current) as is_open_below,
        max(high is null) filter (where is_current) as is_open_above,
        max(low) filter (where is_current) as highest_low,
        min(high) filter (where is_current) as lowest_high,
        min(counted_until_on) filter (where is_current) as counted_from_on,
        max(counted_until_on) filter (where is_current) as counted_to_on
    from standing
    group by is_without, convention, span
);

-- The interval consistent with most sources (Marzullo) of spans of several reports. "At least 5" fits 12, and says
-- nothing of it: open at the end it would have to agree at, it does not count.
create temp table agreements (
    is_without, convention, span, agreement_low, agreement_high, source_count,
    primary key (is_without, convention, span)
) without rowid;
insert into agreements
with current as (
    select is_without, convention, span, voice_id, low, high
    from standing
    where is_current and span in (select span from present group by span having count(*) > 1)
),

candidates as (
    select distinct is_without, convention, span, coalesce(low, 0) as starts_at from current
),

matched as (
    select
        c.is_without, c.convention, c.span, c.starts_at, p.voice_id, p.low, p.high,
        max(p.low) over of_candidate as agreement_low, min(p.high) over of_candidate as agreement_high
    from candidates as c
    inner join current as p
        on p.is_without = c.is_without and p.convention = c.convention and p.span = c.span
        and c.starts_at >= coalesce(p.low, 0) and (p.high is null or c.starts_at <= p.high)
    window of_candidate as (partition by c.is_without, c.convention, c.span, c.starts_at)
),

counted as (
    select
        is_without, convention, span, starts_at, agreement_low, agreement_high,
        count(distinct voice_id) as fitting_count,
        count(distinct case
            when (high is not null or low = agreement_low) and (low is not null or high = agreement_high) then voice_id
        end) as source_count
    from matched
    group by is_without, convention, span, starts_at, agreement_low, agreement_high
),

ranked as (
    select *, rank() over (
        partition by is_without, convention, span order by source_count desc, fitting_count desc
    ) as place
    from counted
),

chosen as (
    select
        *,
        row_number() over (
            partition by is_without, convention, span order by agreement_high - starts_at nulls last, starts_at
        ) as place_in_order,
        max(starts_at) over of_span > min(agreement_high) over of_span as is_tied
    from ranked
    where place = 1
    window of_span as (partition by is_without, convention, span)
)

select is_without, convention, span, agreement_low, agreement_high, source_count
from chosen
where place_in_order = 1 and source_count > 1 and is_tied is not 1;
-- One alone agrees with itself, unless its low lies above its high.
insert or replace into agreements
select is_without, convention, span, highest_low, lowest_high, 1
from envelopes
where report_count = 1 and (lowest_high is null or coalesce(highest_low, 0) <= lowest_high);

-- Two counts that cannot both hold, one of them of the range, and whether all that do so are parted by our reading of a
-- vague word alone.
create temp table disputes (
    is_without, convention, span, is_disputed, is_by_convention, is_within_rounding,
    primary key (is_without, convention, span)
) without rowid;
insert into disputes
select is_without, convention, span, max(not is_word and not is_rounding), min(is_word), min(is_rounding)
from (
select
    l.is_without, l.convention, l.span,
    h.low - l.high
    <= case when l.high_basis = 'convention' then coalesce(l.high - l.value_stated, l.high - l.low, 0) else 0 end
    + case when h.low_basis = 'convention' then coalesce(h.value_stated - h.low, 0) else 0 end as is_word,
    h.low - l.high
    <= case when l.high_basis = 'stated' and l.rounded_to > 1 then l.rounded_to / 2.0 else 0 end
    + case when h.low_basis = 'stated' and h.rounded_to > 1 then h.rounded_to / 2.0 else 0 end as is_rounding
from standing as l
inner join standing as h
    on h.is_without = l.is_without and h.convention = l.convention and h.span = l.span and h.voice_id <> l.voice_id
    and l.high < h.low
    and (
        l.counting = 'period' or l.counted_until_on = h.counted_until_on
        or l.counting in ('cumulative', 'incident') and l.counted_until_on > h.counted_until_on
    )
where l.is_current or h.is_current
)
group by is_without, convention, span;

-- Of the reports of a span the first by its id is the one that tells what is counted: it comes along with the minimum.
create temp table tellers (span integer primary key, report_row, report_id);
insert into tellers
select p.span, p.report_row, min(r.report_id)
from present as p
inner join stands as r on r.report_row = p.report_row
group by p.span;

create table ranges as
select
    c.scope_id, c.episode_id, c.measure_id, c.unit_id, c.population_id, c.place_id, c.cause_id, c.actor_id,
    c.incident_id, c.counting, c.verification, c.kind, c.place_role, c.period_start_on, c.period_end_on, s.valid_from_on, s.valid_to_on,
    e.convention as hedge_convention,
    e.lowest, e.highest, e.source_count, e.named_source_count, e.report_count, e.earlier_source_count, e.earlier_low,
    e.is_open_below, e.is_open_above,
    d.is_disputed is 1 as is_disputed, d.is_by_convention is 1 as is_by_convention,
    d.is_within_rounding is 1 as is_within_rounding,
    e.counted_from_on, e.counted_to_on,
    a.agreement_low, a.agreement_high, a.source_count as agreement_source_count,
    o.lowest as lowest_without_party_claims,
    o.highest as highest_without_party_claims,
    coalesce(o.source_count, 0) as source_count_without_party_claims,
    coalesce(o.named_source_count, 0) as named_source_count_without_party_claims,
    coalesce(o.report_count, 0) as report_count_without_party_claims,
    coalesce(o.earlier_source_count, 0) as earlier_source_count_without_party_claims,
    o.earlier_low as earlier_low_without_party_claims,
    coalesce(o.is_open_below, 0) as is_open_below_without_party_claims,
    coalesce(o.is_open_above, 0) as is_open_above_without_party_claims,
    od.is_disputed is 1 as is_disputed_without_party_claims,
    od.is_by_convention is 1 as is_by_convention_without_party_claims,
    od.is_within_rounding is 1 as is_within_rounding_without_party_claims,
    o.counted_from_on as counted_from_on_without_party_claims,
    o.counted_to_on as counted_to_on_without_party_claims,
    w.agreement_low as agreement_low_without_party_claims,
    w.agreement_high as agreement_high_without_party_claims,
    w.source_count as agreement_source_count_without_party_claims
from envelopes as e
inner join spans as s on s.span = e.span
inner join tellers as t on t.span = e.span
inner join counted_in as c on c.figure_row = t.report_row
left join envelopes as o on o.is_without = 1 and o.convention = e.convention and o.span = e.span
left join disputes as d on d.is_without = 0 and d.convention = e.convention and d.span = e.span
left join disputes as od on od.is_without = 1 and od.convention = e.convention and od.span = e.span
left join agreements as a on a.is_without = 0 and a.convention = e.convention and a.span = e.span
left join agreements as w on w.is_without = 1 and w.convention = e.convention and w.span = e.span
where e.is_without = 0;

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
    c.incident_id, c.counting, c.verification, c.kind, c.place_role, c.period_start_on, c.period_end_on, a.first_published_on,
    a.superseded_on, a.convention,
    a.counts_from, a.counts_to, 1, a.is_named, 1, 0, null, a.is_open_below, a.is_open_above, 0, 0, 0,
    a.counted_until_on, a.counted_until_on,
    case when a.is_agreed then a.low end, case when a.is_agreed then a.high end, case when a.is_agreed then 1 end,
    case when a.is_other then a.counts_from end,
    case when a.is_other then a.counts_to end,
    a.is_other,
    a.is_other and a.is_named,
    a.is_other,
    0,
    null,
    a.is_other and a.is_open_below,
    a.is_other and a.is_open_above,
    0,
    0,
    0,
    case when a.is_other then a.counted_until_on end,
    case when a.is_other then a.counted_until_on end,
    case when a.is_other and a.is_agreed then a.low end,
    case when a.is_other and a.is_agreed then a.high end,
    case when a.is_other and a.is_agreed then 1 end
from alone as a
inner join counted_in as c on c.figure_row = a.report_row;
