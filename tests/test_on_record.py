"""The command `on-record`: all commands under one name, installed or from the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scratch import SAMPLE

from common.layout import ROOT
from dashboard.__main__ import parser as dashboard_parser
from ingest.__main__ import parser as ingest_parser
from on_record import __main__ as on_record


def run(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "on_record", *arguments],
        cwd=folder, capture_output=True, text=True, env=os.environ | environment, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as `pip install .` puts it somewhere else, without what the lock has already installed."""
    target = tmp_path_factory.mktemp("installed")
    source = tmp_path_factory.mktemp("source") / "on-record"
    # Setuptools writes beside what it builds: from a copy of what belongs to the project, so that nothing is left here.
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    names = [name for name in listed.split("\0") if name] or [
        path.relative_to(ROOT).as_posix()
        for top in ("common", "dashboard", "ingest", "on_record", "pyproject.toml", "README.md", "LICENSE")
        for path in ([ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    for name in names:
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--disable-pip-version-check", "--target", str(target), str(source)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return target


def test_it_has_every_command_of_both_programs() -> None:
    assert {*on_record.commands("ingest")} == {*ingest_parser()._subparsers._group_actions[0].choices}  # type: ignore[union-attr,arg-type]
    assert {*on_record.commands("dashboard")} == {*dashboard_parser()._subparsers._group_actions[0].choices}  # type: ignore[union-attr,arg-type]
    assert not {*on_record.commands("ingest")} & {*on_record.commands("dashboard")}
    shown = on_record.help_text()
    for program in on_record.PROGRAMS:
        for name, what in on_record.commands(program).items():
            assert name in shown
            assert what and what in shown


def test_a_mistyped_command_names_the_nearest_one() -> None:
    done = run("chek")
    assert done.returncode == 2
    assert done.stderr == "on-record: there is no command 'chek'; did you mean check? on-record --help lists them.\n"


def test_its_help_and_that_of_a_command_teach() -> None:
    assert "A first use" in run("--help").stdout
    assert "examples:" in run("load", "--help").stdout
    assert run().returncode == 2


def test_installed_it_works_on_the_checkout_it_is_called_in(installed: Path, tmp_path: Path) -> None:
    done = run("check", str(SAMPLE), folder=ROOT / "seeds", PYTHONPATH=str(installed))
    assert (done.returncode, done.stderr) == (0, "")
    named = run("check", str(SAMPLE), folder=tmp_path, PYTHONPATH=str(installed), ON_RECORD_PROJECT=str(ROOT))
    assert named.stdout == done.stdout


def test_installed_it_says_where_there_is_no_checkout(installed: Path, tmp_path: Path) -> None:
    done = run("check", folder=tmp_path, PYTHONPATH=str(installed))
    assert done.returncode == 2
    assert done.stderr.startswith(f"{tmp_path} is no checkout of On Record")
    assert done.stderr.count("\n") == 1


def test_installed_it_has_all_that_pages_and_readers_need(installed: Path) -> None:
    for top in ("common", "dashboard", "ingest", "on_record"):
        for path in (ROOT / top).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert (installed / path.relative_to(ROOT)).is_file(), path
