{%- set line = 'voice_id, scope_id, is_withdrawn' -%}
{#- In the order of what is counted and when it was said; the day of print orders releases, which say all anew. -#}
{%- set in_order = 'event_released_on nulls first, counted_until_on nulls last, not is_counted_until_stated, '
    ~ 'reported_on, reported_at nulls first, released_on nulls last, low nulls first, high nulls last, reading, '
    ~ 'published_on, document_id, figure_id' -%}
{%- set said_first = 'published_on, reported_on, document_id, figure_id' -%}
{%- set of_report = 'partition by ' ~ line ~ ', report_number order by ' ~ said_first -%}
{%- set repeats = 'scoped.voice_id, scoped.scope_id, scoped.is_withdrawn, figures_read.value_stated, '
    ~ 'figures_read.share_stated_pct, figures_read.low, figures_read.high' -%}
with scoped as (

    select * from {{ ref('int_figures_scoped') }}

),

figures_read as (

    select * from {{ ref('int_figures_read') }}

),

lines as (

    -- Where a source said one thing of a scope once, as in most of a data set, there is nothing to line up.
    select
        {{ line }},
        count(*) as figure_count,
        min(figure_id) as figure_id
    from scoped
    group by {{ line }}

),

readings as (

    -- Withdrawn figures line up by themselves, so that they neither interrupt nor supersede what stands.
    select
        {{ named('scoped', ['figure_id', 'document_id', 'voice_id', 'scope_id', 'dataset_id', 'is_withdrawn']) }},
        -- Repeated without its day a number counts no further than at first, also where another was said in between.
        case
            when scoped.is_counted_until_stated or scoped.dataset_id is not null then scoped.counted_until_on
            else min(scoped.counted_until_on) over (partition by {{ repeats }})
        end as counted_until_on,
        {{ named('scoped', ['is_counted_until_stated', 'reported_on', 'reported_at', 'published_on']) }},
        case when scoped.dataset_id is not null then scoped.published_on end as released_on,
        case when scoped.dataset_id is not null and scoped.scope_incident_id is not null then scoped.published_on end
            as event_released_on,
        {{ named('figures_read', ['low', 'value_stated', 'high', 'is_share']) }},
        {{ as_text('figures_read.value_stated') }} || ' ' || {{ as_text('figures_read.share_stated_pct') }}
        || ' ' || {{ as_text('figures_read.low') }} || ' ' || {{ as_text('figures_read.high') }} as reading
    from scoped
    inner join figures_read on scoped.figure_id = figures_read.figure_id
    inner join lines
        on scoped.voice_id = lines.voice_id and scoped.scope_id = lines.scope_id
        and scoped.is_withdrawn = lines.is_withdrawn
    where lines.figure_count > 1

),

compared as (

    select
        *,
        {% for column in ['reading', 'low', 'value_stated', 'high', 'counted_until_on'] -%}
        lag({{ column }}) over (partition by {{ line }} order by {{ in_order }}) as {{ column }}_before,
        {% endfor -%}
        lag(figure_id) over (partition by {{ line }} order by {{ in_order }}) as figure_id_before
    from readings

),

joined as (

    -- One statement: the same number to one day, or repeated where no later day is stated; to one day also where one
    -- reading holds the other. Releases say the same only in the same numbers.
    select
        *,
        (counted_until_on is not distinct from counted_until_on_before) as is_of_one_day,
        {{ is_held() }} as is_held
    from compared

),

numbered as (

    select
        *,
        sum(case
            when figure_id_before is null then 1
            when reading = reading_before and (is_of_one_day or not is_counted_until_stated) then 0
            when is_of_one_day and dataset_id is null and is_share is distinct from true and is_held then 0
            else 1
        end) over (partition by {{ line }} order by {{ in_order }} rows unbounded preceding) as report_number
    from joined

),

reported as (

    -- A report is named after the figure that told it first.
    select
        figure_id,
        first_value(figure_id) over ({{ of_report }}) as report_id,
        document_id <> first_value(document_id) over ({{ of_report }}) as is_relay,
        false as is_only
    from numbered

    union all

    select
        figure_id,
        figure_id as report_id,
        false as is_relay,
        true as is_only
    from lines
    where figure_count = 1

)

select * from reported
