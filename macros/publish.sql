{#- Ends a whole and successful dbt build by writing published/<UTC time>.duckdb: a copy of the main schema, with its
    build row last. Nothing else reads the working file, and a failed or partial build publishes nothing. -#}
{% macro publish(results) -%}
    {%- if execute and flags.WHICH == 'build' and target.type == 'duckdb' -%}
        {%- set reason = reason_not_to_publish(results) -%}
        {%- if reason -%}
            {{ log('Not published: ' ~ reason, info=true) }}
        {%- else -%}
            {{ write_publication() }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro reason_not_to_publish(results) -%}
    {%- set failed = results | selectattr('status', 'in', ['error', 'fail', 'skipped', 'runtime error']) | list -%}
    {%- set built = results | map(attribute='node.unique_id') | list -%}
    {%- set missing = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'test', 'unit_test'] -%}
        {%- if node.unique_id not in built and node.config.enabled -%}
            {%- do missing.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if failed -%}
        {{ return(failed | length ~ ' of ' ~ results | length ~ ' nodes failed or were skipped.') }}
    {%- elif missing -%}
        {{ return('only part of the project was built (' ~ missing | length ~ ' nodes left out).') }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}

{% macro write_publication() -%}
    {%- set folder = env_var('ON_RECORD_PUBLISHED', '') or 'published' -%}
    {%- set place = run_query("select prepare_published_folder('" ~ folder | replace("'", "''") ~ "')")[0][0] -%}
    {%- set published_at = modules.datetime.datetime.now(modules.pytz.utc) -%}
    {#- Until it is whole its name ends in .writing, so that no reader comes upon it. -#}
    {%- set path = place ~ '/' ~ published_at.strftime('%Y%m%dT%H%M%S%fZ') ~ '.duckdb.writing' -%}
    {%- do run_query("attach '" ~ path | replace("'", "''") ~ "' as on_record_publication (storage_version 'v1.5.0')") -%}
    {%- do run_query(copy_of_main()) -%}
    {%- do run_query(build_row(published_at)) -%}
    {%- do run_query('detach on_record_publication') -%}
    {%- set path = run_query("select put_publication_in_place('" ~ path | replace("'", "''") ~ "')")[0][0] -%}
    {%- do run_query("select prune_published_folder('" ~ place | replace("'", "''") ~ "')") -%}
    {{ log('Published ' ~ path, info=true) }}
{%- endmacro %}

{#- Every table of the main schema as one script. Its data dictionary travels with it:
    select comment from duckdb_columns(). -#}
{% macro copy_of_main() -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.schema == 'main' %}
    create table on_record_publication.main.{{ node.alias }} as
    select * from {{ adapter.quote(node.database) }}.main.{{ node.alias }};
    comment on table on_record_publication.main.{{ node.alias }} is '{{ node.description | replace("'", "''") }}';
        {%- for column in node.columns.values() %}
    comment on column on_record_publication.main.{{ node.alias }}.{{ column.name }}
        is '{{ column.description | replace("'", "''") }}';
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{% macro build_row(published_at) -%}
    create table on_record_publication.main.build as
    select
        '{{ invocation_id }}' as build_id,
        '{{ var('on_record_version') }}' as on_record_version,
        '{{ var("hedge_convention") }}' as hedge_convention,
        (select count(*) from on_record_publication.main.fct_figures) as figure_count,
        (select count(*) from on_record_publication.main.dim_documents) as document_count,
        (select max(published_on) from on_record_publication.main.dim_documents) as known_until_on,
        (select max(loaded_at) from on_record_publication.main.fct_figures) as loaded_at,
        cast('{{ published_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp) as published_at
{%- endmacro %}
