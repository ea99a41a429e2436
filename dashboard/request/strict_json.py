"""Every body in JSON is judged here before anything parses it: what no page of ours would send is no JSON to us."""

import json
import math
import re
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

# Our pages nest six deep. The parser of Python fails with something else than a ValueError at a few thousand.
DEEPEST = 64
# As many as a whole number of 64 bits has for certain; longer ones cost time that grows with their square.
MOST_DIGITS = 18
LONGEST_NUMBER = 40
# A string, closed or not, or a bracket outside of one. Each character is looked at once, whatever it is.
PARTS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
SURROGATE = re.compile(r"\\ud[89a-f]", re.IGNORECASE)


def _depth(text: str) -> int:
    """Return how deep arrays and objects stand in one another."""
    deepest = depth = 0
    for found in PARTS.finditer(text):
        if found[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in "]}":
            depth -= 1
    return deepest


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > MOST_DIGITS:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _decimal(text: str) -> float:
    if len(text) > LONGEST_NUMBER or not math.isfinite(number := float(text)):
        raise ValueError("a number that is too long or too large")
    return number


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number in JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object names a member twice")
    return found


def loads(data: str | bytes) -> Any:
    """Return what a text in JSON holds.

    Raises ValueError where it is no JSON in UTF-8, is nested too deep, holds a number that is too long, too large or
    none, half a character, or an object that names a member twice.
    """
    text = data if isinstance(data, str) else data.decode("utf-8")
    if (depth := _depth(text)) > DEEPEST:
        raise ValueError(f"nested {depth} deep")
    found = json.loads(
        text, parse_int=_whole, parse_float=_decimal, parse_constant=_no_number, object_pairs_hook=_object
    )
    if SURROGATE.search(text):
        # Raises where a half has no other half: nothing could write such a text down.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    return found


class StrictProvider(DefaultJSONProvider):
    """How Flask reads and writes JSON, with our way of reading."""

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Return what a text holds; raises as `loads` of this module does."""
        return loads(s)


def attach(server: Flask) -> None:
    """Read every body this way: ours, and what Dash and Flask read themselves."""
    server.json = StrictProvider(server)
