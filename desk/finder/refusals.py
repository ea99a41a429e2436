"""Numbers that are no figure: dates, ages, money, distances, names of things, each with its reason."""

import re
from collections.abc import Sequence

from desk.finder.mentions import Mention
from desk.finder.tokens import Token
from desk.finder.words import Words

MONEY = frozenset("$€£¥₽₪₴")
YEAR = re.compile(r"(1[89]|20)\d\d$")
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(:\d{2})?$")
MONTH = "date"


def refusal_of(mention: Mention, tokens: Sequence[Token], words: Words) -> str:
    """Return why a number is no figure (date, time, age, money, distance, amount, duration, label …), or nothing."""
    if mention.kind in ("single", "double", "nobody"):
        return ""
    before = tokens[mention.number_start - 1].text if mention.number_start else ""
    number = tokens[mention.number_start]
    checks = (
        _money(tokens, mention, words),
        _date(tokens, mention, words),
        _time(tokens, mention, words),
        _by_unit(tokens, mention, words),
        _label(tokens, mention, before, words),
        _pronoun(tokens, mention, before, words),
        _out_of(tokens, mention),
        "part of a name or a word" if mention.refusal == "compound" and mention.kind != "share" else "",
        "decimal number" if re.fullmatch(r"\d+\.\d{1,2}", number.text) and mention.end == mention.number_start + 1
        and mention.kind == "count" else "",
    )
    return next((reason for reason in checks if reason), "")


def _money(tokens: Sequence[Token], mention: Mention, words: Words) -> str:
    around = [_text(tokens, mention.number_start - 1), _text(tokens, mention.end)]
    if MONEY & set(around) or words.no_figure["money"].length_at(tokens, mention.end):
        return "money"
    return "money" if any(word in ("us$", "usd", "eur") for word in around) else ""


def _date(tokens: Sequence[Token], mention: Mention, words: Words) -> str:
    months = words.no_figure["date"]
    first, after = tokens[mention.number_start], _text(tokens, mention.end)
    before = _text(tokens, mention.number_start - 1)
    is_day = first.kind == "number" and first.text.isdigit() and int(first.text) <= 31
    last = tokens[mention.end - 1]
    if is_day and (months.length_at(tokens, mention.end) and after != "may" or (after == "may" and _is_may(tokens, mention.end))):
        return "date"
    if is_day and _after_month(tokens, mention.number_start, words):
        return "date"
    if "/" in first.text:
        return "date"
    if not YEAR.match(first.text) or first.kind != "number":
        return ""
    if first.suffix or (YEAR.match(last.text) and first is not last):
        return "date"
    if mention.counted == "attacks" and not mention.head.endswith("s"):
        return "date"
    if mention.counted in ("people", "attacks") and before not in ("in", "since", "of", "until", "from", "by", "during"):
        return ""
    is_year_word = before in (
        "in", "since", "of", "until", "from", "by", "during", "before", "after", "and", "year", "the", "late", "early", "mid",
        "just", "only", "to", "for", "-", "–", ",", "(", "through", "till", "between", "around", "about", "a",
    )
    return "date" if is_year_word or months.length_before(tokens, mention.number_start) or mention.counted != "bare" else ""


def _is_may(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].is_capital


def _after_month(tokens: Sequence[Token], at: int, words: Words) -> bool:
    """Month before the day, also in a list: October 5–8, 20 and 21 April, March 3, 4 and 5."""
    months = words.no_figure["date"]
    step = at - 1
    while step >= 0 and (tokens[step].text in (",", "-", "–", "and", "to", ".") or tokens[step].text.isdigit()):
        if tokens[step].kind == "number" and len(tokens[step].text) > 2:
            return False
        step -= 1
        if at - step > 5:
            return False
    if step >= 0 and months.length_at(tokens, step) and (tokens[step].is_capital):
        return True
    step = at + 1
    while step < len(tokens) and step - at <= 4 and (tokens[step].text in ("-", "–", "and", "to") or tokens[step].text.isdigit()):
        step += 1
    return step < len(tokens) and step > at + 1 and bool(months.length_at(tokens, step)) and tokens[step].is_capital


def _time(tokens: Sequence[Token], mention: Mention, words: Words) -> str:
    number = tokens[mention.number_start]
    is_clock = number.kind == "number" and CLOCK.fullmatch(number.text) and ":" in number.text
    meridiem = words.no_figure["time"].length_at(tokens, mention.end) or number.suffix in ("am", "pm", "h")
    short = re.fullmatch(r"\d{1,2}([:.]\d{2})?", number.text)
    return "time of day" if is_clock or (short and meridiem) or _text(tokens, mention.end) in ("midnight", "noon") else ""


UNITS = (
    ("duration", "duration"), ("age", "age"), ("distance", "distance or area"), ("amount", "amount"),
    ("counted", "counts neither people nor attacks"), ("things", "counts things"), ("rank", "rank or score"),
)  # fmt: skip


def _by_unit(tokens: Sequence[Token], mention: Mention, words: Words) -> str:
    """Refuse by the unit behind the number, also behind a dash: 90 kg, six-year, 12-hour, five storeys."""
    at = mention.end
    while _text(tokens, at) in ("-", "–"):
        at += 1
    if _is_age(tokens, mention):
        return "age"
    if mention.kind == "ordinal":
        return ""
    if tokens[mention.number_start].suffix and tokens[mention.number_start].suffix not in ("k", "m", "mn", "bn"):
        return "amount"
    for name, reason in UNITS:
        phrases = words.no_figure.get(name)
        if phrases is None:
            continue
        if name in ("counted", "things"):
            if mention.counted == "things" and (mention.head in phrases or mention.nouns[0] in phrases):
                return reason
            continue
        if phrases.length_at(tokens, at):
            return reason
        # "two whole days", "30 square kilometres"
        if name in ("duration", "distance") and phrases.length_at(tokens, at + 1) and _text(tokens, at) in (
            "more", "whole", "full", "straight", "consecutive", "long", "square", "nautical", "or", "successive", "bloody",
        ):
            return reason
    return ""


def _is_age(tokens: Sequence[Token], mention: Mention) -> bool:
    before = [_text(tokens, mention.number_start - step) for step in (1, 2, 3)]
    if before[0] in ("aged", "age", "ages"):
        return True
    if before[0] in ("and", ",", "-", "to", "between") and "ages" in before[1:] + [_text(tokens, mention.number_start - 4)]:
        return True
    after = [_text(tokens, mention.end + step) for step in range(5)]
    if after[:1] == ["-"] and after[1] in ("year", "month", "years", "months", "week") and "old" in after[2:5]:
        return True
    return after[0] in ("year", "years", "month", "months") and "old" in after[1:3]


def _label(tokens: Sequence[Token], mention: Mention, before: str, words: Words) -> str:
    """Refuse No. 50, Phase 3–5, S-300, Unit 504, G7: a number that names something."""
    number = tokens[mention.number_start]
    if words.no_figure["order"].length_before(tokens, mention.number_start) and before in ("no", ".", "nr", "#", "no."):
        if before != "." or _text(tokens, mention.number_start - 2) in ("no", "nr"):
            if number.kind == "number" and mention.counted in ("bare", "things"):
                return "number of a list"
    if number.kind == "number" and number.is_glued and mention.number_start and tokens[mention.number_start - 1].kind == "word":
        return "part of a name or a word"
    is_hung = before in ("-", "–") and number.is_glued and mention.number_start > 1
    if is_hung and tokens[mention.number_start - 1].is_glued and tokens[mention.number_start - 2].kind == "word":
        return "part of a name or a word"
    label = words.no_figure["label"].length_before(tokens, mention.number_start)
    if label and number.kind == "number" and tokens[mention.number_start - 1].is_capital and mention.start == mention.number_start:
        return "number of a list"
    if number.kind == "number" and mention.number_start + 1 < len(tokens):
        following = tokens[mention.number_start + 1]
        if following.text in (".", ")") and (mention.number_start == 0 or number.sentence != tokens[mention.number_start - 1].sentence):
            return "number of a list"
    return ""


def _is_told_of(tokens: Sequence[Token], mention: Mention, words: Words) -> bool:
    """Whether "one" counts a person: "one was killed", "one dead", "leaving one injured"."""
    ahead = range(mention.end, min(mention.end + 3, len(tokens)))
    if _text(tokens, mention.end).endswith("ing"):
        return False
    return any(
        words.of_measure(measure, name).length_at(tokens, at)
        for at in ahead for measure in words.measures for name in ("passive", "alone")
    )


def _pronoun(tokens: Sequence[Token], mention: Mention, before: str, words: Words) -> str:
    if tokens[mention.number_start].text != "one" or mention.end != mention.number_start + 1:
        return ""
    after = _text(tokens, mention.end)
    if not mention.nouns and mention.start == mention.number_start and not _is_told_of(tokens, mention, words):
        return "one as a pronoun"
    if (after == "of" and mention.counted != "people") or (mention.counted == "attacks" and mention.start == mention.number_start):
        return "one as a pronoun"
    if after != "of" and before in ("no", "the", "this", "that", "each", "any", "every", "only", "another", "which") or after in ("another", "'s"):
        return "one as a pronoun"
    return ""


def _out_of(tokens: Sequence[Token], mention: Mention) -> str:
    """Refuse seven out of 12 missions, three out of four people: a share of something else."""
    after = [_text(tokens, mention.end + step) for step in range(3)]
    before = [_text(tokens, mention.start - step) for step in (1, 2)]
    is_first = after[:2] == ["out", "of"] and mention.end + 2 < len(tokens) and (
        tokens[mention.end + 2].kind == "number" or mention.counted == "bare"
    )
    return "share of something else" if is_first or before == ["of", "out"] else ""


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""
