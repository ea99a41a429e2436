"""The two ways the desk writes a file: whole or not at all, and of the record only after its check."""

from pathlib import Path

from common.atomic import sync_folder, write_beside
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.record.columns import TableSchema

MINE, EVERYBODYS = 0o600, 0o644


def write_whole(path: Path, content: bytes, mode: int = MINE) -> None:
    """Write a file and give it its name when its bytes are on the disk; CannotRunError where that cannot be done."""
    new = path.with_name(f".{path.name}.new")
    try:
        write_beside(new, content, mode)
        new.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise CannotRunError(f"{shown_path(path)} cannot be written: {error.strerror or error}.") from error
    finally:
        new.unlink(missing_ok=True)


def ensure_table(path: Path, schema: TableSchema) -> None:
    """Write a file of the record that is not there yet, with its header alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, (",".join(schema.names) + "\n").encode(), EVERYBODYS)
