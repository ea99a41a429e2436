{#- Drafts are not facts yet: one person alone has read them. A preview (var with_drafts) takes them in, in a warehouse and
    a folder of its own, so that nothing of it is ever among what is published. -#}
{% macro is_read_twice(status) -%}
    {%- if var('with_drafts') -%}
        true
    {%- else -%}
        {{ status }} <> 'draft'
    {%- endif -%}
{%- endmacro %}

{#- The folder of previews; make preview says the same. -#}
{% macro preview_folder() -%}
    {{ return(env_var('ON_RECORD_PREVIEW', '') or 'target/preview') }}
{%- endmacro %}

{#- Refuses to build drafts anywhere but in that folder: a working file keeps what it built, and a reader of published/
    could not tell. -#}
{% macro keep_drafts_apart() -%}
    {%- if execute and var('with_drafts') and flags.WHICH in ['build', 'run'] and target.type == 'duckdb' -%}
        {%- set wanted = preview_folder() ~ '/warehouse.duckdb' -%}
        {%- if target.path != wanted or env_var('ON_RECORD_PUBLISHED', '') != preview_folder() ~ '/published' -%}
            {{ exceptions.raise_compiler_error(
                "with_drafts builds a preview, in " ~ preview_folder() ~ " alone: run `make preview`. "
                "Nothing was built."
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Said at the end of each build, also of a quiet one: how many figures of the record are left out, and why. -#}
{% macro say_what_is_left_out() -%}
    {%- if execute and flags.WHICH == 'build' and target.type == 'duckdb' -%}
        {%- set rows = run_query(
            "select count(*) filter (where visibility <> 'restricted' and status = 'draft') as drafts,"
            " count(*) filter (where visibility = 'restricted') as restricted"
            " from raw.figures where removed_at is null"
        )[0] -%}
        {%- set drafts, restricted = rows[0], rows[1] -%}
        {%- if drafts and var('with_drafts') -%}
            {{ print('PREVIEW: ' ~ drafts ~ (' draft is' if drafts == 1 else ' drafts are') ~ ' in it. Nothing of it is published.') }}
        {%- elif drafts -%}
            {{ print('Left out: ' ~ drafts ~ (' draft' if drafts == 1 else ' drafts') ~ ', not read a second time yet (make preview shows them).') }}
        {%- endif -%}
        {%- if restricted -%}
            {{ print('Left out: ' ~ restricted ~ ' restricted ' ~ ('figure' if restricted == 1 else 'figures') ~ '.') }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
