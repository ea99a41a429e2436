"""A pull request must not do what the record never does: `check --against` refuses it with its place."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from small_record import SmallRecord, run

from ingest.curation.check import read_record
from ingest.errors import CannotRunError
from ingest.history.against import problems_against

Change = Callable[[SmallRecord], object]


def git(folder: Path, *arguments: str) -> None:
    named = ["-c", "user.name=coder", "-c", "user.email=coder@example.org"]
    subprocess.run(["git", "-C", str(folder), *named, *arguments], check=True, capture_output=True)


@pytest.fixture
def record(tmp_path: Path) -> SmallRecord:
    """A record of two documents, committed; the last figure of the first one is restricted."""
    record = SmallRecord(tmp_path / "figures" / "aleppo-2024")
    record.figures[2] |= {"visibility": "restricted", "sensitivity": "high", "sensitivity_reason": "A witness."}
    record.write()
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "Begin")
    return record


def problems(record: SmallRecord, reference: str = "HEAD") -> list[str]:
    record.write()
    home = record.folder.parent
    return [str(each) for each in problems_against(read_record([record.folder])[0], reference, home)]


def remove(record: SmallRecord) -> None:
    del record.figures[1]


def reuse(record: SmallRecord) -> None:
    record.figures[1] |= {"document_id": "d-02", "paragraph": "1"}


def change(record: SmallRecord) -> None:
    record.figures[0] |= {"place_id": "SY02"}


def set_back(record: SmallRecord) -> None:
    record.figures[0] |= {"status": "draft", "checked_on": ""}


def publish(record: SmallRecord) -> None:
    record.figures[2] |= {"visibility": "public"}


def add_validated(record: SmallRecord) -> None:
    record.figures.append(record.figure("02-04", "1", "some", hedge_id="dozens", measure_id="displaced"))


def exchange_text(record: SmallRecord) -> None:
    record.documents[1] |= {"sha256": "0" * 64}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (remove, "d-01-02 was in the record at commit"),
        (reuse, "d-01-02 was a figure of d-01 at commit"),
        (change, "d-01-01 changed since commit"),
        (set_back, "d-01-01 changed since commit"),
        (publish, "d-01-03 was restricted at commit"),
        (add_validated, "d-02-04 became validated, and nobody read d-02 a second time"),
        (exchange_text, "d-02 was another text at commit"),
    ],
)
def test_what_a_pull_request_must_not_do_is_refused_with_its_place(
    record: SmallRecord, change: Change, said: str
) -> None:
    assert problems(record) == []
    change(record)
    found = problems(record)
    assert any(said in each for each in found), found
    assert all("aleppo-2024/" in each and each.split(":")[1].isdigit() for each in found)


def amend(record: SmallRecord) -> None:
    record.figures[0] |= {"place_id": "SY02", "note": "Of the governorate alone."}


def withdraw(record: SmallRecord) -> None:
    record.figures[0] |= {"status": "withdrawn", "note": "Of another war."}


def restrict(record: SmallRecord) -> None:
    record.figures[0] |= {"visibility": "restricted", "note": "To protect a witness."}


def add_draft(record: SmallRecord) -> None:
    record.figures.append(record.figure("02-04", "1", "some", status="draft", checked_on=""))


@pytest.mark.parametrize("change", [amend, withdraw, restrict, add_draft])
def test_what_a_coder_may_do_is_no_problem(record: SmallRecord, change: Change) -> None:
    change(record)
    assert problems(record) == []


KEPT_BACK = (
    "dataset_id,row_key,action,place_name,place_precision,sensitivity,reason,review_on",
    "ucdp_ged,1,restrict,,,severe,A witness could be found.,2027-01-01",
    "ucdp_ged,2,coarsen,Homs Governorate,adm1,moderate,A clinic is near.,2027-01-01",
)


@pytest.mark.parametrize(
    ("line", "now", "said"),
    [
        (1, "", "row 1 of ucdp_ged was kept back at commit"),
        (2, "", "row 2 of ucdp_ged was kept back at commit"),
        (1, KEPT_BACK[2].replace(",2,", ",1,"), "row 1 of ucdp_ged was told less exactly at commit"),
        (2, KEPT_BACK[2].replace("adm1", "adm2"), "row 2 of ucdp_ged was told less exactly at commit"),
        (2, KEPT_BACK[2].replace("adm1", "adm0"), ""),
        (2, KEPT_BACK[1].replace(",1,", ",2,"), ""),
    ],
)
def test_a_row_of_a_data_set_that_is_kept_back_stays_so(record: SmallRecord, line: int, now: str, said: str) -> None:
    path = record.folder.parent / "restricted_rows.csv"
    path.write_text("\n".join((*KEPT_BACK, "")), encoding="utf-8")
    git(record.folder, "add", "-A", "..")
    git(record.folder, "commit", "-qm", "Keep back")
    assert problems(record) == []
    lines = [*KEPT_BACK[:line], *([now] if now else []), *KEPT_BACK[line + 1 :]]
    path.write_text("\n".join((*lines, "")), encoding="utf-8")
    found = problems(record)
    assert [said in each for each in found] == ([True] if said else []), found
    path.unlink()
    assert len(problems(record)) == 2


def test_an_episode_that_is_gone_is_missed_figure_by_figure(record: SmallRecord) -> None:
    home = record.folder.parent
    found = problems_against(read_record([])[0], "HEAD", home)
    assert len(found) == len(record.figures)
    # Where only some folders are looked at, the others are not missed.
    assert problems_against(read_record([])[0], "HEAD", home, only={"another"}) == []


@pytest.mark.parametrize(
    "reference", ["nowhere", "--output=x", "HEAD~5", "", "HEAD..HEAD", "^HEAD", "HEAD:figures", "HEAD^{tree}"]
)
def test_what_is_no_commit_is_said_in_a_sentence(record: SmallRecord, reference: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="git could not read the history"):
        problems(record, reference)
    assert not (tmp_path / "x").exists()


def test_the_command_says_it_and_its_exit_code_does(tmp_path: Path) -> None:
    clean = run("check", "--against", "HEAD", "--json")
    assert clean.returncode in (0, 1)
    assert all("at commit" not in each["message"] for each in json.loads(clean.stdout)["problems"])
    assert run("check", "--against", "nowhere").returncode == 2
