with scoped as (

    select * from {{ ref('int_figures_scoped') }}

),

figures_read as (

    select * from {{ ref('int_figures_read') }}

),

counted as (

    -- Shares are no people, and what is withdrawn says nothing about what is not.
    select
        scoped.*,
        figures_read.low,
        figures_read.high
    from scoped
    inner join figures_read on scoped.figure_id = figures_read.figure_id
    where not figures_read.is_share and not scoped.is_withdrawn

),

compared as (

    -- The names of all dimensions in which a part differs from its total, run together.
    select
        parts.*,
        totals.low as total_low,
        totals.high as total_high,
        case when parts.measure_id <> totals.measure_id then 'measure' else '' end
        || case when parts.population_id <> totals.population_id then 'population' else '' end
        || case when parts.place_id <> totals.place_id then 'place' else '' end
        || case when (parts.cause_id is distinct from totals.cause_id) then 'cause' else '' end
        || case when (parts.actor_id is distinct from totals.actor_id) then 'actor' else '' end
        || case when parts.counting <> totals.counting then 'counting' else '' end
        || case when (parts.scope_start_on is distinct from totals.scope_start_on) then 'start' else '' end
        || case when (parts.scope_end_on is distinct from totals.scope_end_on) then 'end' else '' end as differences
    from counted as parts
    inner join counted as totals on parts.part_of = totals.figure_id and parts.scope_kind = totals.scope_kind

),

sliced as (

    -- A part that differs in one dimension only is a slice along it: only such slices can be added up.
    select
        figure_id,
        part_of,
        low,
        high,
        total_low,
        total_high,
        case when differences in ('measure', 'population', 'place', 'cause') then differences end as dimension,
        case differences
            when 'measure' then measure_id
            when 'population' then population_id
            when 'place' then place_id
            when 'cause' then cause_id
        end as slice_id
    from compared

)

select * from sliced
