{%- set span = ['party_claims', 'hedge_convention', 'episode_id', 'scope_id', 'valid_from_on'] -%}
{%- set policies = {'included': 'is_current', 'excluded': 'not is_party_claim and is_current_without_party_claims'} -%}

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
        {{ named('by_policy', ['voice_id', 'low', 'high']) }},
        max(by_policy.low) over of_candidate as agreement_low,
        min(by_policy.high) over of_candidate as agreement_high
    from candidates
    inner join by_policy
        on candidates.party_claims = by_policy.party_claims
        and candidates.hedge_convention = by_policy.hedge_convention
        and candidates.scope_id = by_policy.scope_id
        and candidates.valid_from_on = by_policy.valid_from_on
        and candidates.starts_at >= coalesce(by_policy.low, 0)
        and (by_policy.high is null or candidates.starts_at <= by_policy.high)
    window of_candidate as (
        partition by
            candidates.party_claims, candidates.hedge_convention, candidates.scope_id, candidates.valid_from_on,
            candidates.starts_at
    )

),

counted as (

    -- "At least 5" fits 12, and says nothing of it: open at the end it would have to agree at, it does not count.
    select
        {{ (span + ['starts_at', 'agreement_low', 'agreement_high']) | join(', ') }},
        count(distinct voice_id) as fitting_count,
        count(distinct case
            when (high is not null or low = agreement_low) and (low is not null or high = agreement_high) then voice_id
        end) as source_count
    from matched
    group by {{ (span + ['starts_at', 'agreement_low', 'agreement_high']) | join(', ') }}

),

ranked as (

    select
        *,
        rank() over (
            partition by party_claims, hedge_convention, scope_id, valid_from_on
            order by source_count desc, fitting_count desc
        ) as place
    from counted

),

chosen as (

    select
        *,
        row_number() over (
            partition by party_claims, hedge_convention, scope_id, valid_from_on
            order by agreement_high - starts_at asc nulls last, starts_at asc
        ) as place_in_order,
        max(starts_at) over of_span > min(agreement_high) over of_span as is_tied
    from ranked
    where place = 1
    window of_span as (partition by party_claims, hedge_convention, scope_id, valid_from_on)

),

final as (

    -- Where no two meet, or as many meet here as elsewhere, there is no agreement, rather than one picked by accident.
    select
        scope_id,
        episode_id,
        hedge_convention,
        party_claims,
        agreement_low,
        agreement_high,
        source_count as agreement_source_count,
        valid_from_on
    from chosen
    where place_in_order = 1 and source_count > 1 and is_tied is distinct from true

)

select * from final
