"""What the tests leave out of dbt's work changes neither what it builds nor what it says."""

from typing import Any

import pytest
import quick_dbt
from dbt_common.clients.jinja import get_template
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.types import Note


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_dbt.hasten(monkeypatch)


@pytest.mark.parametrize("native", [True, False])
def test_a_template_is_compiled_once_and_says_what_it_is_asked_with(native: bool) -> None:
    source = "{% set twice = number * 2 %}{{ twice }} of {{ name }}"
    before = len(quick_dbt.COMPILED)
    for number, name in ((1, "a"), (2, "b")):
        context: dict[str, Any] = {"number": number, "name": name}
        assert get_template(source, context, native=native).render(context) == f"{number * 2} of {name}"
    assert len(quick_dbt.COMPILED) == before + 1


def test_a_wrong_template_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(Exception, match="Expected an expression"):
            get_template("{% if %}", {})


@pytest.mark.parametrize("level", EventLevel)
def test_warnings_and_errors_are_told_and_nothing_below(level: EventLevel) -> None:
    manager, told = EventManager(), list[str]()
    manager.add_callback(lambda message: told.append(message.info.msg))
    manager.fire_event(Note(msg="It is so."), level=level)
    assert told == (["It is so."] if level in (EventLevel.WARN, EventLevel.ERROR) else [])
