"""An episode's rows worked out in memory: loaded as `load` does, drafts taken as if they had been validated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

import duckdb

from common.layout import SEEDS
from common.quoting import identifier, literal
from desk.outcome.rules import Rules
from ingest.curation.check import Episode, Record
from ingest.record.table import Row
from ingest.record.values import Value
from ingest.warehouse.load import Occasion, load_into
from ingest.warehouse.migrations import migrate

# Tables of raw that a load fills; they are emptied before each.
LOADED = ("figures", "documents", "loads", "replaced_figures", "replaced_documents")
TYPES = {"string": "varchar"}
SCHEMAS = ("raw", "staging", "main")
# Told in words by the program that starts the desk: (cursor, figure_id) to a sentence, or nothing.
Tell = Callable[[Any, str], str]


@dataclass(frozen=True)
class Finding:
    """What a check of the project says of a figure, in its own words."""

    check: str
    sentence: str


@dataclass(frozen=True)
class Outcome:
    """What the record says of one figure: its range, who else stands in its scope, and what the checks find.

    ``range`` and ``peers`` are rows by the names of the columns of range_reported and fct_figures.
    """

    range: dict[str, Any] | None
    peers: list[dict[str, Any]]
    findings: list[Finding]
    is_relay: bool
    sentence: str


class Memory:
    """The models over the rows of one reading, in a database that lies on no disk."""

    def __init__(self, rules: Rules, tell: Tell | None = None) -> None:
        """Take the compiled models; ``tell`` puts the range of a figure's scope into the sentence readers see."""
        self.rules, self._tell, self._lock = rules, tell, Lock()
        self.connection = duckdb.connect(config={"threads": 2})
        self.connection.execute("ATTACH ':memory:' AS w")
        for schema in SCHEMAS:
            self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS w.{schema}")
        migrate(self.connection, "memory")
        self._load_seeds()
        self.connection.execute("USE w.main")

    def outcome(self, record: Record, figure_id: str) -> Outcome:
        """Work out the record as it would be and return what it says of one of its figures."""
        with self._lock:
            self._work_out(record)
            return self._read(figure_id)

    def hold(self, record: Record) -> None:
        """Work out a record and keep it, for `scope_of` to be asked about."""
        with self._lock:
            self._work_out(record)

    def scope_of(self, figure_ids: Sequence[str]) -> tuple[dict[str, Any] | None, str]:
        """Return the range of the scope one of these figures is in, and its sentence, of the record that is held."""
        with self._lock:
            for figure_id in figure_ids:
                found = self._dicts("SELECT scope_id FROM fct_figures WHERE figure_id = ?", [figure_id])
                if found:
                    return self._range(found[0]["scope_id"]), self._sentence(figure_id)
        return None, ""

    def _work_out(self, record: Record) -> None:
        run = self.connection.execute
        run("BEGIN")
        for table in LOADED:
            run(f"DELETE FROM w.raw.{table}")
        load_into(self.connection, as_if_validated(record), Occasion(datetime.now(UTC).replace(tzinfo=None)))
        run("COMMIT")
        self._load_seeds()
        for model in self.rules.models:
            kind = "VIEW" if model.is_view else "TABLE"
            run(f"CREATE OR REPLACE {kind} {model.relation} AS {model.sql}")
        run(
            "CREATE OR REPLACE TABLE w.main.build AS SELECT 'literal' AS hedge_convention, "
            "(SELECT max(published_on) FROM w.main.fct_figures) AS known_until_on"
        )

    def _load_seeds(self) -> None:
        for name, types in self.rules.seeds.items():
            columns = ", ".join(
                f"CAST({identifier(column)} AS {TYPES.get(kind, kind)}) AS {identifier(column)}"
                for column, kind in types.items()
            )
            path = literal(str(SEEDS / f"{name}.csv"))
            self.connection.execute(
                f"CREATE OR REPLACE TABLE w.staging.{identifier(name)} AS SELECT {columns} "
                f"FROM read_csv({path}, all_varchar = true, header = true, quote = '\"', escape = '\"', delim = ',')"
            )

    def _read(self, figure_id: str) -> Outcome:
        found = self._dicts("SELECT * FROM fct_figures WHERE figure_id = ?", [figure_id])
        if not found:
            return Outcome(None, [], [], False, "")
        figure = found[0]
        peers = self._dicts(
            "SELECT f.figure_id, f.phrase, f.low, f.value_stated, f.high, f.counted_until_on, f.is_standing, "
            "f.is_relay, f.is_party_claim, v.name AS voice_name FROM fct_figures AS f "
            "LEFT JOIN dim_voices AS v USING (voice_id) "
            "WHERE f.scope_id = ? AND f.measure_id = ? AND f.figure_id <> ? ORDER BY f.counted_until_on, f.figure_id",
            [figure["scope_id"], figure["measure_id"], figure_id],
        )
        findings, sentence = self._findings(figure_id), self._sentence(figure_id)
        return Outcome(self._range(figure["scope_id"]), peers, findings, bool(figure["is_relay"]), sentence)

    def _sentence(self, figure_id: str) -> str:
        if self._tell is None:
            return ""
        cursor = self.connection.cursor()
        cursor.execute("USE w.main")
        return self._tell(cursor, figure_id)

    def _range(self, scope_id: str) -> dict[str, Any] | None:
        found = self._dicts(
            "SELECT * FROM range_reported WHERE scope_id = ? AND valid_to_on IS NULL AND hedge_convention = 'literal'",
            [scope_id],
        )
        return found[0] if found else None

    def _findings(self, figure_id: str) -> list[Finding]:
        """Return the rows of every check that name the figure in a column of figure ids."""
        columns = self._dicts(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'w' "
            "AND table_name LIKE 'check\\_%' ESCAPE '\\' AND column_name LIKE '%figure_id%'"
        )
        tables = self._dicts(
            "SELECT DISTINCT table_name FROM duckdb_columns() WHERE table_name LIKE 'check\\_%' ESCAPE '\\' "
            "AND column_name = 'sentence' ORDER BY 1"
        )
        found: list[Finding] = []
        for table in (each["table_name"] for each in tables):
            names = [each["column_name"] for each in columns if each["table_name"] == table]
            meets = " OR ".join(f"contains(' ' || CAST({identifier(name)} AS VARCHAR) || ' ', ?)" for name in names)
            if names:
                sql = f"SELECT DISTINCT sentence FROM {identifier(table)} WHERE {meets}"
                found += [Finding(table, row["sentence"]) for row in self._dicts(sql, [figure_id] * len(names))]
        return found

    def _dicts(self, sql: str, bound: Sequence[object] = ()) -> list[dict[str, Any]]:
        result = self.connection.execute(sql, list(bound))
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def as_if_validated(record: Record) -> Record:
    """Return the record with its drafts as they would be once a second reading has confirmed them."""
    return Record([_validated(episode) for episode in record.episodes])


def _validated(episode: Episode) -> Episode:
    rows = [_row(row) if row.text("status") == "draft" else row for row in episode.figures.rows]
    return replace(episode, figures=replace(episode.figures, rows=rows))


def _row(row: Row) -> Row:
    today = date.today()
    read: dict[str, Value | None] = {
        "status": "validated",
        "checked_on": row.day("checked_on") or row.day("coded_on") or today,
    }
    values: dict[str, Value | None] = {**row.values, "coded_on": row.day("coded_on") or today}
    return replace(row, values=values | read)
