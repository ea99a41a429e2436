{{ range_slice('airstrikes') }}
