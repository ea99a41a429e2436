{{ config(materialized='view') }}

{{ measure_slice('airstrikes', 'airstrikes') }}
