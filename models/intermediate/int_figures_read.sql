{{ config(materialized='view') }}

with readings as (

    select * from {{ ref('int_readings') }}

),

figures_read as (

    -- Which figures are one report, what stands and what parts imply is settled by one convention: that of the build.
    select
        figure_id,
        low_basis,
        high_basis,
        low,
        value_stated,
        high,
        share_low_pct,
        share_stated_pct,
        share_high_pct,
        is_share
    from readings
    where hedge_convention = '{{ var("hedge_convention") }}'

)

select * from figures_read
