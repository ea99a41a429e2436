with standing as (

    select * from {{ ref('range_standing_reports') }}
    where
        hedge_convention = '{{ var("hedge_convention") }}'
        and is_alone is distinct from true
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

voices as (

    select * from {{ ref('dim_voices') }}

),

pairs as (

    -- The lower of the two first; each pair once however many days it stood.
    select
        lower_reports.scope_id,
        lower_reports.report_id as lower_report_id,
        higher_reports.report_id as higher_report_id,
        min(lower_reports.valid_from_on) as disputed_from_on
    from standing as lower_reports
    inner join standing as higher_reports
        on lower_reports.scope_id = higher_reports.scope_id
        and lower_reports.valid_from_on = higher_reports.valid_from_on
        and lower_reports.report_id <> higher_reports.report_id
        and lower_reports.high < coalesce(higher_reports.low, 0)
    group by lower_reports.scope_id, lower_reports.report_id, higher_reports.report_id

),

findings as (

    select
        pairs.lower_report_id as lower_figure_id,
        pairs.higher_report_id as higher_figure_id,
        lower_reports.episode_id,
        pairs.scope_id,
        lower_voices.name || ' says “' || lower_figures.phrase || '” (' || pairs.lower_report_id || ') and '
        || higher_voices.name || ' “' || higher_figures.phrase || '” (' || pairs.higher_report_id
        || ') of the same thing: no number fits both, they lie '
        || {{ number_text('higher_reports.low - lower_reports.high') }} || ' apart at the least.' as sentence,
        higher_reports.low - lower_reports.high as gap,
        lower_reports.is_party_claim or higher_reports.is_party_claim as has_party_claim,
        lower_reports.is_standing and higher_reports.is_standing as is_standing,
        pairs.disputed_from_on
    from pairs
    inner join reports as lower_reports on pairs.lower_report_id = lower_reports.report_id
    inner join reports as higher_reports on pairs.higher_report_id = higher_reports.report_id
    inner join figures as lower_figures on pairs.lower_report_id = lower_figures.figure_id
    inner join figures as higher_figures on pairs.higher_report_id = higher_figures.figure_id
    inner join voices as lower_voices on lower_reports.voice_id = lower_voices.voice_id
    inner join voices as higher_voices on higher_reports.voice_id = higher_voices.voice_id

)

select * from findings
