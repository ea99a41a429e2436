{{ config(materialized='view') }}

{{ measure_slice('displaced', 'people_displaced') }}
