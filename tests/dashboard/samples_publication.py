"""The record with the samples of published data sets, laid where the dashboard looks; or the record of it alone."""

from pathlib import Path

import duckdb
from workshop import Workshop

BUILD = """
    create table build as select 'data-sets' as build_id, '0.1.0' as on_record_version, 'literal' as hedge_convention,
        (select count(*) from fct_figures) as figure_count, (select count(*) from dim_documents) as document_count,
        (select max(published_on) from fct_figures) as known_until_on, timestamp '2026-01-01' as loaded_at,
        timestamp '2026-01-01' as recorded_until_at, date '2026-01-01' as recorded_on,
        timestamp '2026-01-01' as published_at
"""


def publish_samples(samples: Workshop, folder: Path, *, is_record_alone: bool = False) -> Path:
    """Write what `build_samples` built as a publication in a folder; without data sets where the record is alone."""
    target = folder / "20260101T000000000000Z.duckdb"
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach '{samples.warehouse}' as warehouse (read_only)")
        names = connection.execute(
            "select table_name from information_schema.tables where table_catalog = 'warehouse' "
            "and table_schema = 'main' and regexp_matches(table_name, '^(dim|fct|range|check)_')"
        ).fetchall()
        for (name,) in names:
            columns = {column for (column, *_) in connection.execute(f'describe warehouse.main."{name}"').fetchall()}
            kept = " where episode_id <> 'worldwide'" if is_record_alone and "episode_id" in columns else ""
            kept = " where false" if is_record_alone and "dataset_id" in columns - {"episode_id"} and not kept else kept
            connection.execute(f'create table "{name}" as from warehouse.main."{name}"{kept}')
        connection.execute(BUILD)
    return folder
