"""The answer to a SQL question as HTML: an `Answer` in, markup out. Every text that is not ours is escaped."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from dashboard import wording
from dashboard.charts.answers import answer_chart
from dashboard.formats.registry import FORMATS
from dashboard.formats.table import is_number_type
from dashboard.sql.engine import Answer
from dashboard.text import datasets

LONGEST_TYPE = 40
CUT = {
    "rows": "Only the first {rows} rows are shown; add a limit or a where, or take the file, which holds more.",
    "bytes": "Only the first {rows} rows are shown, since the answer is long; ask for fewer columns, or take the file.",
}


def _text(value: Any) -> Markup:
    """One value as a cell shows it; null is said, so that it is not taken for an empty text."""
    if value is None:
        return Markup('<span class="sql-null">null</span>')
    return escape(str(value).lower() if isinstance(value, bool) else str(value))


def _row(values: list[Any], columns: list[tuple[str, str]]) -> Markup:
    """One row; each cell carries its column's name for the phone layout, which also undoes the roles of a table."""
    cells = Markup("").join(
        Markup('<td role="cell" data-label="{}"{}>{}</td>').format(
            name, Markup(' class="number"') if is_number_type(kind) else "", _text(value)
        )
        for value, (name, kind) in zip(values, columns, strict=True)
    )
    return Markup('<tr role="row">{}</tr>').format(cells)


def _table(answer: Answer, caption: str) -> Markup:
    """Return the rows as a table in a box that scrolls by itself and can be reached by keyboard."""
    heads = Markup("").join(
        Markup('<th role="columnheader" scope="col"{}>{} <small>{}</small></th>').format(
            Markup(' class="number"') if is_number_type(kind) else "",
            name,
            kind.replace('"', "")[:LONGEST_TYPE].lower(),
        )
        for name, kind in answer.columns
    )
    rows = Markup("").join(_row(row, answer.columns) for row in answer.rows)
    return Markup(
        '<div class="sql-scroll" tabindex="0" role="region" aria-label="The answer">'
        '<table role="table" class="sql-table"><caption>{}</caption>'
        '<thead role="rowgroup"><tr role="row">{}</tr></thead><tbody role="rowgroup">{}</tbody>'
        "</table></div>"
    ).format(caption, heads, rows)


def _files(sql: str, day: str) -> Markup:
    """Return links to the answer as files."""
    asked = urlencode({"q": sql} | ({"recorded_on": day} if day else {}), quote_via=quote)
    links = Markup(" · ").join(
        Markup('<a href="/sql/result.{}?{}">{}</a>').format(form, asked, label)
        for form, label in ({name: each.label for name, each in FORMATS.items()} | {"html": "plain page"}).items()
    )
    return Markup('<p class="sql-files">The answer as a file: {}</p>').format(links)


def _plan(answer: Answer) -> Markup | None:
    """Return the plan of an EXPLAIN as it is drawn, or None where the answer is no plan."""
    if [name for name, _ in answer.columns] != ["explain_key", "explain_value"]:
        return None
    return Markup("").join(Markup('<pre tabindex="0">{}</pre>').format(row[1]) for row in answer.rows)


def _chart(answer: Answer, scheme: str) -> Markup:
    """Return what the page draws the answer from, where its columns make a chart; the table says the same in words."""
    figure = answer_chart(answer.columns, answer.rows, scheme) if scheme and not answer.cut_by else None
    if figure is None:
        return Markup("")
    return Markup('<div id="sql-figure" hidden data-figure="{}"></div>').format(json.dumps(figure))


def _credit(attributions: str) -> Markup:
    """Return the lines that say under which licence the answer is, and whom to credit where data sets are published."""
    licence = Markup('<p class="muted">Licence: {}.</p>').format(datasets.LICENCE["name"])
    told = "This publication holds data sets. Where figures of theirs are in the answer, credit: "
    credit = Markup('<p class="muted credit">{}{}</p>').format(told, attributions) if attributions else Markup("")
    return licence + credit


def result(answer: Answer, sql: str, day: str = "", attributions: str = "", scheme: str = "") -> str:
    """Return the table with what it leaves out, or the sentence that says why there is none.

    `day` is the day as recorded on as the address says it, for the links to the answer as files, `attributions` are
    those of the data sets in the publication. `scheme`, light or dark, is that of a page that can draw.
    """
    if answer.kind:
        detail = Markup('<pre tabindex="0">{}</pre>').format(answer.detail) if answer.detail else ""
        told = answer.sentence or "There is nothing to ask yet."
        return str(Markup('<div class="sql-problem"><p>{}</p>{}</div>').format(told, detail))
    caption = f"{wording.plural(len(answer.rows), 'row')} in {answer.seconds:.2f} seconds."
    cut = CUT[answer.cut_by].format(rows=f"{len(answer.rows):,}") if answer.cut_by else ""
    note = Markup('<p class="sql-cut">{}</p>').format(cut) if cut else ""
    body = _plan(answer) or _table(answer, caption)
    chart = _chart(answer, scheme)
    return str(Markup("{}{}{}{}{}").format(note, chart, body, _files(sql, day), _credit(attributions)))
