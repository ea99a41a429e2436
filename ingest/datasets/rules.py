"""The rules of the record as conditions in SQL, for figures by the million: each is one scan of the columns it names.

A condition says what is wrong; a row for which it is unknown passes. ``docs/datasets.md`` lists them for readers.
"""

from dataclasses import dataclass
from datetime import date

from common.quoting import literal
from ingest.record.columns import MOST_IN_A_NOTE
from ingest.record.lookups import COUNTED, FIXED_LISTS, Vocabulary
from ingest.text_checks.characters import sql_hides
from ingest.text_checks.numbers import sql_reason
from ingest.warehouse.dataset_columns import NEEDED, PLACE_PRECISIONS, TYPED

CLOSED = {
    "source_id": "sources",
    "measure_id": "measures",
    "population_id": "populations",
    "place_id": "places",
    "cause_id": "causes",
    "actor_id": "actors",
    "hedge_id": "hedges",
    "counting": "counting",
    "reported_on_basis": "basis",
    "kind": "kind",
    "place_role": "place_role",
    "verification": "verification",
    "interval_kind": "interval_kind",
    "source_grade_scheme": "grade_schemes",
}
TEXTS = ("place_name", "source_original", "phrase", "note")
# Full stops separate the parts of a scope_id; a row_key is part of an address.
ROW_KEY, KEY = "[A-Za-z0-9._:-]{1,80}", "[A-Za-z0-9_:-]{1,80}"
KINDS = {"DATE": "a day written YYYY-MM-DD", "BIGINT": "a whole number"}


@dataclass(frozen=True)
class Rule:
    """What is refused: the column blamed, the condition that must not hold, and the reason given.

    ``sql_reason`` is the expression of a reason that depends on the cell.
    """

    column: str
    is_wrong: str
    reason: str = ""
    sql_reason: str = ""


@dataclass(frozen=True)
class Window:
    """The first and the last day a release can tell of."""

    first: date
    last: date


def rules(vocabulary: Vocabulary, window: Window) -> list[Rule]:
    """Return every rule that judges a figure by itself."""
    return [
        *_readable(),
        *_closed(vocabulary),
        *_keys(),
        *_texts(),
        *_dates(),
        *_within(window),
        *_numbers(vocabulary),
        *_kinds(vocabulary),
        *_places(),
    ]


def _readable() -> list[Rule]:
    empty = [
        Rule(name, f"{name} IS NULL AND {name}_unread IS NULL", "must not be empty") for name in NEEDED if name in TYPED
    ]
    empty += [
        Rule(name, f"{name} IS NULL", "must not be empty") for name in (*NEEDED, "source_id") if name not in TYPED
    ]
    unread = [
        Rule(name, f"{name}_unread IS NOT NULL", f"is not {KINDS[kind]}")
        if kind in KINDS
        else Rule(name, f"{name}_unread IS NOT NULL", sql_reason=sql_reason(f"{name}_unread"))
        for name, kind in TYPED.items()
    ]
    return empty + unread


def _closed(vocabulary: Vocabulary) -> list[Rule]:
    # Words to join with: a list in brackets is gone through word by word, for every row that has none.
    return [
        Rule(
            column,
            f"{column} NOT IN (SELECT unnest([{_listed(vocabulary.lists[name])}]))",
            f"is not in {_where(name, name in FIXED_LISTS)}",
        )
        for column, name in CLOSED.items()
    ]


def _where(name: str, is_fixed: bool) -> str:
    return f"the list of {name}" if is_fixed else f"seeds/{name}.csv"


def _listed(words: frozenset[str] | list[str]) -> str:
    return ", ".join(literal(word) for word in sorted(words))


def _keys() -> list[Rule]:
    return [
        Rule("row_key", f"NOT regexp_full_match(row_key, '{ROW_KEY}')", "may hold letters, digits and . _ : - only"),
        Rule("figure_key", f"NOT regexp_full_match(figure_key, '{KEY}')", "may hold letters, digits and _ : - only"),
        Rule("incident_id", f"NOT regexp_full_match(incident_id, '{KEY}')", "may hold letters, digits and _ : - only"),
        Rule("phrase", "length(phrase) - length(replace(phrase, ' ', '')) > 7", "has more than eight words"),
    ]


def _texts() -> list[Rule]:
    """What a published file says in words is shown to readers: no more than can be read, and nothing that hides."""
    long = f"has more than {MOST_IN_A_NOTE:,} characters"
    return [
        *(Rule(name, f"length({name}) > {MOST_IN_A_NOTE}", long) for name in TEXTS),
        *(Rule(name, sql_hides(name), "holds a character that no reader sees: remove it") for name in TEXTS),
    ]


def _dates() -> list[Rule]:
    needs_start = "counting IN ('period', 'incident') AND period_start_on IS NULL AND period_start_on_unread IS NULL"
    return [
        Rule("period_end_on", "period_end_on < period_start_on", "is before period_start_on"),
        Rule("period_start_on", needs_start, "must not be empty for counting period or incident"),
        Rule("reported_on", "reported_on < period_start_on", "is before period_start_on"),
        # Whatever the counting: nobody can have counted what had not happened yet.
        Rule("reported_on", "reported_on < period_end_on", "is before period_end_on"),
        Rule("reported_on", "reported_on > coalesce(published_on, release_published_on)", "is after it was published"),
    ]


def _within(window: Window) -> list[Rule]:
    """Days before or after all that the data set can tell of are slips: year 25, a day after the release."""
    days = [name for name, kind in TYPED.items() if kind == "DATE"]
    early = f"is before {window.first}, the first day this data set can tell of"
    late = f"is after {window.last}, the last day this release can tell of"
    found = [Rule(name, f"{name} < DATE {literal(str(window.first))}", early) for name in days]
    # When something was reported is laid beside when it was published, which has rules of its own.
    counted = ("period_start_on", "period_end_on")
    return found + [Rule(name, f"{name} > DATE {literal(str(window.last))}", late) for name in counted]


def _numbers(vocabulary: Vocabulary) -> list[Rule]:
    needs = {
        need: [h for h, n in vocabulary.hedge_needs.items() if n == need] for need in ("value", "nothing", "bounds")
    }
    is_there = "value IS NULL AND value_unread IS NULL"
    found = [
        Rule("value", f"{is_there} AND hedge_id IN ({_listed(needs['value'])})", "must not be empty with this hedge"),
        Rule("value", f"value IS NOT NULL AND hedge_id IN ({_listed(needs['nothing'] + needs['bounds'])})",
             "must be empty with this hedge"),
        Rule("low", f"(low IS NULL OR high IS NULL) AND hedge_id IN ({_listed(needs['bounds'])})",
             "low and high must not be empty with this hedge"),
        Rule("value", "hedge_id = 'share' AND value > 100", "is above 100: a share is written in percent"),
        Rule("part_of_key", "hedge_id = 'share' AND part_of_key IS NULL", "must name the figure this is a share of"),
    ]  # fmt: skip
    for name in ("value", "low", "high"):
        found.append(Rule(name, f"{name} < 0", "is below nought"))
        found.append(
            Rule(name, f"hedge_id <> 'share' AND {name} <> trunc({name})", "has decimals, which only a share may have")
        )
    return found


def _kinds(vocabulary: Vocabulary) -> list[Rule]:
    """Of what kind a number is, as in the record: intervals are of estimates, grades of schemes, roles of flight."""
    is_counted = f"coalesce(kind, 'count') IN ({_listed(list(COUNTED))})"
    no_role = [each for each in vocabulary.lists["measures"] if each not in vocabulary.measures_with_roles]
    graded = _listed([f"{scheme} {grade}" for scheme, grade in vocabulary.grades])
    return [
        Rule("interval_kind", f"interval_kind IS NOT NULL AND {is_counted}", "is of no count"),
        Rule("interval_kind", "interval_kind IS NULL AND interval_level IS NOT NULL", "must say of which kind it is"),
        Rule("interval_kind", "interval_kind IS NOT NULL AND (low IS NULL OR high IS NULL)", "needs low and high"),
        Rule("interval_level", "interval_level NOT BETWEEN 1 AND 99.9999", "is not between 0 and 100 percent"),
        Rule("place_role", f"place_role IS NOT NULL AND measure_id IN ({_listed(no_role)})",
             "is only for people who fled or came back"),
        Rule("source_grade", "(source_grade IS NULL) <> (source_grade_scheme IS NULL)",
             "and its scheme must both be there or both be empty"),
        Rule("source_grade", f"source_grade_scheme || ' ' || source_grade NOT IN (SELECT unnest([{graded}]))",
             "is no grade of its scheme in seeds/grade_schemes.csv"),
        Rule("rounded_to", "rounded_to < 1", "is below one"),
    ]  # fmt: skip


def _places() -> list[Rule]:
    return [
        Rule("latitude", "latitude NOT BETWEEN -90 AND 90", "is not between -90 and 90 degrees"),
        Rule("longitude", "longitude NOT BETWEEN -180 AND 180", "is not between -180 and 180 degrees"),
        Rule("latitude", "(latitude IS NULL) <> (longitude IS NULL)",
             "and longitude must both be there or both be empty"),
        Rule("place_precision", f"place_precision NOT IN ({_listed(list(PLACE_PRECISIONS))})",
             f"is not one of {', '.join(PLACE_PRECISIONS)}"),
        Rule("place_name", "place_id IS NULL AND place_name IS NULL",
             "must not be empty where there is no place_id"),
    ]  # fmt: skip
