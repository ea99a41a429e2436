-- One preliminary estimate a row, each a number of displacements in an event of its own, so that they add up.
-- Triangulation figures are other readings of events that a recommended figure counts already: they get a voice of
-- their own (idmc_triangulation) and a flag, so that no sum by source has both.
with updates as (

    select
        *,
        coalesce(lower(role) like '%triangulation%', false) as is_triangulation,
        -- Days are midnight in New Zealand turned to UTC: 11:00 or 12:00 of the day before. Plain days are themselves.
        day_in_auckland(displacement_start_date) as started_on,
        day_in_auckland(displacement_end_date) as ended_on,
        iso_day(created_at) as created_on
    from file_rows

),

final as (

    select
        id as row_key,
        'displaced' as figure_key,
        line,
        -- A role that is not known yet is no source of ours, and its row is rejected for it.
        case
            when is_triangulation then 'idmc_triangulation'
            when role is null or lower(role) like 'recommended%' then 'idmc'
            else role
        end as source_id,
        sources as source_original,
        concat_ws(' ', nullif(qualifier, 'total'), figure) as phrase,
        'displaced' as measure_id,
        'idps' as population_id,
        null as place_id,
        concat_ws(', ', locations_name, country) as place_name,
        case when locations_name is null then 'adm0' else 'point' end as place_precision,
        latitude,
        longitude,
        case displacement_type when 'Disaster' then 'disaster' when 'Conflict' then null else displacement_type end
            as cause_id,
        null as actor_id,
        'incident' as counting,
        started_on as period_start_on,
        ended_on as period_end_on,
        -- A row made before its last day was brought up to date later: on that day at the earliest.
        greatest(created_on, ended_on) as reported_on,
        case when created_on is null or ended_on > created_on then 'inferred' else 'stated' end as reported_on_basis,
        greatest(created_on, ended_on) as published_on,
        -- A qualifier that is not known yet is no hedge of ours, and its row is rejected for it.
        case qualifier
            when 'total' then 'exact'
            when 'approximately' then 'about'
            when 'more than' then 'more_than'
            when 'less than' then 'fewer_than'
            when 'up to' then 'up_to'
            when 'at least' then 'at_least'
            else coalesce(qualifier, 'exact')
        end as hedge_id,
        figure as value,
        null as low,
        null as high,
        null as part_of_key,
        'idmc_idu-' || case when is_triangulation then 'triangulation-' else '' end || id as incident_id,
        case when is_triangulation then 'triangulation' end as flags,
        concat_ws('; ', event_name, nullif(concat_ws(', ', type, subtype), '')) as note
    from updates

)

select * from final
