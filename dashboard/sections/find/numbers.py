"""One number on a line, as its source stated it: what it counts, of whom, where, up to when, and who says so."""

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.components import page_frame
from dashboard.components.selection import Selection
from dashboard.queries.measure import NO_CAUSE
from dashboard.text import formatting, sentences

Row = Mapping[str, Any]


def address(row: Row, path: str, selection: Selection) -> str:
    """Return the address of the view that a figure is the headline of: the scope it is of, on its measure's page."""
    filters = {"place": row["place_id"], "population": row["population_id"], "counting": row["counting"],
               "cause": row["cause_id"] or NO_CAUSE}  # fmt: skip
    return selection.of_record(path, episode=str(row["episode_id"]), **{name: str(each) for name, each in
                                                                      filters.items()})  # fmt: skip


def line(row: Row, paths: Mapping[str, str], selection: Selection) -> Any:
    """Return one figure as a list item; `paths` are the pages of measures by their ids."""
    what = formatting.capitalised(formatting.noun(row))
    path = paths.get(str(row["measure_id"]))
    told = f": {formatting.scope_until(row)}. {formatting.capitalised(sentences.who(row))}."
    number = html.Strong(sentences.said(row))
    return html.Li([
        page_frame.link(what, address(row, path, selection)) if path else what, " ",
        page_frame.link(number, selection.of_record(f"/figure/{row['figure_id']}")), told,
    ])  # fmt: skip
