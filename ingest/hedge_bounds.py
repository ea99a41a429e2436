"""How wide a hedge reads a number, by seeds/hedges.csv: the same arithmetic as the model int_readings.

Here only to refuse a figure whose bounds would cross before it reaches the warehouse.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

SWITCH = 1000
"""From here on the narrower percentage applies (Ferson et al. 2015)."""

Bounds = tuple[Decimal | None, Decimal | None]


def bounds(hedge: Mapping[str, str], value: Decimal | None) -> Bounds:
    """Return the lowest and highest reading of a number in people, strikes or attacks; None is open."""
    return _bound(hedge, "low", value, ROUND_FLOOR), _bound(hedge, "high", value, ROUND_CEILING)


def _bound(hedge: Mapping[str, str], side: str, value: Decimal | None, rounding: str) -> Decimal | None:
    if hedge.get(f"{side}_fixed"):
        return Decimal(hedge[f"{side}_fixed"])
    if hedge.get(f"{side}_basis") == "open" or value is None or not hedge.get(f"{side}_offset"):
        return None
    percent = hedge[f"{side}_pct_from_1000"] if value >= SWITCH else hedge[f"{side}_pct"]
    widened = value * (100 + Decimal(percent)) / 100
    return widened.to_integral_value(rounding=rounding) + Decimal(hedge[f"{side}_offset"])
