{{ config(materialized='view') }}

{{ range_slice('airstrikes') }}
