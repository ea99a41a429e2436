"""Coding a document: decisions, undo, the end of it; and a second reading that never opens the first."""

import csv
import json
import sys
from pathlib import Path

import pytest
from small_desk import EPISODE, FORTY, SCOPE, TWELVE, make_episode, number_of, open_session, open_sheet

from desk.coding.card import card_of, resized
from desk.coding.fields import day_meant, resolved
from desk.coding.named import meant_by
from desk.coding.options import options_of
from desk.coding.session import sessions_left
from desk.page import show
from ingest.errors import CannotRunError
from ingest.record.lookups import read_vocabulary
from ingest.record.seed_rules import choices_of


def test_a_proposal_accepted_is_written_at_once_and_remembered(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    number = number_of(session, "At least 12 people")
    assert session.accept(card_of(session, number, SCOPE).cells, number, 3.0).problems == []
    again = open_session(open_sheet(tmp_path))
    (decision,) = again.worksheet.decisions
    assert (decision.decision, decision.figure_id, decision.seconds) == ("accepted", f"{EPISODE}-000-01", 3.0)
    assert [row.text("phrase") for row in again.rows()] == ["At least 12 people"]


def test_phrase_measure_and_number_are_filled_in_and_source_and_place_never(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    card = card_of(session, number_of(session, "At least 12 people"), {})
    assert {name: card.cells.get(name) for name in ("measure_id", "hedge_id", "value")} == {
        "measure_id": "killed", "hedge_id": "at_least", "value": "12",
    }  # fmt: skip
    assert not {"source_id", "place_id", "population_id", "counting", "period_start_on"} & set(card.cells)
    assert card.suggestions["counting"] == "incident"
    # 29 November 2024 is a Friday.
    assert card.suggestions["period_start_on"] == "2024-11-29"


def test_what_was_chosen_for_the_same_words_is_suggested_again(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    number = number_of(session, "three children")
    assert card_of(session, number, {}).suggestions["population_id"] == "children"
    session.learned.note(session.proposals[number], SCOPE | {"population_id": "civilian_children"})
    found = card_of(session, number, {}).suggestions
    assert (found["population_id"], found["source_id"]) == ("civilian_children", "sohr")


def test_a_key_takes_the_row_before_the_whole_scope_or_the_total_above(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    number = number_of(session, "At least 12 people")
    session.accept(card_of(session, number, SCOPE).cells, number, 1)
    part = number_of(session, "three children")
    assert card_of(session, part, {}, "before").cells["source_id"] == "sohr"
    assert card_of(session, part, {}, "part").cells["part_of"] == f"{EPISODE}-000-01"
    whole = card_of(session, part, {"cause_id": "airstrike"}, "whole").cells
    assert (whole["place_id"], whole["period_start_on"], whole.get("cause_id")) == ("sy-northwest", "2024-11-27", None)


def test_a_hedged_share_gets_its_bounds_and_the_reason_by_one_key(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    cells = card_of(session, None, {"paragraph": "2", "phrase": "nearly half"}, "share").cells
    assert (cells["value"], cells["low"], cells["high"]) == ("50", "43", "50")
    assert "nearly" in cells["note"]
    assert "low" not in card_of(session, None, {"paragraph": "2", "phrase": "half"}, "share").cells


def test_no_field_offers_a_side_of_another_war(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    asked = card_of(session, number_of(session, "At least 12 people"), {}).asked
    assert asked
    offered = {name: [each.cells[name] for each in options_of(name, asked)] for name in ("population_id", "actor_id")}
    assert "opposition_fighters" in offered["population_id"]
    vocabulary = read_vocabulary()
    for name, dimension in (("population_id", "population"), ("actor_id", "actor")):
        assert offered[name]
        assert not any(vocabulary.side_objection(dimension, each, EPISODE) for each in offered[name])


def test_undo_takes_the_row_out_and_its_id_is_not_given_again(tmp_path: Path) -> None:
    episode, _ = make_episode(tmp_path)
    before = (episode / "figures.csv").read_bytes()
    session = open_session(open_sheet(tmp_path))
    session.accept(TWELVE, None, 1)
    session.undo()
    assert (episode / "figures.csv").read_bytes() == before
    assert session.accept(TWELVE, None, 1).figure_id == f"{EPISODE}-000-02"
    assert open_session(open_sheet(tmp_path)).worksheet.decisions[0].decision == "added"


def test_it_is_finished_only_when_all_is_read_and_decided(tmp_path: Path) -> None:
    episode, _ = make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    for paragraph in (1, 2, 3):
        session.mark_read(paragraph)
    with pytest.raises(CannotRunError, match="not decided"):
        session.finish()
    for shown in session.shown():
        if shown.proposal.tier in (1, 2):
            session.refuse(shown.number, "o", 2)
    session.finish()
    with (episode / "readings.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["document_id"], row["reading"], row["aided"], row["accepted"]) == (f"{EPISODE}-000", "1", "yes", "0")
    with pytest.raises(CannotRunError, match="finished"):
        session.accept(TWELVE, None, 1)


def test_a_refusal_needs_a_reason(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    with pytest.raises(CannotRunError, match="Why"):
        session.refuse(0, "q", 1)


def test_an_unaided_reader_sees_proposals_only_when_all_is_read(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path, 2), is_aided=False)
    assert session.shown() == []
    session.accept(TWELVE, None, 1)
    for paragraph in (1, 2, 3):
        session.mark_read(paragraph)
    left = [each.proposal.phrase for each in session.shown() if each.decision is None and each.proposal.tier < 3]
    assert "three children" in left
    assert "At least 12 people" not in left


def test_a_row_that_a_killed_desk_had_written_is_taken_in(tmp_path: Path) -> None:
    make_episode(tmp_path)
    sheet = open_sheet(tmp_path)
    session = open_session(sheet)
    session.accept(TWELVE, None, 1)
    session.worksheet.path.unlink()
    again = open_session(sheet)
    assert [each.figure_id for each in again.worksheet.decisions] == [f"{EPISODE}-000-01"]


def test_a_decision_whose_row_is_gone_is_forgotten(tmp_path: Path) -> None:
    make_episode(tmp_path)
    sheet = open_sheet(tmp_path)
    open_session(sheet).accept(TWELVE, None, 1)
    sheet.remove(f"{EPISODE}-000-01")
    assert open_session(sheet).worksheet.decisions == []


def test_the_second_reading_never_opens_the_file_of_the_first(tmp_path: Path) -> None:
    episode, _ = make_episode(tmp_path)
    open_session(open_sheet(tmp_path)).accept(TWELVE, None, 1)
    opened: list[str] = []
    is_watching = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if is_watching and event == "open":
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    session = open_session(open_sheet(tmp_path, 2), is_aided=False)
    assert session.accept(TWELVE, None, 1).problems == []
    session.undo()
    session.accept(FORTY | {"paragraph": "2", "phrase": "three children", "value": "3"}, None, 1)
    for paragraph in (1, 2, 3):
        session.mark_read(paragraph)
    for shown in session.shown():
        if shown.decision is None and shown.proposal.tier in (1, 2):
            session.refuse(shown.number, "o", 1)
    session.finish()
    is_watching = False
    first = {str(episode / "figures.csv"), str(session.worksheet.path).replace(".second", "")}
    assert any(path.endswith("second/figures.csv") for path in opened)
    assert not first & set(opened)
    assert [row.text("phrase") for row in session.rows()] == ["three children"]


def test_a_worksheet_of_another_document_is_refused(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    session.mark_read(1)
    path = session.worksheet.path
    content = json.loads(path.read_text(encoding="utf-8")) | {"document_id": "other-000"}
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(CannotRunError, match="is of other-000"):
        open_session(open_sheet(tmp_path))


@pytest.mark.parametrize(
    ("phrase", "change", "wanted"),
    [
        ("12 people", "", "12 people"),
        ("12 p", "", "12 people"),
        ("12 people", "{", "people"),
        ("12 people", "}", "least 12 people"),
        ("12 people", "]", "12 people were"),
        ("12 people were", "[", "12 people"),
    ],
)
def test_a_phrase_is_made_longer_and_shorter_by_words(tmp_path: Path, phrase: str, change: str, wanted: str) -> None:
    make_episode(tmp_path)
    assert resized(open_session(open_sheet(tmp_path)), 2, phrase, change) == wanted


@pytest.mark.parametrize(
    ("text", "country_id", "wanted"),
    [
        ("Mekele", "ET", "geonames-331180"),
        ("Axum", "ET", "geonames-344420"),
        ("Tigray", "ET", "ET01"),
        ("Raya", "ET", "Raya"),
        ("Kassala", "ET", "Kassala"),
        ("Kassala state, Sudan", "ET", "SD11"),
        ("Mekele", "", "Mekele"),
        ("Sudan", "ET", "SD"),
    ],
)
def test_a_place_of_the_world_is_typed_by_its_name_and_means_one_in_the_country_of_the_war(
    text: str, country_id: str, wanted: str
) -> None:
    assert resolved("places", text, country_id) == wanted


def test_the_desk_opens_a_text_in_the_folder_of_its_episode_as_verify_does(tmp_path: Path) -> None:
    _, texts = make_episode(tmp_path)
    (texts / EPISODE).mkdir()
    for path in texts.glob("*.txt"):
        path.rename(texts / EPISODE / path.name)
    sheet = open_sheet(tmp_path)
    assert [row.text("document_id") for row in sessions_left(sheet, True)] == [f"{EPISODE}-000", f"{EPISODE}-001"]
    assert open_session(sheet).paragraphs[0] == "Strike hits the town"


def test_a_row_takes_a_place_by_its_name_and_tells_what_it_lies_in(tmp_path: Path) -> None:
    make_episode(tmp_path)
    session = open_session(open_sheet(tmp_path))
    number = number_of(session, "At least 12 people")
    card = card_of(session, number, SCOPE | {"place_id": "Saraqib"})
    assert card.cells["place_id"] == "geonames-164816"
    shown = {each["name"]: each["named"] for each in show.card(card)["fields"]}
    assert shown["place_id"] == "Saraqib, Idleb, Syria"


def test_the_form_for_a_source_offers_every_kind_that_a_source_may_be(tmp_path: Path) -> None:
    make_episode(tmp_path)
    offered = show.page(open_session(open_sheet(tmp_path)), [])["kinds"]
    assert {"ngo", "hospital", "media", "armed_group"} < set(offered)
    assert offered == choices_of("sources", "kind")


@pytest.mark.parametrize(
    ("list_name", "text", "wanted"),
    [
        ("sources", "SOHR", "sohr"),
        ("sources", "syrian obs", "sohr"),
        ("places", "Syria", "SY"),
        ("populations", "opp", "opposition_fighters"),
        ("counting", "cum", "cumulative"),
        ("sources", "s", "s"),
        ("sources", "nobody such", "nobody such"),
    ],
)
def test_what_is_typed_is_understood_or_left_as_it_is(list_name: str, text: str, wanted: str) -> None:
    assert resolved(list_name, text) == wanted


def test_a_source_is_known_as_the_text_prints_it() -> None:
    assert meant_by("sources", "the Syrian Observatory for Human Rights (SOHR)") == "sohr"
    assert meant_by("sources", "a resident of the town") == ""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("27", "2024-11-27"),
        ("30", "2024-10-30"),
        ("27.9", "2024-09-27"),
        ("15.3.11", "2011-03-15"),
        ("2024-11-01", "2024-11-01"),
    ],
)
def test_a_short_day_is_the_last_such_day_up_to_the_publication(text: str, day: str) -> None:
    assert day_meant(text, "2024-11-29") == day
