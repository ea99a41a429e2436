"""docs/pull-request.yml is run here, step by step, as the machine that runs it for a pull request does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from scratch import RECORD, ROOT
from test_against import git

NOT_COPIED = (
    ".venv",
    ".git",
    "target",
    "logs",
    "published",
    "bench",
    "figures",
    "*.duckdb*",
    "__pycache__",
    ".*_cache",
)
# The highest of its range.
FIGURE = "aleppo-2024-004-08"
pytestmark = pytest.mark.skipif(not shutil.which("jq"), reason="jq, which the steps call, is not here")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the record of the tests, on a branch of its own; its on-record is this Python's."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
    shutil.copytree(RECORD, folder / "figures")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Begin")
    # A machine that runs steps has the branch as origin/<name>.
    git(folder, "update-ref", "refs/remotes/origin/main", "main")
    command = folder / ".venv" / "bin" / "on-record"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" -m on_record "$@"\n')
    command.chmod(0o755)
    return folder


def step(checkout: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Run one step in a checkout; what it would comment is written into comment.md beside it."""
    described = yaml.safe_load((ROOT / "docs" / "pull-request.yml").read_text(encoding="utf-8"))
    (script,) = [each["run"] for each in described["jobs"]["review"]["steps"] if each.get("name") == name]
    gh = checkout.parent / "bin" / "gh"
    gh.parent.mkdir(exist_ok=True)
    gh.write_text('#!/bin/sh\ncp "$5" "$COMMENT"\n')
    gh.chmod(0o755)
    named = {
        "BASE": "origin/main", "NUMBER": "7", "COMMENT": str(checkout.parent / "comment.md"),
        "PATH": f"{gh.parent}:{os.environ['PATH']}",
        "ON_RECORD_WAREHOUSE": str(checkout / "warehouse.duckdb"), "ON_RECORD_PUBLISHED": str(checkout / "published"),
    }  # fmt: skip
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=checkout, env=os.environ | named,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def change(checkout: Path, old: str, new: str) -> None:
    """Replace one text in the row of a figure."""
    path = checkout / "figures" / "aleppo-2024" / "figures.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (at,) = [number for number, line in enumerate(lines) if line.startswith(f"{FIGURE},")]
    assert old in lines[at]
    lines[at] = lines[at].replace(old, new, 1)
    path.write_text("".join(lines), encoding="utf-8")


def test_a_change_without_its_note_is_annotated_at_its_line(checkout: Path) -> None:
    clean = step(checkout, "Check, each problem at its line")
    assert (clean.returncode, clean.stdout) == (0, ""), clean.stderr
    change(checkout, ",71,", ",72,")
    found = step(checkout, "Check, each problem at its line")
    assert found.returncode == 1
    assert "::error file=figures/aleppo-2024/figures.csv,line=" in found.stdout
    assert f"{FIGURE} changed since commit" in found.stdout


@pytest.mark.slow
def test_what_ranges_become_is_a_comment(checkout: Path) -> None:
    change(checkout, ",71,", ",72,")
    done = step(checkout, "What ranges and findings become")
    comment = (checkout.parent / "comment.md").read_text(encoding="utf-8")
    assert done.returncode == 1, done.stderr
    assert f"{FIGURE} changed since commit" in comment
    assert "read otherwise" in comment
    assert "56 to 72" in comment
    assert not (checkout / "warehouse.duckdb").exists()
