with loads as (

    select * from {{ ref('stg_loads') }}

),

final as (

    select
        cast(loaded_at as date) as recorded_on,
        max(loaded_at) as recorded_until_at,
        cast(count(*) as integer) as load_count
    from loads
    group by 1

)

select * from final
