"""The three commands: each prints its outcome and returns the exit code."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from common.layout import FIGURES, published_folder
from ingest.cli.output import followed, print_json
from ingest.curation.check import Record, read_record, record_warnings
from ingest.curation.left_out import left_out, sentences
from ingest.curation.verify import Verification, verify_record
from ingest.errors import CannotRunError, NoEpisodeError, Problem, counted
from ingest.files import episode_folders, shown_path, warehouse_path
from ingest.phrases.lexicon_rows import lexicon_problems
from ingest.record.columns import MOST_CHARACTERS
from ingest.record.seed_rules import seed_problems
from ingest.text_checks.characters import first_unseen

if TYPE_CHECKING:
    from ingest.warehouse.load import LoadResult
    from ingest.warehouse.taken_away import Guard

FINE, PROBLEMS = 0, 1


def check(folders: Sequence[str], as_json: bool, against: str | None = None) -> int:
    """Print every problem of the record, or how much of it is in order; and what a person should look at.

    ``against`` is a commit: then also what the record does beside it that a pull request must not do. A warning alone
    is no problem: the exit code is 0.
    """
    record, problems = read(folders)
    if against is not None:
        # Here, so that a plain check needs no git.
        from ingest.history.against import problems_against  # noqa: PLC0415

        only = {episode.episode_id for episode in record.episodes} if folders else set()
        problems = sorted({*problems, *problems_against(record, against, only=only)})
    if not folders:
        # Here, so that a check of one episode starts without DuckDB.
        from ingest.datasets.corrections import read_corrections  # noqa: PLC0415
        from ingest.datasets.restricted_rows import read_restricted_rows  # noqa: PLC0415

        problems = sorted([*problems, *read_corrections().problems, *read_restricted_rows().problems])
    warnings = record_warnings(record)
    if as_json:
        print_json(_summary(record, problems) | {"warnings": [asdict(warning) for warning in warnings]})
        return PROBLEMS if problems else FINE
    for warning in warnings:
        print(replace(warning, message=f"warning: {warning.message}"))
    remark = f", {counted(len(warnings), 'warning')}" if warnings else ""
    if problems:
        print_problems(problems, remark)
    else:
        print(f"{_size(record)}: no problems{remark}")
    return PROBLEMS if problems else FINE


def verify(folders: Sequence[str], documents: str, as_json: bool) -> int:
    """Print that every figure is proved, or each place where the record and a text part ways."""
    texts = Path(documents)
    if not texts.is_dir():
        raise CannotRunError(f"{documents} is not a folder; --documents names the folder with the texts.")
    record, problems = read(folders)
    result = verify_record(record, texts, partial(followed, what="Proving"))
    problems = sorted({*problems, *result.problems})
    counts = {state: result.count(state) for state in ("proved", "wrong", "not_proved", "not_judged")}
    proved = f"{counted(counts['proved'], 'figure')} proved in {counted(result.document_count, 'document')}"
    proved += "".join(f"; {remark} ({counted(count, 'figure')})" for remark, count in result.remarks().items())
    if as_json:
        print_json(_summary(record, problems) | {"states": counts, "proofs": _proofs(result)})
    elif problems:
        print_problems(problems, f"; {proved}, {counts['wrong']} wrong, {counts['not_proved']} not proved")
    else:
        print(proved)
    return PROBLEMS if problems or counts["not_proved"] else FINE


def load(folders: Sequence[str], as_json: bool, reason: str = "") -> int:
    """Check the record and load it; nothing is touched where anything is wrong. The reason is for rows that left."""
    refuse_unprintable(reason)
    record, problems = read_for_load(folders)
    warehouse = warehouse_path()
    load_id, counts, still = None, dict[str, int](), StillPublished()
    if not problems:
        # Here, so that check and verify start without pandas.
        from ingest.warehouse.load import load_record  # noqa: PLC0415

        result = load_record(record, warehouse, reason.strip(), guard=guard(folders))
        load_id, counts, problems = result.load_id, result.counts, result.problems
        if not record.episodes and not any(counts.values()) and not problems:
            raise NoEpisodeError(f"There is no episode folder under {shown_path(FIGURES)}. Nothing was loaded.")
        still = still_published(record, warehouse, result)
    if as_json:
        loaded = {"warehouse": shown_path(warehouse), "load_id": load_id, "counts": counts, **asdict(still)}
        print_json(_summary(record, problems) | loaded | {"left_out": [asdict(each) for each in left_out(record)]})
    elif problems:
        print_problems(problems, "; nothing was loaded")
    else:
        print(changed(counts))
        print_left_out(record)
        print_still_published(still)
    return PROBLEMS if problems else FINE


def print_left_out(record: Record) -> None:
    """Say on stdout how many figures of the record no reader will see, and why."""
    for line in sentences(left_out(record)):
        print(line)


@dataclass(frozen=True)
class StillPublished:
    """What readers still see after a load: files with what is restricted now, figures that left; why nobody knows."""

    still_published: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unknown: str = ""


def still_published(record: Record, warehouse: Path, result: "LoadResult") -> StillPublished:
    """Look, after a load, what the published files hold that the record does not show any more."""
    from ingest.warehouse.retract import retract_publications  # noqa: PLC0415

    published = published_folder()
    left = result.left if any(published.glob("*.duckdb")) else []
    try:
        return StillPublished(retract_publications(record, warehouse, published, is_dry_run=True).removed, left)
    except CannotRunError as reason:
        # The load is done, whoever holds the warehouse or a publication now.
        return StillPublished([], left, str(reason))


def print_still_published(still: StillPublished) -> None:
    """Say on stdout what readers see until something is done, and what to do."""
    if still.still_published:
        files = counted(len(still.still_published), "published file")
        print(
            f"Readers can still see what is restricted now, in {files} ({', '.join(still.still_published)}), until "
            "`make build` is through. To take it out at once: on-record unpublish"
        )
    if still.unknown:
        print(f"Whether published files hold what is restricted now could not be seen: {still.unknown}")
    if still.left:
        print(
            f"Left the record: {', '.join(still.left)}. Readers see it until `make build`, then as withdrawn, and on "
            "the days recorded before as it was. What nobody may see goes back into its file, visibility restricted."
        )


def read(folders: Sequence[str]) -> tuple[Record, list[Problem]]:
    """Read and check the record of these folders and the lookups it names, with a bar where that is long."""
    record, problems = read_record(episode_folders(folders), progress=partial(followed, what="Reading"))
    return record, sorted({*problems, *seed_problems(), *lexicon_problems()})


def read_for_load(folders: Sequence[str]) -> tuple[Record, list[Problem]]:
    """Read and check the record; where its last folder is gone, an empty one, so that the load says what would go."""
    try:
        return read(folders)
    except NoEpisodeError:
        if not warehouse_path().is_file():
            raise
        return Record([]), []


def guard(folders: Sequence[str]) -> "Guard":
    """Return what a load of these folders may not take away without a reason: of all of them, whole episodes too."""
    from ingest.warehouse.taken_away import Guard  # noqa: PLC0415

    return Guard(None if folders else shown_path(FIGURES))


def refuse_unprintable(reason: str) -> None:
    """A reason becomes part of a note that readers see: one line of it, and nothing hidden in it."""
    if first_unseen(reason):
        raise CannotRunError("--reason must be one line of text, without control characters. Nothing was loaded.")
    if len(reason) > MOST_CHARACTERS:
        raise CannotRunError(f"--reason has {len(reason):,} characters, and may have {MOST_CHARACTERS:,}.")


def changed(counts: dict[str, int]) -> str:
    """Return what a load did, as one line: added 45, changed 0, unchanged 0, withdrawn 0 figures (…)."""
    figures, documents = (_changes(counts, table) for table in ("figures", "documents"))
    return f"{figures} figures ({documents} documents)"


def _changes(counts: dict[str, int], table: str) -> str:
    kinds = ("added", "changed", "unchanged", "withdrawn")
    return ", ".join(f"{kind} {counts[f'{table}_{kind}']:,}" for kind in kinds)


def _size(record: Record) -> str:
    documents, figures = counted(record.document_count, "document"), counted(record.figure_count, "figure")
    return f"{counted(len(record.episodes), 'episode')}, {documents}, {figures}"


def print_problems(problems: Sequence[Problem], remark: str = "") -> None:
    """Print the problems on stdout, one a line, and their count on stderr."""
    for problem in problems:
        print(problem)
    sys.stdout.flush()
    print(f"{counted(len(problems), 'problem')}{remark}", file=sys.stderr)


def _summary(record: Record, problems: Sequence[Problem]) -> dict[str, object]:
    return {
        "episodes": [episode.episode_id for episode in record.episodes],
        "documents": record.document_count,
        "figures": record.figure_count,
        "problems": [asdict(problem) for problem in problems],
    }


def _proofs(result: Verification) -> list[dict[str, object]]:
    return [asdict(proof) for proof in result.proofs]
