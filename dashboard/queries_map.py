"""The query of the map: where places are. A cursor in, a pandas frame out."""

import pandas as pd

from dashboard.reading import Cursor, frame


def places(cursor: Cursor) -> pd.DataFrame:
    """List place_id, name, kind, parent_id, latitude, longitude of every place. One row per place."""
    return frame(
        cursor, "select place_id, name, kind, parent_id, latitude, longitude from dim_places order by place_id"
    )
