"""What a number phrase states, as everything else asks for it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True)
class NumberReading:
    """What a phrase states: the hedge and the number; two bounds instead of a value where the hedge is between.

    A share is in percent, with two decimals at most. ``value`` is None for words such as dozens.

    How it is told makes no other reading. ``read_as``: a printed number; a ``single`` with no number (his brother),
    which a person read; a word such as twin or a dual (``multiple``); an ``ordinal`` that closes a time (the seventh
    attack this month). ``is_increment``: it comes on top of others (another 12, 6 more): a number of a window, and no
    toll. ``is_former``: it is the number before another one (up from 40), or the step to it (rose by 5 to 35).
    """

    hedge_id: str
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    read_as: Literal["number", "single", "multiple", "ordinal"] = field(default="number", compare=False)
    is_increment: bool = field(default=False, compare=False)
    is_former: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class FoundNumber:
    """A number found in a text.

    Characters ``start`` to ``end`` hold it with its hedges, ``number_start`` to ``number_end`` the number alone; ends
    are not included. ``reading`` is None where it cannot be read without guessing; then ``refusal`` says why. ``doubt``
    is a word beside it that hedges it in a way that is no hedge of ours (possibly).
    """

    start: int
    end: int
    number_start: int
    number_end: int
    text: str
    reading: NumberReading | None
    refusal: str = ""
    doubt: str = ""
