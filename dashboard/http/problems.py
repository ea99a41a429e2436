"""Refusals as a reader gets them: a page of one sentence, or the JSON of RFC 9457."""

from flask import Response, render_template, request
from markupsafe import Markup

from dashboard.text import json as text_json

TYPE = "text/html; charset=utf-8"
PAGE = Markup(
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>On Record: {title}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><link rel="icon" href="/_favicon.ico">'
    '<link rel="stylesheet" href="/assets/style.css">'
    '<link rel="stylesheet" href="/assets/sql.css"></head><body><header class="top">'
    '<a class="name" href="/">On Record</a></header><main id="main"><h1>{title}</h1>{body}</main></body></html>'
)


def whole_page(title: str, body: str) -> str:
    """Return a page that needs no JavaScript around a part of HTML of ours."""
    return str(PAGE.format(title=title, body=Markup(body)))  # noqa: S704 — made by the functions below


def sentence(text: str) -> str:
    """Return a sentence as a paragraph."""
    return str(Markup('<p class="headline">{}</p>').format(text))


# Seconds after which to ask again: where others were asking too much, and where something must be done first.
RETRY_AFTER, LATER = 5, 60


def refusal(sentence: str, status: int, title: str, *, wait: int = LATER) -> Response:
    """Return a sentence as problem+json, or as a page where a page was asked for; a 503 says when to ask again."""
    if request.path.endswith(".html"):
        text = render_template("refusal.html", title=title, sentence=sentence)
        response = Response(text, status, content_type=TYPE)
    else:
        problem = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        response = Response(text_json.as_json(problem), status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = str(wait)
    return response
