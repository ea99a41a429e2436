"""The coder's desk: from a document to figures of the record. A local program, never part of what is served.

Here belong the text out of a file, the finder of figures, and the page on which a person judges what was found. Reading
a number is `ingest.phrases`, checking and writing the record is `ingest`; nothing here imports the dashboard.
"""
