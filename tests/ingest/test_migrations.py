"""raw is carried along by steps: an old warehouse comes to what a new one is, a newer one is refused in a sentence."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import yaml
from small_record import SmallRecord, run, small_record

from common.contracts import MODELS, TYPES
from common.foreign import STORAGE_VERSION
from ingest.errors import CannotRunError
from ingest.warehouse import migrations
from ingest.warehouse.connection import TABLES, of_load
from ingest.warehouse.dataset_columns import OUTPUTS

OLDEST = Path(__file__).resolve().parents[1] / "fixtures" / "oldest" / "warehouse.sql"
STEPS = range(1, migrations.NEWEST + 1)


@pytest.fixture
def record(tmp_path: Path) -> SmallRecord:
    return small_record(tmp_path)


def warehouse_at(step: int, path: Path) -> Path:
    """A warehouse as this program wrote it at a step, with a row of the oldest one in each table of the record."""
    with duckdb.connect(config={"storage_compatibility_version": STORAGE_VERSION}) as connection:
        connection.execute(f"ATTACH '{path}' AS w")
        migrations.migrate(connection, path.name, step)
        connection.execute(
            "INSERT INTO w.raw.figures (episode_id, figure_id, document_id, phrase, status, visibility, load_id, "
            "loaded_at) VALUES ('aleppo-2024', 'd-09-01', 'd-09', 'nine', 'validated', 'public', 'first', "
            "TIMESTAMP '2026-11-21 12:00:00')"
        )
        connection.execute(
            "INSERT INTO w.raw.loads (load_id, loaded_at, record_version) "
            "VALUES ('first', TIMESTAMP '2026-11-21 12:00:00', 'of the first')"
        )
    return path


def columns_of(path: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'raw'"
        ).fetchall()
    found: dict[str, list[str]] = {}
    for table, name, kind in rows:
        found.setdefault(table, []).append(f"{name} {kind}")
    return {table: sorted(names) for table, names in found.items()}


def test_a_new_warehouse_has_the_columns_that_the_record_and_the_readers_have() -> None:
    tables = migrations.raw_tables()
    for table, sheet in TABLES.items():
        assert tables[table] == dict(of_load(sheet)) | {name: tables[table][name] for name in tables[table]}
        assert set(tables[table]) == {name for name, _ in of_load(sheet)}
        assert set(tables[f"replaced_{table}"]) - set(tables[table]) == {"replaced_by", "replaced_at"}
    of_figures = tables["dataset_figures"]
    given = {name: kind for name, kind in OUTPUTS.items() if name not in ("figure_key", "line", "part_of_key")}
    assert {name: of_figures[name] for name in given} == given


def test_the_steps_are_described_and_each_does_something() -> None:
    for before, step in enumerate(STEPS):
        assert migrations.MIGRATIONS[before].what
        assert migrations.raw_tables(step) != (migrations.raw_tables(before) if before else {})


@pytest.mark.parametrize("step", STEPS)
def test_a_warehouse_of_any_step_comes_to_what_a_new_one_is(step: int, record: SmallRecord, tmp_path: Path) -> None:
    old, new = warehouse_at(step, tmp_path / "old.duckdb"), tmp_path / "new.duckdb"
    folder = record.write()
    for path in (old, new):
        done = run("load", str(folder), "--reason", "another record", warehouse=path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert columns_of(old) == columns_of(new)
    with duckdb.connect(str(old), read_only=True) as connection:
        kept = connection.execute("SELECT phrase FROM raw.figures WHERE figure_id = 'd-09-01'").fetchall()
        steps = connection.execute("SELECT version FROM raw.schema_version ORDER BY version").fetchall()
    assert kept == [("nine",)]
    assert steps == [(number,) for number in STEPS]


# Versions before ours wrote working files in a newer format (docs/decisions/0034-dbt-and-sql.md).
@pytest.mark.parametrize("storage_version", [STORAGE_VERSION, "v1.5.0"])
def test_the_oldest_warehouse_there_was_is_carried_through_all_steps(
    record: SmallRecord, tmp_path: Path, storage_version: str
) -> None:
    path = tmp_path / "oldest.duckdb"
    with duckdb.connect(str(path), config={"storage_compatibility_version": storage_version}) as connection:
        connection.execute(OLDEST.read_text(encoding="utf-8"))
        before = connection.execute("SELECT * FROM raw.figures ORDER BY figure_id").fetchall()
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS w")
        assert migrations.version_of(connection) == 0
        migrations.migrate(connection, path.name)
        names = list(migrations.raw_tables(1)["figures"])
        after = connection.execute(f"SELECT {', '.join(names)} FROM w.raw.figures ORDER BY figure_id").fetchall()
    assert [tuple(map(str, row)) for row in after] == [tuple(map(str, row)) for row in before]
    assert before
    done = run("load", str(record.write()), "--reason", "another record", warehouse=path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_newer_warehouse_is_refused_in_a_sentence_and_stays_as_it_was(record: SmallRecord, tmp_path: Path) -> None:
    path = warehouse_at(migrations.NEWEST, tmp_path / "newer.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "INSERT INTO raw.schema_version VALUES (?, 'from tomorrow', ?)",
            [migrations.NEWEST + 1, datetime.now(UTC).replace(tzinfo=None)],
        )
    before = path.read_bytes()
    done = run("load", str(record.write()), warehouse=path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "newer version of this program" in done.stderr
    assert "update the program" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before


def test_a_step_that_fails_leaves_the_warehouse_at_the_step_before(
    record: SmallRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = warehouse_at(migrations.NEWEST, tmp_path / "old.duckdb")
    before = columns_of(path)
    broken = migrations.Migration("broken", ("CREATE TABLE w.raw.half (a VARCHAR)", "SELECT nothing FROM nowhere"))
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
    monkeypatch.setattr(migrations, "NEWEST", migrations.NEWEST + 1)
    from ingest.warehouse.connection import open_warehouse  # noqa: PLC0415 — after the step is there

    monkeypatch.setattr(migrations.migrate, "__defaults__", (migrations.NEWEST,))
    with pytest.raises(CannotRunError), open_warehouse(path):
        pass
    assert columns_of(path) == before


@pytest.mark.parametrize("step", [4, migrations.NEWEST])
def test_a_backup_of_an_older_step_is_put_back_and_carried_along(
    step: int, record: SmallRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path / "published"))
    old = warehouse_at(step, tmp_path / "old.duckdb")
    archive = tmp_path / "kept.tar.gz"
    assert run("backup", str(archive), warehouse=old).returncode == 0
    back = tmp_path / "back.duckdb"
    done = run("restore", str(archive), warehouse=back)
    assert done.returncode == 0, done.stdout + done.stderr
    new = tmp_path / "new.duckdb"
    assert run("load", str(record.write()), warehouse=new).returncode == 0
    assert columns_of(back) == columns_of(new)
    with duckdb.connect(str(back), read_only=True) as connection:
        assert connection.execute("SELECT phrase FROM raw.figures").fetchall() == [("nine",)]


def test_dbt_knows_every_table_of_raw_by_its_columns_and_types() -> None:
    path = MODELS / "staging" / "_sources.yml"
    (raw,) = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    types = TYPES | {"decimal(20,4)": "DECIMAL(20,4)"}
    described = {
        table["name"]: {column["name"]: types[column["data_type"]] for column in table["columns"]}
        for table in raw["tables"]
    }
    assert described == migrations.raw_tables()
