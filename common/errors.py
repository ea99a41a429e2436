"""The one kind of error that a command prints instead of a traceback: its text is a sentence for the person there."""


class SentenceError(Exception):
    """Something cannot be done, and the message says in a sentence what and how to go on."""
