"""The answer to a SQL question as the writers of every format take it (dashboard/formats): an `Answer` in."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from dashboard.formats.table import Typed
from dashboard.sql.engine import Answer
from dashboard.text import datasets
from dashboard.text.csv_escape import defused

# The largest whole number that every reader of JSON holds exactly.
EXACT = 2**53 - 1
DIGITS = 15
NUMBER = re.compile(r"DECIMAL\(\d+,\d+\)|FLOAT|BIGNUM")
MOMENT = re.compile(r"TIMESTAMP.*")
NESTED = re.compile(r"(STRUCT|MAP|UNION)\(.*|VARIANT|JSON|.*\]", re.DOTALL)
# Types that a text is turned back into for Parquet; every other is text there too.
KEPT = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|DATE|TIME|UUID|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?"
    r"|DECIMAL\(\d{1,2},\d{1,2}\)"
)
BIGGEST = 2**63 - 1


def unique_names(answer: Answer) -> list[str]:
    """Return the column names, told apart where two differ only in case or not at all."""
    seen: dict[str, int] = {}
    names = []
    for name, _ in answer.columns:
        count = seen[name.lower()] = seen.get(name.lower(), 0) + 1
        names.append(name if count == 1 else f"{name}_{count}")
    return names


def moment(text: str) -> str:
    """Put the T of ISO 8601 between day and time of a timestamp; infinity and years before Christ stay as they are."""
    return re.sub(r"^(\d{4}-\d\d-\d\d) (\d\d:\S+)$", r"\1T\2", text)


def plain(value: Any, kind: str) -> Any:
    """Return a value as JSON holds it without loss: numbers too long for a double are text, nested values nested."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= EXACT else str(value)
    if not isinstance(value, str):
        return value
    if NUMBER.fullmatch(kind):
        is_exact = len(re.sub(r"\D", "", value)) <= DIGITS and re.fullmatch(r"-?\d+(\.\d+)?", value)
        return (float(value) if "." in value else int(value)) if is_exact else value
    if NESTED.fullmatch(kind):
        try:
            return json.loads(value, parse_constant=str)
        except ValueError:
            return value
    return moment(value) if MOMENT.fullmatch(kind) else value


def records(answer: Answer) -> list[dict[str, Any]]:
    """Return one object a row, values as JSON holds them."""
    names, kinds = unique_names(answer), [kind for _, kind in answer.columns]
    return [dict(zip(names, map(plain, row, kinds), strict=True)) for row in answer.rows]


def cell(value: Any, kind: str) -> Any:
    """Return a CSV cell: nothing for null, a text that a spreadsheet would run defused, numbers as they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    text = moment(value) if MOMENT.fullmatch(kind) else value
    return text if NUMBER.fullmatch(kind) else defused(text)


def parquet_type(answer: Answer, place: int) -> str:
    """Return the type of one column in Parquet: its own, BIGINT for a sum that fits, else text."""
    kind = answer.columns[place][1]
    if kind in ("HUGEINT", "UHUGEINT"):
        fits = all(row[place] is None or abs(row[place]) <= BIGGEST for row in answer.rows)
        return "BIGINT" if fits else "VARCHAR"
    return kind if KEPT.fullmatch(kind) else "VARCHAR"


def without_nul(text: str) -> str:
    """Take out of a reader's name or text the one character that cannot be put into SQL."""
    return text.replace("\0", "")


class Answered:
    """An answer as a Table: every value by the type DuckDB gave it. `about` says what the answer is to."""

    line_end = "\n"
    name = "answer"
    published_at: datetime | None = None

    def __init__(self, answer: Answer, about: Mapping[str, Any]) -> None:
        self.answer, self.about = answer, {**about, "licence": datasets.LICENCE}
        self.file_name = f"on-record-{about.get('publication', '')}"
        named = f"On Record, publication {about.get('publication', '')}. {datasets.LICENCE['name']}."
        self.citation = f"{named} {datasets.credit(about.get('data_sets') or [])}".rstrip()

    @property
    def heads(self) -> Sequence[str]:
        """The names of the columns, told apart."""
        return unique_names(self.answer)

    def lines(self) -> Iterator[Sequence[Any]]:
        """Give heads and rows as CSV has them; heads as they were asked for."""
        yield [cell(name, "VARCHAR") for name, _ in self.answer.columns]
        kinds = [kind for _, kind in self.answer.columns]
        for row in self.answer.rows:
            yield [cell(value, kind) for value, kind in zip(row, kinds, strict=True)]

    def cells(self) -> Iterator[Sequence[Any]]:
        """Give the rows as a workbook has them; nested values as text, and what a number cannot hold exactly too."""
        for row in records(self.answer):
            yield [json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
                   for value in row.values()]  # fmt: skip

    def document(self) -> bytes:
        """Return the answer with what it answers."""
        named = zip(self.heads, self.answer.columns, strict=True)
        columns = [{"name": name, "type": kind} for name, (_, kind) in named]
        more = {"is_cut": bool(self.answer.cut_by), "columns": columns, "rows": records(self.answer)}
        return json.dumps({**self.about, **more}, ensure_ascii=False, indent=1).encode()

    def metadata(self) -> bytes:
        """Return what it answers, the licence, and the data sets to credit."""
        return json.dumps(self.about, ensure_ascii=False, indent=1).encode()

    def typed(self) -> Typed:
        """Return the answer with its types; what Parquet has no type for is text."""
        rows, places = self.answer.rows, range(len(self.answer.columns))
        texts = {
            f"c{place}": pd.Series([None if row[place] is None else str(row[place]) for row in rows], dtype="str")
            for place in places
        }
        columns = [(without_nul(name), parquet_type(self.answer, place)) for place, name in enumerate(self.heads)]
        told = {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                for name, value in self.about.items()}  # fmt: skip
        return Typed(pd.DataFrame(texts), columns, {name: without_nul(text) for name, text in told.items()})
