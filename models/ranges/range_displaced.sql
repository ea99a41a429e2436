{{ range_slice('displaced') }}
