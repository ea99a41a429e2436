"""What no reader sees is refused with its place, what a language needs passes, and no host pretends to be another."""

import sys
import unicodedata
from pathlib import Path

import duckdb
import pytest
import regex
from small_record import place_of, problems_of, small_record

from ingest.text_checks.characters import SQL_UNSEEN, first_unseen, sql_hides
from ingest.text_checks.hosts import host_objection

HIDDEN = {
    "zero-width space": "\u200b", "zero-width joiner": "\u200d", "zero-width non-joiner": "\u200c",
    "word joiner": "\u2060", "byte-order mark": "\ufeff", "invisible plus": "\u2064", "soft hyphen": "\xad",
    "left-to-right mark": "\u200e", "right-to-left mark": "\u200f", "Arabic letter mark": "\u061c",
    "override": "\u202e", "isolate": "\u2066", "tag A": "\U000e0041", "tag end": "\U000e007f",
    "language tag": "\U000e0001", "combining grapheme joiner": "\u034f", "Hangul filler": "\u3164",
    "Hangul choseong filler": "\u115f", "half-width filler": "\uffa0", "Mongolian separator": "\u180e",
    "Khmer vowel": "\u17b4", "variation selector": "\ufe0f", "variation selector 17": "\U000e0100",
    "private use": "\ue000", "private use plane": "\U000f0000", "not assigned": "\u0378", "noncharacter": "\uffff",
    "line separator": "\u2028", "C1 control": "\x85", "escape": "\x1b", "braille blank": "\u2800",
    "annotation": "\ufff9", "musical beam": "\U0001d173", "shorthand": "\U0001bca0",
}  # fmt: skip
LEGITIMATE = [
    "ما می‌خواهیم دیده‌بان", "خانه‌ای", "آ‌آ‌آ", "۱۲‌هزار نفر", "NGO‌ها", "«حلب»‌های", "در سال ۱۴۴۵ ه‍", "عدد القتلى ٢٠٠ شخصًا",
    "؀١٤", "Işık, İstanbul’da 12 ölü", "Алеппо: погибли 277 человек", "क्‍ष और न्‌", "👨‍👩‍👧 ❤️ 1️⃣ 👍🏽", "葛󠄀城", "ᠠ᠋",
    "14 000 morts", "5 000", "naïve café", "ไทย မြန်မာ 한국어 日本語", "שלום עולם", "Ủy ban", "܂ܐܠܦ", "ߒߞߏ", "x²¾ €5",
]  # fmt: skip
MISLEADING = [
    "https://pаypal.com/a", "https://xn--pypal-4ve.com/", "https://аррӏе.com", "https://xn--80ak6aa92e.com", "https://сосо.com",
    "https://ɡoogle.com", "https://xn--oogle-qmc.com/", "https://ｅxample.org", "https://example。org", "https://пример.рф/x",
    "https://münchen.de", "https://exam‌ple.org", "https://example.org⁄a.com/", "https://bbc.co.uk@evil.org/",
    "https://a:b@evil.org/", "https://google.com\\@evil.org", "https://xn--zzzzzz.com", "https://exa%6dple.org", "https://a..b/",
    "https://-a.org", "https://a.b:99999/", "https://[::1/", f"https://{'a' * 64}.org", f"https://{'a.' * 130}org",
    "https://ορος.аbс/",
]  # fmt: skip
HOSTS = [
    "https://example.org/ü?q=حلب", "http://EXAMPLE.org", "https://xn--e1afmkfd.xn--p1ai/", "https://xn--mnchen-3ya.de/",
    "https://xn--r8jz45g.jp/", "https://xn--mgbcd4a2b0d2b.net", "https://sana.sy.", "https://192.168.0.1:8080/",
    "https://[2001:db8::1]/", "https://my_site.blogspot.com/", "https://xn--k-ekaa7p.com.tr", "https://xn--fa-hia.de",
]  # fmt: skip


@pytest.mark.parametrize("character", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize(("sheet", "name"), [("figures", "phrase"), ("figures", "note"), ("documents", "title")])
def test_a_character_that_no_reader_sees_is_refused_with_its_place(
    tmp_path: Path, character: str, sheet: str, name: str
) -> None:
    record = small_record(tmp_path)
    row = (record.figures if sheet == "figures" else record.documents)[1]
    row[name] = f"12 chi{character}ldren"
    line, column = place_of(row, name, 3).split(":")
    (said,) = record.problems()
    assert said.startswith(f"{sheet}.csv:{line}:{int(column) + 6} the character U+{ord(character):04X} (")
    assert said.endswith("is not allowed: remove it")


@pytest.mark.parametrize("text", LEGITIMATE)
def test_what_a_language_needs_passes_wherever_it_stands(tmp_path: Path, text: str) -> None:
    record = small_record(tmp_path)
    record.documents[0] |= {"title": text, "publisher": text, "note": f"{text}\n{text}"}
    record.figures[0]["note"] = text
    assert record.problems() == []


@pytest.mark.parametrize("text", ["حلب‌", "‌حلب", "ح‌‌لب", "حلب‌ ١٢", "exa‌mple", "12‍", "👨‍", "1️2", "a‍b", "ᠠ᠋᠋", "A󠄀"])
def test_what_a_language_needs_is_refused_where_it_does_nothing(text: str) -> None:
    assert first_unseen(text) is not None


def test_every_invisible_character_of_unicode_is_refused_in_a_word() -> None:
    ignorable = regex.compile(r"\p{Default_Ignorable_Code_Point}")
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if ignorable.match(character) or unicodedata.category(character) in ("Cc", "Co", "Cs", "Zl", "Zp"):
            assert first_unseen(f"a{character}b") is not None, hex(code)


def test_the_ranges_for_sql_are_those_of_unicode() -> None:
    """DuckDB's expressions cannot name the property, so it is written out: each of its characters and no other."""
    ignorable = regex.compile(r"\p{Default_Ignorable_Code_Point}|\p{Cf}")
    characters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT x FROM (SELECT unnest(?) AS x) WHERE regexp_matches(x, '{SQL_UNSEEN}')", [characters]
        ).fetchall()
    assert {x for (x,) in found} == {character for character in characters if ignorable.match(character)}


def test_data_sets_are_judged_as_the_record_is_but_for_the_damage_of_published_files() -> None:
    damage = {"soft hyphen", "private use", "private use plane", "not assigned", "noncharacter", "line separator",
              "C1 control", "escape", "braille blank"}  # fmt: skip
    texts = {f"12 chi{character}ldren": name not in damage for name, character in HIDDEN.items()}
    texts |= dict.fromkeys(LEGITIMATE, False)
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT x, {sql_hides('x')} FROM (SELECT unnest(?) AS x)", [list(texts)]).fetchall()
    assert dict(found) == texts


@pytest.mark.parametrize("url", MISLEADING)
def test_a_host_that_pretends_to_be_another_is_refused_with_its_place(tmp_path: Path, url: str) -> None:
    record = small_record(tmp_path)
    record.documents[0]["url"] = url
    (said,) = record.problems()
    assert said.startswith("documents.csv:2:")


@pytest.mark.parametrize("url", HOSTS)
def test_an_honest_host_passes_in_the_form_in_which_it_is_looked_up(tmp_path: Path, url: str) -> None:
    record = small_record(tmp_path)
    record.documents[0]["url"] = url
    assert record.problems() == []


def test_a_refused_host_says_what_it_reads_and_how_to_write_it() -> None:
    assert host_objection("https://пример.рф/") == (
        "has a host that is not ASCII: write xn--e1afmkfd.xn--p1ai for 'пример.рф'"
    )
    assert host_objection("https://xn--80ak6aa92e.com/") == (
        "has a host in Cyrillic that looks like one in ASCII: xn--80ak6aa92e reads 'аррӏе'"
    )
    assert host_objection("https://pаypal.com/") == (
        "has a host that mixes letters of Cyrillic and Latin: xn--pypal-4ve reads 'pаypal'"
    )


@pytest.mark.parametrize(
    ("sheet", "name", "most"),
    [("documents", "title", 1_000), ("documents", "publisher", 1_000), ("documents", "note", 10_000),
     ("documents", "file_name", 1_000), ("figures", "note", 10_000)],
)  # fmt: skip
def test_a_text_has_a_greatest_length_and_a_million_characters_are_refused(
    tmp_path: Path, sheet: str, name: str, most: int
) -> None:
    record = small_record(tmp_path)
    row = (record.figures if sheet == "figures" else record.documents)[1]
    row[name] = "x" * most
    assert record.problems() == []
    row[name] = "x" * 1_000_000
    (said,) = record.problems()
    assert said == f"{sheet}.csv:{place_of(row, name, 3)} {name}: has 1,000,000 characters; at most {most:,} are taken"


def test_no_cell_of_any_column_takes_a_million_characters(tmp_path: Path) -> None:
    for sheet in ("documents", "figures"):
        for name in getattr(small_record(tmp_path), sheet)[0]:
            record = small_record(tmp_path)
            getattr(record, sheet)[1][name] = "9" * 1_000_000
            assert record.problems() != [], f"{sheet}: {name}"


@pytest.mark.parametrize("day", ["0000-01-01", "0001-01-01", "0999-12-31", "1582-10-10", "1403-09-10", "1799-12-31",
                                 "2100-01-01", "9999-12-31", "-0005-01-01", "10000-01-01", "infinity", "-infinity",
                                 "12024-11-28", "٢٠٢٤-١١-٢٨"])  # fmt: skip
@pytest.mark.parametrize(
    ("sheet", "name"),
    [("documents", "published_on"), ("documents", "retrieved_on"), ("figures", "reported_on"),
     ("figures", "period_start_on"), ("figures", "period_end_on"), ("figures", "coded_on"), ("figures", "checked_on")],
)  # fmt: skip
def test_a_day_outside_of_the_window_is_refused_with_its_cell(tmp_path: Path, day: str, sheet: str, name: str) -> None:
    record = small_record(tmp_path)
    row = (record.figures if sheet == "figures" else record.documents)[1]
    row[name] = day
    (said,) = record.problems()
    assert said.startswith(f"{sheet}.csv:{place_of(row, name, 3)} {name}: '{day}' is ")


def test_the_first_and_the_last_day_of_the_window_are_read(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[0]["period_start_on"] = "1800-01-01"
    record.figures[1]["checked_on"] = "2099-12-31"
    assert record.problems() == []


def test_every_file_of_the_record_is_judged(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    folder = record.write()
    second = folder / "second"
    second.mkdir()
    text = (folder / "figures.csv").read_text(encoding="utf-8")
    (second / "figures.csv").write_text(text.replace("15 were hurt", "15 were hu\u200brt"), encoding="utf-8")
    assert any("second/figures.csv:4:" in said and "U+200B" in said for said in problems_of(folder))
