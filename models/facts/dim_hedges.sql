with hedges as (

    select * from {{ ref('hedges') }}

),

final as (

    select
        hedge_id,
        convention,
        name,
        needs,
        low_basis,
        high_basis,
        description,
        reference,
        low_fixed,
        low_offset,
        low_pct,
        low_pct_from_1000,
        high_fixed,
        high_offset,
        high_pct,
        high_pct_from_1000,
        convention = '{{ var("hedge_convention") }}' as is_applied
    from hedges

)

select * from final
