"""How many keys a figure takes: the five documents of the record coded again by keyboard alone, in a real browser."""

import csv
import shutil
import statistics
from pathlib import Path

import pytest
from keyboard_coder import CODED, COUNT, Coder
from playwright.sync_api import Browser
from scratch import DOCUMENTS, RECORD
from served_desk import PATIENCE, needs_chromium, served

from desk.coding import session as sessions
from desk.page.desk import Desk
from ingest.curation.check import read_record
from ingest.curation.verify import verify_record

EPISODE = "aleppo-2024"
MOST_RIGHT, MOST_ADDED = 4, 15
"""Keys a figure, as a mean: of one that was proposed right, and of one that nobody proposed (issue of the desk)."""

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the texts of the documents are not beside the project"),
]


def coded_again(browser: Browser, folder: Path) -> tuple[Coder, int]:
    """Code the documents anew; return the coder, and how many keys reached the pages."""
    episode, texts = folder / EPISODE, folder / "texts"
    episode.mkdir()
    shutil.copytree(DOCUMENTS, texts, ignore=lambda _, names: [each for each in names if not each.endswith(".txt")])
    shutil.copy(RECORD / EPISODE / "documents.csv", episode)
    with (RECORD / EPISODE / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] != "withdrawn"]
    desk, pressed = Desk(episode, texts, 1, is_aided=True), 0
    page = browser.new_page()
    page.add_init_script(COUNT)
    page.set_default_timeout(PATIENCE)
    coder = Coder(page, rows)
    with served(desk, browser) as address:
        for document in sorted({row["document_id"] for row in rows}):
            coder.code(desk.session(document), f"{address}&document={document}")
            pressed += coder.seen()["pressed"]
    assert len(coder.ids) == len(rows)
    record, problems = read_record([episode])
    assert problems == []
    assert verify_record(record, texts).problems == []
    written = {row.text("figure_id"): row for row in record.episodes[0].figures.rows}
    for row in rows:
        new = written[coder.ids[row["figure_id"]]]
        wanted = dict(row) | {"part_of": coder.ids.get(row["part_of"], "")}
        wanted["incident_id"] = coder.events.get(row["incident_id"], "")
        names = (*CODED, "measure_id", "hedge_id", "value")
        assert {name: new.cells[name].text for name in names} == {name: wanted[name] for name in names}
    assert len(set(coder.events.values())) == len(coder.events), "two events have one id"
    return coder, pressed


def told(coder: Coder) -> str:
    means = [
        f"{kind}: {len(keys)} with {sum(keys)} keys, {statistics.mean(keys):.2f} each, median "
        f"{statistics.median(keys):.0f}, at most {max(keys)}"
        for kind, keys in coder.keys.items()
    ]
    return "\n".join([*coder.told, *means])


def test_a_figure_proposed_right_takes_four_keys_and_every_key_is_counted(browser: Browser, tmp_path: Path) -> None:
    coder, pressed = coded_again(browser, tmp_path)
    print(told(coder))
    assert pressed == sum(sum(keys) for keys in coder.keys.values())
    assert statistics.mean(coder.keys["proposed right"]) <= MOST_RIGHT, told(coder)


def test_a_figure_that_nobody_proposed_takes_fifteen_keys(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The finder finds nothing: every figure of the five documents has to be added."""
    monkeypatch.setattr(sessions, "proposals_of", lambda paragraphs, language: [])
    coder, pressed = coded_again(browser, tmp_path)
    print(told(coder))
    assert pressed == sum(sum(keys) for keys in coder.keys.values())
    assert statistics.mean(coder.keys["added"]) <= MOST_ADDED, told(coder)
