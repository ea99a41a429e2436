-- Cumulative numbers as reported; the ext_ fields are the producer's own extrapolation and are not read.
with reports as (

    select
        *,
        case report_source
            when 'mohtel' then 'gaza_moh'
            when 'gmotel' then 'gaza_gmo'
            when 'unocha' then 'ocha'
            else report_source
        end as source_id
    from file_rows
    -- "missing" is a day without a report, and a period of 0 hours one on which the last number was carried forward.
    where report_source <> 'missing' and report_period <> '0'

),

said as (

    select
        reports.report_date,
        reports.line,
        reports.source_id,
        reports.report_source,
        numbers.*
    from reports
    cross join lateral (
        values
        ('killed-all', 'killed', 'all', null, killed_cum, null),
        ('injured-all', 'injured', 'all', null, injured_cum, null),
        ('killed-children', 'killed', 'children', null, killed_children_cum, killed_cum),
        ('killed-women', 'killed', 'women', null, killed_women_cum, killed_cum),
        ('killed-health_workers', 'killed', 'health_workers', null, med_killed_cum, killed_cum),
        ('killed-civil_defence_workers', 'killed', 'civil_defence_workers', null, civdef_killed_cum, killed_cum),
        ('killed-journalists', 'killed', 'journalists', null, press_killed_cum, killed_cum),
        -- The starved are not in the ministry's toll, and of those who sought aid the file does not say.
        ('killed-aid_seekers', 'killed', 'aid_seekers', null, aid_seeker_killed_cum, null),
        ('injured-aid_seekers', 'injured', 'aid_seekers', null, aid_seeker_injured_cum, null),
        ('killed-starved', 'killed', 'all', 'starvation', famine_cum, null),
        ('killed-starved-children', 'killed', 'children', 'starvation', child_famine_cum, famine_cum)
    ) as numbers (figure_key, measure_id, population_id, cause_id, number_text, total_text)
    where numbers.number_text is not null

),

final as (

    select
        report_date as row_key,
        figure_key,
        line,
        source_id,
        report_source as source_original,
        number_text as phrase,
        measure_id,
        population_id,
        'PS02' as place_id,
        'Gaza Strip' as place_name,
        'adm1' as place_precision,
        null as latitude,
        null as longitude,
        cause_id,
        null as actor_id,
        'cumulative' as counting,
        '2023-10-07' as period_start_on,
        null as period_end_on,
        report_date as reported_on,
        'stated' as reported_on_basis,
        report_date as published_on,
        'exact' as hedge_id,
        number_text as value,
        null as low,
        null as high,
        case
            when total_text is null then null
            when cause_id = 'starvation' then 'killed-starved'
            else measure_id || '-all'
        end as part_of_key,
        null as incident_id,
        null as flags,
        null as note
    from said

)

select * from final
