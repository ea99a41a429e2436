-- People displaced within their country, as a row states them; and refugees of one origin, added up over the countries of
-- asylum, which share nobody. So every row is needed: this data set is loaded with no reject at all (max_rejects).
with counted as (

    select
        *,
        -- The year under way when a release comes out is counted at its middle.
        case when is_published(year_end(year)) then year_end(year) else year_middle(year) end as counted_on,
        -- Nobody is a refugee abroad in the country they are from. Where neither is known they may be two countries.
        coo_iso = coa_iso and coo_iso <> 'UNK' as is_at_home
    from file_rows

),

displaced as (

    select
        concat_ws('-', year, coo_iso, coa_iso) as row_key,
        'idps' as figure_key,
        line,
        idps as phrase,
        'idps' as population_id,
        'own' as place_role,
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
        -- A cell that says nothing makes the sum none, and its line is rejected.
        coalesce(min(line) filter (where refugees is null), min(line) filter (where not is_at_home)) as line,
        case
            when count(refugees) = count(*) then concat(sum(whole_number(refugees)) filter (where not is_at_home))
        end as phrase,
        'refugees' as population_id,
        'from' as place_role,
        coo_iso as place_name,
        counted_on,
        phrase as value,
        'summed' as flags,
        'Sum over ' || count(*) filter (where not is_at_home) || ' countries of asylum.' || coalesce(
            ' Not in it: ' || sum(whole_number(refugees)) filter (where is_at_home) || ' within the country itself.', ''
        ) as note
    from counted
    where refugees is distinct from '0'
    group by year, coo_iso, counted_on
    having count(*) filter (where not is_at_home) > 0

),

at_home as (

    select
        concat_ws('-', year, coo_iso, coa_iso) as row_key,
        'refugees-at_home' as figure_key,
        line,
        refugees as phrase,
        'refugees_at_home' as population_id,
        'from' as place_role,
        coo_iso as place_name,
        counted_on,
        refugees as value,
        'origin_is_asylum' as flags,
        'Published with this country as origin and as asylum: in no sum of refugees abroad.' as note
    from counted
    where refugees is distinct from '0' and is_at_home

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
        place_role,
        'exact' as hedge_id,
        value,
        flags,
        note
    from (
        select * from displaced
        union all
        select * from refugees
        union all
        select * from at_home
    ) as figures

)

select * from final
