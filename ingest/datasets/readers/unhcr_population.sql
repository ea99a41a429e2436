-- People displaced within their country and those who returned within it, as a row states them; and of one origin refugees,
-- asylum seekers and refugees who returned, added up over the other country, whose rows share nobody. So every row is
-- needed: this data set is loaded with no reject at all (max_rejects).
with counted as (

    select
        *,
        -- The year under way when a release comes out is counted at its middle.
        case when is_published(year_end(year)) then year_end(year) else year_middle(year) end as counted_on,
        -- Nobody has fled abroad in the country they are from. Where neither is known they may be two countries.
        coo_iso = coa_iso and coo_iso <> 'UNK' as is_at_home,
        -- A query of the Data Finder may leave a column out: that is none of its people, and no cell that says nothing.
        count(asylum_seekers) over () > 0 as has_asylum_seekers,
        count(returned_refugees) over () > 0 as has_returned_refugees,
        count(returned_idps) over () > 0 as has_returned_idps
    from file_rows

),

-- One row a number of people that is told of one country alone.
within_country as (

    select year, coo_iso, coa_iso, line, counted_on, 'idps' as figure_key, 'displaced' as measure_id, idps as phrase
    from counted

    union all

    select year, coo_iso, coa_iso, line, counted_on, 'returned-idps', 'returned', returned_idps
    from counted
    where has_returned_idps

),

-- One row a number of people who crossed a border, from a country or back to it.
across_border as (

    select
        year, coo_iso, coa_iso, line, counted_on, is_at_home,
        'refugees' as figure_key, 'displaced' as measure_id, 'refugees' as population_id, refugees as number
    from counted

    union all

    select
        year, coo_iso, coa_iso, line, counted_on, is_at_home,
        'asylum_seekers', 'displaced', 'asylum_seekers', asylum_seekers
    from counted
    where has_asylum_seekers

    union all

    select
        year, coo_iso, coa_iso, line, counted_on,
        -- Who came back is at home: where the country left is told as the same one, it is not known.
        false, 'returned-refugees', 'returned', 'refugees', returned_refugees
    from counted
    where has_returned_refugees

),

summed as (

    select
        concat_ws('-', year, coo_iso) as row_key,
        figure_key,
        -- A cell that says nothing makes the sum none, and its line is rejected.
        coalesce(min(line) filter (where number is null), min(line) filter (where not is_at_home)) as line,
        case
            when count(number) = count(*) then concat(sum(whole_number(number)) filter (where not is_at_home))
        end as phrase,
        measure_id,
        population_id,
        coo_iso as place_name,
        year,
        counted_on,
        -- They left the country; who returned came to it.
        if(measure_id = 'returned', 'to', 'from') as place_role,
        'summed' as flags,
        'Sum over ' || count(*) filter (where not is_at_home)
        || if(measure_id = 'returned', ' countries they returned from.', ' countries of asylum.') || coalesce(
            ' Not in it: ' || sum(whole_number(number)) filter (where is_at_home) || ' within the country itself.', ''
        ) as note
    from across_border
    where number is distinct from '0'
    group by year, coo_iso, counted_on, figure_key, measure_id, population_id
    having count(*) filter (where not is_at_home) > 0

),

at_home as (

    select
        concat_ws('-', year, coo_iso, coa_iso) as row_key,
        figure_key || '-at_home' as figure_key,
        line,
        number as phrase,
        measure_id,
        population_id || '_at_home' as population_id,
        coo_iso as place_name,
        year,
        counted_on,
        'from' as place_role,
        'origin_is_asylum' as flags,
        'Published with this country as origin and as asylum: in no sum of ' || replace(population_id, '_', ' ')
        || ' abroad.' as note
    from across_border
    where number is distinct from '0' and is_at_home

),

final as (

    select
        row_key,
        figure_key,
        line,
        phrase,
        measure_id,
        population_id,
        place_name,
        'adm0' as place_precision,
        if(measure_id = 'returned', 'period', 'stock') as counting,
        -- Returns are those of the year so far, and the displaced those of a day.
        if(measure_id = 'returned', year_start(year), counted_on) as period_start_on,
        counted_on as period_end_on,
        place_role,
        'exact' as hedge_id,
        phrase as value,
        flags,
        note
    from (
        select
            concat_ws('-', year, coo_iso, coa_iso) as row_key, figure_key, line, phrase, measure_id, 'idps' as population_id,
            coa_iso as place_name, year, counted_on, 'own' as place_role, null as flags, null as note
        from within_country
        where phrase is distinct from '0'

        union all

        select * from summed

        union all

        select * from at_home
    ) as figures

)

select * from final
