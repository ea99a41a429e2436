"""What each page consists of, as functions from rows to parts.

So the callback, the page without JavaScript and the prerendered view take the same. Not here: Dash's registration of
pages (pages/), SQL (queries/).
"""
