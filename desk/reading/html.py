"""The article of a saved web page, without its navigation and the boxes beside it (trafilatura), and its metadata."""

import logging

import trafilatura
from htmldate import find_date
from lxml import etree

from desk.reading.metadata import Metadata

# Where a page says its day itself: <time>, Open Graph, schema.org. Anything else that htmldate finds is a guess of it.
PRINTED = (
    "//meta[@property='article:published_time' or @property='og:published_time' or @itemprop='datePublished' or "
    "@name='date' or @name='pubdate' or @name='dc.date' or @name='DC.date.issued' or @name='publish-date']/@content",
    "//time/@datetime",
)


def text_of_html(content: bytes) -> tuple[str, Metadata]:
    """Return the article, one paragraph a line, and title, publisher, language and day as the page tells them."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    tree = trafilatura.load_html(content)
    if tree is None:
        return "", Metadata()
    language = (tree.get("lang") or "")[:2].lower()
    printed = _printed_day(tree)
    found = trafilatura.bare_extraction(tree, with_metadata=True, include_comments=False, include_tables=True)
    if found is None or isinstance(found, dict):
        return "", Metadata()
    day = printed or find_date(etree.tostring(tree, encoding="unicode"), original_date=True, extensive_search=False)
    return found.text or "", Metadata(
        title=(found.title or "").strip(),
        publisher=(found.sitename or "").strip(),
        language=language,
        published_on=day or "",
        published_on_basis="stated" if printed else "inferred",
        note="" if printed or not day else "The day was found in the page's address or metadata, not in the text.",
    )


def _printed_day(tree: etree._Element) -> str:
    for path in PRINTED:
        for value in tree.xpath(path):
            day = str(value).strip()[:10]
            if len(day) == 10 and day[4] == day[7] == "-" and day.replace("-", "").isdigit():
                return day
    return ""
