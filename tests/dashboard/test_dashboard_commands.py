"""`python -m dashboard`: ranges for a person, a pipe and a program; serving; plain words when it cannot."""

import json
import socket
import subprocess
import sys
import urllib.request
from datetime import date
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.cli.tables import without_parties
from dashboard.server import worker_count

ROOT = Path(__file__).resolve().parents[2]
Said = tuple[int, str, str]


@pytest.fixture(autouse=True)
def environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point every command at the small publication, whatever the machine has set."""
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(folder))
    for name in ("HOST", "PORT", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
    """Run a command in this process; its exit code and what it said on both streams."""
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_ranges_are_a_table_that_fits_a_pipe() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "ranges"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("As known on 2 December 2024; built 2 January 2026, 03:05 UTC.")
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert [line.rstrip() for line in done.stdout.splitlines()[2:9]] == [
        "People killed",
        "                                                    up to when, what    without party",
        "scope                             lowest – highest  fits                claims         known since",
        "Everyone, North-west, since              258 – 299  29 – 30 Nov 2024,   the same       2 Dec 2024",
        "27 November 2024                                    2 reports (1 named",
        "                                                    source), both fit",
        "                                                    277",
    ]
    for text in ("at least 14,001", "at least 500,000", "nothing"):
        assert text in done.stdout
    assert "at least 201" not in done.stdout


def test_what_is_left_without_party_claims_says_its_own_day() -> None:
    row = {
        "lowest": 182, "highest": 999, "is_open_above": False, "is_open_below": False,
        "counted_from_on": date(2024, 11, 29), "counted_to_on": date(2024, 11, 29),
        "lowest_without_party_claims": 182, "highest_without_party_claims": 182,
        "is_open_above_without_party_claims": True, "is_open_below_without_party_claims": False,
        "counted_from_on_without_party_claims": date(2024, 11, 28),
        "counted_to_on_without_party_claims": date(2024, 11, 28),
    }  # fmt: skip
    assert without_parties(row) == "at least 182, up to 28 Nov 2024"
    same_day = {f"counted_{end}_on_without_party_claims": row["counted_to_on"] for end in ("from", "to")}
    assert without_parties(row | same_day) == "at least 182"
    assert without_parties(row | same_day | {"highest_without_party_claims": 999}) == "182 – 999 or more"
    alike = {"highest_without_party_claims": 999, "is_open_above_without_party_claims": False}
    assert without_parties(row | same_day | alike) == "the same"
    assert without_parties(row | {"lowest_without_party_claims": None}) == "nothing"


def test_all_shows_past_ranges_of_one_measure(capsys: pytest.CaptureFixture[str]) -> None:
    _, said, _ = run(capsys, "ranges", "--measure", "killed", "--all")
    assert "at least 201" in said
    assert "14,001" not in said


def test_json_keeps_open_ends_and_days(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "ranges", "--measure", "killed", "--json")[1])
    first = found["ranges"][0]
    assert found["build"]["known_until_on"] == "2024-12-02"
    assert (first["lowest"], first["highest"], first["valid_to_on"]) == (258, 299, None)


def test_an_unknown_measure_exits_2_and_names_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, wrong = run(capsys, "ranges", "--measure", "kiled")
    assert code == 2
    assert "Choose one of: airstrikes, displaced, injured, killed." in wrong


def test_nothing_published_exits_2_with_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    code, _, wrong = run(capsys, "ranges")
    assert code == 2
    assert wrong.startswith("Nothing is published yet. Run `make build`")
    assert len(wrong.splitlines()) == 1


def test_a_query_is_answered_as_table_csv_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    sql = "select figure_id, high, published_on from fct_figures order by figure_id limit 2"
    code, table, _ = run(capsys, "query", sql)
    assert code == 0
    assert "2 rows" in table
    _, csv, _ = run(capsys, "query", sql, "--csv")
    lines = csv.splitlines()
    assert lines[0] == "figure_id,high,published_on"
    assert len(lines) == 3
    assert run(capsys, "query", "select '=1' as a, -1 as b", "--csv")[1].splitlines()[1] == "'=1,-1"
    _, text, _ = run(capsys, "query", sql, "--json")
    rows = json.loads(text)
    assert [row["figure_id"] for row in rows] == [line.split(",")[0] for line in lines[1:]]
    assert all(len(row["published_on"]) == len("2024-11-28") for row in rows)


@pytest.mark.parametrize(
    "sql",
    [
        "selec 1",
        "select * from nowhere",
        "delete from fct_figures",
        "create table mine as select 1",
        "copy fct_figures to 'figures.csv'",
        "select * from read_csv('README.md')",
        "attach 'other.duckdb'",
        "set threads = 9",
    ],
)
def test_a_query_that_is_wrong_or_writes_is_refused_with_a_sentence(
    capsys: pytest.CaptureFixture[str], sql: str
) -> None:
    code, out, err = run(capsys, "query", sql)
    assert (code, out) == (2, "")
    assert "Error" in err
    assert "Traceback" not in err


def test_help_teaches_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert "PORT=9000 on-record serve" in run(capsys, "--help")[1]


def test_a_taken_port_is_one_sentence_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, wrong = run(capsys, "serve", "--port", str(port))
    assert code == 2
    assert f"port {port}" in wrong
    assert "PORT=" in wrong
    assert len(wrong.splitlines()) == 1


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("HOST", "nowhere.invalid"), ("PORT", "70000")])
def test_a_nonsense_address_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, _, wrong = run(capsys, "serve")
    assert code == 2
    assert value in wrong


def test_serve_says_where_once_it_answers() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    whole = [sys.executable, "-m", "dashboard", "serve", "--port", str(port)]
    with subprocess.Popen(whole, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        assert server.stdout.readline() == f"On Record answers at http://127.0.0.1:{port}\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=300) as answer:
            assert answer.status == 200
        server.terminate()
        assert server.stdout.read() == ""
    assert server.returncode == 0


def test_workers_follow_the_cores_up_to_four() -> None:
    assert 1 <= worker_count() <= 4
