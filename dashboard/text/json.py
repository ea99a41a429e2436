"""A row as JSON writes it."""

import json
from typing import Any

import orjson

JSON = "application/json"


def as_json(content: Any) -> bytes:
    """Return content as UTF-8 JSON; letters of every script stay as they are."""
    try:
        return orjson.dumps(content)
    except TypeError:
        # A whole number of more than 64 bits.
        return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
