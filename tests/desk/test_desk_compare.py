"""Two readings settled on the page, and agreement told apart by how the second was made."""

from pathlib import Path

import pytest
from small_desk import EPISODE, TWELVE, make_episode, open_session, open_sheet

from desk.coding import compare
from desk.episode.readings import Reading, note_reading
from desk.page.app import make_app
from desk.page.desk import Desk
from ingest.curation.check import read_record
from ingest.errors import CannotRunError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An episode read twice: the second reader took another population and one figure more."""
    episode, _ = make_episode(tmp_path)
    open_session(open_sheet(tmp_path)).accept(TWELVE, None, 1)
    second = open_session(open_sheet(tmp_path, 2), is_aided=False)
    assert second.accept(TWELVE | {"population_id": "civilians"}, None, 1).problems == []
    three = TWELVE | {"phrase": "three children", "hedge_id": "exact", "value": "3", "population_id": "children"}
    assert second.accept(three, None, 1).problems == []
    note_reading(episode, Reading(f"{EPISODE}-000", 2, "no", "2024-12-01", 1.0, 0, 0, 0, 0, 2))
    return episode


def test_differences_are_settled_one_by_one_and_then_applied(folder: Path) -> None:
    rows = compare.laid(folder).rows()
    assert {row["column_name"] for row in rows} == {"population_id", "figure_id"}
    with pytest.raises(CannotRunError, match="reason"):
        compare.decide(folder, 0, "second", "", " ")
    with pytest.raises(CannotRunError, match="Decide"):
        compare.decide(folder, 0, "both", "", "x")
    for at in range(len(rows)):
        compare.decide(folder, at, "second", "", "The text says so.")
    done = compare.apply(folder)
    assert (len(done.changes), len(done.added)) == (1, 1)
    record, problems = read_record([folder])
    assert problems == []
    told = [(row.text("phrase"), row.text("population_id")) for row in record.episodes[0].figures.rows]
    assert told == [("At least 12 people", "civilians"), ("three children", "children")]


def test_aided_and_unaided_readings_are_told_apart(folder: Path) -> None:
    (group,) = compare.laid(folder).groups
    assert (group.name, group.document_count, group.pair_count, group.alone_count) == ("unaided", 1, 1, 1)
    assert group.agreement_pct is not None and 90 < group.agreement_pct < 100


def test_without_a_second_reading_there_is_nothing_to_compare(tmp_path: Path) -> None:
    episode, _ = make_episode(tmp_path)
    with pytest.raises(CannotRunError, match="no second reading"):
        compare.laid(episode)


def test_the_page_compares_for_the_first_reader_and_never_for_the_second(folder: Path) -> None:
    texts, host = folder.parent / "texts", "127.0.0.1:5"
    for reading, status in ((1, 200), (2, 422)):
        with make_app(Desk(folder, texts, reading, True), "t", 5).test_client() as client:
            client.get("/?token=t", headers={"Host": host})
            answer = client.get("/compare", headers={"Host": host})
            assert answer.status_code == status
            assert ("civilians" in answer.get_data(as_text=True)) == (reading == 1)
