"""A warehouse in which much differs and much is alike: what two engines could read in two ways, by the thousand.

Figures are put into raw as a load leaves them, by SQL that draws by hashes: the same each time. Six sources speak of a
few scopes; fractions, empty cells, ties, open ends, other scripts, quotes and backslashes are among them, an episode
that lost all its figures, and two releases of a data set of which the later corrects the earlier.
"""

from pathlib import Path

import duckdb

from ingest.warehouse.connection import open_warehouse

EMPTIED = "sudan-2023"
DOCUMENTS, FIGURES = 400, 8000
NOTES = ("It''s said", "back\\slash", "“Σ” ends ΟΔΟΣ", "e\u0301 and é", "عربي", "𝒳 🕊", 'say "so"')


def crowd(warehouse: Path, figures: int = FIGURES) -> None:
    """Put documents and figures into the warehouse at this path, which holds the sample record."""
    with open_warehouse(warehouse) as connection:
        _insert(connection, "documents", DOCUMENT, f"range({DOCUMENTS}) as t(n)")
        drawn = f"(select n, {COUNTING} as counting from range({figures}) as t(n)) as drawn"
        _insert(connection, "figures", FIGURE, drawn)
        _emptied(connection)
        _releases(connection)


def _drawn(of: str, count: int) -> str:
    """Return an expression from 0 to below a count, drawn by the row's number `n`."""
    return f"cast(hash(n, '{of}') % {count} as integer)"


def _one_of(of: str, values: str, separator: str = " ") -> str:
    """Return an expression that draws one of these words: a number, `null`, or a text, which may be empty (-)."""
    words = ["''" if word == "-" else word if word == "null" or word[0].isdigit() else f"'{word}'"
             for word in values.split(separator)]  # fmt: skip
    return f"list_extract([{', '.join(words)}], 1 + {_drawn(of, len(words))})"


DOCUMENT = {
    "episode_id": "'aleppo-2024'",
    "document_id": "'crowd-' || n",
    "publisher": _one_of("publisher", "-|The Wire|Ο ΤΥΠΟΣ|L''Agence", "|"),
    "agency": _one_of("agency", "null - AFP"),
    "title": "'Crowded ' || n",
    "language": "'en'",
    "published_on": f"date '2024-11-28' + {_drawn('published', 30)}",
    "published_on_basis": "'stated'",
    "sha256": "'x'",
    "file_name": "'crowd-' || n || '.txt'",
    "record_file": "'crowd.csv'",
    "record_line": "n",
}
NOTE = _one_of("note", "|".join(["-", *NOTES]), "|")
FIGURE = {
    "episode_id": "'aleppo-2024'",
    "figure_id": f"'crowd-' || (n % {DOCUMENTS}) || '-' || n",
    "document_id": f"'crowd-' || (n % {DOCUMENTS})",
    "paragraph": "1",
    "phrase": f"'so many: ' || {NOTE}",
    "source_id": _one_of("source", "sohr un ocha unattributed syrian_government salvation_government"),
    "measure_id": _one_of("measure", "killed killed injured displaced"),
    "population_id": _one_of("population", "all all civilians children"),
    "place_id": _one_of("place", "SY SY SY02 SY07"),
    "counting": "counting",
    "period_start_on": f"""case
        when counting in ('period', 'incident') then date '2024-11-27' + {_drawn("of", 4)}
        when counting = 'cumulative' and {_drawn("start", 3)} > 0 then date '2024-11-27' + {_drawn("started", 3)}
    end""",
    "period_end_on": f"""case
        when counting = 'period' then date '2024-12-01' + {_drawn("to", 2)}
        when counting = 'incident' then date '2024-12-01'
        when {_drawn("stated", 2)} = 0 then date '2024-12-01' + {_drawn("until", 5)}
    end""",
    "reported_on": f"date '2024-12-01' + {_drawn('reported', 6)}",
    "reported_on_basis": _one_of("basis", "stated publication"),
    "reported_at": f"""case
        when {_drawn("hour", 4)} = 0 then timestamp '2024-12-03 10:00:00' + to_hours({_drawn("at", 9)})
    end""",
    "incident_id": f"""case
        when counting = 'incident' and {_drawn("named", 2)} = 0 then 'crowd-event-' || {_drawn("event", 5)} else ''
    end""",
    "source_original_id": _one_of("cites", "- - - sohr"),
    "kind": "'count'",
    "verification": _one_of("verified", "reported reported verified"),
    "hedge_id": _one_of("hedge", "exact at_least about more_than up_to dozens nearly exact"),
    "value": f"{_drawn('value', 40)} + {_one_of('part', '0 0 0 0.5 0.25 1000 1000.5')}",
    "low": f"case when {_drawn('low', 9)} = 0 then {_drawn('lower', 20)} + 0.5 end",
    "high": f"case when {_drawn('high', 9)} = 0 then {_drawn('higher', 20)} + 20.5 end",
    "status": _one_of("status", "validated validated validated withdrawn"),
    "visibility": "'public'",
    "coded_on": "date '2024-12-10'",
    "checked_on": "date '2024-12-11'",
    "note": NOTE,
    "record_file": "'crowd.csv'",
    "record_line": "n",
}
COUNTING = _one_of("counting", "cumulative cumulative stock period incident")


def _load(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the columns of a row that the last load gave."""
    ((load_id,),) = connection.execute("select load_id from w.raw.loads order by loaded_at desc limit 1").fetchall()
    return {"load_id": f"'{load_id}'", "loaded_at": "(select max(loaded_at) from w.raw.loads)"}


def _insert(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], rows: str) -> None:
    cells = ", ".join(f"{expression} as {name}" for name, expression in (columns | _load(connection)).items())
    connection.execute(f"insert into w.raw.{table} by name select {cells} from {rows}")


def _emptied(connection: duckdb.DuckDBPyConnection) -> None:
    """An episode that was loaded and lost all its figures: what they were is kept, and nothing else of it."""
    connection.execute(
        f"insert into w.raw.replaced_figures by name select * replace ('{EMPTIED}' as episode_id, "
        "'gone-' || figure_id as figure_id, 'gone-' || document_id as document_id), load_id as replaced_by, "
        "loaded_at as replaced_at from w.raw.figures where figure_id not like 'crowd-%' limit 20"
    )


def _releases(connection: duckdb.DuckDBPyConnection) -> None:
    """Half of the rows of a release are said again by a later one, some of them with another number."""
    later = "document_id || 'b'"
    connection.execute(
        "insert into w.raw.datasets by name select * replace (load_id || 'b' as load_id, version || 'b' as version, "
        f"{later} as document_id, published_on + 90 as published_on) from w.raw.datasets where dataset_id = 'ucdp_ged'"
    )
    connection.execute(
        f"""insert into w.raw.dataset_figures by name select * replace (
            replace(figure_id, document_id, {later}) as figure_id, replace(part_of, document_id, {later}) as part_of,
            {later} as document_id, version || 'b' as version, published_on + 90 as published_on,
            value + case when hash(row_key) % 3 = 0 then 1.5 else 0 end as value)
        from w.raw.dataset_figures where dataset_id = 'ucdp_ged' and hash(row_key) % 2 = 0"""
    )
