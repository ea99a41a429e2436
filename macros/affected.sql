{#- A build works out what loads touched since the last whole build, and keeps what it built of the rest.
    docs/decisions/0020-what-a-build-works-out.md names each step. Two tables say what is affected:

    staging.affected_sources: (episode_id, source_id). What a load touches is an episode of the record or a data set; all
        that its sources say there is worked out anew, and all that shares a voice and an episode with it: a source, the
        head of its family, or whom it cites. Reports, sums, parts and totals stay within what one voice says of one
        episode, so a model of those selects `where {{ is_affected('source') }}`.
    staging.affected_figures: (figure_id, scope_id). Of those sources, each figure as it was built and as it is built now.
        Reports of several sources meet in a scope, so a model of ranges selects `where {{ is_affected('scope') }}`.

    Both grow from build to build until a whole one is published, so what a failed build left half done is done again. -#}
{% macro begin_build() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] and target.type == 'duckdb' -%}
        {%- do run_query(what_is_there()) -%}
        {%- if is_of_no_rows() -%}
            {#- What it leaves in the tables is no answer: whatever comes next works out everything. -#}
            {%- do forget_what_was_built() -%}
            {%- do run_query('delete from staging.built_nodes') -%}
        {%- elif flags.FULL_REFRESH or project_or_tables_changed() -%}
            {%- do forget_what_was_built() -%}
            {%- do drop_selected_tables() -%}
        {%- endif -%}
        {#- Where everything is worked out, nothing need say what is: the families may not be known yet. -#}
        {%- if not all_is_affected() -%}
            {%- do run_query(what_is_affected()) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Whether dbt reads no rows, or some of them: --empty and --sample try the SQL, not the numbers. -#}
{% macro is_of_no_rows() -%}
    {{ return(true if flags.EMPTY or flags.SAMPLE else false) }}
{%- endmacro %}

{#- The table of what the last whole build was of, or none. dbt knows which tables there are without asking the database. -#}
{% macro built_from() -%}
    {{ return(adapter.get_relation(target.database, 'staging', 'built_from')) }}
{%- endmacro %}

{% macro forget_what_was_built() -%}
    {%- if built_from() -%}
        {%- do adapter.drop_relation(built_from()) -%}
    {%- endif -%}
{%- endmacro %}

{#- What this build begins with: a fingerprint of the project, and one over every cell in raw of each source, and of whom it
    cites, in each unit that a load touches. What belongs to a unit as a whole, such as a document, has no source. -#}
{% macro what_is_there() -%}
    {%- set settings = [
        var('on_record_version'), var('hedge_convention'), recorded_until(), var('part_depth'), var('settling_days'),
        var('count_lag_days'), var('with_drafts'), dbt_version,
    ] -%}
    {%- set of_record = {
        'figures': "source_id, coalesce(source_original_id, '') as source_original_id",
        'documents': "'' as source_id, '' as source_original_id",
    } -%}
    {%- set of_data_sets = {
        'dataset_figures': "source_id, '' as source_original_id",
        'corrections': "'' as source_id, '' as source_original_id",
    } -%}
    create schema if not exists staging;
    create table if not exists staging.published_as (file_name varchar);
    create table if not exists staging.built_nodes (node_id varchar, fingerprint varchar);
    create table if not exists staging.affected_sources (episode_id varchar, source_id varchar);
    create table if not exists staging.affected_figures (figure_id varchar, scope_id varchar);
    create or replace table staging.building_from as
    select
        '*project' as unit_id,
        '' as episode_id,
        '' as source_id,
        '' as source_original_id,
        project_fingerprint({{ literal(settings | join(' ')) }}) as fingerprint
    union all
    select
        unit_id,
        episode_id,
        source_id,
        source_original_id,
        count(*) || ' ' || sum(row_hash) as fingerprint
    from (
        {%- for table, sources in of_record.items() %}
        {%- for each in [table, 'replaced_' ~ table] %}
        select 'episode ' || episode_id as unit_id, episode_id, {{ sources }}, hash('{{ each }}', t) as row_hash
        from raw.{{ each }} as t
        union all
        {%- endfor %}
        {%- endfor %}
        {%- for table, sources in of_data_sets.items() %}
        {%- for each in [table, 'replaced_' ~ table] %}
        select dataset_id as unit_id, 'worldwide' as episode_id, {{ sources }}, hash('{{ each }}', t) as row_hash
        from raw.{{ each }} as t
        union all
        {%- endfor %}
        {%- endfor %}
        select
            dataset_id as unit_id, 'worldwide' as episode_id, '' as source_id, '' as source_original_id,
            hash('datasets', t) as row_hash
        from raw.datasets as t
    ) as every_row
    group by unit_id, episode_id, source_id, source_original_id
{%- endmacro %}

{#- Whether anything but rows in raw decides that everything is worked out: another project, a table that is gone, or notes
    of an earlier version, which has them in other columns. -#}
{% macro project_or_tables_changed() -%}
    {%- if not built_from() -%}
        {{ return(true) }}
    {%- endif -%}
    {%- for node in incremental_models() if not adapter.get_relation(node.database, node.schema, node.alias) -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ return(not run_query(
        "select count(*) from duckdb_columns() where database_name = current_database()"
        " and schema_name = 'staging' and table_name = 'built_from' and column_name = 'source_original_id'"
    )[0][0] or not run_query(
        "select count(*) from staging.built_from inner join staging.building_from using (unit_id, fingerprint)"
        " where unit_id = '*project'"
    )[0][0]) }}
{%- endmacro %}

{#- The models that keep what no load affected: ours. A user's own incremental model goes dbt's way. -#}
{% macro incremental_models() -%}
    {{ return(
        graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | selectattr('config.materialized', 'equalto', 'incremental')
        | selectattr('config.incremental_strategy', 'equalto', 'replace_affected') | list
    ) }}
{%- endmacro %}

{#- What is made anew is dropped first, so that dbt creates it: by other rules its columns may be others too, and those of
    a seed. -#}
{% macro drop_selected_tables() -%}
    {%- set seeds = graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | list -%}
    {%- for node in incremental_models() + seeds if node.unique_id in selected_resources -%}
        {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
        {%- if relation -%}
            {%- do adapter.drop_relation(relation) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro what_is_affected() -%}
    insert into staging.affected_sources
    with recursive sources_of_units as (

        {% for each in ['building', 'built'] -%}
        select unit_id, episode_id, source_id, source_original_id
        from staging.{{ each }}_from
        where source_id <> ''
        {{ 'union' if not loop.last }}
        {% endfor %}
    ),

    voices_of_units as (

        -- What would meet what: rows of one source are selected together, and who speaks for one head is one voice.
        select unit_id, episode_id, 'source ' || source_id as voice
        from sources_of_units
        union
        select units.unit_id, units.episode_id, 'voice ' || families.family_id as voice
        from sources_of_units as units
        inner join staging.int_source_families as families
            on coalesce(nullif(units.source_original_id, ''), units.source_id) = families.source_id

    ),

    affected_units as (

        -- What a load touched …
        select coalesce(building.unit_id, built.unit_id) as unit_id
        from staging.building_from as building
        full join staging.built_from as built
            on building.unit_id = built.unit_id
            and building.episode_id = built.episode_id
            and building.source_id = built.source_id
            and building.source_original_id = built.source_original_id
        where building.fingerprint is distinct from built.fingerprint

        union

        -- … and whatever one of its voices says of the same episode elsewhere, and so on.
        select others.unit_id
        from affected_units
        inner join voices_of_units on affected_units.unit_id = voices_of_units.unit_id
        inner join voices_of_units as others
            on voices_of_units.episode_id = others.episode_id
            and voices_of_units.voice = others.voice

    )

    select episode_id, source_id
    from sources_of_units
    where unit_id in (select unit_id from affected_units)
    except
    select episode_id, source_id
    from staging.affected_sources;
    insert into staging.affected_figures
    select figure_id, scope_id
    from main.fct_figures
    where
        (episode_id, source_id) in (select episode_id, source_id from staging.affected_sources)
        and figure_id not in (select figure_id from staging.affected_figures)
{%- endmacro %}

{#- A hook of int_figures_scoped, which holds the figures of affected sources and no others: their scopes as they are now. -#}
{% macro note_affected_figures() -%}
    {%- if not all_is_affected() -%}
    insert into staging.affected_figures
    select figure_id, scope_id from {{ this }}
    except
    select figure_id, scope_id from staging.affected_figures
    {%- endif -%}
{%- endmacro %}

{#- Whether everything is worked out: in a first build, by other rules, and wherever no build is under way. -#}
{% macro all_is_affected() -%}
    {%- if not execute or flags.WHICH not in ['build', 'run'] or target.type != 'duckdb' -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(built_from() is none) }}
{%- endmacro %}

{#- Whether a row is one that this build works out, by its source, scope, figure or episode. In a unit test every row is. -#}
{% macro is_affected(by, episode_id='episode_id') -%}
    {%- if model.resource_type == 'unit_test' or all_is_affected() -%}
        true
    {%- elif by == 'source' -%}
        ({{ episode_id }}, source_id) in (select episode_id, source_id from staging.affected_sources)
    {%- elif by == 'episode' -%}
        {{ episode_id }} in (select episode_id from staging.affected_sources)
    {%- elif by in ['figure', 'scope'] -%}
        {{ by }}_id in (select {{ by }}_id from staging.affected_figures)
    {%- else -%}
        {{ exceptions.raise_compiler_error('affected_by is source, scope, figure or episode, not ' ~ by) }}
    {%- endif -%}
{%- endmacro %}

{#- The strategy of the incremental models: what there was of what is affected goes, what there is comes. dbt's own
    delete+insert would leave rows whose key has none any more. -#}
{% macro get_incremental_replace_affected_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    {%- set affected = is_affected(config.get('meta').affected_by) -%}
    delete from {{ arguments.target_relation }} where {{ affected }};
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }} where {{ affected }}
{%- endmacro %}

{#- Called when all of a build stood, was tested and is published under this path: the next one begins from here. -#}
{% macro end_build(path) -%}
    {%- if flags.WHICH == 'build' -%}
        {%- do run_query(
            "begin; create or replace table staging.built_from as select * from staging.building_from;"
            " delete from staging.affected_sources; delete from staging.affected_figures; delete from staging.built_nodes;"
            " create or replace table staging.published_as as select parse_filename(" ~ literal(path) ~ ") as file_name; commit"
        ) -%}
    {%- endif -%}
{%- endmacro %}
