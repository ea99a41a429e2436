"""Any history of a count, told by truthful voices late and in vague words: none contradicts another, who lies is found.

The SQL of the models, as dbt compiles it, runs over invented figures, so that a history takes a moment and no build.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from workshop import Workshop

MODELS = (
    "int_dataset_releases", "int_figures_placed", "int_figures_scoped", "int_readings", "int_figures_read",
    "int_figures_reported", "int_reports", "fct_reports", "fct_readings", "fct_reworded_reports",
    "range_standing_reports", "range_contradictions", "range_agreements", "range_reported",
)  # fmt: skip
"""From the figures of staging to ranges, each after those it reads."""
LOOKUPS = ("sources", "measures", "hedges", "populations", "parties", "int_source_families", "int_party_sides")
FIRST = date(2024, 11, 27)
VOICES = ("sohr", "ocha", "un", "white_helmets", "salvation_government", "unattributed")
LIAR = "russian_mod"
VAGUE = {"dozens": (24, 99), "hundreds": (200, 999), "several": (3, None), "thousands": (2000, 9999)}
WAYS = ("exact", "at_least", "more_than", "between", "up_to", "fewer_than", "at_most", "about", "nearly", *VAGUE)
AT_ONCE = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Saying:
    """One figure: who said how many by the end of a day, in which words, on which day, read when."""

    source_id: str
    counted_to: int
    reported: int
    published: int
    hedge_id: str
    value: int | None = None
    low: int | None = None
    high: int | None = None
    is_stated: bool = True
    kind: str = "count"


@dataclass(frozen=True)
class History:
    """How many there were by the end of each day, and what was told of it."""

    counting: str
    truth: tuple[int, ...]
    told: tuple[Saying, ...]


class Warehouse:
    """The models from staged figures to ranges, run over invented ones."""

    def __init__(self, compiled: dict[str, str], built: Workshop, counts_until: str = "") -> None:
        """Take the lookups and the shape of staging from a built warehouse; `counts_until` counts up to another day."""
        self.connection = duckdb.connect()
        self.compiled = compiled
        self.counts_until = counts_until
        self.connection.execute(f"attach ':memory:' as warehouse; attach '{built.warehouse}' as built (read_only)")
        self.connection.execute("create schema warehouse.staging; use warehouse")
        for name in LOOKUPS:
            self.connection.execute(f"create table staging.{name} as from built.staging.{name}")
        for name in ("stg_figures", "stg_documents", "stg_datasets", "int_places_named"):
            self.connection.execute(f"create table staging.{name} as from built.staging.{name} limit 0")

    def hears(self, histories: list[History]) -> None:
        """Work out the ranges of these histories, an episode each, and of nothing else."""
        figures, documents = [], []
        for episode, history in enumerate(histories):
            for number, told in enumerate(history.told):
                document_id = f"e{episode}-{number:03}"
                documents.append((document_id, document_id, FIRST + timedelta(told.published)))
                figures.append(figure(f"e{episode}", document_id, history.counting, told))
        self.fill("stg_documents", ("document_id", "publisher", "published_on"), documents)
        self.fill("stg_figures", FIGURE, figures)
        for name in MODELS:
            self.connection.execute(f"create or replace table {self.compiled[name]}")
            if name == "int_figures_placed" and self.counts_until:
                self.connection.execute(
                    f"update staging.int_figures_placed as t set counted_until_on = {self.counts_until}"
                )

    def fill(self, table: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
        """Have a table of staging hold these rows alone."""
        self.connection.execute(f"delete from staging.{table}")
        marks = ", ".join("?" * len(columns))
        self.connection.executemany(f"insert into staging.{table} ({', '.join(columns)}) values ({marks})", rows)

    def asks(self, sql: str) -> list[tuple]:
        """Return the rows of a query."""
        return self.connection.execute(sql).fetchall()


FIGURE = (
    "figure_id", "document_id", "episode_id", "source_id", "measure_id", "population_id", "place_id", "incident_id",
    "hedge_id", "counting", "kind", "verification", "reported_on_basis", "status", "value_coded", "low_coded",
    "high_coded", "period_start_on",
    "period_end_on", "reported_on",
)  # fmt: skip


def figure(episode_id: str, document_id: str, counting: str, told: Saying) -> tuple[object, ...]:
    """Return the row of staging for what was told."""
    is_event = counting == "incident"
    # An estimate may say that the event went on: it moves no count of it.
    is_counted = told.kind in ("count", "register")
    ends = FIRST if is_event and is_counted else FIRST + timedelta(told.counted_to) if told.is_stated else None
    read_as = "stated" if told.is_stated else "inferred"
    return (
        f"{document_id}-01", document_id, episode_id, told.source_id, "killed", "all", "SY",
        "event" if is_event else None, told.hedge_id, counting, told.kind, "reported", read_as,
        "validated", told.value, told.low, told.high,
        FIRST, ends, FIRST + timedelta(told.reported),
    )  # fmt: skip


@st.composite
def truthfully(draw: st.DrawFn, number: int) -> dict[str, object]:
    """Words that hold a number, by the meaning that seeds/hedges.csv gives them."""
    way = draw(st.sampled_from(WAYS))
    some = draw(st.integers(0, 20))
    if way == "exact" or number == 0:
        return {"hedge_id": "exact", "value": number}
    if way == "between":
        return {"hedge_id": way, "low": max(0, number - some), "high": number + draw(st.integers(1, 20))}
    if way in VAGUE:
        least, most = VAGUE[way]
        holds = least <= number and (most is None or number <= most)
        return {"hedge_id": way} if holds else {"hedge_id": "exact", "value": number}
    value = {
        "at_least": max(1, number - some), "more_than": max(0, number - 1 - some), "up_to": number + some,
        "fewer_than": number + 1 + some, "at_most": number + some, "about": number, "nearly": number + 1,
    }[way]  # fmt: skip
    return {"hedge_id": way, "value": value}


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A count that never falls, and up to five voices that tell it late, in any order, in words that hold it."""
    counting = draw(st.sampled_from(["cumulative", "cumulative", "incident"]))
    rises = draw(st.lists(st.sampled_from([0, 0, 1, 2, 5, 30, 400]), min_size=3, max_size=12))
    truth = tuple(sum(rises[: day + 1]) for day in range(len(rises)))
    told = []
    for source_id in draw(st.lists(st.sampled_from(VOICES), min_size=1, max_size=5, unique=True)):
        for day in draw(st.lists(st.integers(0, len(truth) - 1), min_size=1, max_size=4)):
            # The toll of an event has no stated day: it is that of the day on which it was told.
            is_stated = counting == "cumulative" and draw(st.booleans())
            reported = day + draw(st.integers(0, 6)) if is_stated else day
            told.append(
                Saying(source_id, day, reported, reported + draw(st.integers(0, 6)), is_stated=is_stated,
                     **draw(truthfully(truth[day])))
            )  # fmt: skip
    return History(counting, truth, tuple(told))


@st.composite
def histories_with_a_liar(draw: st.DrawFn) -> History:
    """The same, ended by a voice that counts exactly and by one that says half or double of it."""
    history = draw(histories())
    last = len(history.truth) - 1
    number = history.truth[last] + 4
    truth = (*history.truth, number)
    said = draw(st.sampled_from([number // 2, number * 2]))
    late = draw(st.integers(0, 6))
    honest = Saying("sana", last + 1, last + 1, last + 1, "exact", number, is_stated=history.counting == "cumulative")
    liar = Saying(LIAR, last + 1, last + 1, last + 1 + late, "exact", said, is_stated=honest.is_stated)
    return History(history.counting, truth, (*history.told, honest, liar))


MANY = st.lists(histories(), min_size=1, max_size=20)
"""Worked out together, since a run of the models takes as long for one as for many."""


@pytest.fixture(scope="module")
def compiled(real: Workshop, new_workshop: Callable[[], Workshop]) -> dict[str, str]:
    """The SQL of each model, and the name under which it is kept."""
    done = real.dbt("compile", "--select", *MODELS)
    assert done.success, done.exception
    nodes = [row.node for row in done.result if row.node.resource_type == "model"]
    return {node.name: f"{node.relation_name} as {node.compiled_code}" for node in nodes}


@pytest.fixture
def warehouse(compiled: dict[str, str], real: Workshop) -> Iterator[Warehouse]:
    made = Warehouse(compiled, real)
    yield made
    made.connection.close()


def tell_the_truth(warehouse: Warehouse, told: list[History]) -> None:
    """Hold that truthful voices do not contradict each other, and that every range holds the number of its day."""
    warehouse.hears(told)
    assert (
        warehouse.asks("select episode_id, lower_report_id, higher_report_id, kind, gap from range_contradictions")
        == []
    )
    ranges = warehouse.asks(
        """select episode_id, counted_to_on, lowest, highest, is_open_below, is_open_above from range_reported
            where hedge_convention = 'literal'"""
    )
    assert len({episode for episode, *_ in ranges}) == len(told)
    for episode, counted_to, lowest, highest, is_open_below, is_open_above in ranges:
        truth = told[int(episode[1:])].truth
        number = truth[min((counted_to - FIRST).days, len(truth) - 1)]
        assert is_open_below or lowest <= number, (episode, counted_to, lowest, number)
        assert is_open_above or number <= highest, (episode, counted_to, highest, number)


def test_truthful_voices_never_contradict_each_other_and_the_range_holds_the_truth(warehouse: Warehouse) -> None:
    @settings(AT_ONCE, max_examples=20)
    @given(MANY)
    def holds(told: list[History]) -> None:
        tell_the_truth(warehouse, told)

    holds()


def test_a_voice_that_says_half_or_double_is_found(warehouse: Warehouse) -> None:
    @settings(AT_ONCE, max_examples=15)
    @given(st.lists(histories_with_a_liar(), min_size=1, max_size=20))
    def holds(told: list[History]) -> None:
        warehouse.hears(told)
        pairs = warehouse.asks(
            """select c.episode_id, lower.source_id, higher.source_id from range_contradictions as c
                inner join fct_reports as lower on c.lower_report_id = lower.report_id
                inner join fct_reports as higher on c.higher_report_id = higher.report_id"""
        )
        assert {episode for episode, *_ in pairs} == {f"e{number}" for number in range(len(told))}
        assert all(LIAR in (lower, higher) for _, lower, higher in pairs)

    holds()


@st.composite
def histories_with_estimates(draw: st.DrawFn) -> tuple[History, History]:
    """A history, and the same with estimates and lists of the same people, anything they may say, by any voice."""
    history = draw(histories())
    beside = [
        Saying(draw(st.sampled_from((*VOICES, LIAR))), day, day, day + draw(st.integers(0, 9)), "exact",
             draw(st.integers(0, 100_000)), kind=draw(st.sampled_from(ESTIMATES)))
        for day in draw(st.lists(st.integers(0, 40), min_size=1, max_size=5))
    ]  # fmt: skip
    return history, History(history.counting, history.truth, (*history.told, *beside))


ESTIMATES = ("list", "survey", "modelled", "remote_sensed")


def test_no_figure_that_is_no_count_moves_a_range_of_counts(warehouse: Warehouse) -> None:
    counted = "select * from range_reported where kind = 'count' order by all"

    @settings(AT_ONCE, max_examples=15)
    @given(st.lists(histories_with_estimates(), min_size=1, max_size=20))
    def holds(told: list[tuple[History, History]]) -> None:
        warehouse.hears([history for history, _ in told])
        before = warehouse.asks(counted)
        warehouse.hears([more for _, more in told])
        assert warehouse.asks(counted) == before
        ((estimates,),) = warehouse.asks("select count(distinct scope_id) from range_reported where kind <> 'count'")
        assert estimates >= len(told)

    holds()


def test_a_register_is_counted_with_the_counts(warehouse: Warehouse) -> None:
    said = [Saying("sohr", 1, 1, 1, "exact", 40), Saying("ocha", 1, 1, 1, "exact", 50, kind="register")]
    warehouse.hears([History("cumulative", (0, 50), tuple(said))])
    assert warehouse.asks("select distinct kind, lowest, highest from range_reported") == [("count", 40, 50)]


def test_counting_up_to_the_day_of_print_makes_growth_a_contradiction(compiled: dict[str, str], real: Workshop) -> None:
    by_print = Warehouse(
        compiled, real, "(select published_on from staging.stg_documents as d where d.document_id = t.document_id)"
    )

    @settings(AT_ONCE, max_examples=20, phases=[Phase.generate], report_multiple_bugs=False)
    @given(MANY)
    def holds(told: list[History]) -> None:
        tell_the_truth(by_print, told)

    with pytest.raises(AssertionError):
        holds()
    grew = [Saying("sohr", 1, 1, 6, "exact", 10), Saying("ocha", 5, 5, 5, "exact", 100)]
    with pytest.raises(AssertionError, match="later_is_lower"):
        tell_the_truth(by_print, [History("cumulative", (0, 10, 10, 10, 10, 100), tuple(grew))])
