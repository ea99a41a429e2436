"""The Atom feed of changes: rows in, XML out. Ids are of scope and day, or of the revision, so they outlive builds."""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from dashboard.api.result import Found, plain
from dashboard.publication import cache
from dashboard.text import changes, datasets, formatting
from dashboard.text.sentences import READ_AS

ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml; charset=utf-8"
# XML has no form for these, escaped or not.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ET.register_namespace("", ATOM)


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Append one element; its text and attributes are escaped when written."""
    clean = {name: FORBIDDEN.sub("�", value) for name, value in attributes.items()}
    child = ET.SubElement(parent, f"{{{ATOM}}}{tag}", clean)
    child.text = None if text is None else FORBIDDEN.sub("�", text)
    return child


def stable_id(*parts: str) -> str:
    """Return an id that is the same for the same parts, for ever and on every host."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, 'on-record:' + '|'.join(parts))}"


def span(row: formatting.Row, prefix: str = "") -> str:
    """Return a range in words: "read as 258 – 299 or more"; what its sources said stands where the entry links to."""
    return f"{READ_AS} {formatting.span(row, before=prefix)}"


def sentence(row: formatting.Row) -> str:
    """Say what a range was, what it is, and whose reports made it so."""
    past = {name: row[f"was_{name}"] for name in ("counted_from_on", "counted_to_on")}
    before = ", ".join(filter(None, [span(row, "was_"), formatting.counted(past)]))
    was = "Nothing was reported before." if row["was_from_on"] is None else f"It was {before}."
    by = f" Reported that day by {row['voices']}." if row["voices"] else ""
    disputed = " Two of the counts cannot both hold." if row["is_disputed"] else ""
    stands = " ".join(filter(None, [formatting.counted(row), f"by {formatting.sources(row)}"]))
    return f"{formatting.scope(row)}: {span(row)}, {stands}. {was}{by}{disputed}"


def _entry(feed: ET.Element, row: formatting.Row, found: Found) -> None:
    day = plain(row["valid_from_on"], "day") or ""
    # Atom asks for a time of every entry: a change whose day the file lacks has that of the publication.
    moment = f"{day}T00:00:00Z" if day else plain(found.published_at.replace(tzinfo=None), "moment")
    entry = _add(feed, "entry")
    # Read by another convention it is another entry; by the publication's own, its id is as it always was.
    read = [found.hedge_convention] if found.is_read_otherwise else []
    _add(entry, "id", stable_id("change", row["scope_id"], day, *read))
    was = "first report" if row["was_from_on"] is None else f"was {span(row, 'was_')}"
    noun = formatting.capitalised(formatting.noun(row))
    _add(entry, "title", f"{noun}: {span(row)} ({was}) – {formatting.scope(row)}")
    _add(entry, "updated", moment)
    _add(entry, "published", moment)
    known = {"known_on": day} if day else {}
    where = f"{found.base}/figures.html?{urlencode({'scope': row['scope_id'], **known} | found.reading)}"
    _add(entry, "link", rel="alternate", type="text/html", href=where)
    _add(entry, "category", term=row["measure_id"], label=row["measure_name"] or row["measure_id"])
    _add(entry, "content", sentence(row), type="text")


def _revision(feed: ET.Element, row: formatting.Row, found: Found) -> None:
    """Add one change of our own record; a figure that is gone leads to where all changes are told."""
    entry = _add(feed, "entry")
    is_figure = row["record_table"] == "figures"
    what = f"figure {row['figure_id']}" if is_figure else f"document {row['document_id']}"
    named = f"{str(row['column_name']).replace('_', ' ')} changed" if row["change"] == "changed" else ""
    _add(entry, "id", stable_id("revision", row["revision_id"]))
    _add(entry, "title", f"Our record of {what}: {named or changes.CHANGES.get(row['change'], row['change'])}")
    for tag in ("updated", "published"):
        _add(entry, tag, plain(row["loaded_at"], "moment"))
    path = f"/figure/{quote(row['figure_id'])}" if is_figure and row["is_there"] else "/about"
    _add(entry, "link", rel="alternate", type="text/html", href=f"{found.base}{path}{found.day_query}")
    _add(entry, "category", term="revision", label="A change of our own record")
    _add(entry, "content", f"{formatting.capitalised(what)}: {changes.change(row)}.".replace("..", "."), type="text")


def atom(found: Found, revisions: Sequence[formatting.Row] = ()) -> bytes:
    """Return the feed: `revisions` of our record (queries_history.changes), then the ranges that changed.

    The frame of `found` is that of queries_api.changes.
    """
    address = found.address()
    feed = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    _add(feed, "id", stable_id("feed", address))
    _add(feed, "title", "On Record: changes of reported ranges and of our record")
    _add(
        feed,
        "subtitle",
        "Changes of our own record, and the days on which a reported range changed: what it was, is, by whom.",
    )
    _add(feed, "updated", found.about["published_at"])
    _add(_add(feed, "author"), "name", "On Record")
    _add(feed, "link", rel="self", type="application/atom+xml", href=found.base + address)
    _add(feed, "link", rel="alternate", type="text/html", href=f"{found.base}/ranges.html{found.day_query}")
    _add(feed, "rights", found.citation)
    for licence in datasets.licences(found.credits):
        _add(feed, "link", rel="license", href=licence)  # RFC 4946
    _add(feed, "generator", "On Record")
    for row in revisions:
        _revision(feed, row, found)
    for row in cache.records(found.rows):
        _entry(feed, row, found)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))
