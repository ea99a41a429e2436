"""The lookups are held to what seeds/_seeds.yml promises, and a wrong cell is told with its place."""

import shutil
from pathlib import Path

import pytest
from small_record import ROOT, small_record

from ingest.cli import check_verify_load
from ingest.errors import CannotRunError
from ingest.record.seed_rules import described_seeds, seed_problems


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the lookups, to add a row to."""
    return Path(shutil.copytree(ROOT / "seeds", tmp_path / "seeds"))


def told(seeds: Path, file: str, *rows: str) -> list[str]:
    """Add rows to a lookup and return what is said: the row counted from 1, the column, and the words."""
    path = seeds / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    there = len(text.splitlines())
    problems = seed_problems(seeds)
    assert {Path(problem.file).name for problem in problems} <= {file}
    return [f"{each.line - there}:{each.column} {each.field}: {each.message}" for each in problems]


def test_the_lookups_that_ship_keep_every_promise(seeds: Path) -> None:
    assert seed_problems(seeds) == []
    assert {path.stem for path in seeds.glob("*.csv")} == {seed.name for seed in described_seeds(seeds)}


@pytest.mark.parametrize(
    ("file", "row", "wanted"),
    [
        (
            "parties.csv",
            "aleppo-2024,source,sohrr,government,A side,A slip.,",
            "1:20 member_id: 'sohrr' is not in seeds/sources.csv (did you mean 'sohr'?)",
        ),
        (
            "parties.csv",
            "aleppo-2024,population,sohr,government,A side,A source is no population.,",
            "1:24 member_id: 'sohr' is not in seeds/populations.csv",
        ),
        (
            "parties.csv",
            "aleppo-2024,actor,russian_force,government,A side,A slip.,",
            "1:19 member_id: 'russian_force' is not in seeds/actors.csv (did you mean 'russian_forces'?)",
        ),
        (
            "parties.csv",
            "alepo-2024,source,sohr,government,A side,A slip.,",
            "1:1 episode_id: 'alepo-2024' is not in seeds/episodes.csv (did you mean 'aleppo-2024'?)",
        ),
        (
            "parties.csv",
            "aleppo-2024,sources,sohr,government,A side,A slip.,",
            "1:13 dimension: 'sources' is not one of source, population, actor (did you mean 'source'?)",
        ),
        (
            "parties.csv",
            "aleppo-2024,source,sana,opposition,A side,On both sides.,",
            "1:20 member_id: aleppo-2024 source sana is already on line 3",
        ),
        (
            "sources.csv",
            "desk,A desk,un,ochaa,Made up.,",
            "1:16 parent_id: 'ochaa' is not in seeds/sources.csv (did you mean 'ocha'?)",
        ),
        (
            "sources.csv",
            "desk,A desk,ngoo,,Made up.,",
            "1:13 kind: 'ngoo' is not one of academic, agency, armed_group, civil_defence, company, court, dataset, "
            "family, government, hospital, local_official, media, monitor, ngo, state_media, un, unattributed "
            "(did you mean 'ngo'?)",
        ),
        (
            "places.csv",
            "SD9901,Somewhere,point,,SD99,,,,Made up.,",
            "1:25 parent_id: 'SD99' is not in seeds/places.csv",
        ),
        (
            "places.csv",
            "SD9901,Somewhere,point,,SY,,99,36.2,Made up.,",
            "1:29 latitude: '99' is not in degrees, from -90 to 90",
        ),
        (
            "places.csv",
            "SD9901,Somewhere,point,,SY,,36.2,2e2,Made up.,",
            "1:34 longitude: '2e2' is not a number in plain digits",
        ),
    ],
)
def test_a_wrong_cell_of_a_lookup_is_told_with_its_place(seeds: Path, file: str, row: str, wanted: str) -> None:
    assert told(seeds, file, row) == [wanted]


def test_an_episode_lies_in_a_known_place(seeds: Path) -> None:
    path = seeds / "episodes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",sy-northwest,", ",sy-nortwest,", 1), encoding="utf-8")
    assert [problem.message for problem in seed_problems(seeds)] == [
        "'sy-nortwest' is not in seeds/places.csv (did you mean 'sy-northwest'?)"
    ]


def test_a_family_of_sources_does_not_go_in_a_circle(seeds: Path) -> None:
    rows = ("one,One,monitor,two,Made up.,", "two,Two,monitor,one,Made up.,")
    assert told(seeds, "sources.csv", *rows) == ["1:17 parent_id: goes in a circle: one → two → one"]


def test_a_column_that_no_description_knows_is_told(seeds: Path) -> None:
    path = seeds / "parties.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("member_id", "memberid", 1), encoding="utf-8")
    assert [problem.message for problem in seed_problems(seeds)] == [
        "the column 'memberid' is unknown (did you mean 'member_id'?)"
    ]


def test_a_description_that_cannot_be_read_is_said_in_a_sentence(seeds: Path) -> None:
    (seeds / "_seeds.yml").write_text("seeds: [{name: places}]\n", encoding="utf-8")
    with pytest.raises(CannotRunError, match=r"_seeds\.yml cannot be read"):
        seed_problems(seeds)


@pytest.mark.parametrize("command", ["check", "load"])
def test_check_and_load_say_what_is_wrong_in_the_lookups(
    command: str, seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check_verify_load, "seed_problems", lambda: seed_problems(seeds))
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    told(seeds, "parties.csv", "aleppo-2024,source,sohrr,government,A side,A slip.,")
    run = {"check": check_verify_load.check, "load": check_verify_load.load}[command]
    assert run([str(small_record(tmp_path).write())], as_json=False) == 1
    assert "member_id: 'sohrr' is not in seeds/sources.csv (did you mean 'sohr'?)" in capsys.readouterr().out
    assert not (tmp_path / "warehouse.duckdb").exists()
