"""Small multiples: of all scopes of a room the widest one for each population or place, so that like lies by like."""

from collections.abc import Sequence

from dashboard import words
from dashboard.steps import History


def _order(history: History, number: int) -> tuple[bool, bool, int]:
    """Totals before parts and windows, tolls of an earlier war last; otherwise as in the room."""
    facet = history.facet
    return (facet.rows[0]["is_background"], not facet.is_whole, number)


def widest(found: Sequence[History], by: str) -> list[History]:
    """Return one history for each population or place (`by`), in the order of the room."""
    chosen: dict[str, tuple[tuple[bool, bool, int], History]] = {}
    for number, history in enumerate(found):
        key, order = history.facet.rows[0][f"{by}_id"], _order(history, number)
        if key not in chosen or order < chosen[key][0]:
            chosen[key] = (order, history)
    return [history for _, history in sorted(chosen.values(), key=lambda each: each[0])]


def left_out(found: Sequence[History], shown: Sequence[History], by: str) -> str:
    """Say how many scopes are not drawn since a wider one of the same population or place is; nothing where all are."""
    missing = len(found) - len(shown)
    return f"{words.plural(missing, 'scope')} not drawn: a wider one of the same {by} is." if missing else ""
