"""dbt without the work that no test looks at.

Once measured, on a busy machine: a first build with its tests took 8.5 s of the processor instead of 10.1.
Three things, all in this process alone: a template is compiled once for its text; a template of an argument looks up
the names it uses instead of copying all of them first, as dbt's other templates do; and what is told at levels that
are neither printed nor logged (dbt_project.yml: warn) is not put together. `make test-all` runs dbt as it is.
"""

import os
from types import CodeType
from typing import Any

import pytest
from dbt_common.clients.jinja import MacroFuzzEnvironment, MacroFuzzTemplate, NativeSandboxTemplate
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

UNTOLD = {EventLevel.DEBUG, EventLevel.INFO, EventLevel.TEST}
COMPILED: dict[tuple[type, tuple[str, ...], str], CodeType] = {}
COMPILE, TELL = MacroFuzzEnvironment.compile, EventManager.fire_event


def hasten(patch: pytest.MonkeyPatch) -> None:
    """Leave that work out until the patch is undone."""
    patch.setattr(MacroFuzzEnvironment, "compile", compile_once)
    patch.setattr(NativeSandboxTemplate, "new_context", MacroFuzzTemplate.new_context)
    patch.setattr(EventManager, "fire_event", tell_what_counts)


def is_wanted() -> bool:
    """Whether dbt may leave work out in this run."""
    return not os.environ.get("ON_RECORD_FRESH_BUILDS")


def compile_once(environment: Any, source: Any, *others: Any, **options: Any) -> Any:
    """Compile a template, or return what the same text came to before."""
    if not isinstance(source, str) or any(others) or any(options.values()):
        return COMPILE(environment, source, *others, **options)
    key = (type(environment), tuple(sorted(environment.extensions)), source)
    if key not in COMPILED:
        COMPILED[key] = COMPILE(environment, source)
    return COMPILED[key]


def tell_what_counts(manager: Any, e: BaseEvent, level: EventLevel | None = None, *others: Any, **options: Any) -> None:
    """Tell of an event from warnings upwards."""
    if (level or e.level_tag()) not in UNTOLD:
        TELL(manager, e, level, *others, **options)
