{{ config(materialized='view') }}

{{ range_daily('range_deaths') }}
