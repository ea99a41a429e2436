{#- A build of nothing would fail far from its cause: say what to do instead. -#}
{% macro require_loaded_record() -%}
    {%- if var('hedge_convention') not in ['literal', 'acled'] -%}
        {{ exceptions.raise_compiler_error(
            "hedge_convention is '" ~ var('hedge_convention') ~ "'; it must be literal or acled (seeds/hedges.csv)"
        ) }}
    {%- endif -%}
    {%- if execute and target.type == 'duckdb' and not run_query(
        "select count(*) from duckdb_functions() where function_name = 'published_folder'"
    )[0][0] -%}
        {{ exceptions.raise_compiler_error(
            'The profile in use lacks two lines of this project\'s profiles.yml: under the output, module_paths: ["."] and '
            ~ 'plugins: [{module: ingest.warehouse.publish}]. Add them, or leave the profile to the project: dbt build --profiles-dir <folder of the project>'
        ) }}
    {%- endif -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'test', 'snapshot'] and target.type == 'duckdb' -%}
        {%- set loaded = run_query(
            "select table_name from information_schema.tables where table_schema = 'raw'"
        ).columns[0].values() -%}
        {%- if 'figures' not in loaded -%}
            {{ exceptions.raise_compiler_error(
                'The warehouse holds no record yet. Load it first: on-record load'
            ) }}
        {%- endif -%}
        {%- set step = '(select coalesce(max(version), 0) from raw.schema_version)' if 'schema_version' in loaded else '0' -%}
        {%- set objection = run_query('select objection_to_version(' ~ step ~ ')')[0][0] -%}
        {%- if objection -%}
            {{ exceptions.raise_compiler_error('The warehouse ' ~ objection ~ '.') }}
        {%- endif -%}
    {%- endif -%}
    {#- Better now than when everything is built. -#}
    {%- if execute and flags.WHICH == 'build' and target.type == 'duckdb' -%}
        {%- set objection = run_query(
            "select objection_to_published_folder(published_folder())"
        )[0][0] -%}
        {%- if objection -%}
            {{ exceptions.raise_compiler_error(objection) }}
        {%- endif -%}
        {%- set objection = run_query(
            "select objection_to_disk(path, published_folder(), (select count(*) from raw.figures) + "
            ~ ("(select count(*) from raw.dataset_figures)" if 'dataset_figures' in loaded else "0")
            ~ ") from duckdb_databases() where database_name = current_database()"
        )[0][0] -%}
        {%- if objection -%}
            {{ exceptions.raise_compiler_error(objection) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
