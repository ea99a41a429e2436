"""What of the record no reader will see, and why: told whenever it is loaded, so that a draft is never forgotten."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.curation.check import Episode, Record
from ingest.errors import counted
from ingest.record.table import Row

# Ids named in one line; the rest is counted.
MOST_NAMED = 3
HOW_TO_SEE = "make preview shows drafts."


@dataclass(frozen=True)
class LeftOut:
    """The figures of one episode that one reason keeps out, in the order of the file."""

    episode_id: str
    reason: str
    figure_ids: list[str]

    def __str__(self) -> str:
        """One line: ``sudan-2023: 3 drafts, read once (sudan-2023-01-01, …)``."""
        named = ", ".join(self.figure_ids[:MOST_NAMED])
        more = f" and {len(self.figure_ids) - MOST_NAMED:,} more" if len(self.figure_ids) > MOST_NAMED else ""
        count = len(self.figure_ids)
        noun, why = REASONS[self.reason]
        return f"{self.episode_id}: {counted(count, noun)}, {why} ({named}{more})"


# The noun a figure is called by, and why it is left out.
REASONS = {
    "draft": ("draft", "not read a second time yet"),
    "withdrawn draft": ("figure", "withdrawn before a second reading"),
    "restricted": ("figure", "restricted, and never out of the warehouse"),
}


def left_out(record: Record) -> list[LeftOut]:
    """Return what a build leaves out of this record, by episode and reason; a restricted draft is restricted."""
    return [each for episode in record.episodes for each in _of_episode(episode)]


def _of_episode(episode: Episode) -> Iterator[LeftOut]:
    reasons = [(_reason(row), row.text("figure_id") or "") for row in episode.figures.rows]
    for reason in REASONS:
        if ids := [figure_id for why, figure_id in reasons if why == reason]:
            yield LeftOut(episode.episode_id, reason, ids)


def _reason(row: Row) -> str:
    """Return why no reader sees a figure, or nothing (as macros/recorded.sql and stg_figures have it)."""
    if row.text("visibility") == "restricted":
        return "restricted"
    status = row.text("status")
    if status == "withdrawn" and row.day("checked_on") is None:
        return "withdrawn draft"
    return "draft" if status == "draft" else ""


def sentences(found: Sequence[LeftOut]) -> list[str]:
    """Return lines that say what is left out, and how drafts can be looked at; none where nothing is."""
    if not found:
        return []
    has_drafts = any(each.reason == "draft" for each in found)
    lines = [f"Left out of what is published: {each}." for each in found]
    return [*lines, f"A second reading makes them count; {HOW_TO_SEE}"] if has_drafts else lines
