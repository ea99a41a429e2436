"""The language of a text by its letters and its commonest words: enough to choose the words to read it with.

A library for a hundred languages takes seconds to load; here it matters which of our own lexicons fits, and a person
confirms it.
"""

import re
from functools import cache
from pathlib import Path

import yaml

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
LEAST_SHARE = 0.08


@cache
def _common_words() -> dict[str, frozenset[str]]:
    text = (Path(__file__).parent / "common_words.yml").read_text(encoding="utf-8")
    return {language: frozenset(words.split()) for language, words in yaml.safe_load(text).items()}


def language_of(text: str) -> str:
    """Return the two letters of the language whose commonest words the text has most of, or nothing."""
    words = [word.lower() for word in WORD.findall(text[:20_000])]
    if not words:
        return ""
    shares = {
        language: sum(word in common for word in words) / len(words) for language, common in _common_words().items()
    }
    best = max(shares, key=lambda language: shares[language])
    return best if shares[best] >= LEAST_SHARE else ""
