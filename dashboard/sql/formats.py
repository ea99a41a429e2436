"""The answer to a SQL question as CSV, JSON or Parquet: pure functions, an `Answer` in, text or bytes out."""

import csv
import io
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from common.quoting import identifier, literal
from dashboard.sql.engine import Answer
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
LICENCE = "CC BY 4.0"


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


def as_metadata(about: dict[str, Any]) -> str:
    """Return what goes beside a file: what it answers, the licence, and the data sets to credit."""
    return json.dumps({**about, "licence": LICENCE}, ensure_ascii=False, indent=1)


def as_json(answer: Answer, about: dict[str, Any]) -> str:
    """Return the answer with what it answers; `about` holds the question, the publication and its data sets."""
    columns = [
        {"name": name, "type": kind} for name, (_, kind) in zip(unique_names(answer), answer.columns, strict=True)
    ]
    whole = {**about, "licence": LICENCE, "is_cut": bool(answer.cut_by), "columns": columns, "rows": records(answer)}
    return json.dumps(whole, ensure_ascii=False, indent=1)


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


def as_csv(answer: Answer) -> str:
    """Return the answer with a header line, RFC 4180 but for its plain line ends."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([cell(name, "VARCHAR") for name, _ in answer.columns])
    kinds = [kind for _, kind in answer.columns]
    for row in answer.rows:
        writer.writerow([cell(value, kind) for value, kind in zip(row, kinds, strict=True)])
    return target.getvalue()


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


def as_parquet(answer: Answer, about: dict[str, Any]) -> bytes:
    """Return the answer with its types; what Parquet has no type for is text. `about` is kept in the file."""
    texts = {
        f"c{place}": pd.Series([None if row[place] is None else str(row[place]) for row in answer.rows], dtype="str")
        for place in range(len(answer.columns))
    }
    casts = ", ".join(
        f"cast(c{place} as {parquet_type(answer, place)}) as {identifier(without_nul(name))}"
        for place, name in enumerate(unique_names(answer))
    )
    texts_about = {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                   for name, value in {**about, "licence": LICENCE}.items()}  # fmt: skip
    told = ", ".join(f"{name}: {literal(without_nul(value))}" for name, value in texts_about.items())
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        target = Path(folder) / "answer.parquet"
        connection.register("answer", pd.DataFrame(texts))
        question = " ".join(["select", casts, "from answer"])
        connection.execute(f"copy ({question}) to {literal(str(target))} (format parquet, kv_metadata {{{told}}})")
        return target.read_bytes()
