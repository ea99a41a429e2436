-- People displaced within their country, as a row states them; and refugees of one origin, added up over the countries of
-- asylum, which share nobody. So every row is needed: this data set is loaded with no reject at all (max_rejects).
with dated as (

    select
        *,
        try_cast(year as integer) as counted_in,
        getvariable('published_on') as published_on
    from file_rows

),

counted as (

    select
        *,
        -- The year under way when a release comes out is counted at its middle.
        case
            when make_date(counted_in, 12, 31) <= published_on then make_date(counted_in, 12, 31)
            else make_date(counted_in, 6, 30)
        end as counted_on
    from dated

),

displaced as (

    select
        concat_ws('-', year, coo_iso, coa_iso) as row_key,
        'idps' as figure_key,
        line,
        idps as phrase,
        'all' as population_id,
        coa_iso as place_name,
        counted_on,
        idps as value,
        null as flags,
        null as note
    from counted
    where idps is distinct from '0'

),

refugees as (

    select
        concat_ws('-', year, coo_iso) as row_key,
        'refugees' as figure_key,
        min(line) as line,
        -- What is no number makes the sum none, and its line is rejected.
        case
            when count(try_cast(refugees as bigint)) = count(*) then cast(sum(try_cast(refugees as bigint)) as varchar)
            else max(refugees) filter (where try_cast(refugees as bigint) is null)
        end as phrase,
        'refugees' as population_id,
        coo_iso as place_name,
        counted_on,
        phrase as value,
        'summed' as flags,
        'Sum over ' || count(*) || ' countries of asylum.' as note
    from counted
    where refugees is distinct from '0'
    group by year, coo_iso, counted_on

),

final as (

    select
        row_key,
        figure_key,
        line,
        phrase,
        'displaced' as measure_id,
        population_id,
        place_name,
        'adm0' as place_precision,
        'stock' as counting,
        counted_on as period_start_on,
        counted_on as period_end_on,
        'exact' as hedge_id,
        value,
        flags,
        note
    from (
        select * from displaced
        union all
        select * from refugees
    ) as figures

)

select * from final
