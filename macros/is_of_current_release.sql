{#- Whether a row with a document_id is of the record, or of the newest release of its data set. What another release
    said stands in fct_release_changes: a check would find the same again for every release that was ever loaded. -#}
{% macro is_of_current_release(rows) -%}
    {{ rows }}.document_id not in (
        select document_id from {{ ref('int_dataset_releases') }}
        where next_document_id is not null
    )
{%- endmacro %}

{#- Whether reports are of the record, or told by the newest release of their data set, whichever told them first; of
    the figures that a condition selects, which are called told_now in it. -#}
{% macro are_told_now(report_ids, of_figures) -%}
    {% for report_id in report_ids -%}
    {{ report_id }} in (
        select told_now.report_id from {{ ref('fct_figures') }} as told_now
        where {{ of_figures }} and {{ is_of_current_release('told_now') }}
    )
    {{ 'and' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
