"""Readers in processes of their own, for as long as a trial lasts; and many publications made fast for them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from stage import HERE, require

from ingest.publication import NAME, WRITING, prepare_folder, prune_folder, put_in_place


@dataclass
class Reading:
    """The counts of all readers, there once they have been stopped."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("answers", "errors", "mixtures"), 0))
    publications: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, told: dict[str, Any]) -> None:
        """Add what one process of readers says."""
        for name in self.counts:
            self.counts[name] += told[name]
        self.publications = max(self.publications, told["publications"])
        self.wrong += told["first_errors"] + told["first_mixtures"]


@contextlib.contextmanager
def reading(folder: Path, crowd: dict[str, list[int]], rest: float = 0.02) -> Iterator[Reading]:
    """Have readers read ``folder`` meanwhile: by kind (served, plain), the number of threads of each process.

    Raises TrialFailedError at the end where any reader saw an error or a mixture, or where none had an answer.
    """
    command = [sys.executable, str(HERE / "reader_process.py"), str(folder)]
    pipe, result = subprocess.PIPE, Reading()
    processes = [
        subprocess.Popen([*command, kind, str(threads), str(rest)], stdin=pipe, stdout=pipe, text=True)
        for kind, sizes in crowd.items()
        for threads in sizes
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            require(process.stdout.readline() == "ready\n", "readers did not start")
        yield result
    finally:
        for process in processes:
            told, _ = process.communicate()
            result.add(json.loads(told))
    require(not result.wrong, f"readers saw: {result.wrong}")
    require(result.counts["answers"] > 0, "no reader had an answer, so nothing was looked at")


def publish_small(folder: Path, marker: int) -> Path:
    """Publish as the macro does, a publication of a few tables that all carry the marker."""
    place = Path(prepare_folder(str(folder)))
    published_at = datetime.now(UTC).replace(tzinfo=None)
    path = place / (published_at.strftime(NAME) + WRITING)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as p (storage_version 'v1.5.0')")
        count = 100 + marker % 17
        connection.execute(f"create table p.fct_figures as select {marker} as value_stated from range({count})")
        connection.execute(f"create table p.fct_reports as select {marker} as value_stated from range(10)")
        connection.execute(
            f"create table p.build as select 'b-{marker}' as build_id, {count} as figure_count, $at as loaded_at, "
            "$at as published_at",
            {"at": published_at},
        )
        connection.execute("detach p")
    final = Path(put_in_place(str(path)))
    prune_folder(str(place))
    return final


def many_publications(folder: Path, publications: int, crowd: dict[str, list[int]], rest: float = 0.05) -> Reading:
    """Publish so many times under the eyes of the crowd; every reader must see whole publications only."""
    publish_small(folder, 0)
    with reading(folder, crowd, rest) as result:
        for marker in range(1, publications + 1):
            publish_small(folder, marker)
            time.sleep(0.02)
        time.sleep(2 * rest)
    require(result.publications > publications // 2, f"only {result.publications} publications were seen")
    return result
