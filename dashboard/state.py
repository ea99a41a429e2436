"""The state of a view as its address says it: parsed against what exists, never trusted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlencode

PLACED_BY = ("reported", "period")
SCALES = ("linear", "log")
LONGEST = 200


@dataclass(frozen=True)
class View:
    """What the reader chose: ids, how rows are placed, the scale, and the figure that is open (or None)."""

    episode: str
    measure: str
    by: str = "reported"
    scale: str = "linear"
    figure: str | None = None


def _asked(search: object) -> dict[str, str]:
    """Return the first value of each name in `?a=b&c=d`; anything that is not such a text asks for nothing."""
    if not isinstance(search, str):
        return {}
    try:
        pairs = parse_qs(search.lstrip("?")[:2000], max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0][:LONGEST] for name, values in pairs.items()}


def parse(search: object, episodes: Sequence[str], measures: Sequence[str]) -> tuple[View, list[str]]:
    """Return the view an address asks for, and a sentence for each value that does not exist.

    Such a value is replaced by the first of `episodes` or `measures` (neither may be empty), or by the default.
    """
    asked, problems = _asked(search), []

    def choose(name: str, allowed: Sequence[str]) -> str:
        value = asked.get(name)
        if value is not None and value not in allowed:
            problems.append(f"There is no {name} “{value}” here; showing “{allowed[0]}” instead.")
        return value if value in allowed and value is not None else allowed[0]

    view = View(
        episode=choose("episode", episodes),
        measure=choose("measure", measures),
        by=choose("by", PLACED_BY),
        scale=choose("scale", SCALES),
        figure=asked.get("figure") or None,
    )
    return view, problems


def asked_episode(search: object) -> str | None:
    """Return the episode an address names, existing or not: the measures on offer depend on it."""
    return _asked(search).get("episode")


def address(view: View, **changes: str | None) -> str:
    """Return the address of a view with some values changed; defaults are left out, so that addresses stay short."""
    changed = asdict(view) | changes
    defaults = {"by": PLACED_BY[0], "scale": SCALES[0]}
    return "?" + urlencode({k: v for k, v in changed.items() if v is not None and v != defaults.get(k)})
