"""Hostile SQL is refused or harmless: within its time and memory, without a file, and the next reader is answered."""

import os
import resource
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hostile_sql import STATEMENTS, quick, slow
from small_publication import publish

from dashboard.sql.engine import PACKAGES, Answer, Desk, Limits, run

SHORT = Limits(seconds=1, mebibytes=128, rows=100, bytes=200_000, cell=500)
# For what must be refused: on a busy machine too the reason is the statement, and not its time.
PATIENT = replace(SHORT, seconds=300)
DESK = Desk(places=2, queue=1000, patience=600)
TRACES = ("on-record-hostile", "root:x:", "PATH=", "ON_RECORD", "site-packages")
# Families whose statements are never a question, so that each must be refused; the other families may be harmless.
REFUSED = {"writing", "attaching", "extensions", "secrets", "reading", "elsewhere", "python"}
HARMLESS = {"from duckdb_secret_types()", "select * from duckdb_variables()", "select getvariable('HOME')"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("a-folder-nobody-may-see") / "20260101T000000000000Z.duckdb")


def processor_seconds() -> float:
    """What all children that have ended took of the processor: a busy machine changes nothing about that."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def said(answer: Answer) -> str:
    return f"{answer.columns} {answer.rows} {answer.detail}"


def check_harmless(path: Path, answer: Answer, sql: str) -> None:
    """Nothing of the machine is in the answer, and it is within its bounds."""
    text = said(answer)
    for trace in (*TRACES, str(path.parent), path.parent.name, str(Path.cwd()), str(PACKAGES)):
        assert trace not in text or trace in sql, (sql[:200], text[:500])
    assert len(answer.rows) <= SHORT.rows
    assert sum(len(str(value)) for row in answer.rows for value in row) <= 2 * SHORT.bytes
    assert answer.kind not in ("busy", "cancelled")


def check_alive(path: Path) -> None:
    """A plain question right after gets its true answer."""
    answer = run(path, "select count(*), min(low) from fct_figures", desk=DESK)
    assert (answer.kind, answer.rows) == ("", [[13, 0]])


def in_pairs(path: Path, selection: list[str], limits: Limits = SHORT) -> list[Answer]:
    """Ask two at a time; none may take more of the processor than it is given."""
    before = processor_seconds()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda sql: run(path, sql, limits, desk=DESK), selection))
    assert processor_seconds() - before < len(selection) * (limits.seconds + 2)
    return answers


def test_there_are_at_least_120_statements_written_by_hand() -> None:
    assert sum(len(found) for found in STATEMENTS.values()) >= 250
    assert len(quick()) + len(slow()) == sum(len(found) for found in STATEMENTS.values())


def check_family(path: Path, family: str, selection: list[str]) -> None:
    """Nothing of a family does harm, and those that are no question are refused."""
    before = path.read_bytes()
    limits = PATIENT if family in REFUSED else SHORT
    for sql, answer in zip(selection, in_pairs(path, selection, limits), strict=True):
        check_harmless(path, answer, sql)
        if family in REFUSED and sql not in HARMLESS:
            assert answer.kind in ("refused", "name", "syntax", "failed"), (sql, said(answer)[:300])
    check_alive(path)
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir()] == [path.name]


FAMILIES = sorted({family for family, _ in quick()})


@pytest.mark.parametrize("family", FAMILIES)
def test_two_hostile_statements_of_a_family_are_refused_or_harmless(path: Path, family: str) -> None:
    check_family(path, family, STATEMENTS[family][:: max(1, len(STATEMENTS[family]) - 1)])


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_hostile_statement_is_refused_or_harmless(path: Path, family: str) -> None:
    check_family(path, family, STATEMENTS[family])


@pytest.mark.slow
@pytest.mark.parametrize("family", ["memory", "time", "floods"])
def test_a_bomb_ends_within_its_time_and_the_next_question_is_answered(path: Path, family: str) -> None:
    selection = STATEMENTS[family]
    answers = in_pairs(path, selection)
    for sql, answer in zip(selection, answers, strict=True):
        check_harmless(path, answer, sql)
        assert not answer.kind or answer.sentence
    if family != "floods":
        assert sum(answer.kind in ("time", "memory") for answer in answers) > len(selection) // 2
    check_alive(path)


@pytest.mark.slow
def test_no_catalog_view_or_function_without_arguments_shows_a_path(path: Path) -> None:
    with duckdb.connect() as engine:
        functions = engine.execute(
            "select distinct function_name from duckdb_functions() "
            "where function_type in ('table', 'table_macro') and len(parameters) = 0"
        ).fetchall()
        views = engine.execute("select schema_name || '.' || view_name from duckdb_views() where internal").fetchall()
    selection = [f"from {name}()" for (name,) in functions] + [f"from system.{name}" for (name,) in views]
    assert len(selection) > 50
    for sql, answer in zip(selection, in_pairs(path, selection), strict=True):
        check_harmless(path, answer, sql)


def test_hidden_functions_are_found_in_every_spelling(path: Path) -> None:
    for name in ("duckdb_settings()", "DuckDB_Settings ( )", '"duckdb_settings"()', "system.main.duckdb_settings()"):
        assert run(path, f"from {name}", PATIENT, desk=DESK).kind == "refused", name
    assert run(path, "select 'a query (of mine)' as query", PATIENT, desk=DESK).kind in ("", "refused")


def test_killed_children_leave_nothing(path: Path) -> None:
    run(path, STATEMENTS["time"][0], SHORT, desk=DESK)
    run(path, STATEMENTS["time"][0], SHORT, is_wanted=lambda: False, desk=DESK)
    with suppress(ChildProcessError):  # no child at all is as good as none that waits to be buried
        assert os.waitpid(-1, os.WNOHANG) == (0, 0)
    mine = [entry for entry in Path("/proc").glob("[0-9]*/cmdline") if b"sandbox.py" in _read(entry)]
    assert mine == []


def _read(entry: Path) -> bytes:
    """What a process was started with; nothing where it ended meanwhile or is somebody else's."""
    try:
        parent = int(entry.with_name("stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
        return entry.read_bytes() if parent == os.getpid() else b""
    except (OSError, IndexError):
        return b""
