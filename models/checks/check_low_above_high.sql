with figures as (

    select * from {{ ref('fct_figures') }}
    where {{ is_affected('source') }}

),

findings as (

    -- As the source gives it: kept and shown, never repaired. UCDP GED, for one, subtracts events already coded.
    select
        figures.figure_id,
        figures.document_id,
        figures.episode_id,
        figures.source_id,
        figures.scope_id,
        figures.speaker_name || ' (“' || figures.phrase || '”, ' || figures.figure_id || '): '
        || case
            when figures.low > figures.high
                then 'the lowest reading, ' || {{ number_text('figures.low') }}
                    || ', lies above the highest, ' || {{ number_text('figures.high') }} || '.'
            else 'the number stated, ' || {{ number_text('figures.value_stated') }}
                || ', lies outside its own range of ' || {{ number_text('figures.low') }}
                || ' to ' || {{ number_text('figures.high') }} || '.'
        end as sentence,
        figures.low,
        figures.value_stated,
        figures.high
    from figures
    -- more than 200 is read as 201 and nearly 300 as at most 299: the words, not a contradiction.
    where
        {{ is_of_current_release('figures') }}
        and (
            figures.low > figures.high
            or (figures.hedge_id in ('exact', 'about') and figures.value_stated < figures.low)
            or (figures.hedge_id in ('exact', 'about') and figures.value_stated > figures.high)
        )

)

select * from findings
