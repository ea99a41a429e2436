"""Whole texts with their keys, and how much of a key the finder finds, and reads right. The texts are invented.

In a text a figure stands as ``{phrase|measure|hedge|value}``: the value as low..high of a range, empty for a vague
word. A fifth field says how sure it is: ``?`` where another reader may code it otherwise, ``rep`` where the text says a
figure again, ``opt`` where coding it and leaving it out are both right. The last two count neither as found nor as
false.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from desk.finder.find import Proposal, proposals_of
from ingest.phrases.parse import find_numbers

FIGURE = re.compile(r"\{([^{}|]+)\|([^{}|]*)\|([^{}|]*)\|([^{}|]*)(?:\|([^{}|]*))?\}")
TITLE = "=== "
# A share and a third to two decimals are one.
NEAR = Decimal("0.5")


@dataclass(frozen=True)
class Figure:
    """A figure of the key: where its phrase stands, and what it says. ``paragraph`` counts from 1."""

    paragraph: int
    start: int
    end: int
    phrase: str
    measure_id: str
    hedge_id: str
    numbers: tuple[Decimal, ...]
    mark: str

    @property
    def is_counted(self) -> bool:
        """Whether it is missed where nobody finds it."""
        return self.mark in ("", "?")


@dataclass(frozen=True)
class Text:
    """A text without its marks, a paragraph a line, and its key."""

    name: str
    paragraphs: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass
class Score:
    """What was found of the key of some texts; each list says what it counts in words."""

    figures: int = 0
    firm: int = 0
    worded: int = 0
    proposed: list[int] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    found_firm: int = 0
    found_worded: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    wrong_value: list[str] = field(default_factory=list)
    wrong_hedge: list[str] = field(default_factory=list)
    wrong_measure: list[str] = field(default_factory=list)

    def recall(self, last: int = 3) -> float:
        """Percent of the key found up to a tier."""
        return 100 * sum(tier <= last for tier in self.found) / self.figures

    def precision(self, last: int) -> float:
        """Percent of what is proposed up to a tier that is in the key."""
        return 100 * sum(tier <= last for tier in self.found) / sum(tier <= last for tier in self.proposed)

    def right(self, wrong: Sequence[str]) -> float:
        """Percent of what was found that is not wrong in this."""
        return 100 * (1 - len(wrong) / len(self.found))

    def summary(self) -> dict[str, float]:
        """Return every percentage of the score, by its name."""
        return {
            "recall": self.recall(),
            "recall_firm": 100 * self.found_firm / self.firm,
            "recall_worded": 100 * self.found_worded / self.worded,
            "recall_first_two": self.recall(2),
            "precision_first": self.precision(1),
            "precision_first_two": self.precision(2),
            "precision": self.precision(3),
            "value": self.right(self.wrong_value),
            "hedge": self.right(self.wrong_hedge),
            "measure": self.right(self.wrong_measure),
        }


def texts_of(file: Path) -> Iterator[Text]:
    """Yield the texts of a file; each begins with ``=== `` and its name. ValueError where a mark is not whole."""
    for part in file.read_text(encoding="utf-8").split(TITLE)[1:]:
        name, *lines = part.strip().splitlines()
        paragraphs: list[str] = []
        figures: list[Figure] = []
        for number, line in enumerate(filter(str.strip, lines), 1):
            paragraph, found = _unmarked(number, line)
            paragraphs.append(paragraph)
            figures += found
        yield Text(name, tuple(paragraphs), tuple(figures))


def _unmarked(number: int, line: str) -> tuple[str, list[Figure]]:
    plain, at, figures = "", 0, []
    for match in FIGURE.finditer(line):
        phrase, measure, hedge, value, mark = match.groups(default="")
        plain += line[at : match.start()]
        numbers = tuple(Decimal(each) for each in value.split("..") if each)
        figures.append(Figure(number, len(plain), len(plain) + len(phrase), phrase, measure, hedge, numbers, mark))
        plain += phrase
        at = match.end()
    plain += line[at:]
    if "{" in plain or "}" in plain:
        raise ValueError(f"paragraph {number}: a mark is not whole: {plain[:80]}")
    return plain, figures


def scored(texts: Sequence[Text], language: str = "en") -> Score:
    """Return how much of the keys of texts is proposed."""
    score = Score()
    for text in texts:
        _score_text(score, text, [each for each in proposals_of(text.paragraphs, language) if each.tier])
    return score


def _score_text(score: Score, text: Text, left: list[Proposal]) -> None:
    for figure in text.figures:
        found = _found(figure, left)
        if not figure.is_counted:
            left = [each for each in left if not _overlaps(figure, each)]
            continue
        if found:
            left.remove(found)
        is_firm, is_worded = not figure.mark, figure.hedge_id != "exact" or _is_worded(figure.phrase)
        score.figures += 1
        score.firm += is_firm
        score.worded += is_worded
        if not found:
            score.missed.append(_line(text, figure, figure.phrase, figure.measure_id))
            continue
        score.found.append(found.tier)
        score.proposed.append(found.tier)
        score.found_firm += is_firm
        score.found_worded += is_worded
        _judge(score, text, figure, found)
    for each in left:
        score.proposed.append(each.tier)
        score.false.append(f"tier {each.tier} " + _line(text, each, each.phrase, each.measure_id))


def _judge(score: Score, text: Text, figure: Figure, found: Proposal) -> None:
    read = tuple(each for each in (found.value, found.low, found.high) if each is not None)
    is_same = len(read) == len(figure.numbers) and all(
        abs(one - other) <= (NEAR if figure.hedge_id == "share" else 0)
        for one, other in zip(read, figure.numbers, strict=True)
    )
    told = f"{found.hedge_id} {'..'.join(map(str, read))} {found.measure_id} ({found.problem})"
    line = _line(text, figure, figure.phrase, f"{figure.hedge_id} {figure.numbers} {figure.measure_id}: {told}")
    if not is_same:
        score.wrong_value.append(line)
    if found.hedge_id != figure.hedge_id:
        score.wrong_hedge.append(line)
    if found.measure_id != figure.measure_id:
        score.wrong_measure.append(f"tier {found.tier} " + line)


def _found(figure: Figure, left: Sequence[Proposal]) -> Proposal | None:
    here = [each for each in left if _overlaps(figure, each)]
    return max(here, key=lambda each: min(each.end, figure.end) - max(each.start, figure.start), default=None)


def _overlaps(figure: Figure, each: Proposal) -> bool:
    return each.paragraph == figure.paragraph and each.start < figure.end and figure.start < each.end


def _is_worded(phrase: str) -> bool:
    return bool(find_numbers(phrase, "en"))


def _line(text: Text, place: Figure | Proposal, phrase: str, told: str) -> str:
    paragraph = text.paragraphs[place.paragraph - 1]
    around = (
        paragraph[max(0, place.start - 60) : place.start] + "[" + phrase + "]" + paragraph[place.end : place.end + 60]
    )
    return f"{text.name[:4]}{place.paragraph} {phrase}: {told}: …{around}…"
