"""What the record says with one more row: the project's own compiled models, run on an episode's rows in memory.

No rule of judgement is written here: ranges, relays and checks are what the models of dbt make of the rows.
"""
