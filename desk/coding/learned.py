"""What was chosen before for the same words, in this episode: suggested again, never filled in by itself."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from desk.coding.fields import meant_by
from desk.finder.find import Proposal
from ingest.record.table import Row

LIKE = ("measure_id", "hedge_id", "value", "low", "high")


class Learned:
    """Choices by the words they were made for: who is meant by "the Observatory", whom "terrorists" counts."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._sources: dict[str, str] = {}
        self._populations: dict[str, str] = {}
        self._actors: dict[str, str] = {}

    def note(self, proposal: Proposal | None, cells: Mapping[str, str]) -> None:
        """Remember what a person chose for a proposal."""
        if proposal is None:
            return
        if proposal.source_text and cells.get("source_id"):
            self._sources[proposal.source_text.casefold()] = cells["source_id"]
        if proposal.head and cells.get("population_id"):
            self._populations[proposal.head] = cells["population_id"]
        if cells.get("cause_id") and cells.get("actor_id"):
            self._actors[cells["cause_id"]] = cells["actor_id"]

    def suggestions(self, proposal: Proposal, published_on: str) -> dict[str, str]:
        """Return what may be right for a proposal: what was chosen for its words before, else what the finder has."""
        source = self._sources.get(proposal.source_text.casefold(), "") or meant_by("sources", proposal.source_text)
        found = {
            "measure_id": proposal.measure_id,
            "population_id": self._populations.get(proposal.head, "") or proposal.population_id,
            "counting": proposal.counting,
            "source_id": source or ("" if proposal.source_text else "unattributed"),
            "place_id": meant_by("places", proposal.place_text),
            "cause_id": proposal.cause_id,
            "actor_id": self._actors.get(proposal.cause_id, ""),
            **days(proposal, published_on),
        }
        return {name: text for name, text in found.items() if text}


def days(proposal: Proposal, published_on: str) -> dict[str, str]:
    """Return the period a proposal's sentence names, worked out from the day of publication."""
    try:
        published = date.fromisoformat(published_on)
    except ValueError:
        return {}
    if proposal.days is None:
        return {}
    first, last = sorted(_day(each, published) for each in proposal.days)
    return {"period_start_on": first.isoformat(), "period_end_on": last.isoformat()}


def _day(told: int, published: date) -> date:
    """A day told from publication, or the last such weekday up to it (-1 is Monday)."""
    back = told if told >= 0 else (published.weekday() - (-told - 1)) % 7
    return published - timedelta(days=back)


def likest(rows: Sequence[Row], cells: Mapping[str, str]) -> Row | None:
    """Return the latest figure that says the same number of the same measure, or the same words; None where none does.

    It is told again, perhaps, or told of the same event.
    """
    wanted = [cells.get(name, "") for name in LIKE]
    same = [row for row in rows if [_text(row, name) for name in LIKE] == wanted]
    if not same:
        phrase = cells.get("phrase", "").casefold()
        same = [row for row in rows if _text(row, "phrase").casefold() == phrase]
    return same[-1] if same else None


def _text(row: Row, name: str) -> str:
    return row.cells[name].text if name in row.cells else ""


def new_incident(cells: Mapping[str, str], taken: Sequence[str]) -> str:
    """Return an id for an event: its place and its day, with a number where that is taken."""
    parts = [cells.get("place_id", ""), cells.get("period_start_on", "")]
    stem = "-".join(each.lower().replace("_", "-") for each in parts if each)
    number = 1
    while (f"{stem}-{number}" if number > 1 else stem) in taken:
        number += 1
    return f"{stem}-{number}" if number > 1 else stem
