"""The query of the map: which places there are. A cursor in, a pandas frame out."""

import pandas as pd

from dashboard.reading import Cursor, frame


def places(cursor: Cursor) -> pd.DataFrame:
    """List place_id, name, kind, parent_id, latitude, longitude (degrees, only of points). One row per place."""
    sql = "select place_id, name, kind, parent_id, latitude, longitude from dim_places order by place_id"
    return frame(cursor, sql)
