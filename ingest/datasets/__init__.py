"""Published data sets: getting a release, reading it into figures, storing it.

What a data set is stands in registry/ and readers/ (one .yml and .sql each), how its file is read in files/.
"""
