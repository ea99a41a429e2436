"""The one way to put a name or a text into SQL. It needs no database, so that every command can import it at once."""


def identifier(name: str) -> str:
    """Return a name as SQL quotes it; ValueError for one with a NUL, which no name of ours has."""
    return '"' + _without_nul(name).replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL quotes it; ValueError for one with a NUL."""
    return "'" + _without_nul(text).replace("'", "''") + "'"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a name or text with a NUL character cannot be put into SQL")
    return text
