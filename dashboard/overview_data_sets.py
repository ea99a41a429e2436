"""The overview of published data sets: what each release holds, and where to read it. Nothing is added up. Pure."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from dash import html

from dashboard import data_set_words, frame, words
from dashboard.asked import Asked
from dashboard.overview import ROOMS

COUNTED = {
    "cumulative": "running counts",
    "stock": "counts at one time",
    "period": "counts within some days or years",
    "incident": "counts of single events",
}
HOW = (
    "What is loaded, data set by data set. They count unlike things of unlike places and years, so there is no number "
    "of the whole, and nothing here is added up."
)
EMPTY = "No data set had been published by this day."


def _holds(row: words.Row, asked: Asked) -> Any:
    """Return what a release holds of one measure, counted in one way, linked to the room narrowed to it."""
    noun = words.NOUNS.get(row["measure_id"], str(row["measure_id"]))
    text = f"{words.plural(row['figure_count'], 'figure')} of {noun}"
    href = asked.link(ROOMS.get(row["measure_id"], "/sources"), counting=row["counting"], source=row["voice_id"])
    days = words.days(row["first_on"], row["last_on"])
    where = words.plural(row["place_count"], "place")
    return html.Li([frame.link(text, href), f": {COUNTED.get(row['counting'], row['counting'])}, {where}, {days}."])


def card(release: Mapping[str, Any], rows: Sequence[words.Row], asked: Asked) -> Any:
    """Return one release: what it is, what it holds, whom to credit."""
    ended = release["replaced_on"]
    replaced = f" Replaced on {words.day(ended)}." if ended and ended <= asked.known_on else ""
    inferred = " (inferred)" if release["published_on_basis"] == "inferred" else ""
    when = f"Version {release['version']}, published {words.day(release['published_on'])}{inferred}.{replaced}"
    return html.Li([
        html.H2(release["title"]),
        html.P(f"{release['producer']}. {when}"),
        html.Ul([_holds(row, asked) for row in rows]),
        html.P(data_set_words.sentence(release["attribution"]), className="muted"),
    ], className="card")  # fmt: skip


def contents(releases: Mapping[str, Mapping[str, Any]], rows: Sequence[words.Row], asked: Asked) -> list[Any]:
    """Return the list of releases of data sets known on a day; `rows` are of queries_data_sets.contents."""
    held = {document: list(each) for document, each in groupby(rows, key=lambda row: row["document_id"])}
    cards = [card(release, held[document], asked) for document, release in releases.items() if document in held]
    return [
        html.P(HOW, className="muted"),
        html.Ul(cards, className="cards data-sets") if cards else html.P(EMPTY),
    ]
