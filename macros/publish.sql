{#- Ends a whole and successful dbt build by writing published/<UTC time>.duckdb: a copy of the main schema, with its
    build row last. Nothing else reads the working file, and a failed or partial build publishes nothing. -#}
{% macro publish(results) -%}
    {%- if execute and target.type == 'duckdb' -%}
        {%- if flags.WHICH == 'build' -%}
            {%- do note_built_nodes(results) -%}
            {%- set reason = reason_not_to_publish(results) -%}
            {%- if reason -%}
                {{ log('Not published: ' ~ reason, info=true) }}
            {%- else -%}
                {{ write_publication() }}
            {%- endif -%}
        {%- elif flags.WHICH in ['run', 'test', 'seed', 'snapshot'] -%}
            {{ log('Nothing was published: dbt ' ~ flags.WHICH ~ ' never publishes; `dbt build` builds, tests and publishes.', info=true) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- What stood in this build, by what it began with: `dbt retry` builds only what failed, and the rest stands as it did. -#}
{% macro note_built_nodes(results) -%}
    {%- set fine, other = [], [] -%}
    {%- for result in results -%}
        {%- do (fine if result.status in ['success', 'pass', 'warn'] else other).append(literal(result.node.unique_id)) -%}
    {%- endfor -%}
    {%- if fine + other -%}
        {%- do run_query('delete from staging.built_nodes where node_id in (' ~ (fine + other) | join(', ') ~ ')') -%}
    {%- endif -%}
    {%- if fine and not is_of_no_rows() -%}
        {%- do run_query(
            'insert into staging.built_nodes select node_id, ' ~ begun_with() ~ ' from (values ('
            ~ fine | join('), (') ~ ')) as nodes (node_id)'
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- One fingerprint over all that a build begins with. -#}
{% macro begun_with() -%}
    (select cast(sum(hash(each)) as varchar) from staging.building_from as each)
{%- endmacro %}

{% macro reason_not_to_publish(results) -%}
    {%- set failed = [] -%}
    {%- for result in results if result.status in ['error', 'fail', 'skipped', 'runtime error'] -%}
        {#- Exposures are no nodes of the graph. -#}
        {%- set node = graph.nodes.get(result.node.unique_id) -%}
        {%- if not node or not is_mine(node) or is_published(node) -%}
            {%- do failed.append(result) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set built = run_query(
        'select node_id from staging.built_nodes where fingerprint = ' ~ begun_with()
    ).columns[0].values() -%}
    {%- set missing = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'test', 'unit_test'] -%}
        {%- if
            node.unique_id not in built and node.config.enabled and (not is_mine(node) or is_published(node))
            and not stands_as_built(node)
        -%}
            {%- do missing.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if is_of_no_rows() -%}
        {{ return('it was built of no rows, or of some (--empty, --sample).') }}
    {%- elif failed -%}
        {{ return(failed | length ~ ' of ' ~ results | length ~ ' nodes failed or were skipped.') }}
    {%- elif missing -%}
        {{ return('only part of the project was built (' ~ missing | length ~ ' nodes left out).') }}
    {%- elif has_lost_all_figures() -%}
        {{ return('raw holds figures, and fct_figures none: something between them lost every row.') }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}

{#- What the project alone decides, a seed or a view of ours, stands as the last whole build made it while no rule changed; not
    so a view that says what is affected. What they show is tested in each build. -#}
{% macro stands_as_built(node) -%}
    {{ return(
        (node.resource_type == 'seed' or node.config.materialized == 'view' and 'is_affected' not in node.raw_code)
        and not is_mine(node) and not all_is_affected()
        and adapter.get_relation(node.database, node.schema, node.alias) is not none
    ) }}
{%- endmacro %}

{% macro has_lost_all_figures() -%}
    {{ return(run_query(
        "select not exists (select 1 from main.fct_figures) and ("
        "exists (select 1 from raw.figures where status <> 'draft' and visibility = 'public' and " ~ is_recorded('loaded_at') ~ ")"
        " or exists (select 1 from raw.dataset_figures where " ~ is_recorded('loaded_at') ~ "))"
    )[0][0]) }}
{%- endmacro %}

{#- Whether a user's own model says that it goes into what is published. -#}
{% macro is_published(node) -%}
    {{ return(is_mine(node) and (node.config.meta or {}).get('published', false)) }}
{%- endmacro %}

{#- A build of the past (recorded_until) is published under its day in recorded/ alone, under a passing name until it
    is whole; one of now is the newest publication, and a link to it stands for the day of its last load. -#}
{% macro write_publication() -%}
    {%- set recorded = what_is_recorded() -%}
    {%- if recorded.reason -%}
        {{ log('Not published: ' ~ recorded.reason, info=true) }}
        {{ return('') }}
    {%- endif -%}
    {%- set place = run_query("select prepare_published_folder(published_folder())")[0][0] -%}
    {%- set published_at = modules.datetime.datetime.now(modules.pytz.utc) -%}
    {%- set path = run_query(
        "select new_publication(" ~ literal(place) ~ ", " ~ literal(published_at.isoformat()) ~ ", "
        ~ (recorded_until() != '') ~ ")"
    )[0][0] -%}
    {%- set is_copy = copy_last_publication(place, path) -%}
    {%- do run_query("attach " ~ literal(path) ~ " as on_record_publication" ~ ("" if is_copy else " (storage_version 'v1.2.0', block_size " ~ block_size() ~ ")")) -%}
    {%- do run_query(copy_of_main(is_copy)) -%}
    {%- do run_query(build_row(published_at, recorded)) -%}
    {%- do run_query(
        'begin;' ~ run_query("select unnest(comments_in('on_record_publication.main'))").columns[0].values() | join(';')
        ~ '; commit'
    ) -%}
    {%- do run_query('detach on_record_publication') -%}
    {%- set reason = run_query(
        "select withheld(" ~ literal(place) ~ ", " ~ literal(path) ~ ", " ~ restricted_figures() ~ ")"
    )[0][0] -%}
    {%- if reason -%}
        {{ log('Not published: ' ~ reason, info=true) }}
        {{ return('') }}
    {%- endif -%}
    {%- if not recorded_until() -%}
        {%- set path = run_query("select put_publication_in_place(" ~ literal(path) ~ ")")[0][0] -%}
        {%- do end_build(path) -%}
    {%- endif -%}
    {%- if recorded.day -%}
        {%- set archived = run_query("select archive_publication(" ~ literal(path) ~ ", '" ~ recorded.day ~ "')")[0][0] -%}
    {%- endif -%}
    {%- set path = archived if recorded_until() else path -%}
    {%- do remove_restricted(place) -%}
    {%- do run_query("select prune_published_folder(" ~ literal(place) ~ ")") -%}
    {%- do run_query(
        "select prune_recorded_days(" ~ literal(place) ~ ","
        " coalesce((select list(distinct cast(loaded_at as date)) from raw.loads), []),"
        " coalesce((select list(recorded_on) from raw.pinned_days), []))"
    ) -%}
    {{ log('Published ' ~ path, info=true) }}
{%- endmacro %}

{#- A table takes whole blocks, so that sixty tables of a few rows were 11 MB in DuckDB's own blocks of 256 KiB and are
    0.7 MB in the smallest ones: a day of a desk. Large tables are read faster in large blocks. -#}
{% macro block_size() -%}
    {%- set figures = run_query('select count(*) from main.fct_figures')[0][0] -%}
    {{ return(16384 if figures < 100000 else 262144) }}
{%- endmacro %}

{% macro literal(text) -%}
    '{{ text | replace("'", "''") }}'
{%- endmacro %}

{#- The last load in this build and its day in UTC, or why the past that was asked for has no day of its own. -#}
{% macro what_is_recorded() -%}
    {%- set row = run_query(
        "select max(loaded_at) as until_at, cast(cast(max(loaded_at) as date) as varchar) as recorded_on,"
        " (select max(loaded_at) from raw.loads as later"
        "  where cast(later.loaded_at as date) = cast(max(loads.loaded_at) as date)) as last_of_day_at"
        " from staging.stg_loads as loads"
    )[0] -%}
    {%- if recorded_until() and row[0] is none -%}
        {{ return({'reason': 'nothing was loaded by ' ~ recorded_until() ~ ' UTC.'}) }}
    {%- elif row[0] != row[2] -%}
        {{ return({'reason': 'a day is published as it ended, and ' ~ row[1] ~ ' had a later load, at ' ~ row[2] ~ ' UTC.'}) }}
    {%- endif -%}
    {{ return({'until_at': row[0], 'day': row[1]}) }}
{%- endmacro %}

{% macro restricted_figures() -%}
    coalesce((
        select list(kept_back)
        from (
            select figure_id as kept_back from raw.figures where visibility = 'restricted'
            union all
            {#- What is coarsened may be told under its wider place, and under no other (ingest/warehouse/retract.py). #}
            select figure_id || case when visibility = 'coarsened' then chr(31) || place_name else '' end
            from raw.dataset_figures
            where (dataset_id, row_key) in ({{ kept_back() }})
        )
    ), [])
{%- endmacro %}

{#- A figure that became restricted leaves what was published before, the days in recorded/ included. -#}
{% macro remove_restricted(place) -%}
    {%- for remove, more in [('remove_publications_of', ''), ('retract_marked', ', ' ~ (recorded_until() != ''))] -%}
        {%- set removed = run_query(
            "select " ~ remove ~ "(" ~ literal(place) ~ ", " ~ restricted_figures() ~ more ~ ")"
        )[0][0] -%}
        {%- if removed -%}
            {{ log('Removed, for they hold a figure that is restricted now: ' ~ removed, info=true) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- Where a build kept what it had of the rest, so does its publication: the last one is copied. Not where that tells
    of a figure that is restricted now, since what is deleted from a file may still be read in its bytes. -#}
{% macro copy_last_publication(place, path) -%}
    {%- if all_is_affected() -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(run_query(
        "select copy_publication(" ~ literal(place) ~ ", (select any_value(file_name) from staging.published_as), "
        ~ literal(path) ~ ", " ~ restricted_figures() ~ ")"
    )[0][0]) }}
{%- endmacro %}

{#- Every table of the main schema as one script, and then what is only a view of them. The data dictionary travels with
    them: select comment from duckdb_columns(). -#}
{% macro copy_of_main(is_copy) -%}
    {%- set nodes = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
        {%- if is_published(node) or (node.schema == 'main' and not is_mine(node)) -%}
            {%- do nodes.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set kept = incremental_models() if is_copy else [] -%}
    {%- set views = run_query(
        "select view_name, sql from duckdb_views() where database_name = current_database() and schema_name = 'main'"
        " and view_name in ('" ~ nodes | map(attribute='alias') | join("', '") ~ "') order by view_oid"
    ) -%}
    {#- Its row in build is what makes a publication whole, so that of a copy goes first. -#}
    {%- if is_copy %}
    drop table on_record_publication.main.build;
    {%- endif %}
    {%- if nodes | rejectattr('schema', 'equalto', 'main') | list %}
    create schema if not exists on_record_publication.mine;
    {%- endif %}
    {%- for node in nodes if node.config.materialized != 'view' or is_mine(node) %}
    {%- set ours, theirs = adapter.quote(node.database) ~ '.' ~ adapter.quote(node.schema) ~ '.' ~ adapter.quote(node.alias),
        place_in_publication(node) %}
    {%- if node in kept %}
    {%- set affected = is_affected(node.config.meta.affected_by) %}
    delete from {{ theirs }} where {{ affected }};
    insert into {{ theirs }} by name select * from {{ ours }} where {{ affected }};
    {%- else %}
    create or replace table {{ theirs }} as select * from {{ ours }};
    {%- endif %}
    {%- endfor %}
    {#- A transaction each would write to the disk a thousand times. -#}
    begin;
    {#- DuckDB keeps a view without the name of its database, so it means the tables beside it. -#}
    {%- for view in views %}
    create or replace view on_record_publication.main.{{ view[0] }} as {{ view[1].split(' AS ', 1)[1] }}
    {%- endfor %}
    {#- They read what this file holds beside them, not the working file's. -#}
    {%- for macro in run_query('select unnest(table_macros())').columns[0].values() %}
    create or replace macro on_record_publication.main.{{ macro }};
    {%- endfor %}
    {#- What was kept has its words already: with others it would have been made anew. -#}
    {%- for node in nodes if node not in kept %}
    {%- set place = place_in_publication(node) %}
    comment on {{ 'view' if node.config.materialized == 'view' and not is_mine(node) else 'table' }} {{ place }}
        is '{{ node.description | replace("'", "''") }}';
        {%- for column in node.columns.values() %}
    comment on column {{ place }}."{{ column.name }}" is '{{ column.description | replace("'", "''") }}';
        {%- endfor %}
    {%- endfor %}
    commit;
{%- endmacro %}

{#- What a user adds has a schema of its own, and is a table: a view of it would look for tables that stay behind. -#}
{% macro place_in_publication(node) -%}
    on_record_publication.{{ 'mine' if is_mine(node) else 'main' }}.{{ adapter.quote(node.alias) }}
{%- endmacro %}

{% macro build_row(published_at, recorded) -%}
    create table on_record_publication.main.build as
    select
        '{{ invocation_id }}' as build_id,
        '{{ var('on_record_version') }}' as on_record_version,
        '{{ var("hedge_convention") }}' as hedge_convention,
        (select count(*) from on_record_publication.main.fct_figures) as figure_count,
        (select count(*) from on_record_publication.main.dim_documents) as document_count,
        (select max(published_on) from on_record_publication.main.dim_documents) as known_until_on,
        (select max(loaded_at) from on_record_publication.main.fct_figures) as loaded_at,
        cast({{ literal(recorded.until_at | string) if recorded.until_at else 'null' }} as timestamp) as recorded_until_at,
        cast({{ literal(recorded.day) if recorded.day else 'null' }} as date) as recorded_on,
        cast('{{ published_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp) as published_at,
        tables_fingerprint() as tables_fingerprint
{%- endmacro %}
