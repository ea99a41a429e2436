{{ measure_slice('injured', 'people_injured') }}
