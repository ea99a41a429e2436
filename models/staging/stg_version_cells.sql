with figures as (

    {{ version_cells('figures') }}

),

documents as (

    {{ version_cells('documents') }}

),

dataset_figures as (

    {{ version_cells('dataset_figures') }}

),

final as (

    select * from figures
    union all
    select * from documents
    union all
    select * from dataset_figures

)

select * from final
