{#- The day on which another report of its line takes a report's place, or what replaces or retracts it. Where the newest
    release of a data set dropped the last numbers (not is_followed), they took the place of what it dropped too, and not of
    what it still tells: that stands again. -#}
{% macro successor_published_on(line) -%}
    {%- set after_it = 'partition by ' ~ line ~ ' order by position range between 1 following and unbounded following' -%}
    least(
        replaced_on,
        retracted_on,
        min(case when is_followed then first_published_on end) over ({{ after_it }}),
        case when replaced_on is not null then min(first_published_on) over ({{ after_it }}) end
    )
{%- endmacro %}
