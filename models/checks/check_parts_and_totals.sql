with figures as (

    select * from {{ ref('fct_figures') }}
    where {{ is_affected('source') }}

),

parts as (

    select * from {{ ref('int_parts') }}

),

found as (

    -- A total that its parts raise above what its source said, and whatever cannot be at all.
    select
        figures.*,
        figures.implied_low > greatest(figures.low, figures.value_stated) as is_raised,
        coalesce(figures.implied_low > figures.implied_high, false) as is_contradiction
    from figures
    left join figures as totals on figures.part_of = totals.figure_id
    where
        {{ is_of_current_release('figures') }}
        and (
            figures.implied_low > greatest(figures.low, figures.value_stated)
            or (
                figures.implied_low > figures.implied_high
                -- One contradiction is one finding: at the total where it shows there.
                and not coalesce(totals.implied_low > totals.implied_high, false)
            )
        )

),

summed as (

    -- The parts of one dimension add up; those of another are other slices of the same people.
    select
        parts.part_of as figure_id,
        parts.dimension,
        count(*) as part_count,
        cast(sum(coalesce(part_figures.implied_low, part_figures.low)) as bigint) as part_sum,
        {{ text_list("part_figures.phrase || ' (' || part_figures.figure_id || ')'", 'part_figures.figure_id', '; ') }}
            as part_phrases,
        {{ text_list('part_figures.figure_id', 'part_figures.figure_id') }} as part_figure_ids
    from parts
    inner join found on parts.part_of = found.figure_id
    inner join figures as part_figures on parts.figure_id = part_figures.figure_id
    where parts.is_added
    group by parts.part_of, parts.dimension

),

listed as (

    select
        *,
        row_number() over (partition by figure_id order by part_sum desc nulls last, dimension asc) as place_in_order
    from summed

),

compared as (

    select
        found.*,
        coalesce(listed.part_count, 0) as part_count,
        -- Where the sum falls short, some part alone is more than was said.
        case when listed.part_sum >= found.implied_low then listed.part_phrases end as part_phrases,
        case when listed.part_sum >= found.implied_low then listed.part_sum end as part_sum,
        listed.part_figure_ids
    from found
    left join listed on found.figure_id = listed.figure_id and listed.place_in_order = 1

),

findings as (

    select
        figure_id,
        document_id,
        episode_id,
        source_id,
        scope_id,
        speaker_name || ' says “' || phrase || '” (' || figure_id || '); '
        || case
            when is_raised or part_count > 0
                then coalesce('its parts ' || part_phrases || ' add up', 'one part of it alone comes')
                    || ' to at least ' || {{ number_text('coalesce(part_sum, implied_low)') }}
                    || case
                        when is_contradiction
                            then ', more than the total allows: one of them is wrong or counted otherwise.'
                        else ', more than the number stated: the total is that or higher.'
                    end
            else 'that is at least ' || {{ number_text('implied_low') }} || ', but its total (' || part_of
                || ') and the parts beside it leave at most ' || {{ number_text('implied_high') }}
                || ': one of them is wrong or counted otherwise.'
        end as sentence,
        part_figure_ids,
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
