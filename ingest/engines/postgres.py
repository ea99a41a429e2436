"""The newest publication as plain tables in PostgreSQL, where people keep their marts.

A publication holds no restricted figure; one that was restricted since is looked for before anything is copied. All is
one transaction: who reads meanwhile sees the tables as they were, and then as they are. A table that is there already
keeps its place, so that rights and views upon it stay.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import duckdb

from common.contracts import Contract, contracts, objection
from common.foreign import NoRegularFileError, open_foreign, regular_files
from common.layout import EVERY_FILE, PUBLICATION
from common.quoting import identifier, literal
from ingest.engines.keys import keys
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.warehouse.retract import PLACED, marked_restricted, restricted_figures, tells_of

if TYPE_CHECKING:
    import psycopg

SCHEMA = "on_record"
LOCK = "requirements-postgres.txt"
NO_DRIVER = (
    f"The driver for PostgreSQL, psycopg, is not installed: .venv/bin/pip install --no-deps --require-hashes -r {LOCK}"
)
SCHEMES = ("postgres", "postgresql")
# Ours says so, so that nobody else's schema is ever written into.
OURS = "On Record: a copy of its newest publication. It is replaced as a whole by on-record copy."
# PostgreSQL's own names of the types in our contracts. A publication's times are UTC, without a zone.
TYPES = {
    "VARCHAR": "text", "BIGINT": "bigint", "INTEGER": "integer", "DOUBLE": "double precision", "BOOLEAN": "boolean",
    "DATE": "date", "TIMESTAMP": "timestamp",
}  # fmt: skip
ROWS_AT_ONCE = 10_000
LONGEST_NAME = 63
"""Bytes that PostgreSQL keeps of a name."""


@dataclass(frozen=True)
class Place:
    """A database: where it is as libpq reads it, the same without its password, and the schema for our tables.

    ``secrets`` are the password in every form in which a message could repeat it.
    """

    address: str
    shown: str
    schema: str
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Copied:
    """What was copied: of which publication, to where, and the rows of each table."""

    publication: str
    published_at: str
    to: str
    schema: str
    rows: dict[str, int]


def copied_tables() -> list[Contract]:
    """Return what is copied: every table and view of a publication, but ranges by the day.

    Those are ranges joined with the days on which they held: a million are a billion rows (macros/range_slice.sql).
    """
    return [each for name, each in contracts().items() if not (name.startswith("range_") and name.endswith("_daily"))]


def place_of(address: str, schema: str = SCHEMA) -> Place:
    """Return what an address such as ``postgres://anna@db.example.org/marts`` means.

    Raises:
        CannotRunError: it is none, or the schema no plain name. Neither message holds a password.

    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", schema) or len(schema) > LONGEST_NAME or schema.startswith("pg_"):
        raise CannotRunError("The name of a schema is of a-z, 0-9 and _, such as on_record.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in SCHEMES or not parts.path.strip("/"):
        raise CannotRunError(
            "An address is postgres://USER@HOST:PORT/DATABASE; the password is best left to PGPASSWORD or ~/.pgpass."
        )
    user = f"{parts.username}@" if parts.username else ""
    shown = f"postgres://{user}{parts.hostname or ''}{f':{port}' if port else ''}{parts.path}"
    found = [parts.password or "", *re.findall(r"(?:^|&)password=([^&]*)", parts.query)]
    # The longest first: what is put in their place must leave no end of one.
    secrets = {form for each in found for form in (each, unquote(each)) if form}
    return Place(address, shown, schema, tuple(sorted(secrets, key=len, reverse=True)))


def copy_publication(published: Path, warehouse: Path, place: Place) -> Copied:
    """Copy the tables of the newest publication into a schema, and have PostgreSQL count and clean up afterwards.

    Args:
        published: the folder of publications.
        warehouse: the working file, asked for what is restricted now; one that is missing or in use is not.
        place: where to.

    Raises:
        CannotRunError: there is no driver, no publication, or one that tells of what is restricted now; the database
            cannot be reached or written, or its schema is not ours. The tables are then as they were.

    """
    driver = _driver()
    path = newest_publication(published)
    _refuse_restricted(path, published, warehouse)
    with _sentences(driver, place), driver.connect(place.address, application_name="on-record") as connection:
        with open_foreign(path) as source, connection.transaction():
            connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"on-record {place.schema}"])
            _take_schema(connection, place)
            rows = {each.name: _copy_table(source, connection, place.schema, each) for each in copied_tables()}
            _drop_others(connection, place.schema)
            ((moment,),) = source.execute("select cast(published_at as varchar) from main.build").fetchall()
        _clean_up(connection, place.schema)
    return Copied(path.name, moment, place.shown, place.schema, rows)


def _driver() -> Any:
    # Here, so that every other command works without it.
    try:
        import psycopg  # noqa: PLC0415
    except ImportError as error:
        raise CannotRunError(NO_DRIVER) from error
    return psycopg


def newest_publication(published: Path) -> Path:
    """Return the newest whole publication of this version's tables; CannotRunError where there is none."""
    for path in reversed(regular_files(published, EVERY_FILE)):
        if PUBLICATION.fullmatch(path.name) and _is_whole(path):
            return path
    raise CannotRunError(f"Nothing is published in {shown_path(published)}; run `make build` first.")


def _is_whole(path: Path) -> bool:
    try:
        with open_foreign(path) as connection:
            return not objection(connection) and len(connection.execute("select 1 from main.build").fetchall()) == 1
    except (duckdb.Error, NoRegularFileError):
        return False


def _refuse_restricted(path: Path, published: Path, warehouse: Path) -> None:
    asked = set(marked_restricted(published).of_build(is_past=False))
    try:
        with open_foreign(warehouse) as connection:
            asked |= restricted_figures(connection)
    except (duckdb.Error, NoRegularFileError):
        # A load or a build holds it: what was restricted before is not in the publication, and what is restricted now
        # is marked.
        pass
    if asked and tells_of(path, sorted(asked)):
        told = ", ".join(sorted({each.split(PLACED)[0] for each in asked})[:3])
        raise CannotRunError(
            f"{path.name} tells of what is restricted now ({told}), so it is not copied: run `on-record unpublish`, "
            "then `make build`."
        )


def _take_schema(connection: "psycopg.Connection[Any]", place: Place) -> None:
    """Make the schema, or take the one that is ours, or is empty."""
    found = connection.execute(
        "select obj_description(oid, 'pg_namespace'), exists (select 1 from pg_class where relnamespace = n.oid) "
        "from pg_namespace as n where nspname = %s",
        [place.schema],
    ).fetchone()
    schema = identifier(place.schema)
    if not found:
        connection.execute(f"create schema {schema}")
    elif found[0] != OURS and found[1]:
        raise CannotRunError(
            f"The schema {place.schema} of {place.shown} holds tables that this program did not put there: name "
            "another one with --schema. Nothing was copied."
        )
    if not found or found[0] != OURS:
        connection.execute(f"comment on schema {schema} is {_text(OURS)}")


def _copy_table(
    source: duckdb.DuckDBPyConnection, connection: "psycopg.Connection[Any]", schema: str, table: Contract
) -> int:
    place = f"{identifier(schema)}.{identifier(table.name)}"
    names = ", ".join(map(identifier, table.columns))
    if _columns(connection, schema, table.name) == {name: TYPES[kind] for name, kind in table.columns.items()}:
        connection.execute(f"delete from {place}")
        _drop_keys(connection, schema, table.name)
    else:
        connection.execute(f"drop table if exists {place}")
        columns = ", ".join(f"{identifier(name)} {TYPES[kind]}" for name, kind in table.columns.items())
        connection.execute(f"create table {place} ({columns})")
    count = 0
    rows = source.execute(f"select {names} from main.{identifier(table.name)}")
    with connection.cursor() as cursor, cursor.copy(f"copy {place} ({names}) from stdin") as copy:
        while some := rows.fetchmany(ROWS_AT_ONCE):
            for row in some:
                copy.write_row(row)
            count += len(some)
    _add_key(connection, place, table.name)
    _add_comments(source, connection, place, table.name)
    return count


def _columns(connection: "psycopg.Connection[Any]", schema: str, table: str) -> dict[str, str]:
    found = connection.execute(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = to_regclass(%s) "
        "and attnum > 0 and not attisdropped order by attnum",
        [f"{identifier(schema)}.{identifier(table)}"],
    ).fetchall()
    return {name: kind.removesuffix(" without time zone") for name, kind in found}


def _drop_keys(connection: "psycopg.Connection[Any]", schema: str, table: str) -> None:
    """A key is made anew after the rows are there: whether a column of it is ever empty may have changed."""
    place = f"{identifier(schema)}.{identifier(table)}"
    found = connection.execute(
        "select conname from pg_constraint where conrelid = to_regclass(%s) and contype in ('p', 'u')", [place]
    ).fetchall()
    for (name,) in found:
        connection.execute(f"alter table {place} drop constraint {identifier(name)}")


def _add_key(connection: "psycopg.Connection[Any]", place: str, table: str) -> None:
    """Give a table the key that its tests prove: a primary one, unless one of its columns is empty in some row."""
    key = keys().get(table)
    if not key:
        return
    columns = ", ".join(map(identifier, key))
    is_empty = " or ".join(f"{identifier(name)} is null" for name in key)
    found = connection.execute(f"select exists (select 1 from {place} where {is_empty})").fetchone()
    kind = "unique nulls not distinct" if found and found[0] else "primary key"
    connection.execute(f"alter table {place} add constraint {identifier(f'{table}_key')} {kind} ({columns})")


def _add_comments(
    source: duckdb.DuckDBPyConnection, connection: "psycopg.Connection[Any]", place: str, table: str
) -> None:
    """The data dictionary travels with the tables, as it does in a publication."""
    told = source.execute(
        "select comment from duckdb_tables() where database_name = current_database() and table_name = $1 "
        "union all select comment from duckdb_views() where database_name = current_database() and view_name = $1",
        [table],
    ).fetchall()
    for (comment,) in told:
        if comment:
            connection.execute(f"comment on table {place} is {_text(comment)}")
    columns = source.execute(
        "select column_name, comment from duckdb_columns() where database_name = current_database() "
        "and table_name = $1 and comment is not null",
        [table],
    ).fetchall()
    for name, comment in columns:
        connection.execute(f"comment on column {place}.{identifier(name)} is {_text(comment)}")


def _drop_others(connection: "psycopg.Connection[Any]", schema: str) -> None:
    """Drop what an earlier version copied and this one has not; a user's views in our schema stay."""
    found = connection.execute(
        "select tablename from pg_tables where schemaname = %s and tablename <> all(%s)",
        [schema, [each.name for each in copied_tables()]],
    ).fetchall()
    for (name,) in found:
        connection.execute(f"drop table {identifier(schema)}.{identifier(name)}")


def _clean_up(connection: "psycopg.Connection[Any]", schema: str) -> None:
    """Rows that were replaced are deleted from the files too, and the planner knows how many there are."""
    connection.autocommit = True
    for each in copied_tables():
        connection.execute(f"vacuum (analyze) {identifier(schema)}.{identifier(each.name)}")


def _text(text: str) -> str:
    """Return a text as PostgreSQL quotes it, whatever standard_conforming_strings says."""
    return literal(text) if "\\" not in text else " E" + literal(text.replace("\\", "\\\\"))


@contextmanager
def _sentences(driver: Any, place: Place) -> Iterator[None]:
    """Turn what the driver raises into a sentence without the password."""
    try:
        yield
    except driver.Error as error:
        reason = " ".join(str(error).split("\n")[0].split()).rstrip(".")
        detail = getattr(getattr(error, "diag", None), "message_detail", None)
        more = f" ({' '.join(detail.split())})" if detail else ""
        said = f"Nothing was copied to {place.shown}: {reason or type(error).__name__}{more}."
        for secret in place.secrets:
            said = said.replace(secret, "…")
        raise CannotRunError(said) from None
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise CannotRunError(f"The publication could not be read, and nothing was copied: {reason}.") from error
