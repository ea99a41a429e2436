with documents as (

    select * from {{ ref('dim_documents') }}

),

known as (

    select
        min(published_on) as first_on,
        max(published_on) as last_on
    from documents

),

final as (

    select {{ days_between('first_on', 'last_on') }} as known_on
    from known
    where first_on is not null

)

select * from final
