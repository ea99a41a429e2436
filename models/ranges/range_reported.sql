{%- set span = ['hedge_convention', 'scope_id', 'valid_from_on', 'valid_to_on'] -%}
{%- set sides = {'included': '', 'excluded': '_without_party_claims'} -%}
{%- set kinds = ['counting', 'is_party_claim', 'is_named', 'is_current', 'is_current_without_party_claims'] -%}

with standing as (

    select
        *,
        voice_id not like 'unattributed:%' as is_named,
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

disputes as (

    {{ disputes_by_span() }}

),

voiced as (

    -- By voice first, so that what is counted then is voices, each once. A voice is a party to the war or is none.
    select
        {{ (span + ['voice_id'] + kinds) | join(', ') }},
        {{ said_by_voice() }}
    from standing
    where is_alone is distinct from true
    group by {{ (span + ['voice_id'] + kinds) | join(', ') }}

),

alone as (

    select
        {{ (span + kinds) | join(', ') }},
        {{ said_by_voice(is_alone=true) }}
    from standing
    where is_alone

),

enveloped as (

    {% for relation, is_alone in {'voiced': false, 'alone': true}.items() -%}
    select
        {{ span | join(', ') }},
        {{ 'any_report_id' if is_alone else 'min(any_report_id)' }} as any_report_id,
        {{ envelope('true', is_alone=is_alone) }},
        {{ envelope('not is_party_claim', '_without_party_claims', is_alone) }}
    from {{ relation }}
    {{ 'group by ' ~ span | join(', ') ~ ' union all' if not is_alone }}

    {% endfor -%}
),

final as (

    select
        -- ids
        enveloped.scope_id,
        {{ named('reports', ['episode_id', 'measure_id', 'unit_id', 'population_id', 'place_id']) }},
        {{ named('reports', ['cause_id', 'actor_id', 'incident_id']) }},

        -- text
        enveloped.hedge_convention,
        {{ named('reports', ['counting', 'verification', 'kind', 'place_role']) }},

        -- numbers
        {% for party_claims, suffix in sides.items() -%}
        enveloped.lowest{{ suffix }},
        enveloped.highest{{ suffix }},
        {{ agreement(party_claims, suffix) }},
        {% for told in ['source_count', 'named_source_count', 'report_count', 'earlier_source_count', 'earlier_low'] -%}
        enveloped.{{ told ~ suffix }},
        {% endfor -%}
        {% endfor %}
        -- booleans
        {% for suffix in sides.values() -%}
        enveloped.is_open_below{{ suffix }},
        enveloped.is_open_above{{ suffix }},
        {{ disputes(suffix) }},
        {% endfor %}
        -- dates
        {{ named('reports', ['period_start_on', 'period_end_on']) }},
        {% for suffix in sides.values() -%}
        {{ named('enveloped', ['counted_from_on' ~ suffix, 'counted_to_on' ~ suffix]) }},
        {% endfor -%}
        {{ named('enveloped', ['valid_from_on', 'valid_to_on']) }}
    from enveloped
    inner join reports on enveloped.any_report_id = reports.report_id
    left join disputes on {{ is_of_one_span('enveloped', 'disputes') }}
    {% for party_claims in sides -%}
    left join agreements as {{ party_claims }}
        on {{ is_of_one_span('enveloped', party_claims) }} and {{ party_claims }}.party_claims = '{{ party_claims }}'
    {% endfor %}

)

select * from final
-- What is asked for together lies together.
order by
    episode_id asc, measure_id asc, hedge_convention asc, population_id asc, place_id asc nulls last,
    period_start_on asc nulls last, scope_id asc, valid_from_on asc
