"""A file of a data set into rows of text, each with its line. Not here: what the rows mean."""
