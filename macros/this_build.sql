{#- A build works out anew the episodes of which something was loaded, changed or removed since the last whole build,
    and keeps what it built of the others: no figure meets one of another episode (scope_id), so the result is that of a
    build of everything. Where the project itself changed, a var is another or a table is missing, all is built.
    docs/decisions/0020-what-a-build-works-out.md -#}
{% macro begin_build() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] and target.type == 'duckdb' -%}
        {%- do run_query(what_is_there()) -%}
        {%- if flags.FULL_REFRESH or project_or_tables_changed() -%}
            {%- do run_query('delete from staging.built_from') -%}
        {%- endif -%}
        {#- All nodes of one command share the graph: asking for each of them took a tenth of a build. -#}
        {%- do graph.update({'episodes_of_build': episodes_to_work_out()}) -%}
    {%- endif -%}
{%- endmacro %}

{#- What this build begins with: a fingerprint of the project, and one of each episode over every cell in raw. -#}
{% macro what_is_there() -%}
    {%- set told = [var('on_record_version'), var('hedge_convention'), recorded_until(), var('part_depth'), dbt_version] -%}
    create schema if not exists staging;
    create table if not exists staging.built_from (part varchar, fingerprint varchar);
    create table if not exists staging.published_as (file_name varchar);
    create or replace table staging.building_from as
    select
        '*project' as part,
        project_fingerprint({{ literal(told | join(' ')) }}) as fingerprint
    union all
    select
        episode_id as part,
        count(*) || ' ' || sum(row_hash) as fingerprint
    from (
        {%- for table in ['figures', 'documents', 'replaced_figures', 'replaced_documents'] %}
        select episode_id, hash('{{ table }}', t) as row_hash from raw.{{ table }} as t
        union all
        {%- endfor %}
        {%- for table in ['dataset_figures', 'replaced_dataset_figures', 'datasets', 'corrections', 'replaced_corrections'] %}
        select 'worldwide' as episode_id, hash('{{ table }}', t) as row_hash from raw.{{ table }} as t
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as every_row
    group by episode_id
{%- endmacro %}

{% macro project_or_tables_changed() -%}
    {%- set wanted = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.materialized == 'incremental' -%}
        {%- do wanted.append(node.schema ~ '.' ~ node.alias) -%}
    {%- endfor -%}
    {%- set found = run_query(
        "select"
        " (select count(*) from duckdb_tables() where database_name = current_database() and not internal"
        "  and schema_name || '.' || table_name in ('" ~ wanted | join("', '") ~ "')),"
        " (select count(*) from staging.built_from inner join staging.building_from using (part, fingerprint)"
        "  where part = '*project')"
    )[0] -%}
    {{ return(found[0] < wanted | length or found[1] == 0) }}
{%- endmacro %}

{#- The episodes to work out, a list; none (null) where all are. -#}
{% macro episodes_of_build() -%}
    {%- if not execute or flags.WHICH not in ['build', 'run'] or target.type != 'duckdb' -%}
        {{ return(none) }}
    {%- elif 'episodes_of_build' not in graph -%}
        {{ exceptions.raise_compiler_error('Nothing was compared with the last build: begin_build must run first.') }}
    {%- endif -%}
    {{ return(graph.episodes_of_build) }}
{%- endmacro %}

{% macro episodes_to_work_out() -%}
    {%- set rows = run_query(
        "select coalesce(building.part, built.part) as part from staging.building_from as building"
        " full join staging.built_from as built on building.part = built.part"
        " where building.fingerprint is distinct from built.fingerprint order by part"
    ) -%}
    {%- set parts = rows.columns[0].values() | list -%}
    {{ return(none if '*project' in parts else parts) }}
{%- endmacro %}

{#- Called when all of a build stood, was tested and is published under this path: the next one begins from here. -#}
{% macro end_build(path) -%}
    {%- if flags.WHICH == 'build' -%}
        {%- do run_query(
            "begin; create or replace table staging.built_from as select * from staging.building_from;"
            " create or replace table staging.published_as as select parse_filename(" ~ literal(path) ~ ") as file_name; commit"
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- Whether a row is of an episode that this build works out. In a rule's unit test every row is. -#}
{% macro in_this_build(column='episode_id') -%}
    {%- set episodes = none if model.resource_type == 'unit_test' else episodes_of_build() -%}
    {%- if episodes is none -%}
        true
    {%- elif not episodes -%}
        false
    {%- else -%}
        {{ column }} in ('{{ episodes | join("', '") }}')
    {%- endif -%}
{%- endmacro %}

{#- In place of dbt's: a build that works out every episode makes its tables anew. -#}
{% macro should_full_refresh() -%}
    {{ return(episodes_of_build() is none) }}
{%- endmacro %}

{#- The strategy of the facts, ranges and checks: what there was of these episodes goes, what there is comes. -#}
{% macro get_incremental_by_episode_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments.target_relation }} where {{ in_this_build() }};
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }} where {{ in_this_build() }}
{%- endmacro %}

{#- In place of dbt's: what a build kept was tested when it was built. Rows that must not be lost or told twice are
    compared with all others by the tests that ask for it. -#}
{% macro duckdb__get_where_subquery(relation) -%}
    {%- set asks_of_all = model.test_metadata.name in ['unique_by', 'keeps_rows_of', 'keeps_what_was_recorded'] -%}
    {%- set claims = [
        config.get('where') or 'true', in_this_build() if is_kept_in_part() and not asks_of_all else 'true'
    ] | map('trim') | reject('equalto', 'true') | list -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ claims | join(' and ') ~ ') as dbt_subquery' if claims else relation) }}
{%- endmacro %}

{#- Whether most of what a test looks at was built before: asked in a test alone. -#}
{% macro is_kept_in_part() -%}
    {%- if not execute or flags.WHICH != 'build' or episodes_of_build() is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set node = attached_model() -%}
    {{ return(node.config.materialized in ['incremental', 'view'] and 'episode_id' in node.columns) }}
{%- endmacro %}

{% macro attached_model() -%}
    {{ return(graph.nodes[model.attached_node]) }}
{%- endmacro %}
