with figures as (

    select * from {{ ref('fct_figures') }}

),

parts as (

    select * from {{ ref('int_parts') }}

),

voices as (

    select * from {{ ref('dim_voices') }}

),

listed as (

    select
        parts.part_of as figure_id,
        count(*) as part_count,
        {{ text_list("part_figures.phrase || ' (' || part_figures.figure_id || ')'", 'part_figures.figure_id', '; ') }}
            as part_phrases
    from parts
    inner join figures as part_figures on parts.figure_id = part_figures.figure_id
    where parts.is_added
    group by parts.part_of

),

compared as (

    -- Only a total can be implied to be more than its source said: parts are bounded from above.
    select
        figures.*,
        voices.name as voice_name,
        coalesce(listed.part_count, 0) as part_count,
        listed.part_phrases,
        coalesce(figures.implied_low > figures.high, false) as is_contradiction
    from figures
    inner join voices on figures.voice_id = voices.voice_id
    left join listed on figures.figure_id = listed.figure_id
    where figures.implied_low > greatest(figures.low, figures.value_stated)

),

findings as (

    select
        figure_id,
        document_id,
        episode_id,
        source_id,
        scope_id,
        voice_name || ' says “' || phrase || '” (' || figure_id || '); '
        || coalesce('its parts ' || part_phrases || ' add up to at least ', 'one part of it alone is at least ')
        || {{ as_text('implied_low') }}
        || case
            when is_contradiction then ', more than the total allows: one of them is wrong or counted otherwise.'
            else ', more than the number stated: the total is that or higher.'
        end as sentence,
        part_count,
        low,
        value_stated,
        high,
        implied_low,
        implied_high,
        is_contradiction
    from compared

)

select * from findings
