{#- The names of what rows count, by their ids, one row each: `episodes`, `measures`, `populations`, `places` with its first
    level (`areas`) and `countries`, `sources`, and where the scope says so `causes` and `actors`. -#}
{% macro join_names(rows, left_out=[]) -%}
    {%- for names, table, id in [
        ('episodes', 'dim_episodes', 'episode_id'), ('measures', 'dim_measures', 'measure_id'),
        ('populations', 'dim_populations', 'population_id'), ('places', 'dim_places', 'place_id'),
        ('sources', 'dim_sources', 'source_id'),
    ] if names not in left_out %}
    inner join {{ ref(table) }} as {{ names }} on {{ rows }}.{{ id }} = {{ names }}.{{ id }}
    {%- endfor %}
    {%- for names, table, id, told_in in [
        ('areas', 'dim_places', 'place_id', 'places.first_level_id'),
        ('countries', 'dim_places', 'place_id', 'places.country_id'),
        ('causes', 'dim_causes', 'cause_id', rows ~ '.cause_id'),
        ('actors', 'dim_actors', 'actor_id', rows ~ '.actor_id'),
    ] if names not in left_out %}
    left join {{ ref(table) }} as {{ names }} on {{ told_in }} = {{ names }}.{{ id }}
    {%- endfor %}
{%- endmacro %}

{#- The source by name as one who speaks: where documents name nobody, each of their own voices is told apart, since a sum or
    a newest number of all "unattributed" together would be nobody's. -#}
{% macro source_name(source_id, name, voice_name) -%}
    case when {{ source_id }} = 'unattributed' then {{ voice_name }} else {{ name }} end
{%- endmacro %}
