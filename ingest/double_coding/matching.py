"""Which figure of the second reader is which of the first: both coded the same document, under ids of their own.

Figures can only be the same where document and paragraph are, and where one phrase is or holds the other, or the
numbers are equal. What agrees in phrase, number, measure, population and source is joined first. Among all ways of
joining the rest one to one, the way with the most agreement is taken: phrase counts 2 where equal and 1 where one holds
the other, the other four 1 each; where several ways are equally good, the one that keeps the order of the files.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from ingest.record.table import Row

Pairs = list[tuple[Row, Row]]
SAME_COLUMNS = ("measure_id", "population_id", "source_id")


def likeness(first: Row, second: Row) -> int:
    """Return how many of the five properties agree, 0 where the two cannot be one figure; 6 at most."""
    one, other = _phrase(first), _phrase(second)
    phrase = 2 if one == other else 1 if _holds(one, other) or _holds(other, one) else 0
    number = int(_number(first) == _number(second))
    if not phrase and not number:
        return 0
    return phrase + number + sum(first.text(name) == second.text(name) for name in SAME_COLUMNS)


def best_pairs(first: Sequence[Row], second: Sequence[Row]) -> Pairs:
    """Return the pairs of the same figure, each row in one at most, in the order of the first file."""
    places = _grouped(second, _place)
    pairs: Pairs = []
    for place, rows in _grouped(first, _place).items():
        pairs += _best_of_paragraph(rows, places.get(place, []))
    return sorted(pairs, key=lambda pair: pair[0].line)


def _best_of_paragraph(first: Sequence[Row], second: Sequence[Row]) -> Pairs:
    """Join what agrees in everything, which is by far the most, then the rest in the best way."""
    pairs: Pairs = []
    alike = _grouped(second, _everything)
    left: list[Row] = []
    for row in first:
        others = alike.get(_everything(row))
        if others:
            pairs.append((row, others.pop(0)))
        else:
            left.append(row)
    taken = {id(other) for _, other in pairs}
    return pairs + _heaviest(left, [row for row in second if id(row) not in taken])


def _heaviest(first: Sequence[Row], second: Sequence[Row]) -> Pairs:
    weights = {(i, j): likeness(one, other) for i, one in enumerate(first) for j, other in enumerate(second)}
    edges = [(i, j, weight) for (i, j), weight in weights.items() if weight]
    if not edges:
        return []
    # Here, so that a record read once is checked without it.
    import networkx  # noqa: PLC0415

    graph = networkx.Graph()
    # One unit of likeness outweighs every shift of order together.
    unit = (len(first) + len(second)) ** 2
    graph.add_weighted_edges_from((("first", i), ("second", j), weight * unit - abs(i - j)) for i, j, weight in edges)
    found = [sorted(edge) for edge in networkx.max_weight_matching(graph)]
    return [(first[i], second[j]) for (_, i), (_, j) in found]


def _grouped(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> dict[Hashable, list[Row]]:
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _place(row: Row) -> Hashable:
    return row.text("document_id"), row.whole("paragraph")


def _everything(row: Row) -> Hashable:
    return (_phrase(row), _number(row), *(row.text(name) for name in SAME_COLUMNS))


def _phrase(row: Row) -> str:
    return " ".join((row.text("phrase") or "").casefold().split())


def _number(row: Row) -> Hashable:
    """Return value, low and high; the hedge where none of them is there, as with dozens."""
    numbers = tuple(row.number(name) for name in ("value", "low", "high"))
    return numbers if any(number is not None for number in numbers) else row.text("hedge_id")


def _holds(longer: str, shorter: str) -> bool:
    return bool(shorter) and f" {shorter} " in f" {longer} "
