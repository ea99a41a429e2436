"""Scripts and styles as small as they get: compressed once while building, served from there, kept by the browser.

`python -m dashboard.http.compressed` writes target/assets/<hash of the file>.br and .gz, what is there already
aside. Without them everything is still served, compressed on the fly and larger.
"""

import gzip
import mimetypes
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import brotli

from common.atomic import write_beside
from common.layout import ROOT

HERE = Path(__file__).resolve().parents[1]
ASSETS = HERE / "assets"
FOLDER = ROOT / "target" / "assets"
# What our pages ask of Dash, by path inside its package. Its other parts are megabytes that nobody loads.
OF_DASH = (
    "deps/polyfill@*.min.js", "deps/prop-types@*.min.js", "deps/react*@18.3.1.min.js",
    "dash-renderer/build/dash_renderer.min.js", "html/dash_html_components.min.js", "dash_table/bundle.js",
    "dcc/dash_core_components*.js", "dcc/async-graph.js", "dcc/async-markdown.js", "dcc/async-highlight.js",
)  # fmt: skip
WRITERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "br": ("br", lambda content: bytes(brotli.compress(content, quality=11))),
    "gzip": ("gz", lambda content: gzip.compress(content, 9, mtime=0)),
}


def dash_files() -> dict[str, Path]:
    """Return the files of Dash by path inside its package; Dash itself is not imported for it."""
    package = Path(str((find_spec("dash") or find_spec(__name__)).origin)).parent  # type: ignore[union-attr]
    return {path.relative_to(package).as_posix(): path for one in OF_DASH for path in sorted(package.glob(one))}


def asset_files() -> dict[str, Path]:
    """Return our own scripts and styles by path inside dashboard/assets."""
    found = (path for path in sorted(ASSETS.rglob("*")) if path.suffix in (".js", ".css", ".svg"))
    return {path.relative_to(ASSETS).as_posix(): path for path in found}


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int, _size: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:32]


def digest(path: Path) -> str:
    """Return the hash of a file's content, read again only where the file has changed."""
    found = path.stat()
    return _digest(path, found.st_mtime_ns, found.st_size)


def kind(path: Path) -> str:
    """Return the content type of a file."""
    return f"{mimetypes.guess_type(path.name)[0] or 'application/octet-stream'}; charset=utf-8"


def copy_of(path: Path, encoding: str, folder: Path = FOLDER) -> Path:
    """Return where the compressed copy of a file is, or would be."""
    return folder / f"{digest(path)}.{WRITERS[encoding][0]}"


def _write(target: Path, content: bytes) -> None:
    """Write a copy whole or not at all: somebody may be serving from the folder."""
    beside = target.with_suffix(target.suffix + ".part")
    write_beside(beside, content)
    beside.replace(target)


def pack(folder: Path = FOLDER) -> int:
    """Write the copies that are missing, remove those of files that are gone; returns how many were written."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {
        copy_of(path, encoding, folder): (path, encoding)
        for path in [*asset_files().values(), *dash_files().values()]
        for encoding in WRITERS
    }
    for old in set(folder.iterdir()) - set(wanted):
        old.unlink(missing_ok=True)
    missing = {target: made for target, made in wanted.items() if not target.exists()}
    for target, (path, encoding) in missing.items():
        _write(target, WRITERS[encoding][1](path.read_bytes()))
    return len(missing)


if __name__ == "__main__":
    pack()
