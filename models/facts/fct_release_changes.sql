with figures as (

    select * from {{ ref('fct_figures') }}
    where dataset_id is not null and {{ is_affected('source') }}

),

releases as (

    select
        *,
        lag(document_id) over (partition by dataset_id order by published_on, document_id) as previous_document_id,
        lead(document_id) over (partition by dataset_id order by published_on, document_id) as next_document_id
    from {{ ref('int_dataset_releases') }}

),

keyed as (

    -- A row of a data set has one key in every release, and a figure is named after its release, that key and what it
    -- counts.
    select
        figures.*,
        substr(figures.figure_id, length(figures.document_id) + 2) as release_key,
        {{ named('releases', ['previous_document_id', 'next_document_id']) }}
    from figures
    inner join releases on figures.document_id = releases.document_id
    where releases.previous_document_id is not null or releases.next_document_id is not null

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
        coalesce(later.release_key, earlier.release_key) as release_key,
        later.figure_id,
        earlier.figure_id as previous_figure_id,
        {% for column in ['episode_id', 'source_id', 'voice_id', 'dataset_id', 'measure_id', 'population_id', 'place_id',
                          'period_start_on', 'counted_until_on'] -%}
        coalesce(later.{{ column }}, earlier.{{ column }}) as {{ column }},
        {% endfor -%}
        case
            when earlier.figure_id is null then 'added'
            when later.figure_id is null then 'dropped'
            else 'changed'
        end as change,
        {% for column in ['low', 'value_stated', 'high'] -%}
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
        {{ named('compared', ['document_id', 'previous_document_id', 'release_key', 'figure_id', 'previous_figure_id']) }},
        {{ named('compared', ['episode_id', 'source_id', 'voice_id', 'dataset_id', 'measure_id', 'population_id', 'place_id']) }},

        -- text
        compared.change,

        -- numbers
        {{ named('compared', ['previous_low', 'previous_value_stated', 'previous_high', 'low', 'value_stated', 'high']) }},

        -- booleans
        compared.change = 'changed' and (compared.value_stated is distinct from compared.previous_value_stated)
            as has_other_number,

        -- dates
        {{ named('compared', ['period_start_on', 'counted_until_on']) }},
        releases.published_on as released_on
    from compared
    inner join releases on compared.document_id = releases.document_id

)

select * from final
