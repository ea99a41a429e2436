"""Small sets of statements with the answers that the rules of docs/method.md give, worked out by hand.

The answers were written before the SQL was read. A case is one invented episode; `test_judged_by_hand.py` builds them
all and lays what the models say beside what stands here. A span is written `56-71`, `5-400+` where it is open above,
`?-50` where it is open below; days are of 2024 unless they name a year.
"""

from dataclasses import dataclass, field
from typing import Any

Cells = dict[str, Any]
DISPLACED = {"measure_id": "displaced"}
STOCK = DISPLACED | {"counting": "stock", "period_start_on": ""}
EVENT = {"counting": "incident", "period_start_on": "2024-11-28", "to": "11-28", "incident_id": "blast"}
UNDATED = {"reported_on_basis": "inferred"}
WHOLE = "whole"
"""In a statement: it is a part of the first statement of its case."""


@dataclass(frozen=True)
class Case:
    """What was said, and what is right; each statement is (source, value, day said, other cells)."""

    name: str
    why: str
    says: list[tuple[str, Any, str, Cells]]
    spans: list[tuple[str, Cells]]
    """Each range: its span, and what else holds of it; `at` limits to a scope, `on` is the day it is known on."""
    contradictions: list[tuple[str, bool]] = field(default_factory=list)
    """The kind of each, and whether it is open."""
    nested: list[tuple[int, int, int]] = field(default_factory=list)
    """Part and whole, as numbers of the statements from 1, and how much the part is more."""
    parts_exceed: list[int] = field(default_factory=list)
    """The least that the parts of a total are, where they are more than it."""
    falls: int = 0
    """How often a voice's own count fell."""
    reports: int | None = None


def one(value: Any, **cells: Any) -> Cells:
    """What else holds of a range, and `value` its number of sources."""
    return {"source_count": value} | cells


CASES = [
    # One voice, again and again.
    Case("aba-stated", "rule 3: the report to the later day supersedes, also where it is lower: a revision",
         [("sohr", 100, "11-28", {}), ("sohr", 120, "11-29", {}), ("sohr", 100, "11-30", {})],
         [("100", one(1, counted_to_on="11-30", is_disputed=False, earlier_source_count=0))], falls=1, reports=3),
    Case("aba-inferred", "rule 2: a number repeated later counts further only where the later day is stated",
         [("sohr", 100, "11-28", {}), ("sohr", 120, "11-29", {}), ("sohr", 100, "11-30", UNDATED)],
         [("120", one(1, counted_to_on="11-29"))], reports=2),
    Case("aba-one-day", "rule 3: without hours the numbers of one day have no order, so there is no A after B",
         [("sohr", 100, "11-28", {}), ("sohr", 120, "11-28", {}), ("sohr", 100, "11-28", {})],
         [("100-120", one(1, is_disputed=False, report_count=2))], reports=2),
    Case("aba-hours", "rule 3: by the hour the last number of a day stands",
         [("sohr", 100, "11-28", {"reported_at": "2024-11-28T08:00+02:00"}),
          ("sohr", 120, "11-28", {"reported_at": "2024-11-28T12:00+02:00"}),
          ("sohr", 100, "11-28", {"reported_at": "2024-11-28T18:00+02:00"})],
         [("100", one(1, is_disputed=False))], reports=3),
    Case("repeated-stated", "rule 2: a number repeated with its day counts further",
         [("sohr", 100, "11-28", {}), ("sohr", 100, "11-30", {})], [("100", one(1, counted_to_on="11-30"))]),
    Case("repeated-inferred", "rule 2: repeated without its day it is a relay",
         [("sohr", 100, "11-28", {}), ("sohr", 100, "11-30", UNDATED)],
         [("100", one(1, counted_to_on="11-28", report_count=1))], reports=1),
    Case("own-lower", "rule 3: a voice that lowers itself contradicts nobody",
         [("sohr", 100, "11-28", {"hedge_id": "at_least"}), ("sohr", 80, "11-30", {})],
         [("80", one(1, is_disputed=False, earlier_source_count=0))], falls=1),
    Case("zones", "the hour of a report is read with its offset: 10:00 at +02:00 is before 09:00 at -01:00",
         [("sohr", 40, "11-28", {"reported_at": "2024-11-28T10:00+02:00"}),
          ("sohr", 41, "11-28", {"reported_at": "2024-11-28T09:00-01:00"})], [("41", one(1))]),
    Case("read-late", "as known on a day is the clock of publication",
         [("sohr", 100, "11-28", {"read_on": "12-05"}), ("ocha", 90, "11-28", {})],
         [("90", one(1, on="12-01")), ("90-100", one(2, on="12-06", is_disputed=True, counted_to_on="11-28"))],
         [("same_day", True)]),
    Case("hull", "rule 2: about 100 and nearly 100 of one day name one value: from the least to the most",
         [("sohr", 100, "11-28", {"hedge_id": "about"}), ("sohr", 100, "11-28", {"hedge_id": "nearly"})],
         [("86-110", one(1, report_count=1, is_disputed=False))], reports=1),
    Case("hull-at-least", "rule 2: at least 752 holds 800: one report, 752 or more, and it reaches 800",
         [("sohr", 752, "11-28", {"hedge_id": "at_least"}), ("sohr", 800, "11-28", {})],
         [("752-800+", one(1, report_count=1))], reports=1),
    # Who counts as one.
    Case("outlets", "rule 2: three outlets that print one number are one report",
         [("ocha", 14000, "11-28", {"publisher": name}) for name in ("A", "B", "C")],
         [("14000", one(1, report_count=1, agreement_source_count=1))], reports=1),
    Case("family", "a family is one voice, and a voice does not contradict itself",
         [("un", 90, "11-28", {}), ("ocha", 100, "11-28", {})], [("90-100", one(1, is_disputed=False))]),
    Case("quoting", "who cites somebody speaks with that voice",
         [("un", 200, "11-28", {"source_original_id": "sohr"}), ("sohr", 200, "11-28", {})],
         [("200", one(1, report_count=1))]),
    Case("nobody-named", "unattributed is one voice per publisher, and none of them has a name",
         [("unattributed", 100, "11-28", {"publisher": "A"}), ("unattributed", 100, "11-28", {"publisher": "B"})],
         [("100", one(2, named_source_count=0, agreement_source_count=2))]),
    Case("one-paper", "one publisher that grows is one voice",
         [("unattributed", 100, "11-28", {"publisher": "A"}), ("unattributed", 120, "11-29", {"publisher": "A"})],
         [("120", one(1, earlier_source_count=0))]),
    Case("wire-and-name", "a wire that names its source is that source; its own count is another",
         [("unattributed", 100, "11-28", {"agency": "AFP"}), ("sohr", 100, "11-28", {"agency": "AFP"})],
         [("100", one(2, named_source_count=1))]),
    # Parties.
    Case("party", "rule 7: with and without what parties claim",
         [("sohr", 200, "11-28", {}), ("syrian_government", 50, "11-28", {})],
         [("50-200", one(2, is_disputed=True, lowest_without_party_claims=200, highest_without_party_claims=200,
                         is_disputed_without_party_claims=False, source_count_without_party_claims=1))],
         [("same_day", True)]),
    Case("party-alone", "rule 7: empty where only parties speak",
         [("syrian_government", 50, "11-28", {})],
         [("50", one(1, lowest_without_party_claims=None, source_count_without_party_claims=0))]),
    Case("party-earlier", "rule 4: an earlier claim of a party raises the range with party claims alone",
         [("syrian_government", 400, "11-28", {}), ("sohr", 5, "12-01", {"hedge_id": "at_least"})],
         [("5-400+", one(1, earlier_low=400, highest_without_party_claims=5, earlier_low_without_party_claims=None))]),
    Case("party-newest", "the days counted to are those of who is left: without the party the older one is current",
         [("sohr", 100, "11-28", {}), ("syrian_government", 120, "12-02", {})],
         [("120", one(1, earlier_source_count=1, lowest_without_party_claims=100,
                      counted_to_on_without_party_claims="11-28", earlier_source_count_without_party_claims=0))]),
    # Taken back.
    Case("retracted", "it stood until that day; the number before it does not stand again",
         [("sohr", 100, "11-28", {}),
          ("sohr", 150, "11-29", {"status": "retracted", "retracted_on": "2024-12-01", "note": "Taken back."})],
         [("150", one(1, on="11-30")), ("none", {"on": "12-02"})]),
    Case("withdrawn", "coded wrongly by us: it stands on no day",
         [("sohr", 100, "11-28", {}), ("sohr", 150, "11-29", {"status": "withdrawn", "note": "Misread."})],
         [("100", one(1, on="11-30")), ("100", one(1, on="12-02"))]),
    Case("retracted-beside", "when the newest is taken back the older one of somebody else is current again",
         [("ocha", 90, "11-28", {}),
          ("sohr", 150, "12-01", {"status": "retracted", "retracted_on": "2024-12-03", "note": "Taken back."})],
         [("150", one(1, on="12-02", earlier_source_count=1)),
          ("90", one(1, on="12-04", earlier_source_count=0, counted_to_on="11-28"))]),
    # Up to which day.
    Case("lag", "current are those within a day of the newest; growth within it is no contradiction, and no agreement",
         [("sohr", 100, "11-28", {}), ("ocha", 120, "11-29", {})],
         [("100-120", one(2, is_disputed=False, agreement_low=None, counted_from_on="11-28", counted_to_on="11-29"))]),
    Case("lag-falls", "rule 6: a later count wholly below an earlier one, both current",
         [("sohr", 400, "11-28", {}), ("ocha", 300, "11-29", {})],
         [("300-400", one(2, is_disputed=True, earlier_low=None))], [("later_is_lower", True)]),
    Case("at-least-lower", "rules 5 and 6: at least 300 fits 400, says nothing of it, and is no fall",
         [("sohr", 400, "11-28", {}), ("ocha", 300, "11-29", {"hedge_id": "at_least"})],
         [("300-400+", one(2, is_disputed=False, agreement_low=None, agreement_source_count=None))]),
    Case("stated-day", "the day counted to is the one that the source states, not the day of its report",
         [("sohr", 100, "12-02", {"to": "11-28"}), ("ocha", 120, "11-30", {})],
         [("120", one(1, earlier_source_count=1, earlier_low=100, is_disputed=False))]),
    Case("stock-falls", "rule 6: a stock may fall: two days are no contradiction",
         [("sohr", 500, "11-28", STOCK), ("ocha", 400, "12-02", STOCK)],
         [("400", one(1, earlier_source_count=1, is_disputed=False, earlier_low=None))]),
    Case("stock-one-day", "rule 6: a stock of one day", [("sohr", 500, "11-28", STOCK), ("ocha", 400, "11-28", STOCK)],
         [("400-500", one(2, is_disputed=True))], [("same_day", True)]),
    # Events.
    Case("event-falls", "an event that rises is a running count: later and lower is a contradiction",
         [("sohr", 20, "12-10", EVENT), ("ocha", 18, "12-12", EVENT)],
         [("18-20+", one(1, is_disputed=True, earlier_source_count=1, earlier_low=20))], [("later_is_lower", True)]),
    Case("event-settled", "40 and 60 days after the event both count up to the day it settled",
         [("sohr", 20, "2025-01-07", EVENT), ("ocha", 18, "2025-01-27", EVENT)],
         [("18-20", one(2, is_disputed=True, counted_to_on="12-28"))], [("same_day", True)]),
    Case("event-in-war", "rule 13: one event of a war is not more than the war",
         [("sohr", 45, "11-29", EVENT), ("ocha", 40, "11-30", {})],
         [("45", {"at": {"counting": "incident"}}), ("40", {"at": {"counting": "cumulative"}})], nested=[(1, 2, 5)]),
    # Ends.
    Case("up-to-and-at-least", "rules 4 and 6: up to 50 and at least 60 share no number",
         [("sohr", 50, "11-28", {"hedge_id": "up_to"}), ("ocha", 60, "11-28", {"hedge_id": "at_least"})],
         [("?50-60+", one(2, is_disputed=True))], [("same_day", True)]),
    Case("fewer-than", "rule 4: fewer than 50 counts from what it states, never from nobody",
         [("sohr", 50, "11-28", {"hedge_id": "fewer_than"})], [("?49", one(1))]),
    Case("convention", "rule 6: about 100 and 112 are parted by our reading of about alone",
         [("sohr", 100, "11-28", {"hedge_id": "about"}), ("ocha", 112, "11-28", {})],
         [("90-112", one(2, is_disputed=False, is_by_convention=True))], [("same_day", False)]),
    Case("not-convention", "rule 6: about 100 and 130 are further apart than we made about wide",
         [("sohr", 100, "11-28", {"hedge_id": "about"}), ("ocha", 130, "11-28", {})],
         [("90-130", one(2, is_disputed=True, is_by_convention=False))], [("same_day", True)]),
    Case("rounded", "14,000 is rounded to a hundred: 14,040 is the same within rounding",
         [("sohr", 14000, "11-28", {}), ("ocha", 14040, "11-28", {})],
         [("14000-14040", one(2, is_disputed=False, is_within_rounding=True))], [("same_day", False)]),
    Case("not-rounded", "14,000 reaches 14,050 and 14,060 reaches down to 14,055",
         [("sohr", 14000, "11-28", {}), ("ocha", 14060, "11-28", {})],
         [("14000-14060", one(2, is_disputed=True, is_within_rounding=False))], [("same_day", True)]),
    Case("three-hundred", "300 is rounded to none",
         [("sohr", 300, "11-28", {}), ("ocha", 301, "11-28", {})], [("300-301", one(2, is_disputed=True))],
         [("same_day", True)]),
    Case("tie", "rule 5: two pairs that do not touch are no agreement",
         [("sohr", 100, "11-28", {}), ("white_helmets", 100, "11-28", {}), ("ocha", 200, "11-28", {}),
          ("unattributed", 200, "11-28", {"publisher": "A"})],
         [("100-200", one(4, is_disputed=True, agreement_low=None))], [("same_day", True)] * 4),
    Case("three-fit", "rule 5: the interval that the most fit",
         [("sohr", 277, "11-28", {}), ("ocha", 300, "11-28", {"hedge_id": "about"}),
          ("white_helmets", "", "11-28", {"hedge_id": "between", "low": 250, "high": 299})],
         [("250-330", one(3, is_disputed=False, agreement_low=277, agreement_high=277, agreement_source_count=3))]),
    # Scopes.
    Case("kinds", "an estimate is in no range of counts",
         [("sohr", 100, "11-28", {}), ("ocha", 300, "11-28", {"kind": "modelled"})],
         [("100", one(1, at={"kind": "count"})), ("300", one(1, at={"kind": "modelled"}))]),
    Case("window-and-toll", "another 12 is a window and never a toll",
         [("sohr", 100, "11-28", {}), ("sohr", 12, "11-29", {"counting": "period", "period_start_on": "2024-11-29",
                                                             "to": "11-29"})],
         [("100", one(1, at={"counting": "cumulative"})), ("12", one(1, at={"counting": "period"}))]),
    Case("roles-meet-not", "arrivals never meet departures",
         [("sohr", 12000, "11-28", DISPLACED | {"place_role": "to"}),
          ("ocha", 10000, "11-28", DISPLACED | {"place_role": "from"})],
         [("12000", one(1, at={"place_role": "to"})), ("10000", one(1, at={"place_role": "from"}))]),
    # Parts.
    Case("own-in-whole", "rule 13: who fled within a place is in any count of the displaced of that place",
         [("sohr", 12000, "11-28", DISPLACED | {"place_role": "own"}), ("ocha", 10000, "11-28", DISPLACED)],
         [("12000", {"at": {"place_role": "own"}}), ("10000", {"at": {"place_role": None}})], nested=[(1, 2, 2000)]),
    Case("from-in-whole", "a count without a role may be one of arrivals: who left need not be in it",
         [("sohr", 12000, "11-28", DISPLACED | {"place_role": "from"}), ("ocha", 10000, "11-28", DISPLACED)], []),
    Case("to-in-whole", "a count without a role may be one of departures: who came need not be in it",
         [("sohr", 12000, "11-28", DISPLACED | {"place_role": "to"}), ("ocha", 10000, "11-28", DISPLACED)], []),
    Case("missing", "rule 13: the dead are within the dead and missing",
         [("sohr", 60, "11-28", {}), ("ocha", 50, "11-28", {"measure_id": "killed_or_missing"})], [],
         nested=[(1, 2, 10)]),
    Case("town", "rule 13: a town lies in its country",
         [("sohr", 40, "11-28", {"place_id": "sy-idleb-city"}), ("ocha", 35, "11-28", {})], [], nested=[(1, 2, 5)]),
    Case("town-later", "rule 13: where the part counts to a later day the whole has grown since",
         [("sohr", 40, "11-29", {"place_id": "sy-idleb-city"}), ("ocha", 35, "11-28", {})], []),
    Case("since-longer", "rule 13: a part that begins before its whole does not lie within it",
         [("sohr", 500, "11-28", {"place_id": "SY07", "period_start_on": "2011-03-15"}),
          ("ocha", 35, "11-28", {})], []),
    Case("since-shorter", "rule 13: a count since a later day lies within one since an earlier day",
         [("sohr", 50, "11-30", {"period_start_on": "2024-11-29"}), ("ocha", 35, "11-30", {})], [],
         nested=[(1, 2, 15)]),
    Case("window-within", "rule 13: a window lies within a count that began before and goes on after it",
         [("sohr", 50, "11-29", {"counting": "period", "period_start_on": "2024-11-28", "to": "11-29"}),
          ("ocha", 40, "11-30", {})], [], nested=[(1, 2, 10)]),
    Case("window-astride", "rule 13: a window that began before the count does not",
         [("sohr", 50, "11-29", {"counting": "period", "period_start_on": "2024-11-25", "to": "11-28"}),
          ("ocha", 40, "11-30", {})], []),
    Case("verified", "rule 13: what is verified is part of what is reported",
         [("sohr", 120, "11-28", {"verification": "verified"}), ("ocha", 100, "11-28", {})], [], nested=[(1, 2, 20)]),
    Case("cause", "rule 13: the dead of airstrikes are among the dead",
         [("sohr", 70, "11-28", {"cause_id": "airstrike"}), ("ocha", 60, "11-28", {})], [], nested=[(1, 2, 10)]),
    Case("hunger", "indirect deaths are never among people killed without that cause",
         [("sohr", 70, "11-28", {"cause_id": "indirect"}), ("ocha", 60, "11-28", {})], []),
    Case("women-and-children", "rule 13: children are among women and children",
         [("sohr", 40, "11-28", {"population_id": "children"}),
          ("ocha", 30, "11-28", {"population_id": "women_and_children"})], [], nested=[(1, 2, 10)]),
    Case("children-civilians", "children are no kind of civilians",
         [("sohr", 40, "11-28", {"population_id": "children"}), ("ocha", 30, "11-28", {"population_id": "civilians"})],
         []),
    Case("modelled-part", "rule 13: of one kind: an estimate is no part of a count",
         [("sohr", 70, "11-28", {"population_id": "civilians", "kind": "modelled"}), ("ocha", 60, "11-28", {})], []),
    Case("partition", "rule 10: women, men and children share nobody: 110 of 100",
         [("sohr", 100, "11-28", {}), ("sohr", 40, "11-28", {"population_id": "women", "part_of": WHOLE}),
          ("sohr", 50, "11-28", {"population_id": "men", "part_of": WHOLE}),
          ("sohr", 20, "11-28", {"population_id": "children", "part_of": WHOLE})],
         [("100", {"at": {"population_id": "all"}})], parts_exceed=[110]),
    Case("students", "rule 10: children and students share people: 60 of 50 says nothing",
         [("sohr", 50, "11-28", {}), ("sohr", 30, "11-28", {"population_id": "children", "part_of": WHOLE}),
          ("sohr", 30, "11-28", {"population_id": "students", "part_of": WHOLE})],
         [("50", {"at": {"population_id": "all"}})]),
    Case("own-total", "rule 10: a part that nothing tells from its total is no count of it: 24 to 99, not 1 to 99",
         [("sohr", "", "11-28", {"hedge_id": "dozens"}), ("sohr", 1, "11-28", {"part_of": WHOLE})],
         [("24-99", one(1, report_count=1, is_disputed=False))]),
    Case("own-total-beside", "such a part contradicts nobody",
         [("sohr", 99, "11-28", {}), ("sohr", 1, "11-28", {"part_of": WHOLE}), ("ocha", 99, "11-28", {})],
         [("99", one(2, agreement_low=99, agreement_source_count=2, is_disputed=False))]),
]  # fmt: skip
