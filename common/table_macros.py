"""Questions with a parameter that every publication answers: `from as_known_on('2024-11-30')`.

A macro is SQL that runs when a file is read, so of a file from elsewhere only those that read as these do are ours.
"""

import re
from functools import cache

import duckdb

from common.contracts import contracts
from common.quoting import identifier, literal

WITHIN = """(named) as table
    with recursive within as (
        select {key} from main.{table} where {key} = named or lower(name) = lower(named)
        union
        select parts.{key} from main.{table} as parts inner join within on {lies_within}
    )
    select each.* from main.{table} as each inner join within using ({key}) order by each.{key}"""

OF_PARENT = "parts.parent_id = within.{key}"

# Name: what it answers, and its parameters with its SQL.
TABLE_MACROS: dict[str, tuple[str, str]] = {
    "as_known_on": (
        "The ranges as they were known on a day: from as_known_on('2024-11-30').",
        "(day) as table select * from main.ranges_named where valid_from_on <= cast(day as DATE) "
        "and (valid_to_on is null or valid_to_on > cast(day as DATE))",
    ),
    "places_within": (
        "A place and all places within it, by id or name: from places_within('Idleb governorate').",
        WITHIN.format(table="dim_places", key="place_id", lies_within=OF_PARENT.format(key="place_id")),
    ),
    "populations_within": (
        "A population and all within it, by id or name: from populations_within('Children').",
        WITHIN.format(
            table="dim_populations", key="population_id",
            lies_within="within.population_id in (parts.parent_id, parts.also_within_id)",
        ),
    ),
}  # fmt: skip
# As publications of earlier versions have them: those are ours too.
EARLIER: dict[str, tuple[str, ...]] = {
    "populations_within": (
        WITHIN.format(table="dim_populations", key="population_id", lies_within=OF_PARENT.format(key="population_id")),
    ),
}
READ = ("ranges_named", "dim_places", "dim_populations")
DEFINITIONS = (
    "select function_name, macro_definition from duckdb_functions() "
    "where database_name = $1 and schema_name = 'main' and function_type = 'table_macro' and not internal"
)


def statements() -> list[str]:
    """Return each macro as what follows ``create macro <schema>.``."""
    return [f"{identifier(name)}{sql}" for name, (_, sql) in TABLE_MACROS.items()]


def comments(schema: str) -> list[str]:
    """Return the statements that say in a file what each macro answers, for the schema as SQL writes it."""
    return [
        f"comment on macro table {schema}.{identifier(name)} is {literal(words)}"
        for name, (words, _) in TABLE_MACROS.items()
    ]


def as_written(definition: str) -> str:
    """Return a macro's text without what DuckDB writes now so, now so: brackets, spaces, and capitals."""
    return re.sub(r"[()\s]", "", definition).lower()


@cache
def definitions() -> dict[str, frozenset[str]]:
    """Return the texts that each macro has or had, as DuckDB gives them back, by name, as `as_written`."""
    found: dict[str, set[str]] = {name: set() for name in TABLE_MACROS}
    with duckdb.connect() as connection:
        for table in READ:
            columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in contracts()[table].columns.items())
            connection.execute(f"create table main.{identifier(table)} ({columns})")
        earlier = [f"{identifier(name)}{sql}" for name, texts in EARLIER.items() for sql in texts]
        for each in (*earlier, *statements()):
            connection.execute(f"create or replace macro main.{each}")
            for name, sql in connection.execute(DEFINITIONS, ["memory"]).fetchall():
                found[name].add(as_written(sql))
    return {name: frozenset(texts) for name, texts in found.items()}
