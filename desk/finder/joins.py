"""Harm taken over from a mention beside it: A, B and C were killed; 12, including 3 children; of the dead, 224 men."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desk.finder.cues import Harm
from desk.finder.mentions import Mention, is_break, is_of_them
from desk.finder.things import Fate, Things
from desk.finder.tokens import Token
from desk.finder.words import Words

# How sure it is that the mention tells this harm: said of it, taken over from another mention, or only near it.
Strength = Literal["said", "joined", "near"]
LONGEST_LINK, LONGEST_SUBSET, REACH_NEAR = 18, 14, 6


@dataclass(frozen=True)
class Cue:
    """The measure a mention tells, and how it came to it."""

    measure_id: str
    strength: Strength


class Paragraph:
    """The mentions of one paragraph and the harm each tells."""

    def __init__(self, tokens: Sequence[Token], mentions: Sequence[Mention], words: Words) -> None:
        """Take the mentions of a paragraph that were not refused."""
        self.tokens, self.mentions, self.words = tokens, mentions, words
        self.harm = Harm(tokens, mentions, words)
        self.found: list[Cue | None] = [None] * len(mentions)

    def cues(self, carried: str = "") -> list[Cue | None]:
        """Return the cue of each mention, in order; ``carried`` is the measure the paragraph before ended with."""
        for at, fate in enumerate(Things(self.tokens, self.mentions, self.words).fates()):
            self.found[at] = self._own(at, fate)
        self._add_up()
        self._join_places()
        self._join_parts()
        self._join_backward()
        self._join_forward()
        for at, mention in enumerate(self.mentions):
            if self.found[at] is None and mention.counted != "attacks" and not mention.thing:
                self.found[at] = self._part_of_earlier(at) or self._carried(at, carried) or self._near(at)
        self._join_places()
        self._join_forward()
        return self.found

    def _own(self, at: int, fate: Fate | None) -> Cue | None:
        """What is said of a mention itself; what harms people comes before what harms things."""
        mention = self.mentions[at]
        measure = "" if mention.thing and mention.counted == "things" else self.harm.said_of(mention)
        if measure:
            mention.thing = ""
            return Cue(measure, "said")
        if fate:
            return Cue(fate.measure_id, "said" if fate.is_said else "near")
        return None if mention.thing else self._of_list(at)

    def _can_take(self, at: int) -> bool:
        mention = self.mentions[at]
        is_open = self.found[at] is None and not mention.thing and mention.counted in ("people", "bare", "families")
        return is_open and not self.harm.is_named_again(mention) and not self.harm.is_whole(mention)

    def _gives(self, at: int) -> Cue | None:
        cue = self.found[at]
        return cue if cue and cue.measure_id in self.harm.measures else None

    def _add_up(self) -> None:
        """340 people were hit: 90 killed, 250 wounded: what two parts add up to is both together."""
        for at in range(len(self.mentions) - 2):
            parts = (self._gives(at + 1), self._gives(at + 2))
            is_in_one = self._sentence(at) == self._sentence(at + 2)
            if (
                self.found[at] is None
                and is_in_one
                and {each.measure_id for each in parts if each} == {"killed", "injured"}
            ):
                values = [each.reading.value if each.reading else None for each in self.mentions[at : at + 3]]
                if None not in values and values[0] == sum(values[1:]):  # type: ignore[arg-type]
                    self.found[at] = Cue("killed_or_injured", "joined")

    def _sentence(self, at: int) -> int:
        return self.tokens[self.mentions[at].start].sentence

    def _join_parts(self) -> None:
        """12 people, including three children: a part tells what its total tells."""
        for at in range(1, len(self.mentions)):
            given = self._gives(at - 1)
            if given and self._can_take(at) and self._link(at - 1, at) == "subset":
                self.found[at] = Cue(given.measure_id, "joined")

    def _join_backward(self) -> None:
        """Three children and their mother were killed: the predicate stands behind the last of them."""
        for at in range(len(self.mentions) - 2, -1, -1):
            given = self._gives(at + 1)
            is_part = at > 0 and self._link(at - 1, at) == "subset"
            if not given or not self._can_take(at) or is_part or self._link(at, at + 1) != "join":
                continue
            if not self.harm.before(self.mentions[at + 1]) and not self.harm.is_told(self.mentions[at]):
                self.found[at] = Cue(given.measure_id, "joined")

    def _join_forward(self) -> None:
        """Killed a child, three women and a man: the verb stands before the first of them."""
        for at in range(1, len(self.mentions)):
            given = self._gives(at - 1)
            link = self._link(at - 1, at) if given and self._can_take(at) else ""
            if not given or not link or (link == "join" and self.harm.is_told(self.mentions[at])):
                continue
            self.found[at] = Cue(given.measure_id, "near" if given.strength == "near" else "joined")

    def _join_places(self) -> None:
        """12 in Aleppo, seven in Idlib; Kerfa (2,004) and Um Jerr (1,121): a list of places counts one thing."""
        for at in range(1, len(self.mentions)):
            last, mention = self.mentions[at - 1], self.mentions[at]
            given = self.found[at - 1]
            if not given or self.found[at] is not None or mention.counted != "bare" or mention.kind == "single":
                continue
            if self._sentence(at - 1) == self._sentence(at) and self._are_places(last, mention):
                self.found[at] = given
                mention.counted = last.counted if last.counted in ("people", "families") else mention.counted

    def _are_places(self, last: Mention, mention: Mention) -> bool:
        gap = [self.tokens[step] for step in range(last.noun_end, mention.start)]
        if not gap or len(gap) > LONGEST_LINK or any(token.text in (";", ":", ".") for token in gap):
            return False
        in_brackets = gap[-1].text == "(" and self.tokens[last.start - 1].text == "(" and gap[0].text == ")"
        if in_brackets:
            return True
        ahead = mention.noun_end
        is_placed = any(self.words[name].length_at(self.tokens, ahead) for name in ("place_before", "day_before"))
        is_named = any(token.is_capital for token in self.tokens[ahead + 1 : ahead + 3])
        return bool(is_placed) and is_named and gap[-1].text in (",", "and")

    # How two mentions hang together.

    def _link(self, one: int, other: int) -> str:
        """Return ``join`` (A, B and C), ``subset`` (A, including B), or nothing."""
        first, second = self.mentions[one], self.mentions[other]
        between = range(first.noun_end, second.start)
        if (
            self.tokens[first.noun_end - 1].sentence != self.tokens[second.start].sentence
            or len(between) > LONGEST_LINK
        ):
            return ""
        if not between:
            return "join" if second.kind == "single" else ""
        if self._are_joins(between):
            return "" if self._begins_clause(second, between) else "join"
        if self._is_behind_relative(second, between):
            return "join"
        return "subset" if self._is_subset(second, between) else ""

    def _is_behind_relative(self, second: Mention, between: range) -> bool:
        """Included seven men who had signed the peace and a leader: the list goes on behind a clause."""
        is_relative = bool(self.words["relatives"].length_at(self.tokens, between[0]))
        is_and = self.tokens[between[-1]].text == "and" and second.counted == "people"
        return is_relative and is_and and not self.words["auxiliaries"].length_at(self.tokens, second.noun_end)

    def _begins_clause(self, second: Mention, between: range) -> bool:
        """Whether a semicolon parts two sentences: "nine workers; four people were taken to hospital"."""
        is_parted = any(self.tokens[step].text == ";" for step in between)
        end = second.noun_end
        is_verb = end < len(self.tokens) and self.tokens[end].kind == "word"
        is_list = bool(
            self.words["joins"].length_at(self.tokens, end) or self.words["place_before"].length_at(self.tokens, end)
        )
        return is_parted and is_verb and not is_list

    def _are_joins(self, between: range) -> bool:
        """Whether nothing but commas, "and", "as well as" and ages stands between."""
        step = between.start
        while step < between.stop:
            length = self.words["joins"].length_at(self.tokens, step) or self._age_at(step, between)
            if not length:
                return False
            step += length
        return True

    def _age_at(self, step: int, between: range) -> int:
        """The ages told between two people: ", 12, and", "aged 3 and 9,", "as young as 3 years old"."""
        is_told = any(self.words["tells_age"].length_at(self.tokens, other) for other in between)
        token = self.tokens[step]
        if token.kind == "number" and token.text.isdigit() and int(token.text) < 100:
            return 1
        return 1 if is_told and self.words["age_words"].length_at(self.tokens, step) else 0

    def _is_subset(self, second: Mention, between: range) -> bool:
        if self.words["aboard"].length_at(self.tokens, second.noun_end):
            return False  # struck with 25 people on board
        marks = [step for step in between if self.words["subset"].length_at(self.tokens, step)]
        if marks and not any(self._breaks(step) for step in range(marks[-1] + 1, between.stop)):
            return True
        if len(between) <= 3 and any(self.tokens[step].text == "(" for step in between):
            return True
        return is_of_them(second, self.words) and len(between) <= LONGEST_SUBSET

    def _breaks(self, step: int) -> bool:
        return is_break(self.tokens, step) or bool(self.words["breaks"].length_at(self.tokens, step))

    # What a sentence or the one before it is about.

    def _of_list(self, at: int) -> Cue | None:
        """Of those killed, 224 were men; the wounded included 2,364 men; among the injured is a boy."""
        mention = self.mentions[at]
        if mention.counted not in ("people", "bare") or self.harm.is_named_again(mention):
            return None
        first = self._clause_start(mention)
        reach = 3 if mention.kind == "single" else 10
        for step in range(first, min(first + reach, mention.start)):
            is_opening = step <= first + 1 and self.words["opens_list"].length_at(self.tokens, step)
            if not (is_opening or self.words["subject_of_list"].length_at(self.tokens, step)):
                continue
            for word in range(step, min(step + 8, mention.start)):
                for name in ("passive", "nouns", "toll"):
                    measure, _ = self.harm.at(name, word)
                    if measure:
                        return Cue(measure, "joined")
        return None

    def _clause_start(self, mention: Mention) -> int:
        """Return where the sentence of a mention begins, or what stands behind its last semicolon."""
        first = self.harm.sentence_of(mention).start
        return next((step + 1 for step in range(mention.start - 1, first, -1) if self.tokens[step].text == ";"), first)

    def _part_of_earlier(self, at: int) -> Cue | None:
        """Mostly militants but also including 79 civilians: a part of what the sentence counted before."""
        mention = self.mentions[at]
        is_share = self._is_share_of_last(mention)
        is_of_last = is_share or is_of_them(mention, self.words)
        if not (is_of_last or self.words["subset"].length_before(self.tokens, mention.start)):
            return None
        sentence = self.tokens[mention.start].sentence
        if is_of_last and self._are_other_people(at - 1, sentence):
            return None
        return self._last_said(at, {sentence, sentence - 1} if is_of_last else {sentence})

    def _are_other_people(self, at: int, sentence: int) -> bool:
        """Whether those counted just before are told no harm: "260,000 people, half of them children, lived there"."""
        last = self.mentions[at] if at >= 0 else None
        if last is None or last.kind == "single" or last.counted != "people":
            return False
        return self.tokens[last.start].sentence == sentence and self.found[at] is None

    def _is_share_of_last(self, mention: Mention) -> bool:
        """A quarter were women: a share of nothing named is one of those told before where people are told of it."""
        if (
            mention.kind != "share"
            or mention.counted != "bare"
            or not self.words["be"].length_at(self.tokens, mention.end)
        ):
            return False
        behind = range(mention.end + 1, min(mention.end + 3, len(self.tokens)))
        return any(self.words["people_words"].length_at(self.tokens, step) for step in behind)

    def _carried(self, at: int, carried: str) -> Cue | None:
        """A sentence that goes on with the one before: "The number includes 175 girls", "These are 182 fighters"."""
        mention = self.mentions[at]
        is_first = at == 0 or self._sentence(at - 1) != self._sentence(at)
        if mention.kind == "single" or not (mention.counted == "people" or (mention.counted == "bare" and is_first)):
            return None
        first = self.harm.sentence_of(mention).start
        opening = range(first, min(first + 4, mention.start + 1))
        if not any(self.words["carries_on"].length_at(self.tokens, step) for step in opening):
            return None
        sentence = self.tokens[mention.start].sentence
        found = self._last_said(at, {sentence, sentence - 1})
        return found or (Cue(carried, "joined") if carried and sentence == 0 else None)

    def _last_said(self, at: int, sentences: set[int]) -> Cue | None:
        for other in range(at - 1, -1, -1):
            cue = self._gives(other)
            if cue and cue.strength != "near" and self.tokens[self.mentions[other].start].sentence in sentences:
                return Cue(cue.measure_id, "joined")
        return None

    def _near(self, at: int) -> Cue | None:
        """The nearest word of harm of the sentence, before the mention or behind it: only a suggestion."""
        mention = self.mentions[at]
        if mention.counted not in ("people", "bare", "families") or mention.kind == "single":
            return None
        best: tuple[int, str] | None = None
        for step in self.harm.sentence_of(mention):
            if mention.start <= step < mention.noun_end:
                continue
            distance = mention.start - step if step < mention.start else step - mention.noun_end + 1
            for name in ("passive", "active", "alone", "nouns"):
                measure, _ = self.harm.at(name, step)
                is_on_side = (step < mention.start) == self.words.is_verb_first
                is_nearer = best is None or distance < best[0] or (distance == best[0] and is_on_side)
                if measure and is_nearer:
                    best = distance, measure
        if best is None:
            sentence = self.tokens[mention.start].sentence
            last = self._last_said(at, {sentence, sentence - 1})
            return Cue(last.measure_id, "near") if last else None
        return Cue(best[1], "joined" if self.words.is_by_nearness and best[0] <= REACH_NEAR else "near")
