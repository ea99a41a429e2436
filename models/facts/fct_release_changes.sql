{%- set told = ['episode_id', 'source_id', 'voice_id', 'dataset_id', 'measure_id', 'population_id', 'place_id'] -%}
{%- set numbers = ['low', 'value_stated', 'high'] -%}
{%- set days = ['period_start_on', 'counted_until_on'] -%}
with figures as (

    select * from {{ ref('fct_figures') }}
    where dataset_id is not null and {{ is_affected('source') }}

),

row_keys as (

    select
        figure_id,
        row_key
    from {{ ref('stg_dataset_figures') }}
    where {{ is_affected('source') }}

),

releases as (

    select * from {{ ref('int_dataset_releases') }}

),

corrected_days as (

    select * from {{ ref('int_corrected_days') }}

),

keyed as (

    -- A row of a data set has one key in every release, and a figure is named after its release, that key and what it
    -- counts.
    select
        {{ named('figures', ['figure_id', 'document_id', 'part_of', 'counting'] + told + numbers + days) }},
        row_keys.row_key,
        substr(figures.figure_id, length(figures.document_id) + 2) as release_key,
        {{ named('releases', ['previous_document_id', 'next_document_id']) }}
    from figures
    inner join releases on figures.document_id = releases.document_id
    inner join row_keys on figures.figure_id = row_keys.figure_id
    where releases.previous_document_id is not null or releases.next_document_id is not null

),

rows_by_release as (

    select distinct
        document_id,
        row_key
    from keyed

),

later as (

    select * from keyed
    where previous_document_id is not null

),

earlier as (

    select * from keyed
    where next_document_id is not null

),

compared as (

    select
        coalesce(later.document_id, earlier.next_document_id) as document_id,
        coalesce(later.previous_document_id, earlier.document_id) as previous_document_id,
        {% for column in ['release_key', 'row_key', 'counting'] + told + days -%}
        coalesce(later.{{ column }}, earlier.{{ column }}) as {{ column }},
        {% endfor -%}
        later.figure_id,
        earlier.figure_id as previous_figure_id,
        case
            when earlier.figure_id is null then 'added'
            when later.figure_id is null then 'dropped'
            else 'changed'
        end as change,
        coalesce(later.part_of, earlier.part_of) is not null as is_part,
        {% for column in numbers -%}
        earlier.{{ column }} as previous_{{ column }},
        later.{{ column }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from later
    full join earlier
        on later.release_key = earlier.release_key
        and later.previous_document_id = earlier.document_id
    where
        earlier.figure_id is null
        or later.figure_id is null
        or later.low is distinct from earlier.low
        or later.value_stated is distinct from earlier.value_stated
        or later.high is distinct from earlier.high

),

final as (

    select
        -- ids
        {{ named('compared', ['document_id', 'previous_document_id', 'release_key', 'figure_id', 'previous_figure_id', 'row_key']) }},
        {{ named('compared', told) }},

        -- text
        {{ named('compared', ['change', 'counting']) }},
        case when before.row_key is null then 'added' when now.row_key is null then 'dropped' else 'kept' end as row_change,

        -- numbers
        {{ named('compared', ['previous_low', 'previous_value_stated', 'previous_high'] + numbers) }},
        coalesce(corrected_days.corrected_day_count, 0) as corrected_day_count,

        -- booleans
        compared.is_part,
        compared.change = 'changed' and (compared.value_stated is distinct from compared.previous_value_stated)
            as has_other_number,

        -- dates
        {{ named('compared', days) }},
        releases.published_on as released_on
    from compared
    inner join releases on compared.document_id = releases.document_id
    left join rows_by_release as before
        on compared.previous_document_id = before.document_id and compared.row_key = before.row_key
    left join rows_by_release as now on compared.document_id = now.document_id and compared.row_key = now.row_key
    left join corrected_days
        on compared.document_id = corrected_days.document_id
        and coalesce(compared.figure_id, compared.previous_figure_id) = corrected_days.figure_id

)

select * from final
