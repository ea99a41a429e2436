"""Small records coded from made-up texts in other languages: checked, proved, and refused once a digit is another."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_record import EPISODE, SmallRecord

from ingest.curation.check import read_record
from ingest.curation.verify import Verification, verify_record


@dataclass(frozen=True)
class Coded:
    """A text, and of each of its figures the paragraph, the phrase and the cells that are not those of every figure."""

    text: str
    figures: list[tuple[str, str, dict[str, str]]]


TEXTS = {
    "es": Coded(
        "Balance del lunes\n"
        "Al menos 45 personas murieron y más de 1.200 resultaron heridas, entre ellas una veintena de niños.\n"
        "El número de desplazados subió de 126.000 a 131.500; la mitad son mujeres.\n"
        "Hubo decenas de ataques, y un doble atentado mató a un general.\n",
        [
            ("2", "Al menos 45 personas", {"hedge_id": "at_least", "value": "45"}),
            ("2", "más de 1.200", {"hedge_id": "more_than", "value": "1200", "measure_id": "injured"}),
            ("2", "una veintena de niños", {"hedge_id": "about", "value": "20", "measure_id": "injured"}),
            ("3", "subió de 126.000 a 131.500", {"value": "131500", "measure_id": "displaced"}),
            ("3", "la mitad", {"hedge_id": "share", "value": "50", "measure_id": "displaced", "part_of": "01-04"}),
            ("4", "decenas de ataques", {"hedge_id": "tens", "measure_id": "attacks"}),
            ("4", "un doble atentado", {"value": "2", "measure_id": "attacks"}),
            ("4", "un general", {"value": "1"}),
        ],
    ),
    "fr": Coded(
        "Bilan provisoire\n"
        "Au moins quatre-vingt-douze morts et près de 1 200 blessés, dont une trentaine d'enfants.\n"
        "Des dizaines de milliers de personnes ont fui, entre 1,5 et 2 millions depuis l'an dernier.\n",
        [
            ("2", "Au moins quatre-vingt-douze morts", {"hedge_id": "at_least", "value": "92"}),
            ("2", "près de 1 200 blessés", {"hedge_id": "nearly", "value": "1200", "measure_id": "injured"}),
            ("2", "une trentaine d'enfants", {"hedge_id": "about", "value": "30", "measure_id": "injured"}),
            ("3", "Des dizaines de milliers", {"hedge_id": "tens_of_thousands", "measure_id": "displaced"}),
            (
                "3",
                "entre 1,5 et 2 millions",
                {"hedge_id": "between", "low": "1500000", "high": "2000000", "measure_id": "displaced"},
            ),
        ],
    ),
    "ar": Coded(
        "حصيلة أولية\n"
        "قتل أكثر من ٣٥ شخصا وأصيب ما لا يقل عن 120 آخرين، بينهم خمسة وثلاثون طفلا، في غارتين جويتين.\n"
        "نزح نحو 14 ألف مدني، وعشرات الآلاف منذ العام الماضي.\n",
        [
            ("2", "أكثر من ٣٥ شخصا", {"hedge_id": "more_than", "value": "35"}),
            ("2", "ما لا يقل عن 120", {"hedge_id": "at_least", "value": "120", "measure_id": "injured"}),
            ("2", "خمسة وثلاثون طفلا", {"value": "35", "measure_id": "injured"}),
            ("2", "غارتين جويتين", {"value": "2", "measure_id": "airstrikes"}),
            ("3", "نحو 14 ألف مدني", {"hedge_id": "about", "value": "14000", "measure_id": "displaced"}),
            ("3", "عشرات الآلاف", {"hedge_id": "tens_of_thousands", "measure_id": "displaced"}),
        ],
    ),
    "ru": Coded(
        "Сводка\n"
        "Погибли не менее сорока двух человек, более 1,5 тыс. ранены, среди них несколько десятков детей.\n"
        "Число беженцев выросло с 20 до 35 тысяч.\n",
        [
            ("2", "не менее сорока двух человек", {"hedge_id": "at_least", "value": "42"}),
            ("2", "более 1,5 тыс.", {"hedge_id": "more_than", "value": "1500", "measure_id": "injured"}),
            ("2", "несколько десятков детей", {"hedge_id": "tens", "measure_id": "injured"}),
            ("3", "выросло с 20 до 35 тысяч", {"value": "35000", "measure_id": "displaced"}),
        ],
    ),
    "uk": Coded(
        "Зведення\nЗагинули щонайменше сорок дві людини, понад 1,5 тис. поранено.\nДвоє дітей зникли.\n",
        [
            ("2", "щонайменше сорок дві людини", {"hedge_id": "at_least", "value": "42"}),
            ("2", "понад 1,5 тис.", {"hedge_id": "more_than", "value": "1500", "measure_id": "injured"}),
            ("3", "Двоє дітей", {"value": "2", "measure_id": "missing"}),
        ],
    ),
}


def record_in(language: str, folder: Path) -> SmallRecord:
    """The record of the text in this language, with its one document."""
    coded, record = TEXTS[language], SmallRecord(folder / EPISODE)
    (folder / "one.txt").write_text(coded.text, encoding="utf-8")
    sha256 = hashlib.sha256(coded.text.encode()).hexdigest()
    record.documents = [record.documents[0] | {"language": language, "sha256": sha256}]
    record.figures = [
        record.figure(f"01-{number:02}", paragraph, phrase, **cells)
        for number, (paragraph, phrase, cells) in enumerate(coded.figures, 1)
    ]
    return record


def verified(record: SmallRecord, texts: Path) -> Verification:
    """Check the record, then verify it."""
    read, problems = read_record([record.write()])
    assert problems == []
    return verify_record(read, texts)


@pytest.mark.parametrize("language", TEXTS)
def test_every_figure_is_proved(language: str, tmp_path: Path) -> None:
    result = verified(record_in(language, tmp_path), tmp_path)
    assert [problem.message for problem in result.problems] == []
    assert result.count("proved") == len(TEXTS[language].figures)


@pytest.mark.parametrize("language", TEXTS)
def test_a_number_that_is_another_is_told(language: str, tmp_path: Path) -> None:
    record = record_in(language, tmp_path)
    numbers = [figure for figure in record.figures if figure["value"]]
    for figure in numbers:
        figure["value"] = str(int(figure["value"]) + 1)
    result = verified(record, tmp_path)
    assert [problem.field for problem in result.problems] == ["value"] * len(numbers)


@pytest.mark.parametrize("language", TEXTS)
def test_no_language_is_read_by_the_words_of_english(language: str, tmp_path: Path) -> None:
    record = record_in(language, tmp_path)
    record.documents[0]["language"] = "en"
    result = verified(record, tmp_path)
    hedged = [figure for figure in record.figures if figure["hedge_id"] not in ("exact", "share")]
    told = {problem.message for problem in result.problems}
    assert result.count("wrong") >= len(hedged) - 1, told
