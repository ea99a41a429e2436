"""The example questions of the SQL page: those of docs/questions.md, asked in one place and tested there."""

import re
from functools import cache
from typing import NamedTuple

from common.layout import ROOT

QUESTIONS = ROOT / "docs" / "questions.md"
PATTERN = re.compile(
    r"^## (?P<group>[^\n]+)$|^\*\*(?P<words>[^*\n]+\?)\*\*\n\n```sql\n(?P<sql>[^`]+)\n```", re.MULTILINE
)
# They read or write files of one's own, which the page cannot.
ELSEWHERE = "In and out"


class Question(NamedTuple):
    """A question in words and in SQL, and what it is about."""

    words: str
    sql: str
    group: str


@cache
def examples() -> tuple[Question, ...]:
    """Return the questions in their order; none where the file is not there."""
    try:
        text = QUESTIONS.read_text(encoding="utf-8")
    except OSError:
        return ()
    found, group = [], ""
    for match in PATTERN.finditer(text):
        group = match["group"] or group
        if match["words"]:
            found.append(Question(match["words"], match["sql"], group))
    return tuple(found)
