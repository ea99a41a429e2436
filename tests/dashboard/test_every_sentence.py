"""Every sentence a reader may carry away says a number as its source said it, or that it is our reading.

All of them are read here: headlines, cards, sentences to copy, feed entries and labels of the map, of the real record
on every day on which something was published.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from dash import Dash
from flask.testing import FlaskClient
from workshop import Workshop

from dashboard.charts import map_text
from dashboard.publication.folder import publications
from dashboard.queries import measures
from dashboard.sections import measure_data, overview
from dashboard.text.sentences import READ_AS

ATOM = "{http://www.w3.org/2005/Atom}"
EPISODE = "aleppo-2024"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
SHORT = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
# What is no number of people or deeds: days, how many reports, sources, figures, documents and scopes there are.
DAYS = re.compile(
    rf"\b\d{{1,2}}(?:\s–\s\d{{1,2}})?\s(?:{MONTHS}|{SHORT})\b(?:\s–\s\d{{1,2}}\s\w+)?(?:\s\d{{4}})?"
    r"|\b20\d\d\b"
)
OURS = re.compile(
    r"\b\d[\d,]*\s(?:more\s)?(?:standing\s)?(?:named\s)?(?:sources?|reports?|figures?|documents?|scopes?|earlier\scounts?|"
    r"places?)\b|\b\d+ of \d+ fit\b|\band \d+ more\b"
)
QUOTED = re.compile("“[^”]*”")
# A reading, both its ends: "read as 258 – 299", "read as at least 14,001", "read as 200 to 999 or more".
READINGS = re.compile(rf"(?i:{READ_AS}) (?:at least )?[\d,]+(?:(?: – | to )[\d,]+)?")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def unmarked(sentence: str, stated: set[int]) -> list[str]:
    """The numbers of a sentence that are neither quoted nor stated nor said to be our reading."""
    rest = QUOTED.sub(" ", sentence)
    for pattern in (DAYS, OURS, READINGS):
        rest = pattern.sub(" ", rest)
    return [each for each in NUMBER.findall(rest) if int(float(each.replace(",", ""))) not in stated]


@pytest.fixture
def client(app: Dash, real: Workshop, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setenv("ON_RECORD_PUBLISHED", str(real.published))
    yield app.server.test_client()
    publications().close()


@pytest.fixture
def days(real: Workshop) -> list[date]:
    sql = f"select distinct published_on from fct_figures where episode_id = '{EPISODE}'"
    return [day for (day,) in real.query(sql)]


def stated_on(real: Workshop, day: date) -> set[int]:
    """The numbers of the figures that stand on a day, as printed."""
    found = real.query(
        f"""select distinct coalesce(value_stated, share_stated_pct) from fct_figures
            where published_on <= date '{day}' and (superseded_on is null or superseded_on > date '{day}')"""
    )
    return {int(value) for (value,) in found if value is not None}


def of_cards(client: FlaskClient, day: date) -> Iterator[str]:
    with client.application.test_request_context(), publications().cursor() as cursor:
        found, _ = overview._read(cursor, EPISODE, day)
        for card in found:
            yield overview.figure_words(card)
            yield overview.small_words(card, day)
            yield overview.sentence(card, day)


def of_measures(client: FlaskClient, day: date) -> Iterator[str]:
    with client.application.test_request_context(), publications().cursor() as cursor:
        for path in measures.pages(cursor):
            page = measure_data.read(cursor, path, urlencode({"episode": EPISODE, "known_on": day.isoformat()}))
            yield measure_data.headline(page)
            if page.panels:
                yield from (f"{map_text.among(p, page.panels)}: {map_text.span(p)}" for p in page.panels)
                yield from map_text.in_words(page.panels, page.places)


def of_feed(client: FlaskClient, day: date) -> Iterator[str]:
    answer = client.get(f"/feed.atom?episode={EPISODE}&known_on={day.isoformat()}")
    feed = ET.fromstring(answer.data)  # noqa: S314 — made by us
    for entry in feed.iter(f"{ATOM}entry"):
        if any(category.get("term") == "revision" for category in entry.iter(f"{ATOM}category")):
            continue
        yield from (str(entry.findtext(f"{ATOM}{tag}")) for tag in ("title", "content"))


@pytest.mark.parametrize("sentences_of", [of_cards, of_measures, of_feed])
def test_each_number_is_stated_or_said_to_be_read(
    client: FlaskClient, real: Workshop, days: list[date], sentences_of: Any
) -> None:
    read = 0
    for day in days:
        stated = stated_on(real, day)
        for sentence in sentences_of(client, day):
            assert unmarked(sentence, stated) == [], sentence
            read += bool(NUMBER.search(sentence))
    assert read > 20


def test_the_headline_says_the_numbers_as_stated_and_then_as_read(client: FlaskClient) -> None:
    every = of_cards(client, date(2024, 12, 2))
    (told,) = [text for text in every if text.startswith("As known") and "people killed in" in text]
    assert told.index("“277”") < told.index("“nearly 300 lives”") < told.index("read as 258 to 299")


@pytest.mark.parametrize(
    "sentence",
    ["People killed: 258 – 299.", "counted: 14,001 or more", "read as 258 – 299, and 301 of them", "from 201 to “277”"],
)
def test_a_number_that_nobody_stated_is_found(sentence: str) -> None:
    assert unmarked(sentence, {277, 300, 14_000}) != []


def test_what_is_said_rightly_is_let_through() -> None:
    told = (
        "As known on 2 December 2024: from “277” (SOHR, up to 30 November 2024) to “nearly 300” (a text, up to 29 "
        "November 2024; read as 258 to 299), both fit 277, 2 reports (1 named source), 2 of 3 fit 277."
    )
    assert unmarked(told, {277}) == []
