"""What the record becomes with a row: the same models in memory that a build runs, and the same sentence."""

import duckdb
import pytest
from scratch import SAMPLE
from workshop import Workshop

from desk.outcome import rules
from desk.outcome.memory import Memory
from desk.outcome.rules import Rules, compile_rules, rules_kept
from ingest.curation.check import Record, read_record
from on_record.sentence import sentence_of

COMPARED = (
    "scope_id, measure_id, hedge_convention, lowest, highest, source_count, report_count, valid_from_on, valid_to_on"
)


@pytest.fixture(scope="module")
def compiled() -> Rules:
    return rules_kept() or compile_rules()


@pytest.fixture(scope="module")
def memory(compiled: Rules) -> Memory:
    return Memory(compiled, sentence_of)


@pytest.fixture(scope="module")
def record() -> Record:
    found, problems = read_record([SAMPLE])
    assert problems == []
    return found


def test_the_models_are_compiled_once_for_each_state_of_them(compiled: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = rules_kept()
    assert kept == compiled
    monkeypatch.setattr(rules, "WANTED", ("fct_figures",))
    assert rules_kept() is None


def test_ranges_are_those_of_a_build(memory: Memory, record: Record, real: Workshop) -> None:
    memory.hold(record)
    sql = f"select {COMPARED} from range_reported order by all"
    mine = memory.connection.execute(sql).fetchall()
    with duckdb.connect(str(real.warehouse), read_only=True) as built:
        assert mine == built.execute(sql).fetchall()
    assert len(mine) > 20


def test_a_figure_is_told_with_its_scope_its_peers_and_the_sentence_readers_see(memory: Memory, record: Record) -> None:
    found = memory.outcome(record, "aleppo-2024-003-01")
    assert found.range is not None
    assert {"more than 255 people", "nearly 300 lives"} <= {peer["phrase"] for peer in found.peers}
    assert found.sentence.startswith("As known on ")
    assert "“277”" in found.sentence
    assert memory.scope_of(["aleppo-2024-003-01"])[1] == found.sentence


def test_a_draft_counts_as_it_would_once_validated(memory: Memory, record: Record) -> None:
    (episode,) = record.episodes
    row = next(each for each in episode.figures.rows if each.text("figure_id") == "aleppo-2024-003-01")
    assert isinstance(row.values, dict)
    kept = dict(row.values)
    row.values.update({"status": "draft", "checked_on": None})
    try:
        assert memory.outcome(record, "aleppo-2024-003-01").range is not None
    finally:
        row.values.update(kept)


def test_a_figure_that_is_not_there_has_no_outcome(memory: Memory, record: Record) -> None:
    found = memory.outcome(record, "aleppo-2024-009-01")
    assert (found.range, found.peers, found.sentence) == (None, [], "")
