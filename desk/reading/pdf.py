"""The text of a PDF (pdfminer.six): one paragraph a line, lines and pages joined, ligatures taken apart.

Only the Latin ligatures U+FB00 to U+FB06 are changed, since "oﬃcials" would make a phrase that is not found. Unicode's
compatibility form (NFKC) would also make 1,2003 of "1,200³", a number with its footnote.
"""

import io
import re
import unicodedata

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTTextContainer
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException

from desk.reading.metadata import Metadata
from ingest.errors import CannotRunError

LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
SOFT_HYPHEN = "\u00ad"
PAGE_NUMBER = re.compile(r"(page\s+)?\d{1,4}(\s*(/|of)\s*\d{1,4})?$", re.IGNORECASE)


def text_of_pdf(content: bytes, name: str) -> tuple[str, Metadata]:
    """Return the text of a PDF and its title; CannotRunError where it is damaged, locked or a picture of a text."""
    try:
        pages = [
            [box.get_text() for box in page if isinstance(box, LTTextContainer)]
            for page in extract_pages(io.BytesIO(content), laparams=LAParams())
        ]
        told = _metadata(content)
    except (PDFException, PSException, ValueError, KeyError, TypeError) as error:
        raise CannotRunError(f"{name} cannot be read as a PDF: {error or type(error).__name__}.") from error
    paragraphs = _joined([_paragraph(box) for page in pages for box in page])
    return "\n".join(paragraphs) + "\n" if paragraphs else "", told


def _paragraph(box: str) -> str:
    """Join the lines of a block; a word parted by a soft hyphen at the end of a line is made whole."""
    text = box.translate(LIGATURES).replace(SOFT_HYPHEN + "\n", "").replace(SOFT_HYPHEN, "")
    return " ".join(text.split())


def _joined(blocks: list[str]) -> list[str]:
    """Join a paragraph that a page break cut: its first part ends in no mark, its second begins with a small letter."""
    found: list[str] = []
    for block in blocks:
        if not block or PAGE_NUMBER.match(block):
            continue
        is_cut = found and block[0].islower() and found[-1][-1] not in '.!?:;"”’)»'
        if is_cut:
            found[-1] = f"{found[-1]} {block}"
        else:
            found.append(block)
    return found


def _metadata(content: bytes) -> Metadata:
    """The title, and the day the file was made: a guess at the day of publication, and said to be one."""
    document = PDFDocument(PDFParser(io.BytesIO(content)))
    info = document.info[0] if document.info else {}
    made = _decoded(info.get("CreationDate", b""))
    found = re.match(r"D?:?(\d{4})(\d{2})(\d{2})", made)
    return Metadata(
        title=_decoded(info.get("Title", b"")).strip(),
        published_on="-".join(found.groups()) if found else "",
        published_on_basis="inferred",
        note="The day is that on which the PDF was made." if found else "",
    )


def _decoded(value: object) -> str:
    if not isinstance(value, bytes):
        return ""
    return value.decode("utf-16" if value.startswith((b"\xfe\xff", b"\xff\xfe")) else "latin-1", errors="replace")
