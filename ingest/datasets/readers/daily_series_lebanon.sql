-- The ministry counts from zero in every escalation ("phase"). Its own numbers are read, not the sums over phases.
with reports as (

    select
        *,
        case phase when '1' then '2023-10-08' when '2' then '2026-03-02' end as phase_start_on
    from file_rows

),

said as (

    select
        reports.report_date,
        reports.line,
        reports.report_source,
        reports.phase,
        reports.phase_start_on,
        numbers.*
    from reports
    cross join lateral (
        values
        ('killed-all', 'killed', killed_cum_reported),
        ('injured-all', 'injured', injured_cum_reported)
    ) as numbers (figure_key, measure_id, number_text)
    where numbers.number_text is not null

),

final as (

    select
        report_date as row_key,
        figure_key,
        line,
        -- OCHA and the WHO relay what the ministry counted.
        case when report_source in ('moph_lb', 'ocha', 'who') then 'lebanon_moph' else report_source end as source_id,
        report_source as source_original,
        number_text as phrase,
        measure_id,
        'all' as population_id,
        'LB' as place_id,
        'Lebanon' as place_name,
        'adm0' as place_precision,
        null as latitude,
        null as longitude,
        null as cause_id,
        null as actor_id,
        'cumulative' as counting,
        -- A phase that is not known yet has no start: "phase 3" is no day, and the row is rejected for it.
        coalesce(phase_start_on, 'phase ' || phase, 'no phase') as period_start_on,
        null as period_end_on,
        report_date as reported_on,
        'stated' as reported_on_basis,
        report_date as published_on,
        'exact' as hedge_id,
        number_text as value,
        null as low,
        null as high,
        null as part_of_key,
        null as incident_id,
        null as flags,
        case when report_source <> 'moph_lb' then 'Relayed by ' || report_source || '.' end as note
    from said

)

select * from final
