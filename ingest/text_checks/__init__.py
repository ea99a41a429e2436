"""Text judged before it is cast: numbers, days, hosts, characters; the same for the record and every data set."""
