"""The formats that rows are given out in, each an entry of one registry that views, API and SQL console share.

Not here: which rows (exports/, api/, sql/ make a Table of theirs), addresses, and SQL (queries/parquet.py).
"""
