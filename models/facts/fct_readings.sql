-- Which figures are affected is noted while they are scoped, so readings wait for that.
-- depends_on: {{ ref('int_figures_scoped') }}
with readings as (

    select * from {{ ref('int_readings') }}

),

final as (

    select
        -- ids
        figure_id,
        episode_id,

        -- text
        hedge_convention,
        low_basis,
        high_basis,

        -- numbers
        low,
        value_stated,
        high,
        share_low_pct,
        share_stated_pct,
        share_high_pct
    from readings

)

select * from final
