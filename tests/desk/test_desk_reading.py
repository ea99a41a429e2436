"""The text out of a file, what it tells of itself, and what is refused. All texts here are invented."""

import hashlib
from pathlib import Path

import pytest
from simple_pdf import simple_pdf

from desk.reading.document import Document, read_document
from desk.reading.known import overlaps_with
from desk.reading.language import language_of
from desk.reading.metadata import agency_of, short_title
from desk.reading.pdf import _paragraph
from ingest.curation.ids import document_with
from ingest.errors import CannotRunError

PAGE = """<!doctype html><html lang="en"><head><title>Strike hits a market - The Example</title>
<meta property="og:site_name" content="The Example">{meta}</head><body>
<nav><a href="/">Home</a><a href="/w">900 dead elsewhere</a></nav><article><h1>Strike hits a market</h1>
<p>At least ten people were killed on Friday when a strike hit the market of the town, officials said at night.</p>
<p>Another 25 people were wounded, the hospital said, and most of them had been buying bread when it happened.</p>
<p>The war began years ago, and nobody in the town believes that it is going to end before the winter comes.</p>
</article><aside class="related"><h3>Related</h3><a href="#">100 killed in a flood</a></aside></body></html>"""


def document(folder: Path, content: str | bytes, name: str = "report.txt", language: str = "") -> Document:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(path, language)


def test_plain_text_is_kept_as_it_is(tmp_path: Path) -> None:
    content = "A title\r\n\r\n  Ten people died.  \nAnother line\n"
    found = document(tmp_path, content)
    assert found.paragraphs == ["A title", "Ten people died.", "Another line"]
    assert found.sha256 == hashlib.sha256(content.encode()).hexdigest()


def test_a_page_gives_its_article_without_what_stands_beside_it(tmp_path: Path) -> None:
    meta = '<meta property="article:published_time" content="2024-11-30T10:00:00Z">'
    found = document(tmp_path, PAGE.format(meta=meta), "page.html")
    assert "At least ten people were killed" in found.text
    assert "900" not in found.text and "flood" not in found.text
    told = found.told
    assert (told.publisher, told.language) == ("The Example", "en")
    assert (told.published_on, told.published_on_basis, told.note) == ("2024-11-30", "stated", "")


def test_a_day_that_no_text_prints_is_inferred_or_missing(tmp_path: Path) -> None:
    told = document(tmp_path, PAGE.format(meta=""), "page.html").told
    assert told.published_on == "" or (told.published_on_basis == "inferred" and told.note)


def test_a_pdf_gives_its_paragraphs_over_a_page_break(tmp_path: Path) -> None:
    first = ["A report on the town", "", "At least ten people were killed in the", "market and the people of the"]
    content = simple_pdf([first, ["town said that they had heard it.", "", "Another 25 were hurt."]])
    found = document(tmp_path, content, "report.pdf")
    assert found.kind == "pdf"
    joined = "At least ten people were killed in the market and the people of the town said that they had heard it."
    assert any(joined in paragraph for paragraph in found.paragraphs)


def test_ligatures_are_taken_apart_and_footnotes_stay_footnotes() -> None:
    assert _paragraph("o\ufb03cials said\n1,200\u00b3 were \ufb02ed") == "officials said 1,200\u00b3 were fled"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"%PDF-1.4 nothing", "a.pdf", "PDF"),
        (b"\xff\xfe\x00", "a.txt", "not UTF-8"),
        (b"  \n \n", "a.txt", "no text"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, content: bytes, name: str, said: str) -> None:
    with pytest.raises(CannotRunError, match=said):
        document(tmp_path, content, name)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="There is no file"):
        read_document(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published: 30 November 2024", "2024-11-30"),
        ("TOWN, November 3, 2023 (Reuters) - People fled.", "2023-11-03"),
        ("Updated 2024-02-01 at noon", "2024-02-01"),
        ("A line of no day, of the year 2024", ""),
    ],
)
def test_a_printed_day_is_stated(tmp_path: Path, line: str, day: str) -> None:
    told = document(tmp_path, f"A title of the report\n{line}\nThe people of the town have fled.\n").told
    assert told.published_on == day
    assert told.published_on_basis == ("stated" if day else "")


def test_a_day_is_read_in_the_language_of_the_text(tmp_path: Path) -> None:
    told = document(
        tmp_path, "Un título de la noticia\n3 de noviembre de 2023\nLas personas que viven en la ciudad.\n"
    ).told
    assert (told.language, told.published_on) == ("es", "2023-11-03")


@pytest.mark.parametrize(
    ("paragraph", "agency"),
    [
        ("TOWN (Reuters) - Ten people died.", "Reuters"),
        ("TOWN, Jan. 24 (Xinhua) -- Ten people died.", "Xinhua"),
        ("A witness told AFP that ten people died in the town on a day in November of the year.", ""),
    ],
)
def test_a_wire_is_named_by_the_dateline_and_not_by_a_quotation(paragraph: str, agency: str) -> None:
    assert agency_of([paragraph]) == agency


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The people of the town have fled, and they said that it was in the night.", "en"),
        ("Las personas que viven en la ciudad han huido de los ataques en la noche.", "es"),
        ("قتل عشرة أشخاص في المدينة من قبل القوات التي كانت على الطريق", "ar"),
        ("В городе погибли десять человек, и об этом сообщили из больницы.", "ru"),
        ("1234 5678", ""),
    ],
)
def test_the_language_is_told_by_the_commonest_words(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_title_is_cut_to_eight_words() -> None:
    assert short_title("one two three four five six seven eight nine") == "one two three four five six seven eight […]"


def test_a_text_of_the_record_and_a_relay_are_known(tmp_path: Path) -> None:
    text = "At least ten people were killed in the market of the town on Friday, the officials there said.\n"
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "000.txt").write_text(f"Another title\n{text}And a line more.\n", encoding="utf-8")
    found = overlaps_with(text, tmp_path / "texts")
    assert [(each.file_name, each.share) for each in found] == [("000.txt", 1.0)]
    assert (
        overlaps_with("Nothing of this text stands in the other one at all, not a word in a row.", tmp_path / "texts")
        == []
    )
    (tmp_path / "figures" / "e").mkdir(parents=True)
    (tmp_path / "figures" / "e" / "documents.csv").write_text("document_id,sha256\ne-000,abc\n", encoding="utf-8")
    assert document_with("abc", tmp_path / "figures") == "e-000"
    assert document_with("abd", tmp_path / "figures") == ""
