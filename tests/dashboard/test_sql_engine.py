"""Questions in SQL and their answers: types, nulls, order, limits, cancelling and queueing."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest
from browsing import until
from small_publication import publish

from dashboard.sql import engine as sql_engine
from dashboard.sql.engine import PAGE, Answer, Desk, Limits, run

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = "select count(*) from range(1000000000) a, range(100000) b"
VALUES = [
    ("1", 1), ("true", True), ("null", None), ("(-9223372036854775808)::bigint", -(2**63)), ("2.0::double", 2.0),
    ("170141183460469231731687303715884105727", 2**127 - 1), ("1.50::decimal(5, 2)", "1.50"), ("0.1::float", "0.1"),
    ("'nan'::double", "nan"), ("'-inf'::double", "-inf"), ("'أهلاً 😀'", "أهلاً 😀"), ("''", ""),
    ("date '2024-11-28'", "2024-11-28"), ("timestamp '2024-11-28 03:04:05'", "2024-11-28 03:04:05"),
    ("time '03:04:05'", "03:04:05"), ("timestamptz '2024-11-28 02:00:00+02'", "2024-11-28 00:00:00+00"),
    ("interval 3 month", "3 months"), ("'infinity'::date", "infinity"), ("date '0044-03-15 (BC)'", "0044-03-15 (BC)"),
    ("[1, null]", "[1,null]"), ("{'a': date '2024-01-02'}", '{"a":"2024-01-02"}'), ("map {'k': [1]}", '{"k":[1]}'),
    ("'a'::enum('a', 'b')", "a"), ("'\\xAB'::blob", "\\xAB"), ("""'{"a": 1}'::json""", '{"a": 1}'),
    ("uuid '00000000-0000-0000-0000-000000000001'", "00000000-0000-0000-0000-000000000001"),
    ("timestamp_ns '2024-01-01 00:00:00.123456789'", "2024-01-01 00:00:00.123456789"),
]  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("published") / "20260101T000000000000Z.duckdb")


def test_values_of_every_type_arrive_unchanged(path: Path) -> None:
    answer = run(path, "select " + ", ".join(sql for sql, _ in VALUES))
    assert answer.kind == "", answer.detail
    assert answer.rows == [[value for _, value in VALUES]]


def test_no_rows_are_an_answer_with_columns(path: Path) -> None:
    answer = run(path, "select figure_id, low from fct_figures where false")
    assert (answer.columns, answer.rows, answer.kind) == ([("figure_id", "VARCHAR"), ("low", "BIGINT")], [], "")


@pytest.mark.parametrize("end", ["", ";", " ; ", "-- end", "; -- end", ";/* end */;", "\n;\n"])
def test_a_question_may_end_as_people_end_it(path: Path, end: str) -> None:
    assert run(path, f"select 'é;漢' as a{end}").rows == [["é;漢"]]


@pytest.mark.parametrize(
    "sql",
    [
        "from build", "values (1), (2)", "table dim_sources", "(select 1)",
        "with a as (select 1) from a", "show tables",
        "describe fct_figures", "summarize fct_figures", "explain select 1", "explain analyze select 1",
        "from duckdb_columns()", "pivot fct_figures on measure_id in ('killed') using count(*)",
        "select 1 as a, 2 as a",
        "-- first\nselect 1", "select 1 union all select 2 order by 1 desc limit 1", "from information_schema.tables",
    ],
)  # fmt: skip
def test_every_form_of_question_is_answered(path: Path, sql: str) -> None:
    answer = run(path, sql)
    assert answer.kind == "", answer.detail
    assert answer.rows


def test_the_order_asked_for_is_kept(path: Path) -> None:
    answer = run(path, "select range from range(5000) order by range desc", Limits(rows=3))
    assert (answer.rows, answer.cut_by) == ([[4999], [4998], [4997]], "rows")


def test_rows_and_bytes_are_cut_and_said(path: Path) -> None:
    assert run(path, "from range(3)", Limits(rows=3)).cut_by == ""
    assert run(path, "from range(4)", Limits(rows=3)).cut_by == "rows"
    by_bytes = run(path, "select repeat('x', 100) from range(100)", Limits(bytes=1000))
    assert (len(by_bytes.rows), by_bytes.cut_by) == (10, "bytes")


def test_a_long_cell_is_cut_with_a_mark(path: Path) -> None:
    assert run(path, "select repeat('é', 100)", Limits(cell=10)).rows == [["é" * 10 + " … (cut)"]]
    assert run(path, "select repeat('é', 10)", Limits(cell=10)).rows == [["é" * 10]]


@pytest.mark.parametrize(
    ("sql", "kind", "told"),
    [
        ("selec 1", "syntax", "LINE 1: selec 1"),
        ("select\n nope from build", "name", "LINE 2:  nope"),
        ("select * from nowhere", "name", "nowhere"),
        ("drop table build", "refused", "DROP"),
        ("select 1; select 2", "refused", "2 statements"),
        ("select cast('x' as int)", "failed", "Could not convert"),
        ("", "empty", ""),
        ("-- nothing", "refused", "0 statements"),
        ("x" * 200_000, "long", ""),
        (ENDLESS, "time", "maximum execution time"),
        ("select repeat('x', 500000000)", "memory", "Out of Memory"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence_with_its_place(path: Path, sql: str, kind: str, told: str) -> None:
    answer = run(path, sql, Limits(seconds=1 if kind == "time" else 300))
    assert (answer.kind, answer.rows) == (kind, [])
    assert told in answer.detail
    assert answer.sentence.endswith(".")


def test_a_missing_publication_is_a_sentence(path: Path) -> None:
    answer = run(path.with_name("gone.duckdb"), "select 1")
    assert answer.kind == "failed"
    assert str(path.parent) not in answer.detail


def test_a_question_nobody_waits_for_is_killed_at_once(path: Path) -> None:
    themes = list[bool]()

    def is_wanted() -> bool:
        themes.append(len(themes) < 5)
        return themes[-1]

    assert run(path, ENDLESS, is_wanted=is_wanted).kind == "cancelled"
    assert themes == [True] * 5 + [False]


def test_a_long_question_is_handed_over_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.sql.engine.GLANCE", 0.001)
    assert run(path, "select length('" + "x" * 90_000 + "')").rows == [[90_000]]


def test_a_child_that_never_answers_is_killed_at_the_end_of_its_time(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deaf = tmp_path / "deaf.py"
    deaf.write_text("import time\nwhile True: time.sleep(1)\n", encoding="utf-8")
    monkeypatch.setattr("dashboard.sql.engine.CHILD", deaf)
    assert run(path, "select 1", Limits(seconds=1)).kind == "time"


def test_a_child_that_dies_without_a_word_is_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dead = tmp_path / "dead.py"
    dead.write_text("import os\nos.abort()\n", encoding="utf-8")
    monkeypatch.setattr("dashboard.sql.engine.CHILD", dead)
    assert run(path, "select 1").kind == "memory"


def test_two_are_answered_at_once_two_wait_and_the_rest_are_told_so(path: Path) -> None:
    desk, answers = Desk(places=2, queue=2, patience=0.3), list[Answer]()
    held = threading.Event()

    def ask() -> None:
        answers.append(run(path, ENDLESS, is_wanted=lambda: not held.is_set(), desk=desk))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    until(lambda: len(answers) >= 4, "four are turned away while two are answered")
    assert [answer.kind for answer in answers] == ["busy"] * 4
    held.set()
    for thread in threads:
        thread.join()
    assert sorted(answer.kind for answer in answers) == ["busy"] * 4 + ["cancelled"] * 2
    assert run(path, "select 1", PAGE, desk=desk).rows == [[1]]


SLEEPERS = [
    "select sleep_ms(60000)", "select pg_sleep(60)", "select \"sleep_ms\"(60000)", "select SLEEP_MS /* x */ (60000)",
    "select (60000).sleep_ms()", "from (select system.main.sleep_ms(60000))", "select sleep_ms-- x\n(60000)",
    "select list_transform([60000], x -> sleep_ms(x))",
]  # fmt: skip


@pytest.mark.parametrize("sql", SLEEPERS)
def test_what_only_sleeps_is_refused(path: Path, sql: str) -> None:
    assert run(path, sql).kind == "refused"


def test_every_function_of_the_engine_that_sleeps_is_refused(path: Path) -> None:
    with duckdb.connect() as engine:
        found = engine.execute(
            "select distinct function_name from duckdb_functions() where function_name ~ '.*sleep.*'"
        )
        names = [name for (name,) in found.fetchall()]
    assert names
    assert {run(path, f"select {name}(60000)").kind for name in names} == {"refused"}


def test_a_word_about_sleep_is_no_function(path: Path) -> None:
    assert run(path, "select 'sleep' as sleep, 'he slept (badly)' as b").rows == [["sleep", "he slept (badly)"]]


@pytest.mark.parametrize("slow_part", ["import", "statement"])
def test_the_clock_starts_when_the_child_does(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, slow_part: str
) -> None:
    whole = sql_engine.CHILD.read_text(encoding="utf-8")
    if slow_part == "import":
        whole = whole.replace("    import _duckdb", "    time.sleep(1.5)\n    import _duckdb")
    else:
        # A statement that the engine's own time-out does not end, as one that sleeps was.
        whole = whole.replace("    columns = begin(", "    time.sleep(60)\n        columns = begin(")
    slow = tmp_path / "slow.py"
    slow.write_text(whole, encoding="utf-8")
    monkeypatch.setattr(sql_engine, "CHILD", slow)
    # The question would go on for an hour, and the child for a minute: who ends it is our clock.
    assert run(path, ENDLESS, Limits(seconds=2)).kind == "time"


def test_a_child_whose_server_was_killed_ends_with_its_time(path: Path) -> None:
    serve = (
        "import sys; from pathlib import Path; from dashboard.sql import engine as e; "
        "e.run(Path(sys.argv[1]), sys.argv[2], e.Limits(seconds=2))"
    )
    asleep = sql_engine.CHILD.with_name("sandbox.py")
    with subprocess.Popen([sys.executable, "-c", serve, str(path), ENDLESS], cwd=ROOT) as server:
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        until(
            lambda: any(asleep.name in command(int(pid)) for pid in children.read_text(encoding="ascii").split()),
            "a child is asked",
        )
        child = next(int(pid) for pid in children.read_text(encoding="ascii").split())
        server.kill()
        server.wait()
    until(lambda: asleep.name not in command(child), "the child has ended")


def command(pid: int) -> str:
    """Return the command of a process, "" where there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return ""


def held_by(path: Path, desk: Desk, who: str, count: int, held: threading.Event) -> list[Answer]:
    """Ask as one reader, endlessly and many at once; returns the answers that came at once."""
    answers = list[Answer]()

    def ask() -> None:
        answers.append(run(path, ENDLESS, who=who, is_wanted=lambda: not held.is_set(), desk=desk))

    for _ in range(count):
        threading.Thread(target=ask, daemon=True).start()
    time.sleep(0.5)
    return answers


def test_one_reader_cannot_keep_the_desk_from_another(path: Path) -> None:
    desk, held = Desk(places=2, queue=2, patience=20), threading.Event()
    try:
        refused = held_by(path, desk, "203.0.113.7", 6, held)
        # One place and one in the line is what a reader has of two and two.
        assert [answer.kind for answer in refused] == ["yours"] * 4
        assert run(path, "select 1", who="203.0.113.8", desk=desk).rows == [[1]]
        assert run(path, "select 2", who="2001:db8::/64", desk=desk).rows == [[2]]
    finally:
        held.set()


def test_the_desk_forgets_who_left(path: Path) -> None:
    desk = Desk()
    for number in range(5):
        with desk.place(f"203.0.113.{number}") as lacks:
            assert lacks == ""
    assert not desk._busy and not desk._waiting
