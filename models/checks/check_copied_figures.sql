with standing as (

    select * from {{ ref('fct_figures') }}
    where
        dataset_id is not null and counting = 'stock' and value_stated > 0 and not is_withdrawn
        and is_standing and not is_relay and {{ is_affected('episode') }}

),

voices as (

    select * from {{ ref('dim_voices') }}

),

lined_up as (

    select
        *,
        lag(figure_id) over same_count as previous_figure_id,
        lag(value_stated) over same_count as previous_value_stated,
        lag(period_end_on) over same_count as previous_end_on
    from standing
    window same_count as (
        partition by voice_id, measure_id, population_id, place_id, place_stated, cause_id, actor_id
        order by period_end_on nulls last, figure_id
    )

),

carried_forward as (

    select
        'carried_forward' as finding,
        lined_up.figure_id,
        lined_up.previous_figure_id as other_figure_id,
        {{ named('lined_up', ['episode_id', 'scope_id']) }},
        voices.name || ' gives ' || {{ number_text('lined_up.value_stated') }} || ' for '
        || {{ day_text('lined_up.period_end_on') }} || ' as for '
        || {{ day_text('lined_up.previous_end_on') }}
        || ': to the last person the same, so carried forward rather than counted anew.' as sentence,
        lined_up.value_stated
    from lined_up
    inner join voices on lined_up.voice_id = voices.voice_id
    where
        lined_up.value_stated = lined_up.previous_value_stated
        -- Two of one day would pass for the count of the day before, told anew.
        and lined_up.previous_end_on < lined_up.period_end_on

),

told_twice as (

    -- Two sources that agree to the last person counted once: the one published later repeats the other.
    select
        'told_twice' as finding,
        later.figure_id,
        earlier.figure_id as other_figure_id,
        {{ named('later', ['episode_id', 'scope_id']) }},
        later_voices.name || ' gives ' || {{ number_text('later.value_stated') }} || ' for '
        || {{ day_text('later.period_end_on') }} || ' and ' || earlier_voices.name || ' for '
        || {{ day_text('earlier.period_end_on') }}
        || ': to the last person the same, so one count told by two, not two that agree.' as sentence,
        later.value_stated
    from standing as later
    inner join standing as earlier
        on later.measure_id = earlier.measure_id and later.population_id = earlier.population_id
        and later.place_id = earlier.place_id
        and later.value_stated = earlier.value_stated
        and later.voice_id <> earlier.voice_id
        and (
            later.period_end_on = earlier.period_end_on
            -- A year apart only numbers that nobody rounded are taken for the same count.
            or (
                mod(later.value_stated, 100) <> 0
                and abs({{ dbt.datediff('earlier.period_end_on', 'later.period_end_on', 'day') }}) <= 366
            )
        )
        and (
            later.published_on > earlier.published_on
            or (later.published_on = earlier.published_on and later.figure_id > earlier.figure_id)
        )
    inner join voices as later_voices on later.voice_id = later_voices.voice_id
    inner join voices as earlier_voices on earlier.voice_id = earlier_voices.voice_id

),

same_within_rounding as (

    select distinct
        'same_within_rounding' as finding,
        contradictions.higher_report_id as figure_id,
        contradictions.lower_report_id as other_figure_id,
        {{ named('contradictions', ['episode_id', 'scope_id']) }},
        {{ stated_figure('higher', 'higher.counted_until_on') }} || ' and '
        || {{ stated_figure('lower', 'lower.counted_until_on') }} || ': the same within rounding, '
        || {{ number_text('contradictions.gap') }} || ' apart.' as sentence,
        higher.value_stated
    from {{ ref('range_contradictions') }} as contradictions
    {% for side in ['lower', 'higher'] -%}
    inner join {{ ref('fct_figures') }} as {{ side }} on contradictions.{{ side }}_report_id = {{ side }}.figure_id
    {% endfor -%}
    where
        contradictions.is_within_rounding and contradictions.hedge_convention = '{{ var("hedge_convention") }}'
        and {{ is_affected('episode', 'contradictions.episode_id') }}
        and {{ are_told_now(['lower.figure_id', 'higher.figure_id'], is_affected('episode', 'told_now.episode_id')) }}

),

findings as (

    select * from carried_forward
    union all
    select * from told_twice
    union all
    select * from same_within_rounding

)

select * from findings
