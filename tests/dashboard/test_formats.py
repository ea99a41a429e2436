"""One more entry of the registry of formats is one more format of every view, of the API and of the SQL console."""

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest
from dash import Dash
from flask.testing import FlaskClient
from workshop import ROOT

# In a process of its own: what there is to be asked for is put together as the program starts.
MORE = """
from dashboard.formats import registry

def to_tsv(tables):
    return "\\n".join("\\t".join(map(str, line)) for line in tables[0].lines()).encode()

registry.FORMATS["tsv"] = registry.Format("tsv", "TSV", "text/tab-separated-values", to_tsv)

from dashboard.app import create_app

client = create_app().server.test_client()
for path in (
    "/deaths.tsv", "/api/v1/ranges?format=tsv", "/sql/result.tsv?q=select+42+as+answer", "/deaths.html", "/api",
    "/sql/run?q=select+1", "/figure/f-01.tsv?table=related",
):
    answer = client.get(path)
    print(path, answer.status_code, answer.mimetype, answer.headers.get("Content-Disposition"), "tsv" in answer.text)
    print(answer.text[:20] if "tsv" in path else "")
"""


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def test_one_more_entry_is_a_format_of_views_api_and_sql(pages_folder: Path) -> None:
    environment = {**os.environ, "ON_RECORD_PUBLISHED": str(pages_folder)}
    run = subprocess.run(
        [sys.executable, "-c", MORE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    said = dict(line.split(" ", 1) for line in run.stdout.splitlines() if line.startswith("/"))
    for path in ("/deaths.tsv", "/api/v1/ranges?format=tsv", "/sql/result.tsv?q=select+42+as+answer",
                 "/figure/f-01.tsv?table=related"):  # fmt: skip
        assert said[path].startswith("200 text/tab-separated-values attachment"), said[path]
    assert "figure_id\treport_id" in run.stdout and "answer\n42" in run.stdout
    for path in ("/deaths.html", "/sql/run?q=select+1"):
        assert said[path].startswith("200 ") and said[path].endswith("True"), f"{path} does not offer it"


def test_an_answer_in_sql_is_a_workbook_too(client: FlaskClient) -> None:
    answer = client.get("/sql/result.xlsx?q=select+1+as+a,+'%3Dx'+as+b,+null+as+c,+1.5::double+as+d,+[1,2]+as+e")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        rows, about = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
    second = rows[rows.index('<row r="2"') :]
    assert re.findall(r"<(?:v|t)>(.*?)</", second) == ["1", "=x", "1.5", "[1, 2]"]
    assert "<f>" not in rows, "a text is a text, never a formula"
    assert "question" in about


def test_parquet_of_views_and_of_sql_says_what_it_is(client: FlaskClient, tmp_path: Path) -> None:
    for path, key in (("/deaths.parquet", "on_record"), ("/sql/result.parquet?q=select+1+as+a", "question")):
        file = tmp_path / "rows.parquet"
        file.write_bytes(client.get(path).data)
        found = duckdb.execute(f"select decode(key) from parquet_kv_metadata('{file}')").fetchall()
        assert (key,) in found
