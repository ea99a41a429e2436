"""What a file is that begins as no file of its format does."""

import codecs
import re

from ingest.record.text import BYTE_ORDER_MARK

START = 512
SPREADSHEET = "is a spreadsheet: save the sheet as CSV in UTF-8"
# Members of the zip file that a spreadsheet is: Excel's, LibreOffice's.
SPREADSHEET_MEMBERS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A CSV file may begin with a bracket too, but not with that of a list or object of anything.
JSON = re.compile(rb'[\[{]\s*(?:[\[{"\]}]|$)')


def other_format(start: bytes, table_format: str) -> str:
    """Say what a file is of these first bytes; empty where nothing speaks against ``table_format`` (csv or json)."""
    text = start.removeprefix(BYTE_ORDER_MARK).lstrip()
    kinds = (
        (start.startswith(OLD_SPREADSHEET), SPREADSHEET),
        (start.startswith(UTF_16), "is UTF-16: save it as UTF-8"),
        (b"\0" in start.partition(b"\n")[0], "holds zero bytes, as UTF-16 does: save it as UTF-8"),
        (text.startswith(b"<"), "is a web page or XML: it may be what the address showed in place of the file"),
        (text.startswith(b"version https://git-lfs"), "is a pointer of Git LFS, and not the file that it stands for"),
        (table_format == "csv" and bool(JSON.match(text)), "is JSON, and this data set is read from CSV"),
        (
            table_format == "json" and bool(text) and text[:1] not in b"[{/",
            "does not begin with [ or {, as the JSON does from which this data set is read",
        ),
    )
    return next((described for is_so, described in kinds if is_so), "")
