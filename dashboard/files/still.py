"""The same components as plain HTML: what a page shows to a reader without JavaScript. Every text is escaped."""

import re
from html import escape
from typing import Any

from dash.development.base_component import Component
from markdown_it import MarkdownIt

# What needs the browser's own program to be of use, and what stands for it elsewhere on the page.
NOTHING = ("Graph", "Store", "Input", "Button", "Location", "Tooltip")
VOID = ("br", "hr", "img")
ATTRIBUTES = {
    "className": "class", "htmlFor": "for", "colSpan": "colspan", "href": "href", "role": "role", "scope": "scope",
    "title": "title", "id": "id", "target": "target", "rel": "rel",
}  # fmt: skip
PAGES = re.compile(
    r"/(deaths|injuries|displaced|airstrikes|attacks|killed-or-injured|sources|checks|about|figure/[^/?#]+)?$"
)
# The id of a figure may hold a dot; what ends like one of our files is that file.
FILES = re.compile(r"\.(csv|json|parquet|xlsx|metadata|html)$")
# HTML in Markdown stays text.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def href_of(href: str) -> str:
    """Return where a link leads without JavaScript: pages of ours to their plain form, everything else as it is."""
    path, mark, query = href.partition("?")
    if not PAGES.fullmatch(path) or FILES.search(path):
        return href
    return f"{'/index' if path == '/' else path}.html{mark}{query}"


def _attributes(props: dict[str, Any]) -> str:
    found = []
    for name, value in props.items():
        if name == "open" and value:
            found.append("open")
        if not isinstance(value, str | int) or isinstance(value, bool) or not value:
            continue
        if name.startswith(("aria-", "data-")) or name in ATTRIBUTES:
            text = href_of(str(value)) if name == "href" else str(value)
            found.append(f'{ATTRIBUTES.get(name, name)}="{escape(text)}"')
    return "".join(f" {each}" for each in found)


def rendered(part: Any) -> str:
    """Return a component, a list of them or a text as HTML; what is hidden on the page is left out."""
    if isinstance(part, list | tuple):
        return "".join(rendered(each) for each in part)
    if not isinstance(part, Component):
        return "" if part is None else escape(str(part))
    told = part.to_plotly_json()  # type: ignore[no-untyped-call]
    kind, props = told["type"], told["props"]
    if kind in NOTHING or props.get("hidden"):
        return ""
    if kind == "Markdown":
        return f'<div class="prose">{MARKDOWN.render(str(props.get("children") or ""))}</div>'
    tag = "a" if kind == "Link" else kind.lower()
    start = f"<{tag}{_attributes(props)}>"
    return start if tag in VOID else f"{start}{rendered(props.get('children'))}</{tag}>"
