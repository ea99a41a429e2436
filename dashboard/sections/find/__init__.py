"""The pages by which something is found: the front door, the search, the pages of places and data sets. Pure.

Not here: what is searched (queries/find).
"""
