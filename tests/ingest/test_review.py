"""A pull request is told as its readers would notice it: ranges that read otherwise, findings that came and went."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from small_record import SmallRecord
from test_against import git

from ingest.cli.coding.review import MOST_LINES, as_markdown
from ingest.curation.check import read_record
from ingest.errors import CannotRunError, Problem
from ingest.history.review import ChangedRange, Review, review

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def record(tmp_path: Path) -> SmallRecord:
    record = SmallRecord(tmp_path / "figures" / "aleppo-2024")
    record.write()
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "Begin")
    return record


@pytest.mark.slow
def test_a_changed_number_is_told_with_both_ranges_and_what_it_now_contradicts(record: SmallRecord) -> None:
    record.figures[0] |= {"value": "50", "phrase": "at least 50 dead", "note": "Misread at first."}
    record.figures.append(record.figure(
        "02-04", "1", "30 dead", value="30", status="validated", source_id="white_helmets", period_end_on="2024-11-28"
    ))  # fmt: skip
    record.write()
    found = review(read_record([record.folder])[0], "HEAD", record.folder.parent)
    assert [problem.message.split(" became")[0] for problem in found.problems] == ["d-02-04"]
    (toll,) = [each for each in found.ranges if "killed" in each.what.lower() and "Everyone" in each.what]
    assert toll.before == "12 to 40 or more, up to 2024-11-28, 1 source"
    assert toll.now == "12 to 50 or more, up to 2024-11-28, 2 sources, disputed"
    # Nothing of either state is left anywhere.
    assert {path.name for path in record.folder.parents[1].iterdir()} == {"figures", ".git"}


def test_what_is_no_commit_ends_before_anything_is_built(record: SmallRecord) -> None:
    with pytest.raises(CannotRunError, match="git could not read the history"):
        review(read_record([record.folder])[0], "nowhere", record.folder.parent)


def test_the_comment_shows_every_text_as_it_is_and_says_how_much_more_there_is() -> None:
    odd = "<b>| `x` [a](http://b)\nnext"
    ranges = [ChangedRange(f"{odd} {number}", "", "200 to 277") for number in range(MOST_LINES + 3)]
    problem = Problem("figures/a/figures.csv", 3, 1, "value", "changed")
    told = as_markdown(Review("abc of 2026-12-01", [problem], ranges, ["A finding_of *ours*"], []))
    assert "figures/a/figures.csv:3:1 value: changed" in told
    assert f"### {MOST_LINES + 3} ranges read otherwise" in told
    assert "… and 3 more." in told
    assert "| – | 200 to 277 |" in told
    assert r"A finding\_of \*ours\*" in told
    rows = [line for line in told.splitlines() if line.startswith("|")]
    assert len(rows) == MOST_LINES + 2
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows)
    assert "<b>" not in told.replace(r"\<b", "")


@pytest.mark.parametrize("place", ["range", "finding", "problem"])
@pytest.mark.parametrize("odd", ["@some", "https://a.org", "www.a.org", "#12", "a\u202eb", "`@a`", "<img>"])
def test_no_text_of_the_record_calls_links_or_hides_anything(odd: str, place: str) -> None:
    told = as_markdown(Review(
        "abc", [Problem("figures/a/figures.csv", 3, 1, "value", odd)] if place == "problem" else [],
        [ChangedRange(odd, "1", "2")] if place == "range" else [], [odd] if place == "finding" else [], [],
    ))  # fmt: skip
    assert not re.search(r"@\w|://\w|www\.\w|#\d|(?<!\\)[`<](?!!-- -->)", told)
    assert all(letter.isprintable() or letter == "\n" for letter in told)


def test_a_change_that_changes_nothing_says_so() -> None:
    assert "No range and no finding changes." in as_markdown(Review("abc"))


def test_the_file_for_ci_calls_commands_that_exist() -> None:
    described = yaml.safe_load((ROOT / "docs" / "pull-request.yml").read_text(encoding="utf-8"))
    steps = " ".join(step.get("run", "") for step in described["jobs"]["review"]["steps"])
    for command in re.findall(r"on-record (\w+) (--\w+)", steps):
        helped = subprocess.run(
            [sys.executable, "-m", "ingest", command[0], "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert command[1] in helped.stdout
