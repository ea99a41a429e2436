-- One row a country, year and group gives the people who came back in the year: refugees to their country, displaced
-- people within it. Beside these totals stand rows by sex and age, which hold only those whose are known: parts, and
-- never added to their total. Three age groups are girls or boys, and two are women or men.
with dated as (

    select
        *,
        case population_group when 'RDP' then 'idps' when 'RET' then 'refugees' else population_group end as whole_id,
        iso_day(reference_period_start) as starts_on,
        iso_day(reference_period_end) as ends_on,
        case gender when 'all' then 'all' when 'f' then 'females' when 'm' then 'males' else 'sex ' || gender end as sex,
        case
            when age_range in ('0-4', '5-11', '12-17') then 'children'
            when age_range in ('18-59', '60+') then 'adults'
            when age_range = 'all' then 'all'
            -- An age group that is not known yet is no population of ours, and its row is rejected for it.
            else 'age ' || age_range
        end as age
    from file_rows

),

named as (

    select
        *,
        case
            when sex = 'all' and age = 'all' then whole_id
            else case whole_id when 'idps' then 'idp' when 'refugees' then 'refugee' else whole_id end || '_' || case
                when age = 'all' then sex
                when sex = 'females' and age = 'children' then 'girls'
                when sex = 'males' and age = 'children' then 'boys'
                when sex = 'females' and age = 'adults' then 'women'
                when sex = 'males' and age = 'adults' then 'men'
                else concat_ws('_', sex, age)
            end
        end as population_id
    from dated

),

-- One row a country, year and population.
counted as (

    select
        concat_ws('-', origin_location_code, asylum_location_code, left(starts_on, 4)) as row_key,
        asylum_location_code as place_name,
        starts_on,
        ends_on,
        whole_id,
        population_id,
        min(line) as line,
        -- A group that says nothing, or whose row is missing, makes the sum none, and its line is rejected.
        case
            when count(population) = case age when 'children' then 3 when 'adults' then 2 else 1 end
                then concat(sum(whole_number(population)))
        end as phrase,
        case
            when age in ('children', 'adults')
                then 'By age: ' || string_agg(
                    age_range || ' ' || population, ', ' order by age_range = '60+', length(age_range)
                ) || '.'
        end as note,
        count(*) as row_count
    from named
    group by row_key, place_name, starts_on, ends_on, whole_id, population_id, age

),

final as (

    select
        row_key,
        'returned-' || population_id as figure_key,
        line,
        phrase,
        'returned' as measure_id,
        population_id,
        place_name,
        'adm0' as place_precision,
        'period' as counting,
        starts_on as period_start_on,
        ends_on as period_end_on,
        -- Who came back to a country is not who came back within it.
        case whole_id when 'idps' then 'own' else 'to' end as place_role,
        'exact' as hedge_id,
        phrase as value,
        case when row_count > 1 then 'summed' end as flags,
        note
    from counted
    -- A nought stands for none as well as for not counted.
    where phrase is distinct from '0'

)

select * from final
