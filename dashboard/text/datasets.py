"""Data sets in plain words: whom to credit, where a figure stands in its file, what is odd about it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import wording
from dashboard.text import formatting

LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
"""Of the record, its lookups and what is worked out of them; figures of data sets have their producers' own."""
FLAGS = {
    "low_above_high": "contradicts itself: its low is above its high",
    "best_below_low": "contradicts itself: its best estimate is below its low",
    "best_above_high": "contradicts itself: its best estimate is above its high",
    "summed": "added up by us from rows of the file",
    "rounded": "rounded by the source",
    "triangulation": "kept by the source beside the figure it recommends",
    "edited_by_producer": "edited by the producer",
    "corrected_that_day": "corrected by the source that day",
    "coarsened": "told by us under a wider place, since its own could harm somebody",
}
SHORT = {
    "summed": "added up by us",
    "told_twice": "one count told twice",
    "edited_by_producer": "edited",
    "corrected_that_day": "corrected",
    "coarsened": "wider place",
}
CONTRADICTIONS = frozenset({"low_above_high", "best_below_low", "best_above_high"})
COPIED = {
    "carried_forward": "same number as the time before: carried forward",
    "told_twice": "same number as another source’s: one count told twice",
    "same_within_rounding": "the same as another source’s number within rounding",
}


def flags(row: formatting.Row) -> list[str]:
    """Return the flags of a figure by their ids; none where it has none."""
    said = row.get("flags")
    return [one.strip() for one in str(said).split(",") if one.strip()] if said else []


def badges(row: formatting.Row) -> list[str]:
    """Return the same as odd in as few words as a chart has room for."""
    every = [*flags(row), *filter(None, [row.get("copied")])]
    said = ["contradicts itself"] if CONTRADICTIONS.intersection(every) else []
    return said + [SHORT.get(one, one.replace("_", " ")) for one in every if one not in CONTRADICTIONS]


def odd(row: formatting.Row) -> list[str]:
    """Return what is odd about a figure of a data set, each in a few words."""
    copied = row.get("copied")
    said = [FLAGS.get(one, one.replace("_", " ")) for one in flags(row)]
    return said + ([COPIED[copied]] if copied in COPIED else [])


def contradicts_itself(row: formatting.Row) -> bool:
    """Whether the source's own numbers contradict each other."""
    return not CONTRADICTIONS.isdisjoint(flags(row))


def whole_reading(row: formatting.Row) -> str:
    """Return the reading of a figure that contradicts itself: from the least to the most of what it says.

    So does its range (macros/counts_from.sql); its own ends would hide the number it states.
    """
    ends = [row[f"reading_{name}"] for name in ("low", "stated", "high")]
    said = [end for end in ends if end is not None]
    return (
        formatting.interval(min(said), max(said), is_share=row["is_share"]) if said else formatting.interval(None, None)
    )


def place_read(row: formatting.Row) -> str:
    """Say where in its document a figure stands: a paragraph of a text, or a line of a data set's file and its row."""
    if row["paragraph"] is not None:
        return f"paragraph {row['paragraph']}"
    if row.get("record_line") is None:
        return "place not recorded"
    key = str(row["figure_id"]).removeprefix(f"{row['document_id']}-")
    return f"line {row['record_line']:,} of {row.get('file_name') or 'its file'}, row {key}"


def file_place(row: formatting.Row) -> str:
    """Say which file was read and where in it a figure stands."""
    place = place_read(row)
    return place if row["paragraph"] is None else f"{row['file_name']}, {place}"


def cited(row: formatting.Row) -> str:
    """Return what the citation of a figure of a data set adds: the release, its own source, and whom to credit."""
    release = row.get("release")
    if not release:
        return ""
    named = f"Data set {release['dataset_id']}, version {release['version']}."
    original = f" It names as its own source: {row['source_original']}." if row.get("source_original") else ""
    return f" {named}{original} {sentence(release['attribution'])}"


def sentence(text: object) -> str:
    """Return a text that ends as a sentence."""
    return f"{str(text).rstrip('. ')}."


def attributions(due: Sequence[Mapping[str, Any]]) -> str:
    """Return whom to credit, each once; an empty text for nobody."""
    return " ".join(dict.fromkeys(sentence(each["attribution"]) for each in due))


def credit(due: Sequence[Mapping[str, Any]]) -> str:
    """Return one line that credits the producers of data sets; an empty text where there is none."""
    return f"Data: {attributions(due)}" if due else ""


def licences(due: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the addresses of the licences that rows stand under: ours, and those of the data sets among them."""
    return list(dict.fromkeys([LICENCE["url"], *(str(each["licence_url"]) for each in due if each["licence_url"])]))


def facts(row: formatting.Row) -> list[tuple[str, str]]:
    """Return what is to be said of a figure of a data set beside what all figures have; texts may be empty."""
    release = row.get("release")
    if not release:
        return []
    named = f"{release['title']} ({release['dataset_id']}), version {release['version']}, {release['licence']}"
    return [
        ("Data set", named),
        ("Credit", sentence(release["attribution"])),
        ("Cite the data set", sentence(release["citation"])),
        ("Its own source", row.get("source_original") or ""),
        ("Place as printed", row.get("place_stated") or ""),
    ]


def compared(row: formatting.Row) -> str:
    """Say a running count and a sum of single events side by side, as unlike counts."""
    noun = formatting.noun(row)
    until = formatting.month(row["incidents_to_month_on"])
    events = wording.plural(row["incident_count"], "single event")
    return (
        f"{row['voice_name']}, {wording.day(row['reported_on'])}: {formatting.interval(row['low'], row['high'])} "
        f"{noun} in {row['place_name']} ({formatting.group(row)}) {formatting.period(row)}. "
        f"{row['incident_voice_name']}: {events} loaded, from {formatting.month(row['incidents_from_on'])} to {until}, "
        f"whose numbers add up to {formatting.interval(row['incident_low'], row['incident_high'])}."
    )
