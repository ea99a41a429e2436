"""Readers in processes of their own, for as long as a trial lasts; and many publications made fast for them."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import duckdb
from stage import HERE, TrialFailedError, require

from common.contracts import CORE, contracts
from common.layout import publication_name, unfinished
from ingest.warehouse.publish import finish_publication, prepare_folder, prune_folder

# A reader who has seen nothing of a publication for so long will not: no machine is as slow as that.
LONGEST_WAIT_SECONDS = 600


@dataclass
class Reading:
    """What all readers see: the build ids as they come, the counts once they have been stopped."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("answers", "errors", "mixtures"), 0))
    publications: int = 0
    wrong: list[str] = field(default_factory=list)
    news: queue.Queue[str] = field(default_factory=queue.Queue)

    def follow(self, lines: IO[str]) -> None:
        """Take what one process of readers says: a build id a line, and the counts at its end."""
        for line in lines:
            if line.startswith("{"):
                self.add(json.loads(line))
            else:
                self.news.put(line.rstrip("\n"))

    def add(self, told: dict[str, Any]) -> None:
        """Add the counts of one process."""
        for name in self.counts:
            self.counts[name] += told[name]
        self.publications = max(self.publications, told["publications"])
        self.wrong += told["first_errors"] + told["first_mixtures"]

    def wait_for(self, build_id: str = "", readers: int = 1) -> None:
        """Wait until so many readers had an answer from this publication (from any: ""); TrialFailedError if not."""
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while readers:
            try:
                seen = self.news.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise TrialFailedError(f"{readers} readers never saw the publication {build_id}") from None
            readers -= seen == build_id or not build_id


@contextlib.contextmanager
def reading(folder: Path, crowd: dict[str, list[int]], rest: float = 0.02) -> Iterator[Reading]:
    """Have readers read ``folder`` meanwhile: by kind (served, plain), the number of threads of each process.

    Raises TrialFailedError at the end where any reader saw an error or a mixture, or where none had an answer.
    """
    command = [sys.executable, str(HERE / "reader_process.py"), str(folder)]
    pipe, result = subprocess.PIPE, Reading()
    with contextlib.ExitStack() as stack:
        for kind, sizes in crowd.items():
            for threads in sizes:
                told = [*command, kind, str(threads), str(rest)]
                process = stack.enter_context(subprocess.Popen(told, stdin=pipe, stdout=pipe, text=True))
                ear = threading.Thread(target=result.follow, args=(process.stdout,))
                ear.start()
                stack.callback(ear.join)
                assert process.stdin is not None
                stack.callback(process.stdin.close)
        result.wait_for(readers=sum(map(sum, crowd.values())))
        yield result
    require(not result.wrong, f"readers saw: {result.wrong}")
    require(result.counts["answers"] > 0, "no reader had an answer, so nothing was looked at")


def build_id(marker: int) -> str:
    """The id of the small build with this marker."""
    return f"b-{marker}"


def publish_small(folder: Path, marker: int) -> Path:
    """Publish as the macro does, a publication of a few tables that all carry the marker."""
    place = Path(prepare_folder(str(folder)))
    published_at = datetime.now(UTC).replace(tzinfo=None)
    path = unfinished(place / publication_name(published_at))
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as p (storage_version 'v1.5.0')")
        count = 100 + marker % 17
        connection.execute(f"create table p.fct_figures as select {marker} as value_stated from range({count})")
        connection.execute(f"create table p.fct_reports as select {marker} as value_stated from range(10)")
        # What a file must hold to be served, beside what the readers look at.
        for name, key in ((name, next(iter(contracts()[name].columns.items()))) for name in CORE):
            if name in ("fct_figures", "fct_reports"):
                connection.execute(f"alter table p.{name} add column {' '.join(key)}")
            elif name != "build":
                connection.execute(f"create table p.{name} ({' '.join(key)})")
        connection.execute(
            f"create table p.build as select '{build_id(marker)}' as build_id, {count} as figure_count, "
            "$at as loaded_at, $at as published_at",
            {"at": published_at},
        )
        connection.execute("detach p")
    final = Path(finish_publication(str(path)))
    prune_folder(str(place))
    return final


def many_publications(folder: Path, publications: int, crowd: dict[str, list[int]], rest: float = 0.05) -> Reading:
    """Publish so many times under the eyes of the crowd; every reader must see whole publications only.

    Every second publication stays until a reader has seen it and the last until all have; the others go at once.
    """
    publish_small(folder, 0)
    with reading(folder, crowd, rest) as result:
        for marker in range(1, publications + 1):
            publish_small(folder, marker)
            if marker % 2 == 0:
                result.wait_for(build_id(marker))
        publish_small(folder, publications + 1)
        result.wait_for(build_id(publications + 1), readers=sum(map(sum, crowd.values())))
    return result
