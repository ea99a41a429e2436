{{ config(materialized='view') }}

{{ range_slice('displaced') }}
