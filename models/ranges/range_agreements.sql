{%- set span = ['party_claims', 'hedge_convention', 'episode_id', 'scope_id', 'valid_from_on'] -%}
{%- set policies = {'included': 'true', 'excluded': 'not is_party_claim'} -%}

with standing as (

    select * from {{ ref('range_standing_reports') }}
    where {{ in_this_build() }}

),

spans as (

    select
        {% for party_claims, chosen in policies.items() -%}
        count(*) filter (where {{ chosen }}) as report_count_{{ party_claims }},
        max(low) filter (where {{ chosen }}) as low_{{ party_claims }},
        min(high) filter (where {{ chosen }}) as high_{{ party_claims }},
        {% endfor -%}
        {{ span[1:] | join(', ') }}
    from standing
    group by {{ span[1:] | join(', ') }}

),

by_policy as (

    {% for party_claims, chosen in policies.items() -%}
    select
        '{{ party_claims }}' as party_claims,
        standing.*
    from standing
    inner join spans
        on standing.scope_id = spans.scope_id
        and standing.valid_from_on = spans.valid_from_on
        and standing.hedge_convention = spans.hedge_convention
    where {{ chosen }} and spans.report_count_{{ party_claims }} > 1
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

    {% for party_claims in policies -%}
    union all

    -- One alone agrees with itself, as on most days of most scopes; not where its low lies above its high.
    select
        scope_id,
        episode_id,
        hedge_convention,
        '{{ party_claims }}' as party_claims,
        low_{{ party_claims }} as agreement_low,
        high_{{ party_claims }} as agreement_high,
        1 as agreement_source_count,
        valid_from_on
    from spans
    where
        report_count_{{ party_claims }} = 1
        and (high_{{ party_claims }} is null or coalesce(low_{{ party_claims }}, 0) <= high_{{ party_claims }})
    {% endfor -%}
)

select * from final
