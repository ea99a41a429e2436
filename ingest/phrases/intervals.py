"""The interval that a source states beside its number: "75,200 (95% CI 63,600-86,800)".

Here belongs only what parts an interval from the rest of a phrase; the rest is read as any number phrase is.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from ingest.phrases.tokens import TYPOGRAPHY, UnreadablePhraseError

_NUMBER = r"\d{1,3}(?:[, ']\d{3})+|\d+"


def _level(place: str) -> str:
    return rf"(?P<level_{place}>\d{{1,2}}(?:\.\d+)?)\s?%"


def _kind(place: str) -> str:
    words = r"(?:confidence|credible|credibility|uncertainty|prediction)\s(?:interval|limits?|range|bounds)"
    return rf"(?P<kind_{place}>{words}|ci|cri|ui|pi)\b"


def _bounds(place: str) -> str:
    return rf"(?P<low_{place}>{_NUMBER})\s?(?:-|to|and)\s?(?P<high_{place}>{_NUMBER})"


# The level and the kind stand before the bounds or behind them; one of both must, or it is a range of numbers.
_BEFORE = rf"(?:{_level('a')}[\s-]?)?{_kind('a')}[:,=]?\s?(?:of\s|between\s)?{_bounds('a')}"
_LEVEL_BEFORE = rf"{_level('b')}[:,]?\s{_bounds('b')}"
_BEHIND = rf"(?<=[\[(]){_bounds('c')}[,;]?\s{_level('c')}(?:[\s-]?{_kind('c')})?"
_PATTERN = rf"[,;]?\s?[\[(]?\s?(?:{_BEFORE}|{_LEVEL_BEFORE}|{_BEHIND})\s?[\])]?"
INTERVAL = re.compile(_PATTERN, re.IGNORECASE)
_WORDS_BETWEEN = 3
_RIGHT_BEHIND = re.compile(rf"(?:\s[^\W\d]+){{0,{_WORDS_BETWEEN}}}(?:{_PATTERN})", re.IGNORECASE)
KINDS = {"confidence": "confidence", "ci": "confidence", "credible": "credible", "credibility": "credible",
         "cri": "credible"}  # fmt: skip


@dataclass(frozen=True)
class Interval:
    """What lies around a stated number: its ends, its level in percent where told, and of which kind it is."""

    low: Decimal
    high: Decimal
    level: Decimal | None
    kind: str


def without_interval(phrase: str) -> tuple[str, Interval | None]:
    """Return the phrase without the interval it states, and that interval; the phrase itself where it states none.

    UnreadablePhraseError where it states two, or one that does not rise.
    """
    text = phrase.translate(TYPOGRAPHY)
    found = list(INTERVAL.finditer(text))
    if not found:
        return phrase, None
    if len(found) > 1:
        raise UnreadablePhraseError("states more than one interval")
    (match,) = found
    told = {name.rpartition("_")[0]: part for name, part in match.groupdict().items() if part}
    low, high = (Decimal(re.sub(r"[, ']", "", told[end])) for end in ("low", "high"))
    if low >= high:
        raise UnreadablePhraseError(f"the interval from '{told['low']}' to '{told['high']}' does not rise")
    level = Decimal(told["level"]) if "level" in told else None
    kind = KINDS.get(told.get("kind", "").lower().split(" ")[0], "other")
    return f"{text[: match.start()]}{text[match.end() :]}".strip(), Interval(low, high, level, kind)


def interval_behind(text: str) -> str:
    """Return the interval that stands right behind a number, with the words between, or nothing."""
    match = _RIGHT_BEHIND.match(text.translate(TYPOGRAPHY))
    return match[0].strip() if match else ""
