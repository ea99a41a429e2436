"""A cell that is wrong by itself, or against the other cells of its row, is named with its place."""

from pathlib import Path

import pytest
from small_record import place_of, small_record

# What is changed in a figure, the cell that is named, and what is said of it. Row 0 is a total, row 4 a between.
FIGURE_CASES: list[tuple[int, dict[str, str], str, str]] = [
    (0, {"source_id": "sohrr"}, "source_id", "'sohrr' is not in seeds/sources.csv (did you mean 'sohr'?)"),
    (0, {"source_id": ""}, "source_id", "must not be empty"),
    (2, {"measure_id": "wounded"}, "measure_id", "'wounded' is not in seeds/measures.csv"),
    (0, {"population_id": "civilian"}, "population_id",
     "'civilian' is not in seeds/populations.csv (did you mean 'civilians'?)"),
    (0, {"place_id": "XX99"}, "place_id", "'XX99' is not in seeds/places.csv"),
    (0, {"cause_id": "airstrikes"}, "cause_id", "'airstrikes' is not in seeds/causes.csv (did you mean 'airstrike'?)"),
    (0, {"actor_id": "russian_force"}, "actor_id",
     "'russian_force' is not in seeds/actors.csv (did you mean 'russian_forces'?)"),
    (0, {"hedge_id": "atleast"}, "hedge_id", "'atleast' is not in seeds/hedges.csv (did you mean 'at_least'?)"),
    (0, {"counting": "cumulativ"}, "counting",
     "'cumulativ' is not one of cumulative, period, incident, stock (did you mean 'cumulative'?)"),
    (0, {"status": "valid"}, "status",
     "'valid' is not one of draft, validated, withdrawn, retracted (did you mean 'validated'?)"),
    (0, {"visibility": "secret"}, "visibility", "'secret' is not one of public, restricted"),
    (0, {"reported_on_basis": "guessed"}, "reported_on_basis", "'guessed' is not one of stated, inferred"),
    (0, {"source_id": " sohr"}, "source_id", "has white space at its start or end"),
    (0, {"phrase": "at least 40 dead "}, "phrase", "has white space at its start or end"),
    (0, {"note": "  "}, "note", "has white space at its start or end"),
    (0, {"value": "4,000"}, "value", "'4,000' is not a number in plain digits (write 4000)"),
    (0, {"value": "4 000"}, "value", "'4 000' is not a number in plain digits (write 4000)"),
    (0, {"value": "-4"}, "value", "'-4' is not a number in plain digits"),
    (0, {"value": "forty"}, "value", "'forty' is not a number in plain digits"),
    (0, {"value": "٤٠"}, "value", "'٤٠' is not a number in plain digits"),
    (0, {"value": "1e3"}, "value", "'1e3' is not a number in plain digits"),
    (0, {"value": "40.5"}, "value", "40.5 has decimals, which only a share may have"),
    (0, {"paragraph": "0"}, "paragraph", "'0' is not a paragraph number (1 is the first line that is not blank)"),
    (0, {"paragraph": "2.0"}, "paragraph", "'2.0' is not a paragraph number (1 is the first line that is not blank)"),
    (0, {"phrase": ""}, "phrase", "must not be empty"),
    (0, {"phrase": "one two three four five six seven eight nine"}, "phrase",
     "has 9 words; at most 8 may be quoted"),
    (0, {"reported_on": "28.11.2024"}, "reported_on", "'28.11.2024' is not a day written YYYY-MM-DD"),
    (0, {"reported_on": "20241128"}, "reported_on", "'20241128' is not a day written YYYY-MM-DD"),
    (0, {"reported_on": "2024-11-31"}, "reported_on", "'2024-11-31' is not a day of the calendar"),
    (0, {"reported_on": ""}, "reported_on", "must not be empty"),
    (0, {"counting": "period"}, "period_start_on", "must not be empty for counting period"),
    (0, {"counting": "incident"}, "period_start_on", "must not be empty for counting incident"),
    (0, {"period_start_on": "2024-11-27", "period_end_on": "2024-11-26"}, "period_end_on",
     "2024-11-26 is before period_start_on (2024-11-27)"),
    (0, {"period_start_on": "2024-11-29"}, "reported_on", "2024-11-28 is before period_start_on (2024-11-29)"),
    (0, {"period_end_on": "2024-11-29"}, "reported_on", "2024-11-28 is before period_end_on (2024-11-29)"),
    (0, {"reported_on": "2024-11-30"}, "reported_on",
     "2024-11-30 is after its document was published (2024-11-29)"),
    (0, {"checked_on": "2024-12-01"}, "checked_on", "2024-12-01 is before coded_on (2024-12-02)"),
    (0, {"coded_on": ""}, "coded_on", "must not be empty: a validated figure needs its first reading"),
    (0, {"checked_on": ""}, "checked_on", "must not be empty: a validated figure needs its second reading"),
    (3, {"value": "24"}, "value", "must be empty with the hedge dozens, which names no number"),
    (2, {"value": ""}, "value", "must not be empty with the hedge exact"),
    (4, {"value": "25"}, "value", "must be empty with the hedge between: write its two numbers into low and high"),
    (4, {"low": ""}, "low", "must not be empty with the hedge between"),
    (4, {"high": ""}, "high", "must not be empty with the hedge between"),
    (4, {"low": "31"}, "low", "31 is above high (30)"),
    (2, {"low": "10"}, "low", "overrides the reading of the hedge, so note must say why"),
    (2, {"high": "20"}, "high", "overrides the reading of the hedge, so note must say why"),
    (5, {"value": "101"}, "value", "101 is above 100: a share is written in percent"),
    (5, {"part_of": ""}, "part_of", "must name the figure this is a share of"),
    (2, {"status": "withdrawn"}, "note", "must say why the figure is withdrawn"),
    (2, {"figure_id": "d-01-3"}, "figure_id",
     "'d-01-3' is not a figure_id (<document_id>-NN, with two or more digits)"),
    (2, {"figure_id": "d-02-04"}, "figure_id", "does not begin with its document_id: it must be d-01-NN"),
    (2, {"figure_id": "d-01-02"}, "figure_id", "d-01-02 is already on line 3: two figures were given one id; "
     "call this one d-01-03, also where part_of names it"),
    (2, {"document_id": "d-09", "figure_id": "d-09-01"}, "document_id",
     "'d-09' is not in documents.csv (did you mean 'd-02'?)"),
    (2, {"incident_id": "Market Day"}, "incident_id",
     "'Market Day' is not an id (small letters and digits, joined by - or _)"),
    (1, {"part_of": "d-01-09"}, "part_of", "'d-01-09' is not in figures.csv (did you mean 'd-01-03'?)"),
    (1, {"part_of": "d-01-02"}, "part_of", "names the figure itself"),
    (1, {"part_of": "d-02-01"}, "part_of", "d-02-01 is a figure of another document (d-02)"),
    (1, {"source_id": "ocha"}, "part_of", "d-01-01 is stated by another source (sohr)"),
    (1, {"part_of": "d-01-03", "measure_id": "injured", "value": "16"}, "value",
     "16 is more than its total d-01-03 (15)"),
    (1, {"part_of": "d-01-03"}, "part_of", "d-01-03 counts injured, and killed is no part of that"),

    (1, {"low": "500", "note": "why"}, "low", "the hedge exact reads this as 500 to 12, which is nobody"),
    (1, {"high": "5", "note": "why"}, "high", "the hedge exact reads this as 12 to 5, which is nobody"),
    (3, {"low": "100", "note": "why"}, "low", "the hedge dozens reads this as 100 to 99, which is nobody"),
    (2, {"hedge_id": "nearly", "value": "0"}, "value", "the hedge nearly reads this as 0 to -1, which is nobody"),
    (2, {"hedge_id": "fewer_than", "value": "0"}, "value",
     "the hedge fewer_than reads this as 0 to -1, which is nobody"),
    (3, {"part_of": "d-02-03"}, "part_of", "d-02-03 is a share, and a share is no total"),
]  # fmt: skip

DOCUMENT_CASES: list[tuple[dict[str, str], str, str]] = [
    ({"title": ""}, "title", "must not be empty"),
    ({"language": ""}, "language", "must not be empty"),
    ({"language": "English"}, "language", "'English' is not a language tag such as en or pt-BR"),
    ({"url": "example.org/a"}, "url", "'example.org/a' is not an address that begins with http:// or https://"),
    ({"published_on": ""}, "published_on", "must not be empty"),
    ({"published_on": "2023-02-29"}, "published_on", "'2023-02-29' is not a day of the calendar"),
    ({"published_on_basis": "infered"}, "published_on_basis",
     "'infered' is not one of stated, inferred (did you mean 'inferred'?)"),
    ({"retrieved_on": "2024-11-28"}, "retrieved_on", "2024-11-28 is before published_on (2024-11-29)"),
    ({"sha256": "ABC"}, "sha256", "'ABC' is not a SHA-256 (64 hexadecimal digits, small letters)"),
    ({"file_name": "texts/two.txt"}, "file_name", "'texts/two.txt' is not a bare file name"),
]  # fmt: skip


@pytest.mark.parametrize(("index", "cells", "field", "message"), FIGURE_CASES)
def test_a_wrong_cell_of_a_figure_is_named_with_its_place(
    tmp_path: Path, index: int, cells: dict[str, str], field: str, message: str
) -> None:
    record = small_record(tmp_path)
    record.figures[index] |= cells
    place = place_of(record.figures[index], field, index + 2)
    assert record.problems() == [f"figures.csv:{place} {field}: {message}"]


@pytest.mark.parametrize(("cells", "field", "message"), DOCUMENT_CASES)
def test_a_wrong_cell_of_a_document_is_named_with_its_place(
    tmp_path: Path, cells: dict[str, str], field: str, message: str
) -> None:
    record = small_record(tmp_path)
    record.documents[1] |= cells
    place = place_of(record.documents[1], field, 3)
    assert record.problems() == [f"documents.csv:{place} {field}: {message}"]


def test_two_outlets_may_print_the_same_text(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.documents[1] |= {name: record.documents[0][name] for name in ("sha256", "file_name")}
    assert record.problems() == []


def test_every_problem_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[5]["value"] = "500"
    record.figures[0] |= {"source_id": "sohrr", "status": "valid", "paragraph": "two"}
    record.documents[0]["language"] = ""
    assert record.problems() == [
        "documents.csv:2:13 language: must not be empty",
        "figures.csv:2:14 paragraph: 'two' is not a paragraph number (1 is the first line that is not blank)",
        "figures.csv:2:35 source_id: 'sohrr' is not in seeds/sources.csv (did you mean 'sohr'?)",
        "figures.csv:2:104 status: 'valid' is not one of draft, validated, withdrawn, retracted "
        "(did you mean 'validated'?)",
        "figures.csv:7:87 value: 500 is above 100: a share is written in percent",
    ]


def test_one_wrong_document_id_gives_one_problem_not_one_for_each_figure(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.documents[1]["document_id"] = "D 02"
    assert record.problems() == [
        "documents.csv:3:1 document_id: 'D 02' is not an id (small letters and digits, joined by - or _)"
    ]


def test_a_draft_needs_no_reading(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[2] |= {"status": "draft", "coded_on": "", "checked_on": ""}
    assert record.problems() == []


def test_a_figure_may_be_coded_before_its_document_was_retrieved(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.documents[0]["retrieved_on"] = "2025-01-01"
    assert record.problems() == []


def test_a_share_may_have_decimals(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[5]["value"] = "33.33"
    assert record.problems() == []


def test_an_override_with_a_note_and_an_empty_publisher_are_in_order(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[2] |= {"low": "14", "high": "16", "note": "The table beside it says so."}
    record.documents[0]["publisher"] = ""
    assert record.problems() == []
