{#- The folder that `on-record export --parquet` wrote, as the tables of the schema raw: a hook before a build on Spark. Every
    executor must see it under this path. -#}
{% macro register_raw() -%}
    {%- if execute and target.type == 'spark' and flags.WHICH in ['build', 'run', 'test'] -%}
        {%- set folder = env_var('ON_RECORD_PARQUET', '') -%}
        {%- if not folder -%}
            {{ exceptions.raise_compiler_error(
                'ON_RECORD_PARQUET names no folder: write one with on-record export --parquet DIR, and give its absolute path.'
            ) }}
        {%- endif -%}
        {%- do run_query('create schema if not exists raw') -%}
        {%- for source in graph.sources.values() if source.source_name == 'raw' -%}
            {%- do run_query('drop table if exists raw.' ~ source.name) -%}
            {%- do run_query(
                'create table raw.' ~ source.name ~ ' using parquet location ' ~ spark_literal(folder ~ '/' ~ source.name)
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- Each view written out as a table of the schema of_views, where the var says so: to be compared with another engine's. -#}
{% macro write_out_views(results) -%}
    {%- if execute and target.type == 'spark' and flags.WHICH == 'build' and var('write_out_views', false) -%}
        {%- do run_query('create schema if not exists of_views') -%}
        {%- for result in results if result.node.config.materialized == 'view' and result.status == 'success' -%}
            {%- do run_query('drop table if exists of_views.' ~ result.node.alias) -%}
            {%- do run_query(
                'create table of_views.' ~ result.node.alias ~ ' using parquet as select * from '
                ~ result.node.schema ~ '.' ~ result.node.alias
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
