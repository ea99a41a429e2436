-- Two unlike counts a row, never to be compared: the stock on 31 December, and the movements in the year.
with rows_dated as (

    select
        *,
        year_end(year) as ends_on,
        year_start(year) as starts_on
    from file_rows

),

counted as (

    select
        iso3,
        year,
        line,
        'stock' as counting,
        ends_on as starts_on,
        ends_on,
        total_displacement as number,
        total_displacement_rounded as rounded
    from rows_dated

    union all

    select
        iso3,
        year,
        line,
        'period' as counting,
        starts_on,
        ends_on,
        new_displacement as number,
        new_displacement_rounded as rounded
    from rows_dated

),

final as (

    select
        concat_ws('-', iso3, year) as row_key,
        case counting when 'stock' then 'displaced-stock' else 'displaced-flow' end as figure_key,
        line,
        coalesce(number, rounded) as phrase,
        'displaced' as measure_id,
        'idps' as population_id,
        iso3 as place_name,
        'adm0' as place_precision,
        counting,
        starts_on as period_start_on,
        ends_on as period_end_on,
        'own' as place_role,
        case when number is null then 'about' else 'exact' end as hedge_id,
        coalesce(number, rounded) as value,
        -- What IDMC publishes beside it: to ten from a hundred, to a hundred from a thousand, to a thousand from ten thousand.
        case
            when whole_number(coalesce(number, rounded)) >= 10000 then 1000
            when whole_number(coalesce(number, rounded)) >= 1000 then 100
            when whole_number(coalesce(number, rounded)) >= 100 then 10
        end as rounded_to,
        case when number is null then 'rounded' end as flags,
        'Published rounded as ' || rounded || '.' as note
    from counted
    -- A nought that is not rounded to nought was not counted.
    where coalesce(number, rounded) is not null and not (number = '0' and rounded is null)

)

select * from final
