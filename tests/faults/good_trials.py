"""Good variants of the record: other orders, other ways of writing, more figures. Each must be accepted as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from hypothesis import strategies as st
from row_trials import NAMES, Row, real_rows, write
from stage import require

from ingest.curation.check import read_record
from ingest.record.columns import FIGURES


class Content(bytes):
    """A whole file."""

    def __repr__(self) -> str:
        """How long it is."""
        return f"<{len(self)} bytes>"


def valid_figures(draw: st.DrawFn, count: int) -> Iterator[Row]:
    """Figures that are in order, of many kinds."""
    base = dict.fromkeys(NAMES, "") | {"document_id": "aleppo-2024-000", "reported_on": "2024-11-28"}
    base |= {"reported_on_basis": "stated", "status": "validated", "visibility": "public"}
    base |= {"coded_on": "2026-11-21", "checked_on": "2026-11-22", "period_start_on": "2024-11-27"}
    for number in range(count):
        value = draw(st.integers(2, 10**9))
        low = draw(st.integers(0, 10**6))
        hedge = draw(st.sampled_from((
            {"hedge_id": "exact", "value": str(value)}, {"hedge_id": "at_least", "value": str(value)},
            {"hedge_id": "about", "value": str(value)}, {"hedge_id": "dozens"},
            {"hedge_id": "between", "low": str(low), "high": str(low + value)},
            {"hedge_id": "exact", "value": str(value), "low": str(value - 1), "note": "The table says so, \"twice\"."},
        )))  # fmt: skip
        kind = {
            "figure_id": f"aleppo-2024-000-{number + 1000}", "paragraph": str(draw(st.integers(1, 999))),
            "phrase": draw(st.sampled_from(("some dead", "“zwölf” Tote", "a, b", "قتلى"))),
            "source_id": draw(st.sampled_from(("sohr", "ocha", "white_helmets", "sana"))),
            "measure_id": draw(st.sampled_from(("killed", "injured", "displaced"))),
            "population_id": draw(st.sampled_from(("all", "civilians", "children"))),
            "place_id": draw(st.sampled_from(("SY", "SY02", "SY07", "sy-northwest"))),
            "counting": draw(st.sampled_from(("cumulative", "period", "stock"))),
        }  # fmt: skip
        yield base | kind | hedge


@st.composite
def good_files(draw: st.DrawFn) -> Content:
    """The real record with rows in another order, more of them, and written in another way that is allowed."""
    rows = [*real_rows(), *valid_figures(draw, draw(st.integers(0, 5)))]
    rows = draw(st.permutations(rows))
    names = NAMES
    text = io.StringIO()
    quoting = draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)))
    end = draw(st.sampled_from(("\n", "\r\n")))
    writer = csv.DictWriter(text, names, lineterminator=end, quoting=quoting)
    writer.writeheader()
    for row in rows:
        text.write(end * draw(st.sampled_from((0, 0, 0, 1))))
        writer.writerow(row)
    content = text.getvalue()
    content = content.removesuffix(end) if draw(st.booleans()) else content
    return Content(draw(st.sampled_from((b"", b"\xef\xbb\xbf"))) + content.encode())


def accept(folder: Path, content: bytes) -> int:
    """Read a good variant: no problem, every row there; returns how many rows."""
    episode = write(folder, [])
    (episode / FIGURES.file_name).write_bytes(content)
    record, problems = read_record([episode])
    require(not problems, f"a good file was refused: {problems[:3]} in {content[:200]!r}")
    return record.figure_count
