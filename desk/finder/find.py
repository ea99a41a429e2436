"""The proposals of a text: which phrases may be figures, in three tiers, each read by the project's own parser.

Tier 1 is a number, or a person, of which the text says a harm, and a number of attacks; tier 2 every other number of
people, and of drones, missiles and homes of which it is said what became of them; tier 3 every other number that is no
date, age, money, distance, and counts no other things. What is refused has tier 0 and keeps its reason.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from desk.finder.headings import columns_of, measures_of_row
from desk.finder.joins import Cue, Paragraph
from desk.finder.mentions import Mention, is_of_them, mentions_of
from desk.finder.reading import phrase_of
from desk.finder.refusals import refusal_of
from desk.finder.suggest import cause_of, counting_of, days_of, place_of, population_of, said_day_of, source_of
from desk.finder.tokens import Token, tokens_of
from desk.finder.words import Words, words_of
from ingest.record.lookups import read_vocabulary

# What is no harm by itself, and seldom a figure: in these tiers, and never of a person told by an article.
LATER = {"missing": 2, "returned": 2, "abducted_or_detained": 2, "rescued": 2}
OF_THINGS = ("households_", "homes_", "drones_", "missiles_")
# How people are called: of others that nothing is said of, a noun counts things.
PEOPLE = re.compile(r"(?:ers|ors|ists|ees|ants|folk|kin)$")
REACH_ADVERB, REACH_EXCESS, REACH_HELP = 3, 4, 4
# What is said of others is suggested without what is said of these alone.
WIDER = {"critically_injured": "injured", "households_displaced": "displaced"}


@dataclass(frozen=True)
class Proposal:
    """One phrase that may be a figure. ``start`` and ``end`` are characters of the paragraph, which counts from 1.

    ``tier`` is 1 to 3, and 0 where ``reason`` says why it is no figure. ``measure_id`` is certain only in tier 1.
    ``problem`` is why the parser could not read the phrase, else empty. ``days`` are those its sentence names
    (suggest.days_of), ``head`` the noun it counts, ``said_day`` that on which it was said.
    ``origin`` is finder, or program (external.py).
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
    cause_id: str = ""
    days: tuple[int, int] | None = None
    head: str = ""
    said_day: int | None = None
    origin: str = "finder"


def proposals_of(paragraphs: Sequence[str], language: str) -> list[Proposal]:
    """Return the proposals of a text in the order of their places, those refused included.

    KeyError where the language has no words (desk.finder.words.languages).
    """
    words = words_of(language)
    found: list[Proposal] = []
    carried, columns = "", list[str]()
    for number, paragraph in enumerate(paragraphs, 1):
        place = _Place(number, paragraph, tokens_of(paragraph), words)
        mentions = mentions_of(paragraph, place.tokens, words)
        refusals = [refusal_of(mention, place.tokens, words) for mention in mentions]
        kept = [mention for mention, reason in zip(mentions, refusals, strict=True) if not reason]
        told = Paragraph(place.tokens, kept, words).cues(carried)
        if row := measures_of_row(kept, place.tokens, columns):
            told = [Cue(row[at], "said") if at in row else None for at in range(len(kept))]
        columns = columns if row else columns_of(place.tokens, words)
        cues = dict(zip(map(id, kept), told, strict=True))
        for mention, refusal in zip(mentions, refusals, strict=True):
            cue = cues.get(id(mention))
            tier, reason = (0, refusal) if refusal else place.tier(mention, cue)
            if tier or mention.kind not in ("single", "nobody"):
                found.append(place.proposal(mention, cue, tier, reason))
        said = [cue.measure_id for mention in kept if (cue := cues[id(mention)]) and cue.strength == "said"]
        carried = next((measure for measure in reversed(said) if measure not in words.attacks), "")
    return list(_with_measures(found, words))


def _with_measures(found: Sequence[Proposal], words: Words) -> Iterator[Proposal]:
    """Suggest for people of whom no harm is said what is said of the people before them, else most often."""
    said = [each.measure_id for each in found if each.tier == 1 and each.measure_id]
    usual, last = Counter(said).most_common(1)[0][0] if said else "", ""
    measures = {each.measure_id for each in found}
    for each in found:
        last = each.measure_id if each.tier == 1 and each.measure_id else last
        is_open = each.tier in (2, 3) and not each.measure_id
        near = WIDER.get(last, last) or usual
        if each.head in words["families"]:
            near = "households_displaced" if "displaced" in measures else ""
        yield replace(each, measure_id=near) if is_open else each


def proposal_at(number: int, paragraph: str, span: tuple[int, int], language: str) -> Proposal:
    """Return what would be proposed for a phrase that a person marked, from its characters ``span``.

    KeyError where the language has no words.
    """
    words = words_of(language)
    place = _Place(number, paragraph, tokens_of(paragraph), words)
    inside = [at for at, token in enumerate(place.tokens) if span[0] <= token.start < span[1]] or [0]
    mentions = mentions_of(paragraph, place.tokens, words)
    here = [each for each in mentions if inside[0] < each.noun_end and each.start <= inside[-1]]
    mention = here[0] if here else Mention("count", inside[0], inside[0], inside[-1] + 1, inside[-1] + 1, "people")
    kept = [
        each for each in mentions if each is mention or (each not in here and not refusal_of(each, place.tokens, words))
    ]
    kept = sorted([*kept, *([] if here else [mention])], key=lambda each: each.number_start)
    cue = dict(zip(map(id, kept), Paragraph(place.tokens, kept, words).cues(), strict=True))[id(mention)]
    return place.proposal(mention, cue, 3, "")


@dataclass(frozen=True)
class _Place:
    """A paragraph with its number and its tokens."""

    number: int
    text: str
    tokens: Sequence[Token]
    words: Words

    def tier(self, mention: Mention, cue: Cue | None) -> tuple[int, str]:
        """Return the tier of a mention that was not refused, or 0 and why it is no figure."""
        is_said = cue is not None and cue.strength != "near"
        if mention.kind in ("single", "nobody", "share"):
            return self._tier_of_words(mention, cue, is_said)
        if mention.thing:
            return self._tier_of_things(cue)
        if mention.counted == "attacks":
            return 1, ""
        if self._has("other_causes", self._sentence(mention)):
            return 3, ""
        return self._tier_of_people(mention, cue if is_said else None)

    def _tier_of_people(self, mention: Mention, said: Cue | None) -> tuple[int, str]:
        if self._is_yet_to_come(mention):
            return 0, "nothing that has happened"
        if said:
            is_place = bool(self.words["size_of_place"].length_before(self.tokens, mention.start))
            is_other = is_place or self._are_helped(mention, said) or self._are_let_go(mention, said)
            return (3 if is_other else _said_tier(mention, said)), ""
        if mention.counted == "things" and not self._may_be_people(mention):
            return 0, "counts things"
        is_count_of_people = mention.counted == "people" and not self._is_no_harm(mention)
        return (2, "") if is_count_of_people else (3, "")

    def _is_yet_to_come(self, mention: Mention) -> bool:
        """Whether it could or will be, and was not: "10,000 people could be displaced", but "may have been killed"."""
        for step in range(mention.noun_end, min(mention.noun_end + 3, len(self.tokens))):
            if length := self.words["modals"].length_at(self.tokens, step):
                return self.tokens[min(step + length, len(self.tokens) - 1)].text != "have"
            if self.tokens[step].kind == "mark":
                return False
        return False

    def _are_let_go(self, mention: Mention, cue: Cue) -> bool:
        """Whether captives are counted as those let go: "freed three hostages in return for 90 prisoners"."""
        return cue.measure_id == "abducted_or_detained" and self._has("let_go", self._sentence(mention))

    def _are_helped(self, mention: Mention, cue: Cue) -> bool:
        """Whether refugees are counted as those asked or helped: "a survey among 3,400 refugees"."""
        before = range(max(0, mention.start - REACH_HELP), mention.start)
        return cue.measure_id == "displaced" and self._has("helped", before)

    def _tier_of_things(self, cue: Cue | None) -> tuple[int, str]:
        """Drones, missiles and homes are figures where it is told what became of them."""
        return (0, "counts things") if cue is None else (3 if cue.strength == "near" else 2, "")

    def _may_be_people(self, mention: Mention) -> bool:
        """Whether an unknown noun may be one of people; where harm is told by nearness alone, any may."""
        if self.words.is_by_nearness:
            return True
        is_name = self.tokens[mention.noun_end - 1].is_capital and mention.head.endswith("s")
        return is_name or bool(PEOPLE.search(mention.head))

    def _tier_of_words(self, mention: Mention, cue: Cue | None, is_said: bool) -> tuple[int, str]:
        """What is told by no number of its own is a figure only where a harm is said of it."""
        if mention.kind == "share":
            is_theirs = is_of_them(mention, self.words) or mention.counted == "bare"
            return (1, "") if is_said and is_theirs else (0, "share of something else")
        if not is_said or (cue and cue.measure_id in LATER):
            return 0, "no harm is said of it"
        return (3 if mention.kind == "nobody" else 1), ""

    def _sentence(self, mention: Mention) -> range:
        sentence = self.tokens[mention.start].sentence
        places = [at for at, token in enumerate(self.tokens) if token.sentence == sentence]
        return range(places[0], places[-1] + 1)

    def _has(self, name: str, places: range) -> bool:
        return any(self.words[name].length_at(self.tokens, at) for at in places)

    def _is_no_harm(self, mention: Mention) -> bool:
        """Say whether people are counted for something else: deployed, in need of aid, arrested, the population."""
        words = self.words
        is_other = (
            self._is_whole(mention)
            or mention.nouns[0] in ("them", "whom", "which")
            or (mention.head in words["people_no_harm_nouns"] or self.tokens[mention.number_start].text in words["one"])
        )
        is_size = bool(words["size_of"].length_before(self.tokens, mention.start))
        is_acting = bool(words["acts"].length_at(self.tokens, mention.noun_end))
        sentence = self._sentence(mention)
        around = range(max(sentence.start, mention.start - 8), min(sentence.stop, mention.noun_end + 8))
        return is_other or is_size or is_acting or self._has("people_no_harm", around)

    def _is_whole(self, mention: Mention) -> bool:
        """Whether a number of them is told just before: the nine of "eight of the nine"."""
        if mention.start < 2 or self.tokens[mention.start - 1].text != "of":
            return False
        before = self.tokens[mention.start - 2]
        return before.kind == "number" or before.text in self.words["small_numbers"]

    def _measure(self, mention: Mention, told: str) -> str:
        """Return the narrower measure that the mention itself tells.

        Households are no people: of families in which somebody was killed or hurt no measure counts anything. Excess
        deaths are no killed, and who is in danger of their lives is critically injured.
        """
        if mention.counted == "families":
            return "households_displaced" if told in ("displaced", "households_displaced") else ""
        if told == "killed" and self._is_excess(mention):
            return "excess_deaths"
        behind = range(mention.noun_end, min(mention.noun_end + REACH_ADVERB, len(self.tokens)))
        if told == "injured" and self._has("critically", behind):
            return "critically_injured"
        return told

    def _is_excess(self, mention: Mention) -> bool:
        """Whether deaths above what was expected are counted: 500 excess deaths, put excess deaths at 500."""
        sentence = self._sentence(mention)
        first = sentence.start if mention.counted == "bare" else mention.start
        return self._has("excess", range(first, min(mention.noun_end + REACH_EXCESS, sentence.stop)))

    def proposal(self, mention: Mention, cue: Cue | None, tier: int, reason: str) -> Proposal:
        """Return the proposal of a mention: its phrase, what it reads, and what is suggested."""
        phrase = phrase_of(self.text, self.tokens, mention, self.words.language)
        reading = phrase.reading
        measure_id = self._measure(mention, cue.measure_id if cue else "")
        told = (mention, self.tokens, self.words)
        return Proposal(
            paragraph=self.number,
            start=phrase.start,
            end=phrase.end,
            phrase=phrase.text,
            tier=tier,
            reason=reason,
            measure_id=measure_id if tier and measure_id in read_vocabulary().lists["measures"] else "",
            hedge_id=reading.hedge_id if reading else "",
            value=reading.value if reading else None,
            low=reading.low if reading else None,
            high=reading.high if reading else None,
            problem=phrase.problem,
            population_id=population_of(*told) if tier else "",
            counting=counting_of(*told, measure_id) if tier else "",
            source_text=source_of(mention, self.text, self.tokens, self.words) if tier else "",
            place_text=place_of(mention, self.text, self.tokens, self.words) if tier else "",
            cause_id=cause_of(*told) if tier else "",
            days=days_of(*told) if tier else None,
            head=mention.head,
            said_day=said_day_of(*told) if tier else None,
        )


def _said_tier(mention: Mention, cue: Cue) -> int:
    """A harm said of people is certain; of a thing only where it is said of the thing itself; the missing have none."""
    if cue.measure_id in LATER:
        return LATER[cue.measure_id]
    if mention.counted == "families" or any(cue.measure_id.startswith(each) for each in OF_THINGS):
        return 2
    return 1 if mention.counted != "things" or cue.strength == "said" else 3
