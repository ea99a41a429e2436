"""The sentence that readers see of a figure's scope, for the desk: the dashboard's own words over tables in memory.

The desk and the dashboard know nothing of each other; the program that starts both hands one to the other here.
"""

from typing import Any


def sentence_of(cursor: Any, figure_id: str) -> str:
    """Return the range of the scope of a figure as the dashboard tells it, to be quoted; nothing where there is none.

    Args:
        cursor: a DuckDB cursor in whose schema main the models of the project lie.
        figure_id: a figure of fct_figures.

    """
    # Here, so that the other commands start without pandas.
    from dashboard.publication import cache  # noqa: PLC0415
    from dashboard.queries import base  # noqa: PLC0415
    from dashboard.text import panels, sentences  # noqa: PLC0415

    scope = "(select scope_id || measure_id from fct_figures where figure_id = $figure_id)"
    bound = {"figure_id": figure_id, "known_on": _far()}
    figures = cache.records(cache.frame(cursor, f"{base.FIGURES} where f.scope_id || f.measure_id = {scope}", bound))
    ranges = f"{base.RANGES} where f.valid_to_on is null and f.scope_id || f.measure_id = {scope}"
    found = panels.group(figures, cache.records(cache.frame(cursor, ranges, {"figure_id": figure_id})))
    told = [panel for panel in found if not panel.is_share]
    if not told or told[0].range is None:
        return ""
    ((known_until_on,),) = cursor.execute("select known_until_on from build").fetchall()
    return sentences.headline(told[:1], known_until_on, str(figures[0]["measure_name"]))


def _far() -> Any:
    from datetime import date  # noqa: PLC0415

    return date.max
