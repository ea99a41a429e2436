"""A release of a data set is loaded whole or refused with its reasons; nothing vanishes on the way."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingest.__main__ import main
from ingest.datasets import corrections
from ingest.datasets import load as datasets_load
from ingest.datasets.registry import entries

YAML = """\
dataset_id: tolls
title: Tolls of a war
producer: A desk
source_id: sohr
version: "1"
published_on: 2024-06-30
citation: A desk (2024).
attribution: A desk, CC BY 4.0.
licence: CC BY 4.0
language: en
download_urls: [{version: "2", url: "https://example.org/2.csv", published_on: 2025-06-30}]
columns: {required: [id, place, day, dead], optional: [low, high, unit]}
key: [id]
"""
SQL = """\
select id as row_key, 'killed' as figure_key, line, dead as phrase, 'killed' as measure_id, 'all' as population_id,
    place as place_id, 'incident' as counting, day as period_start_on, day as period_end_on, 'exact' as hedge_id,
    dead as value, low, high, 'tolls-' || id as incident_id
from file_rows where dead is distinct from '0';
"""
HEADER = "id,place,day,dead\n"


class Desk:
    """A warehouse and a reader of its own, and the command line in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.warehouse = folder / "warehouse.duckdb"
        self.readers = folder / "readers"
        self.corrections = folder / "corrections.csv"

    def load(self, content: str | bytes, *options: str, name: str = "tolls.csv") -> tuple[int, str, str]:
        """`load tolls FILE`, of version 1 unless told otherwise: the exit code, what was printed, and the errors."""
        named = () if "--version" in options else ("--version", "1")
        return self.load_unnamed(content, *options, *named, name=name)

    def load_unnamed(self, content: str | bytes, *options: str, name: str = "tolls.csv") -> tuple[int, str, str]:
        """The same, and nobody says which release it is unless the options do."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        code = main(["load", "tolls", str(path), *options])
        printed = self.capsys.readouterr()
        return code, printed.out, printed.err

    def know(self, version: str, content: str) -> None:
        """List the bytes of a release in the reader."""
        path = self.readers / "tolls.yml"
        known = f'known_files: [{{version: "{version}", sha256: {sha256(content)}}}]'
        path.write_text(f"{path.read_text()}{known}\n")

    def rows(self, sql: str) -> list[tuple]:
        """The rows of a query on the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path, capsys)
    made.readers.mkdir()
    (made.readers / "tolls.yml").write_text(YAML)
    (made.readers / "tolls.sql").write_text(SQL)
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(made.warehouse))
    monkeypatch.setattr(entries, "READERS", made.readers)
    monkeypatch.setattr(datasets_load, "read_corrections", lambda: corrections.read_corrections(made.corrections))
    return made


def lines(count: int, bad: int = 0) -> str:
    """A file of so many rows, of which the first few have no number."""
    return HEADER + "".join(f"{n},SY,2016-01-01,{'many' if n <= bad else n}\n" for n in range(1, count + 1))


def test_a_release_lands_with_its_origin_and_its_lines(desk: Desk) -> None:
    code, out, err = desk.load(HEADER + "1,SY,2016-01-01,5\n2,SY07,2016-01-02,0\n")
    assert (code, err) == (0, "")
    remark, line = out.splitlines()
    assert remark.endswith("tolls.csv: 3 known columns not in the file: low, high, unit.")
    assert (
        line
        == "tolls 1: 3 lines read, 2 rows loaded (1 without a figure), 0 rejected, 1 figure (0 contradict themselves)"
    )
    found = desk.rows(
        "SELECT figure_id, document_id, source_id, place_id, value, record_line, incident_id FROM raw.dataset_figures"
    )
    assert found == [("tolls-1-1-killed", "tolls-1", "sohr", "SY", 5, 2, "tolls-1")]
    origin = (
        "SELECT version, licence, published_on::varchar, line_count, loaded_row_count, figure_count FROM raw.datasets"
    )
    assert desk.rows(origin) == [("1", "CC BY 4.0", "2024-06-30", 3, 2, 1)]
    assert desk.rows("SELECT episode_ids, figures_added FROM raw.loads") == [("worldwide", 1)]


def test_the_same_bytes_again_are_a_no_op(desk: Desk) -> None:
    desk.load(lines(3))
    before = desk.rows("SELECT load_id FROM raw.dataset_figures")
    assert desk.load(lines(3))[:2] == (0, "tolls 1 is loaded already: nothing to do\n")
    assert desk.rows("SELECT load_id FROM raw.dataset_figures") == before
    assert len(desk.rows("SELECT * FROM raw.datasets")) == 1


def test_other_bytes_under_the_same_version_are_refused(desk: Desk) -> None:
    desk.load(lines(3))
    code, out, err = desk.load(lines(4))
    assert (code, out) == (2, "")
    assert "tolls 1 is loaded already, from other bytes" in err
    assert len(desk.rows("SELECT * FROM raw.dataset_figures")) == 3


def test_the_same_bytes_are_read_anew_where_the_reader_has_changed(desk: Desk) -> None:
    desk.load(lines(3))
    (desk.readers / "tolls.sql").write_text(SQL.replace("'exact'", "'about'"))
    assert desk.load(lines(3))[0] == 0
    assert desk.rows("SELECT DISTINCT hedge_id FROM raw.dataset_figures") == [("about",)]
    assert desk.rows("SELECT is_current FROM raw.datasets ORDER BY loaded_at") == [(False,), (True,)]


TRACES = ("loads", "datasets", "rejects", "dataset_figures", "replaced_dataset_figures", "corrections")


@pytest.mark.parametrize(
    ("ending", "change"),
    [
        ("sql", lambda text: text.replace("SELECT", "-- Said better.\nSELECT").replace("select", "-- So.\nselect", 1)),
        ("yml", lambda text: f"{text}# A remark.\n"),
    ],
)
def test_a_reader_that_was_changed_without_effect_leaves_no_trace(
    desk: Desk, ending: str, change: Callable[[str], str]
) -> None:
    content = lines(200, bad=2)
    desk.load(content)
    seen = "SELECT * EXCLUDE (reader_sha256) FROM raw.datasets"
    before = [desk.rows(seen), *(desk.rows(f"FROM raw.{name} ORDER BY ALL") for name in TRACES if name != "datasets")]
    path = desk.readers / f"tolls.{ending}"
    assert change(path.read_text()) != path.read_text()
    path.write_text(change(path.read_text()))
    for _ in range(2):
        code, out, err = desk.load(content)
        assert (code, out.splitlines()[-1], err) == (0, "tolls 1 is loaded already: nothing to do", "")
    after = [desk.rows(seen), *(desk.rows(f"FROM raw.{name} ORDER BY ALL") for name in TRACES if name != "datasets")]
    assert after == before
    assert len(before[0]) == 1 and len(before[2]) == 2


@pytest.mark.parametrize("old", ["title: ", "CC BY 4.0"])
def test_another_word_in_the_origin_is_an_effect(desk: Desk, old: str) -> None:
    desk.load(lines(3))
    path = desk.readers / "tolls.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, f"{old}New " if old.endswith(" ") else f"{old} New", 1))
    assert desk.load(lines(3))[0] == 0
    assert desk.rows("SELECT figures_unchanged, documents_changed FROM raw.loads ORDER BY loaded_at") == [
        (0, 0),
        (3, 1),
    ]


def test_another_reason_for_a_reject_is_an_effect(desk: Desk) -> None:
    desk.load(lines(200, bad=1))
    path = desk.readers / "tolls.sql"
    sql = path.read_text().replace("dead as value", "case dead when 'many' then 'lots' else dead end as value")
    assert sql != path.read_text()
    path.write_text(sql)
    assert desk.load(lines(200, bad=1))[0] == 0
    assert desk.rows("SELECT value FROM raw.rejects ORDER BY loaded_at") == [("many",), ("lots",)]


def test_what_a_release_said_before_it_was_read_anew_is_kept(desk: Desk) -> None:
    """Two figures stay as they were, one changes, one leaves and one comes."""
    content = HEADER + "".join(f"{n},SY,2016-01-01,{n}\n" for n in range(5))
    desk.load(content)
    sql = SQL.replace("dead as value", "case id when '2' then '20' else dead end as value")
    (desk.readers / "tolls.sql").write_text(sql.replace("is distinct from '0'", "<> '3'"))
    assert desk.load(content)[0] == 0
    load = "SELECT load_id FROM raw.loads ORDER BY loaded_at"
    (first,), (second,) = desk.rows(load)
    assert desk.rows("SELECT row_key, value, load_id FROM raw.dataset_figures ORDER BY ALL") == [
        ("0", 0, second), ("1", 1, first), ("2", 20, second), ("4", 4, first)
    ]  # fmt: skip
    kept = "SELECT row_key, value, load_id, replaced_by FROM raw.replaced_dataset_figures ORDER BY ALL"
    assert desk.rows(kept) == [("2", 2, first, second), ("3", 3, first, second)]
    counts = "SELECT figures_added, figures_changed, figures_unchanged, figures_withdrawn, documents_added "
    assert desk.rows(f"{counts} FROM raw.loads ORDER BY loaded_at") == [(4, 0, 0, 0, 1), (1, 1, 2, 1, 0)]


def test_two_releases_are_both_kept(desk: Desk) -> None:
    desk.load(lines(3))
    assert desk.load(lines(2), "--version", "2")[0] == 0
    assert desk.rows("SELECT version, count(*) FROM raw.dataset_figures GROUP BY ALL ORDER BY ALL") == [
        ("1", 3),
        ("2", 2),
    ]
    assert desk.rows("SELECT published_on::varchar FROM raw.datasets WHERE version = '2'") == [("2025-06-30",)]


def sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def test_a_file_whose_bytes_nobody_knows_is_called_no_release(desk: Desk) -> None:
    code, out, err = desk.load_unnamed(lines(3))
    assert (code, out) == (2, "")
    assert f"tolls.csv has SHA-256 {sha256(lines(3))[:12]}…, and no file of tolls 1 is known by its bytes" in err
    assert "Say it by --version: known are 1, 2, an extract of 1 would be 1-mine" in err
    assert not desk.warehouse.exists()


def test_a_file_with_other_bytes_than_the_release_of_its_reader_is_not_called_that_release(desk: Desk) -> None:
    desk.know("1", lines(3))
    code, _, err = desk.load_unnamed(lines(4))
    assert code == 2
    assert f"has SHA-256 {sha256(lines(4))[:12]}…, and tolls 1 has {sha256(lines(3))[:12]}…" in err
    assert not desk.warehouse.exists()


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_file_whose_bytes_the_reader_lists_is_that_release(desk: Desk, version: str) -> None:
    desk.know(version, lines(3))
    code, out, _ = desk.load_unnamed(lines(3))
    assert (code, out.startswith(f"tolls {version}: ")) == (0, True)


@pytest.mark.parametrize(("noted", "is_known"), [(3, True), (4, False)])
def test_a_download_is_the_release_that_fetch_noted_of_its_bytes(desk: Desk, noted: int, is_known: bool) -> None:
    told = {"dataset_id": "tolls", "version": "2", "file": "tolls.csv", "sha256": sha256(lines(noted))}
    (desk.folder / "origin.json").write_text(json.dumps(told))
    code, _, _ = desk.load_unnamed(lines(3))
    assert code == (0 if is_known else 2)
    assert not is_known or desk.rows("SELECT version FROM raw.datasets") == [("2",)]


def test_several_files_are_no_release_until_somebody_says_so(desk: Desk) -> None:
    (desk.folder / "second.csv").write_text(lines(1))
    code, _, err = desk.load_unnamed(lines(2), str(desk.folder / "second.csv"))
    assert (code, "are several files" in err) == (2, True)


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("1", "These are not the bytes of the published file of 1: an extract, or repacked."),
        ("1-syria", "These are not the bytes of the published file of 1-syria: an extract, or repacked."),
    ],
)
def test_a_release_named_by_hand_is_loaded_and_its_other_bytes_are_said(desk: Desk, version: str, wanted: str) -> None:
    desk.know("1", lines(3))
    code, out, _ = desk.load_unnamed(lines(4), "--version", version)
    assert (code, out.splitlines()[0]) == (0, wanted)


def test_the_bytes_of_one_release_under_the_name_of_another_are_said(desk: Desk) -> None:
    desk.know("1", lines(3))
    code, out, _ = desk.load_unnamed(lines(3), "--version", "2")
    assert (code, out.splitlines()[0]) == (0, "These are the bytes of tolls 1, and are loaded as 2.")


def test_a_release_nobody_dated_must_be_dated(desk: Desk) -> None:
    code, _, err = desk.load(lines(1), "--version", "3")
    assert code == 2
    assert "say it by --published-on YYYY-MM-DD" in err
    assert desk.load(lines(1), "--version", "3", "--published-on", "2026-01-31")[0] == 0


def test_an_extract_has_the_day_of_the_release_it_is_named_after(desk: Desk) -> None:
    assert desk.load(lines(1), "--version", "2-syria")[0] == 0
    assert desk.rows("SELECT published_on::varchar FROM raw.datasets") == [("2025-06-30",)]


def test_a_second_release_is_compared_with_the_one_published_before_it(desk: Desk) -> None:
    desk.load(lines(3))
    content = HEADER + "1,SY,2016-01-01,1\n2,SY,2016-01-01,20\n4,SY,2016-01-01,4\n5,SY,2016-01-01,5\n"
    _, out, _ = desk.load(content, "--version", "2")
    assert out.splitlines()[-1] == "against 1: 2 rows added, 1 dropped, 1 number changed"


def test_a_release_is_compared_by_when_it_was_published_and_not_when_it_was_loaded(desk: Desk) -> None:
    desk.load(lines(2), "--version", "2")
    _, out, _ = desk.load(lines(3))
    assert "against" not in out
    _, out, _ = desk.load(lines(4), "--version", "1.5", "--published-on", "2024-12-31", "--json")
    told = json.loads(out)
    assert told["against_the_one_before"] == "against 1: 1 row added, 0 dropped, 0 numbers changed"
    assert told["release_changes"]["previous_version"] == "1"


def test_up_to_one_percent_of_rejects_is_loaded_and_every_reason_kept(desk: Desk) -> None:
    code, out, _ = desk.load(lines(200, bad=2))
    assert code == 0
    assert "tolls.csv:2 value: 'many' is not a number in plain digits" in out
    assert desk.rows(
        "SELECT file LIKE '%tolls.csv', line, column_name, value, reason FROM raw.rejects ORDER BY line"
    ) == [
        (True, 2, "value", "many", "is not a number in plain digits"),
        (True, 3, "value", "many", "is not a number in plain digits"),
    ]
    counts = "SELECT loaded_row_count, rejected_row_count, header_line_count, line_count FROM raw.datasets"
    assert desk.rows(counts) == [(198, 2, 1, 201)]
    assert len(desk.rows("SELECT * FROM raw.dataset_figures")) == 198


@pytest.mark.parametrize(("allowed", "code"), [("1%", 1), ("2", 1), ("3", 0), ("1.5%", 0), ("0", 1)])
def test_more_rejects_than_allowed_load_nothing(desk: Desk, allowed: str, code: int) -> None:
    desk.load(lines(1), "--version", "2")
    found, out, err = desk.load(lines(200, bad=3), "--max-rejects", allowed)
    assert found == code
    assert "  3 × value is not a number in plain digits" in out
    if code:
        assert err == "tolls 1: 3 of 200 rows (1.5 %) are rejected, more than allowed; nothing was loaded\n"
        assert desk.rows("SELECT version FROM raw.datasets") == [("2",)]
        assert desk.rows("SELECT * FROM raw.rejects") == []


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("1,SYY,2016-01-01,5", "place_id: 'SYY' is not in seeds/places.csv"),
        ("1,SY,2016-13-01,5", "period_end_on: '2016-13-01' is not a day written YYYY-MM-DD"),
        ("1,SY,infinity,5", "period_end_on: 'infinity' is not a day written YYYY-MM-DD"),
        ("1,SY,,5", "period_start_on: must not be empty for counting period or incident"),
        ("1,SY,2016-01-01,-5", "value: '-5.0000' is below nought"),
        ("1,SY,2016-01-01,5.5", "value: '5.5000' has decimals, which only a share may have"),
        ("1,SY,2016-01-01,", "phrase: must not be empty"),
        ("1 2,SY,2016-01-01,5", "row_key: '1 2' may hold letters, digits and . _ : - only"),
        ("1,SY,2030-01-01,5", "reported_on: '2024-06-30' is before period_end_on"),
        ("1,SY,2016-01-01", "has fewer cells than the header"),
    ],
)
def test_what_breaks_a_rule_of_the_record_is_rejected_with_its_place(desk: Desk, row: str, wanted: str) -> None:
    code, out, err = desk.load(HEADER + "9,SY,2016-01-01,9\n" + row + "\n")
    assert code == 1
    assert f"tolls.csv:3 {wanted}" in out
    assert "nothing was loaded" in err
    assert "Traceback" not in out + err


def test_of_two_lines_with_one_key_the_later_is_rejected(desk: Desk) -> None:
    _, out, _ = desk.load(HEADER + "1,SY,2016-01-01,5\n1,SY,2016-01-01,6\n", "--max-rejects", "1")
    assert "tolls.csv:3 row_key: '1-killed' is already on line 2" in out
    assert desk.rows("SELECT value FROM raw.dataset_figures") == [(5,)]


def test_contradictions_are_kept_and_marked(desk: Desk) -> None:
    content = "id,place,day,dead,low,high\n1,SY,2016-01-01,12,0,9\n2,SY,2016-01-01,3,5,4\n3,SY,2016-01-01,5,4,6\n"
    assert desk.load(content)[0] == 0
    assert desk.rows("SELECT flags, low, value, high FROM raw.dataset_figures ORDER BY row_key") == [
        ("best_above_high", 0, 12, 9),
        ("low_above_high,best_below_low", 5, 3, 4),
        (None, 4, 5, 6),
    ]


def test_a_file_cut_off_is_refused_whatever_may_be_rejected(desk: Desk) -> None:
    code, _, err = desk.load(lines(300)[:-14], "--max-rejects", "50%")
    assert code == 1
    assert "seems cut off in its last line; nothing was loaded" in err


def test_what_a_killed_load_left_is_cleared_away(desk: Desk) -> None:
    left = desk.folder / ".warehouse.loading-x" / "unpacked-0"
    left.parent.mkdir()
    left.write_text("half a file")
    assert desk.load(lines(3))[0] == 0
    assert [path.name for path in desk.folder.glob(".warehouse.*")] == []


def test_a_first_load_that_is_refused_leaves_no_file(desk: Desk) -> None:
    assert desk.load(HEADER + "1,SY,2016-01-01,many\n")[0] == 1
    assert sorted(path.name for path in desk.folder.iterdir()) == ["readers", "tolls.csv"]


def test_a_folder_that_is_not_there_is_said_in_a_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ON_RECORD_WAREHOUSE", str(desk.folder / "nowhere" / "warehouse.duckdb"))
    code, _, err = desk.load(lines(3))
    assert code == 2
    assert "does not exist" in err


def test_lines_of_several_files_are_told_apart(desk: Desk) -> None:
    second = desk.folder / "second.csv"
    second.write_text("dead,id,place,day\n7,8,SY,2016-01-01\nx,9,SY,2016-01-01\n")
    code, out, _ = desk.load(lines(2), str(second), "--max-rejects", "1")
    assert code == 0
    assert "second.csv:3 value: 'x' is not a number" in out
    found = desk.rows(
        "SELECT row_key, record_file LIKE '%second.csv', record_line FROM raw.dataset_figures ORDER BY ALL"
    )
    assert found == [("1", False, 2), ("2", False, 3), ("8", True, 2)]


def test_json_says_all_of_it(desk: Desk) -> None:
    _, out, _ = desk.load(lines(200, bad=1), "--json")
    told = json.loads(out)
    assert told["counts"]["rejected_rows"] == 1
    assert told["rejects"][0]["line"] == 2
    assert told["load_id"]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["load", "tolls"], "Name the file"),
        (["load", "tolls", "nowhere.csv"], "does not exist"),
        (["load", "figures/aleppo-2024", "--version", "1"], "--version is of a data set"),
        (["load", "tolls", "{file}", "--version", "1", "--max-rejects", "some"], "--max-rejects is a share such as 1%"),
        (["load", "tolls", "{file}", "--published-on", "june"], "--published-on is a day"),
        (["load", "tolls", "{file}", "--published-on", "20240630"], "--published-on is a day"),
        (["load", "tolls", "{file}", "--published-on", "2999-01-01"], "is yet to come"),
        (["load", "tolls", "{file}", "--version", "a b"], "is not a version"),
        (["load", "tolls", "{file}", "--version", ""], "is not a version"),
        (["load", "tolls", "/dev/zero"], "is no regular file"),
    ],
)
def test_what_cannot_be_run_is_said_in_a_sentence(desk: Desk, options: list[str], wanted: str) -> None:
    (desk.folder / "t.csv").write_text(lines(1))
    assert main([option.format(file=desk.folder / "t.csv") for option in options]) == 2
    assert wanted in desk.capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda sql: sql.replace("from file_rows", "from nothing"), "tolls.sql does not run"),
        (lambda sql: sql.replace("as value", "as valeu"), "which no figure has (did you mean 'value'?)"),
        (lambda sql: sql.replace("'exact' as hedge_id,", ""), "tolls.sql does not give hedge_id"),
    ],
)
def test_a_reader_that_is_wrong_says_where(desk: Desk, change: Callable[[str], str], wanted: str) -> None:
    (desk.readers / "tolls.sql").write_text(change(SQL))
    code, _, err = desk.load(lines(1))
    assert code == 2
    assert wanted in err


CORRECTIONS = "correction_id,dataset_id,row_key,column_name,value_published,value_corrected,reason,url,status\n"
CORRECTION = "c1,tolls,2,dead,2,20,a nought was lost,https://example.org/,open\n"


def test_a_correction_is_applied_to_the_cell_it_names(desk: Desk) -> None:
    desk.corrections.write_text(CORRECTIONS + CORRECTION)
    code, out, _ = desk.load(lines(3))
    assert code == 0
    assert "1 correction applied" in out
    assert desk.rows("SELECT value, record_line FROM raw.dataset_figures ORDER BY row_key") == [(1, 2), (20, 3), (3, 4)]
    kept = "SELECT correction_id, version, row_key, value_published, value_corrected, status FROM raw.corrections"
    assert desk.rows(kept) == [("c1", "1", "2", "2", "20", "open")]


@pytest.mark.parametrize(("there", "said"), [("20", "it was corrected upstream"), ("21", "what was wrong is gone")])
def test_a_correction_whose_wrong_value_is_gone_fails_the_load(desk: Desk, there: str, said: str) -> None:
    desk.corrections.write_text(CORRECTIONS + CORRECTION)
    code, out, err = desk.load(HEADER + f"2,SY,2016-01-01,{there}\n")
    assert code == 1
    assert said in out
    assert "Remove the correction c1" in out
    assert "corrections.csv:2:" in out
    assert "nothing was loaded" in err


def test_a_correction_marked_fixed_upstream_says_where_it_is_not(desk: Desk) -> None:
    desk.corrections.write_text(CORRECTIONS + CORRECTION.replace(",open", ",fixed_upstream"))
    assert desk.load(HEADER + "2,SY,2016-01-01,20\n")[0] == 0
    code, out, _ = desk.load(HEADER + "2,SY,2016-01-01,2\n", "--version", "2")
    assert code == 0
    assert "marked fixed_upstream, and this release still holds '2'; it is applied" in out
    assert desk.rows("SELECT value FROM raw.dataset_figures WHERE version = '2'") == [(20,)]


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (
            CORRECTION.replace("tolls", "tols"),
            "dataset_id: 'tols' is no data set that is read here (did you mean 'tolls'?)",
        ),
        (
            CORRECTION.replace(",dead,", ",ded,"),
            "column_name: 'ded' is no column that tolls reads (did you mean 'dead'?)",
        ),
        (CORRECTION.replace(",dead,", ",id,"), "column_name: 'id' names the row"),
        (CORRECTION.replace(",open", ",opn"), "status: 'opn' is not one of open, reported, fixed_upstream"),
        (CORRECTION.replace(",20,", ",2,"), "value_corrected: is what is published"),
        (CORRECTION.replace("https://example.org/", ""), "url: must not be empty"),
        (CORRECTION + CORRECTION, "correction_id: c1 is already on line 2"),
    ],
)
def test_a_correction_that_is_not_in_order_refuses_the_load(desk: Desk, row: str, wanted: str) -> None:
    desk.corrections.write_text(CORRECTIONS + row)
    code, out, _ = desk.load(lines(3))
    assert code == 1
    assert wanted in out
    assert not desk.warehouse.exists()


def test_the_corrections_that_ship_are_in_order() -> None:
    assert corrections.read_corrections().problems == []
