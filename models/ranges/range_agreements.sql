{%- set span = ['party_claims', 'hedge_convention', 'episode_id', 'scope_id', 'valid_from_on'] -%}
{%- set policies = {'included': 'true', 'excluded': 'not is_party_claim'} -%}

with standing as (

    -- One alone agrees with itself, as on most days of most scopes: only who stands beside others is lined up.
    select * from {{ ref('range_standing_reports') }}
    where is_alone is distinct from true and {{ is_affected('scope') }}

),

by_policy as (

    {% for party_claims, chosen in policies.items() -%}
    select
        '{{ party_claims }}' as party_claims,
        *
    from standing
    where {{ chosen }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

candidates as (

    -- Marzullo: the best interval starts where some reading starts. A reading open below starts at nobody.
    select distinct
        {{ span | join(', ') }},
        coalesce(low, 0) as starts_at
    from by_policy

),

matched as (

    select
        {{ named('candidates', span + ['starts_at']) }},
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
    group by {{ named('candidates', span + ['starts_at']) }}

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

    -- Where several stand and no two meet there is no agreement, rather than one picked by accident.
    select
        scope_id,
        episode_id,
        hedge_convention,
        party_claims,
        agreement_low,
        agreement_high,
        source_count as agreement_source_count,
        valid_from_on
    from ranked
    where place_in_order = 1 and source_count > 1

)

select * from final
