"""Cardinal numbers: digits with a scale, number words, dozens, fractions of a scale. The words are those of a lexicon.

Every function takes a line and a position and returns what it read with the position after it, or None.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.phrases.tokens import Line

# A million millions; more is no number of anything here, and none that decimals of 28 places hold.
LARGEST_SCALE = 10**12


@dataclass(frozen=True)
class Count:
    """A number read, and the multiplier it was stated in (15 thousand: 15000 in thousands).

    ``is_about``: the unit itself says about (une centaine). ``refusal`` says why the number cannot be read.
    """

    value: Decimal
    scale: int = 1
    is_about: bool = False
    refusal: str = ""


Read = tuple[Count, int]


def read_count(line: Line, position: int) -> Read | None:
    """Read a number that begins here: 14,000 · 1.5 million · two hundred and fifty-five · half a million."""
    found = _fraction_of_scale(line, position) or _mixed(line, position) or _cardinal(line, position)
    return _with_half(line, *found) if found else None


def _digits(line: Line, position: int) -> Read | None:
    """Read a number in digits with its scale: 15 thousand, 15k, 2 dozen, 40.5."""
    if position >= len(line.tokens) or line.tokens[position].kind != "number":
        return None
    token, end, scale, is_about = line.tokens[position], position + 1, line.tokens[position].scale, False
    if scale == 1:
        end, scale, is_about = _scale(line, end)
    doubtful = token.doubt == ("alone" if scale == 1 else "scaled")
    refusal = f"'{token.text}' may mean thousands or decimals" if doubtful else token.refusal
    return Count(token.number * scale, scale, is_about, refusal), end


def _scale(line: Line, position: int) -> tuple[int, int, bool]:
    """Return the position after the scale words that stand here, their product, and whether one says about."""
    scale, is_about = 1, False
    position = line.after_dash(position) if _multiplier(line, position + 1) else position
    while (found := _multiplier(line, position)) and scale * found[1] <= LARGEST_SCALE:
        position, scale, is_about = found[0], scale * found[1], is_about or found[2]
    return position, scale, is_about


def _multiplier(line: Line, position: int) -> tuple[int, int, bool] | None:
    """Return where a scale or a dozen that stands here ends, its number, and whether it says about."""
    for kind in ("scale", "dozen", "about_dozen"):
        if found := line.match(kind, position):
            return found[0], int(found[1]), kind == "about_dozen"
    return None


def _fraction_of_scale(line: Line, position: int) -> Read | None:
    """Half a million, half-dozen, a quarter of a million, three quarters of a million."""
    at, numerator = position, 1
    unit = _number(line, position, most=10)
    if unit:
        numerator, at = unit[0], line.after_dash(unit[1])
    elif line.is_a("article", at):
        at += 1
    fraction = line.match("fraction", at)
    if fraction is None:
        return None
    denominator, at = int(fraction[1]), line.after_dash(fraction[0])
    if line.is_a("of", at):
        at += 1
    elif denominator != 2:
        return None
    at = (
        line.after_dash(at + 1)
        if line.is_a("article", at) or line.lexicon.meaning("number", line.word(at)) == "1"
        else at
    )
    end, scale, is_about = _scale(line, at)
    return (Count(Decimal(scale * numerator) / denominator, scale, is_about), end) if end > at else None


def _mixed(line: Line, position: int) -> Read | None:
    """One and a half million; 2 and a half thousand; два с половиной миллиона."""
    is_digit = position < len(line.tokens) and line.tokens[position].kind == "number"
    found = (int(line.tokens[position].number), position + 1) if is_digit else _number(line, position)
    half = line.match("and_half", line.after_dash(found[1])) if found else None
    if found is None or half is None:
        return None
    end, scale, is_about = _scale(line, line.after_dash(half[0]))
    return (Count((found[0] + Decimal("0.5")) * scale, scale, is_about), end) if scale > 1 else None


def _with_half(line: Line, count: Count, end: int) -> Read:
    """A million and a half; dos millones y medio."""
    half = line.match("and_half", end)
    if half is None or count.scale == 1:
        return count, end
    scale = _multiplier(line, half[0])  # مليون ونصف المليون
    end = scale[0] if scale else half[0]
    return replace(count, value=count.value + Decimal(count.scale) / 2), end


def _joiner(line: Line, position: int, *kinds: str) -> int:
    """The position behind an "and" that may stand here within a number, else this one."""
    found = line.match("joiner", position)
    return found[0] if found and found[1] in (*kinds, "any") else position


def _cardinal(line: Line, position: int) -> Read | None:
    """Read groups in falling scale: one million two hundred thousand and five; 2 millones 300 mil; a dozen."""
    found = _digits(line, position) or _group(line, position)
    if found is None:
        return None
    count, end = found
    last, is_single = count.scale, True
    while last >= 1_000 and count.value % last == 0 and not count.refusal:
        joined = _next_group(line, end, last)
        if joined is None:
            break
        last, end, is_single = joined[0].scale, joined[1], False
        count = Count(count.value + joined[0].value, count.scale, count.is_about)
    return (count if is_single else replace(count, scale=1)), end


def _next_group(line: Line, position: int, above: int) -> Read | None:
    """A group of a smaller scale that continues the number before it; digits only with a scale of their own."""
    start = _joiner(line, position, "hundreds")
    digits = _digits(line, start)
    found = digits if digits and digits[0].scale >= 1_000 else _group(line, start) if digits is None else None
    if line.is_a("one_behind", start) and _multiplier(line, start + 1) is None:
        return Count(Decimal(1)), start + 1
    if found is None or found[0].is_about or found[0].refusal or not 0 < found[0].value < above:
        return None
    return None if found[0].scale in (12, 20) or line.is_a("article", start) else found


def _group(line: Line, position: int) -> Read | None:
    """Read a number below a thousand with its scale."""
    has_article = (line.is_a("article", position) or line.is_a("the", position)) and bool(
        _multiplier(line, position + 1)
    )
    start = position + 1 if has_article else position
    found = _below_thousand(line, start)
    # "Thousand" may stand alone for one of them; "score" only with an article or a number.
    if found is None and (_multiplier(line, start) is None or (line.match("dozen", start) and not has_article)):
        return None
    value, end = found or (Decimal(1), start)
    at, scale, is_about = _scale(line, end)
    if scale > 1 and found and value >= 1_000:
        return None
    # A bare "hundred" is a scale too, so that in "two to three hundred" the two are hundreds.
    built_in = 100 if _hundred(line, end - 1) == end else _scale_of(value)
    return (Count(value * scale, scale, is_about), at) if scale > 1 else (Count(value, built_in), end)


def _scale_of(value: Decimal) -> int:
    """The scale of a number that one word stands for: ألفان is two thousand."""
    return next((scale for scale in (1_000_000, 1_000) if value >= scale), 1)


def _below_thousand(line: Line, position: int) -> tuple[Decimal, int] | None:
    """Two hundred and fifty-five, fifteen hundred, ciento veinte; a bare hundred is one; a larger word is as it is."""
    found = _below_hundred(line, position)
    value, end = found or (Decimal(1), position)
    hundred = _hundred(line, line.after_dash(end) if _hundred(line, line.after_dash(end)) else end)
    if hundred:
        value, end = value * 100, hundred
    elif found is None:
        whole = line.match("number", position)
        if whole is None:
            return None
        value, end = Decimal(whole[1]), whole[0]
        if not 100 <= value < 1_000 or value % 100:
            return value, end
    else:
        return found
    at = _joiner(line, end, "hundreds")
    rest = _below_hundred(line, at)
    # In "two hundred and three hundred" the second number begins at "three".
    if rest is None and line.is_a("one_behind", end):
        return value + 1, end + 1
    if rest is None or _hundred(line, rest[1]) or rest[0] == 0 or rest[0] % 1:
        return value, end
    return value + rest[0], rest[1]


def _hundred(line: Line, position: int) -> int:
    """The position behind a "hundred" that multiplies, else 0."""
    found = line.match("scale", position)
    return found[0] if found and found[1] == "100" else 0


def _below_hundred(line: Line, position: int) -> tuple[Decimal, int] | None:
    found = line.match("number", position)
    if found is None or Decimal(found[1]) >= 100:
        return None
    value, end = Decimal(found[1]), found[0]
    if value >= 20 and value % 10 == 0:
        unit = _number(line, _joiner(line, line.after_dash(end), "tens"), most=10)
        return (value + unit[0], unit[1]) if unit and unit[0] >= 1 else (value, end)
    after = line.match("joiner", end)
    if 1 <= value <= 9 and after and after[1] == "any":
        # Arabic says five and thirty.
        tens = line.match("number", after[0])
        if tens and 20 <= Decimal(tens[1]) < 100 and Decimal(tens[1]) % 10 == 0:
            return value + Decimal(tens[1]), tens[0]
    return value, end


def _number(line: Line, position: int, most: int = 100) -> tuple[int, int] | None:
    """A whole number below ``most`` in one word."""
    found = line.match("number", position)
    if found is None or Decimal(found[1]) >= most or Decimal(found[1]) % 1:
        return None
    return int(found[1]), found[0]


def plain_number(number: Decimal) -> Decimal:
    """Return the number without needless zeros or an exponent: 50.00 as 50."""
    return Decimal(int(number)) if number % 1 == 0 else number.normalize()
