with figures as (

    select * from {{ ref('stg_figures') }}
    where {{ is_affected('source') }}

),

hedges as (

    select * from {{ ref('hedges') }}

),

worded as (

    select
        figures.figure_id,
        figures.episode_id,
        hedges.convention as hedge_convention,
        figures.value_coded,
        figures.low_coded,
        figures.high_coded,
        hedges.hedge_id = 'share' as is_share,
        -- The bounds a data set publishes are its source's own, and so is an interval that is stated; other bounds of
        -- the record are the coder's.
        case when figures.dataset_id is null and figures.interval_kind is null then 'override' else 'stated' end
            as coded_basis,
        hedges.needs = 'bounds' as is_between,
        hedges.low_fixed,
        hedges.high_fixed,
        hedges.low_offset,
        hedges.high_offset,
        hedges.low_basis,
        hedges.high_basis,
        -- A hedge is wider around small numbers: the same word narrows from 1,000 (Ferson et al. 2015).
        case when figures.value_coded >= 1000 then hedges.low_pct_from_1000 else hedges.low_pct end as low_pct,
        case when figures.value_coded >= 1000 then hedges.high_pct_from_1000 else hedges.high_pct end as high_pct
    from figures
    inner join hedges on figures.hedge_id = hedges.hedge_id
    where {{ is_read_twice('figures.status') }}

),

computed as (

    -- Rounded outwards: a reading may be wider than the convention by less than one person, never narrower.
    select
        *,
        case
            when low_basis = 'open' then null
            else coalesce(low_fixed, floor(value_coded * (100 + low_pct) / 100.0) + low_offset)
        end as low_read,
        case
            when high_basis = 'open' then null
            else coalesce(high_fixed, ceil(value_coded * (100 + high_pct) / 100.0) + high_offset)
        end as high_read
    from worded

),

bounded as (

    select
        figure_id,
        episode_id,
        hedge_convention,
        case when low_coded is not null and not is_between then coded_basis else low_basis end as low_basis,
        case when high_coded is not null and not is_between then coded_basis else high_basis end as high_basis,
        case when not is_share then cast(round(coalesce(low_coded, low_read)) as bigint) end as low,
        case when not is_share then cast(round(value_coded) as bigint) end as value_stated,
        case when not is_share then cast(round(coalesce(high_coded, high_read)) as bigint) end as high,
        -- A share is a figure of its own kind, in percent of its total: never multiplied into people (rule 11).
        case when is_share then cast(coalesce(low_coded, value_coded) as double) end as share_low_pct,
        case when is_share then cast(value_coded as double) end as share_stated_pct,
        case when is_share then cast(coalesce(high_coded, value_coded) as double) end as share_high_pct,
        is_share
    from computed

)

select * from bounded
