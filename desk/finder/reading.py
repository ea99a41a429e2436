"""The phrase of a mention, as short as it can be and as long as the reading needs, and what the parser reads in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from desk.finder.mentions import Mention
from desk.finder.tokens import Token
from ingest.phrases.parse import NumberReading, UnreadablePhraseError, read_number_phrase
from ingest.phrases.search import longer_phrases

MOST_WORDS = 8
LEFT_OUT = frozenset("the these those a an another further additional other his her their its our my".split())


@dataclass(frozen=True)
class Phrase:
    """A phrase of the paragraph from ``start`` to ``end``, its reading, or the problem the parser has with it."""

    text: str
    start: int
    end: int
    reading: NumberReading | None
    problem: str


def phrase_of(paragraph: str, tokens: Sequence[Token], mention: Mention, mentions: Sequence[Mention]) -> Phrase:
    """Return the phrase that says the number with its hedge and, where there is room, what it counts."""
    first_problem = ""
    shortest: Phrase | None = None
    for start, end in _spans(tokens, mention):
        text = paragraph[tokens[start].start : tokens[end - 1].end]
        reading, problem = read(text)
        phrase = Phrase(text, tokens[start].start, tokens[end - 1].end, reading, problem)
        if reading is not None:
            is_whole = mention.kind == "single" or mention.start < mention.number_start
            return phrase if is_whole else _whole(paragraph, phrase, _room(tokens, mention, mentions))
        first_problem = first_problem or problem
        shortest = shortest or phrase
    assert shortest is not None
    return shortest


def _spans(tokens: Sequence[Token], mention: Mention) -> list[tuple[int, int]]:
    """Return the token spans to try: with the whole noun phrase first, then shorter ones, at last the number alone."""
    ends = list(range(mention.noun_end, mention.end - 1, -1))
    # What may be left out before a number says nothing of how sure it is.
    bare = all(tokens[at].text in LEFT_OUT for at in range(mention.start, mention.number_start))
    starts = [mention.start, mention.number_start] if bare and mention.start < mention.number_start else [mention.start]
    spans = [(start, end) for start in starts for end in ends if end > start]
    return [span for span in spans if _word_count(tokens, span) <= MOST_WORDS] or spans[-1:]


def _word_count(tokens: Sequence[Token], span: tuple[int, int]) -> int:
    return 1 + sum(not tokens[at].is_glued for at in range(span[0] + 1, span[1]))


def _room(tokens: Sequence[Token], mention: Mention, mentions: Sequence[Mention]) -> tuple[int, int]:
    """Return the characters between the mentions before and behind this one: no phrase reaches into another."""
    before = [tokens[other.noun_end - 1].end for other in mentions if other.noun_end <= mention.start]
    after = [tokens[other.start].start for other in mentions if other.start >= mention.noun_end and other is not mention]
    return max(before, default=0), min(after, default=tokens[-1].end)


def _whole(paragraph: str, phrase: Phrase, room: tuple[int, int]) -> Phrase:
    """Take in the words beside a phrase that change its reading, as `verify` asks."""
    for longer in longer_phrases(paragraph, phrase.text):
        reading, _ = read(longer)
        if reading is None or reading == phrase.reading or len(longer.split()) > MOST_WORDS:
            continue
        start = paragraph.find(longer, max(0, phrase.start - len(longer)))
        end = start + len(longer)
        if room[0] <= start <= phrase.start and phrase.end <= end <= room[1]:
            return Phrase(longer, start, end, reading, "")
    return phrase


@lru_cache(maxsize=20_000)
def read(text: str) -> tuple[NumberReading | None, str]:
    """Return what the parser reads in a phrase, or None and why it reads nothing."""
    try:
        return read_number_phrase(text), ""
    except UnreadablePhraseError as reason:
        return None, str(reason)
