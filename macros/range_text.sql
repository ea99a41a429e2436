{#- A range in words: "258 to 299", "201 or more", "277". Null where nobody is left to say one. -#}
{% macro range_text(table, without) -%}
    case
        when {{ table }}.lowest{{ without }} is null and {{ table }}.highest{{ without }} is null then null
        when {{ table }}.lowest{{ without }} is null
            then {{ dbt.concat(["'up to '", "cast(" ~ table ~ ".highest" ~ without ~ " as " ~ dbt.type_string() ~ ")"]) }}
        when {{ table }}.highest{{ without }} is null
            or ({{ table }}.is_open_above{{ without }} and {{ table }}.lowest{{ without }} = {{ table }}.highest{{ without }})
            then {{ dbt.concat(["cast(" ~ table ~ ".lowest" ~ without ~ " as " ~ dbt.type_string() ~ ")", "' or more'"]) }}
        when {{ table }}.lowest{{ without }} = {{ table }}.highest{{ without }}
            then cast({{ table }}.lowest{{ without }} as {{ dbt.type_string() }})
        when {{ table }}.is_open_above{{ without }}
            then {{ dbt.concat([range_words(table ~ ".lowest" ~ without, table ~ ".highest" ~ without), "' or more'"]) }}
        else {{ range_words(table ~ ".lowest" ~ without, table ~ ".highest" ~ without) }}
    end
{%- endmacro %}

{% macro range_words(low, high) -%}
    {{ dbt.concat(["cast(" ~ low ~ " as " ~ dbt.type_string() ~ ")", "' to '", "cast(" ~ high ~ " as " ~ dbt.type_string() ~ ")"]) }}
{%- endmacro %}
