{{ measure_slice('killed', 'people_killed') }}
