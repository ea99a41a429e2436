-- Figures and reports in SQLite's own dialect: what is worked out is kept narrow and by the number of the figure's row
-- in raw, the attached input, and what is only passed along is joined when a table is written. The seeds hedges,
-- measures, sources, populations and parties are there. Whole numbers are divided as whole numbers.

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
        case when f.dataset_id is null and f.interval_kind is null then 'override' else 'stated' end as coded_basis,
        h.hedge_id = 'share' as is_share, h.needs = 'bounds' as is_between, h.*
    from raw.figures as f
    inner join hedges as h on h.hedge_id = f.hedge_id
);

-- The head of a family speaks: OCHA is a voice of the UN.
create temp table families (source_id primary key, family_id) without rowid;
insert into families
with recursive climbed (source_id, family_id, next_id) as (
    select source_id, source_id, parent_id from sources
    union
    select c.source_id, s.source_id, s.parent_id
    from climbed as c
    inner join sources as s on s.source_id = c.next_id
)

select source_id, family_id from climbed where next_id is null;

-- Who is on which side; a group within one of a side is on it.
create temp table sides (dimension, episode_id, member_id, side, primary key (dimension, episode_id, member_id))
without rowid;
insert into sides
with recursive climbed (population_id, within_id, next_id, steps) as (
    select population_id, population_id, parent_id, 0 from populations
    union
    select c.population_id, p.population_id, p.parent_id, c.steps + 1
    from climbed as c
    inner join populations as p on p.population_id = c.next_id
    where c.steps < 20
)

select dimension, episode_id, member_id, side from parties where dimension <> 'population'
union all
select dimension, episode_id, population_id, side
from (
    select p.dimension, p.episode_id, c.population_id, p.side, row_number() over (
        partition by p.episode_id, c.population_id order by c.steps, p.side
    ) as place_in_order
    from parties as p
    inner join climbed as c on c.within_id = p.member_id
    where p.dimension = 'population'
)
where place_in_order = 1;

-- The toll of an event rises while its dead are found; whatever days its documents put it on, it is one.
create temp table events (
    episode_id, incident_id, scope_kind, ended_on, primary key (episode_id, incident_id, scope_kind)
) without rowid;
insert into events
select episode_id, incident_id, case kind when 'register' then 'count' else kind end as scope_kind, max(coalesce(period_end_on, period_start_on))
from raw.figures
where dataset_id is null and counting = 'incident' and incident_id is not null and status not in ('draft', 'withdrawn')
group by episode_id, incident_id, scope_kind;

create temp table scoped (
    figure_row integer primary key, figure_id, document_id, voice_id, speaker_name, scope_id, unit_id, verification,
    scope_kind, claim_about, is_party_claim, is_withdrawn, is_share, dataset_id, counting, is_until_stated, counted_until_on,
    reported_on, reported_at, published_on, replaced_on, retracted_on, scope_incident_id, scope_start_on, scope_end_on
);
insert into scoped
with placed as (
    select
        f.rowid as figure_row, f.*,
        coalesce(f.source_original_id, f.source_id) as speaker_id,
        case when f.counting = 'incident' then f.incident_id end as incident,
        case when f.counting <> 'stock' or f.is_stock_of_day then f.period_start_on end as start_on,
        case
            when f.counting = 'period' then coalesce(f.period_end_on, f.reported_on)
            when f.counting = 'incident' then coalesce(f.period_end_on, f.period_start_on)
            when f.is_stock_of_day then f.period_end_on
        end as end_on,
        date(coalesce(e.ended_on, f.period_end_on, f.period_start_on), '+30 days') as settled_on
    from (
        select
            rowid, *,
            counting = 'stock' and dataset_id is not null and coalesce(period_start_on = period_end_on, 0)
                as is_stock_of_day,
            case kind when 'register' then 'count' else kind end as scope_kind
        from raw.figures
        where status <> 'draft'
    ) as f
    left join events as e
        on f.dataset_id is null and e.episode_id = f.episode_id and e.incident_id = f.incident_id
        and e.scope_kind = f.scope_kind
),

told as (
    select
        p.*, d.publisher, d.agency, d.replaced_on,
        case when p.hedge_id = 'share' then 'percent' else m.unit_id end as unit_id,
        -- What is told of a day that the release before could have told is news of this one.
        case
            when p.published_on > coalesce(d.previous_published_on, '0001-01-01') then p.published_on
            else d.published_on
        end as readable_on
    from placed as p
    inner join raw.documents as d on d.document_id = p.document_id
    inner join measures as m on m.measure_id = p.measure_id
),

sided as (
    select
        t.*, speakers.side as own_side,
        coalesce(harmed.side, case when t.unit_id <> 'people' then doers.side end) as struck_side
    from told as t
    left join sides as speakers
        on speakers.dimension = 'source' and speakers.episode_id = t.episode_id and speakers.member_id = t.speaker_id
    left join sides as harmed
        on harmed.dimension = 'population' and harmed.episode_id = t.episode_id
        and harmed.member_id = t.population_id
    left join sides as doers
        on doers.dimension = 'actor' and doers.episode_id = t.episode_id and doers.member_id = t.actor_id
)

select
    t.figure_row, t.figure_id, t.document_id,
    case
        when t.speaker_id = 'unattributed' then 'unattributed:' || coalesce(t.agency, t.publisher, t.document_id)
        else f.family_id
    end,
    case
        when t.speaker_id <> 'unattributed' then s.name
        else 'Unattributed, in '
            || coalesce('a report of ' || t.agency, t.publisher, 'document ' || t.document_id)
    end,
    t.episode_id || '.' || t.measure_id || '.' || t.population_id || '.'
    || case when t.incident is null then coalesce(t.scope_place, '') else '' end || '.'
    || case when t.incident is null then coalesce(t.cause_id, '') else '' end || '.'
    || case when t.incident is null then coalesce(t.actor_id, '') else '' end || '.' || t.counting || '.'
    || case when t.incident is null then coalesce(t.start_on, '') else '' end || '.'
    || case when t.incident is null then coalesce(t.end_on, '') else '' end || '.' || coalesce(t.incident, '')
    || case when t.verification = 'reported' then '' else '.' || t.verification end
    || case when t.scope_kind = 'count' then '' else '.' || t.scope_kind end || coalesce('.' || t.place_role, '')
    || case when t.hedge_id = 'share' then '.share' else '' end,
    t.unit_id, t.verification, t.scope_kind,
    case
        when t.struck_side = t.own_side then 'own'
        when t.struck_side <> t.own_side then 'enemy'
        when t.own_side is not null then 'others'
    end,
    t.own_side is not null, t.status = 'withdrawn', t.hedge_id = 'share', t.dataset_id, t.counting,
    t.counting in ('cumulative', 'stock') and t.period_end_on is not null or t.reported_on_basis = 'stated',
    case
        when t.counting in ('cumulative', 'stock') then coalesce(t.period_end_on, t.reported_on)
        when t.counting = 'incident' and t.settled_on < t.reported_on then t.settled_on
        when t.counting = 'incident' then t.reported_on
    end,
    t.reported_on, t.reported_at, t.readable_on, t.replaced_on, t.retracted_on, t.incident, t.start_on, t.end_on
from sided as t
inner join families as f on f.source_id = t.speaker_id
inner join sources as s on s.source_id = t.speaker_id
order by t.figure_row;

-- One statement: the same number to the same day, or repeated where no later day is stated; to one day also a number in
-- other words, or a fuller statement. Withdrawn figures line up by themselves. Where a source said one thing of a scope
-- once there is nothing to line up.
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
        s.figure_row, s.figure_id, s.document_id, s.dataset_id, s.is_share, s.counted_until_on, s.is_until_stated,
        s.reported_on, s.reported_at, s.published_on, l.line, r.low, r.value_stated, r.high,
        case when s.dataset_id is not null then s.published_on end as released_on,
        case when s.dataset_id is not null and s.scope_incident_id is not null then s.published_on end as event_on,
        coalesce(r.value_stated, '') || ' ' || coalesce(r.share_stated_pct, '') || ' ' || coalesce(r.low, '')
        || ' ' || coalesce(r.high, '') as reading
    from lines as l
    inner join scoped as s
        on s.scope_id = l.scope_id and s.voice_id = l.voice_id and s.is_withdrawn = l.is_withdrawn
    inner join readings as r on r.figure_row = s.figure_row and r.convention = 'literal'
),

compared as (
    select
        *, row_number() over moment as position, lag(reading) over moment as reading_before,
        lag(low) over moment as low_before, lag(value_stated) over moment as value_before,
        lag(high) over moment as high_before, lag(counted_until_on) over moment as until_before
    from told
    window moment as (
        partition by line
        order by
            event_on nulls first, counted_until_on nulls last, not is_until_stated, reported_on,
            reported_at nulls first, released_on nulls last, low nulls first, high nulls last, reading, published_on,
            document_id, figure_id
    )
),

joined as (
    select
        *, counted_until_on is until_before as is_of_one_day,
        coalesce(value_stated = value_before, 0)
        or coalesce(low, -1) <= coalesce(low_before, -1) and (high is null or coalesce(high >= high_before, 0))
        or coalesce(low, -1) >= coalesce(low_before, -1) and (high_before is null or coalesce(high <= high_before, 0))
            as is_held
    from compared
),

numbered as (
    select *, sum(case
        when reading_before is null then 1
        when reading = reading_before and (is_of_one_day or not is_until_stated) then 0
        when is_of_one_day and dataset_id is null and not is_share and is_held then 0
        else 1
    end) over (partition by line order by position) as report_number
    from joined
)

select
    figure_row, line, first_value(figure_row) over first_stated, document_id <> first_value(document_id) over first_stated
from numbered
window first_stated as (
    partition by line, report_number order by published_on, reported_on, document_id, figure_id
);
create index temp.retold_by_report on retold (report_row);

-- What the figures of one report say together. "At most 15,000" adds nothing to a fuller statement; words that leave
-- the high open keep it open.
create temp table together (
    report_row, convention, low, value_stated, high, low_basis, high_basis, primary key (report_row, convention)
) without rowid;
insert into together
with told as (
    select
        t.report_row, r.convention, r.low, r.value_stated, r.high, r.low_basis, r.high_basis,
        case when r.low_basis <> 'logical' or r.low > 0 then r.low end as told
    from retold as t
    inner join readings as r on r.figure_row = t.figure_row
),

-- Of two words for one end the firmer says what it rests on: it comes along with the minimum or the maximum.
least as (
    select
        report_row, convention, low_basis,
        min(4 * told
            + case low_basis when 'stated' then 0 when 'logical' then 1 when 'override' then 2 else 3 end) as place
    from told where told is not null group by report_row, convention
),

most as (
    select
        report_row, convention, high_basis,
        max(4 * high
            - case high_basis when 'stated' then 0 when 'logical' then 1 when 'override' then 2 else 3 end) as place
    from told where high is not null group by report_row, convention
)

select
    t.report_row, t.convention, coalesce(min(t.told), min(t.low)),
    case
        when count(t.value_stated) = count(*) and min(t.value_stated) = max(t.value_stated) then min(t.value_stated)
    end,
    case when count(t.high) = count(*) then max(t.high) end,
    coalesce(max(l.low_basis), min(t.low_basis)),
    case when count(t.high) = count(*) then max(m.high_basis) else 'open' end
from told as t
left join least as l on l.report_row = t.report_row and l.convention = t.convention
left join most as m on m.report_row = t.report_row and m.convention = t.convention
group by t.report_row, t.convention;

-- What stands: what counts to a later day, or was said later of the same day, takes the earlier's place, or a release
-- that of the whole one before.
create temp table stood (
    report_row integer primary key, figure_count, document_count, is_standing, is_retracted, is_reworded,
    counted_until_on, reported_on, reported_at, first_published_on, last_published_on, superseded_on
);
insert into stood
with counted as (
    select
        figure_row as report_row, null as line, is_withdrawn, 1 as figure_count, 1 as document_count, 0 as is_reworded,
        counted_until_on, reported_on, reported_at, published_on as first_published_on,
        published_on as last_published_on, retracted_on, replaced_on
    from scoped
    where figure_row not in (select figure_row from retold)
    union all
    select
        t.report_row, t.line, s.is_withdrawn, count(*), count(distinct s.document_id),
        min(coalesce(r.low, -1)) < max(coalesce(r.low, -1)) or min(coalesce(r.high, -1)) < max(coalesce(r.high, -1)),
        min(s.counted_until_on), min(s.reported_on),
        case when count(*) = count(s.reported_at) then min(s.reported_at) end,
        min(s.published_on), max(s.published_on), min(s.retracted_on),
        case when count(*) = count(s.replaced_on) then max(s.replaced_on) end
    from retold as t
    inner join scoped as s on s.figure_row = t.figure_row
    inner join readings as r on r.figure_row = t.figure_row and r.convention = 'literal'
    group by t.report_row
),

timed as (
    select
        c.*,
        case
            when s.dataset_id is not null and s.scope_incident_id is not null then c.first_published_on
        end as event_on,
        case when count(c.reported_at) over of_day = count(*) over of_day then c.reported_at end as hour_at
    from counted as c
    inner join scoped as s on s.figure_row = c.report_row
    where c.line is not null
    window of_day as (partition by c.line, c.counted_until_on, c.reported_on)
),

positioned as (
    select *, dense_rank() over (
        partition by line
        order by event_on nulls first, counted_until_on nulls last, reported_on, hour_at nulls last
    ) as position
    from timed
),

followed as (
    select *, max(replaced_on is null) over (
        partition by line order by position range between current row and unbounded following
    ) as is_followed
    from positioned
),

later as (
    select
        report_row,
        min(case when is_followed then first_published_on end) over after_it as followed_on,
        case when replaced_on is not null then min(first_published_on) over after_it end as dropped_on
    from followed
    window after_it as (
        partition by line order by position range between 1 following and unbounded following
    )
),

succeeded as (
    select c.*, nullif(min(
        coalesce(c.replaced_on, '9999'), coalesce(c.retracted_on, '9999'), coalesce(l.followed_on, '9999'),
        coalesce(l.dropped_on, '9999')
    ), '9999') as successor_on
    from counted as c
    left join later as l on l.report_row = c.report_row
)

select
    report_row, figure_count, document_count, successor_on is null and not is_withdrawn, retracted_on is not null,
    is_reworded, counted_until_on, reported_on, reported_at, first_published_on, last_published_on,
    max(first_published_on, successor_on)
from succeeded;

create temp view counted_in as
select
    s.figure_row, s.scope_id, s.unit_id, s.verification, s.scope_kind as kind, f.place_role, f.rounded_to,
    s.scope_incident_id as incident_id,
    s.scope_start_on as period_start_on, s.scope_end_on as period_end_on, f.episode_id, f.measure_id, f.population_id,
    f.place_id, f.cause_id, f.actor_id, f.counting
from scoped as s
inner join raw.figures as f on f.rowid = s.figure_row;

create table reports as
select
    s.figure_id as report_id, f.source_id, s.voice_id, f.hedge_id, f.dataset_id,
    c.scope_id, c.episode_id, c.measure_id, c.unit_id, c.population_id, c.place_id, c.cause_id, c.actor_id,
    c.incident_id, c.counting, c.verification, c.kind, c.place_role, c.rounded_to, s.claim_about, c.period_start_on, c.period_end_on,
    case when g.report_row is null then r.low_basis else g.low_basis end as low_basis,
    case when g.report_row is null then r.high_basis else g.high_basis end as high_basis,
    case when g.report_row is null then r.low else g.low end as low,
    case when g.report_row is null then r.value_stated else g.value_stated end as value_stated,
    case when g.report_row is null then r.high else g.high end as high,
    r.share_low_pct, r.share_stated_pct, r.share_high_pct, s.is_share, s.is_party_claim, s.is_withdrawn,
    t.figure_count, t.document_count, t.is_standing, t.is_retracted, t.is_reworded, t.counted_until_on, t.reported_on,
    t.reported_at, t.first_published_on, t.last_published_on, t.superseded_on
from stood as t
inner join scoped as s on s.figure_row = t.report_row
inner join raw.figures as f on f.rowid = t.report_row
inner join counted_in as c on c.figure_row = t.report_row
inner join readings as r on r.figure_row = t.report_row and r.convention = 'literal'
left join together as g on g.report_row = t.report_row and g.convention = 'literal';

create table figures as
select
    f.figure_id, teller.figure_id as report_id, f.document_id, f.episode_id, f.source_id, s.voice_id, s.scope_id,
    f.measure_id, s.unit_id, f.population_id, f.place_id, f.cause_id, f.actor_id,
    (select t.figure_id from raw.figures as t where t.figure_id = f.part_of and t.status <> 'draft') as part_of,
    f.incident_id, f.hedge_id, f.source_original_id, f.dataset_id, f.load_id, s.speaker_name, f.counting,
    s.verification, f.kind, f.interval_kind, f.interval_level, f.place_role, f.source_grade, f.source_grade_scheme,
    f.rounded_to, s.claim_about, f.phrase, f.source_original, f.place_name as place_stated, f.place_precision,
    f.flags, f.doubts, d.publisher, d.agency, d.document_title, d.document_url,
    r.low_basis, r.high_basis, f.reported_on_basis, d.published_on_basis, f.status, f.note, f.record_file, f.paragraph,
    f.record_line, f.latitude, f.longitude, r.low, r.value_stated, r.high, r.share_low_pct, r.share_stated_pct,
    r.share_high_pct, s.is_share, s.is_party_claim, coalesce(t.is_relay, 0) as is_relay, o.is_standing, s.is_withdrawn,
    f.retracted_on is not null as is_retracted, f.period_start_on, f.period_end_on, s.counted_until_on, f.reported_on,
    s.published_on, o.superseded_on, f.retracted_on, f.coded_on, f.checked_on, f.reported_at, f.loaded_at
from scoped as s
inner join raw.figures as f on f.rowid = s.figure_row
inner join raw.documents as d on d.document_id = f.document_id
inner join readings as r on r.figure_row = s.figure_row and r.convention = 'literal'
left join retold as t on t.figure_row = s.figure_row
inner join stood as o on o.report_row = coalesce(t.report_row, s.figure_row)
inner join scoped as teller on teller.figure_row = o.report_row;
