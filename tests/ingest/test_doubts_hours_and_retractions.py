"""Columns that came later: the wire, the hour, whom a source cites, what is in doubt, what a source took back."""

from pathlib import Path

import pytest
from small_record import SmallRecord, place_of, problems_of, sheet_text, small_record

from ingest.curation.check import read_record
from ingest.record.columns import DOCUMENTS, FIGURES

LATER = {
    "agency", "reported_at", "source_original_id", "doubts", "retracted_on", "kind", "place_role", "verification",
    "source_grade", "source_grade_scheme", "interval_level", "interval_kind",
    "sensitivity", "sensitivity_reason", "review_on",
}  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> SmallRecord:
    return small_record(tmp_path)


def problem(record: SmallRecord, name: str, message: str) -> str:
    return f"figures.csv:{place_of(record.figures[0], name, 2)} {name}: {message}"


def test_a_file_written_before_them_is_read_as_if_they_were_empty(record: SmallRecord) -> None:
    folder = record.write()
    for sheet, rows in ((DOCUMENTS, record.documents), (FIGURES, record.figures)):
        assert set(sheet.names) - set(sheet.needed) <= LATER
        (folder / sheet.file_name).write_text(sheet_text(sheet.needed, rows), encoding="utf-8")
    assert problems_of(folder) == []
    read, _ = read_record([folder])
    assert {row.values["doubts"] for row in read.episodes[0].figures.rows} == {None}
    assert {row.values["agency"] for row in read.episodes[0].documents.rows} == {None}


def test_a_file_with_all_of_them_is_read_in_the_order_of_the_codebook(record: SmallRecord) -> None:
    folder = record.write()
    (folder / "documents.csv").write_text(sheet_text(DOCUMENTS.names, record.documents), encoding="utf-8")
    (folder / "figures.csv").write_text(sheet_text(FIGURES.names, record.figures), encoding="utf-8")
    assert problems_of(folder) == []


def test_every_other_column_must_be_there(record: SmallRecord) -> None:
    folder = record.write()
    names = [name for name in FIGURES.needed if name != "place_id"]
    cells = [{name: row[name] for name in names} for row in record.figures]
    (folder / "figures.csv").write_text(sheet_text(names, cells), encoding="utf-8")
    assert "columns are missing: place_id" in problems_of(folder)[0]


@pytest.mark.parametrize("text", ["2024-11-28T07:35+02:00", "2024-11-28T23:59:59-11:00", "2024-11-28T00:00Z"])
def test_an_hour_with_its_offset_is_read_on_the_sources_own_day(record: SmallRecord, text: str) -> None:
    record.figures[0]["reported_at"] = text
    assert record.problems() == []


@pytest.mark.parametrize(
    "text", ["2024-11-28", "2024-11-28T07:35", "07:35", "2024-11-28T25:00Z", "2024-11-28 07:35+02:00", "20241128T0735Z"]
)
def test_an_hour_without_its_offset_is_refused(record: SmallRecord, text: str) -> None:
    record.figures[0]["reported_at"] = text
    message = f"'{text}' is not a time with its offset, such as 2024-11-29T07:35+02:00"
    assert record.problems() == [problem(record, "reported_at", message)]


def test_an_hour_of_another_day_than_the_report_is_refused(record: SmallRecord) -> None:
    record.figures[0]["reported_at"] = "2024-11-27T23:00Z"
    said = "2024-11-27T23:00Z is not on the day of reported_on (2024-11-28)"
    assert record.problems() == [problem(record, "reported_at", said)]


def test_doubts_name_columns_and_say_why(record: SmallRecord) -> None:
    record.figures[0] |= {"doubts": "population_id place_id", "note": "The text says total."}
    assert record.problems() == []
    record.figures[0]["note"] = ""
    assert record.problems() == [problem(record, "note", "must say why the text leaves in doubt what doubts names")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("populaton_id", "(did you mean 'population_id'?)"),
        ("place_id|value", "written with a space between two"),
        ("note", "is not a column that can be in doubt"),
        ("value value", "names a column twice"),
    ],
)
def test_doubts_about_no_column_are_refused(record: SmallRecord, text: str, said: str) -> None:
    record.figures[0] |= {"doubts": text, "note": "Why."}
    (found,) = record.problems()
    assert said in found


@pytest.mark.parametrize("text", ["place_id value", "place_id,value", "place_id; value"])
def test_a_list_of_doubts_may_have_commas(record: SmallRecord, text: str) -> None:
    record.figures[0] |= {"doubts": text, "note": "Why."}
    assert record.problems() == []


def test_what_a_source_took_back_has_its_day_and_a_note(record: SmallRecord) -> None:
    record.figures[0] |= {"status": "retracted", "retracted_on": "2024-11-30", "note": "The monitor took it back."}
    assert record.problems() == []
    record.figures[0] |= {"retracted_on": "", "note": ""}
    assert record.problems() == [
        problem(record, "note", "must say how the source took the number back"),
        problem(record, "retracted_on", "must say on which day the source took the number back"),
    ]


def test_a_day_of_retraction_belongs_to_a_retracted_figure_alone(record: SmallRecord) -> None:
    record.figures[0]["retracted_on"] = "2024-11-30"
    said = "is only for the status retracted: taken back by its source"
    assert record.problems() == [problem(record, "retracted_on", said)]


def test_nobody_takes_back_what_was_not_said_yet(record: SmallRecord) -> None:
    record.figures[0] |= {"status": "retracted", "retracted_on": "2024-11-27", "note": "Taken back."}
    said = "2024-11-27 is before reported_on (2024-11-28)"
    assert record.problems() == [problem(record, "retracted_on", said)]


def test_a_source_does_not_cite_itself(record: SmallRecord) -> None:
    record.figures[0]["source_original_id"] = "sohr"
    said = "is the source itself: leave it empty where it cites nobody"
    assert record.problems() == [problem(record, "source_original_id", said)]
    record.figures[0]["source_original_id"] = "white_helmets"
    assert record.problems() == []
