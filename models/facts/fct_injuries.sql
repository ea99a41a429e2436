{{ config(materialized='view') }}

{{ measure_slice('injured', 'people_injured') }}
