"""The letters that DuckDB's `lower(strip_accents())` makes others of, written out for engines that lack it.

``python -m ingest.engines.letters`` writes macros/spark/letters.sql, which macros/name_key.sql reads.
"""

from pathlib import Path

import duckdb

from common.layout import ROOT

TARGET = ROOT / "macros" / "spark" / "letters.sql"
LETTERS_IN_A_LINE = 50
NO_CHARACTERS = range(0xD800, 0xE000)
"""Halves of pairs in UTF-16: no text holds one alone."""
TEMPLATE = """\
{{#- Written by `python -m ingest.engines.letters`: letters beyond ASCII, and what DuckDB's lower(strip_accents())
    makes of each. Marks that it takes away are left to the one who calls. -#}}
{{% macro accented_letters() -%}}
    {{{{ return([
{accented}
    ] | join('')) }}}}
{{%- endmacro %}}

{{% macro plain_letters() -%}}
    {{{{ return([
{plain}
    ] | join('')) }}}}
{{%- endmacro %}}
"""


def pairs() -> list[tuple[str, str]]:
    """Return each letter that becomes another one, with that one, by code point."""
    points = [point for point in range(0x80, 0x110000) if point not in NO_CHARACTERS]
    with duckdb.connect() as connection:
        found = connection.execute(
            "select letter, plain from (select chr(point) as letter, lower(strip_accents(chr(point))) as plain "
            "from (select unnest($1::integer[]) as point)) where letter <> plain and length(plain) = 1",
            [points],
        ).fetchall()
    return sorted((str(letter), str(plain)) for letter, plain in found)


def text() -> str:
    """Return what macros/spark/letters.sql should hold."""
    found = pairs()
    return TEMPLATE.format(
        accented=_lines([letter for letter, _ in found]), plain=_lines([plain for _, plain in found])
    )


def _lines(letters: list[str]) -> str:
    starts = range(0, len(letters), LETTERS_IN_A_LINE)
    return "\n".join(f"        '{''.join(letters[start : start + LETTERS_IN_A_LINE])}'," for start in starts)


def write(target: Path = TARGET) -> None:
    """Write the file anew."""
    target.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write()
