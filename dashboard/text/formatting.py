"""Numbers, days, scopes and ranges in plain words; nothing here knows about HTML or charts."""

import re
from collections.abc import Mapping
from typing import Any

from dashboard import wording
from dashboard.odd_cells import Odd
from dashboard.wording import day, days, month_name, number

Row = Mapping[str, Any]

BASIS = {
    "stated": "as stated",
    "logical": "by the meaning of the word",
    "convention": "by convention",
    "override": "set by hand, see the note",
    "open": "left open",
}
# How a number came to be, where it is no count: said with every scope of it.
KINDS = {
    "list": "names on a list",
    "survey": "an estimate by a survey",
    "modelled": "an estimate by a model",
    "remote_sensed": "an estimate from images",
}
COUNTED = (None, "count", "register")
NOT_IN_RANGE = "Estimates are not in the range."
ROLES = {"from": "from {}", "to": "to {}", "own": "{}’s own people"}
# Units that are acts, done to nobody in particular: their cause is the act itself.
ACTS = ("strikes", "attacks")


def noun(row: Row) -> str:
    """Return what a row counts, within a sentence: people killed."""
    return lowered(str(row["measure_name"] or row["measure_id"]))


def counts_people(row: Row) -> bool:
    """Whether a row counts people, or a share of them; then it is said whom."""
    return row["unit_id"] in ("people", "percent", None)


# Where in the words for a group what happened to it stands: "people … whose age is not known".
GAP = "…"


def people(row: Row) -> str:
    """Return whom a row counts, within a sentence: "children", "Russian forces", "people … whose age is not known".

    By the words of its population (`in_sentence`) where it has some, else by its name.
    """
    name = str(row["population_name"] or row["population_id"])
    return str(row.get("population_words") or lowered(name))


def group(row: Row) -> str:
    """Return the same where nothing is said to have happened: "people whose age is not known"."""
    return people(row).replace(f"{GAP} ", "")


# What institutions and some places are called by in English: they take an article within a sentence.
WITH_ARTICLE = re.compile(
    r"\b(Department|Ministry|Office|Agency|Commission|Council|Committee|Command|Government|Observatory|Cent(re|er)|"
    r"Institute|Organi[sz]ation|Staff|Fund|Federation|Union|Network|House|"
    r"Strip|Bank|State of|Republic|Rep|Kingdom|Islands|Emirates|States|Territor(y|ies)|Philippines|Netherlands|"
    r"Gambia)\b"
)


def with_article(name: str) -> str:
    """Return a name within a sentence: "Skai", "the US Department of State", "the Gaza Strip"."""
    takes_one = WITH_ARTICLE.search(name) and not name.lower().startswith("the ")
    return f"the {name}" if takes_one else name


def lowered(name: str) -> str:
    """Return a name with a small first letter, but for "HTS fighters" and the like."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def amount(value: float | None, *, is_share: bool = False) -> str:
    """Return a number of people or strikes, or of percent where it is a share."""
    return number(value) + (" %" if is_share and value is not None else "")


def interval(low: float | None, high: float | None, *, is_share: bool = False) -> str:
    """One reading in words: "277", "258 – 299", "201 or more" (high open), "300 or fewer" (low open)."""
    if low is None and high is None:
        return "number not stated"
    if high is None:
        return f"{amount(low, is_share=is_share)} or more"
    if low is None:
        return f"{amount(high, is_share=is_share)} or fewer"
    if low == high:
        return amount(low, is_share=is_share)
    return f"{number(low)} – {amount(high, is_share=is_share)}"


def envelope(
    lowest: float | None, highest: float | None, *, is_open_above: bool, is_open_below: bool = False,
    between: str = " – ",
) -> str:  # fmt: skip
    """Return a range over sources: "258 – 299 or more", "at least 201" where both ends are one, "40 or fewer"."""
    if lowest is None or highest is None:
        return "no number"
    if is_open_above and not is_open_below and highest - lowest <= 1:
        # "More than 500,000" beside "at least 500,000" is one open number, not a range of one person.
        return f"at least {number(lowest)}"
    below, above = " or fewer" if is_open_below else "", " or more" if is_open_above else ""
    if lowest != highest:
        return f"{number(lowest)}{below}{between}{number(highest)}{above}"
    return f"{number(lowest)} (both ends open)" if below and above else f"{number(lowest)}{below}{above}"


def span(row: Row, between: str = " – ", *, before: str = "", after: str = "") -> str:
    """Return the range of a row in words, both open ends said; `before`, `after` stand around its columns' names."""
    lowest, highest, above, below = (
        row[f"{before}{name}{after}"] for name in ("lowest", "highest", "is_open_above", "is_open_below")
    )
    return envelope(lowest, highest, is_open_above=bool(above), is_open_below=bool(below), between=between)


def month(value: Any) -> str:
    """December 2024; a day that is none of our calendar as the file has it."""
    return str(value) if isinstance(value, Odd) else f"{month_name(value)} {value.year}"


def period(row: Row) -> str:
    """Return what stretch of time a scope counts, in words."""
    start, end = row["period_start_on"], row["period_end_on"]
    if row["counting"] == "cumulative":
        if start and end:
            return f"from {day(start)} to {day(end)}"
        return f"since {day(start)}" if start else f"until {day(end) if end else 'the report'} (start not stated)"
    # A stock that has an end alone counts up to it, and is told so beside its number: its scope names no day.
    is_named = start or (end and row["counting"] != "stock")
    words = days(start, end) if is_named else "day not stated"
    return {"incident": f"one event, {words}", "stock": f"at one time, {words}"}.get(row["counting"], words)


def cause(row: Row) -> str:
    """How and by whom: "airstrike by Russian forces"; empty where the scope is not restricted."""
    how = row["cause_name"] if row["unit_id"] not in ACTS else ""
    by = f"by {row['actor_name']}" if row["actor_name"] else ""
    return " ".join(part for part in ((how or "").lower(), by) if part)


def scope(row: Row) -> str:
    """Return a scope in words: whom, where, how, when. Where no people are counted, nobody is named."""
    whom = row["population_name"] if counts_people(row) else ""
    share = "share of the total" if row["is_share"] else ""
    grade = row.get("verification")
    graded = str(grade) if grade and grade != "reported" else ""
    where = ROLES.get(row.get("place_role") or "", "{}").format(row["place_name"]) if row["place_name"] else ""
    parts = (whom, share, KINDS.get(row.get("kind") or "", ""), graded, where, cause(row), period(row))
    return capitalised(", ".join(part for part in parts if part))


def is_counted(row: Row) -> bool:
    """Whether a figure or a range is of counts and registers: every other kind has a range of its own."""
    return row.get("kind") in COUNTED


def interval_stated(row: Row) -> str:
    """Return of which kind the interval is that a source states around its number: "95 % confidence interval"."""
    kind, level = row.get("interval_kind"), row.get("interval_level")
    if not kind:
        return ""
    named = {"confidence": "confidence interval", "credible": "credible interval"}.get(kind, "interval")
    return f"{level:g} % {named}" if level else named


def capitalised(text: str) -> str:
    """Return a text with its first letter large and the rest as it was."""
    return text[:1].upper() + text[1:]


def agreement(row: Row) -> str:
    """Return which number fits how many sources of a range, or that none does: "both fit 277", "2 of 3 fit 28".

    A report may fit a number without stating it, so nobody is said to agree on it. An empty text where one source
    stands alone, and where nothing is to be said: "at least 5" and "9" contradict nobody.
    """
    several = (row["source_count"] or 0) > 1
    if row["is_disputed"]:
        if not several:
            return "an earlier count is higher, and both cannot hold"
        none = "no number fits both" if row["source_count"] == 2 else "no number fits all"
        return none if row["agreement_low"] is None and row["agreement_high"] is None else f"{_fitting(row)}, {none}"
    if row.get("is_within_rounding"):
        return "the same within rounding"
    if row.get("is_by_convention"):
        return "parted only by our reading of a vague word"
    return _fitting(row) if several and (row["agreement_low"], row["agreement_high"]) != (None, None) else ""


def _fitting(row: Row) -> str:
    """Both fit 277; 2 of 3 fit 258 to 299."""
    together, low, high = row["agreement_source_count"], row["agreement_low"], row["agreement_high"]
    if together != row["source_count"]:
        who = f"{together} of {row['source_count']}"
    else:
        who = "both" if together == 2 else f"all {together}"
    if low is None:
        return f"{who} fit {number(high)} or fewer"
    text = "or more" if high is None else "" if high == low else f"to {number(high)}"
    return f"{who} fit {number(low)} {text}".rstrip()


def sources(row: Row) -> str:
    """Return who stands behind a range: "2 sources", or "2 reports (1 named source)" where not all are named."""
    count, named = row["source_count"], row.get("named_source_count")
    if count is None or named is None or count == named:
        return wording.plural(count, "source")
    said = "no named source" if not named else wording.plural(named, "named source")
    return f"{wording.plural(row['report_count'], 'report')} ({said})"


def counted(row: Row, *, short: bool = False) -> str:
    """Return up to which day a range or a figure counts: "counted up to 29 – 30 November 2024".

    An empty text of what counts up to the end of its own window.
    """
    first, last = (row.get(name, row.get("counted_until_on")) for name in ("counted_from_on", "counted_to_on"))
    return f"counted up to {days(first, last, short=short)}" if last else ""


def scope_until(row: Row, *, short: bool = False) -> str:
    """Return the scope of a figure and the day up to which it counts, where the scope does not end on that day."""
    until = "" if row["counted_until_on"] == row["period_end_on"] else counted(row, short=short)
    return ", ".join(filter(None, [scope(row), until]))


def counted_until(row: Row, *, short: bool = False) -> str:
    """Return the day up to which a figure counts; of a closed window its last, which is its scope's."""
    return day(row["counted_until_on"] or row["period_end_on"], short=short)


def earlier(row: Row, *, short: bool = False) -> str:
    """Return how many sources stopped counting before, where some did: "1 earlier count (27 at least)"."""
    count = row.get("earlier_source_count")
    if not count:
        return ""
    least = f" ({number(row['earlier_low'])} or more)" if row["earlier_low"] is not None and not short else ""
    return f"{wording.plural(count, 'earlier count')}{least}"


def overtaken(row: Row) -> str:
    """Say that what is left without party claims stopped before: a party's count, left out, goes on to a later day.

    An empty text where party claims are in, or took no day away.
    """
    last, with_parties = row.get("counted_to_on"), row.get("counted_to_on_with_party_claims")
    if not last or not with_parties or with_parties <= last:
        return ""
    return f"without party claims only an earlier count is left, up to {day(last)}"


def without_party_claims(row: Row) -> str:
    """Return the range that is left without party claims; with its day, where it is not that of the whole range."""
    if row["lowest_without_party_claims"] is None:
        return "nothing"
    first, last = (row[f"counted_{end}_on_without_party_claims"] for end in ("from", "to"))
    until = f", up to {days(first, last, short=True)}" if last and last != row["counted_to_on"] else ""
    return span(row, after="_without_party_claims") + until


def moment(value: Any) -> str:
    """2 December 2024, 14:05 UTC."""
    if not value or isinstance(value, Odd):
        return day(value)
    return f"{day(value)}, {value.hour:02}:{value.minute:02} UTC"
