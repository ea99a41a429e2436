"""The tables of the checks as the API reads them, and what pages ask of the checks of data sets."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.publication.cache import Cursor, frame
from dashboard.queries import datasets
from dashboard.queries.pages import IS_OF_BUILD, ON_DAY

UNRESOLVED = "unresolved_places"


@dataclass(frozen=True)
class Check:
    """Where the findings `c` of a check are: their table and its columns, whether one is certain, when it is told."""

    table: str
    figure: str = "figure_id"
    other: str = ""
    is_certain: str = "true"
    from_on: str = "cast(null as date)"


# Its sentence adds up every part, so it is not told before the last of them could be read.
LAST_PART = "(select max(part.published_on) from fct_figures as part where part.part_of = c.figure_id)"
TABLES = {
    # One count that stands twice contradicts nothing.
    "copied_figures": Check("check_copied_figures", other="other_figure_id", is_certain="false"),
    "decreasing_totals": Check("check_decreasing_totals", other="previous_figure_id", is_certain="c.is_revision"),
    "disjoint_reports": Check(
        "check_disjoint_reports",
        "lower_figure_id",
        "higher_figure_id",
        is_certain="not c.is_by_convention",
        from_on="coalesce(c.disputed_from_on, date '9999-12-31')",
    ),
    "low_above_high": Check("check_low_above_high"),
    "nested_reports": Check(
        "check_nested_reports",
        "part_figure_id",
        "whole_figure_id",
        is_certain="c.is_contradiction and not c.is_by_convention",
        from_on="c.known_from_on",
    ),
    "parts_and_totals": Check("check_parts_and_totals", is_certain="c.is_contradiction", from_on=LAST_PART),
    UNRESOLVED: Check("check_unresolved_places", is_certain="false"),
}
COPIED = "select figure_id, other_figure_id, episode_id, sentence from check_copied_figures"
# A name in no list concerns every figure under it (named_id). It is told with the one read last (figure_id): from that
# day on all that its sentence counts is known.
OF_NAMES = """
    select arg_max(f.figure_id, cast(f.published_on as varchar) || f.figure_id) over same_name as figure_id,
        f.figure_id as named_id, f.episode_id, c.sentence
    from check_unresolved_places as c inner join fct_figures as f
        on c.dataset_id = f.dataset_id and c.place_stated = f.place_stated and c.place_id = f.place_id
    window same_name as (partition by c.dataset_id, c.place_stated, c.place_id)
"""
# By the table each needs: the name it has in a WITH, its columns and its select.
OF_DATA_SETS = {
    "check_copied_figures": (
        "copied_findings", ("figure_id", "other_figure_id", "episode_id", "sentence"), COPIED
    ),
    "check_unresolved_places": (
        "unresolved_findings", ("figure_id", "named_id", "episode_id", "sentence"), OF_NAMES
    ),
}  # fmt: skip


def given(cursor: Cursor) -> str:
    """Return a part of a WITH: copied_findings and unresolved_findings, empty where a publication has no data sets."""
    parts = []
    for table, (name, columns, sql) in OF_DATA_SETS.items():
        nothing = f"select {', '.join(f'cast(null as text) as {column}' for column in columns)} where false"
        parts.append(f"{name} as ({sql if datasets.has(cursor, table) else nothing}), ")
    return "".join(parts)


# What the checks found, as known on a day: every finding in one shape, counted past those listed.

MOST_OF_A_CHECK = 100
# Every finding of the checks in one shape. A total that a source revised downwards is worth a look, but it
# contradicts nothing that still stands.
FINDINGS = f"""
    with {{given}} found as (
        select 'disjoint_reports' as check_id, lower_figure_id as figure_id, higher_figure_id as other_figure_id,
            episode_id, sentence, not is_by_convention as is_contradiction from check_disjoint_reports
        union all select 'nested_reports', part_figure_id, whole_figure_id, episode_id, sentence,
            is_contradiction and not is_by_convention from check_nested_reports
        union all select 'parts_and_totals', figure_id, null, episode_id, sentence, is_contradiction
            from check_parts_and_totals
        union all select 'decreasing_totals', figure_id, previous_figure_id, episode_id, sentence, false
            from check_decreasing_totals
        union all select 'low_above_high', figure_id, null, episode_id, sentence, true from check_low_above_high
        union all select 'copied_figures', figure_id, other_figure_id, episode_id, sentence, false
            from copied_findings
        union all select distinct 'unresolved_places', figure_id, null, episode_id, sentence, false
            from unresolved_findings
    ), standing as (
        select s.report_id from range_standing_reports as s where {ON_DAY.format("s")} and {IS_OF_BUILD.format("s")}
    )
    select found.*, greatest(f.published_on, o.published_on) as known_from_on,
        found.is_contradiction and f.report_id in (select report_id from standing)
            and (o.report_id is null or o.report_id in (select report_id from standing)) as is_open,
        coalesce(f.is_party_claim or o.is_party_claim, f.is_party_claim) as has_party_claim
    from found join fct_figures as f on found.figure_id = f.figure_id
    left join fct_figures as o on found.other_figure_id = o.figure_id
    where greatest(f.published_on, o.published_on) <= $known_on
"""
IN_ORDER = "is_open desc, is_contradiction desc, check_id, known_from_on desc, sentence"


def _findings(cursor: Cursor, condition: str) -> str:
    """Return the select of the findings that meet a condition: the first MOST_OF_A_CHECK of each check, in order.

    check_count, open_count say how many that check has, so that one of thousands hides no other and passes for all.
    """
    every = FINDINGS.format(given=given(cursor))
    # Counted apart: counts over windows would sort every finding with its sentence, to count them.
    return f"""
        with every as materialized ({every} and {condition}),
        counted as (
            select check_id, count(*) as check_count, count(*) filter (where is_open) as open_count
            from every group by check_id
        ),
        firsts as (
            select * from every
            qualify row_number() over (partition by check_id order by {IN_ORDER}) <= {MOST_OF_A_CHECK}
        )
        select * from firsts inner join counted using (check_id) order by {IN_ORDER}
    """


def findings(cursor: Cursor, episode_id: str, known_on: date) -> pd.DataFrame:
    """Select what the checks found up to a day: check_id, figure_id, other_figure_id, sentence, is_open and others.

    is_open: it is a contradiction and every report it names still stood on that day. One row per finding.
    """
    sql = _findings(cursor, "found.episode_id = $episode_id")
    return frame(cursor, sql, {"episode_id": episode_id, "known_on": known_on})


def findings_naming(cursor: Cursor, figure_id: str, known_on: date) -> pd.DataFrame:
    """Select the findings that name a figure or the report it relays. One row per finding."""
    return frame(
        cursor,
        _findings(
            cursor,
            """exists (
            select 1 from fct_figures as me where me.figure_id = $figure_id
            and (f.figure_id in (me.figure_id, me.report_id) or o.figure_id in (me.figure_id, me.report_id)
                or contains(found.sentence, '(' || me.figure_id || ')')
                or exists (select 1 from unresolved_findings as u where u.figure_id = found.figure_id
                    and u.sentence = found.sentence and u.named_id = me.figure_id))
        )""",
        ),
        {"figure_id": figure_id, "known_on": known_on},
    )
