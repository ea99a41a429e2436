"""The views of a publication, as this project's own models write them.

A backup's file is not believed what its views are: they are made again from models/ and macros/. Those few models are
written in no more of dbt than ``ref``, ``var`` and ``config``, so no build is needed to read them.
"""

import re
from pathlib import Path

import jinja2

from common.contracts import FOLDERS, MODELS, contracts

MACROS = ("measure_slice.sql", "range_slice.sql")
CONVENTIONS = frozenset({"literal", "acled"})


def views_of(hedge_convention: str) -> list[tuple[str, str]]:
    """Return name and SQL of each view of a publication, each after those it reads.

    Args:
        hedge_convention: that of the build, one of CONVENTIONS.

    """
    # What is rendered is SQL of this project, so nothing is escaped as if for a page.
    engine = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701
    engine.globals |= {
        "config": lambda **_: "",
        "ref": lambda name: f"main.{name}",
        "var": {"hedge_convention": hedge_convention}.__getitem__,
    }
    macros = "".join((MODELS.parent / "macros" / name).read_text(encoding="utf-8") for name in MACROS)
    views = {path.stem: engine.from_string(macros + path.read_text(encoding="utf-8")).render().strip()
             for path in _files() if contracts()[path.stem].is_view}  # fmt: skip
    return sorted(views.items(), key=lambda view: _depth(view[0], views))


def _files() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (MODELS / folder).glob("*.sql"))


def _depth(name: str, views: dict[str, str]) -> int:
    read = [other for other in re.findall(r"main\.(\w+)", views[name]) if other in views]
    return 1 + max((_depth(other, views) for other in read), default=0)
