"""SIGKILL of backup, restore, unpublish and the copy that history is built in: nothing lost, no copy left behind.

A restore and an unpublish take publications away, which readers must never see by chance: they have a place of their
own, a copy of the stage's warehouse and publications, as it is at that moment.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fault_tools import modes
from fault_trials import DAY, Counts, refused
from stage import Durations, Raw, Stage, outcome_of, require, write_record

from ingest.warehouse.backup import is_complete

WORKING = "**/.on-record-*"
SIGHTS: dict[str, tuple[str | None, ...]] = {
    "backup": (None, "kept/.on-record-backup-*", "kept/.on-record-backup-*/warehouse.duckdb", "kept/*.tar.gz"),
    "restore": (None, ".on-record-restore-*", ".on-record-restore-*/ours/warehouse.duckdb",
                ".on-record-restore-*/ours/published", "end"),
    "unpublish": (None, "end"),
    "copy": (None, "past/.on-record-history-*/past.duckdb", "end"),
}  # fmt: skip


class AwayTrials:
    """The trials on copies of one stage; ``backup_of`` is what the warehouse held when its backup was made."""

    backup_of: Raw

    def __init__(self, stage: Stage, moment: Callable[[str, str | None], dict[str, Any]], durations: Durations) -> None:
        self.stage, self.moment, self.durations = stage, moment, durations
        self.file, self.kept = stage.folder / "b.tar.gz", stage.folder / "kept"
        self.place = stage.folder / "away"
        self.trials: dict[str, Callable[[str | None], str]] = {
            "backup": self.backup, "restore": self.restore, "unpublish": self.retract_publications, "copy": self.copy,
        }  # fmt: skip

    def begin(self) -> None:
        """Make the backup that is restored; measure how long each step takes."""
        stage = self.stage
        self.durations["backup"] = stage.must(stage.run("backup", file=str(self.file))).seconds
        self.backup_of = stage.raw()
        self.names = {path.name for path in stage.published.rglob("[0-9]*.duckdb")}
        self._copy_stage()
        self.durations["restore"] = stage.must(self._away("restore", file=str(self.file))).seconds
        self.durations["unpublish"] = stage.must(self._away("unpublish", folder=self._restricted())).seconds
        self.durations["copy"] = stage.must(stage.run("copy", file=str(self._past()))).seconds

    def _copy_stage(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()
        shutil.copy(self.stage.warehouse, self.place / "warehouse.duckdb")
        for path in sorted(self.stage.published.rglob("[0-9]*.duckdb")):
            target = self.place / "published" / path.relative_to(self.stage.published)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)

    def _away(self, what: str, **order: Any) -> Any:
        places = {"warehouse": str(self.place / "warehouse.duckdb"), "published": str(self.place / "published")}
        return self.stage.run(what, **places, **order)

    def _published(self) -> set[str]:
        found = sorted((self.place / "published").rglob("[0-9]*.duckdb"))
        for path in found:
            require(is_complete(path), f"{path.name} is there in part")
        return {path.name for path in found}

    def require_nothing_left(self, folder: Path) -> None:
        """Require that no command has left a folder in which it worked."""
        left = [path.relative_to(folder).as_posix() for path in folder.glob(WORKING)]
        require(not left, f"left behind: {left}")

    def backup(self, sight: str | None) -> str:
        """Kill a backup: there is none or a whole one, and the next one clears away what it left."""
        file = self.kept / "killed.tar.gz"
        shutil.rmtree(self.kept, ignore_errors=True)
        before = self.stage.raw()
        done = self.stage.run("backup", file=str(file), **self.moment("backup", sight))
        is_whole = file.exists()
        require(self.stage.raw() == before, "a backup changed the warehouse")
        if is_whole:
            self.stage.must(self._away("rehearse", file=str(file)))
        again = self.stage.must(self.stage.run("backup", file=str(self.kept / "next.tar.gz")))
        self.durations.learn("backup", again, is_whole=False)
        self.require_nothing_left(self.stage.folder)
        self.stage.must(self._away("rehearse", file=str(self.kept / "next.tar.gz")))
        return outcome_of(done, is_whole)

    def restore(self, sight: str | None) -> str:
        """Kill a restore: the warehouse is that of before or of the backup, every publication is whole."""
        self._copy_stage()
        warehouse = self.place / "warehouse.duckdb"
        before = self.stage.raw(warehouse)
        done = self._away("restore", file=str(self.file), **self.moment("restore", sight))
        after = self.stage.raw(warehouse)
        require(after in (before, self.backup_of), f"half a restore: {after}")
        is_whole = self._published() == self.names and after == self.backup_of
        again = self.stage.must(self._away("restore", file=str(self.file)))
        self.durations.learn("restore", again, is_whole)
        require(self.stage.raw(warehouse) == self.backup_of, "the restore after the kill is not the backup")
        require(self._published() == self.names, "the publications are not those of the backup")
        self.require_nothing_left(self.place)
        return outcome_of(done, is_whole)

    def _restricted(self) -> str:
        return str(write_record(self.stage.folder / "restricted", 1, visibility="restricted"))

    def retract_publications(self, sight: str | None) -> str:
        """Kill an unpublish: what is still there is whole, and the next one takes it out."""
        self._copy_stage()
        order = {"folder": self._restricted()}
        done = self._away("unpublish", **order, **self.moment("unpublish", sight))
        is_whole = not self._published()
        self.durations.learn("unpublish", self.stage.must(self._away("unpublish", **order)), is_whole)
        require(not self._published(), "what is restricted is still published")
        self.require_nothing_left(self.place)
        return outcome_of(done, is_whole)

    def _past(self) -> Path:
        shutil.rmtree(self.stage.folder / "past", ignore_errors=True)
        return self.stage.folder / "past" / "past.duckdb"

    def copy(self, sight: str | None) -> str:
        """Kill the copy in which the past is built: there is none or a whole one."""
        past = self._past()
        done = self.stage.run("copy", file=str(past), **self.moment("copy", sight))
        is_whole = past.exists()
        require(not is_whole or self.stage.raw(past) == self.stage.raw(), "the copy is not the warehouse")
        self.durations.learn("copy", self.stage.must(self.stage.run("copy", file=str(past))), is_whole=False)
        require(self.stage.raw(past) == self.stage.raw(), "the copy after the kill is not the warehouse")
        self.require_nothing_left(self.stage.folder)
        return outcome_of(done, is_whole)

    def read_only_folders(self) -> Counts:
        """Nobody may write beside the warehouse and the publications: what only reads works, the rest says why not."""
        stage, counts, there = self.stage, Counter[str](), self.kept / "plain.tar.gz"
        self._copy_stage()
        stage.must(stage.run("backup", file=str(self.file)))
        shutil.rmtree(self.kept, ignore_errors=True)
        self.kept.mkdir()
        warehouse, published = self.place / "warehouse.duckdb", self.place / "published"
        with modes({self.place: 0o555, published: 0o555, published / "recorded": 0o555, warehouse: 0o444}):
            stage.must(self._away("backup", file=str(there), is_plain=True))
            stage.must(self._away("rehearse", file=str(there), is_plain=True))
            counts["done"] += 2
            refused(self._away("restore", file=str(there), is_plain=True), "could not be restored.*Permission denied")
            order = {"folder": self._restricted(), "is_plain": True}
            refused(self._away("unpublish", **order), "cannot be removed: Permission denied")
            counts["refused"] += 2
        there.unlink()
        with modes({self.kept: 0o555}):
            refused(self._away("backup", file=str(there), is_plain=True), "could not be written: .*Permission denied")
            counts["refused"] += 1
        require(
            self._published() == {path.name for path in stage.published.rglob("[0-9]*.duckdb")}, "something is gone"
        )
        self.file.unlink()
        for folder in (self.place, self.kept):
            self.require_nothing_left(folder)
        return counts

    def clock_set_back(self) -> Counts:
        """Backup, restore and copy depend on no clock: what they hold says when it was loaded."""
        self._copy_stage()
        before = self.stage.raw()
        self.stage.must(self._away("backup", file=str(self.file), clock=-10 * DAY))
        self.stage.must(self._away("restore", file=str(self.file), clock=-10 * DAY))
        self.stage.must(self._away("copy", file=str(self._past()), clock=-10 * DAY))
        require(self.stage.raw(self.place / "warehouse.duckdb") == before, "the restore is not what was backed up")
        refused(self._away("load", folder=self._restricted(), clock=-10 * DAY), "clock says .* set the clock")
        self.file.unlink()
        return Counter({"done": 3, "refused": 1})
