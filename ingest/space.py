"""Whether a build has room: asked before it begins, since one that fills the disk half-way has worked for nothing."""

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from common.foreign import NoRegularFileError, open_foreign
from common.layout import EVERY_FILE
from ingest.files import shown_path

# Measured from 62 to 200,000 figures, and rounded up (docs/decisions/0042-kept-running-for-years.md). Tables take whole
# blocks, so a build of a few rows needs some room too; beyond that each figure that is not published yet takes so many
# bytes, and a publication is written from a copy of the one before.
AT_LEAST, FIGURE_BUILT = 20_000_000, 650
PUBLICATION_AT_LEAST, FIGURE_PUBLISHED = 4_000_000, 400
OF_NEWEST_BUILT, OF_NEWEST_PUBLISHED = 0.5, 1.25


@dataclass(frozen=True)
class Sizes:
    """What a build begins with: figures loaded; bytes and figures of the newest publication, 0 where there is none."""

    loaded: int
    newest_bytes: int = 0
    newest_figures: int = 0

    @property
    def new(self) -> int:
        """How many figures are loaded that the newest publication does not have."""
        return max(0, self.loaded - self.newest_figures)

    @property
    def for_warehouse(self) -> int:
        """The bytes by which the working file, its log with it, may grow."""
        return round(AT_LEAST + OF_NEWEST_BUILT * self.newest_bytes + FIGURE_BUILT * self.new)

    @property
    def for_publication(self) -> int:
        """The bytes of what is published, beside all that was before."""
        return round(PUBLICATION_AT_LEAST + OF_NEWEST_PUBLISHED * self.newest_bytes + FIGURE_PUBLISHED * self.new)


def objection_to_space(warehouse: Path, published: Path, loaded: int) -> str:
    """Return a sentence with what a build needs and what is free where that does not fit, else nothing.

    Both stand on one disk or on two; where a disk cannot be asked, nothing is said of it.

    Args:
        warehouse: the working file.
        published: the folder of publications.
        loaded: how many figures are loaded.

    """
    sizes = Sizes(loaded, *_newest(published))
    needs: dict[int, tuple[Path, int]] = {}
    for place, need in ((warehouse.parent, sizes.for_warehouse), (published, sizes.for_publication)):
        there = next(folder for folder in (place.absolute(), *place.absolute().parents) if folder.is_dir())
        first, before = needs.get(there.stat().st_dev, (there, 0))
        needs[there.stat().st_dev] = (first, before + need)
    for place, need in needs.values():
        free = free_bytes(place)
        if free is not None and free < need:
            return (
                f"A build needs about {_megabytes(need)} MB on the disk of {shown_path(place)}, and "
                f"{_megabytes(free)} MB are free there: make room first. Nothing was begun."
            )
    return ""


def _newest(published: Path) -> tuple[int, int]:
    """Return the bytes and the figures of the newest publication; of one that cannot be read, its bytes alone."""
    newest = max((path for path in published.glob(EVERY_FILE) if path.is_file()), default=None)
    if newest is None:
        return 0, 0
    try:
        with open_foreign(newest) as connection:
            ((figures,),) = connection.execute("SELECT max(figure_count) FROM main.build").fetchall()
    except (duckdb.Error, NoRegularFileError):
        figures = 0
    return newest.stat().st_size, figures or 0


def free_bytes(place: Path) -> int | None:
    """Return the bytes that this user may still write on the disk of a folder; None where that cannot be asked."""
    try:
        found = os.statvfs(place)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize


def _megabytes(count: int) -> str:
    return f"{-(-count // 1_000_000):,}"
