"""An earlier version of this project, checked out and installed by its own lock, to load and build with as it did."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Modules were named otherwise before the packages (docs/decisions/0028-packages-and-floors.md).
LOAD = """
import sys
from datetime import datetime
from pathlib import Path
try:
    from ingest.curation.check import read_record
    from ingest.warehouse.load import load_record
except ImportError:
    from ingest.record import read_record
    from ingest.load import load_record
folder, warehouse, moment = sys.argv[1:]
record, problems = read_record([Path(folder)])
if problems:
    sys.exit(str(problems[0]))
load_record(record, Path(warehouse), loaded_at=datetime.fromisoformat(moment))
"""


@dataclass(frozen=True)
class OldVersion:
    """A commit in a folder of its own, with the Python packages that it asked for."""

    commit: str
    home: Path

    def load(self, episode: Path, warehouse: Path, loaded_at: datetime) -> float:
        """Load an episode as if at this moment; returns the seconds, raises RuntimeError with what was said."""
        return self._run(["python", "-c", LOAD, str(episode), str(warehouse), loaded_at.isoformat()], warehouse)

    def build(self, warehouse: Path, published: Path) -> float:
        """Build and publish; returns the seconds, raises RuntimeError with what was said."""
        options = ["--exclude-resource-type", "unit_test", "--no-write-json"]
        return self._run(["dbt", "--quiet", "build", *options], warehouse, published)

    def _run(self, words: list[str], warehouse: Path, published: Path | None = None) -> float:
        started = time.monotonic()
        named = {"ON_RECORD_WAREHOUSE": str(warehouse)} | ({"ON_RECORD_PUBLISHED": str(published)} if published else {})
        # Else it would import today's modules.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [str(self.home / ".venv" / "bin" / words[0]), *words[1:]]
        done = subprocess.run(
            command, cwd=self.home, env=inherited | named, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{self.commit} failed: {done.stdout[-3000:]}{done.stderr[-2000:]}")
        return time.monotonic() - started


@contextmanager
def old_version(commit: str, folder: Path) -> Iterator[OldVersion]:
    """Check out a commit below a folder and install its lock there, from the package registries; removed at the end.

    Raises:
        RuntimeError: the commit is not in the history of this clone, or its packages could not be installed.

    """
    home = folder / "old"
    _must(["git", "-C", str(ROOT), "worktree", "add", "--quiet", "--detach", str(home), commit], ROOT)
    try:
        _must(["./install.sh", "python"], home)
        yield OldVersion(commit, home)
    finally:
        subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(home)], check=False)


def _must(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} …: {done.stderr[-2000:]}")
