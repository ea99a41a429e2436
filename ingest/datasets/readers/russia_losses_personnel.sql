-- One claimant on its enemy: killed or injured together, since the General Staff speaks of losses only.
with claims as (

    select
        *,
        case date
            when '2025-02-28' then 1650
            when '2025-04-22' then 160
        end as corrected_by
    from file_rows

),

final as (

    select
        date as row_key,
        'personnel' as figure_key,
        line,
        'ukraine_general_staff' as source_id,
        null as source_original,
        concat_ws(' ', "personnel*", personnel) as phrase,
        'killed_or_injured' as measure_id,
        'russian_forces' as population_id,
        'UA' as place_id,
        'Ukraine' as place_name,
        'adm0' as place_precision,
        null as latitude,
        null as longitude,
        null as cause_id,
        null as actor_id,
        'cumulative' as counting,
        '2022-02-24' as period_start_on,
        null as period_end_on,
        date as reported_on,
        'stated' as reported_on_basis,
        date as published_on,
        -- A word that is neither is kept, is no hedge of ours, and so is rejected.
        case
            when "personnel*" is null then 'exact'
            when "personnel*" = 'more' then 'more_than'
            else "personnel*"
        end as hedge_id,
        personnel as value,
        null as low,
        null as high,
        null as part_of_key,
        null as incident_id,
        case when corrected_by is not null then 'corrected_that_day' end as flags,
        'Losses of personnel; how many of them dead is not said.'
        || case
            when corrected_by is not null
                then ' ' || corrected_by || ' of the rise since the day before are a correction of earlier days.'
            else ''
        end as note
    from claims

)

select * from final
