{#- Our own clock: the var recorded_until as one spelling, '' where it is empty, which is now. A UTC time, or a day,
    which means its end. -#}
{% macro recorded_until() -%}
    {%- set text = (var('recorded_until') or '') | string | trim -%}
    {%- if not text -%}
        {{ return('') }}
    {%- elif not modules.re.fullmatch('\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}:\\d{2}([.]\\d{1,6})?Z?)?', text) -%}
        {{ exceptions.raise_compiler_error(
            "recorded_until is '" ~ text ~ "'; it must be a day (2026-11-20) or a UTC time (2026-11-20T18:30:00Z)"
        ) }}
    {%- endif -%}
    {%- set text = text | replace('T', ' ') | replace('Z', '') -%}
    {{ return(text ~ ' 23:59:59.999999' if text | length == 10 else text) }}
{%- endmacro %}

{#- Whether a time lies within what is asked for. -#}
{% macro is_recorded(time) -%}
    {%- if recorded_until() -%}
        {{ time }} <= cast('{{ recorded_until() }}' as {{ dbt.type_timestamp() }})
    {%- else -%}
        {{ time }} is not null
    {%- endif -%}
{%- endmacro %}

{#- The columns of the record, in its order (ingest/record/columns.py), but for how sensitive a figure is and why: that is
    told nowhere, and changes of it neither. -#}
{% macro record_columns(table) -%}
    {{ return({
        'figures': [
            'figure_id', 'document_id', 'paragraph', 'phrase', 'source_id', 'measure_id', 'population_id', 'place_id',
            'cause_id', 'actor_id', 'counting', 'period_start_on', 'period_end_on', 'reported_on', 'reported_on_basis',
            'reported_at', 'source_original_id', 'kind', 'place_role', 'verification', 'source_grade',
            'source_grade_scheme', 'hedge_id', 'value', 'low', 'high', 'interval_level', 'interval_kind', 'part_of',
            'incident_id', 'doubts', 'status', 'retracted_on', 'visibility', 'coded_on', 'checked_on', 'note',
        ],
        'documents': [
            'document_id', 'publisher', 'agency', 'title', 'language', 'url', 'published_on', 'published_on_basis',
            'retrieved_on', 'sha256', 'file_name', 'note',
        ],
        'dataset_figures': [
            'figure_id', 'document_id', 'phrase', 'source_id', 'source_original', 'measure_id', 'population_id',
            'place_id', 'place_name', 'cause_id', 'actor_id', 'counting', 'period_start_on', 'period_end_on',
            'reported_on', 'reported_on_basis', 'published_on', 'kind', 'place_role', 'verification', 'source_grade',
            'source_grade_scheme', 'hedge_id', 'value', 'low', 'high', 'interval_level', 'interval_kind', 'rounded_to',
            'part_of', 'incident_id', 'flags', 'note',
        ],
    }[table]) }}
{%- endmacro %}

{#- Every row of a table of raw there was until then: the row as it is and those it replaced, each with the time it was
    replaced (null: it still stood). What is restricted now was never public, and what was public before it was
    restricted stays in raw. -#}
{% macro versions(table) -%}
    {%- set columns = ['episode_id'] + record_columns(table) + ['record_file', 'record_line', 'load_id', 'loaded_at', 'removed_at'] -%}
    select
        {{ columns | join(', ') }},
        case when {{ is_recorded('replaced_at') }} then replaced_by end as replaced_by,
        case when {{ is_recorded('replaced_at') }} then replaced_at end as replaced_at
    from (
        select
            *,
            {% if table == 'figures' -%}
            max(case when visibility = 'restricted' then loaded_at end) over (partition by figure_id) as restricted_at
            {%- else -%}
            cast(null as {{ dbt.type_timestamp() }}) as restricted_at
            {%- endif %}
        from (
            select
                {{ columns | join(', ') }},
                cast(null as {{ dbt.type_string() }}) as replaced_by,
                cast(null as {{ dbt.type_timestamp() }}) as replaced_at
            from {{ source('raw', table) }}
            union all
            select
                {{ columns | join(', ') }},
                replaced_by,
                replaced_at
            from {{ source('raw', 'replaced_' ~ table) }}
        ) as every_version
    ) as dated
    where {{ is_recorded('loaded_at') }} and (restricted_at is null or loaded_at > restricted_at)
{%- endmacro %}

{#- The same of those figures of data sets that a load changed after their release was first read: of the rest, by the
    million, there is one version and nothing to tell. Most often no load did, and then their rows are not read at all. -#}
{% macro dataset_versions() -%}
    {%- set now, replaced = source('raw', 'dataset_figures'), source('raw', 'replaced_dataset_figures') -%}
    {%- set columns = record_columns('dataset_figures') + ['load_id', 'loaded_at'] -%}
    {%- set read = columns + ['dataset_id', 'row_key'] -%}
    select
        {{ columns | join(', ') }},
        case when {{ is_recorded('replaced_at') }} then replaced_by end as replaced_by,
        case when {{ is_recorded('replaced_at') }} then replaced_at end as replaced_at,
        loaded_at = first_loaded_at as is_of_first_load
    from (
        {%- for every in [now, replaced] %}
        select
            {% for column in read %}every_row.{{ column }}, {% endfor %}
            {% if every == now -%}
            cast(null as {{ dbt.type_string() }}) as replaced_by,
            cast(null as {{ dbt.type_timestamp() }}) as replaced_at,
            {% else -%}
            every_row.replaced_by,
            every_row.replaced_at,
            {% endif -%}
            first_loads.first_loaded_at
        from {{ every }} as every_row
        inner join ({{ first_loads() }}) as first_loads on every_row.document_id = first_loads.of_document_id
        where every_row.figure_id in (
            select replaced.figure_id from {{ replaced }} as replaced
            union
            select later.figure_id from {{ now }} as later
            where later.load_id in (
                select datasets.load_id
                from {{ source('raw', 'datasets') }} as datasets
                inner join ({{ first_loads() }}) as first_loads on datasets.document_id = first_loads.of_document_id
                where datasets.loaded_at > first_loads.first_loaded_at
            )
        )
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as dated
    where
        {{ is_recorded('loaded_at') }}
        and not exists (
            select 1
            from ({{ kept_back() }}) as kept
            where kept.dataset_id = dated.dataset_id and kept.row_key = dated.row_key
        )
{%- endmacro %}

{#- The rows of data sets that are kept back now, restricted or coarsened (figures/restricted_rows.csv), in whatever
    release: none of their figures is told of, but as coarsened. -#}
{% macro kept_back() -%}
    select distinct dataset_id, row_key from {{ source('raw', 'dataset_figures') }}
    where visibility in ('restricted', 'coarsened')
{%- endmacro %}

{% macro is_not_kept_back(rows) -%}
    (
        {{ rows }}.visibility is not distinct from 'coarsened'
        or not exists (
            select 1
            from ({{ kept_back() }}) as kept
            where kept.dataset_id = {{ rows }}.dataset_id and kept.row_key = {{ rows }}.row_key
        )
    )
{%- endmacro %}

{#- When the release of each document was first read. -#}
{% macro first_loads() -%}
    select document_id as of_document_id, min(loaded_at) as first_loaded_at
    from {{ source('raw', 'datasets') }}
    group by document_id
{%- endmacro %}

{#- The status of a figure of the record: one that was withdrawn before two people had read it was never a fact, and
    being withdrawn does not make it one. -#}
{% macro status_of_readings() -%}
    {#- A preview shows drafts, and this is no draft any more: there it is withdrawn, as its file says. -#}
    {%- if var('with_drafts') -%}
        status
    {%- else -%}
        case when status = 'withdrawn' and checked_on is null then 'draft' else status end
    {%- endif -%}
{%- endmacro %}

{#- A table of raw as it stood then. -#}
{% macro as_recorded(table) -%}
    {#- Named in any case: dbt learns what a model reads while the var is empty. -#}
    {%- set now, replaced = source('raw', table), source('raw', 'replaced_' ~ table) -%}
    {%- if recorded_until() -%}
    select * from ({{ versions(table) }}) as versions
    where replaced_at is null
    {%- else -%}
    select * from {{ now }}
    {%- endif -%}
{%- endmacro %}

{#- A table of data sets in raw as it stood then: a row is as it is now, or what a later load replaced it by is kept. -#}
{% macro as_read_then(table) -%}
    {%- set now, replaced = source('raw', table), source('raw', 'replaced_' ~ table) -%}
    {%- if recorded_until() -%}
    {%- set nothing = 'cast(null as ' ~ dbt.type_string() ~ ') as replaced_by, cast(null as ' ~ dbt.type_timestamp() ~ ') as replaced_at' -%}
    {#- By name: a column that came later stands behind those of the replacement. -#}
    {%- set placed = ['dataset_id', 'version', 'row_key', 'place_precision', 'latitude', 'longitude', 'visibility', 'record_file', 'record_line'] -%}
    {%- set columns = (record_columns(table) + placed + ['load_id', 'loaded_at']) | join(', ') if table == 'dataset_figures' -%}
    select *
    from (
        select {{ columns or '*' }}, {{ nothing }} from {{ now }}
        union all
        select {{ columns ~ ', replaced_by, replaced_at' if columns else '*' }} from {{ replaced }}
    ) as every_version
    where
        {{ is_recorded('loaded_at') }} and (replaced_at is null or not {{ is_recorded('replaced_at') }})
    {%- else -%}
    select * from {{ now }}
    {%- endif -%}
{%- endmacro %}

{#- A cell of the record as text: a number without the zeros of its type. -#}
{% macro cell_text(column) -%}
    {%- if column in ['value', 'low', 'high', 'interval_level'] -%}
        trim(trailing '.' from trim(trailing '0' from cast({{ column }} as {{ dbt.type_string() }})))
    {%- else -%}
        cast({{ column }} as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}

{#- The cells of those rows of a table that a load replaced, one row per version and column. -#}
{% macro version_cells(table) -%}
    {%- set key = record_columns(table)[0] -%}
    select
        '{{ 'documents' if table == 'documents' else 'figures' }}' as record_table,
        versions.{{ key }} as row_id,
        versions.load_id,
        names.column_name,
        case names.column_name
            {%- for column in record_columns(table) %}
            when '{{ column }}' then {{ cell_text(column) }}
            {%- endfor %}
        end as cell
    from ({{ dataset_versions() if table == 'dataset_figures' else versions(table) }}) as versions
    cross join (
        {%- for column in record_columns(table) %}
        select '{{ column }}' as column_name
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    ) as names
    where versions.{{ key }} in (select replaced.{{ key }} from {{ source('raw', 'replaced_' ~ table) }} as replaced)
{%- endmacro %}

{#- Changes in the shape of fct_revisions. An id is that of the load, the row, and the column or what happened. -#}
{% macro revisions(relation, change='change', reason='null', load='load_id', loaded='loaded_at', cell=none) -%}
    {%- set text = dbt.type_string() -%}
    {%- set column, old, new = cell or ['cast(null as ' ~ text ~ ')'] * 3 -%}
    select
        -- ids
        {{ load }} || '.' || record_table || '.' || row_id || '.' || coalesce({{ column }}, {{ change }}) as revision_id,
        figure_id,
        document_id,
        episode_id,
        {{ load }} as load_id,

        -- text
        record_table,
        {{ change }} as change,
        {{ column }} as column_name,
        {{ old }} as value_old,
        {{ new }} as value_new,
        cast({{ reason }} as {{ text }}) as reason,

        -- times
        {{ loaded }} as loaded_at
    from {{ relation }}
{%- endmacro %}
