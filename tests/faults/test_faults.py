"""Full disks, closed folders, damaged files, wrong clocks and others at work: each is met with a sentence."""

import random
from collections.abc import Iterator
from pathlib import Path

import fault_trials
import pytest
from away_trials import AwayTrials
from disk_trials import DiskTrials
from fault_tools import can_mount
from fault_trials import FaultTrials
from past_trials import PastTrials
from stage import Durations, Stage

from dashboard.publication.folder import Publications

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultTrials]:
    """A warehouse that was loaded and built; each trial leaves it as it was."""
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    with Stage(tmp_path_factory.mktemp("faults")) as stage:
        yield FaultTrials(stage, seed)


def test_a_quota_that_is_used_up_loses_nothing(trials: FaultTrials) -> None:
    counts = trials.full_disk_by_limit(2)
    assert sum(counts.values()) == 4, counts
    assert counts["load refused"] >= 1, counts


@pytest.mark.skipif(not can_mount(), reason="a disk in memory cannot be mounted here")
def test_a_full_disk_loses_nothing(trials: FaultTrials) -> None:
    assert trials.full_disk_by_mount((1, 6)) == {"refused": 2}


@pytest.mark.skipif(not can_mount(), reason="a disk in memory cannot be mounted here")
def test_a_disk_that_fills_during_a_build_of_the_real_record_loses_nothing(trials: FaultTrials) -> None:
    counts = DiskTrials(trials.stage, trials.rng.randrange(1_000_000)).run(4)
    assert sum(counts.values()) == 4, counts
    assert counts["full before the build, refused"] + counts["full before the build, found room"] == 2, counts


def test_folders_nobody_may_write_are_named(trials: FaultTrials) -> None:
    assert trials.read_only_folders() == {"load refused": 2, "build refused": 3}


def test_a_backup_is_made_where_nothing_may_be_written_and_a_restore_says_why_not(
    trials: FaultTrials,
) -> None:
    assert away(trials).read_only_folders() == {"done": 2, "refused": 3}


def test_a_clock_set_back_stops_neither_backup_nor_restore(trials: FaultTrials) -> None:
    assert away(trials).clock_set_back() == {"done": 3, "refused": 1}


def test_the_past_and_a_release_are_kept_nowhere_without_right(trials: FaultTrials) -> None:
    assert past(trials).read_only_folders() == {"done": 1, "refused": 4}


def test_a_clock_set_back_puts_no_state_of_the_past_out_of_order(trials: FaultTrials) -> None:
    assert past(trials).clock_set_back() == {"done": 1, "refused": 1}


def past(trials: FaultTrials) -> PastTrials:
    return PastTrials(trials.stage, trials.rng, Durations())


def away(trials: FaultTrials) -> AwayTrials:
    return AwayTrials(trials.stage, lambda what, sight: {}, Durations())


def test_a_damaged_warehouse_is_refused_and_left_as_it_is(trials: FaultTrials) -> None:
    counts = trials.damaged_warehouse(20, 1)
    assert sum(counts.values()) == 20
    assert counts["load refused"] >= 2, counts


def test_a_damaged_publication_is_passed_over(trials: FaultTrials) -> None:
    assert sum(trials.damaged_publication(40).values()) == 40


def test_a_clock_set_back_is_told(trials: FaultTrials) -> None:
    assert trials.clock_set_back() == {"refused": 9}


def test_a_shell_that_holds_the_warehouse_is_named(trials: FaultTrials) -> None:
    assert trials.held_by_a_shell() == {"load refused": 2, "build refused": 2}


def test_two_loads_at_once_do_nothing_in_part(trials: FaultTrials) -> None:
    counts = trials.two_at_once("load", "load")
    assert counts["load done"] >= 1


def test_damage_met_while_reading_sends_readers_back_to_the_earlier_publication(
    trials: FaultTrials, tmp_path: Path
) -> None:
    """The one who meets it is told; from the next question on the earlier file is served, and not the damaged one."""
    whole = trials.stage.publications[-1].read_bytes()
    (tmp_path / "20260101T000000000000Z.duckdb").write_bytes(whole)
    torn = bytearray(whole)
    # Everything but the two headers and the last blocks, where the names of tables are: it opens, and cannot be read.
    torn[12_288 : len(whole) // 2] = bytes(len(whole) // 2 - 12_288)
    (tmp_path / "20260102T000000000000Z.duckdb").write_bytes(torn)
    publications = Publications(tmp_path)
    assert fault_trials.served_marker(tmp_path) == 1
    with pytest.raises(Exception, match="Corrupt"), publications.cursor() as cursor:
        for (name,) in cursor.execute("select table_name from duckdb_tables()").fetchall():
            cursor.execute(f"from {name}").fetchall()
        raise AssertionError("Corrupt data was read without a word, or passed over when opened")
    assert publications.newest().name == "20260101T000000000000Z.duckdb"
    publications.close()
