{%- set span = ['hedge_convention', 'scope_id', 'valid_from_on', 'valid_to_on'] -%}
{%- set sides = {'included': '', 'excluded': '_without_party_claims'} -%}

with standing as (

    select
        *,
        {{ counts_from() }} as counts_from,
        {{ counts_to() }} as counts_to
    from {{ ref('range_standing_reports') }}
    where {{ is_affected('scope') }}

),

reports as (

    select * from {{ ref('fct_reports') }}
    where {{ is_affected('scope') }}

),

agreements as (

    select * from {{ ref('range_agreements') }}
    where {{ is_affected('scope') }}

),

voiced as (

    -- By voice first, so that what is counted then is voices, each once. A voice is a party to the war or is none.
    select
        {{ (span + ['voice_id', 'is_party_claim']) | join(', ') }},
        {{ said_by_voice() }}
    from standing
    where is_alone is distinct from true
    group by {{ span | join(', ') }}, voice_id, is_party_claim

),

alone as (

    select
        {{ (span + ['is_party_claim']) | join(', ') }},
        {{ said_by_voice(is_alone=true) }}
    from standing
    where is_alone

),

enveloped as (

    select
        {{ span | join(', ') }},
        min(any_report_id) as any_report_id,
        {{ envelope('true') }},
        {{ envelope('not is_party_claim', '_without_party_claims') }}
    from voiced
    group by {{ span | join(', ') }}

    union all

    select
        {{ span | join(', ') }},
        any_report_id,
        {{ envelope('true', is_alone=true) }},
        {{ envelope('not is_party_claim', '_without_party_claims', is_alone=true) }}
    from alone

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
        {% for party_claims, suffix in sides.items() -%}
        enveloped.lowest{{ suffix }},
        enveloped.highest{{ suffix }},
        {{ agreement(party_claims, suffix) }},
        enveloped.source_count{{ suffix }},
        enveloped.report_count{{ suffix }},
        {% endfor %}
        -- booleans
        {% for suffix in sides.values() -%}
        enveloped.is_open_below{{ suffix }},
        enveloped.is_open_above{{ suffix }},
        enveloped.is_disputed{{ suffix }},
        {% endfor %}
        -- dates
        reports.period_start_on,
        reports.period_end_on,
        enveloped.valid_from_on,
        enveloped.valid_to_on
    from enveloped
    inner join reports on enveloped.any_report_id = reports.report_id
    {% for party_claims in sides -%}
    left join agreements as {{ party_claims }}
        on enveloped.hedge_convention = {{ party_claims }}.hedge_convention
        and enveloped.scope_id = {{ party_claims }}.scope_id
        and enveloped.valid_from_on = {{ party_claims }}.valid_from_on
        and {{ party_claims }}.party_claims = '{{ party_claims }}'
    {% endfor %}

)

select * from final
-- What is asked for together lies together.
order by
    episode_id, measure_id, hedge_convention, population_id, place_id, period_start_on, scope_id, valid_from_on
