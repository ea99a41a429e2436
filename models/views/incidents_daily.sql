{{ incidents_by('day') }}
