"""What the checks found as SQL for the API, and what both API and pages ask of the checks of data sets."""

from collections.abc import Sequence

from dashboard import queries_data_sets
from dashboard.reading import Cursor

CHECKS = {
    "decreasing_totals": """select figure_id, previous_figure_id as other_figure_id, sentence, is_revision as is_certain
        from check_decreasing_totals""",
    "disjoint_reports": """select lower_figure_id as figure_id, higher_figure_id as other_figure_id, sentence,
        true as is_certain from check_disjoint_reports where disputed_from_on <= $known_on""",
    "low_above_high": """select figure_id, null as other_figure_id, sentence, true as is_certain
        from check_low_above_high""",
    # Its sentence adds up every part, so it is not told before the last of them could be read.
    "parts_and_totals": """select figure_id, null as other_figure_id, sentence, is_contradiction as is_certain
        from check_parts_and_totals where figure_id not in (select part_of from fct_figures
        where part_of is not null and published_on > $known_on)""",
    # One count that stands twice contradicts nothing.
    "copied_figures": "select figure_id, other_figure_id, sentence, false as is_certain from copied_findings",
}
COPIED = "select figure_id, other_figure_id, episode_id, sentence from check_copied_figures"
# A name in no list concerns every figure under it (named_id). It is told with the one read last (figure_id): from that
# day on all that its sentence counts is known.
UNRESOLVED = """
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
        "unresolved_findings", ("figure_id", "named_id", "episode_id", "sentence"), UNRESOLVED
    ),
}  # fmt: skip


def given(cursor: Cursor) -> str:
    """Return a part of a WITH: copied_findings and unresolved_findings, empty where a publication has no data sets."""
    parts = []
    for table, (name, columns, sql) in OF_DATA_SETS.items():
        nothing = f"select {', '.join(f'cast(null as text) as {column}' for column in columns)} where false"
        parts.append(f"{name} as ({sql if queries_data_sets.has(cursor, table) else nothing}), ")
    return "".join(parts)


def findings(told: str, asked: str, checks: Sequence[str]) -> str:
    """Select findings with their key, after `given`; `told` and `asked` are conditions on a figure `f`.

    Every figure that a finding names is told, and one of them is asked for; of a place one figure under its name is
    both.
    """
    found = " union all by name ".join(
        f"(select '{name}' as check_name, * from ({sql}))" for name, sql in CHECKS.items()
    )
    of_told, of_asked, of_both = (
        f"select figure_id from fct_figures as f where {condition}"
        for condition in (told, asked, f"{told} and {asked}")
    )
    kinds = "list_contains($checks, c.check_name)" if checks else "true"
    return f"""
        select c.check_name || ':' || c.figure_id || coalesce(':' || c.other_figure_id, '') as key, c.*
        from (
            select c.* from ({found}) as c
            where c.figure_id in ({of_told}) and (c.other_figure_id is null or c.other_figure_id in ({of_told}))
                and (c.figure_id in ({of_asked}) or coalesce(c.other_figure_id in ({of_asked}), false))
            union all by name
            select distinct 'unresolved_places' as check_name, u.figure_id, u.sentence, false as is_certain
            from unresolved_findings as u
            where u.named_id in ({of_both})
                and u.figure_id in (select figure_id from fct_figures where published_on <= $known_on)
        ) as c
        where {kinds}
    """
