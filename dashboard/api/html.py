"""Tables for pages without JavaScript: rows in, words out. The templates hold the HTML and escape every text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from dashboard import wording
from dashboard.api.result import Found
from dashboard.api.schema import RECORDED_ON, Parameter
from dashboard.publication import cache
from dashboard.text import as_of, formatting, sentences


@dataclass(frozen=True)
class Cell:
    """One cell: its text, where it leads, and whether it holds numbers."""

    text: str
    href: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table for a template: the first cell of each row is its heading."""

    title: str
    caption: str
    columns: tuple[str, ...]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Choice:
    """One value of a filter as a link; `is_current` where it is the one shown."""

    text: str
    href: str
    is_current: bool


def _caption(found: Found, noun: str) -> str:
    shown, parties = len(found.rows), found.parameters.wanted.is_without_party_claims
    count = wording.plural(found.total, noun) if shown == found.total else f"{shown:,} of {found.total:,} {noun}s"
    out = ", without party claims" if parties else ""
    read = f", words read by the convention “{found.hedge_convention}”" if found.is_read_otherwise else ""
    return f"{count}{out}, {as_of.known(found.known_on, found.build)}{read}."


def _noun(row: formatting.Row) -> str:
    return formatting.capitalised(formatting.noun(row))


def _notes(row: formatting.Row) -> str:
    flags = {
        "is_superseded": row["standing"] == "superseded", "is_withdrawn": row["standing"] == "withdrawn",
    }  # fmt: skip
    until = f" since {wording.day(row['superseded_on'], short=True)}" if row["superseded_on"] else ""
    said = [f"{one}{until}" if one == "superseded" else one for one in sentences.badges({**row, **flags})]
    return ", ".join(said or ["standing"] if row["standing"] != "standing" else ["standing", *said])


def _read_as(row: formatting.Row) -> str:
    low, stated, high = (
        (row["share_low_pct"], row["share_stated_pct"], row["share_high_pct"])
        if row["is_share"]
        else (row["low"], row["value_stated"], row["high"])
    )
    return sentences.figure_reading({**row, "reading_low": low, "reading_stated": stated, "reading_high": high})


def figure_row(row: formatting.Row, found: Found) -> list[Cell]:
    """Return one figure; its source leads to it alone, its document to how it was read."""
    name = str(row["speaker_name"] or row["voice_name"] or row["source_name"] or row["voice_id"])
    return [
        Cell(name, "/figures.html?" + urlencode({"figure": row["figure_id"]} | found.reading)),
        Cell(f"{_noun(row)}: {formatting.scope(row)}"),
        Cell(_read_as(row), is_number=True),
        Cell(f"“{row['phrase']}”"),
        Cell(formatting.counted_until(row, short=True)),
        Cell(wording.day(row["reported_on"], short=True)),
        Cell(
            f"{row['publisher'] or row['document_id']}, {wording.day(row['published_on'], short=True)}",
            f"/documents/{quote(row['document_id'])}.html{found.day_query}",
        ),
        Cell(_notes(row)),
    ]


def range_row(row: formatting.Row, found: Found) -> list[Cell]:
    """Return one range; its scope leads to the figures behind it."""
    span = formatting.span(row)
    ended = f" until {wording.day(row['valid_to_on'], short=True)}" if row["valid_to_on"] else ""
    figures = urlencode({"scope": row["scope_id"], "known_on": found.known_on.isoformat()} | found.reading)
    fits = [formatting.counted(row, short=True), formatting.agreement(row), formatting.earlier(row)]
    return [
        Cell(f"{_noun(row)}: {formatting.scope({**row, 'is_share': False})}", f"/figures.html?{figures}"),
        Cell(span, is_number=True),
        Cell(", ".join(filter(None, fits))),
        Cell(formatting.without_party_claims(row), is_number=True),
        Cell(str(row["voices"] or "")),
        Cell(f"{wording.day(row['valid_from_on'], short=True)}{ended}"),
    ]


def figures(found: Found) -> Table:
    """Return the figures found."""
    columns = ("Source", "Counts", "Read as", "As printed", "Counted up to", "Reported", "Document", "Notes")
    rows = [figure_row(row, found) for row in cache.records(found.rows)]
    return Table("Figures as their sources stated them", _caption(found, "figure"), columns, rows)


def ranges(found: Found) -> Table:
    """Return the ranges found."""
    columns = ("Scope", "Lowest – highest", "Up to when, what fits", "Without party claims", "Sources", "Since")
    rows = [range_row(row, found) for row in cache.records(found.rows)]
    caption = _caption(found, "range") + " Rows count different things: never compare or add them."
    return Table("Ranges reported", caption, columns, rows)


TABLES: Mapping[str, Callable[[Found], Table]] = {"figures": figures, "ranges": ranges}


def _choices(found: Found, parameter: Parameter, named: Mapping[str, str]) -> list[Choice]:
    current = found.parameters.values.get(parameter.name, ())
    leave = (parameter.name, "cursor")
    has_default = bool(parameter.default) or parameter.kind == "id"
    every = [Choice("as usual" if has_default else "all", found.address(leave_out=leave), not current)]
    return every + [
        Choice(text, found.address(leave_out=leave, **{parameter.name: value}), value in current)
        for value, text in named.items()
    ]


def offers(
    found: Found, lists: Callable[[str], Mapping[str, str]], days: Sequence[date], past: Sequence[date]
) -> list[tuple[str, list[Choice]]]:
    """Return every filter with its values as links, since a page without JavaScript has no form here.

    `days` are those on which something was published, `past` those of which there is a record.
    """
    listed = []
    for parameter in (*found.endpoint.filters, RECORDED_ON):
        named: Mapping[str, str] = dict.fromkeys(parameter.choices, "")
        named = {one: one for one in named} or (lists(parameter.column) if parameter.kind in ("id", "ids") else {})
        if parameter.kind == "day":
            named = {day.isoformat(): wording.day(day, short=True) for day in days}
        if parameter.kind == "recorded_day":
            named = {day.isoformat(): wording.day(day, short=True) for day in reversed(past[:-1])}
        if named:
            listed.append((parameter.name.replace("_", " "), _choices(found, parameter, named)))
    return listed


def document_facts(row: formatting.Row) -> list[tuple[str, str]]:
    """Return what is known of a document, as pairs of a name and a text; what is not known is left out."""
    inferred = " (inferred)" if row["published_on_basis"] == "inferred" else ""
    facts = {
        "Publisher": row["publisher"] or "not known",
        "Title": row["title"],
        "Language": row["language"],
        "Published on": wording.day(row["published_on"]) + inferred,
        "Retrieved on": wording.day(row["retrieved_on"]) if row["retrieved_on"] else None,
        "Figures read in it": str(row["figure_count"]),
        "Text read": row["file_name"],
        "SHA-256 of the text": row["sha256"],
        "Note": row["note"],
        "Document": row["document_id"],
    }
    return [(name, str(text)) for name, text in facts.items() if text]
