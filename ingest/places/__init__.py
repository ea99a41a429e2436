"""The places of the world, offline: a gazetteer to look names and codes up in, and no place of the record's own.

What it holds and from where: SOURCE.md. The record's places are seeds/places.csv; where both name one, the seed counts.
"""
