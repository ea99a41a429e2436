"""What both the loader and the dashboard need, and nothing that belongs to one of them.

Here: how a database file that may come from anybody is opened, how names and texts are quoted in SQL, and which tables
a publication has. Not here: the record and its rules (ingest), pages and their questions (dashboard). This package
imports neither.
"""
