"""The files of one episode that the desk writes: documents and figures of the record, and worksheets beside the texts.

Every file is written whole or not at all, through the record's own reader, checks and lock. No page, no finder.
"""
