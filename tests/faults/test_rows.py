"""Ten thousand bad rows are refused, each at its line; a thousand good files are accepted (row_trials.py)."""

from collections import Counter
from pathlib import Path

import good_trials
import pytest
import row_trials
from hypothesis import HealthCheck, Phase, given, settings

ROWS, FILES, GOOD = 400, 26, 1_000
# No shrinking of two hundred rows: the message names the line, and that is enough to go on.
TRIED = settings(deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)


def refused(folder: Path, files: int, rows: int) -> Counter[str]:
    """Spoil so many rows in each of so many files; how many of each kind were refused at their line."""
    counts: Counter[str] = Counter()

    @settings(TRIED, max_examples=files)
    @given(row_trials.spoilt_files(rows))
    def refuse(pairs: list[tuple[bytes, row_trials.Spoilt]]) -> None:
        counts.update(row_trials.judge(folder, pairs))

    refuse()
    return counts


def accepted(folder: Path, files: int) -> int:
    """Write so many good files; how many were accepted with all their figures."""
    counts: Counter[bool] = Counter()

    @settings(TRIED, max_examples=files)
    @given(good_trials.good_files())
    def accept(content: bytes) -> None:
        counts[good_trials.accept(folder, content) >= 45] += 1

    accept()
    return counts[True]


def test_each_of_some_bad_rows_is_refused_at_its_line(tmp_path: Path) -> None:
    assert sum(refused(tmp_path, 4, 100).values()) >= 300


def test_some_good_variants_are_accepted(tmp_path: Path) -> None:
    assert accepted(tmp_path, 30) >= 30


@pytest.mark.slow
def test_each_of_ten_thousand_bad_rows_is_refused_at_its_line(tmp_path: Path) -> None:
    counts = refused(tmp_path, FILES, ROWS)
    assert sum(counts.values()) >= 10_000
    assert len(counts) >= 35, counts


@pytest.mark.slow
def test_a_thousand_good_variants_are_accepted(tmp_path: Path) -> None:
    assert accepted(tmp_path, GOOD) >= GOOD
