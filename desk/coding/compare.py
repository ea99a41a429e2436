"""Two readings laid beside each other and settled: what `on-record compare` does, one difference at a time."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desk.episode.files import EVERYBODYS, write_whole
from ingest.curation.adjudicate import Applied, adjudication_rows, apply_decisions, comparison_of
from ingest.curation.check import Episode, read_record
from ingest.double_coding.adjudication_file import ADJUDICATION, DECISIONS, Decision, adjudication_text
from ingest.double_coding.aided import Group, groups_of
from ingest.double_coding.second_coding import SECOND, Comparison, read_second
from ingest.errors import CannotRunError
from ingest.files import locked
from ingest.record.lookups import read_vocabulary


@dataclass(frozen=True)
class Laid:
    """Both readings side by side, the decisions taken, and the agreement of aided and unaided readings."""

    episode: Episode
    comparison: Comparison
    decisions: list[Decision]
    groups: list[Group]

    def rows(self) -> list[dict[str, str]]:
        """Return one row a difference, by the names of the columns of adjudication.csv."""
        found = adjudication_rows(self.comparison, self.decisions)
        return [dict(zip(ADJUDICATION.names, row, strict=True)) for row in found]


def laid(folder: Path) -> Laid:
    """Compare the readings of an episode; CannotRunError where there is no second one, or one cannot be read."""
    vocabulary = read_vocabulary()
    second = read_second(folder, vocabulary)
    if second is None:
        raise CannotRunError("There is no second reading yet: on-record desk --second makes one.")
    record, _ = read_record([folder])
    (episode,) = record.episodes
    if problems := [*episode.figures.problems, *second.problems]:
        raise CannotRunError(f"{problems[0]}: put it right first.")
    comparison, decisions = comparison_of(episode, second, vocabulary)
    return Laid(episode, comparison, decisions, groups_of(folder, episode.figures.rows, second, vocabulary))


def decide(folder: Path, at: int, decision: str, value: str, reason: str) -> Laid:
    """Write one decision into second/adjudication.csv; CannotRunError for one without a reason or of no difference."""
    if decision not in DECISIONS:
        raise CannotRunError(f"Decide {', '.join(DECISIONS)}.")
    if not reason.strip():
        raise CannotRunError("What in the text settled it? A decision needs a reason.")
    with locked([folder / SECOND]):
        rows = laid(folder).rows()
        if not 0 <= at < len(rows):
            raise CannotRunError("There is no such difference any more.")
        other = value.strip() if decision == "other" else ""
        rows[at] |= {"decision": decision, "decided_value": other, "reason": reason.strip()}
        text = adjudication_text([[row[name] for name in ADJUDICATION.names] for row in rows])
        write_whole(folder / SECOND / ADJUDICATION.file_name, text.encode(), EVERYBODYS)
    return laid(folder)


def apply(folder: Path) -> Applied:
    """Write what was decided into figures.csv; CannotRunError with the first problem that stands against it."""
    applied = apply_decisions([folder], folder, date.today(), is_dry_run=False)
    if applied.problems:
        raise CannotRunError(f"Nothing was changed. {applied.problems[0]}")
    return applied
