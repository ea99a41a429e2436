"""A new episode, source, place or side is written in order or not at all; what is missing is asked for or named."""

import csv
import io
import shutil
import sys
from pathlib import Path

import pytest
from small_record import ROOT, problems_of

from ingest import __main__
from ingest.cli.coding import new
from ingest.curation import new_rows
from ingest.curation.new_rows import add_rows
from ingest.errors import CannotRunError
from ingest.record.lookups import read_vocabulary
from ingest.record.seed_rules import seed_problems

EPISODE = {
    "--name": "War in Sudan", "--place": "Sudan", "--start": "2023-04-15", "--counting": "cumulative",
    "--description": "A war.",
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the lookups, beside a folder of episodes, and have the command write there."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "figures").mkdir()
    defaults = {"seeds": tmp_path / "seeds", "figures": tmp_path / "figures"}
    monkeypatch.setattr(new, "add_rows", lambda *given, **more: add_rows(*given, **more, **defaults))
    return tmp_path


def rows(project: Path, lookup: str) -> list[dict[str, str]]:
    with (project / "seeds" / f"{lookup}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def given(options: dict[str, str]) -> list[str]:
    return [word for pair in options.items() for word in pair]


def test_a_new_episode_is_a_row_and_a_folder_that_check_finds_in_order(project: Path) -> None:
    assert __main__.main(["new", "episode", "war-1", *given(EPISODE)]) == 0
    row = rows(project, "episodes")[-1]
    assert (row["episode_id"], row["place_id"], row["reference"]) == ("war-1", "SD", "figures/war-1")
    assert problems_of(project / "figures" / "war-1", seeds=project / "seeds") == []
    assert seed_problems(project / "seeds") == []


@pytest.mark.parametrize("left_out", EPISODE)
def test_without_a_terminal_what_is_missing_is_named(
    project: Path, left_out: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    options = {name: value for name, value in EPISODE.items() if name != left_out}
    assert __main__.main(["new", "episode", "war-1", *given(options)]) == 2
    assert f"Needed: {left_out} " in capsys.readouterr().err
    assert not (project / "figures" / "war-1").exists()


def answered(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Have a person at the terminal give these answers; return what is left of them, to be looked at afterwards."""
    left = list(answers)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: left.pop(0))
    return left


def test_at_a_terminal_each_is_asked_until_it_is_an_answer(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ("War", "Sudam", "Sudan", "15 April", "2023-04-15", "cumulative", "", "A war.", "")
    left = answered(monkeypatch, *answers)
    assert __main__.main(["new", "episode", "war-1"]) == 0
    row = rows(project, "episodes")[-1]
    assert (row["name"], row["place_id"], row["start_on"], row["description"]) == ("War", "SD", "2023-04-15", "A war.")
    assert left == []


def test_a_war_is_asked_for_no_incident_and_what_was_not_searched_for_no_days(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left = answered(monkeypatch, "War", "North Darfur", "2023-04-15", "cumulative", "A war.", "")
    assert __main__.main(["new", "episode", "war-1"]) == 0
    assert left == []
    assert "Its place is SD02 (North Darfur, first-level area in Sudan)." in capsys.readouterr().out
    left = answered(monkeypatch, "Strike", "Sudan", "2023-04-15", "incident", "s-1", "A strike.", "in an archive",
                    "en ar", "2023-04-15", "2023-04-20")  # fmt: skip
    assert __main__.main(["new", "episode", "strike-1"]) == 0
    row = rows(project, "episodes")[-1]
    assert (row["incident_id"], row["searched_languages"], row["searched_until_on"]) == ("s-1", "en ar", "2023-04-20")
    assert left == []


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--counting", "cumulativ", "did you mean 'cumulative'?"),
        ("--start", "15.4.2023", "is not a day written YYYY-MM-DD"),
        ("--place", "Khartoum, Sudan", "SD01 (Khartoum, first-level area in Sudan)"),
        ("--place", "Nowhere", "no place of ours or of the gazetteer is called 'Nowhere'"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_to_say(
    project: Path, option: str, value: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert __main__.main(["new", "episode", "war-1", *given(EPISODE | {option: value})]) == 2
    assert told in capsys.readouterr().err
    assert [row["episode_id"] for row in rows(project, "episodes")].count("war-1") == 0


def test_a_rehearsal_and_a_refusal_write_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in (project / "seeds").iterdir()}
    assert __main__.main(["new", "episode", "war-1", *given(EPISODE), "--dry-run"]) == 0
    assert "+war-1,War in Sudan,SD,2023-04-15,cumulative" in capsys.readouterr().out
    wrong = {"parties": [{"episode_id": "war-2", "dimension": "source", "member_id": "sohr", "side": "a"}]}
    refused = add_rows(wrong, "war-3", seeds=project / "seeds", figures=project / "figures")
    assert ["'war-2' is not in seeds/episodes.csv" in str(each) for each in refused.problems] == [True]
    assert {path: path.read_bytes() for path in (project / "seeds").iterdir()} == before
    assert list((project / "figures").iterdir()) == []


def test_where_a_lookup_cannot_be_written_the_others_and_the_folder_go_back(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in (project / "seeds").iterdir()}
    real = new_rows.replace_file

    def full(path: Path, old: bytes, content: bytes) -> None:
        if path.name == "source_names.csv" and content != before[path]:
            raise CannotRunError("The disk is full.")
        real(path, old, content)

    monkeypatch.setattr(new_rows, "replace_file", full)
    added = {
        "sources": [{"source_id": "msf", "name": "MSF", "kind": "ngo"}],
        "source_names": [{"source_id": "msf", "name": "MSF", "language": "fr"}],
    }
    with pytest.raises(CannotRunError, match="full"):
        add_rows(added, "war-1", seeds=project / "seeds", figures=project / "figures")
    assert {path: path.read_bytes() for path in (project / "seeds").iterdir()} == before
    assert list((project / "figures").iterdir()) == []


def test_a_source_comes_with_what_texts_call_it(project: Path) -> None:
    options = {"--name": "MSF", "--kind": "ngo", "--description": "Aid.", "--alias": "en:Doctors Without Borders"}
    assert __main__.main(["new", "source", "msf", *given(options)]) == 0
    assert rows(project, "source_names")[-1]["name"] == "Doctors Without Borders"


def test_a_place_of_the_world_needs_no_row_and_another_is_a_point_with_coordinates(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert __main__.main(["new", "place", "El Fasher, Sudan"]) == 0
    assert "geonames-379555 (El Fasher, point in North Darfur, Sudan)" in capsys.readouterr().out
    options = {"--name": "Zamzam camp", "--parent": "SD02", "--latitude": "13.48", "--longitude": "25.31"}
    assert __main__.main(["new", "place", "sd-zamzam", *given(options)]) == 0
    row = rows(project, "places")[-1]
    assert (row["kind"], row["parent_id"], row["latitude"]) == ("point", "SD02", "13.48")
    assert seed_problems(project / "seeds") == []
    assert __main__.main(["new", "place", "sd-x", *given(options | {"--latitude": "99"})]) == 2


def test_a_place_of_no_list_is_told_how_to_add_it_and_what_is_written_alike(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert __main__.main(["new", "place", "Mai-Kadra, Ethiopia"]) == 2
    told = capsys.readouterr().err
    assert "written alike: geonames-12640446 (May Cadera, point in Tigray, Ethiopia)" in told
    assert "on-record new place ID --name 'Mai-Kadra' --parent PLACE" in told
    assert __main__.main(["new", "place", "Mai-Kadra"]) == 2
    assert "try 'Mai-Kadra, COUNTRY'" in capsys.readouterr().err


def test_a_place_of_ours_is_found_by_each_of_its_spellings(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(new, "read_vocabulary", lambda: read_vocabulary(project / "seeds"))
    options = {"--name": "Hamdayet", "--parent": "SD11", "--alias": "fr:Hamdayèt", "--description": "A crossing."}
    assert __main__.main(["new", "place", "sd-hamdayet", *given(options)]) == 0
    read_vocabulary.cache_clear()
    capsys.readouterr()
    for spelling in ("Hamdayet", "HAMDAYÈT"):
        assert __main__.main(["new", "place", spelling]) == 0
        assert f"sd-hamdayet ({spelling}, place of ours in Kassala, Sudan)" in capsys.readouterr().out
    objection = read_vocabulary(project / "seeds").objection("places", "Hamdayèt")
    assert objection and "did you mean sd-hamdayet (" in objection
    assert __main__.main(["new", "episode", "war-1", *given(EPISODE | {"--place": "Hamdayet"})]) == 0
    assert rows(project, "episodes")[-1]["place_id"] == "sd-hamdayet"
    assert read_vocabulary(project / "seeds").country_of("sd-hamdayet") == "SD"


def test_a_side_of_an_episode_is_a_row_for_each_who_belongs_to_it(project: Path) -> None:
    members = ["--population", "police", "--population", "peacekeepers"]
    assert __main__.main(["new", "side", "aleppo-2024", "order", "--name", "Order", *members]) == 0
    told = [(row["side"], row["dimension"], row["member_id"]) for row in rows(project, "parties")[-2:]]
    assert told == [("order", "population", "police"), ("order", "population", "peacekeepers")]
    # Nobody is on two sides of one episode.
    assert __main__.main(["new", "side", "aleppo-2024", "other", "--name", "Other", "--population", "police"]) == 1
