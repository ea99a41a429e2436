"""Which harm is said of a mention itself, from its noun phrase and the words before and behind it in its sentence."""

from collections.abc import Sequence

from desk.finder.headings import label_before
from desk.finder.mentions import Mention, is_of_them
from desk.finder.tokens import Token
from desk.finder.words import EMPTY, PhraseSet, Words

REACH_RIGHT, REACH_TOLL, REACH_LEFT, REACH_AUX, REACH_COUNT = 16, 26, 3, 8, 14
# A mention is asked in this order: "killed or injured" before each of them, displaced last, since "displaced people"
# can be killed.
ORDER = (
    "killed_or_injured", "killed", "injured", "missing", "abducted_or_detained", "rescued", "returned", "displaced",
)  # fmt: skip
BOTH = "killed_or_injured"
# "All 65 prisoners died": who is called so can come to harm besides.
WEAK_INSIDE = ("displaced", "abducted_or_detained", "missing", "returned")
ASIDES = {"(": ")", "\u2014": "\u2014", "\u2013": "\u2013", "[": "]"}
LONGEST_ASIDE, REACH_RELATIVE, LONGEST_APPOSITION = 16, 5, 8
LONGEST_OFFICE = 6


class Harm:
    """The tokens and mentions of one paragraph, asked for the harm that is said of a mention."""

    def __init__(self, tokens: Sequence[Token], mentions: Sequence[Mention], words: Words) -> None:
        """Take what a paragraph holds; measures the language has no words for are never found."""
        self.tokens, self.mentions, self.words = tokens, mentions, words
        self.measures = [measure for measure in ORDER if measure in words.measures]
        self.starts = {mention.start: mention for mention in mentions}
        self._sentences: dict[int, range] = {}
        for step, token in enumerate(tokens):
            first = self._sentences.get(token.sentence, range(step, step))
            self._sentences[token.sentence] = range(first.start, step + 1)

    def said_of(self, mention: Mention) -> str:
        """Return the measure that is said of this mention, or nothing."""
        if mention.counted == "attacks":
            return self._attack(mention)
        return "" if self.is_named_again(mention) else self._said_of_people(mention)

    def _said_of_people(self, mention: Mention) -> str:
        inside = self._inside(mention)
        if inside and inside not in WEAK_INSIDE:
            # "Three of those wounded later died."
            return "killed" if inside == "injured" and self.behind(mention) == "killed" else inside
        if label := label_before(mention, self.tokens, self.words):
            return label
        found = BOTH if self._participle(mention.noun_end) == BOTH else self.before(mention)
        if mention.counted == "things":
            return found or inside or self.behind(mention)
        if found or self.is_told(mention) or self.words.is_verb_first:
            return found or inside
        told = self.behind(mention) or inside or self._toll(mention)
        return told or ("killed" if self._has("victims", mention.noun_end - 1) and mention.kind != "single" else "")

    def at(self, name: str, step: int) -> tuple[str, int]:
        """Return the measure of which a word of this list stands here, and how many tokens it has."""
        if self._has("not_harm", step):
            return "", 0
        found = [
            (self.words.of_measure(measure, name).length_at(self.tokens, step), measure) for measure in self.measures
        ]
        length, measure = max(found, key=lambda each: each[0], default=(0, ""))
        return (measure, length) if length else ("", 0)

    def text(self, step: int) -> str:
        """Return the text of a token, or nothing beyond the ends."""
        return self.tokens[step].text if 0 <= step < len(self.tokens) else ""

    def sentence_of(self, mention: Mention) -> range:
        """Return the places of the tokens of the sentence a mention stands in."""
        return self._sentences[self.tokens[mention.number_start].sentence]

    def _has(self, name: str, step: int) -> bool:
        return bool(self.words[name].length_at(self.tokens, step))

    def _length(self, name: str, step: int) -> int:
        return self.words[name].length_at(self.tokens, step)

    def _measure(self, measure: str, name: str) -> PhraseSet:
        return self.words.of_measure(measure, name) if measure in self.words.measures else EMPTY

    def _attack(self, mention: Mention) -> str:
        inside = range(mention.number_start + 1, mention.noun_end + 1)
        for measure, names in self.words.attacks.items():
            ends = inside if mention.kind == "ordinal" else inside[-1:]
            if any(names.length_before(self.tokens, end) for end in ends):
                return "attacks" if any(noun in self.words["not_strikes"] for noun in mention.nouns) else measure
        return "attacks"

    def is_told(self, mention: Mention) -> bool:
        """Whether the mention speaks or is a predicate: "a resident said", "according to a resident", "was a man"."""
        step = mention.noun_end
        if mention.kind == "single":
            step = self._past_office(step)
            while step < len(self.tokens) and self._is_name(step, mention):
                step += 1
            if self._has("and", step) and self._has("people_words", step + 1):
                step += 2  # "a soldier and witnesses said"
        if self._has("says", step) and not self._has("read_as", step) and not self._participle(mention.noun_end):
            return True
        if mention.kind != "single":
            return False
        before = mention.start - 1 - self._has("also", mention.start - 1)
        is_predicate = self._has("be", before) or self._has("introduces", mention.start - 1)
        return is_predicate or bool(self.words["read_as"].length_before(self.tokens, mention.start))

    def _past_office(self, step: int) -> int:
        """Step over "of communication" in "the minister of communication told"."""
        if self.text(step) != "of":
            return step
        ahead = range(step + 1, min(step + LONGEST_OFFICE, len(self.tokens)))
        return next((at for at in ahead if self._has("says", at)), step)

    def _is_name(self, step: int, mention: Mention) -> bool:
        """Whether a name goes on here, or the comma before one: "a spokesman, Farhan Haq, said"."""
        if self.text(step) == ",":
            step += 1 if step == mention.noun_end else 0
        return step < len(self.tokens) and self.tokens[step].is_capital

    # The noun phrase itself.

    def _inside(self, mention: Mention) -> str:
        """71 fatalities, three martyrs, 600,000 displaced persons, 742 killed servicemen."""
        if mention.kind == "single":
            return ""
        end = mention.noun_end
        if self._measure(BOTH, "nouns").length_before(self.tokens, end):
            return "killed" if self._is_death_toll(mention) else BOTH
        for measure in self.measures:
            if self.words.of_measure(measure, "nouns").length_before(self.tokens, end):
                return self._with_other(end, measure)
        for step in range(mention.end, end):
            for name in ("passive", "nouns"):
                measure, length = self.at(name, step)
                if measure and (name == "passive" or measure == "displaced"):
                    return self._with_other(step + length, measure)
        return ""

    def _with_other(self, end: int, measure: str) -> str:
        """Return killed_or_injured for "dead and wounded", "killed or injured"; else the measure itself."""
        both = self._measure(BOTH, "passive")
        for back in (1, 2):
            length = both.length_at(self.tokens, end - back)
            if length > back:
                after = end - back + length
                has_object = after in self.starts or self._has("begins_object", after)
                return measure if has_object and not self._is_passive(end - back) else BOTH
        return measure

    def _is_death_toll(self, mention: Mention) -> bool:
        return any(self._has("death_toll", step) for step in self.sentence_of(mention))

    # What stands before it.

    def before(self, mention: Mention) -> str:
        """A verb whose object it is: killed at least 12, wounding 20 others, the deaths of 16 civilians."""
        end = self._left_of(mention)
        both = self._measure(BOTH, "active_both").length_before(self.tokens, end)
        if both and not self._is_passive(end - both):
            return BOTH
        for measure in self.measures:
            if self.words.of_measure(measure, "of").length_before(self.tokens, end):
                return measure
            length = self.words.of_measure(measure, "active").length_before(self.tokens, end)
            if length and self._takes(end - length, end, mention, measure):
                return measure
        return self._forced(mention, end)

    def _left_of(self, mention: Mention) -> int:
        """Return where what stands before the mention ends, adverbs and the like stepped over."""
        end = mention.start
        while end > 0 and mention.start - end < REACH_LEFT and self._has("steps_over", end - 1):
            end -= 1
        return end

    def _takes(self, start: int, end: int, mention: Mention, measure: str) -> bool:
        """Whether the verb takes the mention as its object, rather than ending a passive before it."""
        for step in range(start, end):
            if self.words.of_measure(measure, "needs_lives").length_at(self.tokens, step):
                return any(noun in self.words["lives"] for noun in mention.nouns)
            if (
                self.words.of_measure(measure, "needs_people").length_at(self.tokens, step)
                and mention.counted != "people"
            ):
                return False
        return self.tokens[end - 1].text.endswith("ing") or not self._is_passive(start)

    def _is_passive(self, at: int) -> bool:
        """Whether a form of be stands before a participle: "were reportedly killed", but not "have killed"."""
        step = at - 1
        while step >= 0 and at - step < 4 and self._has("between_aux", step) and not self._has("be", step):
            step -= 1
        return self._has("be", step)

    def _forced(self, mention: Mention, end: int) -> str:
        """Sent 35,000 people fleeing; forced 300,000 to leave their homes."""
        if not self._measure("displaced", "forcing").length_before(self.tokens, end):
            return ""
        ahead = range(mention.noun_end, mention.noun_end + 5)
        is_flight = any(
            self._measure("displaced", name).length_at(self.tokens, step)
            for step in ahead
            for name in ("alone", "flight")
        )
        return "displaced" if is_flight else ""

    # What stands behind it.

    def behind(self, mention: Mention) -> str:
        """A predicate: two people … were killed; 20 others wounded; 33,000 residents were forced to leave."""
        if self.text(mention.start - 1) == "of" and mention.kind == "single":
            return ""
        # "Of the 120 students who began, nine are dead": what follows is said of the part.
        is_whole = self.text(mention.start - 1) == "of" and mention.start - 1 in (0, self.sentence_of(mention).start)
        if self.is_whole(mention):
            return ""
        return self._participle(mention.noun_end) or ("" if is_whole else self._clause(mention))

    def is_whole(self, mention: Mention) -> bool:
        """Whether a number before it counts a part of it: the nine crew of "eight of the nine crew died"."""
        of = mention.start - 1
        return self.text(of) == "of" and any(
            of in (other.end, other.noun_end) for other in self.mentions if other is not mention
        )

    def _clause(self, mention: Mention) -> str:
        """Walk the words behind a mention to the verb that is said of it."""
        step = mention.noun_end
        last = self.sentence_of(mention).stop
        limit = min(last, step + REACH_RIGHT)
        while step < limit:
            past = self._past_aside(step, last)
            if past:
                step, limit = past, min(last, past + REACH_RIGHT)
                continue
            if self._stops(step, mention) or self._has("other_predicates", step):
                return ""
            if self._has("auxiliaries", step):
                found = self._predicate(step)
                if found or not self._in_relative(mention, step):
                    return found
            measure = self.at("alone", step)[0] or self._late_participle(mention, step, last)
            if measure:
                return measure
            step += 1
        return ""

    def _late_participle(self, mention: Mention, step: int, last: int) -> str:
        """A participle after a phrase of its own: "four peacekeepers from the mission injured."."""
        measure, length = self.at("passive", step)
        after = step + length
        if any(other in self.starts for other in range(mention.noun_end, step)):
            return ""
        is_end = after >= last or self._has("behind_participle", after)
        return self._with_other(after, measure) if measure and is_end and not self._has_object(after, step) else ""

    def _in_relative(self, mention: Mention, step: int) -> bool:
        """Whether an auxiliary belongs to a clause about the mention: "several people who had taken shelter …"."""
        opening = range(mention.noun_end, min(mention.noun_end + REACH_RELATIVE, step))
        return any(self._has("relatives", other) for other in opening)

    def _stops(self, step: int, mention: Mention) -> bool:
        """Whether what comes next is said of something else."""
        if self.text(step) in (";", ":") or self._has("says", step) or self._has("whose", step):
            return True
        if step > mention.noun_end and self._has("new_clause", step):
            return True
        if self._has("that", step) and self.text(step - 1) in (",", "and"):
            return True  # "26 bodies, three of them those of officers, and that ten of the wounded …"
        if self._has("of_them", step) and step + self._length("of_them", step) in self.starts:
            return True  # "912 civilians, of whom 310 were killed"
        other = self.starts.get(step)
        return other is not None and other is not mention and self._begins_another(other, mention)

    def _begins_another(self, other: Mention, mention: Mention) -> bool:
        is_parted = mention.kind == "single" and self.text(other.start - 1) == ","
        return self.words.is_by_nearness or other.counted == "attacks" or is_parted

    def _participle(self, at: int) -> str:
        """A participle right behind the phrase with no object of its own: 20 others wounded, 18 killed in a strike."""
        step = at
        while step < at + 3 and self._has("before_participle", step):
            step += 1
        for name in ("passive", "alone"):
            measure, length = self.at(name, step)
            if measure == BOTH and self._has_object(step + length, step) and not self._has("be", step - 1):
                # "Left 40 dead and wounded twice as many": the second is a verb of its own.
                return next(
                    (
                        each
                        for each in self.measures
                        if self._measure(each, name).length_at(self.tokens, step) and each != BOTH
                    ),
                    "",
                )
            if measure and not (name == "passive" and self._has_object(step + length, step)):
                return self._with_other(step + length, measure)
        is_borne = self._has("with", step) or self._has("bears", step)
        is_wounded = is_borne and any(self._has("wounds", step + ahead) for ahead in (1, 2, 3))
        return "injured" if is_wounded and "injured" in self.measures else ""

    def _has_object(self, at: int, verb: int) -> bool:
        """Whether what follows a verb is its object: another mention, or an article."""
        if self._is_passive(verb):
            return False
        if self._has("and", at) and self.at("active", at + 1)[1]:
            at += 1 + self.at("active", at + 1)[1]  # "shot and wounded a boy"
        return at in self.starts or self._has("begins_object", at)

    def _past_aside(self, at: int, last: int) -> int:
        """Return the place behind an aside that begins here, in brackets or between dashes; 0 where none does."""
        if past := self._past_apposition(at):
            return past
        closing = ASIDES.get(self.text(at), "")
        ends = [step for step in range(at + 1, min(last, at + LONGEST_ASIDE)) if closing and self.text(step) == closing]
        return ends[0] + 1 if ends else 0

    def _past_apposition(self, at: int) -> int:
        """Return the place behind ", a retired teacher," where the predicate of who was named goes on; else 0."""
        again = self.starts.get(at + 1) if self.text(at) == "," else None
        if again is None or again.kind != "single" or not self._has("articles", at + 1):
            return 0
        ahead = range(again.noun_end, min(again.noun_end + LONGEST_APPOSITION, len(self.tokens)))
        closing = next((step for step in ahead if self.text(step) in (",", ";", ".")), 0)
        goes_on = closing and (self._has("auxiliaries", closing + 1) or bool(self.at("alone", closing + 1)[1]))
        return closing + 1 if goes_on and self.text(closing) == "," else 0

    def is_named_again(self, mention: Mention) -> bool:
        """Whether somebody is told by another word: "her neighbour, a retired teacher, was killed" is one person."""
        step = mention.start - 1
        is_behind_one = any(
            other.noun_end == step and other is not mention and self._is_one(other) for other in self.mentions
        )
        return mention.kind == "single" and is_behind_one and bool(self._past_apposition(step))

    def _is_one(self, mention: Mention) -> bool:
        return mention.kind == "single" or (mention.reading is not None and mention.reading.value == 1)

    def _predicate(self, at: int) -> str:
        """Read what follows an auxiliary: have reportedly been killed and injured; were among the dead."""
        for step in range(at + 1, min(at + 1 + REACH_AUX, len(self.tokens))):
            for name in ("passive", "alone"):
                measure, length = self.at(name, step)
                if measure and not (self._has_object(step + length, step) and not self._has("be", at)):
                    return self._with_other(step + length, measure)
            measure, _ = self.at("nouns", step)
            if measure and self._has("before_noun", step - 1):
                return measure
            if self._has("among", step) and self._first_from(step + 1):
                return self.said_of(self._first_from(step + 1))  # type: ignore[arg-type]
            if not self._has("between_aux", step) and not self._has("auxiliaries", step):
                return ""
        return ""

    def _first_from(self, step: int) -> Mention | None:
        return self.starts.get(step) or self.starts.get(step + 1)

    # A count told before a bare number.

    def _toll(self, mention: Mention) -> str:
        """The death toll … to 30; the number of injured has increased to 20; fatalities have reached 56."""
        is_no_toll = mention.kind in ("single", "multiple", "nobody", "share") or is_of_them(mention, self.words)
        if is_no_toll or mention.counted in ("attacks", "things"):
            return ""
        first = self.sentence_of(mention).start
        if mention.counted != "bare" and mention.kind != "vague":
            # With people it must be said to be the count: "the losses amounted to 135 servicemen".
            if not self._has("count_verbs", self._left_of(mention) - 1):
                return ""
            first = max(first, mention.start - REACH_COUNT)
        places = range(mention.start - 1, max(first, mention.start - REACH_TOLL) - 1, -1)
        end = next((step for step in places if self.text(step) == ";" or self._is_other_count(step)), -1)
        counted = [step for step in places if step > end]
        found = (self.at("toll", step)[0] for step in counted if self._is_count(step))
        return next(filter(None, found), "") or next(filter(None, map(self._attacks_counted, counted)), "")

    def _is_other_count(self, at: int) -> bool:
        """Whether another number of the sentence begins here that is no earlier state of this one."""
        other = self.starts.get(at)
        if other is None or other.kind in ("single", "nobody"):
            return False
        is_former = other.reading is not None and other.reading.is_former
        return not is_former and self.text(at - 1) != "from" and not self._has("counts", at - 1)

    def _attacks_counted(self, at: int) -> str:
        """Return the measure of attacks whose number is told: the number of air strikes rose to 19."""
        found = (measure for measure, names in self.words.attacks.items() if names.length_at(self.tokens, at))
        return next(found, "") if any(self._has("counts", step) for step in range(max(0, at - 3), at)) else ""

    def _is_count(self, at: int) -> bool:
        """Whether a word of harm is the subject of a count: death toll, number of people killed, fatalities."""
        if self._has("counts_alone", at):
            return True
        return any(self._has("counts", step) for step in range(max(0, at - 8), at))
