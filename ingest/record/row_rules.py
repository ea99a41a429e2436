"""Rules within one row: dates and their order, value and hedge, overrides, readings.

Each rule names the cells it needs and is skipped where one of them was not read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ingest.errors import Problem, did_you_mean, quoted
from ingest.record.lookups import COUNTED, Vocabulary
from ingest.record.table import Row

# How wide a hedge reads a number, by seeds/hedges.csv: the same arithmetic as the model int_readings.
#
# Here only to refuse a figure whose bounds would cross before it reaches the warehouse.

SWITCH = 1000
"""From here on the narrower percentage applies (Ferson et al. 2015)."""

Bounds = tuple[Decimal | None, Decimal | None]


def bounds(hedge: Mapping[str, str], value: Decimal | None) -> Bounds:
    """Return the lowest and highest reading of a number in people, strikes or attacks; None is open."""
    return _bound(hedge, "low", value, ROUND_FLOOR), _bound(hedge, "high", value, ROUND_CEILING)


def _bound(hedge: Mapping[str, str], side: str, value: Decimal | None, rounding: str) -> Decimal | None:
    if hedge.get(f"{side}_fixed"):
        return Decimal(hedge[f"{side}_fixed"])
    if hedge.get(f"{side}_basis") == "open" or value is None or not hedge.get(f"{side}_offset"):
        return None
    percent = hedge[f"{side}_pct_from_1000"] if value >= SWITCH else hedge[f"{side}_pct"]
    widened = value * (100 + Decimal(percent)) / 100
    return widened.to_integral_value(rounding=rounding) + Decimal(hedge[f"{side}_offset"])


# "An estimated 75,200" does not say how the number came to be: a count of bodies, a survey, a model.
ESTIMATED = re.compile(r"\b(?:estimat\w*|extrapolat\w*|modell?ed|projected)\b", re.IGNORECASE)

Check = Callable[[Row, Vocabulary], Iterator[Problem]]


@dataclass(frozen=True)
class RowRule:
    """A check and the columns it needs to have been read."""

    needs: tuple[str, ...]
    check: Check


def row_problems(row: Row, vocabulary: Vocabulary) -> list[Problem]:
    """Return the problems of a row of either file, by the rules whose cells are there."""
    rules = (rule for rule in RULES if row.knows(*rule.needs))
    return [problem for rule in rules for problem in rule.check(row, vocabulary)]


def _not_before(later: str, earlier: str) -> RowRule:
    """Refuse a first day that lies before the second; either may be empty."""

    def check(row: Row, _: Vocabulary) -> Iterator[Problem]:
        later_day, earlier_day = row.day(later), row.day(earlier)
        if later_day and earlier_day and later_day < earlier_day:
            yield row.problem(later, f"{later_day} is before {earlier} ({earlier_day})")

    return RowRule((later, earlier), check)


def _id_matches_document(row: Row, _: Vocabulary) -> Iterator[Problem]:
    figure_id, document_id = row.text("figure_id") or "", row.text("document_id") or ""
    if figure_id.rpartition("-")[0] != document_id:
        yield row.problem("figure_id", f"does not begin with its document_id: it must be {document_id}-NN")


def _period_has_a_start(row: Row, _: Vocabulary) -> Iterator[Problem]:
    # Cumulative and stock figures may leave it empty: then the source states no start.
    counting = row.text("counting")
    if counting in ("period", "incident") and row.day("period_start_on") is None:
        yield row.problem("period_start_on", f"must not be empty for counting {counting}")


def _value_fits_hedge(row: Row, vocabulary: Vocabulary) -> Iterator[Problem]:
    hedge_id, value = row.text("hedge_id") or "", row.number("value")
    needs = vocabulary.hedge_needs[hedge_id]
    if needs == "value" and value is None:
        yield row.problem("value", f"must not be empty with the hedge {hedge_id}")
    elif needs == "nothing" and value is not None:
        yield row.problem("value", f"must be empty with the hedge {hedge_id}, which names no number")
    elif needs == "bounds" and value is not None:
        yield row.problem("value", f"must be empty with the hedge {hedge_id}: write its two numbers into low and high")


def _bounds_are_there(row: Row, vocabulary: Vocabulary) -> Iterator[Problem]:
    hedge_id = row.text("hedge_id") or ""
    if vocabulary.hedge_needs[hedge_id] == "bounds":
        for name in ("low", "high"):
            if row.number(name) is None:
                yield row.problem(name, f"must not be empty with the hedge {hedge_id}")


def _override_has_note(row: Row, vocabulary: Vocabulary) -> Iterator[Problem]:
    is_stated = vocabulary.hedge_needs[row.text("hedge_id") or ""] == "bounds" or row.text("interval_kind")
    if is_stated or row.text("note"):
        return
    for name in ("low", "high"):
        if row.number(name) is not None:
            yield row.problem(name, "overrides the reading of the hedge, so note must say why")
            return


def _low_is_not_above_high(row: Row, _: Vocabulary) -> Iterator[Problem]:
    low, high = row.number("low"), row.number("high")
    if low is not None and high is not None and low > high:
        yield row.problem("low", f"{low} is above high ({high})")


def _reading_is_low_to_high(row: Row, vocabulary: Vocabulary) -> Iterator[Problem]:
    """In every convention: an override of one bound may cross the other, and nobody can be nearly none."""
    hedge_id, value, low, high = row.text("hedge_id"), row.number("value"), row.number("low"), row.number("high")
    if hedge_id == "share" or (low is not None and high is not None):
        return
    for hedge in vocabulary.hedges:
        if hedge["hedge_id"] != hedge_id:
            continue
        read_low, read_high = bounds(hedge, value)
        lowest, highest = (low if low is not None else read_low), (high if high is not None else read_high)
        if lowest is not None and highest is not None and lowest > highest:
            name = "low" if low is not None else "high" if high is not None else "value"
            yield row.problem(name, f"the hedge {hedge_id} reads this as {lowest} to {highest}, which is nobody")
            return


def _numbers_fit_unit(name: str) -> RowRule:
    """Shares are percentages, 0 to 100; everything else is counted in whole people, strikes or attacks."""

    def check(row: Row, _: Vocabulary) -> Iterator[Problem]:
        number, is_share = row.number(name), row.text("hedge_id") == "share"
        if number is None:
            return
        if is_share and number > 100:
            yield row.problem(name, f"{number} is above 100: a share is written in percent")
        elif not is_share and number % 1:
            yield row.problem(name, f"{number} has decimals, which only a share may have")

    return RowRule((name, "hedge_id"), check)


def _share_has_total(row: Row, _: Vocabulary) -> Iterator[Problem]:
    if row.text("hedge_id") == "share" and row.text("part_of") is None:
        yield row.problem("part_of", "must name the figure this is a share of")


def _withdrawn_has_note(row: Row, _: Vocabulary) -> Iterator[Problem]:
    if row.text("status") == "withdrawn" and row.text("note") is None:
        yield row.problem("note", "must say why the figure is withdrawn")


def _doubts_have_note(row: Row, _: Vocabulary) -> Iterator[Problem]:
    if row.text("doubts") and row.text("note") is None:
        yield row.problem("note", "must say why the text leaves in doubt what doubts names")


def _retracted_has_day_and_note(row: Row, _: Vocabulary) -> Iterator[Problem]:
    """What its source took back stood until then; what we withdraw never should have stood, and has no such day."""
    is_retracted = row.text("status") == "retracted"
    if is_retracted and row.day("retracted_on") is None:
        yield row.problem("retracted_on", "must say on which day the source took the number back")
    if is_retracted and row.text("note") is None:
        yield row.problem("note", "must say how the source took the number back")
    if not is_retracted and row.day("retracted_on") is not None:
        yield row.problem("retracted_on", "is only for the status retracted: taken back by its source")


def _hour_is_of_the_day(row: Row, _: Vocabulary) -> Iterator[Problem]:
    """The day is that of the source's own clock, as the cell writes it."""
    cell, day = row.cells.get("reported_at"), row.day("reported_on")
    if cell and cell.text and day and cell.text[:10] != str(day):
        yield row.problem("reported_at", f"{cell.text} is not on the day of reported_on ({day})")


def _source_cites_another(row: Row, _: Vocabulary) -> Iterator[Problem]:
    original = row.text("source_original_id")
    if original and original == row.text("source_id"):
        yield row.problem("source_original_id", "is the source itself: leave it empty where it cites nobody")


def _estimate_names_its_kind(row: Row, _: Vocabulary) -> Iterator[Problem]:
    word = ESTIMATED.search(row.text("phrase") or "")
    if word and row.text("kind") is None:
        why = f"{quoted(word[0])} does not say how the number came to be"
        yield row.problem("kind", f"must not be empty: {why} (a count that its source calls an estimate is a count)")


def _interval_is_whole(row: Row, _: Vocabulary) -> Iterator[Problem]:
    kind, level = row.text("interval_kind"), row.number("interval_level")
    if kind is None:
        if level is not None:
            yield row.problem("interval_kind", "must say of which kind the interval is")
        return
    if kind != "other" and level is None:
        yield row.problem("interval_level", f"must not be empty for an interval of the kind {kind}")
    if level is not None and not 0 < level < 100:
        yield row.problem("interval_level", f"{level} is not between 0 and 100 percent")
    value, ends = row.number("value"), {name: row.number(name) for name in ("low", "high")}
    for name, number in {"value": value, **ends}.items():
        if number is None:
            yield row.problem(name, "must not be empty: an interval has a low and a high around its value")
    low, high = ends.values()
    if value is not None and low is not None and high is not None and not low <= value <= high:
        yield row.problem("value", f"{value} lies outside its interval ({low} to {high})")


def _interval_is_of_an_estimate(row: Row, _: Vocabulary) -> Iterator[Problem]:
    if row.text("interval_kind") in ("confidence", "credible") and (row.text("kind") or "count") in COUNTED:
        yield row.problem("kind", "must be survey, modelled or remote_sensed: a count has no such interval")


def _role_is_of_flight(row: Row, vocabulary: Vocabulary) -> Iterator[Problem]:
    measure = row.text("measure_id") or ""
    if row.text("place_role") and measure not in vocabulary.measures_with_roles:
        yield row.problem("place_role", f"is only for people who fled or came back, not for {measure}")


def _grade_is_of_its_scheme(row: Row, vocabulary: Vocabulary) -> Iterator[Problem]:
    grade, scheme = row.text("source_grade"), row.text("source_grade_scheme")
    if bool(grade) != bool(scheme):
        name = "source_grade_scheme" if grade else "source_grade"
        yield row.problem(name, "must not be empty: a grade says nothing without its scheme")
    elif grade and (scheme, grade) not in vocabulary.grades:
        of_scheme = sorted(each for name, each in vocabulary.grades if name == scheme)
        message = f"{quoted(grade)} is not a grade of {scheme}: {', '.join(of_scheme)}{did_you_mean(grade, of_scheme)}"
        yield row.problem("source_grade", message)


def _sensitive_is_restricted(row: Row, _: Vocabulary) -> Iterator[Problem]:
    """By the IASC guidance what is of high or severe sensitivity is not made public."""
    sensitivity = row.text("sensitivity")
    if sensitivity in ("high", "severe") and row.text("visibility") == "public":
        yield row.problem("visibility", f"must be restricted: its sensitivity is {sensitivity}")


def _sensitivity_has_reason(row: Row, _: Vocabulary) -> Iterator[Problem]:
    if row.text("sensitivity") not in (None, "low"):
        if row.text("sensitivity_reason") is None:
            yield row.problem("sensitivity_reason", "must say whom it could harm to show the figure, and how")
        if row.day("review_on") is None:
            yield row.problem("review_on", "must say on which day it is looked at again")
    elif row.text("sensitivity") is None and (row.text("sensitivity_reason") or row.day("review_on")):
        yield row.problem("sensitivity", "must not be empty: its reason or review day is there")


def _validated_was_read(name: str, reading: str) -> RowRule:
    def check(row: Row, _: Vocabulary) -> Iterator[Problem]:
        if row.text("status") in ("validated", "retracted") and row.day(name) is None:
            yield row.problem(name, f"must not be empty: a {row.text('status')} figure needs its {reading} reading")

    return RowRule(("status", name), check)


RULES: tuple[RowRule, ...] = (
    _not_before("retrieved_on", "published_on"),
    _not_before("period_end_on", "period_start_on"),
    _not_before("reported_on", "period_start_on"),
    # Whatever the counting: nobody can have counted what had not happened yet.
    _not_before("reported_on", "period_end_on"),
    _not_before("checked_on", "coded_on"),
    _not_before("retracted_on", "reported_on"),
    RowRule(("figure_id", "document_id"), _id_matches_document),
    RowRule(("counting", "period_start_on"), _period_has_a_start),
    RowRule(("hedge_id", "value"), _value_fits_hedge),
    RowRule(("hedge_id", "low", "high"), _bounds_are_there),
    RowRule(("hedge_id", "low", "high", "interval_kind", "note"), _override_has_note),
    RowRule(("low", "high"), _low_is_not_above_high),
    RowRule(("hedge_id", "value", "low", "high"), _reading_is_low_to_high),
    _numbers_fit_unit("value"),
    _numbers_fit_unit("low"),
    _numbers_fit_unit("high"),
    RowRule(("hedge_id", "part_of"), _share_has_total),
    RowRule(("status", "note"), _withdrawn_has_note),
    RowRule(("doubts", "note"), _doubts_have_note),
    RowRule(("status", "retracted_on", "note"), _retracted_has_day_and_note),
    RowRule(("reported_on", "reported_at"), _hour_is_of_the_day),
    RowRule(("source_id", "source_original_id"), _source_cites_another),
    RowRule(("phrase", "kind"), _estimate_names_its_kind),
    RowRule(("value", "low", "high", "interval_kind", "interval_level"), _interval_is_whole),
    RowRule(("kind", "interval_kind"), _interval_is_of_an_estimate),
    RowRule(("measure_id", "place_role"), _role_is_of_flight),
    RowRule(("source_grade", "source_grade_scheme"), _grade_is_of_its_scheme),
    RowRule(("visibility", "sensitivity"), _sensitive_is_restricted),
    RowRule(("sensitivity", "sensitivity_reason", "review_on"), _sensitivity_has_reason),
    _validated_was_read("coded_on", "first"),
    _validated_was_read("checked_on", "second"),
)
