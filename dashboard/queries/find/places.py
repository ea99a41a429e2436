"""What a place and a data set have figures of. A cursor in, rows out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from dashboard.publication.cache import Cursor, dicts, frame, kept
from dashboard.queries import datasets
from dashboard.queries.find import index
from dashboard.queries.names import names


def held(cursor: Cursor, place_id: str) -> list[dict[str, Any]]:
    """Count the figures of a place and of all within it. One row per episode and measure, those with most first.

    `own_count` are the figures of the place itself, `figure_count` those of it and of all within it.
    """
    lying = set(names(cursor).within("place", place_id))
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in index.counts(cursor):
        if row["place_id"] in lying:
            at = (row["episode_id"], row["measure_id"])
            told = found.setdefault(at, {"episode_id": at[0], "measure_id": at[1], "own_count": 0, "figure_count": 0})
            told["figure_count"] += row["figure_count"]
            told["own_count"] += row["figure_count"] if row["place_id"] == place_id else 0
    return sorted(found.values(), key=lambda row: (row["episode_id"] == datasets.EPISODE, -row["figure_count"],
                                                   row["measure_id"]))  # fmt: skip


def voices(cursor: Cursor, place_id: str) -> list[dict[str, Any]]:
    """Count the figures of a place and all within it by who states them, those with most first. One row per voice."""
    lying, found = set(names(cursor).within("place", place_id)), dict[str, int]()
    for row in index.counts(cursor):
        if row["place_id"] in lying:
            found[row["voice_id"]] = found.get(row["voice_id"], 0) + row["figure_count"]
    most = sorted(found, key=lambda voice: (-found[voice], voice))
    return [{"voice_id": voice, "voice_name": names(cursor).name("voice", voice), "figure_count": found[voice]}
            for voice in most]  # fmt: skip


def documents(cursor: Cursor, place_id: str) -> pd.DataFrame:
    """List the releases of data sets in which figures of a place and of all within it are. One row per document."""
    sql = """select distinct f.document_id from fct_figures as f
        where f.dataset_id is not null and list_contains($places::text[], f.place_id)"""
    return frame(cursor, sql, {"places": names(cursor).within("place", place_id)})


def inside(cursor: Cursor, place_id: str) -> list[dict[str, Any]]:
    """List the places within a place that have figures, or something within them has: in the order of the tree.

    One row per place, with its `depth` below the place.
    """
    known, within = names(cursor), index.counts_within(cursor)
    lying = set(known.within("place", place_id)) - {place_id}
    depths: Mapping[str, int] = dict(known.tree("place"))
    top = depths.get(place_id, 0)
    return [
        {"place_id": place, "place_name": known.name("place", place), "kind": known.of["place"][place].get("kind"),
         "depth": depth - top, "figure_count": within[place]}
        for place, depth in known.tree("place")
        if place in lying and place in within
    ]  # fmt: skip


def _by_place(cursor: Cursor) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in datasets.printed_places(cursor):
        found.setdefault(row["place_id"], []).append(row)
    return found


def printed(cursor: Cursor, place_id: str) -> list[dict[str, Any]]:
    """List the names printed in data sets that no list knows and that count for a place, those with most figures first.

    One row per name.
    """
    return kept(cursor, _by_place).get(place_id, [])


def printed_by(cursor: Cursor, dataset_id: str) -> list[dict[str, Any]]:
    """List such names of one data set, by name. One row per name and place it counts for."""
    every = [row for rows in kept(cursor, _by_place).values() for row in rows if row["dataset_id"] == dataset_id]
    return sorted(every, key=lambda row: (str(row["place_stated"]).casefold(), row["place_id"]))


def countries(cursor: Cursor, dataset_id: str, known_on: date) -> list[dict[str, Any]]:
    """Count the figures of a data set by place, those with most first. One row per place."""
    sql = """
        select f.place_id, count(*) as figure_count from fct_figures as f
        where f.dataset_id = $dataset and f.published_on <= $known_on
        group by f.place_id order by figure_count desc, f.place_id
    """
    return dicts(cursor, sql, {"dataset": dataset_id, "known_on": known_on})
