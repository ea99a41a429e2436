{{ incidents_by('month') }}
