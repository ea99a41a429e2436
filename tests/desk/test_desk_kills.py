"""A desk killed at any moment: no torn file, no accepted row lost, no half row."""

from pathlib import Path

import pytest
from kill_desk import kill_at_random, objections
from small_desk import make_episode

LONGEST = 0.4


def killed(folder: Path, times: int) -> int:
    """Kill so often on one episode, which grows; return how many rows were accepted in all."""
    make_episode(folder)
    standing: set[str] = set()
    count = 0
    for _ in range(times):
        accepted, undone = kill_at_random(folder, LONGEST)
        standing = (standing | accepted) - undone
        count += len(accepted)
        assert objections(folder, standing) == []
    return count


def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    assert killed(tmp_path, 10) > 0


@pytest.mark.slow
def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    assert killed(tmp_path, 200) > 100
