"""The project's own documentation on a page: docs/method.md and docs/codebook.md, long tables folded."""

import re
from pathlib import Path
from typing import Any

from dash import dcc, html

from common.layout import ROOT
from dashboard import wording

DOCS = ROOT / "docs"
LONG = 8
TABLE = re.compile(r"((?:^\|.*(?:\n|$))+)", flags=re.MULTILINE)
# A word of the text that names another page of the docs becomes a place on this page.
ELSEWHERE = re.compile(r"\]\((method|codebook)\.md\)")
CELL = re.compile(r"(?<!\\)\|")


def read(name: str, folder: Path = DOCS) -> str | None:
    """Return the text of docs/<name>.md, or None where the docs are not installed beside the dashboard."""
    try:
        return (folder / f"{name}.md").read_text(encoding="utf-8")
    except OSError:
        return None


def sections(text: str, mark: str) -> list[tuple[str, str]]:
    """Cut a text at its headings of one level (`## `): pairs of a heading and what follows, the first without one."""
    pieces = re.split(rf"^{mark} (.+)$", text, flags=re.MULTILINE)
    return [("", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]


def prose(text: str) -> Any:
    """Return Markdown as it is, its headings two levels down, below those of the page. HTML in it stays text."""
    deeper = re.sub(r"^(#+) ", r"##\1 ", ELSEWHERE.sub(r"](#\1)", text), flags=re.MULTILINE)
    return dcc.Markdown(deeper.strip(), className="prose")


def _cells(line: str) -> list[str]:
    """Cut one line of a table into its cells; code marks and escapes go, since cells are shown as text."""
    inside = CELL.split(line.strip())[1:-1]
    return [re.sub(r"[`*]", "", cell).replace("\\|", "|").strip() for cell in inside]


def table(text: str, name: str) -> Any:
    """Return a Markdown table as a table of ours, which a phone can show; folded where it is long."""
    head, _, *lines = [_cells(line) for line in text.strip().splitlines()]
    labels: list[dict[str, Any]] = [{"data-label": column} for column in head]
    rows = [
        html.Tr(
            [html.Td(cell, role="cell", **label) for cell, label in zip(line, labels, strict=False)], role="row"
        )
        for line in lines
    ]  # fmt: skip
    top = html.Tr([html.Th(column, scope="col", role="columnheader") for column in head], role="row")
    parts = [html.Thead(top, role="rowgroup"), html.Tbody(rows, role="rowgroup")]
    drawn = html.Table([html.Caption(name), *parts], role="table", className="plain doc")
    if len(lines) <= LONG:
        return drawn
    return html.Details([html.Summary(f"{name} ({wording.plural(len(lines), 'row')})"), drawn])


def rendered(text: str, name: str) -> list[Any]:
    """Return a stretch of Markdown: tables as tables, everything between as prose. `name` names the tables."""
    pieces = [piece for piece in TABLE.split(text) if piece.strip()]
    return [table(piece, name) if piece.startswith("|") else prose(piece) for piece in pieces]


def method(text: str) -> list[Any]:
    """Return docs/method.md, a section a heading; its title is the page's business."""
    parts: list[Any] = []
    for heading, body in sections(re.sub(r"^# .+$", "", text, count=1, flags=re.MULTILINE), "##"):
        parts += [html.H3(heading, id=re.sub(r"\W+", "-", heading.lower()))] if heading else []
        parts += rendered(body, heading or "Method")
    return parts


def codebook(text: str) -> list[Any]:
    """Return docs/codebook.md, every table and list folded under its name."""
    parts: list[Any] = []
    for heading, body in sections(re.sub(r"^# .+$", "", text, count=1, flags=re.MULTILINE), "##"):
        parts += [html.H3(heading)] if heading else []
        for name, inside in sections(body, "###"):
            if name:
                parts.append(html.Details([html.Summary(name), *_folded(inside, name)], id=f"table-{name}"))
            elif inside.strip():
                parts += rendered(inside, heading)
    return parts


def _folded(text: str, name: str) -> list[Any]:
    """Return what is folded already: its tables are not folded once more."""
    pieces = [piece for piece in TABLE.split(text) if piece.strip()]
    found = [table(piece, name) if piece.startswith("|") else prose(piece) for piece in pieces]
    return [part.children[1] if isinstance(part, html.Details) else part for part in found]
