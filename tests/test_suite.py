"""What the suite holds itself to: which tests may be slow, what a test waits for, which record it reads."""

import re
from pathlib import Path

import pytest
from scratch import RECORD, ROOT

TESTS = sorted((ROOT / "tests").rglob("*.py"))
# The long matrices marked in their own files, of which `make test` runs a part and `make test-all` all; and why each is
# long. matrices.py names more of them.
SLOW = {
    "faults/test_faults.py": "full disks, closed folders, damage and wrong clocks, around whole builds",
    "faults/test_kills.py": "kills at 25 moments, with builds between",
    "faults/test_phrases_and_readers.py": "fifty readers of many publications",
    "faults/test_rows.py": "ten thousand bad rows, a thousand good files",
    "models/test_oldest_warehouse.py": "a load and two builds on a warehouse of the first version",
    "models/test_publication.py": "a plain dbt build, which does at once what other tests of models do in parts",
    "engines/test_same_answers.py": "builds on Spark, which has an environment of its own: `make spark`",
    "engines/test_same_macros.py": "every letter of Unicode on Spark: `make spark`",
    "ingest/test_copy.py": "a PostgreSQL of its own, and its driver, which is of one's own choice",
    "ingest/test_review.py": "two whole builds by dbt's own command",
    "ingest/test_pull_request.py": "two whole builds by dbt's own command, in a checkout of their own",
    "dashboard/test_api_browser.py": "every plain page in every colour scheme",
    "dashboard/test_comparisons.py": "tabs of numbers side by side, narrow and dark",
    "dashboard/test_contrast.py": "every chart in every colour scheme",
    "dashboard/test_every_page.py": "every tab of every room, wide and narrow, light and dark",
    "dashboard/test_many_readers.py": "a hundred thousand requests at one server",
    "dashboard/test_hostile_sql.py": "every hostile statement, each in a process of its own",
    "dashboard/test_hostile_thousand.py": "a thousand hostile statements by every way in",
    "dashboard/test_plots_browser.py": "every chart of many panels, wide and narrow",
    "dashboard/test_print_browser.py": "every page on paper",
    "models/test_dbt_habits.py": "whole builds by dbt's own command, from elsewhere and with models of one's own",
    "models/test_newest.py": "an old release of DuckDB, installed for it",
    "desk/test_desk_kills.py": "two hundred kills of a desk at random moments",
    "dashboard/test_sql_browser.py": "the SQL page in every width and colour scheme",
}
# Of a fault, and of a build, there is no small part: a kill or a full disk needs a build around it.
WITHOUT_A_PART = {
    "faults/test_faults.py", "faults/test_kills.py", "models/test_dbt_habits.py", "engines/test_same_answers.py",
    "engines/test_same_macros.py",
}  # fmt: skip


def text_of(name: str) -> str:
    return (ROOT / "tests" / name).read_text(encoding="utf-8")


def test_slow_are_the_long_matrices_alone() -> None:
    marked = {path.relative_to(ROOT / "tests").as_posix() for path in TESTS
              if "mark.slow" in path.read_text(encoding="utf-8")} - {"test_suite.py", "matrices.py"}  # fmt: skip
    assert marked == set(SLOW)


@pytest.mark.parametrize("name", SLOW)
def test_a_part_of_every_long_matrix_is_run_each_time(name: str) -> None:
    text = text_of(name)
    assert ("pytestmark = pytest.mark.slow" in text) == (name in WITHOUT_A_PART)
    assert name in WITHOUT_A_PART or re.search(r"\n\n\n(?!@pytest\.mark\.slow)(@.*\n)*def test_", text)


def test_ci_runs_the_tests_of_minutes_and_another_target_runs_all() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (quick,) = re.findall(r"^test:.*\n\t@(.*)$", makefile, flags=re.MULTILINE)
    (whole,) = re.findall(r"^test-all:.*\n\t@(.*)$", makefile, flags=re.MULTILINE)
    assert '-m "not slow"' in quick
    assert " -m " not in whole
    assert " -k " not in quick + whole
    assert "ON_RECORD_FRESH_BUILDS=1" in whole


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_no_test_judges_by_the_speed_of_the_machine(path: Path) -> None:
    """A wait is given up after a minute or more; how long something took says nothing of whether it is right."""
    text = path.read_text(encoding="utf-8")
    if path != Path(__file__):
        assert not re.search(r"perf_counter|assert .*(monotonic|time\.time)\(\) - ", text)
        guards = [int(seconds) for seconds in re.findall(r"\btimeout=(\d+)", text)]
        assert all(seconds >= 60 for seconds in guards), guards


def test_no_test_reads_what_a_user_adds_to_the_record() -> None:
    """A user's own episodes stand beside the sample under figures/: tests read tests/fixtures/record instead."""
    reads = re.compile(r"(ROOT|parents\[\d\]) / \"figures\"|import FIGURES as |layout import .*\bFIGURES|\.FIGURES\b")
    own = {"test_suite.py", "test_git_history.py"}  # the second has a repository of its own, with such a folder
    assert [path.name for path in TESTS if path.name not in own and reads.search(path.read_text("utf-8"))] == []


def test_the_record_of_the_tests_is_the_sample_as_it_is_shipped() -> None:
    """The README's answers and the counts in test_real_record.py are of it: after a change of the sample, copy it."""
    paths = [path.relative_to(RECORD) for path in sorted(RECORD.glob("*/**/*.csv"))]
    assert {path.parts[0] for path in paths} == {"aleppo-2024", "sudan-2023"}
    for path in paths:
        assert (RECORD / path).read_bytes() == (ROOT / "figures" / path).read_bytes(), path
