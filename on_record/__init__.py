"""The command `on-record`: everything that `python -m ingest` and `python -m dashboard` do, under one name.

Here: which of the two a command belongs to, and the help over both. What a command does stands in ingest/ and
dashboard/, and neither imports the other.
"""
