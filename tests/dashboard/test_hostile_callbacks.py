"""Callback bodies that name a callback of ours and hold what no page sends: refused or answered, never a failure."""

import copy
import json
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from bench.addresses import body_of, callbacks, is_of
from dashboard.request.callback import CALLBACK_PATH


def deep(levels: int) -> list[Any]:
    """Lists in a list, so many."""
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


HOSTILE: list[Any] = [
    None, True, 0, -1, 10**400, 1.5, float("nan"), float("inf"), "", "x", "?", "?" * 5_000, "\x00", "\ud800", "\u202e",
    "?known_on=2024-13-45&tab=no", "?known_on=0001-01-01", "?known_on=9999-12-31", "?recorded_on=9999-12-31",
    "?recorded_on=0001-01-01", "?episode=%00&place=%ff", "?measure=" + "a" * 3_000, "?rows=99999999999", "?rows=-1",
    "?figure=" + "%2e" * 99, "&".join(f"a{number}=1" for number in range(99)), [], {}, [1] * 20_000, deep(200),
    {"a": {"b": {"c": [None]}}}, {"width": "x"}, {"width": float("nan"), "scheme": []}, {"scheme": {"a": 1}},
    {"is_narrow": [], "scheme": "plaid"}, [{"points": None}], "/deaths", "/figure/x", "/figure/" + "%2e" * 50,
    ["/deaths"], {"pathname": "/"},
]  # fmt: skip
PAGES = ("/deaths", "/figure/f-06", "/", "/sources", "/checks", "/about")
KEYS = ("output", "outputs", "inputs", "state", "changedPropIds")
# What stands where a name or a list should stand.
ODD: list[Any] = [None, 10**400, "\ud800", "x.y", [], [[]], {}, [{}], [1] * 5_000, deep(100), {"a": {"b": [None]}}]


def bodies(app: Dash, path: str) -> list[dict[str, Any]]:
    """What a page at a path sends: one body for each callback of the server that it has."""
    every = [(outputs, callback) for outputs, callback in callbacks(app) if is_of(callback, path)]
    return [json.loads(body_of(outputs, callback, path, "")) for outputs, callback in every]


def status(client: FlaskClient, body: Any) -> int:
    return client.post(CALLBACK_PATH, data=json.dumps(body), content_type="application/json").status_code


@pytest.mark.parametrize("path", PAGES)
def test_no_value_of_any_input_or_state_makes_a_callback_fail(app: Dash, pages: FlaskClient, path: str) -> None:
    found = set()
    for body in bodies(app, path):
        assert status(pages, body) in (200, 204), body["output"]
        for kind in ("inputs", "state"):
            for place in range(len(body[kind])):
                for value in HOSTILE:
                    other = copy.deepcopy(body)
                    other[kind][place]["value"] = value
                    found.add((status(pages, other), body["output"][:40], str(value)[:40]))
    assert [each for each in found if each[0] >= 500] == []
    assert len(found) > 40


def test_no_part_of_a_body_makes_a_callback_fail(app: Dash, pages: FlaskClient) -> None:
    wrong = []
    for body in bodies(app, "/deaths"):
        odd = [body | {key: value} for key in KEYS for value in ODD] + [body | {"long": {}, "oldJob": [None], "x": []}]
        odd += [{name: value for name, value in body.items() if name != key} for key in body]
        odd += [body | {"changedPropIds": [value]} for value in ODD]
        odd += [_with(body, "inputs", 0, key, value) for key in ("id", "property") for value in ODD]
        wrong += [str(each)[:300] for each in odd if status(pages, each) >= 500]
    assert wrong == []


def _with(body: dict[str, Any], kind: str, place: int, key: str, value: Any) -> dict[str, Any]:
    other = copy.deepcopy(body)
    other[kind][place][key] = value
    return other


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-01-01"])
@pytest.mark.parametrize("path", ["/", "/deaths", "/sources", "/checks", "/figure/f-06", "/deaths.html", "/index.html",
                                  "/first-chart/light/narrow/", "/first-chart/light/narrow/deaths"])  # fmt: skip
def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_for(pages: FlaskClient, path: str, day: str) -> None:
    assert pages.get(f"{path}?known_on={day}").status_code < 500
