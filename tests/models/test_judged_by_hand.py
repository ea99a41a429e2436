"""The models beside answers worked out by hand: ranges, contradictions, parts, and who stands."""

import csv
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from judged_by_hand import CASES, WHOLE, Case
from small_episodes import Episode, Project
from workshop import Workshop

DAYS = {"to", "read_on", "on"}


def day(text: str) -> str:
    """Return a day of the cases in full."""
    return text if len(text) > 5 else f"2024-{text}"


def episode(case: Case) -> Episode:
    """Write the statements of a case as an episode of its own."""
    told = Episode(f"hand-{case.name}")
    ids: list[str] = []
    for source_id, value, on, cells in case.says:
        rest = {name: day(cell) if name in DAYS else cell for name, cell in cells.items()}
        if rest.get("part_of") == WHOLE:
            rest["part_of"] = ids[0]
        ids.append(told.says(source_id, value, on=day(on), **rest))
    return told


def build_hand(workshop: Workshop) -> None:
    """All cases, loaded and built; in each of them the government of Syria is a party."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), workshop.environment)
        project.begin()
        episodes = [episode(case) for case in CASES]
        project.knows(episodes)
        with (project.folder / "seeds" / "parties.csv").open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [each.episode_id, "source", "syrian_government", "government", "Government", "For a test.", ""]
                for each in episodes
            )
        project.runs("on_record", "load", *(str(project.folder / "figures" / each.episode_id) for each in episodes))
        project.builds()


@pytest.fixture(scope="module")
def built(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_hand)


def ranges(built: Workshop, case: Case, on: str, limits: dict[str, str | None]) -> list[dict[str, Any]]:
    """Return the ranges of a case as known on a day, words read by their meaning."""
    chosen = "".join(
        f" and {name} is null" if value is None else f" and {name} = '{value}'" for name, value in limits.items()
    )
    columns = "select column_name from duckdb_columns() where table_name = 'range_reported' and schema_name = 'main'"
    names = [name for (name,) in built.inspect(f"{columns} order by column_index")]
    rows = built.inspect(
        f"""select {", ".join(names)} from range_reported where episode_id = 'hand-{case.name}'
            and hedge_convention = 'literal' and valid_from_on <= date '{on}'
            and (valid_to_on is null or valid_to_on > date '{on}') {chosen} order by scope_id"""
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def span(found: dict[str, Any]) -> str:
    """Return a range as the cases write it."""
    low, high = found["lowest"], found["highest"]
    text = f"{low}" if low == high else f"{low}-{high}"
    return ("?" if found["is_open_below"] else "") + text + ("+" if found["is_open_above"] else "")


def number(case: Case, figure_id: str) -> int:
    """Return which statement of a case a figure is, from 1; parts stand in the document of their whole."""
    ids = [figure["figure_id"] for figure in episode(case).figures]
    return ids.index(figure_id) + 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_worked_out_by_hand_is_what_the_models_say(built: Workshop, case: Case) -> None:
    found: list[object] = []
    right: list[object] = []
    for expected, holds in case.spans:
        told = ranges(built, case, day(holds.get("on", "2026-01-01")), holds.get("at", {}))
        assert len(told) == (0 if expected == "none" else 1), told
        names = [name for name in holds if name not in ("on", "at")]
        for row in told:
            found.append((span(row), {name: row[name] for name in names}))
            wanted = {name: date.fromisoformat(day(holds[name])) if name.endswith("_on") or "_on_" in name
                      else holds[name] for name in names}  # fmt: skip
            right.append((expected, wanted))
    of_case = f"where episode_id = 'hand-{case.name}'"
    found.append(
        sorted(
            built.inspect(f"""select kind, not (is_by_convention or is_within_rounding)
        from range_contradictions {of_case} and hedge_convention = 'literal'""")
        )
    )
    right.append(sorted(case.contradictions))
    nested = built.inspect(f"select part_figure_id, whole_figure_id, gap from check_nested_reports {of_case}"
                           " and is_contradiction")  # fmt: skip
    found.append(sorted((number(case, part), number(case, whole), gap) for part, whole, gap in nested))
    right.append(sorted(case.nested))
    found.append([low for (low,) in built.inspect(f"select implied_low from check_parts_and_totals {of_case}")])
    right.append(case.parts_exceed)
    found.append(len(built.inspect(f"select 1 from check_decreasing_totals {of_case}")))
    right.append(case.falls)
    if case.reports is not None:
        found.append(len(built.inspect(f"select 1 from fct_reports {of_case}")))
        right.append(case.reports)
    assert found == right, case.why
