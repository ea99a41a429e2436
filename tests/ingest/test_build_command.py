"""`on-record build` loads, lets dbt build what has changed, and says how that ended; dbt is a stand-in here."""

import pytest

from ingest import up_to_date
from ingest.__main__ import main
from ingest.cli import build, check_verify_load
from ingest.dbt_process import WaitingDbt
from ingest.up_to_date import ToBuild

NOTHING = "Nothing has changed since yesterday."


class Stage:
    """What the parts of a build say and do, and what was asked of dbt."""

    def __init__(self) -> None:
        self.load, self.what, self.dbt, self.published = 0, ToBuild(), [0, 0], [True, True]
        self.asked: list[list[str]] = []

    def run(self, arguments: list[str]) -> int:
        """Note what dbt is asked for, and answer as it is to."""
        self.asked.append(list(arguments))
        return self.dbt[len(self.asked) - 1]

    def __enter__(self) -> "Stage":
        """As dbt that waits is entered."""
        return self

    def __exit__(self, *_: object) -> None:
        """And left."""


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage on which everything goes well."""
    stage = Stage()
    monkeypatch.setattr(build, "WaitingDbt", lambda: stage)
    monkeypatch.setattr(check_verify_load, "load", lambda *_, **__: stage.load)
    monkeypatch.setattr(up_to_date, "what_to_build", lambda: stage.what)
    monkeypatch.setattr(up_to_date, "note_build", lambda: stage.published.pop(0))
    return stage


def test_everything_is_built_where_nothing_else_is_known(stage: Stage) -> None:
    assert main(["build"]) == 0
    assert stage.asked == [list(build.DBT_BUILD)]


def test_where_nothing_has_changed_dbt_builds_nothing(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.what = ToBuild(nothing=NOTHING)
    assert main(["build"]) == 0
    assert stage.asked == []
    assert capsys.readouterr().out == f"{NOTHING}\n"


def test_a_record_with_problems_is_not_built(stage: Stage) -> None:
    stage.load = 1
    assert main(["build"]) == 1
    assert stage.asked == []


def test_where_rows_alone_have_changed_dbt_builds_what_they_decide(stage: Stage) -> None:
    stage.what = ToBuild(options="--exclude 'path:a b'")
    assert main(["build"]) == 0
    assert stage.asked == [[*build.DBT_BUILD, "--exclude", "path:a b"]]


def test_a_build_of_rows_that_publishes_nothing_is_followed_by_a_whole_one(stage: Stage) -> None:
    stage.what, stage.published = ToBuild(options="--exclude rows"), [False, True]
    assert main(["build"]) == 0
    assert [each[-1] for each in stage.asked] == ["rows", build.DBT_BUILD[-1]]


def test_a_build_of_rows_that_fails_is_not_tried_again(stage: Stage) -> None:
    stage.what, stage.dbt = ToBuild(options="--exclude rows"), [1]
    assert main(["build"]) == 1
    assert len(stage.asked) == 1


@pytest.mark.parametrize("options", ["", "--exclude rows"])
def test_a_build_that_publishes_nothing_is_no_success(
    stage: Stage, options: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.what, stage.published = ToBuild(options=options), [False, False]
    assert main(["build"]) == 2
    assert "published nothing" in capsys.readouterr().err


def test_with_json_the_lines_are_no_part_of_the_object(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.what = ToBuild(nothing=NOTHING)
    main(["build", "--json"])
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"{NOTHING}\n")


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["no-such-command"], 2)])
def test_dbt_that_waits_is_dbt_once_it_is_told(
    arguments: list[str], code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    with WaitingDbt() as dbt:
        assert dbt.run(arguments) == code
    assert "dbt" in "".join(capfd.readouterr()).lower()


def test_dbt_that_is_told_nothing_ends_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    with WaitingDbt():
        pass
    assert tuple(capfd.readouterr()) == ("", "")
