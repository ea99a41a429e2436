"""Parts and totals, and ids across files and episodes."""

import json
import shutil
from pathlib import Path

import pytest
from scratch import RECORD
from small_record import ROOT, SmallRecord, place_of, problems_of, small_record

from ingest.cli.check_verify_load import check
from ingest.curation.check import read_record, record_warnings


def chain(record: SmallRecord, length: int) -> None:
    """Replace the figures by a total and ``length`` figures, each part of the one before it."""
    links = [
        record.figure(f"01-{n:02}", "2", "ten", value="10", part_of=f"01-{n - 1:02}") for n in range(1, length + 1)
    ]
    record.figures = [record.figure("01-00", "2", "ten", value="10"), *links]


def test_a_circle_is_told_once_at_its_first_member(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    chain(record, 4)
    record.figures[1]["part_of"] = "d-01-03"
    assert record.problems() == [
        "figures.csv:3:83 part_of: goes in a circle: d-01-01 → d-01-03 → d-01-02 → d-01-01",
    ]


def test_two_circles_are_two_problems(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    chain(record, 4)
    record.figures[1]["part_of"] = "d-01-02"
    record.figures[3]["part_of"] = "d-01-04"
    assert [problem.split(" part_of: ")[1] for problem in record.problems()] == [
        "goes in a circle: d-01-01 → d-01-02 → d-01-01",
        "goes in a circle: d-01-03 → d-01-04 → d-01-03",
    ]


def test_six_levels_of_parts_are_in_order(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    chain(record, 6)
    assert record.problems() == []


def test_the_first_level_too_deep_is_told_and_not_those_below_it(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    chain(record, 9)
    assert record.problems() == [
        "figures.csv:9:83 part_of: is part of a part 7 deep; at most 6 levels are read",
    ]


def test_a_part_larger_than_a_hedged_total_is_left_to_the_checks_of_the_warehouse(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[1]["value"] = "41"
    assert record.problems() == []


def test_a_reference_to_a_damaged_row_is_not_a_second_problem(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[0]["value"] = "forty"
    assert record.problems() == ["figures.csv:2:94 value: 'forty' is not a number in plain digits"]


def two_episodes(tmp_path: Path, second_prefix: str) -> tuple[Path, Path, Path]:
    """Return two episode folders and seeds that know both."""
    seeds = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    with (seeds / "episodes.csv").open("a", encoding="utf-8") as file:
        file.write("invented-2025,Invented,SY,2025-01-01,For a test.,\n")
    first = SmallRecord(tmp_path / "aleppo-2024").write()
    return first, SmallRecord(tmp_path / "invented-2025", second_prefix).write(), seeds


def test_two_episodes_with_ids_of_their_own_are_in_order(tmp_path: Path) -> None:
    first, second, seeds = two_episodes(tmp_path, "e")
    assert problems_of(first, second, seeds=seeds) == []


def test_an_id_used_in_two_episodes_is_named_with_both_places(tmp_path: Path) -> None:
    first, second, seeds = two_episodes(tmp_path, "d")
    problems = problems_of(first, second, seeds=seeds)
    assert len(problems) == 8
    assert problems[0].startswith("invented-2025/documents.csv:2:1 document_id: d-01 is already in ")
    assert problems[0].endswith("aleppo-2024/documents.csv:2")


def test_a_folder_that_is_no_episode_is_a_problem(tmp_path: Path) -> None:
    folder = SmallRecord(tmp_path / "alepo-2024").write()
    assert problems_of(folder) == [
        "figures.csv:1:1 the folder's name is the episode_id, and 'alepo-2024' is not in seeds/episodes.csv "
        "(did you mean 'aleppo-2024'?)"
    ]


def test_the_real_record_has_no_problems() -> None:
    record, problems = read_record(sorted(path for path in RECORD.iterdir() if path.is_dir()))
    assert problems == []
    assert record.figure_count > 40


EVENT = {"counting": "incident", "period_start_on": "2024-11-27", "place_id": "SY07"}


def warned(record: SmallRecord, *figures: dict[str, str]) -> list[str]:
    """The warnings about these figures, which are in order: each at its line and column."""
    record.figures = list(figures)
    assert record.problems() == []
    read, _ = read_record([record.folder])
    return [f"{each.line}:{each.column} {each.field}: {each.message}" for each in record_warnings(read)]


def test_a_toll_without_its_incident_beside_one_with_it_is_warned_of(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    first = record.figure("01-01", "2", "ten", value="10", incident_id="market", **EVENT)
    other = record.figure("01-02", "2", "ten", value="10", **EVENT)
    assert warned(record, first, other) == [
        f"{place_of(other, 'incident_id', 3)} incident_id: is empty, and d-01-01 counts killed and all in the same "
        "place on the same day for the event market: where both tell of one event, name it here too"
    ]


@pytest.mark.parametrize(
    "cells",
    [
        {"place_id": "SY02"},
        {"population_id": "civilians"},
        {"measure_id": "injured"},
        {"period_start_on": "2024-11-28"},
        {"counting": "period"},
        {"incident_id": "other"},
        {"status": "withdrawn", "note": "Of another war."},
    ],
)
def test_what_cannot_be_the_same_event_is_not_warned_of(tmp_path: Path, cells: dict[str, str]) -> None:
    record = small_record(tmp_path)
    first = record.figure("01-01", "2", "ten", value="10", incident_id="market", **EVENT)
    assert warned(record, first, record.figure("01-02", "2", "ten", value="10", **EVENT | cells)) == []


def test_days_that_overlap_are_one_day(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    two_days = EVENT | {"period_start_on": "2024-11-26", "period_end_on": "2024-11-27"}
    first = record.figure("01-01", "2", "ten", value="10", incident_id="market", **EVENT)
    assert len(warned(record, first, record.figure("01-02", "2", "ten", value="10", **two_days))) == 1


def test_a_part_that_nothing_tells_from_its_total_is_warned_of(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    total = record.figure("01-01", "2", "ten", value="10", population_id="fighters")
    part = record.figure("01-02", "2", "ten", value="1", population_id="fighters", part_of="01-01")
    (told,) = warned(record, total, part)
    assert told.startswith(f"{place_of(part, 'part_of', 3)} part_of: d-01-01 counts the very same, so that")
    record = small_record(tmp_path)
    event = EVENT | {"incident_id": "market"}
    total, part = total | event, part | event | {"place_id": "SY02"}
    assert len(warned(record, total, part)) == 1


@pytest.mark.parametrize(
    "cells",
    [
        {"population_id": "civilians"},
        {"place_id": "SY02"},
        {"cause_id": "airstrike"},
        {"hedge_id": "share", "value": "10"},
        {"status": "withdrawn", "note": "Of another war."},
    ],
)
def test_a_part_of_fewer_people_or_places_is_not_warned_of(tmp_path: Path, cells: dict[str, str]) -> None:
    record = small_record(tmp_path)
    total = record.figure("01-01", "2", "ten", value="10")
    assert warned(record, total, record.figure("01-02", "2", "ten", **{"value": "1", "part_of": "01-01"} | cells)) == []


def test_a_warning_is_printed_and_is_no_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = small_record(tmp_path)
    record.figures = [
        record.figure("01-01", "2", "ten", value="10", incident_id="market", **EVENT),
        record.figure("01-02", "2", "ten", value="10", **EVENT),
    ]
    assert check([str(record.write())], as_json=False) == 0
    warning, size = capsys.readouterr().out.splitlines()
    assert " incident_id: warning: is empty, and d-01-01 counts" in warning
    assert size == "1 episode, 2 documents, 2 figures: no problems, 1 warning"
    assert check([str(record.folder)], as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["problems"], [each["field"] for each in told["warnings"]]) == ([], ["incident_id"])
