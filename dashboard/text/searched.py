"""What was searched for an episode, in words: silence after the last day searched says nothing. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboard import wording

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
Row = Mapping[str, Any]


def until(episode: Row | None) -> date | None:
    """Return the last day searched; None where nobody searched, or a publication of before does not say."""
    day = (episode or {}).get("searched_until_on")
    return day if isinstance(day, date) else None


def _count(number: int) -> str:
    return SMALL[number] if number < len(SMALL) else f"{number:,}"


def read(episode: Row) -> str:
    """Return how many documents were read and of which days: "five documents read, 28 November – 2 December 2024"."""
    count, empty = episode["document_count"] or 0, episode["document_without_figure_count"] or 0
    noun = "document" if count == 1 else "documents"
    without = f", {_count(empty)} of them without a figure" if empty else ""
    days = wording.days(episode["searched_from_on"], episode["searched_until_on"]).replace(" – ", " to ")
    return f"{_count(count)} {noun} read{without}, {days}"


def sentence(episode: Row | None) -> str:
    """Return what was searched, to stand behind a sentence that is quoted; an empty text where nobody searched."""
    if episode is None or until(episode) is None:
        return ""
    said = read(episode)
    return f"{said[:1].upper()}{said[1:]}; nothing later was searched."


def in_full(episode: Row | None) -> str:
    """Return the same with where and in which languages."""
    if episode is None or until(episode) is None:
        return ""
    languages = ", ".join(str(episode["searched_languages"] or "").split())
    where = "; ".join(filter(None, [str(episode["searched_where"] or ""), languages and f"languages: {languages}"]))
    return f"Searched: {read(episode)}{f' ({where})' if where else ''}. Nothing later was searched."


def silence(episode: Row | None, known_on: Any, *, has_others: bool = False) -> str:
    """Return what the silence after a range means: that no later count is on record, or that nobody looked.

    ``has_others``: something else of the kind was counted up to a later day, such as a part of the people.
    """
    last, none = until(episode), f"No later count{' of the same' if has_others else ''} is on record"
    if last is None:
        return f"{none}."
    if known_on > last:
        return f"{none} up to {wording.day(last)}; nothing later was searched."
    return f"{none}; nothing after {wording.day(last)} was searched."


def shaded(episode: Row | None, last: Any) -> str:
    """Return what the shaded days of a chart are, where it goes on after the last day searched."""
    day = until(episode)
    return f"The days after {wording.day(day)} are shaded: they were not searched." if day and last > day else ""
