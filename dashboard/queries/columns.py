"""The columns of every resource in their order: SQL on one table `f`, or a name put beside an id afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from dashboard.queries import standing
from dashboard.queries.names import SCOPE as NAMED_BY_SCOPE
from dashboard.queries.names import Names

# The envelope under the plain names, with party claims in it or without them.
TWINS = (
    "lowest", "highest", "agreement_low", "agreement_high", "agreement_source_count", "source_count",
    "named_source_count", "report_count", "earlier_source_count", "earlier_low", "is_open_below", "is_open_above",
    "is_disputed", "is_by_convention", "is_within_rounding", "counted_from_on", "counted_to_on",
)  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A column that holds what one of `dimension` is called (or another fact of it), by the id in another column."""

    dimension: str
    by: str
    fact: str = "name"


@dataclass(frozen=True)
class Added:
    """A column that another query of the page fills."""


Column = str | Name | Added


def _own(text: str) -> dict[str, Column]:
    return {name: f"f.{name}" for name in text.split()}


SCOPE = _own("""episode_id measure_id unit_id population_id place_id cause_id actor_id incident_id counting verification
    kind place_role period_start_on period_end_on""")
NAMES: dict[str, Column] = {f"{each}_name": Name(each, f"{each}_id") for each in NAMED_BY_SCOPE}
SOURCE: dict[str, Column] = {"source_name": Name("source", "source_id")}
VOICE: dict[str, Column] = {"voice_name": Name("voice", "voice_id")}
READINGS = ("low", "value_stated", "high", "low_basis", "high_basis", "share_low_pct", "share_stated_pct",
            "share_high_pct")  # fmt: skip
READING: dict[str, Column] = {"hedge_convention": "$convention"} | _own(" ".join(READINGS))
STANDS: dict[str, Column] = {
    "standing": standing.WORD,
    "superseded_on": standing.SUPERSEDED_ON,
}
IMPLIED: dict[str, Column] = {f"implied_{end}": f"case when $is_latest then f.implied_{end} end"
                              for end in ("low", "high")}  # fmt: skip


def figures(of_data_sets: Mapping[str, Column]) -> dict[str, Column]:
    """Return the columns of figures; `of_data_sets` are those that not every publication has."""
    return {
        **_own("figure_id report_id document_id scope_id source_id voice_id"), **SCOPE, **NAMES, **SOURCE, **VOICE,
        **_own("phrase interval_kind interval_level source_grade source_grade_scheme rounded_to hedge_id"),
        "hedge_name": Name("hedge", "hedge_id"), **READING, "is_share": "f.is_share",
        **IMPLIED, "part_of": "f.part_of", **STANDS,
        **_own("speaker_name source_original_id is_party_claim claim_about is_relay"),
        **{name: standing.COLUMNS[name] for name in ("is_retracted", "retracted_on")},
        **_own("""counted_until_on reported_on reported_on_basis reported_at published_on published_on_basis doubts
            publisher agency document_title document_url paragraph status note record_file record_line coded_on
            checked_on loaded_at"""),
        **of_data_sets, "key": Added(),
    }  # fmt: skip


REPORTS: dict[str, Column] = {
    **_own("report_id scope_id source_id voice_id"), **SCOPE, **NAMES, **SOURCE, **VOICE, "phrase": Added(),
    "hedge_id": "f.hedge_id", **READING, "is_share": "f.is_share", **STANDS, "is_party_claim": "f.is_party_claim",
    **_own("claim_about is_reworded"), "is_retracted": f"coalesce({standing.REPORT_RETRACTED}, false)",
    "figure_count": Added(), "document_count": Added(), "figure_ids": Added(),
    **_own("counted_until_on reported_on first_published_on"), "last_published_on": Added(), "key": Added(),
}  # fmt: skip


def ranges(*, is_without_party_claims: bool) -> dict[str, Column]:
    """Return the columns of ranges: under the plain names the numbers with party claims in them, or without them."""
    twin = "_without_party_claims" if is_without_party_claims else ""
    return {
        "range_id": "f.scope_id || '@' || cast(f.valid_from_on as varchar)", "scope_id": "f.scope_id",
        **SCOPE, **NAMES, "voices": Added(),
        "hedge_convention": "f.hedge_convention", **{name: f"f.{name}{twin}" for name in TWINS},
        **{f"{name}_without_party_claims": f"f.{name}_without_party_claims" for name in TWINS},
        "valid_from_on": "f.valid_from_on",
        "valid_to_on": "case when f.valid_to_on <= $known_on then f.valid_to_on end", "key": Added(),
    }  # fmt: skip


def select(columns: Mapping[str, Column]) -> str:
    """Return the select list of those that are SQL."""
    return ", ".join(f"{sql} as {name}" for name, sql in columns.items() if isinstance(sql, str))


def dressed(
    columns: Mapping[str, Column], found: Sequence[dict[str, Any]], names: Names
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the names of all columns and the rows with names beside their ids; None where an id has none."""
    for name, column in columns.items():
        if isinstance(column, Name):
            of, by, fact = names.of[column.dimension], column.by, column.fact
            for row in found:
                known = of.get(row[by])
                row[name] = None if known is None else known[fact]
    return list(columns), list(map(itemgetter(*columns), found))
