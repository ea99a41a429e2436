"""Rows that add up others: "Global", "Total", a region beside its countries. They are told apart by their names.

A total beside its parts counts everybody twice wherever places are added up, so such a row gives no figure.
"""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from ingest.errors import CannotRunError
from ingest.files import shown_path

NAMES = Path(__file__).with_name("total_names.csv")
TOTAL = re.compile(r"\b(?:sub|grand)?totals?\b")
# Words beside the name of a region that say no more than that it is one.
IDLE = {"all", "entire", "overall", "region", "regional", "rounded", "sum", "the", "whole"}


@cache
def total_names(path: Path = NAMES) -> frozenset[str]:
    """Return the keys of all names and codes of regions and aggregates; CannotRunError where the list is not there."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return frozenset(name_key(row["name"]) for row in csv.DictReader(file))
    except OSError as error:
        raise CannotRunError(f"{shown_path(path)} cannot be read: {error.strerror}.") from error


def name_key(name: str) -> str:
    """Return a name in small letters without accents, its words parted by one space."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain.replace("&", " and ").replace("_", " ")))


def is_total(name: str) -> bool:
    """Whether a name or code is that of a region, of the world, or of a row that adds up others."""
    key = name_key(name)
    bare = " ".join(word for word in key.split() if word not in IDLE)
    return key in total_names() or bare in total_names() or bool(TOTAL.search(key))
