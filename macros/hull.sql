{#- What several figures of one report say together (rule 2): from the least to the most. Words that leave the low open, as
    "up to 15,000" and "at most 15,000", add nothing to a fuller statement; words that leave the high open keep it open. Of
    two words for one end the firmer says what it rests on. -#}
{% macro hull(readings) -%}
    {%- set is_closed = 'count(' ~ readings ~ '.high) = count(*)' -%}
    {%- set told = 'case when ' ~ is_low_stated(readings ~ '.low_basis', readings ~ '.low') ~ ' then ' ~ readings ~ '.low end' -%}
    {%- set low_basis, high_basis = readings ~ '.low_basis', readings ~ '.high_basis' %}
    coalesce(min_by({{ low_basis }}, 4 * {{ told }} + {{ looseness(low_basis) }}), min({{ low_basis }})) as low_basis,
    case
        when {{ is_closed }} then max_by({{ high_basis }}, 4 * {{ readings }}.high - {{ looseness(high_basis) }})
        else 'open'
    end as high_basis,
    coalesce(min({{ told }}), min({{ readings }}.low)) as low,
    case
        when count({{ readings }}.value_stated) = count(*) and min({{ readings }}.value_stated) = max({{ readings }}.value_stated)
            then min({{ readings }}.value_stated)
        -- Open above it reaches at least the greatest number that it states (rule 4).
        when not {{ is_closed }}
            then max(greatest({{ readings }}.value_stated, case when {{ high_basis }} = 'stated' then {{ readings }}.high end))
    end as value_stated,
    case when {{ is_closed }} then max({{ readings }}.high) end as high
{%- endmacro %}

{#- How loosely an end is told, below 4 and no two alike: stated, following from the words, set by hand, or read into the
    words by convention. -#}
{% macro looseness(basis) -%}
    case {{ basis }} when 'stated' then 0 when 'logical' then 1 when 'override' then 2 else 3 end
{%- endmacro %}

{#- Whether a reading and the one before it name the same value, or one of them holds the other (rule 2). -#}
{% macro is_held() -%}
    (
        coalesce(value_stated = value_stated_before, false)
        or coalesce(low, -1) <= coalesce(low_before, -1) and (high is null or coalesce(high >= high_before, false))
        or coalesce(low, -1) >= coalesce(low_before, -1) and (high_before is null or coalesce(high <= high_before, false))
    )
{%- endmacro %}
