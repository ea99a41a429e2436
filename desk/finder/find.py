"""The proposals of a text: which phrases may be figures, in three tiers, each read by the project's own parser.

Tier 1 is a number, or a person, of which the text says a harm, and a number of attacks; tier 2 every other number of
people; tier 3 every other number that is no date, age, money, distance. What is refused keeps its reason and has tier 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from desk.finder.joins import Cue, Paragraph, is_of_them
from desk.finder.mentions import Mention, mentions_of
from desk.finder.reading import Phrase, phrase_of
from desk.finder.refusals import refusal_of
from desk.finder.suggest import counting_of, place_of, population_of, source_of
from desk.finder.tokens import Token, tokens_of
from desk.finder.words import Words, words_of
from ingest.record.lookups import read_vocabulary


@dataclass(frozen=True)
class Proposal:
    """One phrase that may be a figure. ``start`` and ``end`` are characters of the paragraph, which counts from 1.

    ``tier`` is 1 to 3, and 0 where ``reason`` says why it is no figure. ``measure_id`` is certain only in tier 1.
    ``problem`` is why the parser could not read the phrase, else empty.
    """

    paragraph: int
    start: int
    end: int
    phrase: str
    tier: int
    reason: str
    measure_id: str
    hedge_id: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    problem: str
    population_id: str
    counting: str
    source_text: str
    place_text: str


def proposals_of(paragraphs: Sequence[str], language: str) -> list[Proposal]:
    """Return the proposals of a text in the order of their places, those refused included.

    KeyError where the language has no words (desk.finder.words.languages).
    """
    words = words_of(language)
    found: list[Proposal] = []
    carried = ""
    for number, paragraph in enumerate(paragraphs, 1):
        tokens = tokens_of(paragraph)
        mentions = mentions_of(tokens, words)
        refusals = [refusal_of(mention, tokens, words) for mention in mentions]
        kept = [mention for mention, reason in zip(mentions, refusals, strict=True) if not reason]
        cues = dict(zip(map(id, kept), Paragraph(tokens, kept, words).cues(carried), strict=True))
        for mention, reason in zip(mentions, refusals, strict=True):
            cue = cues.get(id(mention))
            tier, reason = (0, reason) if reason else _tier(mention, cue, tokens, words)
            if tier or mention.kind != "single":
                phrase = phrase_of(paragraph, tokens, mention, mentions)
                found.append(_proposal(number, paragraph, mention, tokens, words, cue, tier, reason, phrase))
        said = [cue.measure_id for mention in kept if (cue := cues[id(mention)]) and cue.strength == "said" and cue.measure_id not in words.attacks]
        carried = said[-1] if said else ""
    return found


def _tier(mention: Mention, cue: Cue | None, tokens: Sequence[Token], words: Words) -> tuple[int, str]:
    is_near = cue is None or cue.strength == "near"
    if mention.kind == "single":
        return (0, "no harm is said of it") if is_near or (cue and cue.measure_id == "missing") else (1, "")
    if mention.kind == "nobody":
        return (0, "no harm is said of it") if is_near else (3, "")
    if mention.kind == "share":
        return (1, "") if is_of_them(mention, words) and not is_near else (0, "share of something else")
    if mention.kind == "ordinal":
        return (1, "") if not is_near else (0, "ordinal")
    if mention.counted == "attacks":
        return 1, ""
    if words_in_sentence(mention, tokens, words, "other_causes"):
        return 3, ""
    if mention.counted == "families":
        return (3, "") if is_near else (2, "")
    if not is_near:
        return (2, "") if cue and cue.measure_id == "missing" else (1, "") if mention.counted != "things" or cue.strength == "said" else (3, "")
    if mention.counted == "people":
        return (3, "") if _is_no_harm(mention, tokens, words) else (2, "")
    if mention.counted == "bare" and cue is not None:
        return 3, ""
    return 3, ""


def words_in_sentence(mention: Mention, tokens: Sequence[Token], words: Words, name: str) -> bool:
    """Say whether a word of a list stands in the sentence of a mention."""
    sentence = tokens[mention.start].sentence
    return any(token.sentence == sentence and words[name].length_at(tokens, at) for at, token in enumerate(tokens))


def _is_no_harm(mention: Mention, tokens: Sequence[Token], words: Words) -> bool:
    """Say whether people are counted for something else: deployed, in need of aid, arrested, the population."""
    if mention.head in words["people_no_harm_nouns"] or words["size_of"].length_before(tokens, mention.start):
        return True
    if tokens[mention.number_start].text == "one":
        return True
    if words["acts"].length_at(tokens, mention.noun_end):
        return True
    sentence = tokens[mention.start].sentence
    around = range(max(0, mention.start - 8), min(len(tokens), mention.noun_end + 8))
    return any(tokens[at].sentence == sentence and words["people_no_harm"].length_at(tokens, at) for at in around)


def _proposal(
    number: int,
    paragraph: str,
    mention: Mention,
    tokens: Sequence[Token],
    words: Words,
    cue: Cue | None,
    tier: int,
    reason: str,
    phrase: Phrase,
) -> Proposal:
    reading = phrase.reading
    return Proposal(
        number,
        phrase.start,
        phrase.end,
        phrase.text,
        tier,
        reason,
        cue.measure_id if cue and tier and cue.measure_id in read_vocabulary().lists["measures"] else "",
        reading.hedge_id if reading else "",
        reading.value if reading else None,
        reading.low if reading else None,
        reading.high if reading else None,
        phrase.problem,
        population_of(mention, tokens, words) if tier else "",
        counting_of(mention, tokens, words, cue.measure_id if cue else "") if tier else "",
        source_of(mention, paragraph, tokens, words) if tier else "",
        place_of(mention, paragraph, tokens, words) if tier else "",
    )
