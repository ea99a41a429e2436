"""What `make` says when a part of a target fails: the commands are stand-ins that end as they are told."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    "build": (
        "python -m on_record load", "python -m dashboard.http.compressed", "dbt --quiet build",
        "python -m ingest.up_to_date --built",
    ),
    "run": ("python -m on_record ranges", "python -m on_record serve"),
}  # fmt: skip
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >> "$(dirname "$0")/called"
case "$(basename "$0") $*" in "$FAILING"*) exit 3;; *up_to_date) echo "$UP_TO_DATE";; esac
"""


def make(target: str, folder: Path, failing: str, up_to_date: str = "", stand_in: str = STAND_IN) -> tuple[int, str]:
    """Run a target with stand-ins for Python and dbt, of which one fails; returns the status and what was called."""
    for name in ("python", "dbt"):
        (folder / name).write_text(stand_in)
        (folder / name).chmod(0o755)
    done = subprocess.run(
        ["make", "--old-file", ".venv/.installed", f"BIN={folder}", f"FAILING={failing}", f"UP_TO_DATE={up_to_date}",
         target],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode, (folder / "called").read_text()


@pytest.mark.parametrize("target", PARTS)
def test_a_target_succeeds_where_all_its_parts_do(tmp_path: Path, target: str) -> None:
    status, called = make(target, tmp_path, "nothing")
    assert status == 0
    assert [part for part in PARTS[target] if part not in called] == []


@pytest.mark.parametrize(("target", "part"), [(target, part) for target, parts in PARTS.items() for part in parts])
def test_a_failed_part_fails_the_whole(tmp_path: Path, target: str, part: str) -> None:
    status, called = make(target, tmp_path, part)
    assert part in called
    assert status != 0


PAST = """#!/bin/sh
echo "$(basename "$0") $*" >> "$(dirname "$0")/called"
case "$*" in
  *"recorded --missing"*) printf '2026-03-06\\n2026-03-04\\n2026-03-02\\n';;
  *recorded_until*2026-03-04*) exit 3;;
  *recorded*) echo listed;;
esac
"""


@pytest.mark.parametrize(
    ("asked", "built", "status"),
    [([], ["2026-03-06", "2026-03-04", "2026-03-02"], 2), (["DAY=2026-03-02"], ["2026-03-02"], 0),
     (["DAY=2026-03-04"], ["2026-03-04"], 2)],
)  # fmt: skip
def test_history_builds_the_newest_day_first_goes_on_after_a_failure_and_fails_then(
    tmp_path: Path, asked: list[str], built: list[str], status: int
) -> None:
    for name in ("python", "dbt"):
        (tmp_path / name).write_text(PAST)
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["make", "--old-file", ".venv/.installed", f"BIN={tmp_path}", *asked, "history"],
        cwd=ROOT, capture_output=True, check=False, text=True,
    )  # fmt: skip
    called = (tmp_path / "called").read_text().splitlines()
    assert [line.split("'")[1] for line in called if "recorded_until" in line] == built
    assert done.returncode == status
    assert ("Not built: 2026-03-04" in done.stderr) == (status != 0)
    assert any("recorded --pin" in line for line in called) == bool(asked)


def test_where_nothing_has_changed_dbt_is_not_started(tmp_path: Path) -> None:
    status, called = make("build", tmp_path, "nothing", up_to_date="Nothing has changed.")
    assert status == 0
    assert "dbt" not in called
    assert "python -m dashboard.http.compressed" in called


def test_where_it_cannot_be_known_whether_anything_has_changed_dbt_builds(tmp_path: Path) -> None:
    status, called = make("build", tmp_path, "python -m ingest.up_to_date", up_to_date="Nothing has changed.")
    assert "dbt --quiet build" in called
    assert status != 0, "the stand-in fails when it is told that the build is through, too"


def test_where_the_disk_has_no_room_nothing_is_begun(tmp_path: Path) -> None:
    full = STAND_IN.replace("exit 3", "exit 28")
    status, called = make("build", tmp_path, "python -m ingest.up_to_date", stand_in=full)
    assert status != 0
    assert "dbt" not in called
    assert "up_to_date --built" not in called


def test_where_rows_alone_have_changed_dbt_builds_what_they_decide(tmp_path: Path) -> None:
    status, called = make("build", tmp_path, "nothing", up_to_date="--exclude resource_type:seed")
    assert status == 0
    assert [line.split()[-2:] for line in called.splitlines() if line.startswith("dbt")] == [
        ["--exclude", "resource_type:seed"]
    ]


def test_a_build_of_rows_that_publishes_nothing_is_followed_by_a_whole_one(tmp_path: Path) -> None:
    _, called = make("build", tmp_path, "python -m ingest.up_to_date --built", up_to_date="--exclude rows")
    builds = [line for line in called.splitlines() if line.startswith("dbt")]
    assert [line.endswith("--exclude rows") for line in builds] == [True, False]


def test_a_build_of_rows_that_fails_is_not_tried_again(tmp_path: Path) -> None:
    status, called = make("build", tmp_path, "dbt", up_to_date="--exclude rows")
    assert status != 0
    assert len([line for line in called.splitlines() if line.startswith("dbt")]) == 1
