"""Numbers that are no figure: dates, ages, money, distances, names of things, each with its reason."""

import re
from collections.abc import Sequence

from desk.finder.mentions import Mention, is_plural
from desk.finder.tokens import Token
from desk.finder.words import Words

MONEY = frozenset("$€£¥₽₪₴")
YEAR = re.compile(r"(1[89]|20)\d\d$")
CLOCK, CLOCK_OR_HOUR = re.compile(r"\d{1,2}:\d{2}(:\d{2})?$"), re.compile(r"\d{1,2}([:.]\d{2})?$")
DASHES = frozenset("-–‐‑−")
# A number that counts something is parted from its unit by no more than one of these: two whole days, 30 square km.
UNITS = (
    ("duration", "duration"),
    ("age", "age"),
    ("distance", "distance or area"),
    ("amount", "amount"),
    ("rank", "rank or score"),
)
SUFFIXES = frozenset({"", "k", "m", "mn", "bn"})
LONGEST_LIST_OF_DAYS, LONGEST_LIST_OF_AGES = 5, 8
LAST_DAY, OLDEST = 31, 110


def refusal_of(mention: Mention, tokens: Sequence[Token], words: Words) -> str:
    """Return why a number is no figure (date, time, age, money, distance, amount, duration, label …), or nothing."""
    if mention.kind in ("single", "multiple", "ordinal", "nobody"):
        return mention.refusal
    around = Around(mention, tokens, words)
    checks = (
        around.money,
        around.date,
        around.time,
        around.unit,
        around.label,
        around.pronoun,
        around.thing,
        around.share_of_other,
    )
    found = next((reason for check in checks if (reason := check())), "")
    return found or (mention.refusal if mention.reading is None else "")


class Around:
    """A number and what stands around it, asked for one reason after the other."""

    def __init__(self, mention: Mention, tokens: Sequence[Token], words: Words) -> None:
        """Take a mention of a paragraph."""
        self.mention, self.tokens, self.words = mention, tokens, words
        self.at, self.end = mention.number_start, mention.end
        self.number = tokens[self.at]
        self.before, self.after = self.text(self.at - 1), self.text(self.end)

    def text(self, at: int) -> str:
        """Return the text of a token, or nothing beyond the ends."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def is_in(self, name: str, at: int) -> bool:
        """Say whether a word of a list of no figures begins here."""
        return bool(self.words.not_counted(name).length_at(self.tokens, at))

    def money(self) -> str:
        """$445 million, 5 billion dollars, US$1.4."""
        is_sign = bool(MONEY & {self.before, self.after}) or self.before in ("us$", "usd", "eur")
        # "USD 1.2 and 1.35 billion": the sign stands before the first of them.
        is_second = self.before in ("and", "to", "-", "–") and self.text(self.at - 3) in ("usd", "us$", "eur", *MONEY)
        return "money" if is_sign or is_second or self.is_in("money", self.end) else ""

    def date(self) -> str:
        """7 October, October 5–8, 20 and 21 April, 12/3/2024, in 2024."""
        digits = [token for token in self.tokens[self.at : self.end] if token.kind == "number"]
        if not digits:
            return ""
        are_days = all(token.text.isdigit() and int(token.text) <= LAST_DAY for token in digits)
        # "On 3 May, and 7 boys were hurt": what counts people is no day of a list.
        is_listed = self.mention.counted in ("bare", "things") and self._is_listed_day()
        if "/" in digits[0].text or (are_days and (self._is_month(self.end) or is_listed)):
            return "date"
        are_years = len(digits) > 1 and all(YEAR.match(token.text) for token in digits)
        return "date" if self._is_year() or (are_years and self.mention.counted == "bare") else ""

    def _is_month(self, at: int) -> bool:
        # "may" is a month only with a capital.
        return self.is_in("date", at) and (self.tokens[at].text != "may" or self.tokens[at].is_capital)

    def _is_listed_day(self) -> bool:
        step = self.at - 1
        while step >= 0 and self.at - step <= LONGEST_LIST_OF_DAYS and self._is_day_or_link(step):
            step -= 1
        if step >= 0 and self._is_month(step) and self.tokens[step].is_capital:
            return True
        step = self.at + 1
        while step - self.at <= LONGEST_LIST_OF_DAYS and self._is_day_or_link(step):
            step += 1
        return step > self.at + 1 and step < len(self.tokens) and self._is_month(step) and self.tokens[step].is_capital

    def _is_day_or_link(self, at: int) -> bool:
        text = self.text(at)
        return text in DASHES or text in (",", ".", "and", "to") or (text.isdigit() and len(text) <= 2)

    def _is_year(self) -> bool:
        if not YEAR.match(self.number.text) or self.number.suffix:
            return False
        is_single_attack = self.mention.counted == "attacks" and not self.mention.head.endswith("s")
        is_counted = self.mention.counted in ("people", "attacks") and not is_single_attack
        is_after_year_word = bool(self.words["before_year"].length_before(self.tokens, self.at))
        if is_counted:
            return is_after_year_word
        is_dated = is_single_attack or self.mention.counted != "bare" or self._is_month(self.at - 1)
        is_heading = self.after == ":" and self._opens_sentence()
        return is_after_year_word or is_dated or is_heading or self.before in DASHES or self.before in (",", "(")

    def _opens_sentence(self) -> bool:
        return self.at == 0 or self.tokens[self.at - 1].sentence != self.number.sentence

    def time(self) -> str:
        """3:30, 7.45 am, 6 pm."""
        is_clock = bool(CLOCK.fullmatch(self.number.text))
        is_hour = bool(CLOCK_OR_HOUR.fullmatch(self.number.text)) and self.is_in("time", self.end)
        return "time of day" if is_clock or is_hour or self.number.suffix in ("am", "pm") else ""

    def unit(self) -> str:
        """90 kg, six-year, 12-hour, five storeys, a 55-year-old, aged 12."""
        if self.mention.counted == "attacks" and self.words["times"].length_at(self.tokens, self.end):
            return ""
        if self._is_age():
            return "age"
        if self.number.kind == "number" and self.number.suffix not in SUFFIXES:
            return "amount"
        at = self.end
        while self.text(at) in DASHES:
            at += 1
        for name, reason in UNITS:
            is_next = self.words["before_unit"].length_at(self.tokens, at) and self.is_in(name, at + 1)
            if self.is_in(name, at) or is_next:
                return reason
        return ""

    def _is_age(self) -> bool:
        step = self.at
        while step > 0 and step > self.at - LONGEST_LIST_OF_AGES and self._is_age_or_link(step - 1):
            step -= 1  # ages 2, 5 and 7
        if self.words["age_before"].length_before(self.tokens, step):
            return True
        reading = self.mention.reading
        if not (reading and reading.value and reading.value < OLDEST and self.mention.counted == "bare"):
            return False
        return self._is_age_of_one()

    def _is_age_or_link(self, at: int) -> bool:
        text = self.text(at)
        return text in DASHES or text in (",", "and", "to", "or", "(") or (text.isdigit() and int(text) < OLDEST)

    def _is_age_of_one(self) -> bool:
        """A boy of six; Huda, 37, and; her daughter (11); he was 24."""
        start = self.mention.start
        opening, one_before = self.text(start - 1), start - 2
        if opening == "of":
            return self._is_one(one_before)
        if opening == "(" and self.after == ")":
            return self._is_one(one_before)
        if opening == "," and self.after == ",":
            return self._is_one(one_before) or self._is_name(one_before)
        is_alone = self.after in ("", ".", ",", "and", "when")
        return is_alone and opening in ("was", "is", "were") and self.text(one_before) in self.words["he_or_she"]

    def _is_one(self, at: int) -> bool:
        """Whether one person is named here: a boy, her daughter."""
        word = self.text(at)
        is_person = bool(self.words["people_words"].length_at(self.tokens, at))
        return is_person and not is_plural(word) and word not in self.words["never_single"]

    def _is_name(self, at: int) -> bool:
        """Whether a name ends here: Huda, or Huda A."""
        at -= self.text(at) == "."
        return at >= 0 and self.tokens[at].is_capital and not place_before(self.tokens, at, self.words)

    def thing(self) -> str:
        """11 houses, 37 drones, five countries."""
        if self.mention.counted != "things" or self.mention.thing:
            return ""
        nouns = (self.mention.head, self.mention.nouns[0])
        listed = [self.words.not_counted(name) for name in ("things", "counted")]
        return "counts things" if any(noun in names for noun in nouns for names in listed) else ""

    def label(self) -> str:
        """No. 50, Phase 3–5, S-300, Unit 504, G7, 1. at the start of a line."""
        if self.number.kind != "number":
            return "number of a list" if self._is_bare() and self._is_numbered() else ""
        previous = self.tokens[self.at - 1] if self.at else None
        is_particle = self.before in self.words["particles"]
        if previous and self.number.is_glued and not is_particle and (previous.kind == "word" or self._is_hung()):
            return "part of a name or a word"
        is_ordered = self.words.not_counted("order").length_before(self.tokens, self.at) if self._names_nothing() else 0
        named = self.words.not_counted("label").length_before(self.tokens, self.at)
        is_named = previous and previous.is_capital and named
        is_called = (self.number.text[:1] == "0" and self.number.text[1:].isdigit()) or self.before == "+"
        is_numbered = self._is_bare() and self._is_numbered()
        return (
            "number of a list"
            if is_ordered or (is_named and self._is_bare()) or is_numbered or is_called or self._opens_line()
            else ""
        )

    def _is_numbered(self) -> bool:
        """Resolution 2736, hotline 103, hill 88, number 14: the number is a name, with or without a capital."""
        return self.mention.counted == "bare" and bool(
            self.words.not_counted("numbered").length_before(self.tokens, self.at)
        )

    def _is_hung(self) -> bool:
        is_dash = self.before in DASHES and self.tokens[self.at - 1].is_glued
        return is_dash and self.at > 1 and self.tokens[self.at - 2].kind == "word"

    def _names_nothing(self) -> bool:
        return self.mention.counted in ("bare", "things")

    def _is_bare(self) -> bool:
        return self.mention.start == self.at

    def _opens_line(self) -> bool:
        opens = self.at == 0 or self.tokens[self.at - 1].sentence != self.number.sentence
        return opens and self.text(self.at + 1) in (".", ")")

    def pronoun(self) -> str:
        """No one, one of the hospitals, one another, one thing."""
        if self.text(self.at) not in self.words["one"] or self.end != self.at + 1:
            return ""
        if self.after == "of":
            is_listed = self._is_listed()
            is_person = self.mention.counted == "people" or self._is_one_of_several() or is_listed
        else:
            is_person = bool(self.mention.nouns) or not self._is_bare() or self._is_hurt() or self._is_listed()
            is_told = self.before == "that" and self.words["says"].length_before(self.tokens, self.at - 1)
            is_person = is_person and (
                bool(is_told) or not self.words["before_pronoun"].length_before(self.tokens, self.at)
            )
        is_event = self.mention.counted == "attacks" and self._is_bare()
        return "one as a pronoun" if is_event or not is_person else ""

    def _is_listed(self) -> bool:
        """Three in one place and one of Aleppo, one on Monday: a list of places or days."""
        names = [self.words[name].length_at(self.tokens, self.end) for name in ("place_before", "day_before")]
        is_capital = self.end + 1 < len(self.tokens) and self.tokens[self.end + 1].is_capital
        return self.before in ("and", ",") and self.mention.counted == "bare" and any(names) and is_capital

    def _is_one_of_several(self) -> bool:
        """One of the eight died: who they are was told before."""
        at = self.end + 1 + (self.text(self.end + 1) in ("the", "those", "these", "his", "her", "their"))
        is_number = self.text(at).isdigit() or bool(self.words["small_numbers"].length_at(self.tokens, at))
        return is_number and not self._counts_things(at)

    def _is_hurt(self) -> bool:
        """Whether "one" counts a person: "one was killed", "one dead", "leaving one injured"."""
        if self.after.endswith("ing"):
            return False
        measures = self.words.measures
        if any(self.words.of_measure(each, "active").length_before(self.tokens, self.at) for each in measures):
            return True
        return any(
            self.words.of_measure(measure, name).length_at(self.tokens, at)
            for at in range(self.end, min(self.end + 3, len(self.tokens)))
            for measure in self.words.measures
            for name in ("passive", "alone")
        )

    def share_of_other(self) -> str:
        """Seven out of 12 missions, three out of four people."""
        is_second = bool(self.words["out_of"].length_before(self.tokens, self.mention.start))
        length = self.words["out_of"].length_at(self.tokens, self.end)
        is_first = length and self.text(self.end + length).isdigit()
        is_first = is_first or (self.after == "of" and self._counts_things(self.end + 1))
        return "share of something else" if is_second or is_first else ""

    def _counts_things(self, at: int) -> bool:
        """Whether a number of things stands here: the 5 bridges of "2 of 5 bridges"."""
        things = self.words.not_counted("things")
        is_number = at + 1 < len(self.tokens) and self.tokens[at].kind == "number"
        has_measure = any(names.length_at(self.tokens, at + 1) for names in self.words.things.values())
        return is_number and self.text(at + 1) in things and not has_measure


def place_before(tokens: Sequence[Token], at: int, words: Words) -> bool:
    """Whether a preposition of place stands before the capitals that end here: "in Deir Ezzor"."""
    while at > 0 and tokens[at - 1].is_capital:
        at -= 1
    return bool(words["place_before"].length_before(tokens, at))
