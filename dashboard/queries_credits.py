"""Whom to credit for figures that come from published data sets."""

import pandas as pd

from dashboard.reading import Cursor, frame

EPISODE = "worldwide"
"""The episode of all data sets: each release is one document, and its note says whom to credit, and how."""


def credits_due(cursor: Cursor) -> pd.DataFrame:
    """List title, url and note of the releases of data sets that are published here. One row per release."""
    return frame(
        cursor,
        "select title, url, note from dim_documents where episode_id = $episode_id order by document_id",
        {"episode_id": EPISODE},
    )
