"""What kind of number a figure is: estimates name theirs, intervals are coded and proved, roles and grades fit."""

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest
from small_record import SmallRecord, problems_of, small_record

from ingest.curation.check import read_record, record_warnings
from ingest.curation.verify import verify_record
from ingest.phrases.intervals import without_interval
from ingest.phrases.tokens import UnreadablePhraseError

SAID = "75,200 (95% CI 63,600-86,800)"
CODED = {
    "phrase": SAID, "hedge_id": "exact", "value": "75200", "low": "63600", "high": "86800", "interval_level": "95",
    "interval_kind": "confidence", "kind": "survey",
}  # fmt: skip
TEXT = f"A day at the market\n\nA survey puts the dead at {SAID}, children among them.\n15 were hurt.\n"


@pytest.fixture
def record(tmp_path: Path) -> SmallRecord:
    """Two documents, of which the first says what a survey found."""
    made = small_record(tmp_path)
    made.figures = [made.figures[0] | CODED, made.figures[2]]
    return made


def told(record: SmallRecord, **cells: str) -> list[str]:
    """The problems of a record whose first figure has these cells, as column and message."""
    record.figures[0] |= cells
    return [each.split(" ", 1)[1] for each in problems_of(record.write())]


def test_an_estimate_names_its_kind(record: SmallRecord) -> None:
    said = {"phrase": "An estimated 75,200", "hedge_id": "about", "low": "", "high": "", "interval_level": "",
            "interval_kind": ""}  # fmt: skip
    (asked,) = told(record, **said, kind="")
    assert asked.startswith("kind: must not be empty: 'estimated' does not say how the number came to be")
    # A count that its source calls an estimate is a count: the coder says so.
    for kind in ("count", "register", "list", "survey", "modelled", "remote_sensed"):
        assert told(record, kind=kind) == []
    assert "is not one of count, register, list" in told(record, kind="guess")[0]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"kind": "count"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"interval_kind": ""}, "interval_kind"),
        ({"interval_level": ""}, "interval_level"),
        ({"interval_level": "100"}, "interval_level"),
        ({"high": ""}, "high"),
        ({"value": "90000"}, "value"),
        ({"place_role": "from"}, "place_role"),
        ({"source_grade": "fair"}, "source_grade_scheme"),
        ({"source_grade_scheme": "airwars"}, "source_grade"),
        ({"source_grade_scheme": "airwars", "source_grade": "fairly"}, "source_grade"),
    ],
)
def test_what_does_not_fit_an_estimate_is_named(record: SmallRecord, cells: dict[str, str], column: str) -> None:
    assert column in {each.split(":")[0] for each in told(record, **cells)}


def test_an_estimate_with_its_interval_is_in_order_without_a_note(record: SmallRecord) -> None:
    assert told(record) == []
    assert told(record, source_grade_scheme="airwars", source_grade="fair", verification="verified") == []
    assert told(record, measure_id="displaced", place_role="from") == []


def test_an_estimate_is_no_total_of_counts(record: SmallRecord) -> None:
    record.figures.append(record.figure("01-02", "2", "12 children", value="12", part_of="01-01"))
    assert told(record) == [
        "part_of: d-01-01 is a number of another kind (count and survey), and bounds nothing of this one"
    ]


def proved(record: SmallRecord, tmp_path: Path, **cells: str) -> list[str]:
    """The columns of which `verify` says that the text has something else, of a first figure with these cells."""
    record.figures[0] |= cells
    texts = tmp_path / "texts"
    texts.mkdir(exist_ok=True)
    (texts / "one.txt").write_text(TEXT, encoding="utf-8")
    record.documents = [record.documents[0] | {"sha256": hashlib.sha256(TEXT.encode()).hexdigest()}]
    read, _ = read_record([record.write()])
    problems = verify_record(read, texts).problems
    return [problem.field for problem in problems]


def test_an_interval_is_proved_against_its_text(record: SmallRecord, tmp_path: Path) -> None:
    assert proved(record, tmp_path) == []
    assert proved(record, tmp_path, low="63601") == ["low"]
    assert proved(record, tmp_path, low="63600", interval_level="90") == ["interval_level"]
    assert proved(record, tmp_path, interval_level="95", interval_kind="credible") == ["interval_kind"]


def test_a_number_cut_out_of_its_interval_is_not_proved(record: SmallRecord, tmp_path: Path) -> None:
    cut = {"phrase": "75,200", "low": "", "high": "", "interval_level": "", "interval_kind": ""}
    assert proved(record, tmp_path, **cut) == ["phrase"]


def test_a_number_with_its_interval_is_read_whole(record: SmallRecord) -> None:
    rest, interval = without_interval(SAID)
    assert rest == "75,200"
    assert interval and (interval.low, interval.high, interval.level, interval.kind) == (
        Decimal(63600), Decimal(86800), Decimal(95), "confidence",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("phrase", "rest", "kind"),
    [
        ("64 260 deaths (95% CI 55 298–78 525)", "64 260 deaths", "confidence"),
        ("64,260 (55,298–78,525, 95 %)", "64,260", "other"),
        ("75,200 [95% credible interval: 63,600 to 86,800]", "75,200", "credible"),
        ("about 1,200 (90% UI 1,000–1,500)", "about 1,200", "other"),
        ("between 250 and 900", "between 250 and 900", None),
        ("75,200 (63,600-86,800)", "75,200 (63,600-86,800)", None),
    ],
)
def test_what_is_an_interval_and_what_a_range_of_numbers(phrase: str, rest: str, kind: str | None) -> None:
    read, interval = without_interval(phrase)
    assert (read, interval.kind if interval else None) == (rest, kind)


@pytest.mark.parametrize("phrase", ["10 (95% CI 30-20)", "10 (95% CI 1-20) or 12 (95% CI 2-30)"])
def test_an_interval_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(UnreadablePhraseError):
        without_interval(phrase)


SENSITIVE = {"sensitivity": "severe", "sensitivity_reason": "A witness could be found.", "review_on": "2099-01-01"}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (SENSITIVE, "visibility"),
        (SENSITIVE | {"sensitivity": "high"}, "visibility"),
        (SENSITIVE | {"visibility": "restricted", "sensitivity_reason": ""}, "sensitivity_reason"),
        (SENSITIVE | {"visibility": "restricted", "review_on": ""}, "review_on"),
        (SENSITIVE | {"visibility": "restricted", "sensitivity": ""}, "sensitivity"),
        (SENSITIVE | {"visibility": "restricted", "sensitivity": "secret"}, "sensitivity"),
    ],
)
def test_what_is_sensitive_is_restricted_for_a_reason_until_a_day(
    record: SmallRecord, cells: dict[str, str], column: str
) -> None:
    assert [each.split(":")[0] for each in told(record, **cells)] == [column]


def test_what_is_in_order_of_sensitive_figures(record: SmallRecord) -> None:
    assert told(record, **SENSITIVE, visibility="restricted") == []
    assert told(record, **SENSITIVE | {"sensitivity": "moderate"}, visibility="public") == []


def warned(record: SmallRecord, **cells: str) -> list[str]:
    record.figures[0] |= cells
    return [warning.field for warning in record_warnings(read_record([record.write()])[0])]


def test_a_review_day_that_is_past_and_a_restriction_without_a_class_are_warned_of(record: SmallRecord) -> None:
    assert warned(record) == []
    assert warned(record, visibility="restricted") == ["sensitivity"]
    assert warned(record, **SENSITIVE) == []
    assert warned(record, review_on="2020-01-01") == ["review_on"]
