"""Computed sentences: what a chart shows, said so that a journalist can quote it."""

from collections.abc import Sequence
from typing import Any

from dashboard import wording
from dashboard.text import as_of, datasets, formatting
from dashboard.text.panels import Panel


def headline(panels: Sequence[Panel], known_until_on: Any, measure_name: str, as_recorded: str = "",
             every: int = 0, *, is_widest: bool = False) -> str:  # fmt: skip
    """Return the range of the headline scope (or of the only scope) as one sentence; else how many scopes there are.

    `as_recorded` is recorded.words_of: which record is told, where it is not today's. `every` is how many figures
    there are, where not all of them are among the facets; `is_widest`: those that are stand in the widest scopes, and
    are not the first.
    """
    known = f"As known on {wording.day(known_until_on)}{as_recorded}, "
    first = panels[0] if panels else None
    if first is None:
        return f"{known}nothing is reported of {measure_name.lower()}."
    if first.range and (first.is_headline or len(panels) == 1):
        copied = counted_twice(first)
        beside = f" {formatting.NOT_IN_RANGE}" if has_estimates_beside(panels) else ""
        return f"{known}{_told(first)}{f', {copied}' if copied else ''}.{beside}"
    figures = sum(len(panel.rows) for panel in panels)
    are = "is" if figures == 1 else "are"
    noun = formatting.noun(first.rows[0])
    if every > figures:
        first_of_them = "" if is_widest else "the first "
        shown = f"{first_of_them}{figures:,} are shown, in {wording.plural(len(panels), 'scope')} apart"
        return f"{known}there are {wording.plural(every, 'figure')} of {noun}; {shown}."
    count = wording.plural(figures, "figure")
    return f"{known}there {are} {count} of {noun}, in {wording.plural(len(panels), 'scope')} shown apart."


def finding(panels: Sequence[Panel]) -> str:
    """Return what the headline scope (or the only one) says now, as the title of a chart; empty where there is none.

    Of several scopes of which none is the whole, such as single events, the first would pass for all of them.
    """
    first = panels[0] if panels else None
    if first is None or not first.range or not (first.is_headline or len(panels) == 1):
        return ""
    return formatting.capitalised(_told(first).split(EARLIER)[0]) + "."


def has_estimates_beside(panels: Sequence[Panel]) -> bool:
    """Whether estimates stand beside the counts of the first panel: they are in no range of counts."""
    return formatting.is_counted(panels[0].rows[0]) and not all(
        formatting.is_counted(panel.rows[0]) for panel in panels if panel.rows
    )


def _told(panel: Panel) -> str:
    """People killed in X since Y: from “277” (SOHR, up to 30 November) to “nearly 300” (…; read as 258 to 299).

    Numbers as their sources said them, our reading in brackets; of many sources the ends alone.
    """
    row = panel.range or {}
    whom = formatting.group(row) if row["population_id"] != "all" else ""
    kind = formatting.KINDS.get(row.get("kind") or "", "")
    limits = ", ".join(part for part in (whom, kind, formatting.cause(row)) if part)
    when = formatting.period(row)
    when = when if row["counting"] == "cumulative" else f"({when})"
    where = formatting.with_article(str(row["place_name"]))
    what = f"{formatting.noun(row)}{f' ({limits})' if limits else ''} in {where} {when}"
    return f"{what}: {stated_range(row, panel.rows)}"


def stated_range(row: formatting.Row, figures: Sequence[formatting.Row]) -> str:
    """Return a range as its sources said it, then what was counted earlier.

    As numbers alone where not all who speak in it are among the figures: a filter by source leaves the range as it is.
    """
    current, earlier = _current_and_earlier(row, figures)
    if len(current) < (row["report_count"] or 1):
        read = f"{span(row, figures, ' to ')},"
        parts = [read, formatting.counted(row), f"by {formatting.sources(row)}"]
        told = [" ".join(filter(None, parts)), formatting.agreement(row), formatting.overtaken(row)]
        return ", ".join(filter(None, told))
    ends = [current[0], current[-1]] if len(current) > 1 else current
    between = len(current) - 2
    # The same number at both ends is one number that all of them say.
    if len(ends) == 2 and said(ends[0]) == said(ends[1]) and formatting.counted(ends[0]) == formatting.counted(ends[1]):
        names = f"{len(current)} sources" if len(current) > 2 else f"{who(ends[0])} and {who(ends[1])}"
        text = f"{said(ends[0])} ({names}{_up_to(ends[0])})"
        between = 0
    else:
        text = " to ".join(f"{said(each)} ({who(each)}{_up_to(each)}{_read(each)})" for each in ends)
        text = f"from {text}" if len(ends) == 2 else text
    parts = [text, f"{wording.plural(between, 'source')} between them" if between > 0 else ""]
    parts += [formatting.agreement(row), formatting.overtaken(row)]
    before = "; ".join(f"{said(each)} ({who(each)}{_up_to(each)}{_read(each)})" for each in earlier[:MOST_EARLIER])
    more = f" and {len(earlier) - MOST_EARLIER} more" if len(earlier) > MOST_EARLIER else ""
    text = ", ".join(part for part in parts if part)
    return f"{text}{EARLIER}{before}{more}" if before else text


MOST_EARLIER, EARLIER = 3, ". Earlier: "


def _current_and_earlier(
    row: formatting.Row, figures: Sequence[formatting.Row]
) -> tuple[list[formatting.Row], list[formatting.Row]]:
    """Return the standing statements behind a range, those it is of and those that stopped before; lowest first."""
    told = [each for each in figures if each["is_standing"] and not each["is_relay"] and not each["is_share"]]
    first = row.get("counted_from_on")
    current = [each for each in told if first is None or _day_of(each) is None or _day_of(each) >= first]
    earlier = [each for each in told if each not in current]
    current.sort(key=lambda each: each["reading_stated"] or each["reading_low"] or each["reading_high"] or 0)
    earlier.sort(key=lambda each: (_day_of(each), str(each["figure_id"])), reverse=True)
    return current, earlier


def _day_of(row: formatting.Row) -> Any:
    return row.get("counted_until_on")


def earlier_counts(row: formatting.Row, figures: Sequence[formatting.Row]) -> str:
    """Return the counts that stopped before the days of a range: “about 30” (ANSA, up to …; read as 27 to 33)."""
    _, earlier = _current_and_earlier(row, figures)
    told = [f"{said(each)} ({who(each)}{_up_to(each)}{_read(each)})" for each in earlier[:MOST_EARLIER]]
    more = f" and {len(earlier) - MOST_EARLIER} more" if len(earlier) > MOST_EARLIER else ""
    return "; ".join(told) + more if told else ""


def said(row: formatting.Row) -> str:
    """Return a number as its source said it: “277”; with the words that hedge it: “nearly 300 lives”."""
    low, stated, high = row["reading_low"], row["reading_stated"], row["reading_high"]
    is_plain = stated is not None and low == stated == high
    if is_plain and any(character.isdigit() for character in str(row["phrase"])):
        return f"“{wording.number(stated)}”"
    return f"“{row['phrase']}”"


def who(row: formatting.Row) -> str:
    """Return who said it, within a sentence: the source; of an unattributed number where it was read."""
    if row["source_id"] != "unattributed" or row.get("source_original_id"):
        name = row.get("speaker_name") or row["source_name"] or row["source_id"]
        return f"{name}, a party" if row["is_party_claim"] else str(name)
    if row.get("agency"):
        return f"a report of {formatting.with_article(row['agency'])}, naming nobody"
    if not row["publisher"]:
        return "a news text, naming nobody"
    return f"a text of {formatting.with_article(row['publisher'])}, naming nobody"


def _up_to(row: formatting.Row) -> str:
    day = _day_of(row)
    return f", up to {wording.day(day)}" if day else ""


def _read(row: formatting.Row) -> str:
    """Return our reading of a number that is not what was stated: "; read as 258 to 299"."""
    low, high, stated = row["reading_low"], row["reading_high"], row["reading_stated"]
    if low == high == stated or datasets.contradicts_itself(row):
        return ""
    read = formatting.interval(low, high, is_share=row["is_share"]).replace(" – ", " to ")
    return f"; {READ_AS} {read}"


READ_AS = "read as"
"""Before every number that is our reading and that no source stated."""


def stated_numbers(figures: Sequence[formatting.Row]) -> set[float]:
    """Return the numbers that the standing figures state: what a sentence may say as theirs."""
    return {
        each["reading_stated"] for each in figures if each.get("is_standing") and each.get("reading_stated") is not None
    }


def span(row: formatting.Row, figures: Sequence[formatting.Row], between: str = " – ") -> str:
    """Return a range, said to be our reading unless both its ends are stated: "read as 258 – 299", "56 – 71"."""
    text = formatting.span(row, between=between)
    is_stated = {row["lowest"], row["highest"]} <= stated_numbers(figures)
    return text if is_stated or row["lowest"] is None else f"{READ_AS} {text}"


def stated_span(row: formatting.Row, figures: Sequence[formatting.Row]) -> str:
    """Return a range by the words at its ends, “277” – “nearly 300 lives”; our reading where they are not here."""
    current, _ = _current_and_earlier(row, figures)
    if len(current) != (row["report_count"] or 1):
        return span(row, figures)
    ends = [said(current[0]), said(current[-1])]
    return ends[0] if ends[0] == ends[1] else " – ".join(ends)


def standing(panel: Panel) -> str:
    """Return the range of one scope in a line: "read as 258 – 299, counted up to 30 November, both fit 277"."""
    if panel.range is None:
        if panel.is_unnamed_part:
            return "some of the total that its document tells, compared with nothing else"
        return "a share of a total, compared with nothing else" if panel.is_share else "no range stands"
    row = panel.range
    parts = [
        span(row, panel.rows), formatting.counted(row), formatting.sources(row), formatting.agreement(row),
        formatting.earlier(row), formatting.overtaken(row), counted_twice(panel), apart(panel),
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def apart(panel: Panel) -> str:
    """Say of a range that is of no counts that it is in none of counts either."""
    return "" if not panel.rows or formatting.is_counted(panel.rows[0]) else "in no range of counts"


def counted_twice(panel: Panel) -> str:
    """Say that sources of one scope tell one count, where they do: else they would pass for two that agree."""
    voices: dict[Any, set[str]] = {}
    for row in panel.rows:
        if row.get("copied") == "told_twice":
            voices.setdefault(row["reading_stated"], set()).add(row["voice_id"])
    return "but one count told by two sources" if any(len(each) > 1 for each in voices.values()) else ""


def in_words(panels: Sequence[Panel]) -> list[str]:
    """Return the chart as text, one sentence per scope: the range, then every reading in the order of the chart."""
    return [f"{panel.title}: {standing(panel)}. " + "; ".join(map(_reading, panel.rows)) + "." for panel in panels]


def _reading(row: formatting.Row) -> str:
    """SOHR on 30 November 2024: 277 (relay)."""
    told = ", ".join(badges(row))
    reading = f"{said(row)}{_read(row).replace(';', ',')}"
    name = row["speaker_name"] or row["voice_name"]
    if row["source_id"] == "unattributed" and not row.get("source_original_id"):
        name = f"{who(row)},"
    return f"{name} on {wording.day(row['reported_on'])}: {reading}" + (f" ({told})" if told else "")


def figure_reading(row: formatting.Row) -> str:
    """Return a figure as an interval in words; all it says where it contradicts itself."""
    if datasets.contradicts_itself(row):
        return datasets.whole_reading(row)
    return formatting.interval(row["reading_low"], row["reading_high"], is_share=row["is_share"])


def badges(row: formatting.Row, *, short: bool = False) -> list[str]:
    """Return what a reader must know about a figure, each in a few words; `short` where a chart has little room."""
    known = {
        ("party claim" if short else claim(row)): row["is_party_claim"],
        "relay": row["is_relay"],
        "superseded": row["is_superseded"] and not row.get("retracted_on"),
        "withdrawn": row["is_withdrawn"],
        taken_back(row, short=short): row.get("retracted_on"),
        "draft": row["status"] == "draft",
        "date inferred": "inferred" in (row["reported_on_basis"], row["published_on_basis"]),
    }
    told = [formatting.KINDS.get(str(row.get("kind")), ""), formatting.interval_stated(row)]
    doubts = ["in doubt" if short else f"in doubt: {doubted(row)}"] if row.get("doubts") else []
    named = [name for name, holds in known.items() if holds] + [each for each in told if each]
    return named + doubts + datasets.badges(row)


# Whom a party claim is about, as badges and filters call it.
SIDES = {"own": "its own side", "enemy": "its enemy", "others": "others"}
DOUBTED = {
    "source_id": "who says it", "measure_id": "what is counted", "population_id": "whom", "place_id": "where",
    "cause_id": "how", "actor_id": "by whom", "counting": "how it is counted", "period_start_on": "since when",
    "kind": "how the number came to be", "place_role": "from or to where", "verification": "whether it was verified",
    "period_end_on": "up to when", "reported_on": "when it was said", "hedge_id": "how sure", "value": "the number",
    "part_of": "what it is part of", "incident_id": "which event", "source_original_id": "whom the source cites",
}  # fmt: skip


def claim(row: formatting.Row) -> str:
    """Return what a party claim is called: about its own side, its enemy, or others."""
    side = SIDES.get(str(row.get("claim_about")))
    return f"party claim about {side}" if side else "party claim"


def taken_back(row: formatting.Row, *, short: bool = False) -> str:
    """Return that and when its source took a figure back; it stood until then."""
    day = "" if short or not row.get("retracted_on") else f" on {wording.day(row['retracted_on'])}"
    return f"taken back by its source{day}"


def doubted(row: formatting.Row) -> str:
    """Return what the text leaves in doubt, in words: "whom, since when"."""
    return ", ".join(DOUBTED.get(name, name) for name in str(row["doubts"]).split())


def badges_in_full(row: formatting.Row) -> list[str]:
    """Return the same in full, for where there is room to say what is odd about a figure."""
    short = datasets.badges(row)
    return [badge for badge in badges(row) if badge not in short] + datasets.odd(row)


def about(build: formatting.Row) -> str:
    """Say what was published when, and how vague words were read."""
    known = formatting.capitalised(as_of.known(build["known_until_on"], build))
    return (
        f"{known}. Published {formatting.moment(build['published_at'])}: "
        f"{wording.plural(build['figure_count'], 'figure')} of {wording.plural(build['document_count'], 'document')}; "
        f"vague numbers are read by the convention “{build['hedge_convention']}”."
    )
