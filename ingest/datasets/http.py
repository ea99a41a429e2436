"""One file over HTTP: https, few redirects, a bounded size, and a partial download that can be taken up again."""

import errno
import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urljoin, urlsplit

import urllib3

from ingest.errors import CannotRunError, quoted
from ingest.files import shown_path

MOST_REDIRECTS = 5
MOST_BYTES = 8 << 30
CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
CHUNK = 1 << 16
REDIRECTS = {301, 302, 303, 307, 308}
ALWAYS = {"User-Agent": "on-record (a person asked for this file)", "Accept-Encoding": "identity"}

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Received:
    """What came: where from in the end, its validators, whether it was resumed; None is "the server did not say"."""

    address_final: str
    etag: str | None
    last_modified: str | None
    was_resumed: bool
    is_unchanged: bool = False


@dataclass(frozen=True)
class _Part:
    """A partial download: the file, and beside it which answer of which address it is the beginning of."""

    path: Path
    url: str

    @property
    def note(self) -> Path:
        return self.path.with_name(self.path.name + ".json")

    def known(self) -> tuple[int, str | None]:
        """Return how many bytes there are and the validator to resume by; nothing where it cannot be resumed."""
        try:
            described = json.loads(self.note.read_text(encoding="utf-8"))
            size = self.path.stat().st_size
        except (OSError, ValueError):
            return 0, None
        validator = (
            described.get("validator") if isinstance(described, dict) and described.get("url") == self.url else None
        )
        return (size, validator) if size and isinstance(validator, str) else (0, None)

    def begin(self, validator: str | None) -> None:
        """Write down whose beginning follows."""
        self.note.write_text(json.dumps({"url": self.url, "validator": validator}), encoding="utf-8")


def shown_address(url: str) -> str:
    """Return an address as messages give it: whole, and safe to print."""
    return "".join(character if character.isprintable() else "?" for character in url[:500])


def refused_address(url: str, is_local: bool | None = None) -> str | None:
    """Return why an address may not be asked, None where it may: https, or http to this machine itself.

    ``is_local`` False forbids this machine: an address elsewhere may not redirect to it.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is no address"
    if not host or parts.username or parts.password:
        return "it names no host, or a user"
    here = _is_loopback(host)
    if here and is_local is False:
        return "it leads from elsewhere to this machine"
    return None if parts.scheme == "https" or (parts.scheme == "http" and here) else "it is not https"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def download(url: str, part: Path, etag: str | None, progress: Progress) -> Received:
    """Download into ``part``, taking up what is there of the same answer; with ``etag``, only if it has changed.

    Raises CannotRunError with a sentence; what came so far is kept, and so it is after an interrupt.
    """
    held = _Part(part, url)
    with urllib3.PoolManager(retries=False) as pool:
        size, validator = (0, None) if etag else held.known()
        wanted = dict(ALWAYS)
        wanted |= {"Range": f"bytes={size}-", "If-Range": validator} if validator else {}
        wanted |= {"If-None-Match": etag} if etag else {}
        try:
            answer, final = _asked(pool, url, wanted)
            if answer.status == 416 and size:
                # What is there is longer than the file: begin anew.
                answer.release_conn()
                size, (answer, final) = 0, _asked(pool, url, ALWAYS)
            return _kept(answer, final, held, size, progress)
        except urllib3.exceptions.HTTPError as error:
            raise CannotRunError(_sentence(url, error, part)) from error


def _asked(pool: urllib3.PoolManager, url: str, headers: Mapping[str, str]) -> tuple[urllib3.BaseHTTPResponse, str]:
    """Ask, follow redirects one by one, each looked at before it is followed, and return the answer and its address."""
    host = urlsplit(url).hostname or ""
    is_local, address = _is_loopback(host), url
    for _ in range(MOST_REDIRECTS + 1):
        if reason := refused_address(address, is_local):
            raise CannotRunError(f"{shown_address(address)} is not asked: {reason}.")
        answer = pool.request(
            "GET", address, headers=headers, redirect=False, preload_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        )  # fmt: skip
        if answer.status not in REDIRECTS:
            return answer, address
        answer.release_conn()
        address = _led_to(address, answer.headers.get("Location", ""))
    raise CannotRunError(f"{shown_address(url)} redirects more than {MOST_REDIRECTS} times.")


def _led_to(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        return location  # no address, and refused as one


def _kept(
    answer: urllib3.BaseHTTPResponse, final: str, held: _Part, requested_from: int, progress: Progress
) -> Received:
    """Write the body of an answer behind what is there of it, or anew."""
    headers = answer.headers
    etag, modified = headers.get("ETag"), headers.get("Last-Modified")
    if answer.status == 304:
        return Received(final, etag, modified, was_resumed=False, is_unchanged=True)
    if answer.status != 200 and not (answer.status == 206 and requested_from):
        raise CannotRunError(_refusal(held.url, answer.status))
    start = requested_from if answer.status == 206 else 0
    total = _total(answer, start, held.url)
    try:
        if not start:
            # Before the note: killed in between, old bytes would be taken for the beginning of what the note is about.
            held.path.unlink(missing_ok=True)
            # A weak validator promises the same meaning, not the same bytes.
            held.begin(etag if etag and not etag.startswith("W/") else modified)
        with held.path.open("r+b" if start else "wb") as file:
            file.seek(start)
            _written(answer, file, start, total, progress)
    except OSError as error:
        raise CannotRunError(_disk_sentence(held.path, error)) from error
    if total is not None and held.path.stat().st_size != total:
        raise CannotRunError(
            f"{shown_address(held.url)} ended after {held.path.stat().st_size:,} of {total:,} bytes; "
            "ask again to go on from there."
        )
    return Received(final, etag, modified, was_resumed=bool(start))


def _total(answer: urllib3.BaseHTTPResponse, start: int, url: str) -> int | None:
    """Return how many bytes the whole has, None where the server does not say; CannotRunError where it is too many."""
    length = answer.headers.get("Content-Length", "")
    total = start + int(length) if length.isdigit() else None
    if start:
        described = answer.headers.get("Content-Range", "")
        if not described.startswith(f"bytes {start}-"):
            raise CannotRunError(
                f"{shown_address(url)} answered with another part than the one asked for: {quoted(described)}."
            )
    if total is not None and total > MOST_BYTES:
        raise CannotRunError(f"{shown_address(url)} has {total:,} bytes; more than {MOST_BYTES:,} are not downloaded.")
    return total


def _written(
    answer: urllib3.BaseHTTPResponse, file: IO[bytes], start: int, total: int | None, progress: Progress
) -> None:
    done = start
    for chunk in answer.stream(CHUNK, decode_content=False):
        done += len(chunk)
        if done > MOST_BYTES:
            raise CannotRunError(f"More than {MOST_BYTES:,} bytes came, and the rest was not taken.")
        file.write(chunk)
        progress(done, total)


def _refusal(url: str, status: int) -> str:
    known = {404: "there is no such file", 410: "the file is gone", 401: "it wants a sign-in", 403: "it is forbidden",
             429: "too many requests; wait a while"}  # fmt: skip
    why = known.get(status) or ("the server is in trouble; try again later" if status >= 500 else "nothing came")
    return f"{shown_address(url)} answered {status}: {why}."


def _sentence(url: str, error: urllib3.exceptions.HTTPError, part: Path) -> str:
    kept = f" {part.stat().st_size:,} bytes are kept; ask again to go on from there." if part.is_file() else ""
    # Of these classes the first is one of the second, and the second one of the timeouts.
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return f"The host of {shown_address(url)} is not known; is there a network?"
    if isinstance(error, urllib3.exceptions.SSLError):
        return f"The certificate of {shown_address(url)} is not trusted: {error}."
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return f"{shown_address(url)} cannot be reached: {error.args[-1]}."
    if isinstance(error, urllib3.exceptions.ConnectTimeoutError | urllib3.exceptions.ReadTimeoutError):
        return f"{shown_address(url)} did not answer in time.{kept}"
    return f"The connection to {shown_address(url)} broke.{kept}"


def _disk_sentence(path: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"The disk of {shown_path(path.parent)} is full; what came is kept. Free some room and ask again."
    return f"{shown_path(path)} cannot be written: {error.strerror or error}."
