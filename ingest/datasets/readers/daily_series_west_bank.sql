-- OCHA's flash updates, and apart from them what OCHA verified: one voice, and two counts.
with objects as (

    select
        *,
        case when json_valid(verified) then verified end as verified_object,
        -- A number under its name in other letters would be passed over.
        regexp_extract_all(verified, '(?i)"\s*(killed|injured)(_children)?_cum\s*"\s*:')
        <> regexp_extract_all(verified, '"(killed|injured)(_children)?_cum"\s*:') as is_written_otherwise
    from file_rows

),

reports as (

    select
        report_date,
        line,
        verified,
        plain_number(json_extract_string(verified_object, '$.killed_cum')) as verified_killed_cum,
        plain_number(json_extract_string(verified_object, '$.injured_cum')) as verified_injured_cum,
        plain_number(json_extract_string(verified_object, '$.killed_children_cum')) as verified_killed_children_cum,
        plain_number(json_extract_string(verified_object, '$.injured_children_cum')) as verified_injured_children_cum,
        -- "fill" is a day without a flash update: the last numbers carried forward.
        case when flash_source <> 'fill' then case flash_source when 'un' then 'ocha' else flash_source end end
            as flash_source_id,
        flash_source,
        killed_cum,
        injured_cum,
        killed_children_cum,
        injured_children_cum,
        is_written_otherwise
    from objects

),

said as (

    select
        reports.report_date,
        reports.line,
        numbers.*
    from reports
    cross join lateral (
        values
        ('killed-all', flash_source_id, flash_source, 'killed', 'all', killed_cum, null),
        ('injured-all', flash_source_id, flash_source, 'injured', 'all', injured_cum, null),
        ('killed-children', flash_source_id, flash_source, 'killed', 'children', killed_children_cum, killed_cum),
        ('injured-children', flash_source_id, flash_source, 'injured', 'children', injured_children_cum, injured_cum),
        -- Where none of the four is told, what stands there is no number, and the row is rejected for it.
        (
            'killed-all-verified', 'ocha', 'verified', 'killed', 'all',
            case
                when is_written_otherwise or coalesce(
                    verified_killed_cum, verified_injured_cum, verified_killed_children_cum, verified_injured_children_cum
                ) is null then 'verified: ' || verified
                else verified_killed_cum
            end,
            null
        ),
        ('injured-all-verified', 'ocha', 'verified', 'injured', 'all', verified_injured_cum, null),
        (
            'killed-children-verified', 'ocha', 'verified', 'killed', 'children',
            verified_killed_children_cum, verified_killed_cum
        ),
        (
            'injured-children-verified', 'ocha', 'verified', 'injured', 'children',
            verified_injured_children_cum, verified_injured_cum
        )
    ) as numbers (figure_key, source_id, source_original, measure_id, population_id, number_text, total_text)
    where numbers.source_id is not null and numbers.number_text is not null

),

final as (

    select
        report_date as row_key,
        figure_key,
        line,
        source_id,
        source_original,
        number_text as phrase,
        measure_id,
        population_id,
        'PS01' as place_id,
        'West Bank' as place_name,
        'adm1' as place_precision,
        null as latitude,
        null as longitude,
        null as cause_id,
        null as actor_id,
        'cumulative' as counting,
        '2023-10-07' as period_start_on,
        null as period_end_on,
        report_date as reported_on,
        -- The day of a verified number is the day it counts up to; when it was said the file does not tell.
        case when source_original = 'verified' then 'inferred' else 'stated' end as reported_on_basis,
        case when source_original <> 'verified' then report_date end as published_on,
        case when source_original = 'verified' then 'verified' end as verification,
        'exact' as hedge_id,
        number_text as value,
        null as low,
        null as high,
        case when total_text is not null then replace(figure_key, '-children', '-all') end as part_of_key,
        null as incident_id,
        null as flags,
        null as note
    from said

)

select * from final
