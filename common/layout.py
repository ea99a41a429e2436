"""Where things are: the project, the warehouse, and the files of the folder of publications.

The folder holds one immutable file for each publication, named after its UTC moment, so that names sort by age; its
folder recorded/ one file for each day as it was recorded. A file that is still being written has another ending, so
that no reader comes upon it. Nothing here opens a file.
"""

import os
import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

PROJECT_SETTING = "ON_RECORD_PROJECT"


def is_project(folder: Path) -> bool:
    """Whether a folder is a checkout of this project."""
    return (folder / "dbt_project.yml").is_file() and (folder / "seeds").is_dir() and (folder / "models").is_dir()


def _root() -> Path:
    """Return the checkout to work in: the one this file is in, else the one named, else the folder here or above.

    Installed by `pip install .`, the code lies elsewhere than the record, the seeds and the models.
    """
    beside = Path(__file__).resolve().parents[1]
    if is_project(beside):
        return beside
    if given := os.environ.get(PROJECT_SETTING, ""):
        return Path(given).expanduser().absolute()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if is_project(folder)), here)


ROOT = _root()
SEEDS = ROOT / "seeds"
FIGURES = ROOT / "figures"
WAREHOUSE_SETTING, PUBLISHED_SETTING = "ON_RECORD_WAREHOUSE", "ON_RECORD_PUBLISHED"
WAREHOUSE, PUBLISHED, RECORDED = "warehouse.duckdb", "published", "recorded"
SUFFIX = ".duckdb"
# Publications are named after their moment, days after themselves; what stands for the newest one is neither.
EVERY_FILE = f"[0-9]*{SUFFIX}"
NEWEST = f"newest{SUFFIX}"
WRITING = f"{SUFFIX}.writing"
EVERY_WRITING = f"*{WRITING}"
_MOMENT = "%Y%m%dT%H%M%S%fZ"
# Earlier versions wrote whole seconds.
PUBLICATION = re.compile(r"[0-9]{8}T[0-9]{6,12}Z\.duckdb")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.duckdb")


def named(setting: str, default: str) -> Path:
    """Return a path that an environment variable names, else this one in the project."""
    given = os.environ.get(setting, "")
    return Path(given).expanduser() if given else ROOT / default


def published_folder() -> Path:
    """Return the folder of publications: ``ON_RECORD_PUBLISHED``, else ``published`` in the project."""
    return named(PUBLISHED_SETTING, PUBLISHED)


def recorded_folder(published: Path) -> Path:
    """Return the folder of the days as they were recorded, within that of the publications."""
    return published / RECORDED


def restricted_mark(published: Path) -> Path:
    """Return the file with the figures that a build must not publish, whatever it read: written by `unpublish`.

    It stands beside the folder, not in it: the folder is what people copy elsewhere, and this names what is held back.
    """
    folder = published.resolve()
    return folder.with_name(f".{folder.name}.restricted.json")


def publication_name(moment: datetime) -> str:
    """Return the file name of what is published at a moment, which is in UTC."""
    return moment.strftime(_MOMENT) + SUFFIX


def unfinished(path: Path) -> Path:
    """Return what a publication is called until it is whole."""
    return path.with_name(path.name.removesuffix(SUFFIX) + WRITING)


def finished(path: Path) -> Path:
    """Return the name that an unfinished publication gets once it is whole."""
    return path.with_name(path.name.removesuffix(WRITING) + SUFFIX)


def file_of_day(recorded: Path, day: date | str) -> Path:
    """Return the file of a day, YYYY-MM-DD where it is a text, within the folder of the recorded days."""
    return recorded / f"{day if isinstance(day, str) else day.isoformat()}{SUFFIX}"


def day_of_file(path: Path) -> date | None:
    """Return the day a file of the recorded days is named after, or None where it is something else."""
    with suppress(ValueError):
        day = date.fromisoformat(path.stem)
        return day if path.name == file_of_day(path.parent, day).name else None
    return None
