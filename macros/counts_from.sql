{#- Whether a low says how few: "at most 50" and "fewer than 50" leave that open, as "up to 50" does, though nobody is
    fewer than none. -#}
{% macro is_low_stated(low_basis='low_basis', low='low') -%}
    ({{ low_basis }} is distinct from 'logical' or {{ low }} > 0)
{%- endmacro %}

{#- The reading of a standing report: of one told in differing words, what those say together. What leaves the low open
    has none. -#}
{% macro reading_of_standing() -%}
    {%- set low_basis, low = read_together('low_basis'), read_together('low') -%}
    case when {{ is_low_stated(low_basis, low) }} then {{ low_basis }} else 'open' end as low_basis,
    {{ read_together('high_basis') }} as high_basis,
    case when {{ is_low_stated(low_basis, low) }} then {{ low }} end as low,
    {{ read_together('value_stated') }} as value_stated,
    {{ read_together('high') }} as high
{%- endmacro %}

{% macro read_together(column) -%}
    case when standing.is_reworded then reworded.{{ column }} else readings.{{ column }} end
{%- endmacro %}

{#- Whether a count goes up to the newest day that anybody counts to, or a day before, since days are inferred. What is
    counted up to no day, as in a window, is always current. -#}
{% macro is_current(counted_to_on) -%}
    coalesce(
        standing.counted_until_on
        >= cast({{ dbt.dateadd('day', -var('count_lag_days'), 'standing.' ~ counted_to_on) }} as date),
        standing.counted_until_on is null
    )
{%- endmacro %}

{#- Where a reading begins and ends in a range (rule 4). Open below it counts from the stated value, never from nobody; open
    above it reaches at least what was stated. A source whose own numbers contradict each other, as where UCDP's best
    estimate lies above its highest, reaches from the least to the most of what it says: all of it is kept. -#}
{% macro counts_from() -%}
    least(
        coalesce(low, least(value_stated, high)),
        case when low > high then high end,
        case when low_basis = 'stated' then value_stated end
    )
{%- endmacro %}

{% macro counts_to() -%}
    greatest(
        coalesce(high, greatest(low, value_stated)),
        case when low > high then low end,
        case when high_basis = 'stated' then value_stated end
    )
{%- endmacro %}
