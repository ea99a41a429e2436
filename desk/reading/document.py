"""A file read as a document of the record: its paragraphs, its text as it will be kept, and what it tells of itself."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from desk.reading.metadata import Metadata, read_metadata
from ingest.curation.verify import paragraphs_of
from ingest.errors import CannotRunError
from ingest.files import read_bytes, shown_path

# Far above any report; a page of this size is no article.
MOST_BYTES = 20_000_000
HTML, PDF, TEXT = "html", "pdf", "txt"


@dataclass(frozen=True)
class Document:
    """What a file holds. ``text`` has one paragraph a line, as it is kept and as `verify` counts; ``sha256`` is of it.

    ``kind`` is html, pdf or txt. ``told`` is what the file says of itself, for a person to confirm.
    """

    path: Path
    kind: str
    text: str
    paragraphs: list[str]
    sha256: str
    told: Metadata = field(default_factory=Metadata)


def read_document(path: Path, language: str = "") -> Document:
    """Read an HTML, PDF or plain text file.

    Plain text in UTF-8 is kept byte for byte, so that its SHA-256 is that of the file. ``language`` is two letters, or
    empty to have it told by the text. CannotRunError where the file is missing, is none of these, or holds no text.
    """
    try:
        content = read_bytes(path)
    except FileNotFoundError:
        raise CannotRunError(f"There is no file {shown_path(path)}.") from None
    if len(content) > MOST_BYTES:
        raise CannotRunError(f"{shown_path(path)} has more than {MOST_BYTES:,} bytes: save the article alone.")
    kind = kind_of(content, path)
    text, told = _text_of(content, kind, path)
    paragraphs = paragraphs_of(text)
    if not paragraphs:
        raise CannotRunError(f"{shown_path(path)} holds no text that can be read.")
    kept = content if kind == TEXT else text.encode()
    told = read_metadata(paragraphs, told, language)
    return Document(path, kind, text, paragraphs, hashlib.sha256(kept).hexdigest(), told)


def kind_of(content: bytes, path: Path) -> str:
    """Return html, pdf or txt, by the first bytes; the name of the file only decides between the last two."""
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf-"):
        return PDF
    is_markup = (
        start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<!--")) or b"<html" in start or b"<head" in start
    )
    return HTML if is_markup or path.suffix.lower() in (".html", ".htm", ".xhtml", ".mhtml") else TEXT


def _text_of(content: bytes, kind: str, path: Path) -> tuple[str, Metadata]:
    # Both libraries take a moment to load, and plain text needs neither.
    if kind == HTML:
        from desk.reading.html import text_of_html  # noqa: PLC0415

        return text_of_html(content)
    if kind == PDF:
        from desk.reading.pdf import text_of_pdf  # noqa: PLC0415

        return text_of_pdf(content, shown_path(path))
    try:
        return content.decode("utf-8-sig"), Metadata()
    except UnicodeDecodeError as error:
        raise CannotRunError(
            f"{shown_path(path)} is not UTF-8 text (byte {error.start:,}): save it as UTF-8."
        ) from None
