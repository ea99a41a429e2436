"""Rows written one at a time: judged first, whole or not at all, and no other byte of the file changed."""

from pathlib import Path

import pytest
from small_desk import FORTY, TWELVE, make_episode, open_sheet

from ingest.curation.added_rows import draft
from ingest.curation.check import read_record
from ingest.curation.verify import verify_record
from ingest.errors import CannotRunError


def row(sheet_folder: Path, cells: dict[str, str], number: int = 0) -> dict[str, str]:
    return draft(cells, open_sheet(sheet_folder).documents().rows[number])


def test_a_row_that_is_written_passes_check_and_verify(tmp_path: Path) -> None:
    episode, texts = make_episode(tmp_path)
    sheet = open_sheet(tmp_path)
    assert sheet.add(row(tmp_path, TWELVE)).problems == []
    record, problems = read_record([episode])
    assert problems == []
    assert verify_record(record, texts).problems == []
    (written,) = record.episodes[0].figures.rows
    assert (written.text("figure_id"), written.text("status")) == ("aleppo-2024-000-01", "draft")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_row_taken_out_again_leaves_the_file_as_it_was(tmp_path: Path, line_end: str) -> None:
    episode, _ = make_episode(tmp_path, line_end)
    sheet, path = open_sheet(tmp_path), episode / "figures.csv"
    states = [path.read_bytes()]
    for cells, number in ((TWELVE, 0), (FORTY, 1), (TWELVE | {"note": 'a, "quoted" note'}, 0)):
        assert sheet.add(row(tmp_path, cells, number)).problems == []
        states.append(path.read_bytes())
    assert all(line_end.encode() in state for state in states)
    ids = ["aleppo-2024-000-02", "aleppo-2024-001-01", "aleppo-2024-000-01"]
    for figure_id, before in zip(ids, reversed(states[:-1]), strict=True):
        sheet.remove(figure_id)
        assert path.read_bytes() == before


def test_rows_of_a_document_stand_together_and_ids_go_on(tmp_path: Path) -> None:
    make_episode(tmp_path)
    sheet = open_sheet(tmp_path)
    for cells, number in ((TWELVE, 0), (FORTY, 1), (TWELVE, 0)):
        sheet.add(row(tmp_path, cells, number))
    found = [each.text("figure_id") for each in sheet.rows()]
    assert found == ["aleppo-2024-000-01", "aleppo-2024-000-02", "aleppo-2024-001-01"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": "13"}, "value"),
        ({"hedge_id": "exact"}, "hedge_id"),
        ({"phrase": "12 people"}, "phrase"),
        ({"source_id": "nobody_known"}, "source_id"),
        ({"paragraph": "3"}, "paragraph"),
        ({"period_start_on": "2024-13-01"}, "period_start_on"),
    ],
)
def test_a_row_with_a_problem_is_not_written(tmp_path: Path, wrong: dict[str, str], field: str) -> None:
    episode, _ = make_episode(tmp_path)
    before = (episode / "figures.csv").read_bytes()
    judged = open_sheet(tmp_path).add(row(tmp_path, TWELVE | wrong))
    assert field in {problem.field for problem in judged.problems}
    assert (episode / "figures.csv").read_bytes() == before


def test_a_problem_elsewhere_in_the_file_stops_nobody(tmp_path: Path) -> None:
    episode, _ = make_episode(tmp_path)
    sheet = open_sheet(tmp_path)
    sheet.add(row(tmp_path, TWELVE))
    path = episode / "figures.csv"
    path.write_bytes(path.read_bytes().replace(b",sohr,", b",sohrr,"))
    assert open_sheet(tmp_path).add(row(tmp_path, FORTY, 1)).problems == []


def test_what_is_no_draft_any_more_is_not_taken_out(tmp_path: Path) -> None:
    episode, _ = make_episode(tmp_path)
    sheet, path = open_sheet(tmp_path), episode / "figures.csv"
    sheet.add(row(tmp_path, TWELVE))
    path.write_bytes(path.read_bytes().replace(b",draft,", b",withdrawn,"))
    with pytest.raises(CannotRunError, match="no draft"):
        sheet.remove("aleppo-2024-000-01")
