"""How far two readings agree, column by column: in percent, and by Krippendorff's alpha.

Alpha is 1 minus the disagreement observed over the disagreement that chance would give (Krippendorff 2019, Content
Analysis, 4th ed., chapter 12; computed by the package krippendorff). How far two answers lie apart depends on the
column: ids, closed lists and phrases are the same or not (nominal), days lie so many days apart (interval), and numbers
of people differ by their proportion (ratio), so that 10 against 20 weighs more than 1,010 against 1,020.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from ingest.record.columns import FIGURES, Column
from ingest.record.values import Value

if TYPE_CHECKING:
    import numpy as np

Level = Literal["nominal", "interval", "ratio"]

# Pairs are made by document and paragraph; the others say how the work stands, or why, and not what was read.
NOT_COMPARED = frozenset(
    {
        "figure_id",
        "document_id",
        "paragraph",
        "status",
        "retracted_on",
        "sensitivity_reason",
        "review_on",
        "coded_on",
        "checked_on",
        "note",
    }
)
COMPARED: tuple[Column, ...] = tuple(column for column in FIGURES.columns if column.name not in NOT_COMPARED)
# The package takes pairs × values² cells of 8 bytes, several times over: 3,000 different phrases would be 200 GB.
MOST_CELLS = 2_000_000
NO_PAIRS, NO_VARIATION = "not defined: no pairs", "not defined: no variation"


@dataclass(frozen=True)
class Agreement:
    """One column: how many pairs said anything, in how many both said the same, and alpha or why it has none.

    ``alpha_pair_count`` counts the pairs that alpha is of. An empty cell of ids and lists is an answer (no cause
    stated), so there it is all of them; an empty number or day is a missing one, so there it is those with two.
    """

    column: str
    level: Level
    pair_count: int
    equal_count: int
    alpha_pair_count: int
    alpha: float | None
    remark: str = ""

    @property
    def agreement_pct(self) -> float | None:
        """Pairs that say the same, of those in which either reader wrote anything, 0 to 100."""
        return 100 * self.equal_count / self.pair_count if self.pair_count else None


def level_of(column: Column) -> Level:
    """Return how answers in this column are told apart."""
    return "interval" if column.kind == "day" else "ratio" if column.kind == "number" else "nominal"


def agreement_of(column: Column, first: Sequence[Value | None], second: Sequence[Value | None]) -> Agreement:
    """Compare what both readers wrote into one column, pair by pair; None is an empty cell."""
    level = level_of(column)
    said = [(one, other) for one, other in zip(first, second, strict=True) if (one, other) != (None, None)]
    equal = sum(one == other for one, other in said)
    if level == "nominal":
        judged = [
            ("" if one is None else one, "" if other is None else other)
            for one, other in zip(first, second, strict=True)
        ]
    else:
        judged = [(one, other) for one, other in said if one is not None and other is not None]
    alpha = krippendorffs_alpha([[one for one, _ in judged], [other for _, other in judged]], level)
    remark = "" if alpha is not None else NO_VARIATION if judged else NO_PAIRS
    return Agreement(column.name, level, len(said), equal, len(judged), alpha, remark)


def krippendorffs_alpha(readings: Sequence[Sequence[Value | None]], level: Level) -> float | None:
    """Return alpha over readings of the same units, one sequence a reader; None is no reading of that unit.

    None where it is not defined: no unit was read twice, or all readings are one and the same.
    """
    # Here, so that check and load start without NumPy.
    import krippendorff  # noqa: PLC0415

    units = [unit for unit in zip(*readings, strict=True) if sum(value is not None for value in unit) > 1]
    domain = sorted({str(value) for unit in units for value in unit if value is not None})
    if len(domain) < 2:
        return None
    codes = {text: float(number) for number, text in enumerate(domain)}
    nan = float("nan")
    numbers = [
        [nan if value is None else codes[str(value)] if level == "nominal" else _number(value) for value in unit]
        for unit in units
    ]
    if len({number for unit in numbers for number in unit if number == number}) < 2:  # noqa: PLR0124
        return None  # 300 and 300.0
    if len(units) * len(domain) ** 2 > MOST_CELLS and len(readings) == 2:
        return alpha_of_many(numbers, level)
    table = [list(reading) for reading in zip(*numbers, strict=True)]
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement=level))


def alpha_of_many(pairs: Sequence[Sequence[float]], level: Level) -> float:
    """Return alpha of two readings with none missing, in memory that grows with the pairs and not with their cube.

    One minus the mean disagreement within pairs over that between any two of all readings (the same chapter).
    """
    import numpy as np  # noqa: PLC0415

    table = np.asarray(pairs, dtype=float)
    within = _apart(table[:, 0], table[:, 1], level).mean()
    values, counts = np.unique(table, return_counts=True)
    total = sum((counts * _apart(values, value, level)).sum() * n for value, n in zip(values, counts, strict=True))
    return float(1 - within / (total / (table.size * (table.size - 1))))


def _apart(one: "np.ndarray", other: "np.ndarray | float", level: Level) -> "np.ndarray":
    """Return the squared difference of each two readings, by level; nothing lies between zero and zero."""
    import numpy as np  # noqa: PLC0415

    if level == "nominal":
        return np.asarray(one != other, dtype=float)
    span = one - other
    whole = np.where(one + other == 0, 1, one + other) if level == "ratio" else 1
    return np.asarray((span / whole) ** 2)


def _number(value: Value) -> float:
    return float(value.toordinal()) if isinstance(value, date) else float(Decimal(value))
