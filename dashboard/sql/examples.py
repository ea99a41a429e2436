"""The example questions of the SQL page: those of the README, so that they are asked and answered in one place."""

import re
from functools import cache
from typing import NamedTuple

from common.layout import ROOT

README = ROOT / "README.md"
PATTERN = re.compile(r"^\*\*([^*\n]+\?)\*\*\n\n```sql\n([^`]+)\n```", re.MULTILINE)


class Question(NamedTuple):
    """A question in words and in SQL."""

    words: str
    sql: str


@cache
def examples() -> tuple[Question, ...]:
    """Return the questions of the README in its order; none where there is no README."""
    try:
        text = README.read_text(encoding="utf-8")
    except OSError:
        return ()
    return tuple(Question(*found) for found in PATTERN.findall(text))
