"""The phrase of a mention: as long as eight words allow, as short as the reading needs, and read by the parser."""

from collections.abc import Sequence
from dataclasses import dataclass

from desk.finder.mentions import Mention
from desk.finder.tokens import Token
from ingest.phrases.parse import NoLexiconError, NumberReading, UnreadablePhraseError, read_number_phrase

# What opens the next words ends no phrase: "eight of the".
OPENS = frozenset(("of", "the", "his", "her", "their", "its"))
MOST_WORDS, MOST_CHARACTERS = 8, 160


@dataclass(frozen=True)
class Phrase:
    """A phrase of the paragraph from ``start`` to ``end``, its reading, or the problem the parser has with it."""

    text: str
    start: int
    end: int
    reading: NumberReading | None
    problem: str


def phrase_of(paragraph: str, tokens: Sequence[Token], mention: Mention, language: str) -> Phrase:
    """Return the phrase that says the number with its hedge and, where there is room, what it counts.

    It reads alone what the number reads in its sentence, as `verify` asks; where none does, the sentence's reading is
    kept with the problem.
    """
    tried: list[Phrase] = []
    for start, end in _spans(tokens, mention):
        text = paragraph[tokens[start].start : tokens[end - 1].end]
        reading, problem = read(text, language)
        phrase = Phrase(text, tokens[start].start, tokens[end - 1].end, reading, problem)
        if reading is not None and mention.reading in (None, reading):
            return phrase
        tried.append(phrase)
    first = tried[0]
    problem = first.problem or mention.refusal or "reads otherwise alone than in its sentence"
    return Phrase(first.text, first.start, first.end, mention.reading, problem)


def _spans(tokens: Sequence[Token], mention: Mention) -> list[tuple[int, int]]:
    """Return the token spans to try: with the whole noun phrase first, then shorter ones, at last the number alone."""
    ends = list(range(mention.noun_end, mention.end - 1, -1))
    starts = range(mention.start, mention.number_start + 1)
    spans = [(start, end) for start in starts for end in ends if end > start]
    spans = [span for span in spans if tokens[span[1] - 1].text not in OPENS or span[1] == mention.end]
    return [span for span in spans if _fits(tokens, span)] or spans[-1:]


def _fits(tokens: Sequence[Token], span: tuple[int, int]) -> bool:
    count = 1 + sum(not tokens[at].is_glued for at in range(span[0] + 1, span[1]))
    return count <= MOST_WORDS and tokens[span[1] - 1].end - tokens[span[0]].start <= MOST_CHARACTERS


def read(text: str, language: str) -> tuple[NumberReading | None, str]:
    """Return what the parser reads in a phrase, or None and why it reads nothing."""
    try:
        return read_number_phrase(text, language), ""
    except (UnreadablePhraseError, NoLexiconError) as reason:
        return None, str(reason)
