{{ config(materialized='view') }}

{{ range_slice('injured') }}
