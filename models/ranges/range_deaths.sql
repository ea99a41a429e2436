{{ range_slice('killed') }}
