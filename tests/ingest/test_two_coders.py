"""Two coders add to one record on branches of their own, and git merges them: no id is there twice, nothing is lost."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from small_record import EPISODE, ROOT, SmallRecord, problems_of
from test_against import git

from ingest.__main__ import main
from ingest.curation.check import read_record
from ingest.curation.ids import FreeIds, new_document_id, next_figure_id
from ingest.errors import CannotRunError
from ingest.history.against import problems_against

DOCUMENT = ("title=A day", "language=en", "published_on=2024-11-30")
FIGURE = ("source_id=sohr", "measure_id=killed", "population_id=all", "place_id=SY", "counting=cumulative",
          "period_start_on=2024-11-27")  # fmt: skip
TEXT = "At least 12 people were killed, and then 5 more, said {coder}.\n"


class Shared:
    """A record in a repository with this project's .gitattributes; each coder has a branch, and a text of their own."""

    def __init__(self, home: Path) -> None:
        self.home, self.episode = home / "shared", home / "shared" / "figures" / EPISODE
        SmallRecord(self.episode).write()
        shutil.copy(ROOT / ".gitattributes", self.home)
        git(self.home, "init", "-q", "-b", "main")
        self.commit("Begin")

    def commit(self, subject: str) -> None:
        """Commit everything."""
        git(self.home, "add", "-A")
        git(self.home, "commit", "-qm", subject)

    def branch(self, coder: str) -> None:
        """Begin a coder's branch at main."""
        git(self.home, "checkout", "-q", "-b", coder, "main")

    def add_document(self, coder: str) -> str:
        """Take in a text of this coder; returns its id."""
        text = self.home.parent / f"{coder}.txt"
        text.write_text(TEXT.format(coder=coder), encoding="utf-8")
        command = ["new", "document", EPISODE, *DOCUMENT, "--text", str(text), "--folder", str(self.episode)]
        assert main(command) == 0
        return self.ids("documents.csv")[-1]

    def add_figures(self, document_id: str, numbers: Sequence[int] = (12, 5)) -> None:
        """Add figures of these values to a document."""
        for number in numbers:
            told = (f"phrase={number}", f"value={number}", "hedge_id=exact", "paragraph=1")
            command = ["new", "figure", document_id, *told, *FIGURE, "--folder", str(self.episode)]
            assert main(command) == 0

    def ids(self, name: str) -> list[str]:
        """Return the ids of a file, in its order."""
        return [line.split(",")[0] for line in (self.episode / name).read_text("utf-8").splitlines()[1:]]

    def merge(self, *coders: str) -> None:
        """Merge the branches of these coders into main, in this order."""
        git(self.home, "checkout", "-q", "main")
        for coder in coders:
            git(self.home, "merge", "-q", "-m", f"Merge {coder}", coder)


@pytest.fixture
def shared(tmp_path: Path) -> Shared:
    return Shared(tmp_path)


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
@pytest.mark.parametrize("has_last_line_end", [True, False])
def test_two_branches_that_each_add_a_document_merge_and_pass_the_check(
    shared: Shared, order: tuple[str, str], has_last_line_end: bool
) -> None:
    if not has_last_line_end:
        for name in ("documents.csv", "figures.csv"):
            path = shared.episode / name
            path.write_bytes(path.read_bytes().rstrip(b"\n"))
        shared.commit("Cut the last line end")
    added: list[str] = []
    for coder in ("one", "two"):
        shared.branch(coder)
        added.append(shared.add_document(coder))
        shared.add_figures(added[-1])
        shared.commit(f"Read what {coder} found")
    shared.merge(*order)
    assert main(["check", str(shared.episode)]) == 0
    assert sorted(shared.ids("documents.csv")) == sorted(["d-01", "d-02", *added])
    assert len(set(added)) == 2
    figures = shared.ids("figures.csv")
    assert len(figures) == len(set(figures)) == 6 + 4
    assert {f"{each}-{number}" for each in added for number in ("01", "02")} < set(figures)
    record = read_record([shared.episode])[0]
    assert problems_against(record, "HEAD~1", shared.episode.parent) == []


def test_two_coders_of_one_document_are_told_what_to_do(shared: Shared, capsys: pytest.CaptureFixture[str]) -> None:
    for coder, number in (("one", 12), ("two", 5)):
        shared.branch(coder)
        shared.add_figures("d-02", [number])
        shared.commit(f"Read what {coder} found")
    shared.merge("one", "two")
    (said,) = problems_of(shared.episode)
    line = len(shared.ids("figures.csv")) + 1
    assert said == (
        f"figures.csv:{line}:1 figure_id: d-02-04 is already on line {line - 1}: two figures were given one id; "
        "call this one d-02-05, also where part_of names it"
    )
    assert main(["check", str(shared.episode)]) == 1
    path = shared.episode / "figures.csv"
    before, _, behind = path.read_text("utf-8").rpartition("d-02-04,")
    path.write_text(f"{before}d-02-05,{behind}", encoding="utf-8")
    assert problems_of(shared.episode) == []


def test_a_row_that_both_changed_is_there_twice_and_one_is_to_stand(shared: Shared) -> None:
    for coder, place in (("one", "SY02"), ("two", "SY07")):
        shared.branch(coder)
        path = shared.episode / "figures.csv"
        head, _, row = path.read_text("utf-8").rpartition("\nd-02-03")
        path.write_text(f"{head}\nd-02-03{row.replace(',SY,', f',{place},')}", encoding="utf-8")
        shared.commit(f"Amend as {coder}")
    shared.merge("one", "two")
    (said,) = problems_of(shared.episode)
    assert said.endswith("d-02-03 is already on line 7: two versions of one row; keep the one that is to stand, and "
                         "delete the other")  # fmt: skip


def test_one_text_taken_in_by_two_has_one_id(shared: Shared) -> None:
    for coder in ("one", "two"):
        shared.branch(coder)
        given = shared.add_document("the same")
        path = shared.episode / "documents.csv"
        path.write_text(path.read_text("utf-8").replace(",A day,en,,2024-11-30", f",{coder},en,,2024-11-30"), "utf-8")
        shared.commit(f"Take in as {coder}")
    shared.merge("one", "two")
    (said,) = problems_of(shared.episode)
    assert f"{given} is already on line 4: two versions of one row" in said


def test_two_texts_of_one_id_are_told_apart(shared: Shared) -> None:
    path = shared.episode / "documents.csv"
    row = path.read_text("utf-8").splitlines()[-1]
    other = "ab" * 32
    sha256 = next(cell for cell in row.split(",") if len(cell) == 64)
    path.write_text(f"{path.read_text('utf-8')}{row.replace(sha256, other)}\n", encoding="utf-8")
    (said,) = problems_of(shared.episode)
    assert f"two texts were given one id; call this one {new_document_id(EPISODE, other)}" in said


def test_a_branch_behind_the_reference_is_told_to_merge_first(shared: Shared) -> None:
    shared.branch("one")
    git(shared.home, "checkout", "-q", "main")
    shared.add_document("two")
    shared.commit("Read what two found")
    git(shared.home, "checkout", "-q", "one")
    record = read_record([shared.episode])[0]
    with pytest.raises(CannotRunError, match="first git merge main"):
        problems_against(record, "main", shared.episode.parent)
    subprocess.run(["git", "-C", str(shared.home), "merge", "-q", "main"], check=True)
    assert problems_against(read_record([shared.episode])[0], "main", shared.episode.parent) == []


def test_an_id_follows_from_the_text_and_gives_way_to_one_that_is_taken() -> None:
    sha256 = "0" * 54 + "00000000ff"
    assert new_document_id("e", sha256) == "e-0000000255"
    assert new_document_id("e", sha256, {"e-0000000255", "e-0000000256"}) == "e-0000000257"
    assert next_figure_id("e-01", ["e-01-01", "e-01-09", "e-011-12", "e-02-30", "e-01"]) == "e-01-10"
    assert next_figure_id("e-01", [], 51) == "e-01-51"
    free = FreeIds(["e-01-02", "e-01-11", "e-01-03"])
    assert [free.figure("e-01"), free.figure("e-01"), free.figure("e-02")] == ["e-01-12", "e-01-13", "e-02-01"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["document", EPISODE, "title=x"], "--text names the file"),
        (["document", EPISODE, "title=x", "--text", "nowhere.txt"], "Needed: language=, published_on="),
        (["document", EPISODE, *DOCUMENT, "--text", "/nowhere.txt"], "There is no file"),
        (["document", EPISODE, *DOCUMENT, "--text", "README.md"], "lies in the project"),
        (["document", EPISODE, *DOCUMENT, "document_id=d-9", "--text", "x"], "document_id is given by the command"),
        (["figure", "d-02", "phrase=12"], "Needed: paragraph=, source_id="),
        (["figure", "d-02", "phrases=12"], "figures.csv has no column 'phrases' (did you mean 'phrase'?)"),
        (["figure", "d-02", "status=validated"], "A new figure is a draft"),
        (["figure", "d-03", *FIGURE, "paragraph=1", "phrase=1", "hedge_id=exact"], "no document 'd-03' in the record"),
        (["figure", "d-02", "phrase"], "is not COLUMN=VALUE"),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(
    shared: Shared, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (shared.episode / "figures.csv").read_bytes(), (shared.episode / "documents.csv").read_bytes()
    assert main(["new", *arguments, "--folder", str(shared.episode)]) == 2
    assert said in capsys.readouterr().err
    assert before == ((shared.episode / "figures.csv").read_bytes(), (shared.episode / "documents.csv").read_bytes())


def test_a_new_row_is_judged_before_it_is_written(shared: Shared, capsys: pytest.CaptureFixture[str]) -> None:
    before = (shared.episode / "figures.csv").read_bytes()
    told = ["paragraph=1", "phrase=12 dead", "hedge_id=exact", "value=12", *FIGURE]
    told += ["--folder", str(shared.episode)]
    assert main(["new", "figure", "d-02", "cause_id=weather", *told]) == 1
    assert "cause_id: " in capsys.readouterr().out
    assert main(["new", "figure", "d-02", *told, "--dry-run"]) == 0
    assert "+d-02-04,d-02,1,12 dead,sohr,killed" in capsys.readouterr().out
    assert (shared.episode / "figures.csv").read_bytes() == before
