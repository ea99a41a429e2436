"""The command ``compare``: how far two readings agree, where they differ, and what was decided."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from ingest.cli.output import Add, print_json
from ingest.curation.adjudicate import Applied, adjudication_rows, apply_decisions, comparison_of
from ingest.curation.check import Episode, read_record
from ingest.double_coding.adjudication_file import Decision, adjudication_text
from ingest.double_coding.agreement import Agreement
from ingest.double_coding.aided import Group, groups_of
from ingest.double_coding.second_coding import Comparison, Difference, SecondReading, read_second
from ingest.errors import CannotRunError, Problem, counted
from ingest.files import episode_folders, shown_path, unified_diff
from ingest.record.lookups import read_vocabulary
from ingest.record.table import Row

FINE, PROBLEMS = 0, 1

COMPARE = """\
Compare the record with a second coder's reading, figures/<episode>/second/figures.csv: the same columns, every row a
draft, with ids of its own. Where columns came later than both readings it is second/columns.csv: document, paragraph
and phrase of the figures, and the columns read anew, which alone are compared. Prints for each column in how many pairs
both readers say the same, in percent and as Krippendorff's alpha; how many figures one reader alone found; and every
difference, with file and line of both.

Figures are joined where document and paragraph are the same and one phrase is or holds the other, or the numbers are
equal: first what agrees in phrase, number, measure, population and source, then the rest in the one-to-one way with
the most agreement. Alpha is nominal for ids, closed lists and phrases (an empty cell is an answer), ratio for numbers
and interval for days (an empty cell is a missing one). It is not defined where nothing varies.

To settle the differences: --adjudication FILE writes one row a difference; write first, second or other into
decision (with decided_value for other) and what settled it into reason; put the file into
figures/<episode>/second/adjudication.csv; --apply writes what was decided into figures.csv. From then on check and
load hold figures.csv, both readings and the decisions to each other. A file that is there is never overwritten; what
was decided already is taken over into a new one. Agreement is that of the readings before anything was decided.

Exit code 1 while a difference is not decided."""
EXAMPLES = (
    "on-record compare figures/aleppo-2024",
    "on-record compare figures/aleppo-2024 --adjudication figures/aleppo-2024/second/adjudication.csv",
    "on-record compare figures/aleppo-2024 --apply --dry-run",
)


def register(add: Add) -> None:
    """Add the command to the command line."""
    command = add("compare", "compare two readings of the record, and settle them", COMPARE, True, EXAMPLES)
    command.add_argument("--adjudication", metavar="FILE", help="write one row a difference into a new file")
    command.add_argument("--apply", action="store_true", help="write what was decided into figures.csv")
    command.add_argument("--dry-run", action="store_true", help="with --apply: show the change and change nothing")
    command.set_defaults(run=_compare)


def _compare(chosen: argparse.Namespace) -> int:
    folders = episode_folders(chosen.folders)
    vocabulary = read_vocabulary()
    seconds = {folder: second for folder in folders if (second := read_second(folder, vocabulary))}
    if not seconds:
        raise CannotRunError("There is no second reading: it is figures/<episode>/second/figures.csv.")
    if (chosen.apply or chosen.adjudication) and len(seconds) > 1:
        raise CannotRunError("Several episodes have a second reading; name one, such as figures/aleppo-2024.")
    if chosen.apply:
        return _apply(folders, next(iter(seconds)), chosen)
    # Of the problems only those that keep a reading from being read: that the two differ is no problem here.
    record, _ = read_record(list(seconds))
    problems = [p for each in record.episodes for p in each.figures.problems + seconds[each.folder].problems]
    if problems:
        return _tell_problems(problems, "nothing was compared", chosen.json)
    compared = [
        (each, seconds[each.folder], *comparison_of(each, seconds[each.folder], vocabulary)) for each in record.episodes
    ]
    if chosen.adjudication:
        _write_adjudication(Path(chosen.adjudication), compared[0][2], compared[0][3])
    if chosen.json:
        print_json({"episodes": [_summary(*each) for each in compared]})
    else:
        for each in compared:
            _print_comparison(*each)
    return PROBLEMS if any(_open(comparison, decisions) for _, _, comparison, decisions in compared) else FINE


def _open(comparison: Comparison, decisions: Sequence[Decision]) -> list[Difference]:
    decided = {each.key for each in decisions}
    return [each for each in comparison.differences if each.key not in decided]


def _write_adjudication(path: Path, comparison: Comparison, decisions: Sequence[Decision]) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(adjudication_text(adjudication_rows(comparison, decisions)))
    except FileExistsError:
        raise CannotRunError(f"{path} is there already and may hold decisions; name another file.") from None
    except OSError as error:
        raise CannotRunError(f"{path} cannot be written: {error.strerror or error}.") from error


def _apply(folders: Sequence[Path], folder: Path, chosen: argparse.Namespace) -> int:
    applied = apply_decisions(folders, folder, datetime.now(UTC).date(), chosen.dry_run)
    if applied.problems:
        return _tell_problems(applied.problems, "nothing was changed", chosen.json)
    if chosen.json:
        changes = [{"id": figure_id, **asdict(change)} for figure_id, change in applied.changes]
        is_written = applied.after != applied.before and not chosen.dry_run
        print_json({"changes": changes, "added": applied.added, "is_written": is_written, "problems": []})
        return FINE
    _print_applied(applied, chosen.dry_run)
    return FINE


def _print_applied(applied: Applied, is_dry_run: bool) -> None:
    for figure_id, change in applied.changes:
        print(f"{figure_id} {change.column}: {change.old or 'empty'} → {change.new or 'empty'}")
    for figure_id in applied.added:
        print(f"{figure_id} added, as a draft")
    if applied.after == applied.before:
        print("figures.csv says all that was decided; nothing was changed.")
    elif is_dry_run:
        print(unified_diff(shown_path(applied.path), applied.before, applied.after), end="")


def _tell_problems(problems: Sequence[Problem], remark: str, as_json: bool) -> int:
    if as_json:
        print_json({"problems": [asdict(problem) for problem in problems]})
    else:
        for problem in problems:
            print(problem)
        sys.stdout.flush()
        print(f"{counted(len(problems), 'problem')}; {remark}", file=sys.stderr)
    return PROBLEMS


def _print_comparison(
    episode: Episode, second: SecondReading, comparison: Comparison, decisions: Sequence[Decision]
) -> None:
    if second.is_of_some_columns:
        told = f"{second.figures.file} reads some columns alone, of phrases that were given"
        print(f"{told}: that both found the same figures says nothing.")
    print(f"{episode.episode_id}: {counted(len(comparison.pairs), 'figure')} found by both readers, ", end="")
    print(f"{len(comparison.only_first)} by the first only, {len(comparison.only_second)} by the second only")
    print(f"\n{'column':20}{'level':10}{'pairs':>6}{'equal':>7}{'agreement':>11}  alpha")
    for each in comparison.agreements:
        print(_line(each))
    for group in groups_of(episode.folder, episode.figures.rows, second, read_vocabulary()):
        print(_group_line(group))
    undecided = {each.key for each in _open(comparison, decisions)}
    print(f"\n{counted(len(comparison.differences), 'difference')}, {len(undecided)} not decided")
    taken = {each.key: each.described("decision") for each in decisions}
    for difference in comparison.differences:
        state = f"  decided {taken[difference.key]}" if difference.key in taken else ""
        print(f"{_place(difference.first)} {_place(difference.second)} {_words(difference)}{state}")
    if len(decisions) < len(second.decisions):
        lost = counted(len(second.decisions) - len(decisions), "row")
        print(f"{lost} of adjudication.csv not decided or out of date: `check` says which", file=sys.stderr)


def _group_line(group: Group) -> str:
    """Return the agreement of aided or unaided second readings in a line."""
    equal = "–" if group.agreement_pct is None else f"{_shy(group.agreement_pct, 100, 1)} %"
    return (
        f"{group.name} second readings ({counted(group.document_count, 'document')}): {group.pair_count} in both, "
        f"{group.alone_count} in one alone, {equal} of cells equal"
    )


def _line(each: Agreement) -> str:
    percent = "–" if each.agreement_pct is None else f"{_shy(each.agreement_pct, 100, 1)} %"
    alpha = each.remark if each.alpha is None else _shy(each.alpha, 1, 3)
    return f"{each.column:20}{each.level:10}{each.pair_count:6,}{each.equal_count:7,}{percent:>11}  {alpha}"


def _shy(number: float, whole: int, digits: int) -> str:
    """Return a rounded number that does not read as the whole where it falls short of it."""
    falls_short = number < whole - 1e-12 and round(number, digits) == whole
    return f">{whole - 10**-digits:.{digits}f}" if falls_short else f"{number:.{digits}f}"


def _words(difference: Difference) -> str:
    if not difference.second:
        return f"figure_id: {difference.first_text} by the first reader only"
    if not difference.first:
        return f"figure_id: {difference.second_text} by the second reader only"
    return f"{difference.column}: {difference.first_text or 'empty'} | {difference.second_text or 'empty'}"


def _place(row: Row | None) -> str:
    return f"{row.file}:{row.line}" if row else "–"


def _summary(
    episode: Episode, second: SecondReading, comparison: Comparison, decisions: Sequence[Decision]
) -> dict[str, object]:
    taken = {each.key: each.described("decision") for each in decisions}
    return {
        "episode": episode.episode_id,
        "second": second.figures.file,
        "pairs": len(comparison.pairs),
        "only_first": len(comparison.only_first),
        "only_second": len(comparison.only_second),
        "groups": [asdict(each) for each in groups_of(episode.folder, episode.figures.rows, second, read_vocabulary())],
        "agreements": [asdict(each) | {"agreement_pct": each.agreement_pct} for each in comparison.agreements],
        "differences": [
            {
                "figure_id": each.key[0],
                "second_id": each.key[1],
                "column": each.column,
                "first": each.first_text,
                "second": each.second_text,
                "first_place": _place(each.first),
                "second_place": _place(each.second),
                "decision": taken.get(each.key),
            }
            for each in comparison.differences
        ],
    }
