"""A program that suggests phrases: one that lies, one that floods, one that hangs, one that fails."""

import os
import sys
import time
from pathlib import Path

import pytest

from desk.finder.external import SETTING, program, suggested
from ingest.errors import CannotRunError

PARAGRAPHS = ["A title", "At least 12 people were killed, and seventeen goats bleated."]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "finder.py"
    monkeypatch.setenv(SETTING, f"{sys.executable} {path}")
    return path


def answering(path: Path, code: str) -> None:
    path.write_text(f"import json, sys, time, os\nasked = json.load(sys.stdin)\n{code}\n", encoding="utf-8")


def test_none_is_asked_unless_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    assert program() == ""


def test_what_a_liar_says_counts_only_where_it_stands_in_the_text(asked: Path) -> None:
    answering(
        asked,
        "print(json.dumps({'proposals': ["
        "{'paragraph': 2, 'phrase': 'seventeen goats', 'value': 99, 'hedge_id': 'more_than'},"
        "{'paragraph': 2, 'phrase': '4,000 people'}, {'paragraph': 9, 'phrase': 'At least 12 people'},"
        "{'paragraph': True, 'phrase': 'x'}, {'paragraph': 2, 'phrase': 'were killed'}, {'paragraph': 2}, 7, None,"
        "{'paragraph': 2, 'phrase': 'eventeen goats'}, {'paragraph': 2, 'phrase': ''},"
        "{'paragraph': 2, 'phrase': 5}]}))",
    )
    (found,) = suggested(PARAGRAPHS, "en")
    assert (found.phrase, found.value, found.hedge_id) == ("seventeen goats", 17, "exact")
    assert (found.tier, found.origin) == (3, "program")


def test_it_gets_the_paragraphs_and_no_setting_of_ours(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ON_RECORD_SECRET", "x")
    answering(
        asked,
        "assert asked == {'language': 'en', 'paragraphs': ['A title', asked['paragraphs'][1]]}\n"
        "assert not [name for name in os.environ if name.startswith('ON_RECORD')]\nprint('{\"proposals\": []}')",
    )
    assert suggested(PARAGRAPHS, "en") == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("time.sleep(600)", "too long"),
        ("sys.stdout.write('x' * 5_000_000)", "more than"),
        ("while True: print('{\"proposals\": [' * 1000)", "more than"),
        ("print('no JSON')", "did not answer"),
        ("print('[]')", "did not answer"),
        ("print('{\"proposals\": 7}')", "no list"),
        ("print('[' * 100_000)", "did not answer"),
        ("raise SystemExit(3)", "did not answer"),
    ],
)
def test_one_that_hangs_floods_or_fails_is_ended_and_nothing_is_used(asked: Path, code: str, said: str) -> None:
    answering(asked, code)
    with pytest.raises(CannotRunError, match=said):
        suggested(PARAGRAPHS, "en", longest=3)


def test_what_it_started_is_ended_with_it(asked: Path, tmp_path: Path) -> None:
    mark = tmp_path / "child"
    answering(
        asked,
        f"child = os.fork()\nif not child:\n    open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(600)\n"
        "time.sleep(600)",
    )
    with pytest.raises(CannotRunError):
        suggested(PARAGRAPHS, "en", longest=3)
    child = int(mark.read_text(encoding="utf-8"))
    for _ in range(600):
        if not Path(f"/proc/{child}").exists() or "zombie" in Path(f"/proc/{child}/status").read_text(encoding="utf-8"):
            break
        time.sleep(0.1)
    else:
        pytest.fail("the child lives on")


def test_ten_thousand_proposals_are_cut(asked: Path) -> None:
    answering(asked, "print(json.dumps({'proposals': [{'paragraph': 2, 'phrase': 'seventeen goats'}] * 10_000}))")
    assert len(suggested(PARAGRAPHS, "en")) == 1


def test_a_program_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(Path(os.sep) / "no" / "such" / "program"))
    with pytest.raises(CannotRunError, match="cannot be started"):
        suggested(PARAGRAPHS, "en")
