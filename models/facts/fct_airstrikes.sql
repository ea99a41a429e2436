{{ measure_slice('airstrikes', 'airstrikes') }}
