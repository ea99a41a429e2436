{{ config(materialized='view') }}

with figures as (

    select * from {{ ref('int_figures_by_release') }}
    where counting = 'cumulative'

),

releases as (

    select * from {{ ref('int_dataset_releases') }}

),

figures_by_side as (

    -- Each number as what its own release says, and as what the next one had before it.
    select
        document_id,
        source_id,
        scope_id,
        counted_until_on,
        figure_id,
        value_stated,
        cast(null as {{ dbt.type_bigint() }}) as previous_value_stated
    from figures
    where previous_document_id is not null

    union all

    select
        next_document_id as document_id,
        source_id,
        scope_id,
        counted_until_on,
        figure_id,
        cast(null as {{ dbt.type_bigint() }}) as value_stated,
        value_stated as previous_value_stated
    from figures
    where next_document_id is not null

),

days as (

    select
        document_id,
        source_id,
        scope_id,
        counted_until_on,
        coalesce(min(case when value_stated is not null then figure_id end), min(figure_id)) as figure_id,
        max(value_stated) as value_stated,
        max(previous_value_stated) as previous_value_stated
    from figures_by_side
    group by document_id, source_id, scope_id, counted_until_on

),

carried as (

    -- A running count reads as it was last told until it is told anew.
    select
        days.document_id,
        days.figure_id,
        days.counted_until_on,
        {{ last_stated('days.value_stated', 'until_then') }} as value_stated,
        {{ last_stated('days.previous_value_stated', 'until_then') }} as previous_value_stated,
        lead(days.counted_until_on) over in_order as restated_on,
        -- The release before tells of the days until it came out.
        greatest(releases.previous_published_on, cast({{ dbt.dateadd('day', 1, "max(
            case when days.previous_value_stated is not null then days.counted_until_on end
        ) over (partition by days.document_id, days.source_id, days.scope_id)") }} as date)) as unstated_from_on
    from days
    inner join releases on days.document_id = releases.document_id
    window
        in_order as (
            partition by days.document_id, days.source_id, days.scope_id order by days.counted_until_on nulls last
        ),
        until_then as (
            partition by days.document_id, days.source_id, days.scope_id order by days.counted_until_on nulls last
            rows between unbounded preceding and current row
        )

),

corrected as (

    select
        document_id,
        figure_id,
        cast(greatest(0, {{ dbt.datediff(
            'counted_until_on', 'least(coalesce(restated_on, unstated_from_on), unstated_from_on)', 'day'
        ) }}) as {{ dbt.type_bigint() }}) as corrected_day_count
    from carried
    where value_stated <> previous_value_stated

)

select * from corrected
where corrected_day_count > 0
