"""Sides belong to an episode; sources are found by what texts call them, and every kind of them is a known one."""

import shutil
from pathlib import Path

import pytest
from small_record import ROOT, SmallRecord, problems_of, small_record

from ingest.record.lookups import read_vocabulary
from ingest.record.seed_rules import seed_problems


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Copy the lookups, with a second war in them."""
    folder = Path(shutil.copytree(ROOT / "seeds", tmp_path / "seeds"))
    with (folder / "episodes.csv").open("a", encoding="utf-8") as file:
        file.write("war-1,A war,SD,2023-04-15,cumulative,,,,,,A war.,figures/war-1\n")
    return folder


@pytest.mark.parametrize(
    ("name", "source_id"),
    [
        ("the Observatory", "sohr"), ("Observatory", "sohr"), ("المرصد", "sohr"), ("OSDH", "sohr"), ("ACNUR", "unhcr"),
        ("Минобороны России", "russian_mod"), ("Генштаб ЗСУ", "ukraine_general_staff"), ("the UN", "un"),
        ("Syria Civil Defense", "white_helmets"), ("Hamas-run health ministry", "gaza_moh"),
    ],
)  # fmt: skip
def test_a_source_is_found_by_what_texts_call_it(tmp_path: Path, name: str, source_id: str) -> None:
    record = small_record(tmp_path)
    record.figures[3]["source_id"] = name
    (problem,) = record.problems()
    assert problem.endswith(f"is not in seeds/sources.csv (did you mean '{source_id}'?)")


def test_what_several_are_called_names_them_all(seeds: Path) -> None:
    with (seeds / "source_names.csv").open("a", encoding="utf-8") as file:
        file.write("insecurity_insight,The Observatory,en,alias,\n")
    assert read_vocabulary(seeds).sources_called("the observatory") == ["insecurity_insight", "sohr"]


@pytest.mark.parametrize(
    ("file", "row", "told"),
    [
        ("sources.csv", "msf,MSF,ngoo,,Aid.,", "(did you mean 'ngo'?)"),
        ("source_names.csv", "sohrr,the Observatory,en,alias,", "source_id: 'sohrr' is not in seeds/sources.csv"),
        ("source_names.csv", "sohr,the Observatory,en,alias,", "sohr the Observatory en is already on line 4"),
    ],
)
def test_a_wrong_kind_or_alias_is_told_with_its_cell(seeds: Path, file: str, row: str, told: str) -> None:
    path = seeds / file
    line = len(path.read_text(encoding="utf-8").splitlines()) + 1
    with path.open("a", encoding="utf-8") as opened:
        opened.write(f"{row}\n")
    (problem,) = seed_problems(seeds)
    assert problem.line == line
    assert told in str(problem)


@pytest.mark.parametrize("kind", ["ngo", "hospital", "local_official", "media", "court", "family", "company"])
def test_the_kinds_of_the_field_are_there(seeds: Path, kind: str) -> None:
    with (seeds / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(f"somebody,Somebody,{kind},,Says so.,\n")
    assert seed_problems(seeds) == []


@pytest.mark.parametrize(
    ("column", "word", "told"),
    [
        ("population_id", "government_forces", "'government_forces' is a side of aleppo-2024"),
        ("population_id", "irgc", "'irgc' is within government_forces, which is a side of aleppo-2024"),
        ("actor_id", "opposition_factions", "'opposition_factions' is a side of aleppo-2024"),
    ],
)
def test_a_side_of_another_war_is_refused_until_it_is_named_one_of_this(
    tmp_path: Path, seeds: Path, column: str, word: str, told: str
) -> None:
    record = SmallRecord(tmp_path / "war-1")
    record.figures[3][column] = word
    record.write()
    (problem,) = problems_of(record.folder, seeds=seeds)
    assert told in problem
    assert "on-record new side war-1 SIDE --" in problem


def test_a_side_of_this_war_is_in_order(tmp_path: Path, seeds: Path) -> None:
    with (seeds / "parties.csv").open("a", encoding="utf-8") as file:
        file.write("war-1,population,government_forces,army,Army,The army.,\n")
    record = SmallRecord(tmp_path / "war-1")
    record.figures[3]["population_id"] = "government_forces"
    record.write()
    assert problems_of(record.folder, seeds=seeds) == []
