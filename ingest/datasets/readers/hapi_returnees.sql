-- One row a country, year and group gives the people who came back in the year: refugees to their country, displaced
-- people within it. Rows by sex and age stand beside their totals and give no figure: they hold only those whose are known.
with totals as (

    select
        *,
        case population_group when 'RDP' then 'idps' when 'RET' then 'refugees' else population_group end as population_id,
        iso_day(reference_period_start) as starts_on,
        iso_day(reference_period_end) as ends_on
    from file_rows
    where gender = 'all' and age_range = 'all'

),

final as (

    select
        concat_ws('-', origin_location_code, asylum_location_code, left(starts_on, 4)) as row_key,
        'returned-' || population_id as figure_key,
        line,
        population as phrase,
        'returned' as measure_id,
        population_id,
        asylum_location_code as place_name,
        'adm0' as place_precision,
        'period' as counting,
        starts_on as period_start_on,
        ends_on as period_end_on,
        -- Who came back to a country is not who came back within it.
        case population_id when 'idps' then 'own' else 'to' end as place_role,
        'exact' as hedge_id,
        population as value
    from totals
    -- A nought stands for none as well as for not counted.
    where population is distinct from '0'

)

select * from final
