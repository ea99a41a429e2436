{#- A name as it is compared: lower case, no accents, no apostrophes, every other mark a space. Jisr-Ash-Shugur and
    "Jisr ash Shugur" are one key, Dar'a and Dara too; Idleb and Idlib are not: those are two rows of the seed. -#}
{% macro name_key(expression) -%}
    {{ return(adapter.dispatch('name_key', 'on_record')(expression)) }}
{%- endmacro %}

{% macro default__name_key(expression) -%}
    trim(regexp_replace(
        regexp_replace(lower(strip_accents({{ expression }})), '[''’‘ʼʿʾ`]+', '', 'g'), '[^\p{L}\p{N}]+', ' ', 'g'
    ))
{%- endmacro %}

{#- Spark has no strip_accents, and its lower makes another letter of a sigma at the end of a word. -#}
{% macro spark__name_key(expression) -%}
    trim(regexp_replace(
        regexp_replace(
            lower(translate(
                regexp_replace({{ expression }}, r'\p{M}+', ''), '{{ accented_letters() }}', '{{ plain_letters() }}'
            )),
            r"['’‘ʼʿʾ`]+", ''
        ),
        r'[^\p{L}\p{N}]+', ' '
    ))
{%- endmacro %}
