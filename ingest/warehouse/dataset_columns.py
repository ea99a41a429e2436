"""The columns a reader's SQL gives, with the types they are cast to."""

from ingest.warehouse.migrations import raw_tables

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
    "kind": "VARCHAR",
    "place_role": "VARCHAR",
    "verification": "VARCHAR",
    "source_grade": "VARCHAR",
    "source_grade_scheme": "VARCHAR",
    "hedge_id": "VARCHAR",
    "value": "DECIMAL(20,4)",
    "low": "DECIMAL(20,4)",
    "high": "DECIMAL(20,4)",
    "interval_level": "DECIMAL(20,4)",
    "interval_kind": "VARCHAR",
    "rounded_to": "BIGINT",
    "part_of_key": "VARCHAR",
    "incident_id": "VARCHAR",
    "flags": "VARCHAR",
    "note": "VARCHAR",
}
TYPED = {name: kind for name, kind in OUTPUTS.items() if kind != "VARCHAR"}
PLACE_PRECISIONS = ("point", "near_point", "adm3", "adm2", "adm1", "region", "adm0", "international", "world")

# Where a figure was read and by which load: two readings that differ in nothing else are the same.
WHERE_READ = ("record_file", "record_line", "load_id", "loaded_at")


def figure_columns() -> list[str]:
    """Return the names of the columns of raw.dataset_figures, in order."""
    return list(raw_tables()["dataset_figures"])
