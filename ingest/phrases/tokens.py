"""A text to tokens: numbers in digits, words, and the marks that matter to reading a number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from ingest.phrases.lexicon import Lexicon, lexicon_of, normal_word


class UnreadablePhraseError(ValueError):
    """The phrase holds no number, or not one that can be read without guessing; the text says why."""


@dataclass(frozen=True)
class Token:
    """A number, a word (small letters) or a mark; ``is_glued`` where no space stands before it.

    ``start`` and ``end`` are places in the text. ``scale`` is the multiplier of a suffix (15k). ``doubt``: one
    group of three digits behind a sign that some write for thousands and others for decimals (14.000): it can be read
    only before a scale (1.255 million: ``alone`` it cannot) or only without one (``scaled``).
    ``refusal`` says why digits are no number. ``ordinal`` is the number of 7th.
    """

    kind: Literal["number", "word", "mark"]
    text: str
    is_glued: bool
    start: int
    end: int
    number: Decimal = Decimal(0)
    scale: int = 1
    doubt: Literal["", "alone", "scaled"] = ""
    refusal: str = ""
    ordinal: int = 0


# One character for one, so that places in the text stay. An em dash parts two thoughts; the shorter dashes join a range
# or a compound.
TYPOGRAPHY = (
    dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u200a\u2008\u2002\u2003"), " ")
    | dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032"), "'")
    | dict.fromkeys(map(ord, '"\u201c\u201d\u201e\u00ab\u00bb'), " ")
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
    | dict.fromkeys(map(ord, "\u2014\u2015\u061b"), ";")
    | {ord("\u060c"): ",", ord("\u061f"): "?", ord("\u066a"): "%"}
    | dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff\u200b"), " ")
)
MARKS_ON_LETTERS = "\u0300-\u036f\u064b-\u065f\u0670"
LETTER = f"[^\\W\\d_][{MARKS_ON_LETTERS}]*"
GROUPED = r"\d{1,3}(?P<sign>[ ,.'٬])\d{3}(?:(?P=sign)\d{3})*(?![ ,.'٬٫]?\d)"
# With more digits it is the number of an account or a call.
MOST_DIGITS = 15
VULGAR = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}


@dataclass(frozen=True)
class Line:
    """A text as tokens, with the lexicon it is read by. Positions are those of the tokens; beyond them is nothing."""

    text: str
    tokens: tuple[Token, ...]
    lexicon: Lexicon

    def word(self, position: int) -> str:
        """The text of a token, or nothing beyond the ends."""
        return self.tokens[position].text if 0 <= position < len(self.tokens) else ""

    def is_a(self, kind: str, position: int) -> bool:
        """Whether the token, alone, is a word of this kind."""
        return self.lexicon.meaning(kind, self.word(position)) is not None

    def match(self, kind: str, position: int) -> tuple[int, str] | None:
        """Return where the longest entry of this kind that begins here ends, and what it means."""
        for words, meaning in self.lexicon.entries.get(kind, {}).get(self.word(position), ()):
            end = self._end_of(words, position)
            if end:
                return end, meaning
        return None

    def matches_before(self, kind: str, position: int) -> int | None:
        """Return where an entry of this kind begins that ends just before this position."""
        for start in range(max(0, position - 6), position):
            found = self.match(kind, start)
            if found and found[0] == position:
                return start
        return None

    def _end_of(self, words: tuple[str, ...], position: int) -> int:
        for word in words:
            if self.word(position) == "-" and self.tokens[position].is_glued and word != words[0]:
                position += 1
            if self.word(position) != word:
                return 0
            position += 1
        return position

    def after_dash(self, position: int) -> int:
        """The position behind a dash that stands here, else this one."""
        return position + 1 if self.word(position) == "-" else position

    def span(self, start: int, end: int) -> str:
        """The text of some tokens as it is printed."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end] if end > start else ""

    def said(self, start: int, end: int) -> str:
        """The tokens in small letters, for messages."""
        return " ".join(token.text for token in self.tokens[start:end])

    def raw(self, position: int) -> str:
        """A token as it is printed."""
        return self.span(position, position + 1) if 0 <= position < len(self.tokens) else ""


def line_of(text: str, language: str) -> Line:
    """Split a text by the rules of its language; capitals, typographic quotes, dashes and spaces make no difference.

    NoLexiconError where the language has no lexicon. A number in digits that cannot be read has a ``refusal``.
    """
    lexicon = lexicon_of(language)
    plain = text.translate(TYPOGRAPHY)
    tokens: list[Token] = []
    for match in _pattern(lexicon.language).finditer(plain):
        is_glued = match.start() > 0 and not plain[match.start() - 1].isspace()
        tokens += [_apart_from(tokens, each) for each in _tokens(match, is_glued, lexicon)]
    return Line(text, tuple(tokens), lexicon)


def _apart_from(before: Sequence[Token], token: Token) -> Token:
    """The token; refused where it is the rest of a number that no language writes so: 1e5, 0x10."""
    is_rest = token.kind == "number" and before and before[-1].end == token.start and before[-1].kind != "mark"
    if is_rest and any(letter.isdigit() for letter in before[-1].text):
        return replace(token, refusal=f"'{before[-1].text}{token.text}' is written as no number of people is")
    return token


@cache
def _pattern(language: str) -> re.Pattern[str]:
    particles = "|".join(map(re.escape, lexicon_of(language).particles()))
    # ".5 million": the sign that parts decimals, with nothing before it.
    points = "".join(map(re.escape, sorted(lexicon_of(language).signs("decimals"))))
    glued = rf"(?P<glued>(?<![^\W\d_])(?:{particles})\u0640?(?=\d))|" if particles else ""
    return re.compile(
        rf"{glued}(?P<grouped>{GROUPED})(?P<suffix1>[^\W\d_]*)"
        rf"|(?P<digits>(?:(?<![^\s(])[{points}])?\d+(?:[.,٫٬]\d+)*)(?P<suffix2>[^\W\d_]*)"
        rf"|(?P<word>(?:{LETTER})+(?:'(?:{LETTER})+)*\d*'?)"
        r"|(?P<mark>[^\w\s])",
        re.IGNORECASE,
    )


def _tokens(match: re.Match[str], is_glued: bool, lexicon: Lexicon) -> list[Token]:
    start, end = match.span()
    groups = match.groupdict()
    if groups.get("glued"):
        word = normal_word(groups["glued"])
        return _conjunction(word, lexicon, is_glued, start, end)
    if groups["word"]:
        return _words(match[0], lexicon, is_glued, start, end)
    if groups["mark"]:
        return [Token("mark", match[0], is_glued, start, end)]
    return [_number(match, lexicon, is_glued)]


def _conjunction(word: str, lexicon: Lexicon, is_glued: bool, start: int, end: int) -> list[Token]:
    """The "and" of a particle is a word of its own; a glued article or preposition says nothing of a number."""
    and_word = next((each for each in lexicon.particles("and") if word.startswith(each)), "")
    always = lexicon.meaning("glued", word) == "always"
    text = and_word or (word if always else "")
    return [Token("word", text, is_glued, start, end)] if text else []


def _words(raw: str, lexicon: Lexicon, is_glued: bool, start: int, end: int) -> list[Token]:
    """A word; where a particle is written on it and the rest is a word of the lexicon, the two of them."""
    word = normal_word(raw)
    if word in VULGAR:
        return [Token("number", word, is_glued, start, end, VULGAR[word])]
    if word.endswith("'") and word not in lexicon.vocabulary:
        # A quotation mark behind a word, or the genitive of a plural.
        word, raw, end = word[:-1], raw[:-1], end - 1
    if word in lexicon.vocabulary:
        return [Token("word", word, is_glued, start, end)]
    for particle in lexicon.particles():
        rest = word[len(particle) :]
        if word.startswith(particle) and rest and _is_split(particle, rest, lexicon):
            cut = end - _length_of_rest(raw, rest)
            return [
                *_conjunction(particle, lexicon, is_glued, start, cut),
                *_words(raw[cut - start :], lexicon, True, cut, end),
            ]
    return [Token("word", word, is_glued, start, end)]


def _is_split(particle: str, rest: str, lexicon: Lexicon) -> bool:
    if lexicon.meaning("glued", particle) == "always":
        return True
    longer = [each for each in lexicon.particles() if rest.startswith(each) and rest[len(each) :] in lexicon.vocabulary]
    return rest in lexicon.vocabulary or bool(longer)


def _length_of_rest(raw: str, rest: str) -> int:
    """How many characters at the end of a printed word make up its normal rest (marks may be written between)."""
    return next(size for size in range(1, len(raw) + 1) if normal_word(raw[len(raw) - size :]) == rest)


def _number(match: re.Match[str], lexicon: Lexicon, is_glued: bool) -> Token:
    start, end = match.span()
    digits, suffix = match["grouped"] or match["digits"], (match["suffix1"] or match["suffix2"] or "").lower()
    token = Token("number", match[0], is_glued, start, end)
    if suffix in VULGAR and digits.isdigit():
        return replace(token, number=Decimal(digits) + VULGAR[suffix])
    if suffix and lexicon.meaning("ordinal_ending", suffix) is not None and digits.isdigit():
        return replace(token, kind="word", text=normal_word(match[0]), ordinal=int(digits))
    scale = lexicon.meaning("suffix", suffix) if suffix else "1"
    if scale is None:
        return replace(token, kind="word", text=normal_word(match[0]))  # 120mm: not a count
    if sum(letter.isdigit() for letter in digits) > MOST_DIGITS:
        return replace(token, refusal=f"'{digits}' has more digits than a number of people")
    number, doubt = _value(digits, match["sign"] or "", lexicon)
    if number is None:
        return replace(token, refusal=f"the digits of '{digits}' are not grouped in threes")
    return replace(token, number=number, scale=int(scale), doubt=doubt)


def _value(digits: str, sign: str, lexicon: Lexicon) -> tuple[Decimal | None, Literal["", "alone", "scaled"]]:
    """Return the number that digits stand for in this language, and when it is in doubt; None: they are no number."""
    thousands, decimals = lexicon.signs("thousands"), lexicon.signs("decimals")
    if sign and not digits.startswith("0"):
        groups = digits.count(sign)
        if sign in thousands or groups > 1:
            return Decimal(digits.replace(sign, "")), "scaled" if groups == 1 and sign in decimals else ""
        return (Decimal(digits.replace(sign, ".")), "alone") if sign in decimals else (None, "")
    for point in decimals:
        whole, _, part = digits.partition(point)
        whole = whole or "0"
        if whole.isdigit() and part.isdigit():
            return Decimal(f"{whole}.{part}"), ""
        parts = [each for each in thousands if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(each)}\d{{3}})+", whole)]
        if parts and part.isdigit() and point not in parts:
            return Decimal(f"{whole.replace(parts[0], '')}.{part}"), ""
    return (Decimal(digits), "") if digits.isdigit() else (None, "")
