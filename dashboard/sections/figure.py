"""One figure on a page of its own: what was printed, how it is read and why, and everything it hangs together with."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import wording
from dashboard.charts import marks
from dashboard.components import change_list, operated, page_frame
from dashboard.components.citation import copy_button, figure_citation
from dashboard.components.selection import Selection
from dashboard.sections import checks, sources
from dashboard.text import datasets, formatting, sentences

WHY = {
    "stated": "as the source stated it",
    "logical": "by the meaning of “{hedge}”",
    "convention": "by the convention “{convention}” for “{hedge}”",
    "override": "set by the coder; the note says why",
    "open": "left open: the words set no limit",
}


def why(row: formatting.Row, build: formatting.Row) -> list[str]:
    """Return where each end of the reading comes from, one sentence an end."""
    hedge = row["hedge_name"] or row["hedge_id"]
    told = []
    for end, name in (("low", "Lowest"), ("high", "Highest")):
        basis = WHY.get(row[f"{end}_basis"], str(row[f"{end}_basis"]))
        value = row[f"reading_{end}"]
        shown = "open" if value is None else formatting.amount(value, is_share=row["is_share"])
        told.append(f"{name}: {shown}, {basis.format(hedge=hedge, convention=build['hedge_convention'])}.")
    return told


def clock(row: formatting.Row, name: str) -> str:
    """Return one of the days of a figure, and whether it is printed or inferred, and then from what."""
    day = wording.day(row[name])
    if row[f"{name}_basis"] != "inferred":
        return f"{day}, as the document states"
    if row["note"] or row["document_note"]:
        return f"{day}, inferred (how: see the notes)"
    is_of_document = name == "reported_on" and row["reported_on"] == row["published_on"]
    return f"{day}, inferred ({'the day of its document' if is_of_document else 'no note says how'})"


def relation(row: formatting.Row, other: formatting.Row) -> str:
    """Return how another figure hangs together with this one: relay, total, part, before or after."""
    if other["report_id"] == row["report_id"]:
        return "relay"
    if other["figure_id"] == row["part_of"]:
        return "total"
    if other["part_of"] == row["figure_id"]:
        return "part"
    if other["is_relay"]:
        return "elsewhere"
    # As texts: a file that was changed may tell no day.
    when, now = (
        tuple(map(str, (each["counted_until_on"], each["reported_on"], each["published_on"], each["figure_id"])))
        for each in (other, row)
    )
    return "before" if when < now else "after"


def _line(row: formatting.Row, selection: Selection) -> Any:
    """Return one related figure as a list item."""
    phrase = page_frame.figure_link(selection, row["figure_id"], f"“{row['phrase']}”")
    said = ", ".join(sentences.badges(row))
    where = f"{wording.day(row['reported_on'], short=True)}, in {marks.document(row)}"
    counts = formatting.scope_until(row, short=True)
    text = f", read as {marks.reading(row)}; {counts}; {where}{f' ({said})' if said else ''}."
    return html.Li([f"{row['speaker_name'] or row['voice_id']}: ", phrase, text])


RELATED = (
    ("relay", "The same report, read elsewhere", "No other document tells this report."),
    ("total", "What it is part of", "It is recorded as part of no other figure."),
    ("part", "What is part of it", "No figure is recorded as part of it."),
    ("before", "Earlier reports of this source in this scope", "There is none."),
    ("after", "Later reports of this source in this scope", "There is none."),
)


def related(row: formatting.Row, others: Sequence[formatting.Row], selection: Selection) -> list[Any]:
    """Return a section for every way in which other figures hang together with this one."""
    found = [(relation(row, other), other) for other in others]
    sections = []
    for kind, title, none in RELATED:
        lines = [_line(other, selection) for each, other in found if each == kind]
        sections.append(html.Section([html.H2(title), html.Ul(lines) if lines else html.P(none, className="muted")]))
    return sections


def implied(row: formatting.Row) -> str:
    """Return the bounds that parts and totals imply, where they say more than the figure does."""
    bounds = (row["implied_low"], row["implied_high"])
    if row["is_share"] or bounds == (None, None) or bounds == (row["low"], row["high"]):
        return "Parts and totals say nothing more than the figure itself."
    return f"With its parts and totals: {formatting.interval(*bounds)}."


def _kind(row: formatting.Row) -> str:
    return sources.kind({"kind": row["source_kind"], "is_party": False})


def kind(row: formatting.Row) -> str:
    """Return how the number came to be, in words."""
    counted = {"count": "a count", "register": "from a register"}
    return formatting.KINDS.get(str(row["kind"]), counted.get(str(row["kind"]), ""))


def grade(row: formatting.Row) -> str:
    """Return how sure its source is of the number, as it says itself; an empty text where it says nothing."""
    own = f"{row['source_grade']} (scheme {row['source_grade_scheme']})" if row["source_grade"] else ""
    verified = str(row["verification"]) if row["verification"] != "reported" else ""
    return ", ".join(filter(None, [verified, own]))


def facts(row: formatting.Row, build: formatting.Row) -> list[tuple[str, Any]]:
    """Return what is known of a figure, as pairs of a name and a text or a list of texts."""
    stated = formatting.amount(row["reading_stated"], is_share=row["is_share"])
    pairs: list[tuple[str, Any]] = [
        ("As printed", f"“{row['phrase']}”"),
        ("Read as", [f"{marks.reading(row)}; number stated: {stated}", *why(row, build)]),
        ("Counts", f"{row['measure_name']}: {formatting.scope(row)}"),
        ("Kind of number", " with its ".join(filter(None, [kind(row), formatting.interval_stated(row)]))),
        ("Grade by its source", grade(row)),
        ("Rounded to", f"{formatting.amount(row['rounded_to'])}, at most" if (row["rounded_to"] or 1) > 1 else ""),
        ("Implied", implied(row)),
        ("Source", f"{row['speaker_name'] or row['source_name'] or row['source_id']} ({_kind(row)})"),
        ("Cited by", row["source_name"] if row["source_original_id"] else ""),
        ("In doubt", f"{sentences.doubted(row)}; the note says why" if row["doubts"] else ""),
        ("Flags", ", ".join(sentences.badges_in_full(row))),
        *datasets.facts(row),
        ("Document", marks.document(row)),
        ("Publisher", row["publisher"] or "not known"),
        ("Prints a report of", row["agency"] or ""),
        ("Counted up to", formatting.counted_until(row)),
        (
            "Reported on",
            clock(row, "reported_on") + (f", {formatting.moment(row['reported_at'])}" if row["reported_at"] else ""),
        ),
        ("Published on", clock(row, "published_on")),
        ("Superseded on", "" if row["superseded_on"] == row["retracted_on"] else wording.day(row["superseded_on"])),
        ("Taken back on", wording.day(row["retracted_on"]) if row["retracted_on"] else ""),
        ("Note", row["note"] or ""),
        ("About the document", row["document_note"] or ""),
        ("File read", f"{datasets.file_place(row)}; SHA-256 {row['sha256'] or 'not known'}"),
        ("In the record", f"{row['record_file']}:{row['record_line']}"),
        ("Figure", row["figure_id"]),
    ]
    return [(name, value) for name, value in pairs if value]


def _described(value: Any) -> Any:
    """Return the words of a fact; several sentences one below the other."""
    return html.Dd([html.Div(text) for text in value] if isinstance(value, list) else value)


def _linked(name: str, value: Any, row: formatting.Row, selection: Selection) -> Any:
    """Return the words of a fact; the place and the data set lead to their pages."""
    if name == "Counts":
        to_place = page_frame.place_link(selection, row["place_id"], f"About {row['place_name']}")
        return html.Dd([value, ". ", to_place])
    if name == "Data set":
        return html.Dd(page_frame.dataset_link(selection, row["dataset_id"], value))
    return _described(value)


def _too_new(row: formatting.Row, selection: Selection) -> str:
    """Say that a figure was not published yet on the day asked for; an empty text where it was."""
    is_later = bool(row["published_on"]) and row["published_on"] > selection.known_on
    return f"It was not published yet on {wording.day(selection.known_on)}, the day asked for." if is_later else ""


def page(row: formatting.Row, others: Sequence[formatting.Row], findings: Sequence[formatting.Row], known: set[str],
         selection: Selection) -> list[Any]:  # fmt: skip
    """Return the page of one figure; `known` are the figures that the sentences of `findings` may link to."""
    source = figure_citation(row, selection.build)
    said = f"{row['speaker_name'] or row['voice_id']} says “{row['phrase']}”: {formatting.noun(row)}"
    pairs = [
        part
        for name, value in facts(row, selection.build)
        for part in (html.Dt(name), _linked(name, value, row, selection))
    ]
    items = [checks.finding(each, known, selection) for each in findings]
    named = html.Ul(items, className="findings") if items else html.P("No check names it.", className="muted")
    return [
        html.H1(f"Figure {row['figure_id']}"),
        html.P(marks.reading(row), className="range"),
        html.P(f"{said}.", className="headline"),
        html.P([html.Span(source), " ", copy_button(source, "the citation of this figure")], className="cite"),
        html.P(_too_new(row, selection), className="muted"),
        operated.report(str(row["figure_id"]), selection.build),
        html.Section([html.H2("Where it comes from"), html.Dl(pairs, className="facts")]),
        *change_list.sections(row),
        *related(row, others, selection),
        html.Section([html.H2("Checks that name it"), named]),
    ]


def unknown(figure_id: str, selection: Selection) -> list[Any]:
    """Return the page of an id that names no figure."""
    return [
        html.H1("No such figure"),
        html.P(f"There is no figure “{figure_id[:80]}” in this publication.", className="headline"),
        html.P(["The list of all figures is under ", page_frame.link("Sources", selection.link("/sources")), "."]),
    ]
