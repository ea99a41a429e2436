"""What filters offer and say: rows of queries_room.combinations in, options with counts and plain words out."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import words
from dashboard.queries_room import NO_CAUSE
from dashboard.state import FILTERS, View

LEGENDS = {"place": "Place", "population": "People", "cause": "Cause", "counting": "Counting", "source": "Source"}
EVERY = {name: f"every {legend.lower()}" for name, legend in LEGENDS.items()} | {
    "population": "everyone and every group",
    "counting": "every way",
}
COUNTING = {
    "cumulative": "since a day",
    "period": "within some days",
    "incident": "in one event",
    "stock": "at one time",
}


@dataclass(frozen=True)
class Option:
    """One choice of a filter: its id (None for no filter), its name, and how many figures it would show."""

    value: str | None
    name: str
    figure_count: int


def held(combinations: Sequence[words.Row]) -> dict[str, list[str]]:
    """Return the ids each filter may take: whatever the episode's figures have, of any measure."""
    return {name: sorted({row[name] for row in combinations if row[name] is not None}) for name in FILTERS}


def name_of(row: words.Row, name: str) -> str:
    """Return the name of a row's place, population, cause, counting or source, in words."""
    if name == "counting":
        return COUNTING.get(row["counting"], str(row["counting"]))
    if name == "cause" and row["cause"] == NO_CAUSE:
        return "not restricted"
    return str(row[f"{name}_name"] or row[name])


def options(combinations: Sequence[words.Row], view: View, name: str) -> list[Option]:
    """Return what one filter offers under all the others: no filter first, then by name; the current one always."""
    others = {key: value for key, value in view.filters.items() if key != name}
    counts: dict[str, int] = {}
    names: dict[str, str] = {}
    for row in combinations:
        value = row[name]
        names.setdefault(value, name_of(row, name))
        if _matches(row, view, others):
            counts[value] = counts.get(value, 0) + int(row["figure_count"])
    current = getattr(view, name)
    offered = [
        Option(value, names[value], counts.get(value, 0))
        for value in sorted(names, key=lambda value: (names[value], value))
        if counts.get(value) or value == current
    ]
    return [Option(None, EVERY[name], sum(counts.values())), *offered]


def _matches(row: words.Row, view: View, wanted: dict[str, str]) -> bool:
    """Whether a combination is of the view's measure, let through by its party claims and by `wanted`."""
    if row["measure"] != view.measure or (view.party_claims == "out" and row["is_party_claim"]):
        return False
    return all(row[key] == value for key, value in wanted.items())


def measure_counts(combinations: Sequence[words.Row]) -> dict[str, int]:
    """Return how many figures of each measure were known on the day, whatever the filters."""
    counts: dict[str, int] = {}
    for row in combinations:
        counts[row["measure"]] = counts.get(row["measure"], 0) + int(row["figure_count"])
    return counts


def in_words(combinations: Sequence[words.Row], view: View) -> list[str]:
    """Return the filters that are set, each in a few words: "place: Idleb city"."""
    said = []
    for name, value in view.filters.items():
        row = next(row for row in combinations if row[name] == value)
        said.append(f"{LEGENDS[name].lower()}: {name_of(row, name)}")
    return said + (["without party claims"] if view.party_claims == "out" else [])
