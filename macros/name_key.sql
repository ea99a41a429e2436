{#- A name as it is compared: lower case, no accents, no apostrophes, every other mark a space. Jisr-Ash-Shugur and
    "Jisr ash Shugur" are one key, Dar'a and Dara too; Idleb and Idlib are not: those are two rows of the seed. -#}
{% macro name_key(expression) -%}
    trim(regexp_replace(
        regexp_replace(lower(strip_accents({{ expression }})), '[''’‘ʼʿʾ`]+', '', 'g'), '[^\p{L}\p{N}]+', ' ', 'g'
    ))
{%- endmacro %}
