"""The map of countries that are counted in one way: tinted by the low end of their newest range, with legend and scale.

Not here: the map of places whose scopes are unlike (charts/maps.py), where a tint would compare what must not be.
"""
