"""The wall around the desk: who is answered, what may be sent, what is written."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from small_desk import EPISODE, SCOPE, make_episode, number_of

from desk.page.app import make_app
from desk.page.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
TOKEN, PORT = "a-token-of-this-start", 8765
HOST, ORIGIN = f"127.0.0.1:{PORT}", f"http://127.0.0.1:{PORT}"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    episode, texts = make_episode(tmp_path)
    return Desk(episode, texts, 1, True)


@pytest.fixture
def client(desk: Desk) -> Iterator[FlaskClient]:
    with make_app(desk, TOKEN, PORT).test_client() as client:
        yield client


def let_in(client: FlaskClient) -> FlaskClient:
    assert client.get(f"/?token={TOKEN}", headers={"Host": HOST}).status_code == 303
    return client


def post(client: FlaskClient, name: str, body: object, **headers: str) -> tuple[int, dict[str, object]]:
    sent = {"Host": HOST, "Origin": ORIGIN} | {key.replace("_", "-"): value for key, value in headers.items()}
    answer = client.post(f"/do/{name}", json=body, headers=sent)
    return answer.status_code, answer.get_json(silent=True) or {}


def test_the_token_is_asked_for_and_then_kept_in_a_cookie_of_this_site_alone(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": HOST}).status_code == 403
    assert client.get("/?token=another", headers={"Host": HOST}).status_code == 403
    answer = client.get(f"/?token={TOKEN}", headers={"Host": HOST})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert answer.headers["Location"] == "/"
    assert client.get("/", headers={"Host": HOST}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:80", f"[::1]:{PORT}"])
def test_another_host_is_refused(client: FlaskClient, host: str) -> None:
    assert let_in(client).get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1", f"https://{HOST}"])
def test_another_origin_is_refused(client: FlaskClient, desk: Desk, origin: str) -> None:
    before = desk.sheet.path.read_bytes()
    assert post(let_in(client), "read", {"paragraph": 1}, Origin=origin)[0] == 403
    assert desk.sheet.path.read_bytes() == before


def test_without_the_token_nothing_is_done(client: FlaskClient) -> None:
    assert post(client, "read", {"paragraph": 1})[0] == 403


def test_a_form_of_another_site_is_refused(client: FlaskClient) -> None:
    let_in(client)
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        headers = {"Host": HOST, "Origin": ORIGIN, "Content-Type": kind}
        assert client.post("/do/undo", data='{"document": ""}', headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    assert let_in(client).open("/", method=method, headers={"Host": HOST, "Origin": ORIGIN}).status_code == 405


@pytest.mark.parametrize(
    "body", [[], "text", {"cells": {"a": 1}}, {"cells": []}, {"number": [1]}, {"document": "../../etc/passwd"}]
)
def test_what_the_page_does_not_send_is_refused_in_a_sentence(client: FlaskClient, body: object) -> None:
    status, answer = post(let_in(client), "card", body)
    assert (status, "problem" in answer) == (422, True)


def test_a_large_body_is_refused(client: FlaskClient) -> None:
    assert post(let_in(client), "card", {"cells": {"note": "x" * 100_000}})[0] in (413, 422)


def test_every_answer_carries_its_headers(client: FlaskClient) -> None:
    let_in(client)
    for path in ("/", "/static/desk.js", "/none"):
        with client.get(path, headers={"Host": HOST}) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_the_page_is_small_and_its_script_short(client: FlaskClient) -> None:
    page = let_in(client).get("/", headers={"Host": HOST}).data
    static = ROOT / "desk" / "page" / "static"
    assert len(page) + sum(path.stat().st_size for path in static.iterdir()) < 250_000
    assert len((static / "desk.js").read_text(encoding="utf-8").splitlines()) <= 400


def test_a_row_is_accepted_through_the_page_and_nothing_else_is_written(client: FlaskClient, desk: Desk) -> None:
    folder = desk.sheet.folder.parent
    before = {path for path in folder.rglob("*") if path.is_file()}
    number = number_of(desk.session(), "At least 12 people")
    status, answer = post(let_in(client), "accept", {"number": number, "cells": SCOPE, "seconds": 2})
    assert (status, answer["told"]) == (200, f"{EPISODE}-000-01 is written, as a draft.")
    new = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {
        path.relative_to(folder).as_posix() for path in before
    }
    assert new == {"texts/000_a.desk.json"}


def test_an_unknown_source_is_told_and_not_written(client: FlaskClient, desk: Desk) -> None:
    number = number_of(desk.session(), "At least 12 people")
    status, answer = post(let_in(client), "accept", {"number": number, "cells": SCOPE | {"source_id": "zzz"}})
    assert status == 422
    assert "source_id" in str(answer["problem"])
    assert desk.sheet.rows() == []


def test_text_of_a_document_is_never_markup(tmp_path: Path) -> None:
    episode, texts = make_episode(tmp_path)
    evil = "<script>alert(1)</script> <b>12 people</b> were killed."
    (texts / "000_a.txt").write_text(evil, encoding="utf-8")
    with make_app(Desk(episode, texts, 1, True), TOKEN, PORT).test_client() as client:
        page = let_in(client).get("/", headers={"Host": HOST}).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def start(folder: Path, *more: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "on_record", "desk", "--episode", str(folder / EPISODE), *more]
    environment = os.environ | settings
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_it_does_not_start_where_the_dashboard_is_public(tmp_path: Path) -> None:
    make_episode(tmp_path)
    done = start(tmp_path, "--documents", str(tmp_path / "texts"), ON_RECORD_PUBLIC_URL="https://example.org")
    assert (done.returncode, "ON_RECORD_PUBLIC_URL" in done.stderr) == (2, True)


def test_it_does_not_start_with_texts_in_the_project_or_without_any(tmp_path: Path) -> None:
    make_episode(tmp_path)
    assert "lies in the project" in start(tmp_path, "--documents", str(ROOT / "docs")).stderr
    assert "No text of" in start(tmp_path, "--documents", str(tmp_path)).stderr


def test_it_listens_at_one_address_of_this_machine_alone(tmp_path: Path) -> None:
    make_episode(tmp_path)
    command = [sys.executable, "-m", "on_record", "desk", "--episode", str(tmp_path / EPISODE)]
    command += ["--documents", str(tmp_path / "texts")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=\S{40,}", process.stdout.readline())
            assert address
            socket.create_connection(("127.0.0.1", int(address[1])), 60).close()
            # Linux tells who listens where, addresses in hexadecimal: this one is 127.0.0.1.
            tables = [Path("/proc/net") / name for name in ("tcp", "tcp6")]
            lines = [line.split() for path in tables if path.exists() for line in path.read_text("utf-8").splitlines()]
            places = {words[1] for words in lines if words[3] == "0A" and words[1].endswith(f":{int(address[1]):04X}")}
            assert places == {f"0100007F:{int(address[1]):04X}"}
        finally:
            process.kill()


def test_there_is_no_way_to_listen_elsewhere(tmp_path: Path) -> None:
    make_episode(tmp_path)
    done = start(tmp_path, "--documents", str(tmp_path / "texts"), "--host", "0.0.0.0")  # noqa: S104
    assert (done.returncode, "unrecognized arguments" in done.stderr) == (2, True)
