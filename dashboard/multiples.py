"""Small multiples: of all scopes of a room the widest one for each population or place, so that like lies by like."""

from collections.abc import Sequence

from dashboard import words
from dashboard.steps import History


def _is_background(history: History) -> bool:
    """Whether a scope counts since before the episode: the toll of a whole war would flatten every other panel."""
    return bool(history.facet.rows[0]["is_background"])


def _is_single_event(history: History) -> bool:
    """Whether a scope is one of thousands of events of a data set: the first of them is nobody's widest."""
    row = history.facet.rows[0]
    return row["counting"] == "incident" and bool(row.get("release"))


def _order(history: History, number: int) -> tuple[bool, int]:
    """Totals before parts and windows; otherwise as in the room."""
    return (not history.facet.is_whole, number)


def widest(found: Sequence[History], by: str) -> list[History]:
    """Return one history for each population or place (`by`), in the order of the room.

    What counts since before the episode is left out, unless there is nothing else; single events of data sets always.
    """
    chosen: dict[str, tuple[tuple[bool, int], History]] = {}
    counts = [history for history in found if not _is_single_event(history)]
    of_episode = [history for history in counts if not _is_background(history)]
    for number, history in enumerate(of_episode or counts):
        key, order = history.facet.rows[0][f"{by}_id"], _order(history, number)
        if key not in chosen or order < chosen[key][0]:
            chosen[key] = (order, history)
    return [history for _, history in sorted(chosen.values(), key=lambda each: each[0])]


def left_out(found: Sequence[History], shown: Sequence[History], by: str) -> str:
    """Say how many scopes are not drawn, and why: a wider one of the same population or place is, or it is background.

    Nothing where all are drawn.
    """
    older = sum(_is_background(history) for history in found) - sum(_is_background(history) for history in shown)
    events = sum(map(_is_single_event, found))
    older -= sum(_is_single_event(history) and _is_background(history) for history in found)
    wider = len(found) - len(shown) - older - events
    said = [f"{words.plural(wider, 'scope')} not drawn: a wider one of the same {by} is."] if wider else []
    if older:
        said.append(f"{words.plural(older, 'scope')} not drawn, counted since before the episode: see “Over time”.")
    if events:
        said.append(f"{words.plural(events, 'single event')} not drawn: none of them stands for its {by}.")
    return " ".join(said)
