"""Texts that a spreadsheet would take for a formula: every CSV that leaves us defuses them in the one way."""

# What begins a formula, or is skipped before one; full-width signs count where the spreadsheet speaks an Asian language
# (OWASP, CSV Injection).
RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused(text: str) -> str:
    """Return a text that no spreadsheet runs: an apostrophe goes before what would start a formula."""
    return f"'{text}" if text.startswith(RUN) else text
