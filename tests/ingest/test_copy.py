"""What is published is copied into PostgreSQL as it is, in one transaction, and never with what is restricted."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
from here import run_here
from own_postgres import PASSWORD, programs, served
from workshop import ROOT, Workshop

from common.contracts import contracts
from common.foreign import open_foreign
from ingest.engines import postgres
from ingest.engines.keys import keys
from ingest.errors import CannotRunError
from ingest.warehouse.retract import Marked, mark_restricted

sys.path.insert(0, str(ROOT / "tests" / "dashboard"))
from test_restricted_canary import HIDDEN, build_restricted

try:
    import psycopg
except ImportError:
    psycopg = None  # type: ignore[assignment]

TABLES = {each.name for each in postgres.copied_tables()}
SERVER_IS_MISSING = "PostgreSQL 15 or its driver is not installed: apt-get install postgresql; make .venv/.postgres"


def with_server(test: Callable[..., None]) -> Callable[..., None]:
    return pytest.mark.slow(pytest.mark.skipif(psycopg is None or programs() is None, reason=SERVER_IS_MISSING)(test))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture
def here(real: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real record, published; what it is asked for stands in a folder of the test's own."""
    published = tmp_path / "published"
    published.mkdir()
    (published / real.publications[-1].name).write_bytes(real.publications[-1].read_bytes())
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(real.warehouse))
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(published))
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return published


@pytest.fixture
def schema(server: str, here: Path) -> Iterator[str]:
    """A schema of the test's own, gone afterwards."""
    name = "of_a_test"
    yield name
    with psycopg.connect(server) as connection:
        connection.execute(f"drop schema if exists {name} cascade")


def copy(address: str, schema: str, *options: str) -> subprocess.CompletedProcess[str]:
    return run_here("copy", "--to", address, "--schema", schema, *options)


def ask(address: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(sql).fetchall()


@with_server
def test_every_table_is_there_row_for_row(server: str, here: Path, schema: str) -> None:
    done = copy(server, schema, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert set(told["rows"]) == TABLES
    assert told["rows"]["fct_figures"] > 100
    with open_foreign(next(here.glob("*.duckdb"))) as publication:
        for name in TABLES:
            columns = ", ".join(contracts()[name].columns)
            ours = publication.execute(f"select {columns} from main.{name}").fetchall()
            theirs = ask(server, f"select {columns} from {schema}.{name}")
            assert sorted(map(repr, theirs)) == sorted(map(repr, ours)), name


@with_server
def test_words_and_keys_come_with_the_tables(server: str, here: Path, schema: str) -> None:
    assert copy(server, schema).returncode == 0
    described = {
        (table, column): told
        for table, column, told in ask(
            server,
            "select c.relname, a.attname, col_description(c.oid, a.attnum) from pg_class c "
            f"join pg_attribute a on a.attrelid = c.oid and attnum > 0 where relnamespace = '{schema}'::regnamespace "
            "and relkind = 'r'",
        )
    }
    assert described["fct_figures", "phrase"]
    columns = [(name, column) for name in TABLES - {"build"} for column in contracts()[name].columns]
    assert [place for place in columns if not described[place]] == []
    found = {
        name: (kind, tuple(sorted(columns)))
        for name, kind, columns in ask(
            server,
            "select c.relname, contype, array_agg(attname::text) from pg_constraint k "
            "join pg_class c on c.oid = conrelid "
            "join pg_attribute a on a.attrelid = c.oid and attnum = any(conkey) where contype in ('p', 'u') "
            f"and relnamespace = '{schema}'::regnamespace group by c.relname, contype",
        )
    }
    assert {name: columns for name, (_, columns) in found.items()} == {
        name: tuple(sorted(columns)) for name, columns in keys().items() if name in TABLES
    }
    assert found["fct_figures"] == ("p", ("figure_id",))
    assert {kind for kind, _ in found.values()} == {"p", "u"}


def test_only_ranges_by_the_day_are_not_copied() -> None:
    measures = ("airstrikes", "deaths", "displaced", "injuries")
    assert set(contracts()) - TABLES == {f"range_{measure}_daily" for measure in measures}


def test_every_published_table_has_a_key_that_its_tests_prove() -> None:
    assert set(contracts()) - set(keys()) == {"build"}


@with_server
def test_a_second_copy_replaces_all_and_keeps_rights_and_views(server: str, here: Path, schema: str) -> None:
    assert copy(server, schema).returncode == 0
    with psycopg.connect(server) as connection:
        connection.execute(f"create view {schema}.mine as select figure_id, phrase from {schema}.fct_figures")
        connection.execute(f"grant select on {schema}.fct_figures to public")
        connection.execute(f"update {schema}.fct_figures set phrase = 'none'")
        connection.execute(f"create table {schema}.fct_of_an_earlier_version (a int)")
    done = copy(server, schema)
    assert (done.returncode, done.stderr) == (0, "")
    assert ask(server, f"select count(*) from {schema}.mine where phrase = 'none'") == [(0,)]
    assert ask(server, f"select has_table_privilege('public', '{schema}.fct_figures', 'select')") == [(True,)]
    assert ask(server, f"select to_regclass('{schema}.fct_of_an_earlier_version')") == [(None,)]


@with_server
def test_who_reads_meanwhile_sees_the_old_and_a_copy_that_fails_changes_nothing(
    server: str, here: Path, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert copy(server, schema).returncode == 0
    with psycopg.connect(server) as connection:
        connection.execute(f"update {schema}.fct_figures set phrase = 'old'")
    count = ask(server, f"select count(*) from {schema}.fct_figures")
    seen = []

    def look(connection: Any, place: str) -> None:
        # All tables are written, and nothing is committed.
        seen.append(ask(server, f"select distinct phrase from {schema}.fct_figures"))
        raise psycopg.OperationalError("the line broke")

    monkeypatch.setattr(postgres, "_drop_others", look)
    done = copy(server, schema)
    assert done.returncode == 2
    assert done.stderr == f"Nothing was copied to {server}: the line broke.\n"
    assert seen == [[("old",)]]
    assert ask(server, f"select distinct phrase from {schema}.fct_figures") == [("old",)]
    assert ask(server, f"select count(*) from {schema}.fct_figures") == count


@with_server
def test_a_schema_of_somebody_else_is_refused(server: str, here: Path, schema: str) -> None:
    with psycopg.connect(server) as connection:
        connection.execute(f"create schema {schema}")
        connection.execute(f"create table {schema}.fct_figures as select 1 as a")
    done = copy(server, schema)
    assert done.returncode == 2
    assert "did not put there" in done.stderr
    assert ask(server, f"select * from {schema}.fct_figures") == [(1,)]


@with_server
@pytest.mark.parametrize("where", ["in the address", "as a setting of it"])
def test_a_password_is_on_no_printed_line(
    server: str, here: Path, schema: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD")
    secret = quote(PASSWORD, safe="")
    for word, code in ((secret, 0), (f"{secret}x", 2)):
        address = server.replace("anna@", f"anna:{word}@") if where == "in the address" else f"{server}?password={word}"
        done = copy(address, schema)
        assert done.returncode == code, done.stderr
        for form in (PASSWORD, secret):
            assert form not in done.stdout + done.stderr
        assert "postgres://anna@127.0.0.1" in done.stdout + done.stderr


@with_server
def test_nothing_restricted_is_in_what_is_copied(
    server: str, here: Path, schema: str, built_once: Callable[..., Workshop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a record with restricted figures, no word that only they hold is in any cell or comment."""
    shop = built_once(build_restricted)
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(shop.warehouse))
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(shop.published))
    assert shop.inspect("select count(*) from raw.figures where visibility = 'restricted'") == [(4,)]
    done = copy(server, schema)
    assert (done.returncode, done.stderr) == (0, "")
    texts = [done.stdout]
    for name in TABLES - {"build"}:
        texts += [row for (row,) in ask(server, f"select t::text from {schema}.{name} as t")]
    texts += [told for (told,) in ask(server, "select description from pg_description where description is not null")]
    assert len(texts) > 100
    assert [word for word in HIDDEN if any(word in text for text in texts)] == []


@with_server
@pytest.mark.parametrize("known_by", ["a mark", "the warehouse"])
def test_what_was_restricted_since_is_not_copied(
    server: str, here: Path, schema: str, known_by: str, real: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((figure,),) = real.query("select min(figure_id) from fct_figures where dataset_id is null")
    if known_by == "a mark":
        mark_restricted(here, Marked(asked={figure}))
    else:
        warehouse = tmp_path / "warehouse.duckdb"
        warehouse.write_bytes(real.warehouse.read_bytes())
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("update raw.figures set visibility = 'restricted' where figure_id = ?", [figure])
        monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(warehouse))
    done = copy(server, schema)
    assert done.returncode == 2
    assert "tells of what is restricted now" in done.stderr
    assert ask(server, f"select to_regnamespace('{schema}')") == [(None,)]


def test_without_the_driver_one_sentence_says_what_to_install(here: Path) -> None:
    shut = "import sys; sys.modules['psycopg'] = None; from ingest.__main__ import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", shut, "copy", "--to", "postgres://anna@127.0.0.1/marts"],
        capture_output=True, text=True, check=False, env={**os.environ},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == postgres.NO_DRIVER + "\n"
    assert "requirements-postgres.txt" in done.stderr


@pytest.mark.parametrize(
    "address", ["mysql://anna@h/d", "postgres://anna:secret@host", "host=h password=secret", "postgres://[/d", ""]
)
def test_an_address_that_is_none_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(CannotRunError, match="postgres://USER") as refused:
        postgres.place_of(address)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("schema", ["", "a b", 'a"b', "pg_catalog", "Ä", "x" * 64])
def test_a_schema_without_a_plain_name_is_refused(schema: str) -> None:
    with pytest.raises(CannotRunError, match="a-z, 0-9"):
        postgres.place_of("postgres://h/d", schema)


def test_where_nothing_is_published_nothing_is_copied(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="Nothing is published"):
        postgres.newest_publication(tmp_path)
