"""Who states what: a row a source with its days, pairs of sources side by side, and relays. Pure."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from dash import html

from dashboard import wording
from dashboard.charts import marks
from dashboard.components import page_frame, when
from dashboard.components.parts import aria
from dashboard.components.selection import Selection
from dashboard.queries.pages import MOST_FIGURES, MOST_PAIRS
from dashboard.text import formatting

PAIR_HEADS = ("Pair", "One says", "The other says", "How far apart")
KINDS = {"un": "United Nations", "unattributed": "the document’s own voice"}


def name(row: formatting.Row) -> str:
    """Return who states a figure, in words."""
    return str(row.get("speaker_name") or row["voice_name"] or row["voice_id"])


def kind(row: formatting.Row) -> str:
    """Return what kind of source it is, and whether it is a party to the conflict."""
    said = str(row["kind"] or "kind not known")
    return KINDS.get(said, said.replace("_", " ")) + (", a party" if row["is_party"] else "")


def _places(rows: Sequence[formatting.Row]) -> dict[str, str]:
    """Return the id on the page of each source's list of figures, by voice; ids of ours, not of the data."""
    voices = dict.fromkeys(row["voice_id"] for row in rows)
    return {voice: f"source-{number}" for number, voice in enumerate(voices, start=1)}


HEADS = ("Source", "Kind", "First published", "Last published", "Figures", "When")


def summary(rows: Sequence[formatting.Row]) -> Any:
    """Return a row per source of queries_pages.source_days: first day, last day, how many figures, and when."""
    places = _places(rows)
    days = [row["published_on"] for row in rows]
    lines = []
    for voice, group in groupby(rows, key=lambda row: row["voice_id"]):
        told = list(group)
        counts = {row["published_on"]: row["figure_count"] for row in told}
        relays = sum(row["relay_count"] for row in told)
        count = wording.plural(sum(counts.values()), "figure")
        count += f" ({wording.plural(relays, 'relay')})" if relays else ""
        link = html.A(count, href=f"#{places[voice]}", **aria(label=f"{name(told[0])}: {count}"))
        drawn = html.Img(
            src=when.picture(counts, min(days), max(days)), alt=when.in_words(counts), className="when",
        )  # fmt: skip
        first, last = (wording.day(day, short=True) for day in (min(counts), max(counts)))
        lines.append(page_frame.row(HEADS, [name(told[0]), kind(told[0]), first, last, link, drawn]))
    span = f", from {wording.day(min(days))} to {wording.day(max(days))}" if days else ""
    return page_frame.table(f"Figures by who states them, and the days they were published on{span}.", HEADS, lines)


def statements(
    days: Sequence[formatting.Row], figures: Sequence[formatting.Row], counts: Sequence[formatting.Row],
    paths: Mapping[str, str], selection: Selection,
) -> list[Any]:  # fmt: skip
    """Return what each source states, in the order of the summary: a heading a source, a line a figure.

    Where there are more figures than are listed, each source has links to all of its figures instead, measure by
    measure (`counts` are of queries_pages.source_measures, `paths` the pages of measures by id).
    """
    is_cut = len(figures) >= MOST_FIGURES
    said: dict[str, list[formatting.Row]] = {}
    for row in counts if is_cut else figures:
        said.setdefault(row["voice_id"], []).append(row)
    first = {row["voice_id"]: row for row in reversed(days)}
    how = "There are more figures than a page holds: these lead to them, source by source." if is_cut else None
    tell = partial(_of_measure, paths=paths) if is_cut else _statement
    return [
        html.P(how, className="muted") if how else None,
        *(html.Section([
            html.H3(name(first[voice]), id=place, tabIndex="-1"),
            html.Ul([tell(row, selection=selection) for row in said.get(voice, [])]),
        ]) for voice, place in _places(days).items()),
    ]  # fmt: skip


def _of_measure(row: formatting.Row, paths: Mapping[str, str], selection: Selection) -> Any:
    """Return how many figures of a measure a source states, linked to all of them."""
    text = f"{wording.plural(row['figure_count'], 'figure')} of {formatting.noun(row)}"
    path = paths.get(row["measure_id"])
    told = page_frame.link(text, selection.link(path, source=str(row["voice_id"]), tab="table")) if path else text
    return html.Li(told)


def _statement(row: formatting.Row, selection: Selection) -> Any:
    reading = page_frame.figure_link(selection, row["figure_id"], f"“{row['phrase']}”")
    relay = ", a relay" if row["is_relay"] else ""
    when = f"{wording.day(row['published_on'], short=True)}: "
    counts = formatting.scope_until(row, short=True)
    return html.Li([when, reading, f", read as {marks.reading(row)}{relay}. {counts}."])


def distance(row: formatting.Row) -> str:
    """Return how far two readings lie apart, as intervals: the gap, or the numbers that fit both."""
    if row["is_counted_twice"]:
        return f"one count told by both: {formatting.interval(row['common_low'], row['common_high'])}"
    if row["is_disjoint"]:
        if row["is_within_rounding"]:
            return "the same within rounding"
        apart = f"{formatting.interval(row['apart_low'], row['apart_high'])} apart"
        return f"{apart}: they cannot both hold" if row["is_contradiction"] else f"{apart}, counted up to other days"
    if row["common_low"] is None and row["common_high"] is None:
        return "any number fits both"
    return f"both fit {formatting.interval(row['common_low'], row['common_high'])}"


def _reading(row: formatting.Row, which: str, selection: Selection) -> Any:
    """Return what one of a pair says: its reading, linked to the figure, and up to which day it counts."""
    party = ", a party claim" if row[f"{which}_is_party"] else ""
    reading = formatting.interval(row[f"{which}_low"], row[f"{which}_high"])
    day = row[f"{which}_counted_until_on"]
    until = f", up to {wording.day(day, short=True)}" if day else ""
    return [page_frame.figure_link(selection, row[f"{which}_id"], reading), until, party]


def _pair(row: formatting.Row, selection: Selection) -> Any:
    names = f"{row['first_name']} and {row['second_name']}"
    cells = [names, _reading(row, "first", selection), _reading(row, "second", selection), distance(row)]
    return page_frame.row(PAIR_HEADS, cells)


def pairs(rows: Sequence[formatting.Row], selection: Selection) -> list[Any]:
    """Return a table per scope in which several sources stand, of queries_pages.pair_distances."""
    if not rows:
        return [html.P(f"No two sources counted the same, as known on {wording.day(selection.known_on)}.")]
    cut = f"Only the first {len(rows)} pairs are shown. Files have more." if len(rows) >= MOST_PAIRS else None
    tables: list[Any] = [html.P(cut, className="muted")] if cut else []
    for _, group in groupby(rows, key=lambda row: (row["measure_id"], row["scope_id"])):
        found = list(group)
        caption = f"{found[0]['measure_name']}: {formatting.scope(found[0])}"
        tables.append(page_frame.table(caption, PAIR_HEADS, [_pair(row, selection) for row in found]))
    return tables


def relays(rows: Sequence[formatting.Row], selection: Selection) -> list[Any]:
    """Return which documents relay whom: an item per report that several figures tell, the first telling first."""
    if not rows:
        return [html.P("No document relays a statement of another.")]
    return [html.Ul([_relay(list(group), selection) for _, group in groupby(rows, key=lambda row: row["report_id"])])]


def _relay(rows: Sequence[formatting.Row], selection: Selection) -> Any:
    first, *others = rows
    parts: list[Any] = [f"{name(first)}: ", *_told(first, selection), "; relayed: "]
    for at, row in enumerate(others):
        parts += ["; " if at else "", *_told(row, selection)]
    return html.Li([*parts, "."])


def _told(row: formatting.Row, selection: Selection) -> list[Any]:
    phrase = page_frame.figure_link(selection, row["figure_id"], f"“{row['phrase']}”")
    return [phrase, f" in {marks.document(row)}, {wording.day(row['published_on'], short=True)}"]


CHANGE_HEADS = ("Release", "Counts", "Day", "Before", "Now")


def release_changes(
    releases: Sequence[formatting.Row], numbers: Sequence[formatting.Row], selection: Selection
) -> list[Any]:
    """Return what newer releases of data sets changed, as a section; nothing where none has one before it.

    It is the data set that corrects: of the source it tells of nothing is said.
    """
    if not releases:
        return []
    told = [
        html.Li(
            f"{row['title']}, {row['version']} ({wording.day(row['released_on'])}), beside {row['previous_version']}: "
            f"{wording.plural(row['rows_added'], 'row')} added, {row['rows_dropped']:,} dropped, "
            f"{wording.plural(row['numbers_changed'], 'number')} changed."
        )
        for row in releases
    ]
    lines = [
        page_frame.row(CHANGE_HEADS, [
            f"{row['dataset_id']}, {wording.day(row['released_on'], short=True)}",
            f"{row['measure_name']}, {row['population_name']}, {row['place_name']}",
            wording.day(row["counted_until_on"] or row["period_start_on"], short=True),
            page_frame.figure_link(selection, row["previous_figure_id"], f"“{row['previous_phrase']}”"),
            page_frame.figure_link(selection, row["figure_id"], f"“{row['phrase']}”"),
        ])
        for row in numbers
    ]  # fmt: skip
    how = (
        "What a later release says otherwise is a correction by the data set, from the day of that release; the source "
        "it tells of said nothing twice."
    )
    listed = page_frame.table(
        f"Numbers that read otherwise: the {len(lines):,} that changed most.", CHANGE_HEADS, lines
    )
    heading = html.H2("What newer releases changed", id="release-changes")
    inside = [heading, html.P(how, className="muted"), html.Ul(told)]
    return [html.Section([*inside, html.Details([html.Summary("The numbers listed"), listed]) if lines else None])]
