"""Fetching a release: whole, resumed, refused or failed, and always with its origin record or a clear sentence."""

import errno
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from file_server import FileServer, file_server

from ingest.datasets import http as datasets_http
from ingest.datasets.cache import Fetched, fetch
from ingest.datasets.registry.entries import DatasetEntry
from ingest.errors import CannotRunError

BODY = bytes(range(256)) * 1000
OTHER = BODY[::-1]


@pytest.fixture
def server() -> Iterator[FileServer]:
    """A server of files of its own."""
    with file_server() as started:
        yield started


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, and little patience."""
    monkeypatch.setenv("ON_RECORD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(datasets_http, "READ_SECONDS", 0.5)
    monkeypatch.setattr(datasets_http, "CONNECT_SECONDS", 0.5)
    return tmp_path / "cache"


def origin(url: str, **known: Any) -> DatasetEntry:
    """A data set of one release at an address."""
    told = {
        "version": "v1", "licence": "CC BY 4.0", "citation": "A. Body (2024)", "title": "Tolls", "format": "csv",
        "page_url": "https://example.org/tolls", "download_urls": [{"version": "v1", "url": url, **known}],
    }  # fmt: skip
    return DatasetEntry("tolls", told)


def fetched(url: str, **known: Any) -> Fetched:
    """The outcome of fetching an address."""
    return fetch(origin(url, **known), None, lambda done, total: None)


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def files(cache: Path) -> list[str]:
    """The files of the release, locks aside."""
    return sorted(path.name for path in (cache / "tolls" / "v1").iterdir() if path.name != ".lock")


def test_a_fetch_keeps_the_bytes_and_says_where_they_come_from(server: FileServer, cache: Path) -> None:
    url = server.serve("/data/tolls.csv?raw=1", BODY)
    seen: list[tuple[int, int | None]] = []
    result = fetch(origin(url), "v1", lambda done, total: seen.append((done, total)))
    assert (result.state, result.problem) == ("fetched", "")
    assert result.path == cache / "tolls" / "v1" / "tolls.csv" and result.path.read_bytes() == BODY
    record = json.loads((result.path.parent / "origin.json").read_text(encoding="utf-8"))
    assert record == dict(result.record)
    assert (record["sha256"], record["size_bytes"]) == (sha256(BODY), len(BODY))
    assert record["address"] == record["address_final"] == url
    assert (record["licence"], record["citation"]) == ("CC BY 4.0", "A. Body (2024)")
    assert record["etag"] and record["fetched_at"].endswith("+00:00")
    assert seen[-1] == (len(BODY), len(BODY))
    assert files(cache) == ["origin.json", "tolls.csv"]


def test_a_release_whose_hash_is_known_is_asked_for_once(server: FileServer) -> None:
    url = server.serve("/tolls.csv", BODY)
    known = {"sha256": sha256(BODY), "size_bytes": len(BODY)}
    assert fetched(url, **known).state == "fetched"
    assert fetched(url, **known).state == "already_there"
    assert len(server.asked("/tolls.csv")) == 1


def test_a_release_whose_hash_is_not_known_is_asked_for_again_and_not_sent_where_it_is_the_same(
    server: FileServer,
) -> None:
    url = server.serve("/tolls.csv", BODY)
    assert [fetched(url).state, fetched(url).state] == ["fetched", "already_there"]
    assert "if-none-match" in server.asked("/tolls.csv")[1]


def test_the_same_version_with_other_bytes_is_refused_and_the_old_ones_stay(server: FileServer, cache: Path) -> None:
    first = fetched(server.serve("/tolls.csv", BODY))
    result = fetched(server.serve("/tolls.csv", OTHER))
    assert result.state == "refused"
    assert sha256(BODY) in result.problem and sha256(OTHER) in result.problem
    assert first.path.read_bytes() == BODY and files(cache) == ["origin.json", "tolls.csv"]
    assert json.loads((cache / "tolls" / "v1" / "origin.json").read_text(encoding="utf-8")) == dict(first.record)


def test_a_file_that_somebody_changed_is_named_and_left(server: FileServer) -> None:
    url = server.serve("/tolls.csv", BODY)
    path = fetched(url).path
    path.write_bytes(b"mine")
    result = fetched(url)
    assert result.state == "refused" and "somebody changed it" in result.problem
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("known", "said"), [({"size_bytes": 7}, "not 7"), ({"sha256": "0" * 64}, f"not {'0' * 64}")]
)  # fmt: skip
def test_bytes_that_are_not_the_known_ones_are_refused_and_not_kept(
    server: FileServer, cache: Path, known: dict[str, Any], said: str
) -> None:
    result = fetched(server.serve("/tolls.csv", BODY), **known)
    assert result.state == "refused" and said in result.problem
    assert files(cache) == []


@pytest.mark.parametrize("options", [{"cut_after": 100_000}, {"stall_after": 100_000}])
def test_a_broken_download_is_taken_up_where_it_stopped(server: FileServer, options: dict[str, int]) -> None:
    url = server.serve("/tolls.csv", BODY, **options)
    with pytest.raises(CannotRunError, match="ask again to go on from there"):
        fetched(url)
    url = server.serve("/tolls.csv", BODY)
    result = fetched(url)
    assert result.state == "resumed" and result.path.read_bytes() == BODY
    (asked,) = server.asked("/tolls.csv")
    assert int(asked["range"].removeprefix("bytes=").removesuffix("-")) > 0
    assert asked["if-range"] == server.paths["/tolls.csv"].etag


def test_what_changed_meanwhile_is_begun_anew(server: FileServer) -> None:
    with pytest.raises(CannotRunError):
        fetched(server.serve("/tolls.csv", BODY, cut_after=100_000))
    result = fetched(server.serve("/tolls.csv", OTHER))
    assert result.state == "fetched" and result.path.read_bytes() == OTHER


@pytest.mark.parametrize("options", [{"takes_ranges": False}, {"has_etag": False}])
def test_a_server_that_cannot_resume_is_asked_for_the_whole(server: FileServer, options: dict[str, bool]) -> None:
    with pytest.raises(CannotRunError):
        fetched(server.serve("/tolls.csv", BODY, cut_after=100_000, **options))
    assert fetched(server.serve("/tolls.csv", BODY, **options)).path.read_bytes() == BODY


def test_a_beginning_that_is_the_whole_already_ends_well(server: FileServer, cache: Path) -> None:
    url = server.serve("/tolls.csv", BODY)
    folder = cache / "tolls" / "v1"
    folder.mkdir(parents=True)
    (folder / "tolls.csv.part").write_bytes(BODY)
    note = {"url": url, "validator": server.paths["/tolls.csv"].etag}
    (folder / "tolls.csv.part.json").write_text(json.dumps(note), encoding="utf-8")
    assert fetched(url).path.read_bytes() == BODY


@pytest.mark.parametrize(
    "note", ["", "[]", '{"url": "https://elsewhere.example/", "validator": "x"}', '{"validator": 1}']
)
def test_a_beginning_of_something_else_is_not_gone_on_with(server: FileServer, cache: Path, note: str) -> None:
    folder = cache / "tolls" / "v1"
    folder.mkdir(parents=True)
    (folder / "tolls.csv.part").write_bytes(b"not the beginning")
    (folder / "tolls.csv.part.json").write_text(note, encoding="utf-8")
    assert fetched(server.serve("/tolls.csv", BODY)).path.read_bytes() == BODY
    assert "range" not in server.asked("/tolls.csv")[0]


def test_an_interrupt_keeps_what_came(server: FileServer, cache: Path) -> None:
    def interrupt(done: int, total: int | None) -> None:
        if done > 100_000:
            raise KeyboardInterrupt

    url = server.serve("/tolls.csv", BODY)
    with pytest.raises(KeyboardInterrupt):
        fetch(origin(url), None, interrupt)
    assert files(cache) == ["tolls.csv.part", "tolls.csv.part.json"]
    assert fetched(url).state == "resumed"


def test_a_full_disk_keeps_what_came_and_says_so(
    server: FileServer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = datasets_http._written

    def fill(answer: Any, file: Any, start: int, total: int | None, progress: datasets_http.Progress) -> None:
        class Disk:
            def write(self, chunk: bytes) -> None:
                if file.tell() > 100_000:
                    raise OSError(errno.ENOSPC, "No space left on device")
                file.write(chunk)

        written(answer, Disk(), start, total, progress)  # type: ignore[arg-type]

    url = server.serve("/tolls.csv", BODY)
    with monkeypatch.context() as patched:
        patched.setattr(datasets_http, "_written", fill)
        with pytest.raises(CannotRunError, match="is full; what came is kept"):
            fetched(url)
    assert (cache / "tolls" / "v1" / "tolls.csv.part").stat().st_size > 100_000
    result = fetched(url)
    assert result.state == "resumed" and result.path.read_bytes() == BODY


def test_a_slow_server_is_waited_for(server: FileServer) -> None:
    assert fetched(server.serve("/tolls.csv", BODY, pause_seconds=0.02)).path.read_bytes() == BODY


def test_a_body_of_unknown_length_is_taken_to_its_end(server: FileServer) -> None:
    assert fetched(server.serve("/tolls.csv", BODY, says_length=False)).path.read_bytes() == BODY


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_beyond_the_limit_is_not_taken(
    server: FileServer, monkeypatch: pytest.MonkeyPatch, says_length: bool
) -> None:
    monkeypatch.setattr(datasets_http, "MOST_BYTES", 1000)
    with pytest.raises(CannotRunError, match="1,000"):
        fetched(server.serve("/tolls.csv", BODY, says_length=says_length))


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "no such file"), (410, "gone"), (403, "forbidden"), (429, "wait"), (500, "try again"), (503, "try again"),
     (204, "nothing came")],
)  # fmt: skip
def test_every_refusal_is_a_sentence_with_its_number(server: FileServer, cache: Path, status: int, said: str) -> None:
    with pytest.raises(CannotRunError, match=f"answered {status}: .*{said}"):
        fetched(server.serve("/tolls.csv", status=status))
    assert files(cache) == []


def test_redirects_are_followed_and_the_last_address_is_written_down(server: FileServer) -> None:
    server.serve("/real.csv", BODY)
    server.serve("/second", status=307, location="/real.csv")
    result = fetched(server.serve("/tolls.csv", status=302, location=server.address + "/second"))
    assert result.path.name == "tolls.csv" and result.path.read_bytes() == BODY
    assert result.record["address_final"] == server.address + "/real.csv"


def test_redirects_in_a_circle_end(server: FileServer) -> None:
    with pytest.raises(CannotRunError, match="redirects more than 5 times"):
        fetched(server.serve("/tolls.csv", status=302, location="/tolls.csv"))
    assert len(server.asked("/tolls.csv")) == 6


@pytest.mark.parametrize("location", ["http://example.org/x", "file:///etc/passwd", "ftp://example.org/x", "//[bad"])
def test_a_redirect_away_from_https_is_not_followed(server: FileServer, location: str) -> None:
    with pytest.raises(CannotRunError, match="is not asked"):
        fetched(server.serve("/tolls.csv", status=302, location=location))


@pytest.mark.parametrize(
    ("url", "is_local", "is_refused"),
    [
        ("https://example.org/x", None, False), ("https://example.org/x", False, False),
        ("http://example.org/x", None, True), ("http://127.0.0.1:80/x", None, False), ("http://[::1]/x", None, False),
        ("http://localhost/x", None, False), ("https://127.0.0.1/x", False, True), ("http://localhost/x", False, True),
        ("http://127.0.0.1.example.org/x", None, True), ("https://user:secret@example.org/x", None, True),
        ("file:///etc/passwd", None, True), ("https://", None, True), ("tolls.csv", None, True), ("", None, True),
        ("https://example.org:port/x", None, True),
    ],
)  # fmt: skip
def test_only_https_and_this_machine_are_asked_and_nobody_leads_here(
    url: str, is_local: bool | None, is_refused: bool
) -> None:
    assert (datasets_http.refused_address(url, is_local) is not None) == is_refused


def test_a_server_that_is_not_there_is_a_sentence() -> None:
    with file_server() as server:
        address = server.address
    with pytest.raises(CannotRunError, match="cannot be reached"):
        fetched(address + "/tolls.csv")


def test_a_second_fetch_at_the_same_time_is_told_to_wait(server: FileServer) -> None:
    url = server.serve("/tolls.csv", BODY)

    def again(done: int, total: int | None) -> None:
        with pytest.raises(CannotRunError, match="Another fetch"):
            fetched(url)

    assert fetch(origin(url), None, again).state == "fetched"


@pytest.mark.parametrize("path", ["/", "/..", "/%2e%2e%2fup.csv", "/origin.json", "/.hidden", "/a%00b.csv"])
def test_no_address_chooses_a_file_outside_its_folder_or_the_record(server: FileServer, cache: Path, path: str) -> None:
    server.serve("*", BODY)
    result = fetched(server.address + path)
    assert result.path == cache / "tolls" / "v1" / result.path.name
    assert result.path.name in {"tolls.csv", "up.csv"}


@pytest.mark.parametrize("version", ["../..", "a/b", "", "-x"])
def test_no_version_leads_out_of_the_cache(server: FileServer, version: str) -> None:
    url = server.serve("/tolls.csv", BODY)
    told = {"version": version, "download_urls": [{"version": version, "url": url}]}
    with pytest.raises(CannotRunError, match="is not a version"):
        fetch(DatasetEntry("tolls", told), version, lambda done, total: None)


def test_a_version_without_an_address_names_those_that_have_one() -> None:
    with pytest.raises(CannotRunError, match="known are v1"):
        fetch(origin("https://example.org/x"), "v2", lambda done, total: None)


def test_a_cache_that_cannot_be_written_is_a_sentence(server: FileServer, cache: Path) -> None:
    cache.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(CannotRunError, match="cannot be made"):
        fetched(server.serve("/tolls.csv", BODY))
