"""Sentences to quote: the words, where they come from, and a button that copies both (assets/copy.js)."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import wording
from dashboard.charts import marks
from dashboard.components.parts import aria
from dashboard.text import as_of, datasets, formatting


def publication(build: formatting.Row) -> str:
    """Name one publication, so that a reader can find it again: its time and the first characters of its id."""
    return f"publication {str(build['build_id'])[:8]} of {formatting.moment(build['published_at'])}"


def citation(what: str, known_on: Any, build: formatting.Row) -> str:
    """Return how to cite what is known of something, such as an episode, on a day."""
    return f"On Record, {what}, {as_of.known(known_on, build)} ({publication(build)})."


def credited(
    what: str, known_on: Any, build: formatting.Row, due: Sequence[Mapping[str, Any]] = (), outlines: str = ""
) -> str:
    """Return the citation of what leaves the site, a file or a picture: with its licence and whom to credit.

    `outlines`: where those of a map come from.
    """
    parts = [citation(what, known_on, build), f"{datasets.LICENCE['name']}.", datasets.credit(due), outlines]
    return " ".join(part for part in parts if part)


def figure_citation(row: formatting.Row, build: formatting.Row) -> str:
    """Return how to cite one figure: who said it, in which words, read where and when."""
    inferred = ", date inferred" if row["published_on_basis"] == "inferred" else ""
    relay = " (relayed)" if row["is_relay"] else ""
    return (
        f"{row['source_name'] or row['source_id']}{relay}, “{row['phrase']}”, in: {marks.document(row)}, "
        f"{wording.day(row['published_on'])}{inferred}, {datasets.place_read(row)}."
        f"{datasets.cited(row)} On Record, figure {row['figure_id']}{as_of.words_of(build)} "
        f"({publication(build)})."
    )


def copy_button(text: str, what: str) -> Any:
    """Return a button that puts `text` on the clipboard; `what` names it for those who hear the page."""
    data: dict[str, Any] = {"data-copy": text}
    return html.Button("Copy", type="button", className="copy", **data, **aria(label=f"Copy {what}"))


def quote(sentence: str, source: str, what: str) -> Any:
    """Return a sentence with its citation below, and a button that copies both."""
    return html.Figure([
        html.Blockquote(html.P(sentence)),
        html.Figcaption([html.Span(source), " ", copy_button(f"{sentence} ({source})", what)]),
    ], className="quote")  # fmt: skip
