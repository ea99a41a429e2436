"""Every figure is proved against its text, and each way of being wrong is told at its cell."""

import hashlib
from pathlib import Path

import pytest
from scratch import SAMPLE
from small_record import ROOT, TEXTS, SmallRecord, place_of, small_record, write_texts

from ingest.curation.check import read_record
from ingest.curation.verify import Verification, verify_record
from ingest.phrases.search import holds_phrase

DOCUMENTS = ROOT.parent / "shared" / "documents"


def verified(record: SmallRecord, texts: Path) -> Verification:
    """Write the record, check that it is in order, and verify it."""
    read, problems = read_record([record.write()])
    assert problems == []
    return verify_record(read, texts)


def said(result: Verification) -> list[str]:
    """Return the problems with bare file names."""
    return [str(problem).rpartition("aleppo-2024/")[2] for problem in result.problems]


@pytest.fixture
def record(tmp_path: Path) -> SmallRecord:
    """Return the small record."""
    return small_record(tmp_path)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Return the folder with its texts."""
    return write_texts(tmp_path / "texts")


def test_all_figures_are_proved(record: SmallRecord, texts: Path) -> None:
    result = verified(record, texts)
    assert (result.count("proved"), result.document_count, said(result)) == (6, 2, [])


WRONG = [
    (0, {"value": "41"}, "value", "'at least 40 dead' reads 40, not 41"),
    (0, {"hedge_id": "more_than"}, "hedge_id", "'at least 40 dead' reads at_least 40, not more_than"),
    (4, {"low": "10"}, "low", "'Between 20 and 30 people' reads 20, not 10"),
    (4, {"high": "31"}, "high", "'Between 20 and 30 people' reads 30, not 31"),
    (5, {"value": "51"}, "value", "'half of them' reads 50, not 51"),
    (0, {"paragraph": "3"}, "paragraph", "paragraph 3 does not hold 'at least 40 dead'; it is in paragraph 2"),
    (0, {"paragraph": "9"}, "paragraph", "the document has 3 paragraphs, no 9; it is in paragraph 2"),
    (0, {"phrase": "at least 41 dead", "value": "41"}, "phrase",
     "'at least 41 dead' is not in paragraph 2, nor anywhere in the document"),
    (2, {"phrase": "5 were hurt", "value": "5"}, "phrase",
     "'5 were hurt' is not in paragraph 3, nor anywhere in the document"),
    (0, {"phrase": "40 dead", "hedge_id": "exact"}, "phrase",
     "leaves out words that change its reading: 'at least 40 dead' reads at_least 40"),
    (2, {"phrase": "were hurt"}, "phrase", "'were hurt' cannot be read: holds no number"),
]  # fmt: skip


@pytest.mark.parametrize(("index", "cells", "field", "message"), WRONG)
def test_a_figure_that_its_text_does_not_bear_out_is_told_at_its_cell(
    record: SmallRecord, texts: Path, index: int, cells: dict[str, str], field: str, message: str
) -> None:
    record.figures[index] |= cells
    result = verified(record, texts)
    place = place_of(record.figures[index], field, index + 2)
    assert said(result) == [f"figures.csv:{place} {field}: {message}"]
    assert (result.count("proved"), result.count("wrong")) == (5, 1)


def test_an_edited_document_is_one_problem_and_its_figures_are_not_proved(record: SmallRecord, texts: Path) -> None:
    edited = TEXTS["one.txt"].replace("40", "41")
    (texts / "one.txt").write_text(edited, encoding="utf-8")
    result = verified(record, texts)
    sha256 = hashlib.sha256(edited.encode()).hexdigest()
    assert said(result) == [
        f"documents.csv:2:46 sha256: one.txt was edited: its SHA-256 is {sha256}; 3 figures not proved"
    ]
    assert (result.count("proved"), result.count("not_proved")) == (3, 3)


def test_a_missing_document_is_one_problem(record: SmallRecord, texts: Path) -> None:
    (texts / "two.txt").unlink()
    result = verified(record, texts)
    assert said(result) == [
        "documents.csv:3:111 file_name: there is no file two.txt among the documents; 3 figures not proved"
    ]


def test_a_text_that_is_not_utf_8_is_one_problem(record: SmallRecord, texts: Path) -> None:
    (texts / "two.txt").write_bytes(b"\xff")
    record.documents[1]["sha256"] = hashlib.sha256(b"\xff").hexdigest()
    assert said(verified(record, texts)) == [
        "documents.csv:3:111 file_name: two.txt is not UTF-8 text; 3 figures not proved"
    ]


def test_drafts_withdrawn_and_restricted_figures_are_proved_too(record: SmallRecord, texts: Path) -> None:
    record.figures[0] |= {"status": "draft", "visibility": "restricted", "value": "41"}
    record.figures[2] |= {"status": "withdrawn", "note": "Taken back.", "value": "16"}
    assert verified(record, texts).count("wrong") == 2


@pytest.mark.parametrize(
    ("paragraph", "phrase", "is_held"),
    [
        ("Some 14,000 people fled.", "14,000 people", True),
        ("Some 14,000 people fled.", "000 people", False),
        ("Some 14,000 people fled.", "Some 14", False),
        ("Some 14 000 people fled.", "000 people", False),
        ("Some 14 000 people fled.", "Some 14", False),
        ("Some 114 people fled.", "14 people", False),
        ("Fifty-five people fled.", "five people", False),
        ("About 20–30 people fled.", "30 people", False),
        ("182 fighters—102 of them young—fell.", "102 of them", True),
        ("They were 20.", "were 20", True),
        ("“20 people” fled.", "20 people", True),
        ("20 people, then 20 peoples", "20 people", True),
        ("Tens fled.", "tens", False),
    ],
)
def test_a_phrase_is_found_as_whole_words_and_whole_numbers(paragraph: str, phrase: str, is_held: bool) -> None:
    assert holds_phrase(paragraph, phrase) is is_held


# A sentence with its language, the phrase that is coded, the cells, and what `verify` says: nothing where it is proved.
SENTENCES = [
    ("en", "Ten died and over 100 were injured.", "over 100", {"hedge_id": "more_than", "value": "100"}, ""),
    ("en", "In all 263 were injured, nearly all of them civilians.", "263 were injured", {"value": "263"}, ""),
    ("en", "There were 12 deaths, at least four of them children.", "12 deaths", {"value": "12"}, ""),
    ("en", "At least 69 killed and 250 wounded.", "250 wounded", {"value": "250"}, ""),
    ("en", "The toll rose to 46, up from 40.", "rose to 46, up from 40", {"value": "46"}, ""),
    ("en", "It increased from 30 to 35.", "30 to 35", {"hedge_id": "between", "low": "30", "high": "35"},
     "phrase: leaves out words that change its reading: '30 to 35' reads exact 35"),
    ("en", "A mother and her two children died.", "A mother and her two children", {"value": "2"},
     "phrase: 'A mother and her two children' cannot be read: 'and' joins the number to one more, told by an article"),
    ("en", "His brother John Doe was killed.", "His brother", {"value": "1"}, ""),
    ("en", "His brother John Doe was killed.", "His brother John", {"value": "1"},
     "phrase: 'His brother John' cannot be read: ends in what looks like a name: a phrase ends before the name"),
    ("en", "It was the seventh attack this month.", "the seventh attack this month", {"value": "7"}, ""),
    ("en", "Possibly 200 died.", "200 died", {"value": "200"},
     "phrase: leaves out 'possibly', which is no hedge of ours: name hedge_id in doubts"),
    ("en", "Possibly 200 died.", "200 died", {"value": "200", "doubts": "hedge_id", "note": "Possibly."}, ""),
    ("en", "They found 6 more bodies.", "6 more bodies", {"value": "6"},
     "counting: '6 more bodies' comes on top of others: a number of a window (period, incident), and not cumulative; "
     "where the text means a total, name counting in doubts"),
    ("en", "Another 12 died on Monday.", "12 died", {"value": "12", "counting": "period",
     "period_start_on": "2024-11-25", "period_end_on": "2024-11-25"}, ""),
    ("en", "Another 12 died on Monday.", "12 died", {"value": "12", "doubts": "counting", "note": "In all."}, ""),
    ("en", "The war killed 300 and wounded 1,200 more.", "wounded 1,200 more", {"value": "1200"}, ""),
    ("es", "Murieron más de 300 personas.", "más de 300", {"hedge_id": "more_than", "value": "300"}, ""),
    ("es", "Murieron más de 300 personas.", "más de 300", {"value": "300"},
     "hedge_id: 'más de 300' reads more_than 300, not exact"),
    ("es", "Huyeron 126.000 personas.", "126.000 personas", {"value": "126000"}, ""),
    ("en", "They say 126.000 people fled.", "126.000 people", {"value": "126000"},
     "phrase: '126.000 people' cannot be read: '126.000' may mean thousands or decimals"),
    ("fr", "Au moins 82 morts.", "82 morts", {"value": "82"},
     "phrase: leaves out words that change its reading: 'Au moins 82 morts' reads at_least 82"),
    ("ar", "قتل 12 وأصيب أكثر من ٣٥.", "أكثر من ٣٥", {"hedge_id": "more_than", "value": "35"}, ""),
    ("ar", "قتل 12 و50 أصيبوا.", "50 أصيبوا", {"value": "50"}, ""),
    ("ru", "Погибли более 300 человек.", "более 300 человек", {"hedge_id": "more_than", "value": "300"}, ""),
    ("uk-UA", "Загинули понад 300 людей.", "понад 300", {"hedge_id": "more_than", "value": "300"}, ""),
]  # fmt: skip


def one_sentence(record: SmallRecord, texts: Path, language: str, sentence: str, cells: dict[str, str]) -> Verification:
    """Verify a record of one figure in a document of one sentence."""
    (texts / "one.txt").write_text(sentence, encoding="utf-8")
    sha256 = hashlib.sha256(sentence.encode()).hexdigest()
    record.documents = [record.documents[0] | {"language": language, "sha256": sha256}]
    record.figures = [record.figure("01-01", "1", **cells)]
    return verified(record, texts)


@pytest.mark.parametrize(("language", "sentence", "phrase", "cells", "message"), SENTENCES)
def test_a_phrase_is_proved_in_its_language_and_its_sentence(
    record: SmallRecord, texts: Path, language: str, sentence: str, phrase: str, cells: dict[str, str], message: str
) -> None:
    result = one_sentence(record, texts, language, sentence, {"phrase": phrase} | cells)
    assert [f"{problem.field}: {problem.message}" for problem in result.problems] == [message] * bool(message)
    assert result.count("wrong" if message else "proved") == 1


def test_a_language_without_a_lexicon_is_proved_but_for_its_number(record: SmallRecord, texts: Path) -> None:
    cells = {"phrase": "in ka badan 300", "value": "300"}
    result = one_sentence(record, texts, "so", "Waxaa dhintay in ka badan 300 qof.", cells)
    assert (result.count("not_judged"), result.count("proved"), result.problems) == (1, 0, [])
    assert result.remarks() == {"number not judged: no lexicon for so": 1}


def test_a_phrase_that_is_not_there_is_told_without_a_lexicon_too(record: SmallRecord, texts: Path) -> None:
    result = one_sentence(record, texts, "so", "Waxaa dhintay 300 qof.", {"phrase": "30 qof", "value": "30"})
    assert result.count("wrong") == 1
    assert result.problems[0].message == "'30 qof' is not in paragraph 1, nor anywhere in the document"


def test_one_person_told_by_no_number_is_counted_as_read_by_a_person(record: SmallRecord, texts: Path) -> None:
    result = one_sentence(record, texts, "en", "A general was killed.", {"phrase": "A general", "value": "1"})
    assert result.remarks() == {"one person or event told by no number, read by a person": 1}


@pytest.mark.skipif(
    not DOCUMENTS.is_dir(), reason="the texts (../shared/documents) are not here: copyright keeps them out"
)
def test_every_figure_of_the_real_record_is_proved() -> None:
    record, problems = read_record([SAMPLE])
    result = verify_record(record, DOCUMENTS)
    assert problems + result.problems == []
    assert result.count("proved") == record.figure_count
