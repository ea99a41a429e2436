"""The tables of the checks as the API reads them, and what pages ask of the checks of data sets."""

from dataclasses import dataclass

from dashboard import queries_data_sets
from dashboard.reading import Cursor

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
    "decreasing_totals": Check(
        "check_decreasing_totals", other="previous_figure_id", is_certain="c.is_revision"
    ),
    "disjoint_reports": Check(
        "check_disjoint_reports", "lower_figure_id", "higher_figure_id", from_on="coalesce(c.disputed_from_on, date '9999-12-31')"
    ),
    "low_above_high": Check("check_low_above_high"),
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
        parts.append(f"{name} as ({sql if queries_data_sets.has(cursor, table) else nothing}), ")
    return "".join(parts)
