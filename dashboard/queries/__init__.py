"""Every SQL query of the pages, one function each: a cursor in, rows out.

The lists of the API have a folder of their own. Not here: words, HTML, what a view means.
"""
