-- One event gives the people killed in all, as low, best and high, and by who they were: civilians, either side, unknown.
with events as (

    -- What all figures of an event are told with, worked out once an event.
    select
        *,
        concat_ws(', ', where_coordinates, adm_2, adm_1, country) as place_name,
        case where_prec
            when '1' then 'point'
            when '2' then 'near_point'
            when '3' then 'adm2'
            when '4' then 'adm1'
            when '5' then 'region'
            when '6' then 'adm0'
            when '7' then 'international'
            else where_prec
        end as place_precision,
        date_start as period_start_on,
        date_end as period_end_on,
        'ucdp_ged-' || id as incident_id,
        case when low = best and best = high then best else best || ' (' || low || '–' || high || ')' end as phrase_of_all
    from file_rows

),

numbers as (

    select
        events.*,
        part.figure_key,
        part.population_id,
        part.figure_key = 'killed-all' as is_total,
        case part.figure_key
            when 'killed-all' then best
            when 'killed-civilians' then deaths_civilians
            when 'killed-side_a' then deaths_a
            when 'killed-side_b' then deaths_b
            when 'killed-unknown' then deaths_unknown
        end as value
    from events
    cross join (
        values
        ('killed-all', 'all'),
        ('killed-civilians', 'civilians'),
        ('killed-side_a', 'fighters_side_a'),
        ('killed-side_b', 'fighters_side_b'),
        ('killed-unknown', 'unknown_status')
    ) as part (figure_key, population_id)

),

final as (

    select
        id as row_key,
        figure_key,
        line,
        source_original,
        case when is_total then phrase_of_all else value end as phrase,
        'killed' as measure_id,
        population_id,
        place_name,
        place_precision,
        latitude,
        longitude,
        'incident' as counting,
        period_start_on,
        period_end_on,
        case when event_clarity is not null and date_prec is not null then 'ucdp_clarity_and_date' end
            as source_grade_scheme,
        'clarity ' || event_clarity || ' date ' || date_prec as source_grade,
        'exact' as hedge_id,
        value,
        case when is_total then low end as low,
        case when is_total then high end as high,
        case when not is_total then 'killed-all' end as part_of_key,
        incident_id,
        case figure_key when 'killed-side_a' then 'Side a: ' || side_a when 'killed-side_b' then 'Side b: ' || side_b end
            as note
    from numbers
    -- A part of nobody is no figure; what is no number goes on, to be rejected.
    where is_total or value is distinct from '0'

)

select * from final
