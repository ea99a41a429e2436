"""What one key fills: the sentence's own suggestions, the row before, the whole episode, a total, an equal number.

Each way fills what it is about. What is left empty of source, population and measure is filled as the sentence
suggests; the page says of every way what it would fill, before its key is pressed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from desk.coding.fields import AS_BEFORE, MEASURE, episode_of
from desk.coding.learned import NOBODY, likest, new_incident
from desk.coding.lists import rows_of
from desk.coding.session import Session
from desk.finder.find import Proposal
from desk.finder.reading import read
from ingest.record.table import Row

EVENT_ENDS = ("cause_id", "actor_id", "period_end_on", "incident_id")


@dataclass(frozen=True)
class Asked:
    """A row being filled: its session, the proposal it comes of, its cells so far, and what is suggested for them."""

    session: Session
    proposal: Proposal | None
    cells: Mapping[str, str]
    suggestions: Mapping[str, str]

    def of_sentence(self, *names: str) -> dict[str, str]:
        """Return what is suggested for these columns and not yet filled."""
        return {name: self.suggestions[name] for name in names if name in self.suggestions and not self.cells.get(name)}

    @property
    def named_source(self) -> str:
        """The source the sentence names, or nothing."""
        found = self.suggestions.get("source_id", "")
        return "" if found == NOBODY else found


def filled_by(way: str, asked: Asked) -> dict[str, str]:
    """Return the cells a way fills, empty where it empties them; nothing for a way there is none of."""
    return WAYS[way](asked) if way in WAYS else {}


def _suggested(asked: Asked) -> dict[str, str]:
    """All that the sentence suggests, where nothing is filled in; what happened at a place and on a day is an event."""
    found = asked.of_sentence(*asked.suggestions)
    if "reported_on" in asked.suggestions and asked.cells.get("reported_on") == asked.session.published_on:
        # Until somebody says otherwise it was reported on the day of the text.
        found |= {name: text for name, text in asked.suggestions.items() if name.startswith("reported_on")}
    cells = {**asked.cells, **found}
    is_event = cells.get("counting") == "incident"
    return found | (_incident(Asked(asked.session, asked.proposal, cells, {})) if is_event else {})


def _before(asked: Asked) -> dict[str, str]:
    """As in the row before."""
    rows = asked.session.rows()
    return asked.of_sentence("population_id", MEASURE) | _cells(rows[-1], AS_BEFORE) if rows else {}


def _like(asked: Asked) -> dict[str, str]:
    """Source and scope of the figure that says the same number.

    The sentence's own source and population count where it names them. Told again by the same source, it was reported
    when it was reported first.
    """
    other = likest(asked.session.sheet.rows(), asked.cells)
    if other is None:
        return {}
    found = _cells(other, (*AS_BEFORE, "population_id", *([] if asked.cells.get(MEASURE) else [MEASURE])))
    if asked.named_source:
        found["source_id"] = asked.named_source
    is_same_voice = found.get("source_id") == other.text("source_id") != NOBODY
    if other.text("document_id") != asked.session.document_id and not is_same_voice:
        found = {name: text for name, text in found.items() if not name.startswith("reported_on")}
    named = asked.suggestions.get("population_id", "all")
    return found | ({"population_id": named} if named != "all" else {})


def _incident(asked: Asked) -> dict[str, str]:
    """The id of its event: that of the event of its place and day, else a new one."""
    if not asked.cells.get("place_id") or not asked.cells.get("period_start_on"):
        return {}
    rows, event = asked.session.sheet.rows(), ("place_id", "period_start_on", "period_end_on")
    wanted = [asked.cells.get(name, "") for name in event]
    wanted[2] = wanted[2] or wanted[1]
    same = [row for row in rows if row.text("incident_id") and [row.text(name) or "" for name in event] == wanted]
    taken = [row.text("incident_id") or "" for row in rows]
    known = same[-1].text("incident_id") or "" if same else ""
    return {"counting": "incident", "incident_id": known or new_incident(asked.cells, taken)}


def totals(asked: Asked) -> list[Row]:
    """Return the figures this one may be part of, likeliest first.

    Of the same measure and source before others, larger before smaller, totals before parts, near before far.
    """
    here = int(asked.cells.get("paragraph") or 0)

    def order(row: Row) -> tuple[bool, bool, bool, bool, int]:
        source_id = asked.cells.get("source_id") or row.text("source_id")
        measure = asked.cells.get(MEASURE) or asked.suggestions.get(MEASURE, "")
        is_other = row.text("measure_id") != measure
        value, least = row.cells["value"].text, asked.cells.get("value", "")
        is_smaller = value.isdigit() and least.isdigit() and int(value) <= int(least)
        is_said_by_other = row.text("source_id") != source_id
        return (
            is_other,
            is_said_by_other,
            is_smaller,
            bool(row.text("part_of")),
            abs((row.whole("paragraph") or 0) - here),
        )

    latest_first = list(reversed(asked.session.rows()))
    return sorted(latest_first, key=order)


def _part_only(asked: Asked) -> dict[str, str]:
    """A part of the likeliest total; taken again, of the next one."""
    ids = [row.text("figure_id") or "" for row in totals(asked)]
    chosen = asked.cells.get("part_of", "")
    return {"part_of": ids[(ids.index(chosen) + 1) % len(ids) if chosen in ids else 0]} if ids else {}


def _part(asked: Asked) -> dict[str, str]:
    """A part of a total, with its source and scope."""
    found = _part_only(asked)
    whole = next((row for row in asked.session.rows() if row.text("figure_id") == found.get("part_of")), None)
    if whole is None:
        return {}
    emptied = dict.fromkeys(EVENT_ENDS, "")
    return asked.of_sentence("population_id", MEASURE) | emptied | _cells(whole, AS_BEFORE) | found


def _whole(asked: Asked) -> dict[str, str]:
    """The scope of the episode as a whole: its place, since its first day, of every cause and actor."""
    episode = episode_of(asked.session.sheet.folder.name)
    scope = {"place_id": episode.get("place_id", ""), "period_start_on": episode.get("start_on", "")}
    counted = {"counting": episode.get("counting") or "cumulative"}
    emptied = dict.fromkeys(EVENT_ENDS, "")
    return asked.of_sentence("source_id", "population_id", MEASURE) | emptied | scope | counted


def _increment(_: Asked) -> dict[str, str]:
    """An increment: of a period, and of no one event."""
    return {"counting": "period", "incident_id": ""}


def _nobody(_: Asked) -> dict[str, str]:
    """Nobody is named."""
    return {"source_id": NOBODY}


def _share(asked: Asked) -> dict[str, str]:
    """The bounds of a share that is hedged itself ("nearly half"), as the hedge is read of numbers, and why."""
    share = asked.cells.get("value", "")
    words = asked.cells.get("phrase", "").split()
    if asked.cells.get("hedge_id") != "share" or not share.isdigit() or not words:
        return {}
    reading, _ = read(f"{words[0]} {share}", asked.session.language)
    hedge = next((row for row in rows_of("hedges") if reading and row["hedge_id"] == reading.hedge_id), {})
    ends = [_moved(int(share), hedge.get(f"{end}_pct", "")) for end in ("low", "high")]
    if not reading or reading.hedge_id == "exact" or ends == [share, share]:
        return {}
    told = " to ".join(each or "open" for each in ends)
    note = f"A share in percent: {words[0]} {share} is read as {told}, as the hedge {reading.hedge_id} is of numbers."
    return {"low": ends[0], "high": ends[1], "note": asked.cells.get("note", "") or note}


def _moved(share: int, percent: str) -> str:
    return f"{share + share * Decimal(percent) / 100:.0f}" if percent else ""


WAYS: dict[str, Callable[[Asked], dict[str, str]]] = {
    "suggested": _suggested,
    "before": _before,
    "whole": _whole,
    "part": _part,
    "like": _like,
    "part_only": _part_only,
    "incident": _incident,
    "increment": _increment,
    "nobody": _nobody,
    "share": _share,
}
"""What one key fills, by its name; in the order in which the page tells of them."""


def _cells(row: Row, names: tuple[str, ...]) -> dict[str, str]:
    return {name: row.cells[name].text for name in names if name in row.cells and row.cells[name].text}
