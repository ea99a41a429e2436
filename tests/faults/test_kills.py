"""A machine that dies at any moment loses nothing and shows nothing half done: see kill_trials.py."""

import random

import pytest
from kill_trials import KillTrials
from stage import Stage

pytestmark = pytest.mark.slow
KILLS = 25


def test_a_kill_at_any_moment_loses_nothing_and_readers_notice_nothing(stage: Stage) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")  # shown where the test fails
    result = KillTrials(stage, seed).run(KILLS)
    assert sum(result.counts.values()) == KILLS
    # Else the kills came too late, or too early, and nothing was tried.
    killed = sum(count for (_, _, said), count in result.counts.items() if said.startswith("killed"))
    assert killed >= KILLS // 2, result.counts
    assert result.reading.counts["answers"] > 100
    assert result.reading.counts["errors"] == result.reading.counts["mixtures"] == 0
