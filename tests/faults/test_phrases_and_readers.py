"""Phrases as documents print them are proved and nothing else is; many readers see whole publications only."""

import random
from collections import Counter
from pathlib import Path

import phrase_trials
import pytest
import readers


def test_every_printed_phrase_is_proved_and_refused_with_one_digit_changed(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    rng, counts = random.Random(seed), Counter[str]()  # noqa: S311
    for _ in range(5):
        counts += phrase_trials.judge(tmp_path, rng, 400)
    assert sum(counts.values()) == 2_000
    assert len(counts) >= 20, counts


def test_four_readers_see_whole_publications_only(tmp_path: Path) -> None:
    result = readers.many_publications(tmp_path, 4, {"served": [2], "plain": [2]}, rest=0.2)
    assert result.counts["errors"] == result.counts["mixtures"] == 0
    assert result.counts["answers"] > 4


@pytest.mark.slow
def test_fifty_readers_see_whole_publications_only(tmp_path: Path) -> None:
    result = readers.many_publications(tmp_path, 15, {"served": [40], "plain": [10]}, rest=1)
    assert result.counts["errors"] == result.counts["mixtures"] == 0
    assert result.counts["answers"] > 100
