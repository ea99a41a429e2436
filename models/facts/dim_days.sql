with recursive documents as (

    select * from {{ ref('dim_documents') }}

),

known as (

    select
        min(published_on) as first_on,
        max(published_on) as last_on
    from documents

),

days as (

    select
        first_on as known_on,
        last_on
    from known
    where first_on is not null

    union all

    select
        cast({{ dbt.dateadd('day', 1, 'known_on') }} as date) as known_on,
        last_on
    from days
    where known_on < last_on

),

final as (

    select known_on
    from days

)

select * from final
