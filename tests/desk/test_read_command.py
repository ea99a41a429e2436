"""`on-record read`: what it prints, what it writes, and what it refuses."""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from desk.episode.intake import take_in
from desk.reading.document import read_document
from ingest.curation.check import read_record
from ingest.curation.ids import new_document_id
from ingest.errors import CannotRunError

ROOT = Path(__file__).resolve().parents[2]
TEXT = "Strike hits the town\n30 November 2024\nAt least 12 people were killed, the hospital of the town said.\n"
CELLS = {
    "title": "Strike hits the town",
    "language": "en",
    "published_on": "2024-11-30",
    "published_on_basis": "stated",
}


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "on_record", "read", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "strike.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_json_needs_no_episode_and_writes_nothing(text: Path) -> None:
    done = run(str(text), "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    (found,) = answer["proposals"]
    wanted = {"paragraph": 3, "phrase": "At least 12 people", "tier": 1, "measure_id": "killed", "hedge_id": "at_least"}
    assert {name: found[name] for name in wanted} == wanted
    assert (found["value"], found["low"], found["high"]) == (12, None, None)
    assert {"population_id", "counting", "source_text", "place_text"} <= set(found)
    assert [(each["phrase"], each["reason"]) for each in answer["refused"]][:1] == [("30 November", "date")]
    assert sorted(path.name for path in text.parent.iterdir()) == ["strike.txt"]


def test_without_json_the_text_is_shown_with_what_was_found(text: Path) -> None:
    done = run(str(text))
    assert "   3  At least 12 people were killed" in done.stdout
    assert "1 At least 12 people: at_least 12 killed" in done.stdout


def test_nothing_is_written_before_a_person_says_that_it_is_the_text(text: Path) -> None:
    done = run(str(text), "--episode", str(text.parent / "aleppo-2024"), "--documents", str(text.parent / "texts"))
    assert done.returncode == 2
    assert "Nothing was written" in done.stderr
    assert not (text.parent / "texts").exists()


def test_a_text_taken_in_is_a_document_of_the_record_that_verify_finds(text: Path) -> None:
    episode, texts = text.parent / "aleppo-2024", text.parent / "texts"
    done = run(str(text), "--episode", str(episode), "--documents", str(texts), "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    record, problems = read_record([episode])
    assert problems == []
    (row,) = record.episodes[0].documents.rows
    document_id = new_document_id("aleppo-2024", hashlib.sha256(TEXT.encode()).hexdigest())
    assert row.text("document_id") == document_id
    assert (texts / (row.text("file_name") or "")).read_text(encoding="utf-8") == TEXT
    again = run(str(text), "--episode", str(episode), "--documents", str(texts), "--yes")
    assert again.returncode == 2
    assert f"in the record already, as {document_id}" in again.stderr


def test_the_next_document_is_added_below_and_no_other_byte_changes(text: Path) -> None:
    episode, texts = text.parent / "aleppo-2024", text.parent / "texts"
    take_in(read_document(text), CELLS, episode, texts)
    before = (episode / "documents.csv").read_bytes()
    text.write_text(TEXT + "And a line more.\n", encoding="utf-8")
    taken = take_in(read_document(text), CELLS, episode, texts)
    after = (episode / "documents.csv").read_bytes()
    assert taken.document_id == new_document_id("aleppo-2024", hashlib.sha256(text.read_bytes()).hexdigest())
    assert after.startswith(before)
    with (episode / "documents.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2


def test_what_the_check_refuses_is_not_taken_in(text: Path) -> None:
    episode, texts = text.parent / "aleppo-2024", text.parent / "texts"
    taken = take_in(read_document(text), CELLS | {"published_on": "soon"}, episode, texts)
    assert [problem.field for problem in taken.problems] == ["published_on"]
    assert not list(texts.iterdir())


def test_an_episode_nobody_knows_is_refused_before_anything_is_made(text: Path) -> None:
    with pytest.raises(CannotRunError, match="is not in seeds/episodes"):
        take_in(read_document(text), CELLS, text.parent / "nowhere-1999", text.parent / "texts")
    assert sorted(path.name for path in text.parent.iterdir()) == ["strike.txt"]


def test_no_text_is_kept_within_the_project(text: Path) -> None:
    with pytest.raises(CannotRunError, match="outside"):
        take_in(read_document(text), CELLS, text.parent / "aleppo-2024", ROOT / "texts")


def test_a_relay_is_warned_of(text: Path) -> None:
    texts = text.parent / "texts"
    texts.mkdir()
    (texts / "000.txt").write_text(TEXT, encoding="utf-8")
    text.write_text(TEXT + "More.\n", encoding="utf-8")
    done = run(str(text), "--episode", str(text.parent / "aleppo-2024"), "--documents", str(texts), "--yes")
    assert "warning: " in done.stdout and "000.txt" in done.stdout


def test_a_text_kept_among_the_others_is_no_relay_of_itself(text: Path) -> None:
    texts = text.parent
    done = run(str(text), "--episode", str(texts / "aleppo-2024"), "--documents", str(texts), "--yes")
    assert done.returncode == 0
    assert "warning: " not in done.stdout


def test_a_day_nobody_told_is_asked_for(text: Path) -> None:
    text.write_text("A title\nAt least 12 people were killed in the town.\n", encoding="utf-8")
    done = run(str(text), "--episode", str(text.parent / "aleppo-2024"), "--documents", str(text.parent / "t"), "--yes")
    assert (done.returncode, "--published" in done.stderr) == (2, True)
