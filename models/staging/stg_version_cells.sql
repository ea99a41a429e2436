with figures as (

    {{ version_cells('figures') }}

),

documents as (

    {{ version_cells('documents') }}

),

final as (

    select * from figures
    union all
    select * from documents

)

select * from final
