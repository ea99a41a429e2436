{{ config(materialized='view') }}

{{ range_slice('killed') }}
