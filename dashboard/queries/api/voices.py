"""Who states how many figures, reports and documents: counts of distinct ones under any filter, without their ids.

Which figures are of one report, one voice and one document is read once for each publication (`Ties`): to count a
million different ids for every request takes DuckDB a second and a hundred megabytes, to count flags a moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard.publication.cache import Cursor, kept, made, named, rows
from dashboard.queries import standing
from dashboard.queries.api.bases import Counted, Wanted, all_of, matches, told, values
from dashboard.queries.api.masks import FIGURES, codes
from dashboard.queries.api.orders import Flags, Numbers, flags, numbers, size
from dashboard.queries.names import names

COLUMNS = (
    "voice_id", "source_id", "voice_name", "source_name", "kind", "publisher", "document_id", "is_party",
    "figure_count", "report_count", "standing_report_count", "document_count", "first_published_on",
    "last_published_on", "key",
)  # fmt: skip


@dataclass(frozen=True)
class Ties:
    """What figures have in common: by row number its voice and document, and of a relay the figure it relays."""

    voices: Sequence[str]
    voice: np.ndarray[Any, Any]
    document: np.ndarray[Any, Any]
    document_count: int
    relays: Numbers
    heads: Numbers


def _ties(cursor: Cursor) -> Ties:
    voices, voice = codes(cursor, "voice_id")
    documents, document = codes(cursor, "document_id")
    relays = rows(cursor, "select rowid, report_id from fct_figures where report_id <> figure_id")[1]
    sql = """select f.figure_id, f.rowid from fct_figures as f
        where f.figure_id in (select report_id from fct_figures where report_id <> figure_id)"""
    head = dict(rows(cursor, sql)[1])
    # A report whose own figure is missing is still one report.
    unknown = {
        report: size(cursor, FIGURES) + at for at, report in enumerate(sorted({one for _, one in relays} - head.keys()))
    }
    head |= unknown
    return Ties(
        voices, voice, document, len(documents),
        np.array([number for number, _ in relays], dtype=np.int64),
        np.array([head[report] for _, report in relays], dtype=np.int64),
    )  # fmt: skip


def _reports(ties: Ties, wanted: Flags, voices: int) -> np.ndarray[Any, Any]:
    """Count the reports that the wanted figures are of, by voice."""
    is_own = wanted.copy()
    is_own[ties.relays] = False
    counts = np.bincount(ties.voice[is_own], minlength=voices)
    # Of a report whose own figure is not wanted, the first relay that is stands for it.
    is_there = np.append(is_own, np.zeros(int(ties.heads.max(initial=0)) + 1, dtype=bool))
    left = wanted[ties.relays] & ~is_there[ties.heads]
    _, first = np.unique(ties.heads[left], return_index=True)
    return counts + np.bincount(ties.voice[ties.relays[left][first]], minlength=voices)


def _documents(ties: Ties, found: Numbers, voices: int) -> np.ndarray[Any, Any]:
    """Count the documents of some figures, by voice."""
    has_document = found[ties.document[found] >= 0]
    pairs = ties.voice[has_document].astype(np.int64) * max(1, ties.document_count) + ties.document[has_document]
    return np.bincount(np.unique(pairs) // max(1, ties.document_count), minlength=voices)


def _counted(cursor: Cursor, conditions: tuple[str, ...], question: Counted) -> list[tuple[Any, ...]]:
    """Count by voice: figures, reports, standing reports, documents, first and last day. One row per voice."""
    wanted, ties = question.wanted, kept(cursor, _ties)
    found = numbers(cursor, FIGURES, list(conditions), wanted)
    mask = np.zeros(size(cursor, FIGURES), dtype=bool)
    mask[found[ties.voice[found] >= 0]] = True
    stood = flags(cursor, FIGURES, [*conditions, standing.STANDING], wanted) & mask
    count = len(ties.voices)
    reports, live = (_reports(ties, each, count) for each in (mask, stood))
    documents = _documents(ties, np.flatnonzero(mask), count)
    sql = f"""select f.voice_id, any_value(f.source_id), count(*), min(f.published_on), max(f.published_on)
        from fct_figures as f where {all_of(conditions)} group by f.voice_id"""
    place = {voice: at for at, voice in enumerate(ties.voices)}
    return [
        (voice, source, figures, int(reports[at]), int(live[at]), int(documents[at]), first, last)
        for voice, source, figures, first, last in sorted(rows(cursor, sql, named(sql, values(cursor, wanted)))[1])
        for at in [place[voice]]
    ]


def page(cursor: Cursor, wanted: Wanted) -> tuple[int, pd.DataFrame]:
    """Count the voices whose figures match, and select a page of them with how many do."""
    every = kept(cursor, _counted, (*told(wanted), *matches(wanted, "f")), Counted(wanted))
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
