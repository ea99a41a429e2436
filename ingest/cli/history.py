"""The commands about the past: load it from git, and list the days on which something was recorded."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

from common.layout import FIGURES, published_folder, recorded_folder
from ingest.cli.check_verify_load import (
    FINE,
    PROBLEMS,
    changed,
    guard,
    print_left_out,
    print_problems,
    print_still_published,
    read,
    refuse_unprintable,
    still_published,
)
from ingest.cli.output import followed, print_json
from ingest.errors import CannotRunError, counted
from ingest.files import episode_folders, shown_path, warehouse_path
from ingest.history.backfill import History, load_history
from ingest.history.committed import Scope
from ingest.warehouse.load import LoadResult, RefusedError
from ingest.warehouse.load_days import RecordedDay, State, copy_raw, pin, recorded_days
from ingest.warehouse.retract import remove_unfinished


def load_with_history(folders: Sequence[str], as_json: bool, reason: str = "") -> int:
    """Load every committed state of the record and then the files as they are; nothing where those are wrong."""
    refuse_unprintable(reason)
    record, problems = read(folders)
    warehouse, history = warehouse_path(), History()
    if not problems:
        scope = Scope(FIGURES, tuple(episode_folders(folders)) if folders else ())
        try:
            history = load_history(
                record, scope, warehouse, partial(followed, what="Loading the history"), reason.strip(), guard(folders)
            )
        except RefusedError as refused:
            problems = refused.problems
    if as_json:
        answer = {"warehouse": shown_path(warehouse), "problems": [asdict(problem) for problem in problems]}
        print_json(answer | _as_json(history))
    elif problems:
        print_problems(problems, "; nothing was loaded")
    else:
        _print_history(history)
        print_left_out(record)
        print_still_published(still_published(record, warehouse, history.working))
    return PROBLEMS if problems else FINE


def _print_history(history: History) -> None:
    """Say what was loaded on stdout, and what is missing from it on stderr."""
    skipped = [(commit, result.problems) for commit, result in history.states if result.problems]
    if history.oldest:
        print(
            f"This clone is shallow: what was before commit {history.oldest} is missing, and all of it seems added "
            "then. Where that matters: move the warehouse away, git fetch --unshallow, and load again.",
            file=sys.stderr,
        )
    for commit, problems in skipped:
        more = f" (and {counted(len(problems) - 1, 'problem')} more)" if len(problems) > 1 else ""
        print(f"skipped commit {commit}: {problems[0]}{more}", file=sys.stderr)
    states, loaded = counted(len(history.states), "committed state"), [result for _, result in history.states]
    changes = sum(1 for result in loaded if result.load_id)
    print(f"{states}: {counted(changes, 'load')}, {len(skipped)} skipped")
    print(f"the files as they are now: {changed(history.working.counts)}")


def _as_json(history: History) -> dict[str, object]:
    def described(result: LoadResult) -> dict[str, object]:
        problems = [asdict(problem) for problem in result.problems]
        return {"load_id": result.load_id, "counts": result.counts, "problems": problems}

    states = [
        {"commit": commit.commit_id, "committed_at": f"{commit.committed_at.isoformat()}Z"} | described(result)
        for commit, result in history.states
    ]
    oldest = history.oldest.commit_id if history.oldest else None
    return {"states": states, "working": described(history.working), "nothing_known_before_commit": oldest}


@dataclass(frozen=True)
class RecordedOptions:
    """What `on-record recorded` is asked for: only missing days, a copy of raw, days to pin or to let go of."""

    is_missing: bool = False
    copy_to: str | None = None
    pin: Sequence[str] = ()
    unpin: Sequence[str] = ()


def recorded(options: RecordedOptions, as_json: bool) -> int:
    """List the days on which a load changed something, with the publication of each as it then stood."""
    for given, is_pinned in ((options.pin, True), (options.unpin, False)):
        if given:
            pin(warehouse_path(), [_parsed(day) for day in given], is_pinned=is_pinned)
    days = recorded_days(warehouse_path(), published_folder())
    if options.copy_to is not None:
        copy_raw(warehouse_path(), Path(options.copy_to))
        remove_unfinished(recorded_folder(published_folder()))
    # The last day is published by every build: `make build` keeps it there. The newest is the first to be missed.
    shown = [day for day in reversed(days[:-1]) if day.is_missing] if options.is_missing else days
    if as_json:
        print_json({"days": [_day(day) for day in shown]})
    else:
        for day in shown:
            print(day.recorded_on if options.is_missing else f"{day.recorded_on}  {_words(day)}")
    return FINE


def _parsed(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise CannotRunError(f"{day!r} is not a day. Write it as YYYY-MM-DD, such as 2026-11-21.") from None


WORDS = {
    State.PUBLISHED: "published",
    State.PRUNED: "pruned, for it is older than what is kept: make history DAY={day} builds and pins it",
    State.MISSING: "missing: make history builds it",
    State.OTHER_VERSION: "published by another version: make history builds it again",
}


def _words(day: RecordedDay) -> str:
    pinned = ", pinned" if day.is_pinned else ""
    return f"{counted(day.load_count, 'load')}, {WORDS[day.state].format(day=day.recorded_on)}{pinned}"


def _day(day: RecordedDay) -> dict[str, object]:
    return {
        "recorded_on": day.recorded_on.isoformat(),
        "recorded_until_at": f"{day.recorded_until_at.isoformat()}Z",
        "load_count": day.load_count,
        "state": day.state.value,
        "is_pinned": day.is_pinned,
    }
