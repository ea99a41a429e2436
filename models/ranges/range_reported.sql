{%- set span = ['hedge_convention', 'scope_id', 'valid_from_on', 'valid_to_on'] -%}

with standing as (

    select * from {{ ref('range_standing_reports') }}
    where {{ in_this_build() }}

),

reports as (

    select * from {{ ref('fct_reports') }}
    where {{ in_this_build() }}

),

agreements as (

    -- One alone agrees with itself: it is not looked up.
    select * from {{ ref('range_agreements') }}
    where agreement_source_count > 1 and {{ in_this_build() }}

),

counted as (

    select
        *,
        {{ counts_from() }} as counts_from,
        {{ counts_to() }} as counts_to
    from standing

),

voiced as (

    -- By voice first, so that what is counted then is voices, each once. A voice is a party to the war or is none.
    select
        {{ (span + ['voice_id', 'is_party_claim']) | join(', ') }},
        min(report_id) as any_report_id,
        min(counts_from) as counts_from,
        max(counts_to) as counts_to,
        max(low) as highest_low,
        min(high) as lowest_high,
        count(*) as report_count,
        count(low) as low_count,
        count(high) as high_count
    from counted
    group by {{ span | join(', ') }}, voice_id, is_party_claim

),

enveloped as (

    select
        {{ span | join(', ') }},
        min(any_report_id) as any_report_id,
        {{ envelope('true') }},
        {{ envelope('not is_party_claim', '_without_party_claims') }}
    from voiced
    group by {{ span | join(', ') }}

),

final as (

    select
        -- ids
        enveloped.scope_id,
        {{ named('reports', ['episode_id', 'measure_id', 'unit_id', 'population_id', 'place_id']) }},
        {{ named('reports', ['cause_id', 'actor_id', 'incident_id']) }},

        -- text
        enveloped.hedge_convention,
        reports.counting,

        -- numbers
        enveloped.lowest,
        enveloped.highest,
        {{ agreement('with_claims') }},
        enveloped.source_count,
        enveloped.report_count,
        enveloped.lowest_without_party_claims,
        enveloped.highest_without_party_claims,
        {{ agreement('without_claims', '_without_party_claims') }},
        enveloped.source_count_without_party_claims,
        enveloped.report_count_without_party_claims,

        -- booleans
        enveloped.is_open_below,
        enveloped.is_open_above,
        enveloped.is_disputed,
        enveloped.is_open_below_without_party_claims,
        enveloped.is_open_above_without_party_claims,
        enveloped.is_disputed_without_party_claims,

        -- dates
        reports.period_start_on,
        reports.period_end_on,
        enveloped.valid_from_on,
        enveloped.valid_to_on
    from enveloped
    inner join reports on enveloped.any_report_id = reports.report_id
    {% for claims, party_claims in {'with_claims': 'included', 'without_claims': 'excluded'}.items() -%}
    left join agreements as {{ claims }}
        on enveloped.hedge_convention = {{ claims }}.hedge_convention
        and enveloped.scope_id = {{ claims }}.scope_id
        and enveloped.valid_from_on = {{ claims }}.valid_from_on
        and {{ claims }}.party_claims = '{{ party_claims }}'
    {% endfor %}

)

select * from final
-- What is asked for together lies together.
order by
    episode_id, measure_id, hedge_convention, population_id, place_id, period_start_on, scope_id, valid_from_on
