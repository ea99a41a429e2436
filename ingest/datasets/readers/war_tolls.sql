-- Deaths of a war by side and kind. The file repeats a claim for every address it was read at: one claim is one
-- figure, its addresses in source_original. A breakdown of civilians is read only where their total is missing, since
-- incidents are added up. What kind of deaths a claim is of, and of which kind its number is, stands in no column of its own:
-- both are sorted by the words of cause and notes.
with by_hand (war_id, bucket, sides, victims, deaths) as (

    -- Read one by one: what those words put into the wrong kind.
    values
    ('nagorno_karabakh_wars', 'deaths_from_actions', '%', 'Ethnic Armenians at the Berkadzor%', 'direct'),
    ('second_sino_japanese_war', 'deaths_from_actions', '%', 'Chinese civilians in North China%', 'both'),
    ('second_italo_ethiopian_war', 'deaths_from_actions', '%', 'Ethiopian civilians whose villages%', 'indirect'),
    ('angolan_civil_war', 'deaths_from_actions', '%', 'Huambo%', 'both'), ('angolan_civil_war', 'deaths_from_actions', '%', 'Kuito%', 'both'),
    ('wwii_pacific_theater', 'civilians_killed_directly', '%', '', 'both'), ('balkan_wars', 'civilians_killed_directly', 'Serbia%', '', 'both'),
    ('bangladesh_liberation_war', 'civilians_killed_directly', '%', '', 'both'), ('the_holocaust', 'civilians_killed_directly', 'Nazi %', '', 'both')

),

claims as (

    select
        war_id, side, bucket, victims_group, cause, low, high, point,
        any_value(war_name) as war_name, any_value(start_year) as start_year,
        year_end(any_value(end_year)) as ended_on,
        any_value(notes) as notes, min(line) as line,
        string_agg(distinct source, ' ' order by source) as addresses
    from file_rows
    where coalesce(low, high, point) is not null  -- no number is known of a side that is in the file too
    group by war_id, side, bucket, victims_group, cause, low, high, point

),

read as (

    select
        claims.*,
        claims.war_id || '-' || left(md5(side), 8) as row_key,
        claims.bucket || case
            when claims.bucket in ('military_killed', 'civilians_killed_directly') then ''
            else '-' || left(md5(concat_ws('|', victims_group, cause, low, high, point)), 8)
        end as figure_key,
        count(*) filter (where claims.bucket = 'civilians_killed_directly') over (partition by claims.war_id, side) > 0
            as has_total,
        low is not null and high is not null as has_both,
        regexp_replace(lower(cause), 's$', '') as plain_cause,
        -- Hunger, illness and want of care kill without a weapon, soldiers too; a cause that names both kills either way.
        coalesce(by_hand.deaths, case
            when claims.bucket = 'military_killed' and regexp_matches(lower(notes), 'disease|typhus|cholera') then 'both'
            when claims.bucket <> 'deaths_from_actions' then 'direct'
            when notes ilike '%excess%' then 'excess'
            when regexp_matches(cause, 'famine|starv|hunger|disease|malnutr|epidemic|blockade|siege|health|depriv|infra|medic')
                then if(regexp_matches(cause, 'massacre|shoot|execut|bombard|brutal|democide|ethnic_clean'), 'both', 'indirect')
            when regexp_matches(lower(notes), 'famine|starv|hunger|disease|malnutr|epidemic|indirect|privation') then 'both'
            else 'direct'
        end) as deaths,
        -- How the number was made, where the notes say so. East Timor: of three claims by one method, two say it.
        case
            when regexp_matches(lower(notes), 'household survey|plos medicine 95% ci') then 'survey'
            when regexp_matches(lower(notes), 'bayesian|proportional (inference|calculation)|attributional (range|estimate)|'
                || 'share (proxies|estimates)|survey cause shares|probate-registry estimate|demographic estimate of net')
                or claims.war_id = 'indonesian_invasion_east_timor' and claims.bucket = 'civilians_killed_directly'
                then 'modelled'
        end as made_as,
        regexp_matches(replace(notes, '–', '-'), format('95% (confidence interval|CI) {:,}-{:,}([^,0-9]|$)',
            whole_number(low), whole_number(high))) as is_confidence
    from claims
    left join by_hand on claims.war_id = by_hand.war_id and claims.bucket = by_hand.bucket
        and claims.side like by_hand.sides and coalesce(claims.victims_group, '') like by_hand.victims

),

final as (

    select
        row_key, figure_key, line,
        addresses as source_original,
        case
            when low = high then low
            when has_both then low || ' to ' || high
            when high is not null then 'up to ' || high
            when low is not null then 'at least ' || low
            else point
        end
        || case when low is not null or high is not null then coalesce(', point ' || point, '') else '' end as phrase,
        if(deaths = 'excess', 'excess_deaths', 'killed') as measure_id,
        case bucket when 'military_killed' then 'fighters' when 'civilians_killed_directly' then 'civilians'
            when 'civilians_breakdown' then 'civilians' when 'deaths_from_actions' then 'all' else 'bucket ' || bucket  -- rejected
        end as population_id,
        -- A war is no place, and its sides fought in many; its name tells its tolls from others'.
        'world' as place_id, war_name as place_name,
        case
            when plain_cause in ('airstrike', 'shelling', 'bombardment', 'disease') then plain_cause
            when plain_cause = 'famine' then 'starvation'
            when deaths = 'indirect' then 'indirect'
            when deaths = 'both' then 'direct_and_indirect'
        end as cause_id,
        'incident' as counting,
        year_start(start_year) as period_start_on,
        -- What the release speaks of ended before it: a war of its own year had not, or nobody knew.
        case when is_published(ended_on) then ended_on end as period_end_on,
        -- Nobody counts one by one what is above the expected.
        coalesce(made_as, case when deaths = 'excess' or is_confidence then 'modelled' end) as kind,
        if(is_confidence, 'confidence', null) as interval_kind, if(is_confidence, 95, null) as interval_level,
        case
            when low = high then 'exact'
            when has_both and point is null then 'between'
            when has_both or low is null and high is null then 'about'
            when low is not null then 'at_least'
            else 'up_to'
        end as hedge_id,
        case when low = high then low when has_both then point else coalesce(point, low, high) end as value,
        case when low is distinct from high then low end as low,
        case when low is distinct from high then high end as high,
        'war_tolls-' || row_key || '-' || left(md5(figure_key), 8) as incident_id,
        concat_ws('; ', war_name, side, bucket, victims_group, cause, notes) as note
    from read
    where not (bucket = 'civilians_breakdown' and has_total)

)

select * from final
