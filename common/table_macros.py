"""Questions with a parameter that every publication answers: `from as_known_on('2024-11-30')`.

A macro is SQL that runs when a file is read, so of a file from elsewhere only those that read as these do are ours.
"""

import re
from functools import cache

import duckdb

from common.contracts import contracts
from common.quoting import identifier

WITHIN = """(named) as table
    with recursive within as (
        select {key} from main.{table} where {key} = named or lower(name) = lower(named)
        union
        select parts.{key} from main.{table} as parts inner join within on parts.parent_id = within.{key}
    )
    select each.* from main.{table} as each inner join within using ({key}) order by each.{key}"""

# Name: what it answers, and its parameters with its SQL.
TABLE_MACROS: dict[str, tuple[str, str]] = {
    "as_known_on": (
        "The ranges as they were known on a day: from as_known_on('2024-11-30').",
        "(day) as table select * from main.ranges_named where valid_from_on <= cast(day as DATE) "
        "and (valid_to_on is null or valid_to_on > cast(day as DATE))",
    ),
    "places_within": (
        "A place and all places within it, by id or name: from places_within('Idleb governorate').",
        WITHIN.format(table="dim_places", key="place_id"),
    ),
    "populations_within": (
        "A population and all within it, by id or name: from populations_within('civilians').",
        WITHIN.format(table="dim_populations", key="population_id"),
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


def as_written(definition: str) -> str:
    """Return a macro's text without what DuckDB writes now so, now so: brackets, spaces, and capitals."""
    return re.sub(r"[()\s]", "", definition).lower()


@cache
def definitions() -> dict[str, str]:
    """Return each macro's text as DuckDB gives it back, by name, as `as_written`."""
    with duckdb.connect() as connection:
        for table in READ:
            columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in contracts()[table].columns.items())
            connection.execute(f"create table main.{identifier(table)} ({columns})")
        for each in statements():
            connection.execute(f"create macro main.{each}")
        return {name: as_written(sql) for name, sql in connection.execute(DEFINITIONS, ["memory"]).fetchall()}
