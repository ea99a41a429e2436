"""A fetch that is killed leaves nothing that is taken for the file, and nothing behind: see fetch_trials.py."""

import random

from fetch_trials import FetchTrials
from stage import Stage

KILLS = 20


def test_a_killed_fetch_leaves_nothing_that_is_taken_for_the_file(stage: Stage) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")  # shown where the test fails
    counts = FetchTrials(stage, seed).run(KILLS)
    assert counts["resumed"] + counts["whole afterwards"] == KILLS, counts
    assert counts["killed"] >= KILLS // 2, counts
