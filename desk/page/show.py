"""What the templates are filled with: a text cut at its phrases, a card's fields, a verdict in words."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from desk.coding.card import Card, Verdict, ways_of
from desk.coding.fields import EVENT, LABELS, MEASURE, FieldOfRow, choices_of, fields_of_row, name_of, unanswered
from desk.coding.options import WINDOW, Option, options_of
from desk.coding.session import Session, Shown
from desk.episode.worksheet import REASONS, Decision
from ingest.record.seed_rules import choices_of as seed_choices

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "yi"})
# A form shows these: what differs from figure to figure. The others are behind them, filled as usual.
FIRST = (
    "source_id", "population_id", "counting", "place_id", "cause_id", "actor_id", "period_start_on", "period_end_on",
    "reported_on", "part_of", "incident_id", "note",
)  # fmt: skip
# The key of each way to fill a row (desk.coding.ways), and what the page calls it.
WAYS = {
    "suggested": ("v", "what the sentence suggests"),
    "before": ("=", "as the row before"),
    "whole": ("w", "the scope of the whole episode"),
    "part": ("t", "part of a figure above, with its scope"),
    "like": ("y", "source and scope of the figure that says the same"),
    "part_only": ("T", "part of a figure above, scope as it is"),
    "incident": ("z", "an event of its place and day"),
    "increment": ("i", "an increment"),
    "nobody": ("U", "nobody is named"),
    "share": ("g", "the bounds of its share"),
}
# The key that goes to a field; each letter is free of the ways.
FIELD_KEYS = {
    "source_id": "s", "population_id": "n", "counting": "c", "place_id": "l", "cause_id": "f", "actor_id": "h",
    "period_start_on": "d", "period_end_on": "D", "reported_on": "r", "incident_id": "I", "part_of": "p", "note": "q",
}  # fmt: skip
# Days begin with a digit, so theirs are chosen by letters.
DIGITS, LETTERS, NOTHING = "123456789", "abcdefghi", "0"


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph: bare text, or a phrase with how it is marked and of which proposal it is."""

    text: str
    marked: str = ""
    number: int | None = None
    title: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph with its number, its pieces, and whether it has been marked read."""

    number: int
    pieces: list[Piece]
    is_read: bool


def lines(session: Session) -> list[Line]:
    """Return the text with all that is proposed or decided marked."""
    shown, read = session.shown(), session.worksheet.read
    added = [each for each in session.worksheet.decisions if each.decision != "refused"]
    return [
        Line(number, list(_pieces(text, _marks(number, shown, added))), number in read)
        for number, text in enumerate(session.paragraphs, 1)
    ]


def _marks(number: int, shown: Sequence[Shown], decided: Sequence[Decision]) -> list[tuple[int, int, Piece]]:
    found = [
        (each.proposal.start, each.proposal.end, Piece("", _class(each), each.number, _title(each)))
        for each in shown
        if each.proposal.paragraph == number
    ]
    for decision in decided:
        if decision.paragraph == number and not any(s < decision.end and decision.start < e for s, e, _ in found):
            found.append((decision.start, decision.end, Piece("", "decided", None, decision.figure_id)))
    return sorted(found, key=lambda mark: mark[:2])


def _class(each: Shown) -> str:
    if each.decision is None:
        return f"tier{each.proposal.tier}"
    return "refused" if each.decision.decision == "refused" else "decided"


def _title(each: Shown) -> str:
    if each.decision is None:
        return f"proposed, tier {each.proposal.tier}"
    return each.decision.figure_id or f"refused: {REASONS.get(each.decision.reason, '')}"


def _pieces(text: str, marks: Sequence[tuple[int, int, Piece]]) -> Iterator[Piece]:
    at = 0
    for start, end, piece in marks:
        if start < at:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:end], piece.marked, piece.number, piece.title)
        at = end
    if at < len(text):
        yield Piece(text[at:])


def page(session: Session, documents: Sequence[Any]) -> dict[str, Any]:
    """Return all that the page shows before a phrase is chosen."""
    return {
        "session": session,
        "documents": documents,
        "lines": lines(session),
        "progress": session.progress(),
        "direction": "rtl" if session.language in RIGHT_TO_LEFT else "ltr",
        "lists": {name: choices_of(name) for name in _lists()},
        "measures": choices_of("measures"),
        "kinds": seed_choices("sources", "kind"),
        "event": [(name, LABELS[name], session.event.get(name, ""), _list_of(name)) for name in EVENT],
        "reasons": REASONS,
        "keys": {
            "ways": {key: way for way, (key, _) in WAYS.items()},
            "fields": {key: name for name, key in FIELD_KEYS.items()},
        },
        "reading": "second" if session.sheet.reading == 2 else "first",
    }


def _lists() -> list[str]:
    return sorted({field.choices for field in fields_of_row() if field.choices})


def _list_of(name: str) -> str:
    return next((field.choices for field in fields_of_row() if field.name == name), "")


def card(card: Card) -> dict[str, Any]:
    """Return what the card shows: measures by number, fields in their order, suggestions beside them."""
    fields = {each.name: _field(each, card) for each in fields_of_row()}
    return {
        "card": card,
        "fields": [fields[name] for name in FIRST if name in fields],
        "more": [field for name, field in fields.items() if name not in FIRST],
        "measures": choices_of("measures"),
        "measure_id": card.cells.get(MEASURE, ""),
        "missing": unanswered(card.cells, (MEASURE,)),
        "ways": [_way(name, changed) for name, changed in ways_of(card)],
    }


def _way(name: str, changed: dict[str, str]) -> dict[str, Any]:
    """Return a way with its key and all it would fill or empty."""
    key, label = WAYS[name]
    told = [(column, LABELS.get(column, column), text) for column, text in changed.items()]
    return {"name": name, "key": key, "label": label, "changes": told}


def _field(each: FieldOfRow, card: Card) -> dict[str, Any]:
    suggestion = card.suggestions.get(each.name, "")
    cell = card.cells.get(each.name, "")
    named = name_of(each.choices, cell)
    return {
        "name": each.name,
        "label": each.label,
        "list": each.choices,
        "value": cell,
        "named": named if named != cell else "",
        "suggestion": suggestion if suggestion != cell else "",
        "is_required": each.is_required,
        "is_missing": each.is_required and not cell,
        "key": FIELD_KEYS.get(each.name, ""),
        "options": _options(each, card),
    }


def _options(each: FieldOfRow, card: Card) -> list[dict[str, Any]]:
    """Return what one key chooses in a field: digits, in a field of days letters; 0 leaves it empty."""
    found = options_of(each.name, card.asked) if card.asked else []
    keys = LETTERS if each.kind == "day" else DIGITS
    options = [_option(key, option, each.name) for key, option in zip(keys, found, strict=False)]
    if options and not each.is_required and each.name not in WINDOW:
        options.append(_option(NOTHING, Option({each.name: ""}, "nothing"), each.name))
    return options


def _option(key: str, option: Option, name: str) -> dict[str, Any]:
    entry = option.cells.get(name, "") if name not in WINDOW and option.label != option.cells.get(name) else ""
    return {"key": key, "cells": json.dumps(option.cells), "id": entry, "label": option.label}


def verdict(found: Verdict) -> dict[str, Any]:
    """Return what the verdict shows: problems, the range before and with the figure, who else stands there."""
    outcome = found.outcome
    return {
        "problems": [f"{each.field}: {each.message}" if each.field else each.message for each in found.problems],
        "outcome": outcome,
        "range": _span(outcome.range) if outcome else "",
        "before": _span(found.before),
        "sentence_before": found.sentence_before,
        "like": [(row.text("figure_id"), row.text("phrase"), row.text("source_id")) for row in found.like],
    }


def _span(row: dict[str, Any] | None) -> str:
    """Return the two ends of a range row; how readers are told of it is the dashboard's sentence beside it."""
    if row is None or row.get("lowest") is None:
        return "none"
    open_end = " or more" if row.get("is_open_above") else ""
    sources = row.get("source_count")
    low, high = f"{row['lowest']:,.0f}", f"{row['highest']:,.0f}{open_end}"
    span = high if row["lowest"] == row["highest"] else f"{low} to {high}"
    return f"{span}, {sources} source{'' if sources == 1 else 's'}"
