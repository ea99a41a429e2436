"""No text of a document or a data set becomes a formula, in whichever file it leaves by; numbers stay numbers."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient
from history_publication import NOW, write
from small_publication import PATHS

from dashboard.api.schema import ENDPOINTS
from dashboard.exports import views
from dashboard.publication.folder import publications
from dashboard.text.csv_escape import RUN

# Columns whose words come from a document, a data set, a seed or an editor; ids are allow-listed where they come in.
WORDS = re.compile(
    r"name|title|publisher|phrase|note|reason|sentence|description|citation|url|document_url|document_title|row_key"
    r"|source_original|place_stated|value_(old|new|published|corrected)|load_id|status|record_file|file_name|kind"
)
VIEWS = [*PATHS, *views.PAGES, "/figure/f-03"]


def laid_with_traps(path: Path) -> Path:
    """Write a publication in which every such text, and what is said of the columns, begins as a formula does."""
    write(path, NOW)
    signs = cycle(RUN)
    with duckdb.connect(str(path)) as connection:
        texts = connection.execute(
            "select table_name, column_name from duckdb_columns() join duckdb_tables() using (table_name) "
            "where data_type = 'VARCHAR'"
        ).fetchall()
        for table, column in texts:
            if WORDS.fullmatch(column) and table != "build":
                said = f"update {table} set {column} = ? || {column} where {column} is not null"
                connection.execute(said, [f"{next(signs)}1+"])
        for table, column in texts:
            connection.execute(f"comment on column {table}.{column} is '=1+1'")
    return path


@pytest.fixture(scope="module")
def client(app: Dash, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    path = laid_with_traps(tmp_path_factory.mktemp("traps") / "20260101T000000000000Z.duckdb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ON_RECORD_PUBLISHED", str(path.parent))
        yield app.server.test_client()
        publications().close()


def tables_of(path: str) -> list[views.Sheet]:
    with publications().cursor() as cursor:
        shown = views.shown(cursor, path, "")
    assert shown
    return list(shown.sheets)


def addresses() -> Iterator[tuple[str, str]]:
    """Every table that can be had as a file, and the workbook it is in."""
    for endpoint in ENDPOINTS:
        yield f"{endpoint.path}?format=csv", f"{endpoint.path}?format=xlsx"
    for path in VIEWS:
        file = "/index" if path == "/" else path
        for sheet in tables_of(path):
            yield f"{file}.csv?table={sheet.name}", f"{file}.xlsx"


def test_no_cell_of_any_file_is_a_formula(client: FlaskClient) -> None:
    defused: dict[str, int] = {}
    for file, book in addresses():
        answer = client.get(file)
        assert answer.status_code == 200, file
        lines = list(csv.reader(io.StringIO(answer.text, newline="")))
        cells = [cell for line in lines for cell in line]
        assert [cell for cell in cells if cell.startswith(RUN) and not re.fullmatch(r"-\d+(\.\d+)?", cell)] == [], file
        defused[file] = len(lines) == 1 or sum(cell.startswith(tuple(f"'{sign}" for sign in RUN)) for cell in cells)
        with zipfile.ZipFile(io.BytesIO(client.get(book).data)) as workbook:
            parts = {name: workbook.read(name) for name in workbook.namelist()}
        assert not [name for name, part in parts.items() if b"<f>" in part or b"hyperlink" in part], book
    # The paths that a trap went through: each of these would have run, had it not been defused.
    missed = sorted(file for file, count in defused.items() if not count)
    assert missed == [], "else nothing was looked at"


def test_every_column_of_numbers_is_written_as_numbers(client: FlaskClient) -> None:
    wrong = [
        (path, sheet.name, name)
        for path in VIEWS
        for sheet in tables_of(path)
        for name, column in sheet.rows.items()
        if pd.api.types.is_numeric_dtype(column) and sheet.kinds[str(name)] not in ("integer", "number", "boolean")
    ]
    assert wrong == []
