"""The columns a reader's SQL gives, with the types they are cast to, and the tables of data sets in raw."""

import duckdb

# What every figure of a data set must have; the release says the rest.
NEEDED = ("row_key", "figure_key", "line", "phrase", "measure_id", "population_id", "counting", "hedge_id")
# In the order of raw.dataset_figures. An output a reader does not give is NULL.
OUTPUTS: dict[str, str] = {
    "row_key": "VARCHAR",
    "figure_key": "VARCHAR",
    "line": "BIGINT",
    "source_id": "VARCHAR",
    "source_original": "VARCHAR",
    "phrase": "VARCHAR",
    "measure_id": "VARCHAR",
    "population_id": "VARCHAR",
    "place_id": "VARCHAR",
    "place_name": "VARCHAR",
    "place_precision": "VARCHAR",
    "latitude": "DOUBLE",
    "longitude": "DOUBLE",
    "cause_id": "VARCHAR",
    "actor_id": "VARCHAR",
    "counting": "VARCHAR",
    "period_start_on": "DATE",
    "period_end_on": "DATE",
    "reported_on": "DATE",
    "reported_on_basis": "VARCHAR",
    "published_on": "DATE",
    "hedge_id": "VARCHAR",
    "value": "DECIMAL(20,4)",
    "low": "DECIMAL(20,4)",
    "high": "DECIMAL(20,4)",
    "part_of_key": "VARCHAR",
    "incident_id": "VARCHAR",
    "flags": "VARCHAR",
    "note": "VARCHAR",
}
TYPED = {name: kind for name, kind in OUTPUTS.items() if kind != "VARCHAR"}
PLACE_PRECISIONS = ("point", "near_point", "adm3", "adm2", "adm1", "region", "adm0", "international", "world")

FIGURES = """
figure_id VARCHAR, document_id VARCHAR, dataset_id VARCHAR, version VARCHAR, row_key VARCHAR, source_id VARCHAR,
source_original VARCHAR, phrase VARCHAR, measure_id VARCHAR, population_id VARCHAR, place_id VARCHAR,
place_name VARCHAR, place_precision VARCHAR, latitude DOUBLE,
longitude DOUBLE, cause_id VARCHAR, actor_id VARCHAR, counting VARCHAR, period_start_on DATE, period_end_on DATE,
reported_on DATE, reported_on_basis VARCHAR, published_on DATE, hedge_id VARCHAR, value DECIMAL(20,4),
low DECIMAL(20,4), high DECIMAL(20,4), part_of VARCHAR, incident_id VARCHAR, flags VARCHAR, note VARCHAR,
record_file VARCHAR, record_line BIGINT, load_id VARCHAR, loaded_at TIMESTAMP
"""
DATASETS = """
load_id VARCHAR PRIMARY KEY, dataset_id VARCHAR, version VARCHAR, document_id VARCHAR, title VARCHAR, producer VARCHAR,
source_id VARCHAR, citation VARCHAR, licence VARCHAR, licence_url VARCHAR, attribution VARCHAR, page_url VARCHAR,
download_url VARCHAR, language VARCHAR, published_on DATE, published_on_basis VARCHAR, accessed_on DATE,
file_names VARCHAR, sha256 VARCHAR, size_bytes BIGINT, reader_sha256 VARCHAR, line_count BIGINT,
header_line_count BIGINT, blank_line_count BIGINT, loaded_row_count BIGINT, rejected_row_count BIGINT,
empty_row_count BIGINT, figure_count BIGINT, flagged_figure_count BIGINT, correction_count BIGINT,
is_current BOOLEAN, loaded_at TIMESTAMP
"""
REJECTS = """
dataset_id VARCHAR, version VARCHAR, load_id VARCHAR, file VARCHAR, line BIGINT, column_name VARCHAR, value VARCHAR,
reason VARCHAR, loaded_at TIMESTAMP
"""
CORRECTIONS = """
correction_id VARCHAR, dataset_id VARCHAR, version VARCHAR, row_key VARCHAR, column_name VARCHAR,
value_published VARCHAR, value_corrected VARCHAR, reason VARCHAR, url VARCHAR, status VARCHAR, load_id VARCHAR,
loaded_at TIMESTAMP
"""
REPLACED = "replaced_by VARCHAR, replaced_at TIMESTAMP"
TABLES = {
    "dataset_figures": FIGURES,
    "replaced_dataset_figures": f"{FIGURES}, {REPLACED}",
    "datasets": DATASETS,
    "rejects": REJECTS,
    "corrections": CORRECTIONS,
    "replaced_corrections": f"{CORRECTIONS}, {REPLACED}",
}
# Where a figure was read and by which load: two readings that differ in nothing else are the same.
WHERE_READ = ("record_file", "record_line", "load_id", "loaded_at")


def figure_columns() -> list[str]:
    """Return the names of the columns of raw.dataset_figures, in order."""
    return [column.split()[0] for column in FIGURES.replace("DECIMAL(20,4)", "DECIMAL").split(",")]


def create_dataset_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing of the tables of data sets, in the schema raw of the warehouse attached as ``w``."""
    for name, columns in TABLES.items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS w.raw.{name} ({columns})")
