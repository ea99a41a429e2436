"""Many readers at once, at every address there is: answered, or refused with 503 and when to ask again."""

import math
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient
from test_cold_burst import started
from workshop import Workshop

from bench.addresses import Ask, every, ids_of
from bench.dashboard import memory
from bench.many_readers import Tally, addresses, ask, crowd, table
from dashboard.api.schema import ENDPOINTS
from dashboard.publication import gate, open_file
from dashboard.publication.folder import publications

# What a query of the API may take: ten of the worker's threads at once fit into a third of its memory.
LITTLE = "30MB"
# Requests between two readings of a worker's memory, and how many readings the first and the last moment are made of.
BETWEEN, READINGS = 5_000, 4
# MB a worker may grow by between these moments, in some 40,000 requests of its own: one kilobyte each would be 40.
MOST_GROWTH = 30
# How often the API is asked for one whole page or file: a page takes a hundred times the work of an answer in JSON.
TO_ONE_PAGE = 40


@pytest.fixture
def own(real: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the real record's publication: DuckDB opens one file in one way only."""
    shutil.copy(real.publications[-1], tmp_path / real.publications[-1].name)
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(tmp_path))
    yield tmp_path
    publications().close()


@pytest.fixture
def client(app: Dash, own: Path) -> FlaskClient:
    return app.server.test_client()


def selection(client: FlaskClient, one: Ask) -> tuple[int, str | None]:
    answer = client.open(one.path, method=one.method, data=one.body or None, content_type="application/json")
    return answer.status_code, answer.headers.get("Retry-After")


def listed(app: Dash, client: FlaskClient) -> list[Ask]:
    """Every address but those of the SQL page, which has a process of its own."""
    rows = client.get("/api/v1/figures?limit=100").json["rows"]
    asks = every(app, ids_of(rows), client.get("/").text)
    return [one for one in asks if one.kind != "sql"]


@pytest.mark.parametrize("name", [endpoint.name for endpoint in ENDPOINTS])
def test_no_query_of_the_api_takes_more_than_a_tenth_of_the_memory(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(open_file.CONFIG, "memory_limit", LITTLE)
    for query in ("", "?limit=10", "?limit=1000", "?hedge_convention=acled", "?party_claims=out", "?source=sohr"):
        answer = client.get(f"/api/v1/{name}{query}")
        assert answer.status_code in (200, 400), answer.text
    assert client.get("/feed.atom").status_code == 200


def test_ten_readers_of_ten_figures_are_all_answered(real: Workshop) -> None:
    # Each address once, so that no answer is remembered.
    asks = [Ask("figures", f"/api/v1/figures?limit={number + 1}") for number in range(300)]
    with started(real.published) as (port, _), ThreadPoolExecutor(10) as pool:

        def status(one: Ask) -> int:
            with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as line:
                return ask(line, one).status

        assert set(pool.map(status, asks)) == {200}


def test_every_address_answers_many_readers_or_says_when_to_ask_again(
    real: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(real.published))
    with started(real.published) as (port, _):
        asks = addresses(port)
        assert len({one.kind for one in asks}) > 20
        assert len(asks) > 200
        found = crowd(port, asks, readers=16, seconds=120, requests=600)
    publications().close()
    assert {what: count for tally in found.values() for what, count in tally.wrong.items()} == {}
    assert sum(len(tally.seconds) + len(tally.refused) for tally in found.values()) > 100


def test_where_memory_runs_out_everything_says_503_and_nothing_counts_as_damage(
    app: Dash, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = listed(app, client)
    publications().close()
    monkeypatch.setitem(open_file.CONFIG, "memory_limit", "2MB")
    answers = {(one.kind, one.path): selection(client, one) for one in asks}
    refused = {key: answer for key, answer in answers.items() if answer[0] >= 500}
    assert {status for status, _ in refused.values()} == {503}
    assert {retry for _, retry in refused.values()} == {"5"}
    assert {kind for kind, _ in refused} >= {"api figures", "api csv", "callback", "page", "file json", "atom_feed"}
    with publications().cursor():
        assert not publications()._current.is_damaged
    # With memory again, the same process answers.
    monkeypatch.undo()


def test_where_no_place_becomes_free_the_refusal_is_quick(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 0.05)
    held = publications().hold()
    held.memory.gate._patience = 0.05
    with held.memory.gate.entered_alone():
        for path in (
            "/api/v1/figures?limit=3",
            "/deaths.csv",
            "/feed.atom?limit=3",
            "/ranges.html?limit=3",
            "/sources.html",
        ):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), path
    publications().release(held)
    assert client.get("/api/v1/figures?limit=3").status_code == 200


def test_the_bench_times_refusals_apart_and_fails_those_that_were_not_quick_or_say_no_time() -> None:
    one, whole = Ask("figures", "/api/v1/figures"), Tally()
    for status, took, retry_after in ((200, 0.25, None), (503, 0.5, "5"), (503, 6.0, "5"), (503, 0.1, None),
                                      (503, 0.1, "soon"), (500, 0.1, "5")):  # fmt: skip
        tally = Tally()
        tally.add(one, status, took, retry_after)
        whole.merge(tally)
    told = whole.told
    assert (told["answers"], told["refused"]["count"], told["refused"]["worst_ms"]) == (4, 2, 6000)
    assert told["wrong"] == {"503 /api/v1/figures": 2, "500 /api/v1/figures": 1}
    assert told["slow"] == {"503 after 6 s /api/v1/figures": 1}
    printed = table({"readers": 1, "load": 0.0, "kinds": {"all": told}})
    assert "refused: 2 (33.3%), p50 6000 ms" in printed
    assert "failed: 503 after 6 s /api/v1/figures (1×)" in printed


@pytest.mark.slow
def test_a_hundred_thousand_requests_leave_a_server_as_large_as_the_first_twenty_thousand_did(
    real: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lowest of several readings on each side: a file being written moves a worker by 45 MB up, and down again."""
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(real.published))
    with started(real.published) as (port, server):
        every_address = addresses(port)
        asks = [one for one in every_address if one.kind.startswith("api ")]
        others = [one for one in every_address if one not in asks]
        asks = asks * math.ceil(TO_ONE_PAGE * len(others) / len(asks)) + others
        sizes = []
        for _ in range(100_000 // BETWEEN):
            found = crowd(port, asks, readers=8, seconds=3600, requests=BETWEEN)
            assert {what: count for tally in found.values() for what, count in tally.wrong.items()} == {}
            sizes.append(max(resident for resident, _ in memory(server)))
    publications().close()
    assert min(sizes[-READINGS:]) < min(sizes[1 : 1 + READINGS]) + MOST_GROWTH, sizes
