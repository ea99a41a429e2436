"""How our record changed and what is corrected, in words: rows of queries/history.py in, components out. Pure."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import wording
from dashboard.components import page_frame
from dashboard.components.parts import elsewhere
from dashboard.components.selection import Selection
from dashboard.text import formatting
from dashboard.text.changes import change, value

TITLE, CORRECTED = "How our record of this figure changed", "Corrections to the published data"
STATUS = {
    "open": "not reported to the producer yet",
    "reported": "reported to the producer",
    "fixed_upstream": "fixed by the producer since",
}


def _line(row: formatting.Row) -> Any:
    return html.Li(f"{formatting.moment(row['loaded_at'])}: {change(row)}.".replace("..", "."))


def correction(row: formatting.Row) -> Any:
    """Return one correction: what is published, what is right, why, how far it has come, and where it is said."""
    column = str(row["column_name"]).replace("_", " ")
    status = STATUS.get(row["status"], str(row["status"]))
    said = (
        f"{row['dataset_id']}, row {row['row_key']}, {column}: published {value(row['value_published'])}, right is "
        f"{value(row['value_corrected'])}. {str(row['reason'] or '').rstrip('.')}. Status: {status}."
    )
    return html.Li([said.replace(". .", "."), *([" ", elsewhere(row["url"], row["url"])] if row["url"] else [])])


def sections(row: formatting.Row, heading: Any = html.H2) -> list[Any]:
    """Return a section for the changes and one for the corrections of a figure; none where there is nothing to say.

    `row` has the keys of queries_revisions.of_figure, or neither.
    """
    parts: list[Any] = []
    if row.get("corrections"):
        items = html.Ul([correction(each) for each in row["corrections"]], className="findings")
        parts.append(html.Section([heading(CORRECTED), items], className="corrections"))
    if row.get("revisions"):
        items = html.Ul([_line(each) for each in row["revisions"]], className="findings")
        parts.append(html.Section([heading(TITLE), items], className="revisions"))
    return parts


def _what(row: formatting.Row, selection: Selection) -> list[Any]:
    """Return which figure or document a change is of; a figure that can be looked at is a link."""
    if row["record_table"] == "documents":
        return [f"document {row['document_id']}: "]
    figure = page_frame.figure_link(selection, row["figure_id"]) if row["is_there"] else row["figure_id"]
    return ["figure ", figure, ": "]


def latest(rows: Sequence[formatting.Row], selection: Selection) -> Any:
    """Return the latest changes of our record as a list, latest first."""
    return html.Ul([html.Li(_latest(row, selection)) for row in rows], className="findings")


def _latest(row: formatting.Row, selection: Selection) -> list[Any]:
    when = f"{formatting.moment(row['loaded_at'])}: "
    if row["change"] != "added":
        return [when, *_what(row, selection), f"{change(row)}.".replace("..", ".")]
    counts = {"figure": row["figure_count"], "document": row["document_count"]}
    told = " and ".join(wording.plural(count, noun) for noun, count in counts.items() if count)
    return [when, f"{told} added."]
