"""Filters put together of remembered parts let through what the same filters let through as one SQL."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from api_publication import publish_for_api as publish

from dashboard.publication.cache import Reading, named
from dashboard.publication.folder import Publications
from dashboard.queries.api import orders, parts
from dashboard.queries.api.bases import NONE, Wanted, all_of, matches, ranges, told, values
from dashboard.queries.api.orders import FIGURES, Order
from dashboard.queries.api.pages import REPORTS

DAYS = (date.max, date(2024, 11, 28), date(2024, 11, 30), date(2024, 12, 5), date(2020, 1, 1))
CHOSEN: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"measure_id": ("killed",)},
    {"measure_id": ("killed", "displaced"), "source_id": ("sohr",)},
    {"cause_id": (NONE,)},
    {"cause_id": (NONE, "airstrikes"), "place_id": ("within.SY",)},
    {"place_id": ("SY02", "within.SY07"), "population_id": ("within.civilians",)},
    {"measure_id": ("no_such_measure",)},
)
STANDING = ((), ("standing",), ("superseded",), ("standing", "superseded"))


@pytest.fixture
def cursor(tmp_path: Path) -> Iterator[Reading]:
    publish(tmp_path / "20260101T000000000000Z.duckdb")
    found = Publications(tmp_path)
    with found.cursor() as reading:
        yield reading
    found.close()


def by_sql(cursor: Reading, order: Order, conditions: list[str], wanted: Wanted) -> list[int]:
    where = all_of([*conditions, *(["f.hedge_convention = $convention"] if order.convention else [])])
    sql = f"select f.rowid from {order.table} as f where {where} order by {order.by}"
    return [row for (row,) in cursor.execute(sql, named(sql, values(cursor, wanted))).fetchall()]


def wanted_of(withdrawn: tuple[tuple[str, ...], ...] = ()) -> list[Wanted]:
    return [
        Wanted(chosen=chosen, standing=standing, is_without_party_claims=is_out, known_on=day, limit=10_000)
        for chosen in CHOSEN for standing in (*STANDING, *withdrawn) for is_out in (False, True) for day in DAYS
    ]  # fmt: skip


@pytest.mark.parametrize(("order", "day"), [(FIGURES, "published_on"), (REPORTS, "first_published_on")])
def test_parts_of_filters_choose_what_one_sql_chooses(cursor: Reading, order: Order, day: str) -> None:
    sizes = set()
    for wanted in wanted_of((("withdrawn",), ("withdrawn", "standing"))):
        total, found, places = orders.page(cursor, order, [*parts.told(wanted, day), *parts.chosen(wanted)], wanted)
        assert found == by_sql(cursor, order, [*told(wanted, day), *matches(wanted, "f")], wanted), wanted
        assert (total, orders.ordered(cursor, order)[places].tolist()) == (len(found), found)
        sizes.add(total)
    assert len(sizes) > 5, "the filters must tell rows apart"


def test_parts_of_filters_choose_the_ranges_that_one_sql_chooses(cursor: Reading) -> None:
    order, sizes = Order("range_reported", "f.scope_id, f.valid_from_on", "literal"), set()
    for wanted in wanted_of():
        total, found, _ = orders.page(cursor, order, parts.ranges(wanted), wanted)
        assert found == by_sql(cursor, order, ranges(wanted), wanted), wanted
        sizes.add(total)
    assert len(sizes) > 3, "the filters must tell rows apart"


@pytest.mark.parametrize("size", [0, 1, 7, 64, 65, 9_000, 40_001])
def test_a_page_begins_at_its_place_and_misses_none(size: int) -> None:
    dice = np.random.default_rng(size)
    flags = dice.random(size) < 0.3
    bits = orders.packed(flags)
    every = np.flatnonzero(flags)
    assert orders.count(bits) == len(every)
    assert (orders.unpacked(bits, size) == flags).all()
    for start in {0, 1, 8, 9, size // 2, size - 1, size, size + 100, 10**9}:
        for limit in (0, 1, 100, size + 1):
            assert orders.first(bits, max(0, start), limit) == every[every >= start][:limit].tolist()


def test_a_part_is_read_once_whatever_it_is_put_together_with(cursor: Reading) -> None:
    for wanted in wanted_of():
        orders.bits(cursor, FIGURES, [*parts.told(wanted), *parts.chosen(wanted)], wanted.known_on)
    read = cursor._memory.marks.cache_info()
    assert read.misses == read.currsize < 20
    assert read.hits > 100
