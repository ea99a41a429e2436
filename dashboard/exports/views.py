"""What each view holds, as tables: the rows a reader sees, with everything needed to use and cite them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from dashboard.api import schema
from dashboard.api.result import NOTES, plain
from dashboard.components.citation import credited
from dashboard.components.page_frame import DATASET, PLACE
from dashboard.components.selection import Selection
from dashboard.components.selection import read as read_selection
from dashboard.publication import cache
from dashboard.publication.cache import Cursor, made
from dashboard.queries import base, checks, datasets, measures, pages
from dashboard.queries import history as queries_history
from dashboard.queries import measure as queries_measure
from dashboard.queries.find import newest, places
from dashboard.request import as_of
from dashboard.request.view import View
from dashboard.sections import figure_links, measure_data, measure_tabs
from dashboard.sections.find import addresses, front_door
from dashboard.sections.find import dataset as find_dataset
from dashboard.sections.find import place as find_place
from dashboard.sections.over_time import compared, measure_series
from dashboard.text import as_of as text_as_of
from dashboard.text import datasets as text_datasets
from dashboard.text import formatting
from dashboard.text.panels import group

# Rows that are made at a time: a file of more is streamed.
MOST_AT_ONCE = 5_000
NAMES = ("episode_name", "measure_name", "population_name", "place_name", "cause_name", "actor_name")
SCOPE = ("episode_id", "measure_id", "population_id", "place_id", "cause_id", "actor_id")
FIGURE_COLUMNS = (
    "figure_id", "report_id", "document_id", "scope_id", "source_id", "voice_id", *SCOPE, "part_of", *NAMES,
    "source_name", "voice_name", "speaker_name", "counting", "verification", "kind", "interval_kind", "interval_level",
    "place_role", "source_grade", "source_grade_scheme", "hedge_id", "phrase", "publisher",
    "agency", "document_title", "document_url",
    "low_basis", "high_basis", "reported_on_basis", "published_on_basis", "status", "note", "paragraph", "low",
    "value_stated", "high", "share_low_pct", "share_stated_pct", "share_high_pct", "is_share", "is_party_claim",
    "claim_about", "is_relay", "is_standing", "is_withdrawn", "is_retracted", "doubts", "period_start_on",
    "period_end_on", "counted_until_on", "reported_on", "published_on", "superseded_on",
    "dataset_id", "source_original", "place_stated", "flags", "copied", "record_line",
)  # fmt: skip
# What publications made before data sets were read do not have.
LATER = (*datasets.COLUMNS, "copied")
RANGE_COLUMNS = (
    "scope_id", *SCOPE, *NAMES, "counting", "verification", "kind", "place_role", "lowest", "highest",
    "agreement_low", "agreement_high",
    "agreement_source_count", "source_count", "named_source_count", "report_count", "earlier_source_count",
    "earlier_low", "is_open_below", "is_open_above", "is_disputed", "is_by_convention",
    "is_within_rounding", "period_start_on",
    "period_end_on", "counted_from_on", "counted_to_on", "valid_from_on", "valid_to_on",
)  # fmt: skip


SERIES_COLUMNS = (
    *SCOPE, *NAMES, "voice_id", "voice_name", "speaker_name", "report_id", "counting", "verification", "kind",
    "place_role", "span", "low", "value_stated", "high", "report_count", "is_party_claim", "has_convention", "since_on",
    "span_start_on", "span_end_on",
)  # fmt: skip
PAIR_COLUMNS = (
    *SCOPE, *NAMES, *(f"{side}_{name}" for side in ("first", "second") for name in ("voice_id", "voice_name")),
    "first_report_id", "second_report_id", "counting", "verification", "kind", "place_role", "span",
    *(f"{side}_{name}" for side in ("first", "second") for name in ("low", "value_stated", "high", "report_count")),
    "is_counted_twice", "is_within_a_tenth", "since_on", "span_start_on", "span_end_on",
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One table of a view: its name, what one row of it is, the rows, and the data sets their figures are of.

    `is_cut`: the view has more rows than these, `total` where that is counted.
    """

    name: str
    row: str
    rows: pd.DataFrame
    credits: Sequence[formatting.Row] = ()
    is_cut: bool = False
    total: int | None = None

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of every column, in their order."""
        return {str(name): kind(str(name)) for name in self.rows.columns}


def kind(column: str) -> str:
    """Return the kind of a column by the house's rules of naming; bounds are whole numbers, shares are percent.

    What stood before is of the kind of what stands.
    """
    column = re.sub(r"^(first|second)_(?=low|value_stated|high)", "", column.removeprefix("previous_"))
    if column.endswith(("_low", "_high")) and not column.startswith("share"):
        return "integer"
    return schema.kind(column)


def sheet(
    name: str, row: str, columns: Sequence[str], found: Sequence[formatting.Row], most: int | None = None
) -> Sheet:
    """Return a table of some columns of rows; of more than `most` the first so many, which it says."""
    is_cut = most is not None and len(found) > most
    rows = made(columns, [tuple(_value(each, column) for column in columns) for each in found[:most]])
    return Sheet(name, row, rows, is_cut=is_cut)


def _value(row: formatting.Row, column: str) -> Any:
    return row.get(column) if column in LATER else row[column]


@dataclass(frozen=True)
class Shown:
    """One view for one address: its tables and what a file of them must say. `address` is without a host."""

    name: str
    episode_name: str
    known_on: Any
    build: formatting.Row
    sheets: Sequence[Sheet]
    says: str
    address: str
    choices: dict[str, str]
    problems: Sequence[str] = ()
    view: View | None = None

    @property
    def credits(self) -> list[formatting.Row]:
        """The data sets whose figures are among the rows of any table, each release once."""
        due = [each for one in self.sheets for each in one.credits]
        return list({(each["dataset_id"], each["version"]): each for each in due}.values())

    @property
    def citation(self) -> str:
        """How to cite the view."""
        return credited(f"{self.episode_name}, {self.name}", self.known_on, self.build, self.credits)

    @cached_property
    def file_name(self) -> str:
        """A file name that says view, tab, day as known and build; without an ending."""
        build = str(self.build["build_id"])[:13]
        tab = f"_{self.view.tab}" if self.view else ""
        known = f"known-on-{self.known_on.isoformat()}{text_as_of.name_of(self.build)}"
        text = f"on-record_{self.name}{tab}_{known}_build-{build}"
        return re.sub(r"[^A-Za-z0-9+._-]", "-", text)[:180]

    @property
    def about(self) -> dict[str, Any]:
        """Everything about the view but its rows."""
        build = self.build
        return {
            "view": self.name,
            "says": self.says,
            "tables": {
                each.name: {"one_row_per": each.row, "row_count": len(each.rows), "is_cut": each.is_cut}
                for each in self.sheets
            },
            "build_id": build["build_id"],
            "on_record_version": build["on_record_version"],
            "published_at": plain(build["published_at"], "moment"),
            "known_until_on": plain(build["known_until_on"], "day"),
            "known_on": self.known_on.isoformat(),
            **as_of.clocks(build),
            "hedge_convention": self.choices.get("hedge_convention", build["hedge_convention"]),
            "party_claims": self.choices.get("party_claims", "in"),
            "filters": self.choices,
            "licence": text_datasets.LICENCE,
            "data_sets": self.credits,
            "citation": self.citation,
            "address": self.address,
            "notes": list(NOTES),
        }


def _room(cursor: Cursor, path: str, search: str, most: int | None = None) -> Shown:
    """Return a measure page: the rows of its chart in their order, or the ranges where the tab shows ranges.

    Of figures the first `most`, as many as the page shows where None.
    """
    found = measure_data.remembered(cursor, path, search, is_whole=True)
    view = found.view
    panels = found.panels
    if most is not None:
        panels = group(queries_measure.figures(cursor, view, most, is_whole=True), [], view.by)
    figures = [row for panel in panels for row in panel.rows]
    histories = measure_tabs.tab_of(view).histories
    if view.is_over_time:
        sheets = [sheet("series", "series, source and span", SERIES_COLUMNS, measure_series.rows(cursor, view))]
    elif found.world:
        sheets = [sheet("ranges", "country, its newest range", RANGE_COLUMNS, found.world.rows)]
    elif view.is_compared:
        columns, of = (PAIR_COLUMNS, "number that two sources both have") if view.tab == "against" else (
            SERIES_COLUMNS, "series, source and span")  # fmt: skip
        sheets = [sheet(view.tab, of, columns, compared.rows(cursor, view))]
    elif histories:
        steps = [step for history in histories(found) for step in history.steps]
        is_cut = len(figures) >= queries_measure.MOST_STANDING
        sheets = [replace(sheet("ranges", "scope and change day", RANGE_COLUMNS, steps), is_cut=is_cut)]
    else:
        total = max(len(figures), measure_data.figure_count(found))
        listed = sheet("figures", "figure", FIGURE_COLUMNS, figures)
        sheets = [replace(listed, is_cut=total > len(figures), total=total)]
    choices = view.filters | {"party_claims": view.party_claims, "tab": view.tab, "clock": view.clock}
    more = {
        "period": view.period,
        "against": view.against,
        "hedge_convention": view.hedge_convention,
        "recorded_on": view.recorded_on,
    }
    choices |= {name: value for name, value in more.items() if value}
    return Shown(
        path.strip("/"), found.episode_name, found.day, found.build, sheets, measure_data.headline(found), path,
        choices, tuple(found.problems), view,
    )  # fmt: skip


def batches(cursor: Cursor, shown: Shown) -> Iterator[Sheet]:
    """Give the figures of a measure page as tables of so many rows, by their ids: all of them, however many."""
    if shown.view:
        for found in queries_measure.in_batches(cursor, shown.view, MOST_AT_ONCE):
            yield sheet("figures", "figure", FIGURE_COLUMNS, found)


Tables = Callable[[Cursor, Selection, str, int], list[Sheet]]


def _overview(cursor: Cursor, selection: Selection, _: str, most: int) -> list[Sheet]:
    here = (cursor, selection.episode, selection.known_on)
    ranges = cache.records(pages.widest_ranges(*here))
    moved = cache.records(pages.moved_ranges(*here, most + 1))
    past = ("previous_lowest", "previous_highest", "previous_source_count", "previous_is_open_below",
            "previous_is_open_above", "previous_counted_from_on", "previous_counted_to_on")  # fmt: skip
    return [
        sheet("ranges", "scope of a card and change day", RANGE_COLUMNS, ranges),
        sheet("changes", "range that begins on the day", (*RANGE_COLUMNS, *past), moved, most),
        _findings(cursor, selection, ""),
    ]


def _findings(cursor: Cursor, selection: Selection, figure_id: str) -> Sheet:
    columns = ("check_id", "figure_id", "other_figure_id", "sentence", "is_contradiction", "is_open", "known_from_on")
    found = (
        checks.findings_naming(cursor, figure_id, selection.known_on)
        if figure_id
        else checks.findings(cursor, selection.episode, selection.known_on)
    )
    return sheet("findings", "finding of a check", columns, cache.records(found))


def _sources(cursor: Cursor, selection: Selection, _: str, most: int) -> list[Sheet]:
    here = (cursor, selection.episode, selection.known_on)
    pairs = ("scope_id", *SCOPE, *NAMES, "counting", "verification", "kind", "place_role", "first_id", "second_id",
    "first_name",
             "second_name", "first_low", "first_high", "second_low", "second_high", "common_low", "common_high",
             "apart_low", "apart_high", "first_counted_until_on", "second_counted_until_on", "first_is_party",
             "second_is_party", "is_disjoint", "is_contradiction", "is_within_rounding", "is_counted_twice",
             "period_start_on",
             "period_end_on")  # fmt: skip
    relays = cache.records(pages.relayed_reports(*here, most + 1))
    found = cache.records(pages.pair_distances(*here, most + 1))
    figures = cache.records(pages.known_figures(*here, most + 1))
    return [
        Sheet("days", "voice and day of publication", pages.source_days(*here)),
        sheet("pairs", "pair of sources and scope", pairs, found, most),
        sheet("relays", "figure of a report told more than once", FIGURE_COLUMNS, relays, most),
        sheet("figures", "figure", FIGURE_COLUMNS, figures, most),
    ]


def _checks(cursor: Cursor, selection: Selection, _: str, __: int) -> list[Sheet]:
    return [_findings(cursor, selection, "")]


def _about(cursor: Cursor, _: Selection, __: str, ___: int) -> list[Sheet]:
    return [Sheet("codebook", "column of the publication", base.columns(cursor))]


def _figure(cursor: Cursor, selection: Selection, path: str, most: int) -> list[Sheet]:
    figure_id = figure_links.of_path(path)
    row = figure_links.found(cursor, figure_id, selection.known_on)
    if row is None:
        return []
    related = cache.records(pages.related_figures(cursor, figure_id, selection.known_on, most + 1))
    return [
        sheet("figure", "figure", FIGURE_COLUMNS, [datasets.beside(cursor, row)]),
        sheet("related", "figure of the same report, total, part or source and scope", FIGURE_COLUMNS, related, most),
        _findings(cursor, selection, figure_id),
        *_history(cursor, figure_id),
    ]


def _history(cursor: Cursor, figure_id: str) -> list[Sheet]:
    """Return how our record of a figure changed and what is corrected; nothing where there is nothing to tell."""
    changes, corrected = (
        queries_history.revisions_of_figure(cursor, figure_id),
        queries_history.corrections_of_figure(cursor, figure_id),
    )
    found = [
        sheet("revisions", "change of our record", tuple(changes[0]), changes) if changes else None,
        sheet("corrections", "correction of published data", tuple(corrected[0]), corrected) if corrected else None,
    ]
    return [each for each in found if each]


def _front(cursor: Cursor, selection: Selection, _: str, __: int) -> list[Sheet]:
    found = front_door.numbers_of(cursor)
    cards = front_door.ranges_of(cursor, selection)
    return [
        sheet("newest", "newest figure of a place and measure", FIGURE_COLUMNS, found),
        sheet("ranges", "range of a card of an episode", RANGE_COLUMNS, cards),
    ]


def _place(cursor: Cursor, _: Selection, path: str, __: int) -> list[Sheet]:
    place_id = addresses.of_path(path, PLACE)
    if not find_place.exists(cursor, place_id):
        return []
    own, parts = newest.of_place(cursor, place_id)
    return [
        sheet("newest", "newest figure of the place and measure", FIGURE_COLUMNS, own),
        sheet("newest_within", "newest figure of what lies within", FIGURE_COLUMNS, parts),
        sheet("counted", "episode and measure", ("episode_id", "measure_id", "own_count", "figure_count"),
              places.held(cursor, place_id)),
        sheet("places", "place within it", ("place_id", "place_name", "kind", "figure_count"),
              places.inside(cursor, place_id)),
        sheet("voices", "voice", ("voice_id", "voice_name", "figure_count"), places.voices(cursor, place_id)),
    ]  # fmt: skip


def _dataset(cursor: Cursor, selection: Selection, path: str, _: int) -> list[Sheet]:
    found = find_dataset.releases(cursor, addresses.of_path(path, DATASET))
    if not found:
        return []
    ours = {row["document_id"] for row in found}
    held = [row for row in datasets.contents(cursor, selection.build["known_until_on"]) if row["document_id"] in ours]
    columns = ("document_id", "measure_id", "measure_name", "voice_id", "voice_name", "counting", "figure_count",
               "place_count", "first_on", "last_on")  # fmt: skip
    return [
        sheet("releases", "release", tuple(found[0]), found),
        sheet("contents", "release, measure, source and way of counting", columns, held),
    ]


PAGES: dict[str, Tables] = {"/": _overview, "/sources": _sources, "/checks": _checks, "/about": _about}
# Of each thing of a kind one page, at its id after this.
NAMED: dict[str, Tables] = {figure_links.PREFIX: _figure, PLACE: _place, DATASET: _dataset}


def _tables(cursor: Cursor, path: str, search: str) -> Tables | None:
    """Return what makes the tables of a page of words, or None where there is no such page."""
    if path == "/" and front_door.is_requested(search) and front_door.has_several(cursor):
        return _front
    prefix = next((each for each in NAMED if path.startswith(each)), "")
    return NAMED[prefix] if prefix else PAGES.get(path)


def _page(cursor: Cursor, path: str, search: str, most: int | None = None) -> Shown | None:
    """Return a page of words, or None where there is no such page or figure."""
    tables = _tables(cursor, path, search)
    selection = read_selection(cursor, search, figure_links.known_id(figure_links.of_path(path)))
    if tables in (_front, _place, _dataset):
        # They are of no episode, and tell what is known on the publication's last day.
        known_on = selection.build["known_until_on"]
        selection = replace(selection, known_on=known_on, episode_name="all episodes")
    sheets = tables(cursor, selection, path, most or pages.MOST_FIGURES) if tables else []
    if not sheets:
        return None
    name = "overview" if path == "/" else path.strip("/").replace("/", " ")
    says = f"{selection.episode_name}: {name}, {selection.known}."
    return Shown(
        name, selection.episode_name, selection.known_on, selection.build, sheets, says, path,
        dict(selection.carried), selection.problems,
    )  # fmt: skip


def shown(cursor: Cursor, path: str, search: str, most: int | None = None) -> Shown | None:
    """Return the view of an address as tables, or None where there is no such view; raises NothingPublishedError.

    Each table has at most so many rows, where None as many as the page, and says where it has more.
    """
    found = (_room if path in measures.pages(cursor) else _page)(cursor, path, search, most)
    if found is None or not datasets.releases(cursor):
        return found
    return replace(found, sheets=[replace(each, credits=_credits(cursor, found, each)) for each in found.sheets])


def _credits(cursor: Cursor, found: Shown, each: Sheet) -> list[dict[str, Any]]:
    """Return whom to credit for a table: for all rows of a view, also those that a file of it streams."""
    rows = queries_measure.releases_of(cursor, found.view) if found.view and each.is_cut else each.rows
    return datasets.credits_for(cursor, [rows])
