"""Texts and names as SQL quotes them."""


def literal(value: str) -> str:
    """Return a text as SQL quotes it."""
    return "'" + value.replace("'", "''") + "'"
