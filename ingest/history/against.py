"""What a change of the record must not do, beside a state that git remembers: the check of a pull request.

The rules are those a coder works by (CONTRIBUTING.md, "Change or withdraw a figure"): a mistake is never deleted and an
id never used again, a change says why, what is restricted stays so, and nothing counts that was read once.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from common.layout import FIGURES
from ingest.curation.check import Episode, Record
from ingest.datasets.restricted_rows import PATH as RESTRICTED_ROWS
from ingest.datasets.restricted_rows import read_restricted_rows
from ingest.double_coding.second_coding import read_second
from ingest.errors import CannotRunError, Problem
from ingest.files import read_bytes
from ingest.history.committed import Scope, committed_record, reader_of
from ingest.history.git import Commit, Repository
from ingest.record.lookups import read_vocabulary
from ingest.record.table import Row
from ingest.warehouse.dataset_columns import PLACE_PRECISIONS

# What may change without a word: the word itself, when something was read, and the review of what is restricted.
SILENT = frozenset({"note", "coded_on", "checked_on", "sensitivity_reason", "review_on"})
DRAFT, VALIDATED, RESTRICTED, PUBLIC = "draft", "validated", "restricted", "public"


def problems_against(record: Record, reference: str, home: Path = FIGURES, only: Collection[str] = ()) -> list[Problem]:
    """Return what the record does that a pull request must not do, sorted by file, line and column.

    Args:
        record: the record as its files are now.
        reference: the commit it is held against, as git names it: ``main``, ``origin/main``, an id.
        home: the folder of the episodes.
        only: the episodes that were read; none where all were, so that one that is gone is missed.

    Raises:
        CannotRunError: there is no git, the folder is in no repository, the reference is no commit, or one that this
            branch has not taken in.

    """
    before, commit = before_change(reference, home)
    # Rows of data sets belong to no episode.
    of_data_sets = [] if only else kept_back_problems(commit, home)
    return sorted([*problems_beside(record, before, commit, only), *of_data_sets])


def before_change(reference: str, home: Path = FIGURES) -> tuple[Record, Commit]:
    """Return the record as a commit held it, and that commit; raises as `problems_against`.

    A branch that has not taken in that commit would be told that all which is new in it is gone.
    """
    repository = Repository(home)
    commit = repository.commit(reference)
    if not repository.holds(commit):
        raise CannotRunError(
            f"{reference} has commits that are not in this branch, so nothing can be said: first git merge {reference}."
        )
    return committed_record(repository, commit, Scope(home))[0], commit


def problems_beside(record: Record, before: Record, commit: Commit, only: Collection[str] = ()) -> list[Problem]:
    """Return what the record does beside an earlier state that a pull request must not do; `only` as above."""
    now = {episode.episode_id: episode for episode in record.episodes}
    problems: list[Problem] = []
    for episode in (each for each in before.episodes if not only or each.episode_id in only):
        problems += _episode_problems(episode, now.get(episode.episode_id), commit)
    known = {episode.episode_id: _rows(episode) for episode in before.episodes}
    for episode in record.episodes:
        problems += _unread_problems(episode, known.get(episode.episode_id, {}))
    return sorted(set(problems))


def kept_back_problems(commit: Commit, home: Path = FIGURES) -> list[Problem]:
    """Return the rows of data sets that were kept back at a commit and are no more, or are told more exactly."""
    repository, path = Repository(home), home / RESTRICTED_ROWS.name
    earlier = read_restricted_rows(path, reader_of(repository, commit, repository.files(commit, [path])))
    rows = read_restricted_rows(path)
    now = {_key(row): row for row in rows.rows}
    found = []
    for row in earlier.rows:
        there, name = now.get(_key(row)), f"row {_text(row, 'row_key')} of {_text(row, 'dataset_id')}"
        if not there:
            said = f"{name} was kept back at commit {commit} and is no more: it does not become public here"
            found.append(Problem(rows.file, 1, 1, "row_key", said))
        elif _exactness(there) > _exactness(row):
            found.append(there.problem("action", f"{name} was told less exactly at commit {commit}: leave it so"))
    return found


def _exactness(row: Row) -> int:
    """Return how exactly a row is told: 0 not at all, then the wider its place the less."""
    precision = _text(row, "place_precision")
    if _text(row, "action") == "restrict":
        return 0
    widest_first = PLACE_PRECISIONS[::-1]
    return 1 + (widest_first.index(precision) if precision in widest_first else len(widest_first))


def _key(row: Row) -> tuple[str, str]:
    return _text(row, "dataset_id"), _text(row, "row_key")


def _rows(episode: Episode) -> dict[str, Row]:
    return {row.cells["figure_id"].text: row for row in episode.figures.rows if "figure_id" in row.cells}


def _text(row: Row, name: str) -> str:
    return row.cells[name].text if name in row.cells else ""


def _episode_problems(before: Episode, now: Episode | None, commit: Commit) -> Iterator[Problem]:
    """Yield what happened to the rows that were there."""
    ours = _rows(now) if now else {}
    file = now.figures.file if now else before.figures.file
    for figure_id, row in _rows(before).items():
        there = ours.get(figure_id)
        if there:
            yield from _change_problems(row, there, commit)
        elif _text(row, "status") != DRAFT:
            # Whoever takes it out of the file takes it from everybody who quoted it.
            said = f"{figure_id} was in the record at commit {commit} and is gone: put it back, and withdraw it there"
            yield Problem(file, 1, 1, "figure_id", f"{said} (on-record withdraw {figure_id} --reason …)")
    documents = {_text(row, "document_id"): row for row in (now.documents.rows if now else [])}
    for row in before.documents.rows:
        document_id = _text(row, "document_id")
        later = documents.get(document_id)
        if later and _text(later, "sha256") != _text(row, "sha256"):
            yield later.problem(
                "sha256", f"{document_id} was another text at commit {commit}: an id is never used again, give this "
                "one an id of its own",
            )  # fmt: skip


def _change_problems(before: Row, now: Row, commit: Commit) -> Iterator[Problem]:
    figure_id = _text(before, "figure_id")
    if _text(before, "document_id") != _text(now, "document_id"):
        yield now.problem(
            "document_id", f"{figure_id} was a figure of {_text(before, 'document_id')} at commit {commit}: an id is "
            "never used again, give this one an id of its own",
        )  # fmt: skip
        return
    if _text(before, "visibility") == RESTRICTED and _text(now, "visibility") != RESTRICTED:
        yield now.problem(
            "visibility", f"{figure_id} was restricted at commit {commit}: it does not become public here"
        )
    if _text(before, "status") == DRAFT:
        return
    changed = [name for name in now.cells if name not in SILENT and _text(before, name) != _text(now, name)]
    if changed and _text(before, "note") == _text(now, "note"):
        yield now.problem(
            changed[0], f"{figure_id} changed since commit {commit} ({', '.join(changed)}), and its note says nothing "
            f"of it: on-record amend {figure_id} … --reason …",
        )  # fmt: skip


def _unread_problems(episode: Episode, before: dict[str, Row]) -> Iterator[Problem]:
    """Yield the rows that became validated and whose document has no second reading."""
    fresh = [
        row for figure_id, row in _rows(episode).items()
        if _text(row, "status") == VALIDATED
        and (figure_id not in before or _text(before[figure_id], "status") == DRAFT)
    ]  # fmt: skip
    if not fresh:
        return
    second = read_second(episode.folder, read_vocabulary(), read_bytes)
    read_twice = {_text(row, "document_id") for row in second.figures.rows} if second else set()
    for row in fresh:
        if _text(row, "document_id") not in read_twice:
            yield row.problem(
                "status", f"{_text(row, 'figure_id')} became validated, and nobody read {_text(row, 'document_id')} a "
                "second time: leave it a draft until then (on-record desk --second)",
            )  # fmt: skip
