"""The finder: which phrases of a text may be figures, without a model. It reads no file but its own words."""
