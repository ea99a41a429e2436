"""The text out of a file, and what it tells of itself: title, publisher, wire, language, day of publication.

No figure is found here and nothing is written. A web page is read from the file it was saved to: no address is asked.
"""
