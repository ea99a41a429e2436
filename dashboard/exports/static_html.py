"""The same components as plain HTML: without JavaScript, until Dash is there, and within its page. All escaped."""

import json
import re
from collections.abc import Collection
from functools import partial
from html import escape
from typing import Any

from dash.development.base_component import Component
from markdown_it import MarkdownIt

from dashboard.formats.registry import FORMATS

# What needs the browser's own program to be of use, and what stands for it elsewhere on the page.
NOTHING = ("Graph", "Store", "Input", "Button", "Location", "Tooltip")
# Of these, what has its place on the page before it is of use.
PLACES = {
    "Graph": '<div{told} class="dash-graph"><div style="height:{height}px"></div></div>',
    "Input": '<div class="dash-input-container">'
             '<input{told} type="range" min="{min}" max="{max}" value="{value}" disabled></div>',
    "Button": "<button{told}{off}>{inside}</button>",
}  # fmt: skip
VOID = ("br", "hr", "img")
ATTRIBUTES = {
    "className": "class", "htmlFor": "for", "colSpan": "colspan", "href": "href", "role": "role", "scope": "scope",
    "title": "title", "id": "id", "target": "target", "rel": "rel", "type": "type", "tabIndex": "tabindex",
    "src": "src", "alt": "alt", "style": "style",
}  # fmt: skip
# Pages beside those of measures that have a plain form.
PAGES = re.compile(r"/(sources|checks|about|(figure|place|dataset)/[^/?#]+)?$")
# The id of a figure may hold a dot; what ends like one of our files is that file.
FILES = re.compile(rf"\.({'|'.join((*FORMATS, 'html'))})$")
# HTML in Markdown stays text.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def href_of(href: str, measures: Collection[str] = ()) -> str:
    """Return where a link leads without JavaScript: pages of ours to their plain form, everything else as it is.

    `measures` are the paths of the pages of measures.
    """
    path, mark, query = href.partition("?")
    if path not in measures and (not PAGES.fullmatch(path) or FILES.search(path)):
        return href
    return f"{'/index' if path == '/' else path}.html{mark}{query}"


def _attributes(props: dict[str, Any], *, is_live: bool, measures: Collection[str] = ()) -> str:
    found = []
    for name, value in props.items():
        if name == "open" and value:
            found.append("open")
        if name == "style" and isinstance(value, dict):
            value = ";".join(f"{key}:{each}" for key, each in value.items())  # noqa: PLW2901 — the same style
        if name == "id" and isinstance(value, dict) and is_live:
            # As Dash spells it.
            value = json.dumps(value, sort_keys=True, separators=(",", ":"))  # noqa: PLW2901 — the same id
        if not isinstance(value, str | int) or isinstance(value, bool) or not value:
            continue
        if name.startswith(("aria-", "data-")) or name in ATTRIBUTES:
            text = href_of(str(value), measures) if name == "href" and not is_live else str(value)
            found.append(f'{ATTRIBUTES.get(name, name)}="{escape(text)}"')
    return "".join(f" {each}" for each in found)


def _place(kind: str, props: dict[str, Any], *, has_program: bool) -> str:
    """Return what keeps the place of a part that only the browser's own program can bring to life."""
    off = "" if has_program else " disabled"
    told = _attributes(props, is_live=True)
    height = ((props.get("figure") or {}).get("layout") or {}).get("height", 0)
    inside = rendered(props.get("children"), is_live=True)
    scale = {name: int(props.get(name) or 0) for name in ("min", "max", "value") if kind == "Input"}
    return PLACES.get(kind, "").format(told=told, height=height, inside=inside, off=off, **scale)


def rendered(part: Any, *, is_live: bool = False, measures: Collection[str] = (), has_program: bool = False) -> str:
    """Return a component, a list of them or a text as HTML; what is hidden on the page is left out.

    `is_live` is for a page that Dash will take over: links lead to live pages, charts and buttons have their places.
    `measures` are the paths of the pages of measures. `has_program` is for a part of a page that Dash has taken over:
    its buttons work.
    """
    deeper = partial(rendered, is_live=is_live, measures=measures, has_program=has_program)
    if isinstance(part, list | tuple):
        return "".join(map(deeper, part))
    if not isinstance(part, Component):
        return "" if part is None else escape(str(part))
    told = part.to_plotly_json()  # type: ignore[no-untyped-call]
    kind, props = told["type"], told["props"]
    if props.get("hidden"):
        return ""
    if kind in NOTHING:
        return _place(kind, props, has_program=has_program) if is_live else ""
    if kind == "Markdown":
        return f'<div class="prose">{MARKDOWN.render(str(props.get("children") or ""))}</div>'
    tag = "a" if kind == "Link" else kind.lower()
    inside = "" if tag in VOID else deeper(props.get("children"))
    start = f"<{tag}{_attributes(props, is_live=is_live, measures=measures)}>"
    return start if tag in VOID else f"{start}{inside}</{tag}>"


def within_page(part: Any) -> str:
    """Return a part of a page that Dash has taken over as HTML: links lead to live pages, buttons work."""
    return rendered(part, is_live=True, has_program=True)
