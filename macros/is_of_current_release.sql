{#- Whether a row with a document_id is of the record, or of the newest release of its data set. What another release said
    stands in fct_release_changes: a check would find the same again for every release that was ever loaded. -#}
{% macro is_of_current_release(rows) -%}
    {{ rows }}.document_id not in (
        select document_id from {{ ref('int_dataset_releases') }}
        where next_document_id is not null
    )
{%- endmacro %}
