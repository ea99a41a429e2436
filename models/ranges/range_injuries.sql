{{ range_slice('injured') }}
