"""What a release says otherwise than the one published before it: counted in raw, in one sentence after its load.

The model fct_release_changes counts the same, and keeps every number with both values: there rows of the file are told
by ``row_key`` and ``row_change``, a number that is no part of another by ``not is_part``, and the days on which a
running count reads otherwise by ``corrected_day_count``. The data set corrects; its sources said nothing anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from common.quoting import identifier, literal
from ingest.datasets.registry.reader import Reader
from ingest.errors import counted

SHOWN_COUNTS = 4


@dataclass(frozen=True)
class CorrectedDays:
    """A running count, and on how many days it reads otherwise than by the release before."""

    source_id: str
    measure_id: str
    population_id: str
    cause_id: str
    verification: str
    place: str
    day_count: int

    @property
    def from_the_widest(self) -> tuple[object, ...]:
        """Sort a count of everyone and of every cause before its parts, killed before injured."""
        is_part = self.population_id != "all", bool(self.cause_id), bool(self.verification)
        return *is_part, self.measure_id != "killed", self.measure_id, -self.day_count, self.source_id, self.place

    @property
    def described(self) -> str:
        """What is counted, by our ids: killed, killed children, killed (starvation), killed (verified)."""
        whom = "" if self.population_id == "all" else f" {self.population_id}"
        told_by = "".join(f" ({each})" for each in (self.cause_id, self.verification) if each)
        return f"{self.measure_id}{whom}{told_by}".replace("_", " ")


@dataclass(frozen=True)
class ReleaseChanges:
    """A release beside the one before: whole rows of the file, the numbers they state, and days of running counts.

    ``numbers_changed`` is None where both releases have only running counts in common. ``row_noun`` and
    ``number_noun`` are what the reader calls a row and its number.
    """

    previous_version: str
    row_noun: str
    number_noun: str
    rows_added: int
    rows_dropped: int
    numbers_changed: int | None
    corrected_days: list[CorrectedDays]

    @property
    def sentence(self) -> str:
        """All of it in one line: against 20.1: 1,916 events added, 94 dropped, 59 best estimates changed."""
        told = [f"{counted(self.rows_added, self.row_noun)} added", f"{self.rows_dropped:,} dropped"]
        if self.numbers_changed is not None:
            told.append(f"{counted(self.numbers_changed, self.number_noun)} changed")
        return f"against {self.previous_version}: {', '.join([*told, *self._corrections()])}"

    def _corrections(self) -> Iterator[str]:
        sources, places = ({getattr(each, name) for each in self.corrected_days} for name in ("source_id", "place"))
        for number, each in enumerate(self.corrected_days[:SHOWN_COUNTS]):
            where = f" in {each.place}" if len(places) > 1 else ""
            by_whom = f" by {each.source_id}" if len(sources) > 1 else ""
            days = counted(each.day_count, "day")
            yield f"{each.described}{where}{by_whom} {'corrected on' if number == 0 else 'on'} {days}"
        more = len(self.corrected_days) - SHOWN_COUNTS
        if more > 0:
            yield f"{counted(more, 'other count')} too"


def compared_with_the_one_before(
    connection: duckdb.DuckDBPyConnection, reader: Reader, document_id: str
) -> ReleaseChanges | None:
    """Lay a release that is stored beside the one published before it; None where it is the first."""
    found = connection.execute(
        """
        SELECT document_id, version, published_on
        FROM (
            SELECT document_id AS later_id, lag(document_id) OVER o AS document_id, lag(version) OVER o AS version,
                lag(published_on) OVER o AS published_on
            FROM w.raw.datasets WHERE dataset_id = ? AND is_current WINDOW o AS (ORDER BY published_on, loaded_at)
        ) WHERE later_id = ? AND document_id IS NOT NULL
        """,
        [reader.dataset_id, document_id],
    ).fetchall()
    if not found:
        return None
    previous_id, previous_version, previous_published_on = found[0]
    _view(connection, "later", document_id)
    _view(connection, "earlier", str(previous_id))
    added, dropped = _whole_rows(connection)
    nouns = reader.text("row_noun") or "row", reader.text("number_noun") or "number"
    changed, corrected = _numbers_changed(connection), _corrected_days(connection, previous_published_on)
    return ReleaseChanges(str(previous_version), *nouns, added, dropped, changed, corrected)


def _view(connection: duckdb.DuckDBPyConnection, name: str, release_id: str) -> None:
    """Make the rows of one release a view, each under what names the same thing in every release."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW {identifier(name)} AS
        SELECT *, substr(figure_id, length(document_id) + 2) AS release_key,
            CASE WHEN hedge_id <> 'share' THEN value END AS stated,
            coalesce(period_end_on, reported_on) AS counted_until_on
        FROM w.raw.dataset_figures WHERE document_id = {literal(release_id)}
        """
    )


def _whole_rows(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    ((added, dropped),) = connection.execute(
        """
        SELECT count(*) FILTER (WHERE earlier.row_key IS NULL), count(*) FILTER (WHERE later.row_key IS NULL)
        FROM (SELECT DISTINCT row_key FROM later) AS later
        FULL JOIN (SELECT DISTINCT row_key FROM earlier) AS earlier ON later.row_key = earlier.row_key
        """
    ).fetchall()
    return int(added), int(dropped)


def _numbers_changed(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Count the numbers, parts and running counts aside, that both releases state and state otherwise."""
    ((is_there, changed),) = connection.execute(
        """
        SELECT count(*) > 0, count(*) FILTER (WHERE later.stated IS DISTINCT FROM earlier.stated)
        FROM later JOIN earlier ON later.release_key = earlier.release_key
        WHERE later.counting <> 'cumulative' AND coalesce(later.part_of, earlier.part_of) IS NULL
        """
    ).fetchall()
    return int(changed) if is_there else None


# What a source verified is a count of its own beside what it reported (a scope of its own in the models).
SERIES = "source_id, measure_id, population_id, place_id, place_name, cause_id, actor_id, verification, period_start_on"


def _corrected_days(connection: duckdb.DuckDBPyConnection, previous_published_on: date) -> list[CorrectedDays]:
    """Count the days on which each running count reads otherwise; the widest counts first.

    A running count reads as it was last told until it is told anew; the release before tells of the days until it came
    out. Days of which one of both has no number yet are added, and not corrected.
    """
    found = connection.execute(
        f"""
        WITH told AS (
            SELECT {SERIES}, counted_until_on, stated, NULL AS stated_before FROM later WHERE counting = 'cumulative'
            UNION ALL
            SELECT {SERIES}, counted_until_on, NULL, stated FROM earlier WHERE counting = 'cumulative'
        ), days AS (
            SELECT {SERIES}, counted_until_on, max(stated) AS stated, max(stated_before) AS stated_before
            FROM told GROUP BY ALL
        ), carried AS (
            SELECT {SERIES}, counted_until_on,
                last_value(stated IGNORE NULLS) OVER until_then AS stated,
                last_value(stated_before IGNORE NULLS) OVER until_then AS stated_before,
                lead(counted_until_on) OVER until_then AS restated_on,
                greatest($1::DATE, max(CASE WHEN stated_before IS NOT NULL THEN counted_until_on END)
                    OVER (PARTITION BY {SERIES}) + 1) AS unstated_from_on
            FROM days
            WINDOW until_then AS (PARTITION BY {SERIES} ORDER BY counted_until_on
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        )
        SELECT source_id, measure_id, population_id, cause_id, verification, coalesce(place_name, place_id),
            sum(greatest(0, least(coalesce(restated_on, unstated_from_on), unstated_from_on) - counted_until_on)) AS n
        FROM carried WHERE stated <> stated_before
        GROUP BY {SERIES} HAVING n > 0
        """,
        [previous_published_on],
    ).fetchall()
    corrected = [
        CorrectedDays(
            str(source),
            str(measure),
            str(population),
            str(cause or ""),
            str(verified or ""),
            str(place or ""),
            int(days),
        )
        for source, measure, population, cause, verified, place, days in found
    ]
    return sorted(corrected, key=lambda each: each.from_the_widest)
