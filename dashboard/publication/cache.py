"""Reading a publication: rows as frames of Python's own values, and answers remembered as long as it is served."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from threading import Lock
from typing import Any, Protocol, TypeVar

import duckdb
import numpy as np
import pandas as pd

from dashboard.errors import BusyError
from dashboard.odd_cells import tamed
from dashboard.publication.bodies import Bodies
from dashboard.publication.gate import HOW_TO_GO_ON, Gate

Answer = TypeVar("Answer")
# Answers kept for one publication; a measure page of a hundred figures takes about a fifth of a megabyte.
MOST_ANSWERS, MOST_OF_THE_PAST = 64, 16
# Which rows one part of a filter lets through: of a million rows an eighth of a megabyte each.
MOST_MARKS, MOST_MARKS_OF_THE_PAST = 192, 16
# Small answers: a count, the ids of a dimension, whether an id is there.
MOST_SMALL = 1024
MOST_STATEMENTS = 128
# Seconds to wait for a small answer that somebody else is finding: of a million figures some take a few.
LONGEST_QUESTION = 10.0
MOST_BYTES, MOST_BYTES_OF_THE_PAST = 24 * 2**20, 4 * 2**20


class Cursor(Protocol):
    """What queries need: a DuckDB cursor, or a Reading."""

    def execute(self, query: str, parameters: Any = ..., /) -> Any:
        """Run one statement; its rows are fetched from what comes back."""


class Rows:
    """The whole answer to one statement: nothing of it is left in the database, where it would hold memory."""

    def __init__(self, result: Any, odd: Callable[[str, str], None] = lambda *_: None) -> None:
        self.description = result.description
        self._rows = tamed(self.description, result.fetchall(), odd)
        self._at = 0

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows not fetched yet."""
        found, self._at = self._rows[self._at :], len(self._rows)
        return found

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row, or None after the last."""
        self._at += 1
        return self._rows[self._at - 1] if self._at <= len(self._rows) else None


class Reading:
    """A cursor of one publication with the publication's memory; a publication never changes, so neither do answers."""

    def __init__(self, cursor: Cursor, memory: "Memory") -> None:
        self._cursor, self._memory = cursor, memory

    @property
    def is_past(self) -> bool:
        """Whether this is the record as it stood on an earlier day."""
        return self._memory.is_past

    @property
    def odd(self) -> dict[str, str]:
        """The columns met so far that hold what no load lets in, each with an example."""
        return dict(self._memory.odd)

    @property
    def bodies(self) -> Bodies:
        """The answers to whole requests about this publication."""
        return self._memory.bodies

    def execute(self, query: str, parameters: Any = None, /) -> Rows:
        """Run one statement; raises BusyError where there is no room for it at the moment."""
        return self.run(query, parameters, lambda result: Rows(result, self._memory.note_odd))

    def run(self, query: str, parameters: Any, take: Callable[[Any], Answer]) -> Answer:
        """Return take(result) of one statement; raises as `execute` does.

        A statement that runs out of memory beside others is run again by itself: what then fails is too much.
        """
        statement, gate = self._memory.parsed(query), self._memory.gate
        try:
            with gate.entered():
                return take(self._cursor.execute(statement, parameters))
        except duckdb.OutOfMemoryException:
            pass
        with gate.entered_alone():
            try:
                return take(self._cursor.execute(statement, parameters))
            except duckdb.OutOfMemoryException as reason:
                raise BusyError(HOW_TO_GO_ON) from reason

    def once(self, question: Callable[..., Answer], *about: Any) -> Answer:
        """Return question(cursor, *about), asked once for each `about`, which is hashable; read it, never change it."""
        answer: Answer = self._memory.answers(question, *about)
        return answer

    def kept(self, question: Callable[..., Answer], *about: Any) -> Answer:
        """Do the same for a small answer that many requests need; who asks meanwhile waits for it."""
        answer: Answer = self._memory.small(question, *about)
        return answer

    def marked(self, question: Callable[..., Answer], *about: Any) -> Answer:
        """Do the same for which rows are meant: the latest are remembered."""
        answer: Answer = self._memory.marks(question, *about)
        return answer


class Memory:
    """The answers to the latest questions about one publication, and its latest statements as DuckDB read them.

    Values are bound, so there are few statements; to read the text of one takes DuckDB as long as to plan it.
    """

    def __init__(self, make_cursor: Callable[[], Any], *, is_past: bool = False) -> None:
        self._make_cursor, self.is_past = make_cursor, is_past
        self.gate = Gate()
        self.odd: dict[str, str] = {}
        self.answers = lru_cache(maxsize=MOST_OF_THE_PAST if is_past else MOST_ANSWERS)(self._ask)
        self.parsed = lru_cache(maxsize=MOST_STATEMENTS)(self._parse)
        self.marks = lru_cache(maxsize=MOST_MARKS_OF_THE_PAST if is_past else MOST_MARKS)(self._ask)
        self.bodies = Bodies(MOST_BYTES_OF_THE_PAST if is_past else MOST_BYTES)
        self._small = lru_cache(maxsize=MOST_SMALL)(self._ask)
        # One after the other: of several who ask the same at once, one does the work.
        self._locks: dict[Callable[..., Any], Lock] = {}

    def note_odd(self, column: str, text: str) -> None:
        """Remember a column in which something odd was met."""
        self.odd.setdefault(column, text)

    def small(self, question: Callable[..., Any], *about: Any) -> Any:
        """Return a small answer, asked once; raises BusyError where another one takes too long to be found."""
        lock = self._locks.setdefault(question, Lock())
        if not lock.acquire(timeout=LONGEST_QUESTION):
            raise BusyError(HOW_TO_GO_ON)
        try:
            return self._small(question, *about)
        finally:
            lock.release()

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
        self.marks.cache_clear()
        self.parsed.cache_clear()
        self._small.cache_clear()
        self.bodies.forget()


def once(cursor: Cursor, question: Callable[..., Answer], *about: Any) -> Answer:
    """Return question(cursor, *about), remembered where the cursor is a Reading."""
    return cursor.once(question, *about) if isinstance(cursor, Reading) else question(cursor, *about)


def kept(cursor: Cursor, question: Callable[..., Answer], *about: Any) -> Answer:
    """Return a small answer of the same kind, remembered for longer; questions of one function must not nest."""
    return cursor.kept(question, *about) if isinstance(cursor, Reading) else question(cursor, *about)


def marked(cursor: Cursor, question: Callable[..., Answer], *about: Any) -> Answer:
    """Return which rows are meant, remembered where the cursor is a Reading."""
    return cursor.marked(question, *about) if isinstance(cursor, Reading) else question(cursor, *about)


def rows(cursor: Cursor, sql: str, bound: Any = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one select; returns the names of its columns and its rows, None for every missing value."""
    result = cursor.execute(sql, bound or [])
    return [column[0] for column in result.description], result.fetchall()


def dicts(cursor: Cursor, sql: str, bound: Any = None) -> list[dict[str, Any]]:
    """Run one select; returns its rows by the names of its columns."""
    names, found = rows(cursor, sql, bound)
    return [dict(zip(names, row, strict=True)) for row in found]


def arrays(cursor: Cursor, sql: str, bound: Any = None) -> list[np.ndarray[Any, Any]]:
    """Run one select of numbers and booleans without gaps; returns its columns, which take a tenth of its rows."""

    def columns(result: Any) -> list[np.ndarray[Any, Any]]:
        return [np.asarray(column) for column in result.fetchnumpy().values()]

    if isinstance(cursor, Reading):
        return cursor.run(sql, bound or [], columns)
    return columns(cursor.execute(sql, bound or []))


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


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries, with None for every missing value."""
    names = list(frame)
    if any(kind != object for kind in frame.dtypes):  # noqa: E721 — the dtype of Python's own values
        frame = frame.astype(object).where(frame.notna(), None)
    return [dict(zip(names, row, strict=True)) for row in frame.to_numpy().tolist()]
