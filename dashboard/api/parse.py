"""Parse what an address asks for by the declarations; what is not declared or not on offer is refused in a sentence."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from dashboard.api.schema import NOT_HERE, Parameter
from dashboard.errors import DashboardError
from dashboard.queries.api.lists import NONE, Wanted
from dashboard.queries.names import WITHIN
from dashboard.request import period

MOST_VALUES, LONGEST = 20, 400
CAN_BE_EMPTY = ("cause_id", "actor_id")


class BadRequestError(DashboardError):
    """The address asks for something that does not exist; the message says what does."""


class ReplacedError(DashboardError):
    """The publication whose pages were being read has been replaced."""


@dataclass(frozen=True)
class Offer:
    """What the publication offers: its build, the ids of a column, and whether an id too rare to list exists."""

    build_id: str
    ids: Callable[[str], Mapping[str, str]]
    exists: Callable[[str, str], bool]


@dataclass(frozen=True)
class Parameters:
    """What was asked for: every value as text, in the order of the declarations, and parsed as one Wanted."""

    values: Mapping[str, tuple[str, ...]]
    wanted: Wanted

    def one(self, name: str, default: str = "") -> str:
        """Return the only value of a parameter."""
        return self.values.get(name, (default,))[0]

    def pairs(self, *leave_out: str) -> list[tuple[str, str]]:
        """Return names and values for an address."""
        return [(name, value) for name, values in self.values.items() if name not in leave_out for value in values]


def _quoted(text: str) -> str:
    """Return a value as a sentence may repeat it: short, on one line."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in text[:60])
    return f"“{shown}”" + ("…" if len(text) > 60 else "")


def _listed(choices: Sequence[str]) -> str:
    more = f" … ({len(choices)} in all)" if len(choices) > 15 else ""
    return ", ".join(choices[:15]) + more


def _check_id(parameter: Parameter, value: str, offer: Offer) -> None:
    known = offer.ids(parameter.column)
    one = value.removeprefix(WITHIN) if parameter.is_tree else value
    if one not in known and not (value == NONE and parameter.column in CAN_BE_EMPTY):
        raise BadRequestError(
            f"There is no {parameter.name} {_quoted(value)}. Choose from: {_listed(list(known))}"
            + (f", each also after “{WITHIN}”." if parameter.is_tree else ".")
        )


def _check_known_id(parameter: Parameter, value: str, offer: Offer) -> None:
    if not offer.exists(parameter.column, value):
        raise BadRequestError(f"There is no {parameter.name} {_quoted(value)} in this publication.")


def _check_choice(parameter: Parameter, value: str, offer: Offer) -> None:
    if value not in parameter.choices:
        raise BadRequestError(
            f"{parameter.name} cannot be {_quoted(value)}. Choose from: {_listed(parameter.choices)}."
        )


def parse_day(name: str, value: str) -> date:
    """Return a day in ISO form; raises BadRequestError."""
    with suppress(ValueError):
        # Python also reads weeks and days run together, which no other part of the address does.
        if (day := date.fromisoformat(value)).isoformat() == value:
            return day
    raise BadRequestError(f"{name} {_quoted(value)} is not a day. Write it as YYYY-MM-DD, such as 2024-11-30.")


def parse_count(name: str, value: str, most: int) -> int:
    """Return a whole number from 1 to `most`; raises BadRequestError."""
    if not (value.isascii() and value.isdigit() and len(value) < 9 and 1 <= int(value) <= most):
        raise BadRequestError(f"{name} {_quoted(value)} is not a whole number from 1 to {most:,}.")
    return int(value)


def make_cursor(build_id: str, key: str) -> str:
    """Return the place after the row `key` of one publication, as text for an address."""
    return base64.urlsafe_b64encode(f"{build_id}\n{key}".encode()).decode().rstrip("=")


def parse_cursor(value: str, build_id: str) -> str:
    """Return the key of the row before; raises BadRequestError, or ReplacedError where the build is another."""
    try:
        padded = value.encode("ascii") + b"=" * (-len(value) % 4)
        build, _, key = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition("\n")
    except (ValueError, binascii.Error):
        build = key = ""
    if not key:
        raise BadRequestError("This cursor is not one that a page gave. Begin without a cursor.")
    if build != build_id:
        raise ReplacedError("A newer publication has taken the place of the one being paged. Begin without a cursor.")
    return key


def parse_period(name: str, value: str) -> tuple[date, date]:
    """Return the first and last day of a period; raises BadRequestError."""
    try:
        return period.parse(value)
    except period.BadPeriodError as reason:
        raise BadRequestError(f"{name} {_quoted(value)} is no period. {reason}") from None


def _check_period(parameter: Parameter, value: str, _: Offer) -> None:
    parse_period(parameter.name, value)


def _check_day(parameter: Parameter, value: str, _: Offer) -> None:
    parse_day(parameter.name, value)


CHECKERS = {"ids": _check_id, "id": _check_id, "known_id": _check_known_id, "choices": _check_choice,
            "choice": _check_choice, "recorded_day": _check_day, "period": _check_period}  # fmt: skip


def _values(parameters: Sequence[Parameter], given: Mapping[str, Sequence[str]], offer: Offer) -> dict[str, list[str]]:
    """Return the values asked for, each one checked; raises BadRequestError."""
    declared = {parameter.name: parameter for parameter in parameters}
    for name, values in given.items():
        if name not in declared:
            why = f" {NOT_HERE[name]}" if name in NOT_HERE else ""
            raise BadRequestError(
                f"There is no parameter {_quoted(name)} here.{why} Choose from: {', '.join(declared)}."
            )
        if len(values) > (MOST_VALUES if declared[name].is_many else 1):
            raise BadRequestError(f"{name} is given {len(values)} times; that is too often.")
        for value in values:
            if not value or len(value) > LONGEST:
                raise BadRequestError(f"{name} is empty or longer than {LONGEST} characters.")
            if declared[name].kind in CHECKERS:
                CHECKERS[declared[name].kind](declared[name], value, offer)
    return {name: list(dict.fromkeys(given[name])) for name in declared if name in given}


def parse(
    parameters: Sequence[Parameter],
    given: Mapping[str, Sequence[str]],
    offer: Offer,
    *,
    most: Mapping[str, int],
    standing: tuple[str, ...] = (),
) -> Parameters:
    """Return what is asked for; `most` is the largest limit by format, whose first is the default.

    Raises BadRequestError, or ReplacedError for a cursor of another publication.
    """
    values = _values(parameters, given, offer)
    form = values.get("format", [next(iter(most))])[0]
    columns = {p.column: tuple(values[p.name]) for p in parameters if p.column and p.is_many and p.name in values}
    default = 100 if form == next(iter(most)) else most[form]
    wanted = Wanted(
        chosen=columns,
        standing=tuple(values.get("standing", standing)),
        is_without_party_claims=values.get("party_claims") == ["out"],
        hedge_convention=values.get("hedge_convention", [None])[0],
        known_on=parse_day("known_on", values["known_on"][0]) if "known_on" in values else date.max,
        period=parse_period("period", values["period"][0]) if "period" in values else None,
        checks=tuple(values.get("check", ())),
        after=parse_cursor(values["cursor"][0], offer.build_id) if "cursor" in values else None,
        limit=parse_count("limit", values["limit"][0], most[form]) if "limit" in values else default,
    )
    return Parameters({name: tuple(found) for name, found in values.items()}, wanted)
