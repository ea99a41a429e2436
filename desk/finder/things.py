"""What became of counted things that have measures of their own: drones and missiles launched and stopped, homes."""

from collections.abc import Sequence
from dataclasses import dataclass

from desk.finder.mentions import Mention, is_of_them
from desk.finder.tokens import Token
from desk.finder.words import Words

REACH_BEHIND, REACH_BEFORE, REACH_FAR = 5, 26, 14
LONGEST_LIST = 12


@dataclass(frozen=True)
class Fate:
    """The measure a count of things tells; ``is_said`` where a verb says it, else the sentence only suggests it."""

    measure_id: str
    is_said: bool


class Things:
    """The mentions of one paragraph, asked which of them count things and what became of these."""

    def __init__(self, tokens: Sequence[Token], mentions: Sequence[Mention], words: Words) -> None:
        """Take the mentions of a paragraph that were not refused."""
        self.tokens, self.mentions, self.words = tokens, mentions, words
        self.starts = {mention.start for mention in mentions}

    def fates(self) -> list[Fate | None]:
        """Return the fate of each mention, in order; None where it counts none of these things."""
        found: list[Fate | None] = []
        for at, mention in enumerate(self.mentions):
            whole = self._whole(at)
            if whole and (told := self._of_part(mention, whole)):
                # "84 of 96 drones were downed", "downed 84 of the 96 drones": the 84 were, and 96 were launched.
                mention.thing = whole.thing
                found.append(Fate(told, True))
            elif at and self._whole(at - 1) is mention and found[-1]:
                found.append(Fate(self._first(mention.thing), True))
            else:
                found.append(self._of_thing(mention) if mention.thing else self._of_earlier(at, found))
        return found

    def _of_part(self, mention: Mention, whole: Mention) -> str:
        sides = (self._before(whole.thing, mention), self._behind(whole.thing, whole))
        return next(filter(None, sides), "") or self._far_behind(whole.thing, whole)

    def _whole(self, at: int) -> Mention | None:
        """The 96 drones that a number is told to be of: "84 of 96 drones", "84 of the 96 drones"."""
        if at + 1 >= len(self.mentions):
            return None
        mention, other = self.mentions[at], self.mentions[at + 1]
        is_part = self.tokens[mention.end].text == "of" and other.start == mention.end + 1
        return other if is_part and other.thing else None

    def _of_thing(self, mention: Mention) -> Fate | None:
        sides = (self._behind, self._before, self._far_behind)
        sides = (self._before, self._behind, self._far_behind) if self.words.is_verb_first else sides
        told = next(filter(None, (side(mention.thing, mention) for side in sides)), "")
        if told:
            return Fate(told, True)
        is_near = mention.thing in self.words["flying"] and self._is_attack(mention)
        return Fate(self._first(mention.thing), False) if is_near else None

    def _of_earlier(self, at: int, found: Sequence[Fate | None]) -> Fate | None:
        """43 homes were destroyed and 120 damaged; 108 drones, 22 of them over the sea, 39 over one region."""
        mention = self.mentions[at]
        before = next((each for each in range(at - 1, -1, -1) if self.mentions[each].thing), None)
        if mention.kind in ("single", "nobody", "ordinal", "multiple"):
            return None
        if before is None:
            return self._of_named(mention)
        earlier, fate = self.mentions[before], found[before]
        is_part = is_of_them(mention, self.words)
        sentences = self._sentence(mention) - self._sentence(earlier)
        is_bare = mention.counted == "bare" or self._at(earlier.thing, mention.end)
        if not fate or sentences > is_part or not (is_part or is_bare):
            return None
        if any(each.counted == "people" for each in self.mentions[before + 1 : at]):
            return None
        mention.thing = earlier.thing
        told = self._behind(earlier.thing, mention)
        if told or is_part or self._goes_on(before, at, found):
            last = next(each for each in reversed(found[:at]) if each)
            return Fate(told or last.measure_id, fate.is_said)
        mention.thing = ""
        return None

    def _of_named(self, mention: Mention) -> Fate | None:
        """A third of the houses are destroyed and 2,700 more are damaged: the thing was named without a count."""
        if mention.counted not in ("bare", "things"):
            return None
        for step in range(mention.start - 1, -1, -1):
            if self.tokens[step].sentence != self._sentence(mention):
                return None
            thing = next((each for each, names in self.words.things.items() if names.length_at(self.tokens, step)), "")
            told = self._behind(thing, mention) if thing and thing not in self.words["flying"] else ""
            if told:
                mention.thing = thing
                return Fate(told, True)
        return None

    def _goes_on(self, before: int, at: int, found: Sequence[Fate | None]) -> bool:
        """Whether a list of parts goes on: "164 drones overnight, 39 over one region and 26 over another"."""
        last, mention = self.mentions[at - 1], self.mentions[at]
        is_next = at - 1 == before or found[at - 1] is not None
        gap = range(last.noun_end, mention.start)
        is_listed = bool(gap) and self.tokens[gap[-1]].text in (",", "and", "(", ";")
        is_placed = bool(self.words["place_before"].length_at(self.tokens, mention.noun_end))
        return is_next and is_listed and is_placed and len(gap) <= LONGEST_LIST

    def _first(self, thing: str) -> str:
        """The measure of those that act: a drone that strikes was launched."""
        return next(iter(self.words.fates[thing]))

    def _sentence(self, mention: Mention) -> int:
        return self.tokens[mention.number_start].sentence

    def _at(self, thing: str, step: int) -> str:
        """Return the measure whose verb begins here: the longest wins, "damaged or destroyed" before "damaged"."""
        lengths = {measure: names.length_at(self.tokens, step) for measure, names in self.words.fates[thing].items()}
        measure = max(lengths, key=lambda each: lengths[each], default="")
        return measure if measure and lengths[measure] else ""

    def _behind(self, thing: str, mention: Mention) -> str:
        """A participle or a predicate right behind: "43 homes were destroyed", "12 drones launched from the sea"."""
        first = mention.end if self._at(thing, mention.end) else mention.noun_end
        for step in range(first, min(first + REACH_BEHIND, len(self.tokens))):
            if measure := self._at(thing, step):
                return self._first(thing) if self._has_object(thing, step) else measure
            is_between = self._has("between_aux", step) or self._has("auxiliaries", step)
            is_between |= self._has("before_participle", step) or self.tokens[step].text.endswith("ly")
            if not is_between:
                return ""
        return ""

    def _has_object(self, thing: str, step: int) -> bool:
        """Whether a verb has an object of its own behind it: "12 drones struck 7 homes"."""
        length = max((names.length_at(self.tokens, step) for names in self.words.fates[thing].values()), default=1)
        is_passive = any(self._has("be", back) for back in (step - 1, step - 2))
        return not is_passive and step + length in self.starts

    def _before(self, thing: str, mention: Mention) -> str:
        """The nearest verb before it in its sentence: "shot down 21 missiles and 298 drones"."""
        step = mention.start - 1
        while step >= max(0, mention.start - REACH_BEFORE) and self.tokens[step].sentence == self._sentence(mention):
            if self.tokens[step].text in (";", ":"):
                return ""
            if measure := self._at(thing, step):
                return measure
            step -= 1
        return ""

    def _far_behind(self, thing: str, mention: Mention) -> str:
        """A verb later in its sentence, before the next count: "12 drones over the north and the coast were downed"."""
        for step in range(mention.noun_end, min(mention.noun_end + REACH_FAR, len(self.tokens))):
            is_other = step in self.starts and self.tokens[step - 1].text not in (",", "and", "of")
            if is_other or self.tokens[step].sentence != self._sentence(mention):
                return ""
            if self.tokens[step].text in (";", ":"):
                return ""
            if measure := self._at(thing, step):
                return measure
        return ""

    def _is_attack(self, mention: Mention) -> bool:
        """Whether a word of an attack stands in the sentence, where things that fly count as launched."""
        names = (*self.words.attacks.values(), self.words["suggests_launch"])
        places = [step for step, token in enumerate(self.tokens) if token.sentence == self._sentence(mention)]
        return any(each.length_at(self.tokens, step) for step in places for each in names)

    def _has(self, name: str, step: int) -> bool:
        return bool(self.words[name].length_at(self.tokens, step))
