"""Computed sentences: what a chart shows, said so that a journalist can quote it."""

from collections.abc import Sequence
from typing import Any

from dashboard import wording
from dashboard.text import as_of, datasets, formatting
from dashboard.text.panels import Panel


def headline(panels: Sequence[Panel], known_until_on: Any, measure_name: str, as_recorded: str = "",
             every: int = 0) -> str:  # fmt: skip
    """Return the range of the headline scope (or of the only scope) as one sentence; else how many scopes there are.

    `as_recorded` is recorded.words_of: which record is told, where it is not today's. `every` is how many figures
    there are, where not all of them are among the facets.
    """
    known = f"As known on {wording.day(known_until_on)}{as_recorded}, "
    first = panels[0] if panels else None
    if first is None:
        return f"{known}nothing is reported of {measure_name.lower()}."
    if first.range and (first.is_headline or len(panels) == 1):
        copied = told_twice(first)
        return f"{known}{_told(first.range)}{f', {copied}' if copied else ''}."
    figures = sum(len(panel.rows) for panel in panels)
    are = "is" if figures == 1 else "are"
    noun = formatting.noun(first.rows[0])
    if every > figures:
        shown = f"the first {figures:,} are shown, in {wording.plural(len(panels), 'scope')} apart"
        return f"{known}there are {wording.plural(every, 'figure')} of {noun}; {shown}."
    count = wording.plural(figures, "figure")
    return f"{known}there {are} {count} of {noun}, in {wording.plural(len(panels), 'scope')} shown apart."


def _told(row: formatting.Row) -> str:
    """2 sources put the people killed in X since Y at 258 to 299 or more; they agree on 277."""
    verb = "puts" if row["source_count"] == 1 else "put"
    whom = f"{row['population_name'].lower()}" if row["population_id"] != "all" else ""
    limits = ", ".join(part for part in (whom, formatting.cause(row)) if part)
    when = formatting.period(row)
    when = when if row["counting"] == "cumulative" else f"({when})"
    span = formatting.span(row, between=" to ")
    agreed, noun = formatting.agreement(row), formatting.noun(row)
    return (
        f"{wording.plural(row['source_count'], 'source')} {verb} the {noun}{f' ({limits})' if limits else ''} "
        f"in {row['place_name']} {when} at {span}" + (f"; {agreed}" if agreed else "")
    )


def standing(panel: Panel) -> str:
    """Return the standing range of one scope in a line: "258 – 299 or more, 2 sources, they agree on 277"."""
    if panel.range is None:
        return "a share of a total, compared with nothing else" if panel.is_share else "no range stands"
    row = panel.range
    span = formatting.span(row)
    parts = [span, wording.plural(row["source_count"], "source"), formatting.agreement(row), told_twice(panel)]
    return ", ".join(part for part in parts if part)


def told_twice(panel: Panel) -> str:
    """Say that sources of one scope tell one count, where they do: else they would pass for two that agree."""
    voices: dict[Any, set[str]] = {}
    for row in panel.rows:
        if row.get("copied") == "told_twice":
            voices.setdefault(row["reading_stated"], set()).add(row["voice_id"])
    return "but one count told by two sources" if any(len(each) > 1 for each in voices.values()) else ""


def in_words(panels: Sequence[Panel]) -> list[str]:
    """Return the chart as text, one sentence per scope: the range, then every reading in the order of the chart."""
    return [f"{panel.title}: {standing(panel)}. " + "; ".join(map(_reading, panel.rows)) + "." for panel in panels]


def _reading(row: formatting.Row) -> str:
    """SOHR on 30 November 2024: 277 (relay)."""
    said = ", ".join(badges(row))
    reading = figure_reading(row)
    return f"{row['voice_name']} on {wording.day(row['reported_on'])}: {reading}" + (f" ({said})" if said else "")


def figure_reading(row: formatting.Row) -> str:
    """Return a figure as an interval in words; all it says where it contradicts itself."""
    if datasets.contradicts_itself(row):
        return datasets.whole_reading(row)
    return formatting.interval(row["reading_low"], row["reading_high"], is_share=row["is_share"])


def badges(row: formatting.Row) -> list[str]:
    """Return what a reader must know about a figure, each in a few words."""
    known = {
        "party claim": row["is_party_claim"],
        "relay": row["is_relay"],
        "superseded": row["is_superseded"],
        "withdrawn": row["is_withdrawn"],
        "draft": row["status"] == "draft",
        "date inferred": "inferred" in (row["reported_on_basis"], row["published_on_basis"]),
    }
    return [name for name, holds in known.items() if holds] + datasets.badges(row)


def badges_in_full(row: formatting.Row) -> list[str]:
    """Return the same in full, for where there is room to say what is odd about a figure."""
    short = datasets.badges(row)
    return [badge for badge in badges(row) if badge not in short] + datasets.odd(row)


def about(build: formatting.Row) -> str:
    """Say what was published when, and how vague words were read."""
    known = formatting.capitalised(as_of.known(build["known_until_on"], build))
    return (
        f"{known}. Published {formatting.moment(build['published_at'])}: "
        f"{wording.plural(build['figure_count'], 'figure')} of {wording.plural(build['document_count'], 'document')}; "
        f"vague numbers are read by the convention “{build['hedge_convention']}”."
    )
