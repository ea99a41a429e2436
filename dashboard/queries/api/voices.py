"""Who states how many figures, reports and documents: counts of distinct ones under any filter, without their ids.

Which figures are of one report, one voice and one document is read once for each publication (`Ties`): to count a
million different ids for every request takes DuckDB a second and a hundred megabytes, to count flags a moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from dashboard.publication.cache import Cursor, kept, made, rows
from dashboard.queries.api import orders
from dashboard.queries.api.bases import Counted, Wanted
from dashboard.queries.api.masks import codes
from dashboard.queries.api.orders import FIGURES, Flags, Numbers, Places
from dashboard.queries.api.parts import STANDING, chosen, told
from dashboard.queries.names import names

COLUMNS = (
    "voice_id", "source_id", "voice_name", "source_name", "kind", "publisher", "document_id", "is_party",
    "figure_count", "report_count", "standing_report_count", "document_count", "first_published_on",
    "last_published_on", "key",
)  # fmt: skip


@dataclass(frozen=True)
class Ties:
    """What figures have in common, one after the other by voice and day: of each its row number and its place by id.

    Those of voice n are from `starts[n]` to `starts[n + 1]`. `pair` is the same number for the same voice and document,
    the last one for no document. A relay is not its report's own figure: that is at `heads`.
    """

    voices: Sequence[str]
    starts: Sequence[int]
    place: Places
    number: Places
    pair: Places
    voice_of_pair: Places
    is_own: Flags
    relays: Numbers
    heads: Numbers
    # Voices that speak through more than one source.
    manifold: frozenset[int]


def _ties(cursor: Cursor) -> Ties:
    number = orders.ordered(cursor, FIGURES)
    voices, voice = codes(cursor, "voice_id")
    documents, document = codes(cursor, "document_id")
    _, source = codes(cursor, "source_id")
    place = np.lexsort((orders.days(cursor, FIGURES, "published_on"), voice[number])).astype(np.int32)
    # Who has no voice stands before all others.
    place = place[np.searchsorted(voice[number[place]], 0) :]
    number = number[place]
    voice, document, source = voice[number], document[number], source[number]
    count = max(1, len(documents))
    pairs, pair = np.unique(voice.astype(np.int64) * count + document, return_inverse=True)
    pair = pair.astype(np.int32)
    pair[document < 0] = len(pairs)
    of_sources = np.unique(voice.astype(np.int64) * (int(source.max(initial=0)) + 2) + source + 1)
    several = np.bincount(of_sources // (int(source.max(initial=0)) + 2), minlength=len(voices)) > 1
    relays, heads, is_own = _relays(cursor, number)
    return Ties(
        voices, np.searchsorted(voice, np.arange(len(voices) + 1)).tolist(), place, number, pair,
        (pairs // count).astype(np.int32), is_own, relays, heads, frozenset(np.flatnonzero(several).tolist()),
    )  # fmt: skip


def _relays(cursor: Cursor, number: Places) -> tuple[Numbers, Numbers, Flags]:
    """Return which of some figures are relays, by row number, where the figure of its report is, and the others."""
    at = np.full(orders.size(cursor, FIGURES.table), -1, dtype=np.int64)
    at[number] = np.arange(len(number))
    relays = rows(cursor, "select rowid, report_id from fct_figures where report_id <> figure_id order by rowid")[1]
    relays = [(relay, report) for relay, report in relays if at[relay] >= 0]
    sql = """select f.figure_id, f.rowid from fct_figures as f
        where f.figure_id in (select report_id from fct_figures where report_id <> figure_id)"""
    head = {report: int(at[row]) for report, row in rows(cursor, sql)[1]}
    # A report whose own figure is missing is still one report.
    missing = sorted({report for _, report in relays if head.get(report, -1) < 0})
    head |= {report: len(number) + place for place, report in enumerate(missing)}
    places = at[np.array([relay for relay, _ in relays], dtype=np.int64)]
    is_own = np.ones(len(number), dtype=bool)
    is_own[places] = False
    return places, np.array([head[report] for _, report in relays], dtype=np.int64), is_own


def _by_voice(ties: Ties, flags: Flags) -> list[int]:
    """Count flags, voice by voice."""
    return [int(np.count_nonzero(flags[start:end])) for start, end in pairwise(ties.starts)]


def _reports(ties: Ties, wanted: Flags) -> list[int]:
    """Count the reports that the wanted figures are of, by voice."""
    is_first = wanted & ties.is_own
    # Of a report whose own figure is not wanted, the first relay that is stands for it.
    is_there = np.append(is_first, np.zeros(len(ties.relays) + 1, dtype=bool))
    left = np.flatnonzero(wanted[ties.relays] & ~is_there[ties.heads])
    _, first = np.unique(ties.heads[left], return_index=True)
    is_first[ties.relays[left[first]]] = True
    return _by_voice(ties, is_first)


def _documents(ties: Ties, found: Numbers) -> Numbers:
    """Count the documents of some figures, by voice."""
    is_there = np.zeros(len(ties.voice_of_pair) + 1, dtype=bool)
    is_there[ties.pair[found]] = True
    return np.bincount(ties.voice_of_pair[is_there[:-1]], minlength=len(ties.voices))


def _counted(cursor: Cursor, question: Counted) -> list[tuple[Any, ...]]:
    """Count by voice: figures, reports, standing reports, documents, first and last day. One row per voice."""
    wanted, ties = question.wanted, kept(cursor, _ties)
    filters = [*told(wanted), *chosen(wanted)]
    whole, standing = (
        orders.unpacked(orders.bits(cursor, FIGURES, each, wanted.known_on), len(orders.ordered(cursor, FIGURES)))[
            ties.place
        ]
        for each in (filters, [*filters, (STANDING["standing"],)])
    )
    found = np.flatnonzero(whole)
    cuts = np.searchsorted(found, ties.starts).tolist()
    reports, live, documents = _reports(ties, whole), _reports(ties, standing), _documents(ties, found)
    of_voice = {
        voice: _ends(ties, found[start:end], is_manifold=at in ties.manifold)
        for at, (voice, (start, end)) in enumerate(zip(ties.voices, pairwise(cuts), strict=True))
        if start < end
    }
    facts = _facts(cursor, {number for numbers in of_voice.values() for number in numbers})
    return [
        (voice, facts[speaking][0], cuts[at + 1] - cuts[at], reports[at], live[at], int(documents[at]),
         facts[first][1], facts[last][1])
        for at, voice in enumerate(ties.voices) if voice in of_voice
        for first, last, speaking in [of_voice[voice]]
    ]  # fmt: skip


def _ends(ties: Ties, found: Numbers, *, is_manifold: bool) -> tuple[int, int, int]:
    """Return the row numbers of the first and last day of some figures, and of the one whose source is told."""
    first, last = int(ties.number[found[0]]), int(ties.number[found[-1]])
    return first, last, int(ties.number[found].min()) if is_manifold else first


def _facts(cursor: Cursor, numbers: set[int]) -> dict[int, tuple[str, date]]:
    sql = """select f.rowid, f.source_id, f.published_on from fct_figures as f
        where f.rowid in (select unnest($numbers::bigint[]))"""
    return {number: (source, day) for number, source, day in rows(cursor, sql, {"numbers": sorted(numbers)})[1]}


def page(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the voices whose figures match, and select a page of them with how many do."""
    every = kept(cursor, _counted, Counted(wanted))
    later = [row for row in every if wanted.after is None or row[0] > wanted.after][: wanted.limit]
    voices, sources = names(cursor).of["voice"], names(cursor).of["source"]
    found = []
    for voice_id, source_id, figures, reports, live, documents, first, last in later:
        voice = voices.get(voice_id, {})
        of_voice = [voice.get(name) for name in ("kind", "publisher", "document_id", "is_party")]
        called = (voice.get("name"), sources.get(source_id, {}).get("name"))
        counted = figures, reports, live, documents, first, last
        found.append((voice_id, source_id, *called, *of_voice, *counted, voice_id))
    return len(every), made(COLUMNS, found)
