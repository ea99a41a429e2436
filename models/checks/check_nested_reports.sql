with reports as (

    -- Of data sets not the single events: no count of one lies within another's, and there are millions.
    select
        *,
        coalesce(counted_until_on, period_end_on) as up_to_on,
        greatest(coalesce(high, value_stated), value_stated, low) as counts_to
    from {{ ref('fct_reports') }}
    where
        is_standing and not is_share and not {{ is_unnamed_part() }}
        and (counting <> 'incident' or dataset_id is null)
        and {{ is_affected('episode') }}

),

nodes_within as (

    select * from {{ ref('int_nodes_within') }}

),

figures as (

    select * from {{ ref('fct_figures') }}
    where {{ is_affected('episode') }}

),

nested as (

    -- Rule 13: what lies within something else along every tree, and in time, can't be more. A place whose name no list
    -- knows is not the whole of the place it counts for.
    select
        parts.report_id as part_report_id,
        wholes.report_id as whole_report_id,
        parts.low - wholes.counts_to as gap,
        case
            when wholes.counting = 'stock' then true
            else parts.up_to_on <= wholes.up_to_on
        end and coalesce(parts.low > wholes.high, false) as is_contradiction,
        {{ width_of_words('wholes', 'parts') }} as width_of_words
    from reports as parts
    {% for dimension in ['measure', 'population', 'place'] -%}
    inner join nodes_within as {{ dimension }}s
        on {{ dimension }}s.dimension = '{{ dimension }}' and parts.{{ dimension }}_id = {{ dimension }}s.node_id
    {% endfor -%}
    inner join reports as wholes
        on parts.episode_id = wholes.episode_id
        and parts.unit_id = wholes.unit_id
        and measures.within_id = wholes.measure_id
        and populations.within_id = wholes.population_id
        and places.within_id = wholes.place_id
        and parts.scope_id <> wholes.scope_id
        and wholes.verification in ('reported', parts.verification)
        -- An estimate bounds no count, and who came bounds nobody who left.
        and parts.kind = wholes.kind
        -- A count without a role may be one of arrivals or of departures: who fled within the place is in either.
        and coalesce(parts.place_role, '')
        in (coalesce(wholes.place_role, ''), case when wholes.place_role is null then 'own' end)
        and parts.low > wholes.counts_to
    left join nodes_within as causes
        on causes.dimension = 'cause' and parts.cause_id = causes.node_id and wholes.cause_id = causes.within_id
    left join nodes_within as unseen
        on unseen.dimension = 'cause' and parts.cause_id = unseen.node_id
        and unseen.within_id in ('indirect', 'direct_and_indirect')
    where
        -- Who died of hunger or illness is never among people killed without that cause.
        (wholes.cause_id is null and unseen.node_id is null or causes.node_id is not null)
        and (wholes.actor_id is null or parts.actor_id = wholes.actor_id)
        and (wholes.incident_id is not null or split_part(wholes.scope_id, '.', 4) = wholes.place_id)
        and case wholes.counting
            when 'stock'
                then parts.counting = 'stock' and parts.counted_until_on = wholes.counted_until_on
            when 'incident'
                then parts.counting = 'incident' and parts.incident_id = wholes.incident_id
            when 'period'
                then
                    parts.counting in ('period', 'incident')
                    and parts.period_start_on >= wholes.period_start_on
                    and parts.period_end_on <= wholes.period_end_on
            else
                parts.counting <> 'stock'
                and (
                    parts.period_start_on >= wholes.period_start_on
                    or parts.period_start_on is null and wholes.period_start_on is null
                )
        end

),

findings as (

    select
        nested.part_report_id as part_figure_id,
        nested.whole_report_id as whole_figure_id,
        parts.episode_id,
        parts.scope_id as part_scope_id,
        wholes.scope_id,
        {{ stated_figure('part_figures', 'parts.up_to_on', 'says with') }} || ', which lies within what '
        || {{ stated_figure('whole_figures', 'wholes.up_to_on', 'says with') }}
        || case
            when nested.is_contradiction and nested.gap > nested.width_of_words
                then ': a part cannot be more than its whole. It is ' || {{ number_text('nested.gap') }} || ' more.'
            when nested.is_contradiction then ': the part is more, by no more than our reading of a vague word.'
            else ': the part is already more, so the whole has grown since or was always higher.'
        end as sentence,
        nested.gap,
        nested.is_contradiction,
        nested.is_contradiction and nested.gap <= nested.width_of_words as is_by_convention,
        parts.is_party_claim or wholes.is_party_claim as has_party_claim,
        greatest(parts.first_published_on, wholes.first_published_on) as known_from_on
    from nested
    {% for side in ['part', 'whole'] -%}
    inner join reports as {{ side }}s on nested.{{ side }}_report_id = {{ side }}s.report_id
    inner join figures as {{ side }}_figures on nested.{{ side }}_report_id = {{ side }}_figures.figure_id
    {% endfor %}

)

select * from findings
