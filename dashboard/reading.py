"""Reading a publication: rows as frames of Python's own values, and answers remembered as long as it is served."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import numpy as np
import pandas as pd

Answer = TypeVar("Answer")
# Answers kept for one publication; a room of a hundred figures takes about a fifth of a megabyte.
MOST_ANSWERS, MOST_OF_THE_PAST = 64, 16
MOST_STATEMENTS = 128


class Cursor(Protocol):
    """What queries need: a DuckDB cursor, or a Reading."""

    def execute(self, query: str, parameters: Any = ..., /) -> Any:
        """Run one statement; its rows are fetched from what comes back."""


class Reading:
    """A cursor of one publication with the publication's memory; a publication never changes, so neither do answers."""

    def __init__(self, cursor: Cursor, memory: "Memory") -> None:
        self._cursor, self._memory = cursor, memory

    @property
    def is_past(self) -> bool:
        """Whether this is the record as it stood on an earlier day."""
        return self._memory.is_past

    def execute(self, query: str, parameters: Any = None, /) -> Any:
        """Run one statement."""
        return self._cursor.execute(self._memory.parsed(query), parameters)

    def once(self, question: Callable[..., Answer], *about: Any) -> Answer:
        """Return question(cursor, *about), asked once for each `about`, which is hashable; read it, never change it."""
        answer: Answer = self._memory.answers(question, *about)
        return answer


class Memory:
    """The answers to the latest questions about one publication, and its latest statements as DuckDB read them.

    Values are bound, so there are few statements; to read the text of one takes DuckDB as long as to plan it.
    """

    def __init__(self, make_cursor: Callable[[], Any], *, is_past: bool = False) -> None:
        self._make_cursor, self.is_past = make_cursor, is_past
        self.answers = lru_cache(maxsize=MOST_OF_THE_PAST if is_past else MOST_ANSWERS)(self._ask)
        self.parsed = lru_cache(maxsize=MOST_STATEMENTS)(self._parse)

    def _ask(self, question: Callable[..., Any], *about: Any) -> Any:
        # Closed here and now: a cursor that lives on, as in a traceback, would hold the file of a replaced publication.
        with closing(self._make_cursor()) as cursor:
            return question(Reading(cursor, self), *about)

    def _parse(self, query: str) -> Any:
        with closing(self._make_cursor()) as cursor:
            (statement,) = cursor.extract_statements(query)
        return statement

    def forget(self) -> None:
        """Let go of every answer and statement."""
        self.answers.cache_clear()
        self.parsed.cache_clear()


def once(cursor: Cursor, question: Callable[..., Answer], *about: Any) -> Answer:
    """Return question(cursor, *about), remembered where the cursor is a Reading."""
    return cursor.once(question, *about) if isinstance(cursor, Reading) else question(cursor, *about)


def rows(cursor: Cursor, sql: str, bound: Any = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one select; returns the names of its columns and its rows, None for every missing value."""
    result = cursor.execute(sql, bound or [])
    return [column[0] for column in result.description], result.fetchall()


def dicts(cursor: Cursor, sql: str, bound: Any = None) -> list[dict[str, Any]]:
    """Run one select; returns its rows by the names of its columns."""
    names, found = rows(cursor, sql, bound)
    return [dict(zip(names, row, strict=True)) for row in found]


def named(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the values that a statement names: DuckDB refuses others."""
    names = set(re.findall(r"\$(\w+)", sql))
    return {name: value for name, value in values.items() if name in names}


def frame(cursor: Cursor, sql: str, bound: Any = None) -> pd.DataFrame:
    """Run one select; every cell is Python's own int, float, str, bool, date or datetime, or None.

    Inferring column types would cost more than the query and turn whole numbers with gaps into floats.
    """
    return made(*rows(cursor, sql, bound))


def made(names: Sequence[str], found: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows as such a frame: one block of values, which costs next to nothing to fill and to read back."""
    block = np.empty((len(found), len(names)), dtype=object)
    if found:
        block[:] = found
    return pd.DataFrame(block, columns=list(names), dtype=object, copy=False)
