"""What ``datasets`` and ``fetch`` do: each prints its outcome and returns the exit code.

A module of its own, so that all other commands start without an HTTP client, a database and a table printer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from common.foreign import open_foreign
from ingest.cli.output import print_json
from ingest.datasets import http as datasets_http
from ingest.datasets.cache import fetch
from ingest.datasets.registry.entries import DatasetEntry, read_all_entries, read_entry
from ingest.errors import counted
from ingest.files import shown_path, warehouse_path
from ingest.warehouse.connection import sentences

FINE, PROBLEMS = 0, 1
# What is told of a load, and what raw.datasets calls it.
TOLD = {
    "version": "version",
    "files": "file_names",
    "sha256": "sha256",
    "figures_loaded": "figure_count",
    "rows_rejected": "rejected_row_count",
    "loaded_at": "loaded_at",
}


def datasets(as_json: bool) -> int:
    """Print every data set there is a reader for, with what of it is loaded."""
    loaded = _loaded()
    rows = [_summary(entry, loaded.get(entry.dataset_id, [])) for entry in read_all_entries()]
    if as_json:
        print_json({"datasets": rows})
    else:
        _print_table(rows)
    return FINE


def _summary(entry: DatasetEntry, loads: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("dataset_id", "title", "producer", "licence", "licence_url", "attribution", "page_url")
    return {
        **{name: entry.text(name) for name in names},
        "versions": entry.versions,
        "versions_to_fetch": [each.version for each in entry.fetchable],
        "loaded": loads,
    }


def _loaded() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of raw.datasets by data set; nothing where the warehouse or the table is not there."""
    path = warehouse_path()
    if not path.is_file():
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    with sentences(path), open_foreign(path.resolve()) as connection:
        is_there = (
            "select 1 from duckdb_tables() where database_name = current_database() and schema_name = 'raw' "
            "and table_name = 'datasets'"
        )
        if not connection.execute(is_there).fetchall():
            return {}
        columns = ", ".join(TOLD.values())
        sql = f"select dataset_id, {columns} from raw.datasets where is_current order by dataset_id, version"
        for dataset_id, *row in connection.execute(sql).fetchall():
            found.setdefault(dataset_id, []).append(dict(zip(TOLD, row, strict=True)))
    return found


def _print_table(rows: list[dict[str, Any]]) -> None:
    table = Table("dataset", "title", "producer", "licence", "version", "loaded", box=None, pad_edge=False)
    for row in rows:
        said = "; ".join(_load_words(each) for each in row["loaded"]) or "not loaded"
        table.add_row(
            row["dataset_id"], row["title"], row["producer"], row["licence"], ", ".join(row["versions"]), said
        )
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        # Lines of a pipe are not broken for a screen that is not there.
        console.width = 400
    console.print(table)


def _load_words(load: dict[str, Any]) -> str:
    figures, rejects = int(load["figures_loaded"] or 0), int(load["rows_rejected"] or 0)
    rejected = f", {counted(rejects, 'row')} rejected" if rejects else ""
    return f"{load['version']}: {counted(figures, 'figure')}{rejected}"


def fetch_dataset(dataset_id: str, version: str | None, as_json: bool) -> int:
    """Fetch one release and say where it is, or why it is refused."""
    entry = read_entry(dataset_id)
    with _bar(f"Fetching {dataset_id}") as progress:
        result = fetch(entry, version, progress)
    if as_json:
        described = {"state": result.state, "path": str(result.path), "problem": result.problem or None}
        print_json(described | {"origin": dict(result.record)})
    elif result.problem:
        print(result.problem)
    else:
        state = result.state.replace("_", " ")
        print(f"{shown_path(result.path)}: {state}, {result.record['size_bytes']:,} bytes, {entry.text('licence')}")
    return PROBLEMS if result.problem else FINE


@contextmanager
def _bar(words: str) -> Iterator[datasets_http.Progress]:
    """A bar of bytes on the error stream where a person looks at it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
