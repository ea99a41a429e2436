"""What filters offer and say: rows of queries_room.combinations in, options with counts and plain words out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.queries.measure import NO_CAUSE
from dashboard.queries.names import WITHIN, Names
from dashboard.request.view import FILTERS, View
from dashboard.text import formatting, sentences

LEGENDS = {"place": "Place", "population": "People", "cause": "Cause", "counting": "Counting", "source": "Source",
           "claim_about": "Party claims about"}  # fmt: skip
EVERY = {name: f"every {legend.lower()}" for name, legend in LEGENDS.items()} | {
    "population": "everyone and every group",
    "counting": "every way",
    "claim_about": "every figure, claim or not",
}
COUNTING = {
    "cumulative": "since a day",
    "period": "within some days",
    "incident": "in one event",
    "stock": "at one time",
}
# What forms a tree, and how a value with all below it is called.
TREES = {"place": "and places within", "population": "and groups within"}


@dataclass(frozen=True)
class Option:
    """One choice of a filter: its value (None for no filter), its name, and how many figures it would show.

    `depth` is how deep it lies below others that are offered, where the filter is a tree.
    """

    value: str | None
    name: str
    figure_count: int
    depth: int = 0


@dataclass(frozen=True)
class Offer:
    """What filters of one episode offer on a day: its combinations (queries_room) and the names of the publication.

    `spelled` are other names of places by their ids.
    """

    combinations: Sequence[formatting.Row]
    known: Names
    spelled: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def held(self) -> dict[str, list[str]]:
        """Return the values each filter may take: what figures of any measure have, and what is around that."""
        found = {name: sorted({row[name] for row in self.combinations if row[name] is not None}) for name in FILTERS}
        return {name: ids + [WITHIN + one for one in self._around(name, ids)] for name, ids in found.items()}

    def _around(self, name: str, ids: Sequence[str]) -> list[str]:
        """Return what has more than itself among `ids`, by name; nothing for filters that form no tree."""
        if name not in TREES:
            return []
        above = self.known.above(name, ids)
        return [one for one in self.known.of[name] if one in above]

    def matching(self, view: View, leave_out: str = "") -> list[formatting.Row]:
        """Return the combinations of a view's measure that its party claims and filters let through."""
        allowed = {
            name: set(self.known.chosen_ids(name, value) if name in TREES else (value,))
            for name, value in view.filters.items()
            if name != leave_out
        }
        return [
            row
            for row in self.combinations
            if row["measure"] == view.measure
            and not (view.party_claims == "out" and row["is_party_claim"])
            and all(row[name] in values for name, values in allowed.items())
        ]

    def voices(self, view: View) -> list[str]:
        """Return the sources of a view whatever its filter by source, who says most first: so colours are given."""
        counts: dict[str, int] = {}
        for row in self.matching(view, leave_out="source"):
            counts[row["source"]] = counts.get(row["source"], 0) + (row["figure_count"] or 0)
        return sorted(counts, key=lambda voice: (-counts[voice], voice))

    def figure_count(self, view: View) -> int:
        """Return how many figures a view holds, shown or not."""
        return sum(row["figure_count"] or 0 for row in self.matching(view))

    def options(self, view: View, name: str) -> list[Option]:
        """Return what one filter offers under all the others: no filter first, then in order; the current one always.

        The order is that of the tree where there is one, so that what lies within something follows it; else of names.
        """
        matching = self.matching(view, leave_out=name)
        counts: dict[str, int] = {}
        for row in matching:
            if row[name] is not None:
                counts[row[name]] = counts.get(row[name], 0) + (row["figure_count"] or 0)
        current = getattr(view, name)
        around = self._around(name, [value for value, count in counts.items() if count])
        if current and current.startswith(WITHIN):
            around = sorted({*around, current.removeprefix(WITHIN)})
        counts |= {WITHIN + one: sum(counts.get(each, 0) for each in self.known.within(name, one)) for one in around}
        wanted = [value for value, count in counts.items() if count or value == current]
        wanted += [current] if current is not None and current not in wanted else []
        offered = [Option(value, self.name_of(name, value), counts.get(value, 0)) for value in wanted]
        every = Option(None, EVERY[name], sum(row["figure_count"] or 0 for row in matching))
        return [every, *(self._in_tree(name, offered) if name in TREES else sorted(offered, key=_by_name))]

    def _in_tree(self, name: str, offered: Sequence[Option]) -> list[Option]:
        """Return options in the order of their tree, each as deep as those offered that it lies within."""
        places = self.known.positions(name)
        ids = {str(option.value).removeprefix(WITHIN) for option in offered}
        depths = {one: len(self.known.above(name, [one]) & ids) for one in ids}

        def order(option: Option) -> tuple[Any, ...]:
            one = str(option.value).removeprefix(WITHIN)
            return (places.get(one, len(places)), one, str(option.value).startswith(WITHIN))

        return [
            replace(option, depth=depths[str(option.value).removeprefix(WITHIN)])
            for option in sorted(offered, key=order)
        ]

    def spellings(self, name: str, value: str | None) -> str:
        """Return how else a place is called, so that whoever narrows the choices finds it; an empty text for others."""
        return "; ".join(self.spelled.get((value or "").removeprefix(WITHIN), ())) if name == "place" else ""

    def name_of(self, name: str, value: str) -> str:
        """Return the name of a place, population, cause, counting, source or side of a claim, in words."""
        if name == "counting":
            return COUNTING.get(value, value)
        if name == "claim_about":
            return sentences.SIDES.get(value, value)
        if name == "cause" and value == NO_CAUSE:
            return "not restricted"
        dimension = "voice" if name == "source" else name
        found = self.known.name(dimension, value.removeprefix(WITHIN)) or value
        return f"{found} {TREES[name]}" if name in TREES and value.startswith(WITHIN) else found

    def measure_counts(self) -> dict[str, int]:
        """Return how many figures of each measure were known on the day, whatever the filters."""
        counts: dict[str, int] = {}
        for row in self.combinations:
            counts[row["measure"]] = counts.get(row["measure"], 0) + (row["figure_count"] or 0)
        return counts

    def in_words(self, view: View) -> list[str]:
        """Return the filters that are set, each in a few words: "place: Idleb city"."""
        said = [f"{LEGENDS[name].lower()}: {self.name_of(name, value)}" for name, value in view.filters.items()]
        said += [f"period: {view.period}"] if view.period else []
        return said + (["without party claims"] if view.party_claims == "out" else [])


def _by_name(option: Option) -> tuple[str, str]:
    return (option.name, str(option.value))
