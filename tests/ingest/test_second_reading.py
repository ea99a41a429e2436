"""Two readings of one record: how far they agree, where they differ, and that what was decided is what is loaded."""

import csv
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from here import run_here
from hypothesis import given, settings
from hypothesis import strategies as st
from scratch import SAMPLE
from small_record import SmallRecord, problems_of, sheet_text, small_record

from ingest.cli.coding.compare import _line
from ingest.curation.check import read_record
from ingest.double_coding.adjudication_file import ADJUDICATION
from ingest.double_coding.agreement import (
    COMPARED,
    NO_PAIRS,
    NO_VARIATION,
    agreement_of,
    alpha_of_many,
    krippendorffs_alpha,
    level_of,
)
from ingest.double_coding.matching import best_pairs
from ingest.double_coding.rules import COLUMNS
from ingest.double_coding.second_coding import second_value
from ingest.errors import CannotRunError
from ingest.files import episode_folders
from ingest.record.columns import FIGURES
from ingest.record.lookups import read_vocabulary
from ingest.record.table import Row, read_table

Cells = dict[str, str]


class TwoReadings(SmallRecord):
    """The small record with a second reading: the same figures under other ids, in another order, as drafts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ids = ids = {
            row["figure_id"]: f"{row['figure_id'][:-2]}{number:02}" for number, row in enumerate(self.figures, 51)
        }
        renamed = {"status": "draft", "checked_on": ""}
        self.seconds = [
            row | renamed | {"figure_id": ids[row["figure_id"]], "part_of": ids.get(row["part_of"], "")}
            for row in reversed(self.figures)
        ]

    def second(self, figure_id: str) -> Cells:
        """Return the second reader's row of this figure of the first."""
        return next(row for row in self.seconds if row["figure_id"] == self.ids[figure_id])

    def write(self) -> Path:
        """Write the files of both readings and return the folder of the episode."""
        folder = super().write()
        (folder / "second").mkdir(exist_ok=True)
        text = sheet_text(FIGURES.names, self.seconds)
        (folder / "second" / "figures.csv").write_text(text, encoding="utf-8")
        return folder

    def decide(self, decisions: Mapping[str, tuple[str, ...]]) -> None:
        """Write the adjudication file of `compare`, then fill in decision, decided_value, reason by column_name."""
        path = self.folder / "second" / "adjudication.csv"
        path.unlink(missing_ok=True)
        assert run_here("compare", str(self.folder), "--adjudication", str(path)).returncode == 1
        rows = adjudication(self.folder)
        for row in rows:
            filled = (*decisions.get(row["column_name"], ()), "", "")
            row |= dict(zip(("decision", "decided_value", "reason"), filled, strict=False))
        path.write_text(sheet_text(ADJUDICATION.names, rows), encoding="utf-8")


def adjudication(folder: Path) -> list[Cells]:
    with (folder / "second" / "adjudication.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(folder: Path) -> dict[str, Cells]:
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        return {row["figure_id"]: row for row in csv.DictReader(file)}


@pytest.fixture
def two(tmp_path: Path) -> TwoReadings:
    return TwoReadings(tmp_path / "aleppo-2024")


def compare(two: TwoReadings) -> dict:
    done = run_here("compare", str(two.write()), "--json")
    assert done.stderr == ""
    return json.loads(done.stdout)["episodes"][0] | {"code": done.returncode}


# --- alpha ---------------------------------------------------------------------------------------------------------
# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), University of Pennsylvania, examples A, B and C.


def test_alpha_of_the_published_binary_example() -> None:
    readings = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    assert krippendorffs_alpha(readings, "nominal") == pytest.approx(0.095, abs=0.0005)


def test_alpha_of_the_published_nominal_example() -> None:
    assert krippendorffs_alpha(["aabbdcccedda", "babbbcccëddd".replace("ë", "e")], "nominal") == pytest.approx(
        0.692, abs=0.0005
    )


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("interval", 0.849), ("ratio", 0.797)])
def test_alpha_of_the_published_example_with_missing_readings(level, published: float) -> None:
    gap = None
    readings = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, gap, gap, gap],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, gap, 3],
        [gap, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, gap],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, gap],
    ]
    assert krippendorffs_alpha(readings, level) == pytest.approx(published, abs=0.0005)


LEVELS = ["nominal", "interval", "ratio"]
VALUES = st.one_of(st.none(), st.decimals(0, 10_000, places=0), st.sampled_from([0, 1, 300]))


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, max_size=30), st.sampled_from([column for column in COMPARED if column.kind == "number"]))
def test_a_reading_agrees_with_itself_wholly_or_alpha_says_why_not(values: list, column) -> None:
    found = agreement_of(column, values, list(values))
    said = [value for value in values if value is not None]
    assert found.pair_count == found.equal_count == len(said)
    assert found.agreement_pct == (100 if said else None)
    if len(set(said)) > 1:
        assert found.alpha == pytest.approx(1)
    else:
        assert (found.alpha, found.remark) == (None, NO_VARIATION if said else NO_PAIRS)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(VALUES, VALUES), max_size=30))
def test_alpha_never_fails_and_never_exceeds_one(pairs: list) -> None:
    for column in COMPARED:
        if column.kind == "number":
            found = agreement_of(column, [one for one, _ in pairs], [other for _, other in pairs])
            assert found.alpha is None or found.alpha <= 1 + 1e-9
            assert (found.alpha is None) == bool(found.remark)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=20), st.sampled_from(LEVELS))
def test_alpha_of_many_pairs_is_that_of_the_package(pairs: list[tuple[int, int]], level) -> None:
    expected = krippendorffs_alpha([[one for one, _ in pairs], [other for _, other in pairs]], level)
    if expected is not None:
        assert alpha_of_many(pairs, level) == pytest.approx(expected)


def test_the_level_of_a_column_is_that_of_what_it_holds() -> None:
    levels = {column.name: level_of(column) for column in COMPARED}
    assert (levels["value"], levels["reported_on"], levels["source_id"]) == ("ratio", "interval", "nominal")
    assert set(levels) >= {"phrase", "hedge_id", "low", "high", "part_of", "visibility"}
    assert not {"figure_id", "document_id", "paragraph", "status", "coded_on", "checked_on", "note"} & set(levels)


# --- which figure is which ------------------------------------------------------------------------------------------


def rows_of(rows: list[Cells]) -> list[Row]:
    return read_table(FIGURES, "f.csv", sheet_text(FIGURES.names, rows).encode(), read_vocabulary()).rows


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(6)), st.sets(st.integers(0, 5), max_size=3))
def test_figures_are_joined_whatever_their_order_and_whoever_left_some_out(order: list[int], left_out: set) -> None:
    record = SmallRecord(Path("unused"))
    for number, row in enumerate(record.figures):  # all in one paragraph, three of them the same number
        row |= {"document_id": "d-01", "paragraph": "1", "figure_id": f"d-01-{number:02}", "part_of": ""}
    second = [record.figures[number] for number in order if number not in left_out]
    pairs = best_pairs(rows_of(record.figures), rows_of(second))
    assert [one.text("figure_id") for one, _ in pairs] == [other.text("figure_id") for _, other in pairs]
    assert len(pairs) == 6 - len(left_out)


def test_of_all_ways_to_join_the_one_with_most_agreement_is_taken(two: TwoReadings) -> None:
    base = two.figures[0] | {"paragraph": "1", "phrase": "40 dead"}
    first = rows_of([base, base | {"figure_id": "d-01-02", "phrase": "40 dead there"}])
    near = base | {"figure_id": "d-01-61", "phrase": "dead there", "value": "41"}
    second = rows_of([near, base | {"figure_id": "d-01-62", "phrase": "40 dead here", "population_id": "civilians"}])
    found = {(one.text("figure_id"), other.text("figure_id")) for one, other in best_pairs(first, second)}
    # d-01-01 is as like d-01-62 as d-01-02 is, but d-01-61 can be d-01-02 only.
    assert found == {("d-01-01", "d-01-62"), ("d-01-02", "d-01-61")}


def test_another_paragraph_or_another_number_in_other_words_is_another_figure(two: TwoReadings) -> None:
    one = rows_of([two.figures[0]])
    assert best_pairs(one, rows_of([two.figures[0] | {"paragraph": "3"}])) == []
    assert best_pairs(one, rows_of([two.figures[0] | {"phrase": "many dead", "value": "50"}])) == []


# --- compare --------------------------------------------------------------------------------------------------------


def test_two_equal_readings_agree_wholly(two: TwoReadings) -> None:
    told = compare(two)
    assert (told["code"], told["pairs"], told["differences"]) == (0, 6, [])
    assert {each["agreement_pct"] for each in told["agreements"]} == {100, None}
    assert {each["alpha"] for each in told["agreements"]} <= {1.0, None}
    remarks = {each["column"]: each["remark"] for each in told["agreements"]}
    assert (remarks["source_id"], remarks["low"], remarks["period_end_on"]) == (NO_VARIATION, NO_VARIATION, NO_PAIRS)
    assert problems_of(two.folder) == []


def test_differences_are_listed_with_the_place_of_both(two: TwoReadings) -> None:
    two.figures[0]["status"] = "draft"
    two.second("d-01-01")["value"] = "41"
    two.figures.append(two.figure("02-04", "1", "three", value="3", status="draft"))
    two.seconds.append(two.figure("02-70", "1", "four camps", value="4", status="draft", checked_on=""))
    done = run_here("compare", str(two.write()))
    assert done.returncode == 1
    assert "6 figures found by both readers, 1 by the first only, 1 by the second only" in done.stdout
    lines = [
        line.replace(str(two.folder), "E") for line in done.stdout.splitlines() if " | " in line or "reader o" in line
    ]
    assert lines == [
        "E/figures.csv:2 E/second/figures.csv:7 value: 40 | 41",
        "E/figures.csv:8 – figure_id: d-02-04 by the first reader only",
        "– E/second/figures.csv:8 figure_id: d-02-70 by the second reader only",
    ]
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("value ")]
    assert line.split()[1:6] == ["ratio", "4", "3", "75.0", "%"]


def test_nearly_all_is_never_shown_as_all() -> None:
    values = [Decimal(number) for number in range(1, 3001)]
    shown = _line(agreement_of(COLUMNS["value"], values, [*values[:-1], Decimal(3001)]))
    assert shown.split()[4:] == [">99.9", "%", ">0.999"]


def test_a_total_is_the_same_under_another_id_and_another_one_under_the_same(two: TwoReadings) -> None:
    two.second("d-01-02")["part_of"] = ""
    total, other = two.second("d-01-01"), two.second("d-01-03")
    total["figure_id"], other["figure_id"] = "d-01-03", "d-01-01"
    told = compare(two)
    assert [(each["column"], each["first"], each["second"]) for each in told["differences"]] == [
        ("part_of", "d-01-01", "")
    ]


def test_a_total_that_only_the_second_reader_has_is_not_taken_for_ours_of_that_id(two: TwoReadings) -> None:
    (row,) = rows_of([two.figures[1]])
    assert second_value(row, COLUMNS["part_of"], {}) == "second:d-01-01"
    assert second_value(row, COLUMNS["part_of"], {"d-01-01": "d-01-07"}) == "d-01-07"


# --- validated needs both -------------------------------------------------------------------------------------------


def test_what_is_validated_must_be_in_the_second_reading(two: TwoReadings) -> None:
    two.seconds = [row for row in two.seconds if row is not two.second("d-02-01")]
    (problem,) = two.problems()
    assert problem.startswith("figures.csv:5:")
    assert "status: is validated, but" in problem and "has no such figure; decide it, or make it a draft" in problem
    two.figures[3]["status"] = "draft"
    assert two.problems() == []


def test_what_is_validated_may_not_differ_undecided(two: TwoReadings) -> None:
    two.second("d-01-01")["value"] = "41"
    (problem,) = two.problems()
    assert problem.startswith("figures.csv:2:94 value: is validated, but")
    assert "second/figures.csv:7 reads '41'" in problem


def test_a_second_reading_is_judged_like_the_first(two: TwoReadings) -> None:
    two.seconds[0] |= {"source_id": "sohrr", "status": "validated", "checked_on": "2024-12-05"}
    two.seconds[1] |= {"document_id": "d-03", "figure_id": "d-03-01"}
    found = two.problems()
    assert any("second/figures.csv:2:" in each and "did you mean 'sohr'" in each for each in found)
    assert any("second/figures.csv:2:" in each and "a second reading holds drafts" in each for each in found)
    assert any("second/figures.csv:3:" in each and "'d-03' is not in documents.csv" in each for each in found)
    assert all("second/" in each for each in found)


def test_decisions_without_the_second_reading_are_a_problem_and_an_empty_folder_is_none(two: TwoReadings) -> None:
    second = two.write() / "second"
    (second / "figures.csv").rename(second / "figures.bak")
    assert problems_of(two.folder) == []
    (second / "adjudication.csv").write_text(",".join(ADJUDICATION.names) + "\n", encoding="utf-8")
    assert problems_of(two.folder) == [
        "second/figures.csv:1:1 the file is missing: put it back, if only with its header"
    ]


def test_a_byte_order_mark_and_another_order_of_columns_are_read(two: TwoReadings) -> None:
    folder = two.write()
    rows = [dict(reversed(row.items())) for row in two.seconds]
    text = sheet_text(list(reversed(FIGURES.names)), rows).replace("\n", "\r\n")
    (folder / "second" / "figures.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert problems_of(folder) == []


def test_the_second_folder_is_no_episode(two: TwoReadings) -> None:
    with pytest.raises(CannotRunError, match=r"is the second reading of an episode; name the episode's own folder"):
        episode_folders([str(two.write() / "second")])


def test_a_record_without_second_readings_cannot_be_compared(tmp_path: Path) -> None:
    done = run_here("compare", str(small_record(tmp_path).write()))
    assert (done.returncode, done.stderr[:27]) == (2, "There is no second reading:")


# --- adjudication ---------------------------------------------------------------------------------------------------


@pytest.fixture
def differing(two: TwoReadings) -> TwoReadings:
    """The readings differ in a value, a hedge and a place; each has a figure the other has not."""
    two.second("d-01-01")["value"] = "41"
    two.second("d-01-03")["place_id"] = "SY02"
    two.second("d-02-02")["population_id"] = "civilians"
    two.figures.append(two.figure("02-04", "1", "some say", hedge_id="several", value=""))
    two.seconds.append(
        two.figure("02-70", "2", "the camp", hedge_id="exact", value="1", status="draft", checked_on="")
        | {"part_of": two.second("d-02-02")["figure_id"]}
    )
    two.write()
    return two


DECIDED = {
    "value": ("second", "", "The text says 41."),
    "place_id": ("other", "SY07", "Idlib is named above."),
    "population_id": ("first", "", "Nobody says civilians."),
    "figure_id": ("second", "", "As the second reader says."),
}


def test_what_was_decided_is_written_checked_and_loaded(differing: TwoReadings, tmp_path, monkeypatch) -> None:
    folder = differing.folder
    differing.decide(DECIDED)
    assert len(adjudication(folder)) == 5
    problems = problems_of(folder)
    assert len(problems) == 4  # all but the one where the first reader was right
    assert any(
        "decided second ('41'), but" in each and "says '40': compare --apply writes" in each for each in problems
    )
    untouched = (folder / "figures.csv").read_bytes()
    rehearsed = run_here("compare", str(folder), "--apply", "--dry-run")
    assert (rehearsed.returncode, (folder / "figures.csv").read_bytes()) == (0, untouched)
    assert "+++ b/" in rehearsed.stdout
    done = run_here("compare", str(folder), "--apply")
    assert (done.returncode, done.stderr) == (0, "")
    assert "d-01-01 value: 40 → 41\n" in done.stdout
    assert "d-02-05 added, as a draft" in done.stdout
    rows = figures(folder)
    assert (rows["d-01-01"]["value"], rows["d-01-03"]["place_id"]) == ("41", "SY07")
    assert (rows["d-02-02"]["population_id"], rows["d-02-04"]["status"]) == ("all", "withdrawn")
    assert rows["d-02-04"]["note"].endswith(": As the second reader says.")
    assert (rows["d-02-05"]["phrase"], rows["d-02-05"]["part_of"]) == ("the camp", "d-02-02")
    assert (rows["d-02-05"]["status"], rows["d-02-05"]["checked_on"]) == ("draft", "")
    assert problems_of(folder) == []
    assert run_here("compare", str(folder), "--apply").stdout.startswith("figures.csv says all that was decided")
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(tmp_path / "w.duckdb"))
    assert run_here("load", str(folder)).returncode == 0
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as connection:
        values = dict(connection.execute("select figure_id, value from raw.figures").fetchall())
    assert (len(values), values["d-01-01"]) == (8, 41)


def test_agreement_is_that_of_the_readings_before_anything_was_decided(differing: TwoReadings) -> None:
    before = json.loads(run_here("compare", str(differing.folder), "--json").stdout)["episodes"][0]
    differing.decide(DECIDED)
    assert run_here("compare", str(differing.folder), "--apply").returncode == 0
    done = run_here("compare", str(differing.folder), "--json")
    after = json.loads(done.stdout)["episodes"][0]
    assert done.returncode == 0  # every difference is decided
    assert after["agreements"] == before["agreements"]
    assert [after[name] for name in ("pairs", "only_first", "only_second")] == [6, 1, 1]
    assert [each["decision"] for each in after["differences"]].count(None) == 0
    shown = [{**each, "decision": None, "first_place": "", "second_place": ""} for each in after["differences"]]
    assert shown == [{**each, "first_place": "", "second_place": ""} for each in before["differences"]]


def test_a_cell_that_is_not_what_was_decided_is_a_problem(differing: TwoReadings) -> None:
    differing.decide(DECIDED)
    assert run_here("compare", str(differing.folder), "--apply").returncode == 0
    done = run_here("amend", "d-01-01", "value=42", "--reason", "x", "--folder", str(differing.folder))
    assert done.returncode == 1
    assert "now says '42', which neither was compared nor decided; compare anew" in done.stdout


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"decision": ""}, ":2:{decision} decision: is not decided: write first, second or other"),
        ({"decision": "secnd"}, "'secnd' is not one of first, second, other (did you mean 'second'?)"),
        ({"reason": ""}, "reason: must say what settled it"),
        ({"decided_value": "43"}, "decided_value: is '41' where the decision is second"),
        ({"second": "44"}, "second: is out of date:"),
        ({"first": "39"}, "first: decided second ('41'), but"),
        ({"column_name": "vaule"}, "column_name: 'vaule' is not compared (did you mean 'value'?)"),
        ({"figure_id": "d-01-09"}, "figure_id: 'd-01-09' is not in figures.csv (did you mean"),
        ({"second_id": ""}, "column_name: is figure_id where one of the two ids is empty, and only there"),
        ({"figure_id": "", "second_id": ""}, "figure_id: both ids are empty"),
        ({"second_id": "d-01-52"}, "second_id: one of the two figures is joined to another"),
    ],
)
def test_a_row_that_is_undecided_or_stale_is_a_problem_at_its_cell(
    two: TwoReadings, change: Cells, problem: str
) -> None:
    two.second("d-01-01")["value"] = "41"
    two.second("d-01-01")["place_id"] = "SY02"  # a second row, which stays as it is
    two.write()
    two.decide(DECIDED)
    path = two.folder / "second" / "adjudication.csv"
    rows = adjudication(two.folder)
    at = [row["column_name"] for row in rows].index("value")
    rows.insert(0, rows.pop(at) | change)
    path.write_text(sheet_text(ADJUDICATION.names, rows), encoding="utf-8")
    found = [each for each in problems_of(two.folder) if each.startswith("second/adjudication.csv:2:")]
    column = sum(len(rows[0][name]) + 1 for name in ADJUDICATION.names[:5]) + 1
    assert any(problem.format(decision=column) in each for each in found), found
    before = (two.folder / "figures.csv").read_bytes()
    done = run_here("compare", str(two.folder), "--apply")
    assert (done.returncode, (two.folder / "figures.csv").read_bytes()) == (1, before)


def test_a_difference_decided_twice_is_a_problem(two: TwoReadings) -> None:
    two.second("d-01-01")["value"] = "41"
    two.write()
    two.decide(DECIDED)
    path = two.folder / "second" / "adjudication.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    assert any("this difference is already on line 2" in each for each in problems_of(two.folder))


def test_a_new_adjudication_file_takes_over_what_was_decided_and_overwrites_none(differing: TwoReadings) -> None:
    differing.decide(DECIDED)
    assert run_here("compare", str(differing.folder), "--apply").returncode == 0
    differing.figures = [dict(row) for row in figures(differing.folder).values()]
    differing.second("d-01-02")["value"] = "13"
    differing.figures[1]["status"] = "draft"
    folder = differing.write()
    new = folder / "second" / "new.csv"
    assert run_here("compare", str(folder), "--adjudication", str(new)).returncode == 1
    with new.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["decision"] for row in rows if (row["first"], row["second"]) == ("12", "13")] == [""]
    assert sorted(row["decision"] for row in rows) == ["", "first", "other", "second", "second", "second"]
    done = run_here("compare", str(folder), "--adjudication", str(new))
    assert (done.returncode, "is there already and may hold decisions" in done.stderr) == (2, True)


def test_nothing_is_applied_where_nothing_was_decided(two: TwoReadings) -> None:
    done = run_here("compare", str(two.write()), "--apply")
    assert (done.returncode, done.stderr[:27]) == (2, "There is nothing to apply: ")


def test_a_figure_the_second_reader_overlooked_is_kept_by_decision(two: TwoReadings) -> None:
    two.figures.append(two.figure("02-04", "1", "some say", hedge_id="several", value=""))
    two.write()
    two.decide({"figure_id": ("first", "", "It is a count.")})
    assert problems_of(two.folder) == []
    assert run_here("compare", str(two.folder)).returncode == 0


def test_a_withdrawn_figure_needs_no_second_reading(two: TwoReadings) -> None:
    two.figures[3] |= {"status": "withdrawn", "note": "Not said."}
    assert two.problems() == []
    assert compare(two)["pairs"] == 5


def test_the_real_record_is_valid_with_and_without_a_second_reading(tmp_path: Path) -> None:
    source = SAMPLE
    folder = tmp_path / "aleppo-2024"
    (folder / "second").mkdir(parents=True)
    for name in ("documents.csv", "figures.csv"):
        (folder / name).write_bytes((source / name).read_bytes())
    rows = [row | {"status": "draft", "checked_on": ""} for row in figures(folder).values()]
    (folder / "second" / "figures.csv").write_text(sheet_text(FIGURES.names, rows), encoding="utf-8")
    assert problems_of(folder) == []
    assert run_here("compare", str(folder)).returncode == 0
    assert read_record([source])[1] == []


# --- a reading of some columns -------------------------------------------------------------------------------------
# Columns that came after both readings are read a second time by themselves: the phrases are given.


def columns_read(two: TwoReadings, **cells: str) -> Path:
    """Write the second reading as one of kind and verification alone; the last figure's row has these cells."""
    folder = SmallRecord.write(two)
    (folder / "second").mkdir(exist_ok=True)
    given = ("figure_id", "document_id", "paragraph", "phrase")
    rows = [{name: row[name] for name in given} | {"kind": "count", "verification": ""} for row in two.seconds]
    rows[0] |= cells
    (folder / "second" / "columns.csv").write_text(sheet_text(list(rows[0]), rows), encoding="utf-8")
    return folder


def test_a_reading_of_some_columns_is_compared_in_these_alone(two: TwoReadings) -> None:
    folder = columns_read(two)
    done = run_here("compare", str(folder), "--json")
    told = json.loads(done.stdout)["episodes"][0]
    assert (done.returncode, told["pairs"], told["differences"]) == (0, len(two.figures), [])
    assert [each["column"] for each in told["agreements"]] == ["kind", "verification"]
    assert "of phrases that were given" in run_here("compare", str(folder)).stdout
    assert problems_of(folder) == []


def test_a_difference_in_a_column_read_anew_must_be_decided(two: TwoReadings) -> None:
    folder = columns_read(two, kind="survey")
    (said,) = problems_of(folder)
    assert "is validated, but" in said and "survey" in said
    two.write = lambda: folder  # type: ignore[method-assign]
    two.decide({"kind": ("first", "", "The text says who counted.")})
    assert problems_of(folder) == []


def test_a_validated_figure_must_be_among_those_of_which_columns_were_read(two: TwoReadings) -> None:
    folder = columns_read(two, phrase="9,999 others")
    (said,) = problems_of(folder)
    assert "is validated, but" in said and "columns.csv has no such figure" in said


def test_a_whole_second_reading_stands_before_one_of_some_columns(two: TwoReadings) -> None:
    columns_read(two, kind="survey")
    told = compare(two)
    assert len(told["agreements"]) == len(COMPARED) and told["differences"] == []


def test_a_class_that_one_reader_gave_and_the_other_did_not_must_be_decided(two: TwoReadings) -> None:
    folder = columns_read(two, sensitivity="low")
    two.write = lambda: folder  # type: ignore[method-assign]
    (said,) = problems_of(folder)
    assert "is validated, but" in said and "low" in said
    two.decide({"sensitivity": ("first", "", "It points at nobody.")})
    assert problems_of(folder) == []


def without(folder: Path, *names: str) -> None:
    """Write figures.csv anew without these columns."""
    rows = list(figures(folder).values())
    kept = [name for name in rows[0] if name not in names]
    (folder / "figures.csv").write_text(sheet_text(kept, [{n: row[n] for n in kept} for row in rows]), encoding="utf-8")


def test_what_stays_as_the_default_needs_no_column_to_be_applied(two: TwoReadings) -> None:
    folder = columns_read(two, verification="verified")
    without(folder, "verification")
    two.write = lambda: folder  # type: ignore[method-assign]
    two.decide({"verification": ("first", "", "The word is the publisher's.")})
    before = (folder / "figures.csv").read_bytes()
    done = run_here("compare", str(folder), "--apply")
    assert (done.returncode, (folder / "figures.csv").read_bytes()) == (0, before)


def test_a_decided_value_without_a_column_is_told_and_not_a_traceback(two: TwoReadings) -> None:
    folder = columns_read(two, verification="verified")
    without(folder, "verification")
    two.write = lambda: folder  # type: ignore[method-assign]
    two.decide({"verification": ("second", "", "The source says so.")})
    done = run_here("compare", str(folder), "--apply")
    assert done.returncode == 2
    assert "figures.csv has no column verification: add it to the first line" in done.stderr
