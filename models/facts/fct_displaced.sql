{{ measure_slice('displaced', 'people_displaced') }}
