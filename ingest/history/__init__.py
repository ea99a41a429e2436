"""The past of the record out of git."""
