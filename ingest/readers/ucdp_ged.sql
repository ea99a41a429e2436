-- One event gives the people killed in all, as low, best and high, and by who they were: civilians, either side, unknown.
with figures as (

    select
        id,
        line,
        'killed-all' as figure_key,
        'all' as population_id,
        null as part_of_key,
        best as value,
        low,
        high,
        case when low = best and best = high then best else best || ' (' || low || '–' || high || ')' end as phrase,
        null as note
    from file_rows

    union all

    select
        id,
        line,
        part.figure_key,
        part.population_id,
        'killed-all' as part_of_key,
        part.value,
        null as low,
        null as high,
        part.value as phrase,
        part.note
    from file_rows
    cross join lateral (
        values
        ('killed-civilians', 'civilians', deaths_civilians, null),
        ('killed-side_a', 'fighters_side_a', deaths_a, 'Side a: ' || side_a),
        ('killed-side_b', 'fighters_side_b', deaths_b, 'Side b: ' || side_b),
        ('killed-unknown', 'unknown_status', deaths_unknown, null)
    ) as part (figure_key, population_id, value, note)
    -- A part of nobody is no figure; what is no number goes on, to be rejected.
    where part.value is distinct from '0'

),

final as (

    select
        figures.id as row_key,
        figures.figure_key,
        figures.line,
        events.source_original,
        figures.phrase,
        'killed' as measure_id,
        figures.population_id,
        concat_ws(', ', events.where_coordinates, events.adm_2, events.adm_1, events.country) as place_name,
        case events.where_prec
            when '1' then 'point'
            when '2' then 'near_point'
            when '3' then 'adm2'
            when '4' then 'adm1'
            when '5' then 'region'
            when '6' then 'adm0'
            when '7' then 'international'
            else events.where_prec
        end as place_precision,
        events.latitude,
        events.longitude,
        'incident' as counting,
        -- Some releases write days with a time of midnight.
        left(events.date_start, 10) as period_start_on,
        left(events.date_end, 10) as period_end_on,
        'exact' as hedge_id,
        figures.value,
        figures.low,
        figures.high,
        figures.part_of_key,
        'ucdp_ged-' || figures.id as incident_id,
        figures.note
    from figures
    inner join file_rows as events on figures.line = events.line

)

select * from final
