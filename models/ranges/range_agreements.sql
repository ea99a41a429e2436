with standing as (

    select * from {{ ref('range_standing_reports') }}

),

by_policy as (

    select
        'included' as party_claims,
        standing.*
    from standing

    union all

    select
        'excluded' as party_claims,
        standing.*
    from standing
    where not is_party_claim

),

report_counts as (

    select
        party_claims,
        hedge_convention,
        scope_id,
        valid_from_on,
        count(*) as report_count
    from by_policy
    group by party_claims, hedge_convention, scope_id, valid_from_on

),

candidates as (

    -- Marzullo: the best interval starts where some reading starts. A reading open below starts at nobody.
    select distinct
        party_claims,
        hedge_convention,
        scope_id,
        valid_from_on,
        coalesce(low, 0) as starts_at
    from by_policy

),

matched as (

    select
        candidates.party_claims,
        candidates.hedge_convention,
        candidates.scope_id,
        candidates.valid_from_on,
        candidates.starts_at,
        count(distinct by_policy.voice_id) as source_count,
        max(by_policy.low) as agreement_low,
        min(by_policy.high) as agreement_high
    from candidates
    inner join by_policy
        on candidates.party_claims = by_policy.party_claims
        and candidates.hedge_convention = by_policy.hedge_convention
        and candidates.scope_id = by_policy.scope_id
        and candidates.valid_from_on = by_policy.valid_from_on
        and candidates.starts_at >= coalesce(by_policy.low, 0)
        and (by_policy.high is null or candidates.starts_at <= by_policy.high)
    group by
        candidates.party_claims,
        candidates.hedge_convention,
        candidates.scope_id,
        candidates.valid_from_on,
        candidates.starts_at

),

ranked as (

    select
        *,
        row_number() over (
            partition by party_claims, hedge_convention, scope_id, valid_from_on
            order by source_count desc, agreement_high - starts_at asc nulls last, starts_at asc
        ) as place_in_order
    from matched

),

final as (

    select
        -- ids
        ranked.scope_id,

        -- text
        ranked.hedge_convention,
        ranked.party_claims,

        -- numbers
        ranked.agreement_low,
        ranked.agreement_high,
        ranked.source_count as agreement_source_count,

        -- dates
        ranked.valid_from_on
    from ranked
    inner join report_counts
        on ranked.party_claims = report_counts.party_claims
        and ranked.hedge_convention = report_counts.hedge_convention
        and ranked.scope_id = report_counts.scope_id
        and ranked.valid_from_on = report_counts.valid_from_on
    -- Where several stand and no two meet there is no agreement, rather than one picked by accident.
    where
        ranked.place_in_order = 1
        and (ranked.source_count > 1 or report_counts.report_count = 1)

)

select * from final
