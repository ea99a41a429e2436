"""Rules across rows: a figure and its document, a part and its total, a tree that goes in a circle, one event twice."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ingest.errors import Problem, did_you_mean, quoted
from ingest.record.lookups import COUNTED, Vocabulary
from ingest.record.table import Row, TableRows

# The fixpoint over parts and totals (docs/method.md, rule 10) runs six rounds, one for each level.
DEEPEST_NESTING = 6
COUNTED_ALIKE = ("measure_id", "population_id", "place_id")
OF_AN_INCIDENT = (*COUNTED_ALIKE, "period_start_on", "period_end_on", "incident_id")


def document_problems(figures: Sequence[Row], documents: TableRows) -> Iterator[Problem]:
    """Every figure's document is in documents.csv and was published no earlier than the source reported."""
    known = _by_key(documents.rows, "document_id")
    is_complete = bool(known) and all(row.knows("document_id") for row in documents.rows)
    is_complete = is_complete or not (documents.rows or documents.problems)
    for row in figures:
        document_id = row.text("document_id")
        if document_id is None:
            continue
        if document_id in known:
            yield from _published_after_report(row, known[document_id])
        elif is_complete:
            hint = did_you_mean(document_id, known)
            yield row.problem("document_id", f"{quoted(document_id)} is not in documents.csv{hint}")


def _published_after_report(row: Row, document: Row) -> Iterator[Problem]:
    reported_on, published_on = row.day("reported_on"), document.day("published_on")
    if reported_on and published_on and reported_on > published_on:
        yield row.problem("reported_on", f"{reported_on} is after its document was published ({published_on})")


def part_problems(figures: Sequence[Row], vocabulary: Vocabulary) -> list[Problem]:
    """Judge every ``part_of``: it names another figure of the same document and source, in no circle, not too deep."""
    known = _by_key(figures, "figure_id")
    is_complete = all(row.knows("figure_id") for row in figures)
    problems: list[Problem] = []
    sound: dict[str, str] = {}  # figure_id -> part_of, where the pair itself is in order
    for row in figures:
        part, total_id = row.text("figure_id"), row.text("part_of")
        if part is None or total_id is None:
            continue
        total = known.get(total_id)
        if total is None and not is_complete:
            continue
        found = list(_pair_problems(row, total, total_id, known, vocabulary))
        problems += found
        if total is not None and total_id != part and known[part] is row:
            sound[part] = total_id
    return problems + list(circles("part_of", sound, known)) + list(_too_deep(sound, known))


def _pair_problems(
    row: Row, total: Row | None, total_id: str, known: Mapping[str, Row], vocabulary: Vocabulary
) -> Iterator[Problem]:
    """Yield at most one problem of the reference, and one of the values."""
    if total is None:
        yield row.problem("part_of", f"{quoted(total_id)} is not in figures.csv{did_you_mean(total_id, known)}")
    elif total_id == row.text("figure_id"):
        yield row.problem("part_of", "names the figure itself")
    elif _differ(row, total, "document_id"):
        yield row.problem("part_of", f"{total_id} is a figure of another document ({total.text('document_id')})")
    elif _differ(row, total, "source_id"):
        yield row.problem("part_of", f"{total_id} is stated by another source ({total.text('source_id')})")
    elif _kinds_differ(row, total):
        kinds = " and ".join(each.text("kind") or "count" for each in (row, total))
        message = f"{total_id} is a number of another kind ({kinds}), and bounds nothing of this one"
        yield row.problem("part_of", message)
    elif total.text("hedge_id") == "share":
        yield row.problem("part_of", f"{total_id} is a share, and a share is no total")
    elif _counts_something_else(row, total, vocabulary):
        measures = f"{total.text('measure_id')}, and {row.text('measure_id')} is no part of that"
        yield row.problem("part_of", f"{total_id} counts {measures}")
    else:
        yield from _part_is_not_larger(row, total, vocabulary)


def _differ(row: Row, total: Row, name: str) -> bool:
    return row.knows(name) and total.knows(name) and row.text(name) != total.text(name)


def _kinds_differ(row: Row, total: Row) -> bool:
    """Whether one of the two is an estimate that the other does not share, a share of people aside."""
    if row.text("hedge_id") == "share" or not (row.knows("kind") and total.knows("kind")):
        return False
    kinds = [each.text("kind") or "count" for each in (row, total)]
    return len({"count" if kind in COUNTED else kind for kind in kinds}) > 1


def _counts_something_else(row: Row, total: Row, vocabulary: Vocabulary) -> bool:
    part_measure, total_measure = row.text("measure_id"), total.text("measure_id")
    return bool(part_measure and total_measure) and not vocabulary.is_within_measure(
        part_measure or "", total_measure or ""
    )


def _part_is_not_larger(row: Row, total: Row, vocabulary: Vocabulary) -> Iterator[Problem]:
    if row.text("hedge_id") != "exact" or total.text("hedge_id") != "exact":
        return
    units = [vocabulary.unit_of_measure.get(each.text("measure_id") or "") for each in (row, total)]
    part_value, total_value = row.number("value"), total.number("value")
    if units[0] == units[1] and part_value is not None and total_value is not None and part_value > total_value:
        yield row.problem("value", f"{part_value} is more than its total {total.text('figure_id')} ({total_value})")


def circles(column: str, above: Mapping[str, str], known: Mapping[str, Row]) -> Iterator[Problem]:
    """Name each circle of a tree once, at the cell of this column in the row that comes first in the file.

    ``above`` gives for the id of a row the id that its cell names, ``known`` the row.
    """
    settled: set[str] = set()
    for start in above:
        path: list[str] = []
        row_id = start
        while row_id in above and row_id not in settled and row_id not in path:
            path.append(row_id)
            row_id = above[row_id]
        if row_id in path:
            circle = path[path.index(row_id) :]
            first = min(circle, key=lambda each: known[each].line)
            turn = circle.index(first)
            names = " → ".join([*circle[turn:], *circle[:turn], first])
            yield known[first].problem(column, f"goes in a circle: {names}")
        settled.update(path)


def _too_deep(part_of: Mapping[str, str], known: Mapping[str, Row]) -> Iterator[Problem]:
    """Name the figures at the first level below the deepest; those further down follow from them."""
    for start in part_of:
        depth, figure_id = 0, start
        while figure_id in part_of and depth <= DEEPEST_NESTING + 1:
            depth, figure_id = depth + 1, part_of[figure_id]
        if depth == DEEPEST_NESTING + 1:
            message = f"is part of a part {depth} deep; at most {DEEPEST_NESTING} levels are read"
            yield known[start].problem("part_of", message)


def incident_warnings(figures: Sequence[Row]) -> Iterator[Problem]:
    """Name each toll of an incident without an id beside one with an id, of one measure, population, place and day.

    The one with an id is counted by the event, the other by place and day, so they never meet although both may tell of
    one event. It is no problem: there may have been two events.
    """
    named: dict[tuple[str | None, ...], list[Row]] = {}
    unnamed: list[tuple[tuple[str | None, ...], Row]] = []
    for row in figures:
        if row.text("counting") != "incident" or row.text("status") == "withdrawn" or not row.knows(*OF_AN_INCIDENT):
            continue
        what = tuple(row.text(name) for name in COUNTED_ALIKE)
        if row.text("incident_id"):
            named.setdefault(what, []).append(row)
        else:
            unnamed.append((what, row))
    for what, row in unnamed:
        other = next((each for each in named.get(what, ()) if _share_a_day(row, each)), None)
        if other:
            yield row.problem("incident_id", _same_event(row, other))


def _days(row: Row) -> tuple[date, date] | None:
    first = row.day("period_start_on")
    return (first, row.day("period_end_on") or first) if first else None


def _share_a_day(row: Row, other: Row) -> bool:
    mine, theirs = _days(row), _days(other)
    return bool(mine and theirs and mine[0] <= theirs[1] and theirs[0] <= mine[1])


def _same_event(row: Row, other: Row) -> str:
    counted = " and ".join(str(row.text(name)) for name in ("measure_id", "population_id"))
    return (
        f"is empty, and {other.text('figure_id')} counts {counted} in the same place on the same day for the event "
        f"{other.text('incident_id')}: where both tell of one event, name it here too"
    )


# A scope is named by these (method, rule 1): by the first alone where an event is named too.
OF_ANY_SCOPE = ("measure_id", "population_id", "verification", "kind", "incident_id")
OF_NO_EVENT = ("place_id", "cause_id", "actor_id", "counting", "place_role", "period_start_on", "period_end_on")


def part_warnings(figures: Sequence[Row]) -> Iterator[Problem]:
    """Name each part that counts the very same as its total: nothing tells what it counts, so it enters no range."""
    known = _by_key(figures, "figure_id")
    for row in figures:
        total = known.get(row.text("part_of") or "")
        if total is None or row.text("hedge_id") == "share" or row.text("status") == "withdrawn":
            continue
        names = OF_ANY_SCOPE if row.text("incident_id") else (*OF_ANY_SCOPE, *OF_NO_EVENT)
        if all(row.text(name) == total.text(name) for name in names):
            yield row.problem(
                "part_of",
                f"{total.text('figure_id')} counts the very same, so that this number enters "
                "no range: say what tells the part from it, such as its population or place",
            )


def _by_key(rows: Sequence[Row], name: str) -> dict[str, Row]:
    """Return the first row of each id; later ones are reported as repeated."""
    known: dict[str, Row] = {}
    for row in rows:
        key = row.text(name)
        if key is not None:
            known.setdefault(key, row)
    return known


def review_warnings(figures: Sequence[Row], today: date) -> Iterator[Problem]:
    """Name what is restricted and unexplained, and what was to be looked at again by now."""
    for row in figures:
        review_on = row.day("review_on")
        if row.text("visibility") == "restricted" and row.text("sensitivity") is None:
            yield row.problem("sensitivity", "is empty: say how sensitive the restricted figure is, and why")
        if review_on and review_on < today:
            yield row.problem("review_on", f"{review_on} is past: look at the figure again")


def side_problems(episode_id: str, figures: Sequence[Row], vocabulary: Vocabulary) -> Iterator[Problem]:
    """Sides belong to an episode: who fights on one in another war is not counted in this one without being named."""
    for row in figures:
        for dimension in ("population", "actor"):
            word = row.text(f"{dimension}_id")
            if word and (objection := vocabulary.side_objection(dimension, word, episode_id)):
                yield row.problem(f"{dimension}_id", objection)
