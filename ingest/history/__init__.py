"""The past of the record out of git: commits read, and each state loaded at its time."""
