"""Ten thousand bad rows are refused, each at its line; a thousand good files are accepted (row_trials.py)."""

from collections import Counter
from pathlib import Path

import good_trials
import row_trials
from hypothesis import HealthCheck, Phase, given, settings

ROWS, FILES, GOOD = 400, 26, 1_000
# No shrinking of two hundred rows: the message names the line, and that is enough to go on.
TRIED = settings(deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)


def test_each_of_ten_thousand_bad_rows_is_refused_at_its_line(tmp_path: Path) -> None:
    counts: Counter[str] = Counter()

    @settings(TRIED, max_examples=FILES)
    @given(row_trials.spoilt_files(ROWS))
    def refuse(pairs: list[tuple[bytes, row_trials.Spoilt]]) -> None:
        counts.update(row_trials.judge(tmp_path, pairs))

    refuse()
    assert sum(counts.values()) >= 10_000
    assert len(counts) >= 35, counts


def test_a_thousand_good_variants_are_accepted(tmp_path: Path) -> None:
    counts: Counter[bool] = Counter()

    @settings(TRIED, max_examples=GOOD)
    @given(good_trials.good_files())
    def accept(content: bytes) -> None:
        counts[good_trials.accept(tmp_path, content) >= 45] += 1

    accept()
    assert counts[True] >= GOOD
