with matched as (

    select * from {{ ref('int_place_names_matched') }}

),

within as (

    select * from {{ ref('int_places_within') }}

),

named as (

    select distinct place_name
    from matched

),

countries as (

    -- A name that two countries carry says neither. The whole name says it best, then its last part.
    select
        place_name,
        case when position = 0 then 9 else position end as rank_in_name,
        min(place_id) as country_id
    from matched
    where place_id = country_id
    group by place_name, position
    having count(*) = 1

),

homes as (

    select
        place_name,
        max_by(country_id, rank_in_name) as country_id
    from countries
    group by place_name

),

at_home as (

    -- A name that two places carry says neither, unless the country tells them apart.
    select
        matched.place_name,
        matched.position,
        min(matched.place_id) as place_id,
        min(matched.country_id) as country_id
    from matched
    left join homes on matched.place_name = homes.place_name
    where matched.place_id is not null and (homes.country_id is null or matched.country_id = homes.country_id)
    group by matched.place_name, matched.position
    having count(*) = 1

),

broadest as (

    -- The governorate, say: what is narrower must lie in it, or a village would be taken for a district of its name.
    select
        place_name,
        max(position) as position
    from at_home
    where place_id <> coalesce(country_id, '')
    group by place_name

),

fitting as (

    select
        at_home.*,
        row_number() over (partition by at_home.place_name order by at_home.position) as place_in_order
    from at_home
    left join broadest on at_home.place_name = broadest.place_name
    left join at_home as frames on broadest.place_name = frames.place_name and broadest.position = frames.position
    left join within on at_home.place_id = within.place_id and frames.place_id = within.within_id
    where at_home.place_id = at_home.country_id or within.place_id is not null

),

placed as (

    -- A name no list knows is not lost: it counts for its country, else for the world, and a check names it.
    select
        named.place_name,
        coalesce(fitting.place_id, 'world') as place_id,
        coalesce(fitting.position <= 1 or fitting.place_id <> coalesce(fitting.country_id, ''), false) as is_resolved
    from named
    left join fitting on named.place_name = fitting.place_name and fitting.place_in_order = 1

),

final as (

    -- Two names that no list knows are not one place: each is a scope of its own, in whatever case or spacing it is
    -- written. A full stop would end its part of the scope's key.
    select
        *,
        case
            when is_resolved then place_id
            else place_id || ':' || coalesce(nullif({{ name_key('place_name') }}, ''), replace(place_name, '.', '·'))
        end as stated_place
    from placed

)

select * from final
