with contradictions as (

    select * from {{ ref('range_contradictions') }}
    -- What rounding alone parts is told apart (check_copied_figures): it contradicts nothing.
    where
        hedge_convention = '{{ var("hedge_convention") }}' and not is_within_rounding
        and {{ is_affected('scope') }}

),

reports as (

    select * from {{ ref('fct_reports') }}
    where {{ is_affected('scope') }}

),

figures as (

    select * from {{ ref('fct_figures') }}
    where {{ is_affected('scope') }}

),

pairs as (

    -- Each pair once however many days it stood.
    select
        scope_id,
        lower_report_id,
        higher_report_id,
        kind,
        gap,
        is_by_convention,
        min(valid_from_on) as disputed_from_on
    from contradictions
    group by scope_id, lower_report_id, higher_report_id, kind, gap, is_by_convention

),

findings as (

    select
        pairs.lower_report_id as lower_figure_id,
        pairs.higher_report_id as higher_figure_id,
        lower_reports.episode_id,
        pairs.scope_id,
        pairs.kind,
        {{ stated_figure('lower_figures', 'lower_reports.counted_until_on') }} || ' and '
        || {{ stated_figure('higher_figures', 'higher_reports.counted_until_on') }}
        || case pairs.kind
            when 'later_is_lower' then ': the later count is lower, which no count of one thing can be'
            when 'same_window' then ': of one stretch of days no number fits both'
            else ': no number fits both'
        end || '. They lie ' || {{ number_text('pairs.gap') }} || ' apart'
        || case when pairs.is_by_convention then ', by no more than our reading of a vague word.' else '.' end
            as sentence,
        pairs.gap,
        lower_reports.is_party_claim or higher_reports.is_party_claim as has_party_claim,
        pairs.is_by_convention,
        lower_reports.is_standing and higher_reports.is_standing as is_standing,
        lower_reports.counted_until_on as lower_counted_until_on,
        higher_reports.counted_until_on as higher_counted_until_on,
        pairs.disputed_from_on
    from pairs
    {% for side in ['lower', 'higher'] -%}
    inner join reports as {{ side }}_reports on pairs.{{ side }}_report_id = {{ side }}_reports.report_id
    inner join figures as {{ side }}_figures on pairs.{{ side }}_report_id = {{ side }}_figures.figure_id
    {% endfor -%}
    where {{ are_told_now(['pairs.lower_report_id', 'pairs.higher_report_id'], is_affected('scope')) }}

)

select * from findings
