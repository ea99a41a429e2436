{%- set told = ['episode_id', 'source_id', 'voice_id', 'dataset_id', 'measure_id', 'population_id', 'place_id'] -%}
{%- set numbers = ['low', 'value_stated', 'high'] -%}
{%- set days = ['period_start_on', 'counted_until_on'] -%}
with figures as (

    select * from {{ ref('int_figures_by_release') }}

),

releases as (

    select * from {{ ref('int_dataset_releases') }}

),

corrected_days as (

    select * from {{ ref('int_corrected_days') }}

),

rows_by_release as (

    select distinct
        document_id,
        row_key
    from figures

),

later as (

    select * from figures
    where previous_document_id is not null

),

earlier as (

    select * from figures
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
        {% endfor -%}
        {{ named('later', numbers) }}
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
        {{ named('compared', ['document_id', 'previous_document_id', 'release_key', 'figure_id']) }},
        {{ named('compared', ['previous_figure_id', 'row_key'] + told) }},

        -- text
        {{ named('compared', ['change', 'counting']) }},
        case
            when rows_before.row_key is null then 'added'
            when rows_now.row_key is null then 'dropped'
            else 'kept'
        end as row_change,

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
    left join rows_by_release as rows_before
        on compared.previous_document_id = rows_before.document_id
        and compared.row_key = rows_before.row_key
    left join rows_by_release as rows_now
        on compared.document_id = rows_now.document_id
        and compared.row_key = rows_now.row_key
    left join corrected_days
        on compared.document_id = corrected_days.document_id
        and coalesce(compared.figure_id, compared.previous_figure_id) = corrected_days.figure_id

)

select * from final
