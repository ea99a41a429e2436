"""What was chosen before for the same words, in this episode: suggested again, never filled in by itself."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from desk.coding.lists import cause_of_measure, is_within, is_within_measure, parties, place_within
from desk.coding.named import alike, meant_by, sentence_of
from desk.finder.find import Proposal
from desk.finder.words import words_of
from ingest.record.table import Row

LIKE = ("measure_id", "hedge_id", "value", "low", "high")
CLAUSE_END = re.compile(r"[,;](?!\d)")
NOBODY, OPPOSITION = "unattributed", "opposition_fighters"


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
        population_id = cells.get("population_id", "")
        # "Two of the slain civilians" are journalists: that says nothing of whom "civilians" counts.
        if proposal.head and population_id and is_within(population_id, proposal.population_id):
            self._populations[proposal.head] = population_id
        if cells.get("cause_id") and cells.get("actor_id"):
            self._actors[cells["cause_id"]] = cells["actor_id"]

    def suggestions(
        self, proposal: Proposal, paragraph: str, published_on: str, episode: Mapping[str, str]
    ) -> dict[str, str]:
        """Return what may be right for a proposal: what was chosen for its words before, else what the finder has.

        ``paragraph`` is the one it stands in, ``episode`` the row of its episode.
        """
        named = self._sources.get(proposal.source_text.casefold(), "") or meant_by("sources", proposal.source_text)
        cause_id = cause_of_measure(proposal.measure_id) or proposal.cause_id
        period = days(proposal, published_on)
        found = {
            "measure_id": proposal.measure_id,
            "population_id": self._populations.get(proposal.head, "") or side_of(proposal, episode),
            "counting": counting_of(proposal, period),
            "source_id": named or ("" if proposal.source_text else NOBODY),
            "place_id": place_within(meant_by("places", proposal.place_text), episode.get("place_id", "")),
            "cause_id": cause_id,
            "actor_id": self._actor_of(cause_id, paragraph, proposal, episode),
            **period,
            **_reported(proposal, published_on),
        }
        return {name: text for name, text in found.items() if text}

    def _actor_of(self, cause_id: str, paragraph: str, proposal: Proposal, episode: Mapping[str, str]) -> str:
        """Return the party to this episode whose name the sentence says most of, else the usual one of this cause."""
        usual = self._actors.get(cause_id, "")
        ranked = [*([usual] if usual else []), *parties(episode.get("episode_id", ""), "actor")]
        if not cause_id or not ranked:
            return ""
        for text in _texts_of_actor(paragraph, proposal):
            best = max(ranked, key=lambda each: alike("actors", text, each))
            if alike("actors", text, best):
                return best
        return usual


def _texts_of_actor(paragraph: str, proposal: Proposal) -> list[str]:
    """The clause of a proposal, then its sentence, without who says it: the Syrian Observatory is not Syria."""
    sentence = sentence_of(paragraph, proposal.start)
    told = sentence.replace(proposal.source_text, "") if proposal.source_text else sentence
    clauses = [each for each in CLAUSE_END.split(told) if proposal.phrase in each]
    return [*clauses[:1], told]


def side_of(proposal: Proposal, episode: Mapping[str, str]) -> str:
    """Return whom a proposal counts; those called rebels or terrorists are the opposition where it is a party here."""
    is_opposed = proposal.population_id == "fighters" and proposal.head in words_of("en")["opposition"]
    is_party = OPPOSITION in parties(episode.get("episode_id", ""), "population")
    return OPPOSITION if is_opposed and is_party else proposal.population_id


def counting_of(proposal: Proposal, period: Mapping[str, str]) -> str:
    """Return how a proposal counts; several attacks, or what went on for several days, are no incident."""
    is_several = proposal.value is not None and proposal.value > 1
    is_of_attacks = is_several and is_within_measure(proposal.measure_id, "attacks")
    is_of_days = period.get("period_start_on") != period.get("period_end_on")
    return "period" if proposal.counting == "incident" and (is_of_attacks or is_of_days) else proposal.counting


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


def _reported(proposal: Proposal, published_on: str) -> dict[str, str]:
    """Return the day on which a sentence says that it was said: "claimed on Sunday"."""
    try:
        published = date.fromisoformat(published_on)
    except ValueError:
        return {}
    if proposal.said_day is None:
        return {}
    return {"reported_on": _day(proposal.said_day, published).isoformat(), "reported_on_basis": "stated"}


def _day(told: int, published: date) -> date:
    """A day told from publication, or the last such weekday up to it (-1 is Monday)."""
    back = told if told >= 0 else (published.weekday() - (-told - 1)) % 7
    return published - timedelta(days=back)


def likest(rows: Sequence[Row], cells: Mapping[str, str]) -> Row | None:
    """Return the latest figure that says the same number of the same measure, or the same words; None where none does.

    It is told again, perhaps, or told of the same event. Last comes the same number under another hedge.
    """
    phrase = cells.get("phrase", "").casefold()
    number = (*LIKE[:1], *LIKE[2:])
    same = [row for row in rows if _is_equal(row, cells, LIKE)]
    same = same or [row for row in rows if _text(row, "phrase").casefold() == phrase]
    same = same or [row for row in rows if cells.get("value") and _is_equal(row, cells, number)]
    return same[-1] if same else None


def _is_equal(row: Row, cells: Mapping[str, str], names: Sequence[str]) -> bool:
    return all(_text(row, name) == cells.get(name, "") for name in names)


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
