with scoped as (

    select * from {{ ref('int_figures_scoped') }}

),

figures_read as (

    select * from {{ ref('int_figures_read') }}

),

readings as (

    select
        scoped.*,
        figures_read.low,
        scoped.hedge_id
        || ' ' || {{ as_text('figures_read.value_stated') }} || ' ' || {{ as_text('figures_read.share_stated_pct') }}
        || ' ' || {{ as_text('figures_read.low') }} || ' ' || {{ as_text('figures_read.high') }} as reading
    from scoped
    inner join figures_read on scoped.figure_id = figures_read.figure_id

),

lines as (

    -- Where a source said one thing of a scope once, as in most of a data set, there is nothing to line up.
    select
        voice_id,
        scope_id,
        is_withdrawn,
        count(*) as figure_count,
        min(figure_id) as figure_id
    from readings
    group by voice_id, scope_id, is_withdrawn

),

dated_readings as (

    -- Of two readings of one moment the one told before comes first: a relay beside news does not make the old new.
    select
        readings.*,
        min(readings.published_on) over (
            partition by readings.voice_id, readings.scope_id, readings.is_withdrawn, readings.reading
        ) as first_published_on
    from readings
    inner join lines
        on readings.voice_id = lines.voice_id
        and readings.scope_id = lines.scope_id
        and readings.is_withdrawn = lines.is_withdrawn
    where lines.figure_count > 1

),

compared as (

    -- Withdrawn figures line up by themselves, so that they neither interrupt nor supersede what stands.
    select
        *,
        lag(reading) over (
            partition by voice_id, scope_id, is_withdrawn
            order by reported_on, published_on, first_published_on, low nulls first, reading, document_id, figure_id
        ) as reading_before
    from dated_readings

),

numbered as (

    select
        *,
        sum(case when reading is distinct from reading_before then 1 else 0 end) over (
            partition by voice_id, scope_id, is_withdrawn
            order by reported_on, published_on, first_published_on, low nulls first, reading, document_id, figure_id
            rows between unbounded preceding and current row
        ) as report_number
    from compared

),

first_readings as (

    select
        *,
        first_value(figure_id) over (
            partition by voice_id, scope_id, is_withdrawn, report_number
            order by published_on, reported_on, document_id, figure_id
        ) as report_id,
        first_value(document_id) over (
            partition by voice_id, scope_id, is_withdrawn, report_number
            order by published_on, reported_on, document_id, figure_id
        ) as first_document_id
    from numbered

),

reported as (

    select
        figure_id,
        report_id,
        document_id <> first_document_id as is_relay,
        false as is_only
    from first_readings

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
