{{ config(materialized='view') }}

{{ measure_slice('killed', 'people_killed') }}
