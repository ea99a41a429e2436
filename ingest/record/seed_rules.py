"""The lookups of ``seeds/`` held to what ``seeds/_seeds.yml`` promises of them, each problem with its cell.

dbt tests the same promises when it builds. Here they are read from the same file, so that ``check`` names the cell
before anything is loaded, and no list stands in two places.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from common.layout import SEEDS
from ingest.errors import CannotRunError, Problem, quoted
from ingest.files import read_bytes, shown_path
from ingest.record.columns import MOST_IN_A_NOTE, Column, TableSchema
from ingest.record.cross_row_rules import circles
from ingest.record.lookups import Vocabulary, not_one_of, read_vocabulary
from ingest.record.table import Row, TableRows, read_table_file
from ingest.text_checks.days import read_day
from ingest.text_checks.numbers import NOT_PLAIN

DESCRIBED = "_seeds.yml"
# No cell of a seed runs on into the next line, so no line is told from a row.
NO_ROW_START = re.compile(r"(?!)")
# Of places, the test in dbt asks the model that has those of the gazetteer too.
REFERENCE = re.compile(r"ref\('(?:stg_)?(\w+)'\)")
# The only condition a promise has here: it is about the rows that hold one word in one column.
CONDITION = re.compile(r"(\w+) = '([^']*)'")
DEGREES = {"latitude": 90.0, "longitude": 180.0}


@dataclass(frozen=True)
class Promise:
    """One data test of a seed: its kind, its columns, and what they are held to.

    ``seed`` is the lookup a reference names, ``choices`` the words of a closed list, ``only`` the column and the word
    of the rows it is about, None for all.
    """

    kind: str
    columns: tuple[str, ...]
    seed: str = ""
    choices: tuple[str, ...] = ()
    only: tuple[str, str] | None = None

    def is_about(self, row: Row) -> bool:
        """Whether a row is one of those that the promise is about."""
        return self.only is None or row.text(self.only[0]) == self.only[1]


@dataclass(frozen=True)
class Seed:
    """One lookup as ``_seeds.yml`` describes it: its name, its columns with their types, and its promises."""

    name: str
    types: Mapping[str, str]
    promises: tuple[Promise, ...] = field(default=())

    @property
    def schema(self) -> TableSchema:
        """The file as a table of texts: the first column must be filled."""
        first, *others = self.types
        columns = [Column(first, "text")]
        columns += [Column(name, "text", is_required=False, most_characters=MOST_IN_A_NOTE) for name in others]
        return TableSchema(f"{self.name}.csv", tuple(columns), NO_ROW_START)


def seed_problems(seeds: Path = SEEDS) -> list[Problem]:
    """Read every lookup and return what is wrong in it, sorted by file, line and column.

    Raises CannotRunError where a lookup or its description cannot be read.
    """
    vocabulary = read_vocabulary(seeds)
    problems: list[Problem] = []
    for seed in described_seeds(seeds):
        table = read_table_file(seed.schema, seeds / seed.schema.file_name, vocabulary)
        problems += table.problems
        for row in table.rows:
            problems += _cell_problems(seed, row)
        for promise in seed.promises:
            problems += JUDGES[promise.kind](promise, seed, table, vocabulary)
    return sorted(set(problems))


def described_seeds(seeds: Path = SEEDS) -> list[Seed]:
    """Return the lookups that ``_seeds.yml`` describes; CannotRunError where it cannot be read."""
    path = seeds / DESCRIBED
    try:
        described = yaml.safe_load(read_bytes(path))
        return [_seed(each) for each in described["seeds"]]
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise CannotRunError(f"{shown_path(path)} cannot be read: {error}.") from error


def choices_of(seed: str, column: str, seeds: Path = SEEDS) -> list[str]:
    """Return the words that a column of a lookup may hold, sorted where they are a lookup's; nothing where any may."""
    for promise in next(each.promises for each in described_seeds(seeds) if each.name == seed):
        if promise.columns == (column,) and promise.choices:
            return list(promise.choices)
        if promise.columns == (column,) and promise.seed:
            return sorted(read_vocabulary(seeds).lists[promise.seed])
    return []


def _seed(described: Mapping[str, Any]) -> Seed:
    promises = tuple(_promise(kind, told) for kind, told in _claims(described) if kind in JUDGES)
    return Seed(described["name"], described["config"]["column_types"], promises)


def _claims(described: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield kind and arguments of each claim: a data test of its own, or one of those in a `claims_hold`."""
    for each in described.get("data_tests", []):
        for kind, test in each.items():
            if kind != "claims_hold":
                yield kind, test["arguments"] | (test.get("config") or {})
                continue
            for claimed, claims in test["arguments"].items():
                for told in claims.values():
                    if isinstance(told, Mapping):
                        yield claimed, {"column_name": told.get("column"), **told}
                    else:
                        yield claimed, {"combination_of_columns": told if isinstance(told, list) else [told]}


def _promise(kind: str, told: Mapping[str, Any]) -> Promise:
    columns = tuple(told.get("combination_of_columns") or [told["column_name"]])
    named = REFERENCE.fullmatch(told.get("to", ""))
    condition = told.get("where")
    about = CONDITION.fullmatch(condition) if condition else None
    if condition and not about:
        raise ValueError(f"the condition {quoted(condition)} is not one column and one word")
    choices = tuple(map(str, told.get("values", ())))
    return Promise(kind, columns, named[1] if named else "", choices, (about[1], about[2]) if about else None)


def _cell_problems(seed: Seed, row: Row) -> Iterator[Problem]:
    for name, kind in seed.types.items():
        text, read = row.text(name), READ_AS.get(kind)
        if text is None or read is None:
            continue
        try:
            read(text)
        except ValueError as reason:
            yield row.problem(name, str(reason))
            continue
        most = DEGREES.get(name)
        if most and abs(float(text)) > most:
            yield row.problem(name, f"{quoted(text)} is not in degrees, from -{most:g} to {most:g}")


def _read_whole(text: str) -> int:
    if not re.fullmatch("-?(0|[1-9][0-9]*)", text):
        raise ValueError(f"{quoted(text)} is not a whole number in plain digits")
    return int(text)


def _read_number(text: str) -> float:
    if not re.fullmatch("-?(0|[1-9][0-9]*)([.][0-9]+)?", text):
        raise ValueError(f"{quoted(text)} {NOT_PLAIN}")
    return float(text)


def _read_boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(not_one_of(text, ("true", "false")))
    return text == "true"


READ_AS: dict[str, Callable[[str], object]] = {
    "date": read_day, "bigint": _read_whole, "integer": _read_whole, "double": _read_number, "boolean": _read_boolean,
}  # fmt: skip


def _references(promise: Promise, seed: Seed, table: TableRows, vocabulary: Vocabulary) -> Iterator[Problem]:
    (column,) = promise.columns
    named: dict[str, str] = {}
    rows: dict[str, Row] = {}
    key = table.schema.key
    for row in table.rows:
        word, row_id = row.text(column), row.text(key)
        if row_id is not None:
            rows.setdefault(row_id, row)
        if word is None or not promise.is_about(row):
            continue
        if objection := vocabulary.objection(promise.seed, word):
            yield row.problem(column, objection)
        elif row_id is not None and promise.seed == seed.name:
            named[row_id] = word
    yield from circles(column, {one: above for one, above in named.items() if above in rows}, rows)


def _accepted(promise: Promise, _: Seed, table: TableRows, __: Vocabulary) -> Iterator[Problem]:
    (column,) = promise.columns
    for row in table.rows:
        word = row.text(column)
        if word is not None and word not in promise.choices and promise.is_about(row):
            yield row.problem(column, not_one_of(word, promise.choices))


def _unique(promise: Promise, _: Seed, table: TableRows, __: Vocabulary) -> Iterator[Problem]:
    first: dict[Sequence[str | None], int] = {}
    for row in table.rows:
        words = tuple(row.text(name) for name in promise.columns)
        # As dbt counts them: what is empty is no second of its kind.
        is_read = row.knows(*promise.columns) and any(words)
        if is_read and promise.is_about(row) and first.setdefault(words, row.line) != row.line:
            told = " ".join(word for word in words if word)
            yield row.problem(promise.columns[-1], f"{told} is already on line {first[words]}")


JUDGES: dict[str, Callable[[Promise, Seed, TableRows, Vocabulary], Iterator[Problem]]] = {
    "relationships": _references,
    "accepted_values": _accepted,
    "unique": _unique,
    "unique_combination_of_columns": _unique,
}
