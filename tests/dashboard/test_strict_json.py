"""Bodies in JSON that no page of ours would send are a plain 400, whatever they are made to do to a parser."""

import gzip
import json
import time
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from bench.addresses import output_of
from dashboard.http.rate_limit import LARGEST_BODY
from dashboard.request import strict_json
from dashboard.request.callback import CALLBACK_PATH

DEEP = 100_000
SOUND = {
    "output": ".._pages_content.children..._pages_store.data..",
    "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
    "inputs": [
        {"id": "_pages_location", "property": "pathname", "value": "/about"},
        {"id": "_pages_location", "property": "search", "value": ""},
    ],
    "changedPropIds": [],
}


def valued(text: str) -> bytes:
    """Return a sound body with a text in JSON in the place of a value."""
    return json.dumps(SOUND).replace('"/about"', text).encode()


# What is no JSON of a page of ours by itself.
REFUSED: dict[str, bytes] = {
    "arrays": b"[" * DEEP + b"]" * DEEP,
    "objects": b'{"a":' * (DEEP // 3) + b"1" + b"}" * (DEEP // 3),
    "both": b'[{"a":' * (DEEP // 4) + b"1" + b"}]" * (DEEP // 4),
    "open arrays": b"[" * 2 * DEEP,
    "open objects": b'{"a":' * (DEEP // 2),
    "a deep value": valued("[" * DEEP + "]" * DEEP),
    "a deep member beside": json.dumps(SOUND)[:-1].encode() + b',"x":' + b"[" * 99_000 + b"]" * 99_000 + b"}",
    "65 deep": valued("[" * 63 + "]" * 63),
    "a long number": valued("9" * 250_000),
    "a long negative number": valued("-" + "9" * 5000),
    "a number past 64 bits": valued("1" * 19),
    "a long fraction": valued("0." + "3" * 100_000),
    "a large number": valued("1e999"),
    "NaN": valued("NaN"),
    "Infinity": valued("Infinity"),
    "-Infinity": valued("-Infinity"),
    "a member twice": valued('{"a": 1, "a": 2}'),
    "the output twice": json.dumps(SOUND)[:-1].encode() + b', "output": "x"}',
    "half a character": valued('"\\ud800"'),
    "halves the wrong way round": valued('"\\udc00\\ud800"'),
    "no UTF-8": valued('"x"').replace(b'"x"', b'"\xff"'),
    "UTF-16": json.dumps(SOUND).encode("utf-16"),
    "UTF-32": json.dumps(SOUND).encode("utf-32"),
    "a mark before": b"\xef\xbb\xbf" + json.dumps(SOUND).encode(),
    "unclosed quotes": b'"\\"' * 80_000,
    "packed": gzip.compress(json.dumps(SOUND).encode()),
    "nothing": b"",
    "two": json.dumps(SOUND).encode() * 2,
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
}


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def status(client: FlaskClient, body: bytes, kind: str = "application/json", **headers: str) -> int:
    answer = client.post(CALLBACK_PATH, data=body, content_type=kind, headers=headers)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if answer.status_code == 400:
        assert answer.text == "This is not a request that a page of On Record sends."
    return answer.status_code


def test_a_sound_body_is_answered(client: FlaskClient) -> None:
    assert status(client, json.dumps(SOUND).encode()) == 200
    assert status(client, json.dumps(SOUND).encode(), "application/json; charset=utf-8") == 200
    assert status(client, valued('"/\\ud83d\\ude00 é"')) == 200


@pytest.mark.parametrize("name", REFUSED)
def test_a_body_that_no_page_sends_is_400_and_quickly(client: FlaskClient, name: str) -> None:
    assert len(REFUSED[name]) < LARGEST_BODY
    started = time.process_time()
    assert status(client, REFUSED[name]) == 400
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"]
)
def test_another_content_type_is_400(client: FlaskClient, kind: str) -> None:
    assert status(client, json.dumps(SOUND).encode(), kind) == 400


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "x"])
def test_a_body_that_says_it_is_packed_is_400(client: FlaskClient, encoding: str) -> None:
    assert status(client, json.dumps(SOUND).encode(), **{"Content-Encoding": encoding}) == 400
    assert status(client, gzip.compress(json.dumps(SOUND).encode()), **{"Content-Encoding": encoding}) == 400


def hostile_values() -> list[Any]:
    """Values of every kind and some that texts are not meant to hold."""
    return [
        None, True, -1, 1.5, 10**17, "", "/" * 5000, "\x00", "?" + "a=1&" * 500, "'; drop table build; --", "𝕏\u202e",
        [], ["a"], {}, {"a": 1}, [[[[]]]], {"points": [{"customdata": "x"}]}, "?recorded_on=0000-00-00", "/figure/\x00",
        "?known_on=999999999-01-01", [None], {"x": None, "width": 1e300}, "/deaths", "/none", "?figure=x&rows=240",
    ]  # fmt: skip


def test_right_ids_with_hostile_values_are_never_a_500(app: Dash, pages: FlaskClient) -> None:
    selection = 0
    for output, callback in app.callback_map.items():
        if "callback" not in callback:
            continue
        named = [part.rsplit(".", 1) for part in output.strip(".").split("...")]
        outputs = [output_of(one, what) for one, what in named]
        parts = {kind: [{"id": part["id"], "property": part["property"]} for part in callback[kind]]
                 for kind in ("inputs", "state")}  # fmt: skip
        for value in hostile_values():
            body = {
                "output": output, "outputs": outputs if output.startswith("..") else outputs[0], "changedPropIds": [],
                **{kind: [part | {"value": value} for part in found] for kind, found in parts.items()},
            }  # fmt: skip
            answer = pages.post(CALLBACK_PATH, json=body)
            assert answer.status_code < 500, (output, value)
            selection += answer.status_code != 400
    assert selection > 20


NUMBERS = st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | NUMBERS | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_what_json_can_say_is_read_as_before(value: Any) -> None:
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        return
    assert strict_json.loads(text) == json.loads(text)
    assert strict_json.loads(json.dumps(value).encode()) == json.loads(text)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode(errors="replace")))
def test_no_bytes_fail_otherwise_than_with_a_value_error(data: bytes) -> None:
    try:
        strict_json.loads(data)
    except ValueError:
        return


def test_brackets_in_texts_are_no_depth() -> None:
    assert strict_json.loads(json.dumps({"a": "[" * 5000 + '"' + "{" * 5000})) == {"a": "[" * 5000 + '"' + "{" * 5000}
