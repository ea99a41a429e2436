"""The project's own SQL, written out without dbt: for whoever asks a rule of a publication, or makes its views again.

A rule stands once, in models/ and macros/. What reads it here is written in no more of dbt than ``ref``, ``var``,
``config`` and the macros of these files.
"""

from functools import cache

import jinja2

from common.layout import ROOT

MACROS = (
    "counts_from.sql", "incidents.sql", "is_unrestricted.sql", "join_names.sql", "measure_slice.sql", "over_time.sql",
    "range_slice.sql", "range_text.sql", "scope_id.sql",
)  # fmt: skip


@cache
def _engine() -> jinja2.Environment:
    # What is written is SQL of this project, so nothing is escaped as if for a page.
    engine = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701
    engine.globals |= {
        "config": lambda **_: "",
        "ref": lambda name: f"main.{name}",
        "dbt": {
            "date_trunc": lambda span, day: f"date_trunc('{span}', {day})",
            "concat": " || ".join,
            "type_string": lambda: "varchar",
        },
    }
    return engine


@cache
def _macros() -> str:
    return "".join((ROOT / "macros" / name).read_text(encoding="utf-8") for name in MACROS)


def written_out(template: str, **variables: str) -> str:
    """Return the SQL of a model, or of what calls the macros of ours above, for DuckDB.

    Args:
        template: SQL with Jinja, as in models/.
        variables: what ``var`` gives, by name.

    Raises:
        jinja2.TemplateError: it needs something of dbt that is not here.
        KeyError: it needs a variable that was not given.

    """
    return _engine().from_string(_macros() + template).render({"var": variables.__getitem__}).strip()
