"""A small published warehouse, written by hand: every kind of figure the page must draw, and nothing else."""

from pathlib import Path
from typing import Any

import duckdb

SCHEMA = """
create table dim_episodes (
    episode_id text, name text, place_id text, description text, reference text, start_on date, counting text,
    incident_id text, searched_where text, searched_languages text, document_count bigint,
    document_without_figure_count bigint, searched_from_on date, searched_until_on date);
create table dim_documents (
    document_id text, episode_id text, publisher text, title text, language text, url text, file_name text,
    sha256 text, published_on_basis text, note text, figure_count bigint, published_on date, retrieved_on date,
    agency text);
create table dim_sources (
    source_id text, name text, kind text, description text, reference text, is_party boolean);
create table dim_voices (
    voice_id text, source_id text, name text, kind text, publisher text, document_id text, is_party boolean,
    agency text);
create table dim_measures (
    measure_id text, name text, unit_id text, cause_id text, page_path text, page_name text, card_populations text,
    bar_position integer);
create table dim_populations (population_id text, name text, parent_id text, also_within_id text);
create table dim_places (place_id text, name text, kind text, parent_id text, latitude double, longitude double);
create table dim_causes (cause_id text, name text);
create table dim_actors (actor_id text, name text);
create table dim_hedges (hedge_id text, name text, description text, convention text);
create table fct_figures (
    figure_id text, report_id text, document_id text, episode_id text, source_id text, voice_id text, scope_id text,
    measure_id text, unit_id text, population_id text, place_id text, cause_id text, actor_id text, part_of text,
    incident_id text, hedge_id text, counting text, phrase text,
    publisher text, document_title text, document_url text, low_basis text, high_basis text,
    reported_on_basis text, published_on_basis text, status text, note text, record_file text, paragraph integer,
    record_line integer, low bigint, value_stated bigint, high bigint, implied_low bigint, implied_high bigint,
    share_low_pct double, share_stated_pct double, share_high_pct double, is_share boolean, is_party_claim boolean,
    is_relay boolean, is_standing boolean, is_withdrawn boolean, period_start_on date, period_end_on date,
    reported_on date, published_on date, superseded_on date, coded_on date, checked_on date, loaded_at timestamp,
    speaker_name text, source_original_id text, agency text, claim_about text, doubts text, counted_until_on date,
    reported_at timestamp, retracted_on date, is_retracted boolean, verification text, kind text, interval_kind text,
    interval_level double, place_role text, source_grade text, source_grade_scheme text, rounded_to bigint);
create view fct_figure_counts as select episode_id, measure_id, population_id, place_id, cause_id, voice_id, counting,
    claim_about, count(*) as figure_count, is_party_claim, published_on from fct_figures group by all;
create table fct_readings (
    figure_id text, hedge_convention text, low_basis text, high_basis text, low bigint, value_stated bigint,
    high bigint, share_low_pct double, share_stated_pct double, share_high_pct double);
create table fct_reports (
    report_id text, document_count bigint, superseded_on date, scope_id text, population_id text, place_id text);
create table range_reported (
    scope_id text, episode_id text, measure_id text, unit_id text, population_id text, place_id text, cause_id text,
    actor_id text, incident_id text, hedge_convention text, counting text, lowest bigint, highest bigint,
    agreement_low bigint,
    agreement_high bigint, agreement_source_count bigint, source_count bigint, report_count bigint,
    lowest_without_party_claims bigint, highest_without_party_claims bigint, is_open_above boolean,
    is_disputed boolean, is_open_above_without_party_claims boolean, period_start_on date, period_end_on date,
    valid_from_on date, valid_to_on date, agreement_low_without_party_claims bigint,
    agreement_high_without_party_claims bigint, agreement_source_count_without_party_claims bigint,
    source_count_without_party_claims bigint, report_count_without_party_claims bigint, is_open_below boolean,
    is_open_below_without_party_claims boolean, is_disputed_without_party_claims boolean,
    named_source_count bigint, earlier_source_count bigint, earlier_low bigint, is_by_convention boolean,
    counted_from_on date, counted_to_on date, named_source_count_without_party_claims bigint,
    earlier_source_count_without_party_claims bigint, earlier_low_without_party_claims bigint,
    is_by_convention_without_party_claims boolean, counted_from_on_without_party_claims date,
    counted_to_on_without_party_claims date, verification text, kind text, place_role text,
    is_within_rounding boolean, is_within_rounding_without_party_claims boolean);
create table check_nested_reports (
    part_figure_id text, whole_figure_id text, episode_id text, part_scope_id text, scope_id text, sentence text,
    gap bigint, is_contradiction boolean, is_by_convention boolean, has_party_claim boolean, known_from_on date);
"""
# What the model tells of these figures: none of them is an event told twice, or a number superseded on its own day.
OVER_TIME = """
create or replace table fct_reports as
    select f.report_id, coalesce(o.document_count, 1) as document_count, f.superseded_on, f.scope_id, f.population_id,
        f.place_id, f.episode_id, f.measure_id, f.unit_id, f.voice_id, f.source_id, f.cause_id, f.actor_id,
        f.verification, f.kind, f.place_role, f.counting, f.low_basis, f.high_basis, f.low, f.value_stated, f.high,
        f.is_share, f.is_standing, f.is_withdrawn, f.is_retracted, f.period_start_on, f.period_end_on,
        f.counted_until_on, f.reported_on, f.reported_at, f.published_on as first_published_on, f.claim_about
    from fct_figures as f left join fct_reports as o on f.report_id = o.report_id
    where f.figure_id = f.report_id;
create table range_over_time as
    select f.episode_id, f.voice_id, f.measure_id, f.population_id, f.place_id, f.cause_id, f.actor_id, f.verification,
        f.kind, f.place_role, f.source_id, case when count(*) = 1 then min(f.report_id) end as report_id,
        f.counting, s.span, min(f.low) as low, min(f.value_stated) as value_stated,
        case when count(f.high) = count(*) then max(f.high) end as high, count(*) as report_count,
        bool_or(f.low_basis = 'convention' or f.high_basis = 'convention') as has_convention,
        case when f.counting = 'cumulative' then f.period_start_on end as since_on,
        case when f.counting in ('cumulative', 'stock') then f.counted_until_on else f.period_start_on end
            as span_start_on,
        coalesce(f.counted_until_on, f.period_end_on, f.period_start_on) as span_end_on
    from fct_figures as f
    inner join (values ('day'), ('week'), ('month'), ('year'), ('window')) as s (span)
        on (f.counting = 'period') = (s.span = 'window')
    where not f.is_share and not f.is_withdrawn and not f.is_relay
    group by all
"""
AB, CD, EF = ("ab" * 32, "cd" * 32, "ef" * 32)
BUILD = """
create table build as select '{build_id}' as build_id, '0.1.0' as on_record_version, 'literal' as hedge_convention,
    13::bigint as figure_count, 3::bigint as document_count, date '2024-12-02' as known_until_on,
    timestamp '2026-01-02 03:04:05' as loaded_at, timestamp '2026-01-02 03:05:00' as published_at
"""
LOOKUPS: dict[str, list[tuple[Any, ...]]] = {
    "dim_episodes": [("offensive", "The offensive", "nw", "", "", "2024-11-27", "cumulative", None,
                      None, None, None, None, None, None)],
    "dim_documents": [
        ("doc-1", "offensive", "Skai", "First", "en", None, "1.txt", AB, "inferred", "", 4, "2024-11-28", None, None),
        ("doc-2", "offensive", None, "Second", "en", None, "2.txt", CD, "stated", None, 5, "2024-11-29", None, None),
        ("doc-3", "offensive", "Post", "Third <i>", "en", None, "3.txt", EF, "stated", None, 4, "2024-12-02", None,
         None),
    ],
    "dim_sources": [
        ("sohr", "Syrian Observatory", "monitor", "", "", False),
        ("ocha", "UN OCHA", "un", "", "", False),
        ("ministry", "The ministry", "government", "", "", True),
        ("unattributed", "Unattributed", "unattributed", "", "", False),
    ],
    "dim_voices": [
        ("sohr", "sohr", "Syrian Observatory", "monitor", None, None, False, None),
        ("ocha", "ocha", "UN OCHA", "un", None, None, False, None),
        ("ministry", "ministry", "The ministry", "government", None, None, True, None),
        ("unattributed:Skai", "unattributed", "Unattributed, in Skai", "unattributed", "Skai", None, False, None),
        ("unattributed:doc-2", "unattributed", "Unattributed, in document doc-2", "unattributed", None, "doc-2", False,
         None),
    ],
    "dim_measures": [
        ("killed", "People killed", "people", None, "/deaths", "Deaths", "all civilians children", 1),
        ("injured", "People injured", "people", None, "/injuries", "Injuries", "all", 2),
        ("displaced", "People displaced", "people", None, "/displaced", "Displaced", "all", 3),
        ("airstrikes", "Airstrikes", "strikes", "airstrike", "/airstrikes", "Airstrikes", "all", 4),
        ("attacks", "Attacks", "attacks", None, "/attacks", "Attacks", None, None),
        ("killed_or_injured", "People killed or injured", "people", None, "/killed-or-injured", "Killed or injured",
         None, None),
    ],
    "dim_populations": [
        ("all", "Everyone", None, None), ("civilians", "Civilians", "all", None), ("children", "Children",
        "civilians", None),
        ("fighters", "Fighters", "all", None),
    ],
    "dim_places": [("nw", "North-west", "region", "SY", None, None), ("SY", "Syria", "country", None, None, None)],
    "dim_causes": [("airstrike", "Airstrike")],
    "dim_actors": [("air_forces", "Russian forces")],
    "dim_hedges": [
        ("exact", "exactly", "", "literal"), ("exact", "exactly", "", "acled"),
        ("more_than", "more than", "", "literal"),
    ],
    "fct_reports": [
        ("f-08", 2, None, None, None, None), ("f-04", 2, None, None, None, None),
        ("f-01", 1, "2024-12-02", None, None, None),
    ],
}  # fmt: skip
# The pages of measures, those in the bar first.
PATHS = [row[4] for row in LOOKUPS["dim_measures"]]
FIGURE: dict[str, Any] = {
    "episode_id": "offensive", "document_id": "doc-1", "source_id": "sohr", "measure_id": "killed",
    "unit_id": "people", "population_id": "all", "place_id": "nw", "counting": "cumulative", "hedge_id": "exact",
    "low_basis": "stated", "high_basis": "stated", "reported_on_basis": "stated", "published_on_basis": "stated",
    "status": "validated", "record_file": "figures/offensive/figures.csv", "paragraph": 3, "record_line": 7,
    "is_share": False, "is_party_claim": False, "is_relay": False, "is_standing": True, "is_withdrawn": False,
    "is_retracted": False, "verification": "reported", "kind": "count", "period_start_on": "2024-11-27",
    "reported_on": "2024-11-28", "published_on": "2024-11-28",
}  # fmt: skip
MINISTRY = {"source_id": "ministry", "report_id": "f-04", "population_id": "fighters", "hedge_id": "hundreds",
            "low": 200, "high": 999, "high_basis": "convention", "is_party_claim": True}  # fmt: skip
OCHA = {"source_id": "ocha", "report_id": "f-08", "measure_id": "displaced", "hedge_id": "more_than",
        "low": 14001, "value_stated": 14000, "low_basis": "logical", "high_basis": "open"}  # fmt: skip
FIGURES: list[dict[str, Any]] = [
    {"figure_id": "f-01", "report_id": "f-01", "phrase": "more than 200", "low": 201, "value_stated": 200,
     "low_basis": "logical", "high_basis": "open", "hedge_id": "more_than", "is_standing": False,
     "superseded_on": "2024-12-02",
     "implied_low": 262, "published_on_basis": "inferred", "note": "Its parts add up to more."},
    {"figure_id": "f-02", "phrase": "nearly 300", "document_id": "doc-2", "source_id": "unattributed",
     "voice_id": "unattributed:doc-2", "low": 258, "value_stated": 300, "high": 299, "low_basis": "convention",
     "high_basis": "logical", "reported_on": "2024-11-29", "published_on": "2024-11-29"},
    {"figure_id": "f-03", "phrase": "277 dead", "document_id": "doc-3", "low": 277, "value_stated": 277, "high": 277,
     "reported_on": "2024-11-30", "published_on": "2024-12-02"},
    {"figure_id": "f-04", "phrase": "hundreds of fighters", **MINISTRY},
    {"figure_id": "f-05", "phrase": "hundreds", "document_id": "doc-3", "is_relay": True, **MINISTRY,
     "published_on": "2024-12-02"},
    {"figure_id": "f-06", "phrase": "up to <i>40</i> & %{x}", "population_id": "civilians", "high": 40,
     "value_stated": 40, "low_basis": "open", "high_basis": "convention", "hedge_id": "up_to"},
    {"figure_id": "f-07", "phrase": "99 civilians", "population_id": "civilians", "low": 99, "value_stated": 99,
     "high": 99, "is_withdrawn": True, "is_standing": False, "status": "withdrawn", "part_of": "f-01"},
    {"figure_id": "f-08", "phrase": "more than 14,000 people", **OCHA},
    {"figure_id": "f-09", "phrase": "more than 14,000 individuals", "document_id": "doc-3", "is_relay": True, **OCHA},
    {"figure_id": "f-10", "phrase": "nearly half", "source_id": "ocha", "measure_id": "displaced",
     "population_id": "children", "is_share": True, "share_low_pct": 43.0, "share_stated_pct": 50.0,
     "share_high_pct": 50.0, "hedge_id": "share"},
    {"figure_id": "f-11", "phrase": "half a million", "document_id": "doc-2", "source_id": "unattributed",
     "voice_id": "unattributed:doc-2", "place_id": "SY", "low": 500000, "value_stated": 500000,
     "high_basis": "open", "hedge_id": "at_least", "period_start_on": "2011-03-15"},
    {"figure_id": "f-12", "phrase": "23 strikes", "source_id": "unattributed", "voice_id": "unattributed:Skai",
     "measure_id": "airstrikes", "unit_id": "strikes", "cause_id": "airstrike", "actor_id": "air_forces",
     "counting": "period", "period_start_on": "2024-11-30", "period_end_on": "2024-12-01", "low": 23,
     "value_stated": 23, "high": 23},
    {"figure_id": "f-13", "phrase": "fewer than 10", "measure_id": "injured", "low": 0, "value_stated": 10, "high": 9,
     "low_basis": "logical", "high_basis": "logical", "hedge_id": "fewer_than"},
]  # fmt: skip
RANGE: dict[str, Any] = {
    "source_count": 1, "report_count": 1, "agreement_source_count": 1, "is_open_above": False, "is_disputed": False,
    "is_open_above_without_party_claims": False, "valid_from_on": "2024-12-02", "is_open_below": False,
    "source_count_without_party_claims": 1, "is_open_below_without_party_claims": False,
    "is_disputed_without_party_claims": False, "named_source_count": 1, "named_source_count_without_party_claims": 1,
    "earlier_source_count": 0, "earlier_source_count_without_party_claims": 0, "is_by_convention": False,
    "is_by_convention_without_party_claims": False, "is_within_rounding": False,
    "is_within_rounding_without_party_claims": False,
}  # fmt: skip
RANGES: list[tuple[str, dict[str, Any]]] = [
    ("f-01", {"lowest": 201, "highest": 201, "is_open_above": True, "valid_from_on": "2024-11-28",
              "valid_to_on": "2024-12-02", "agreement_low": 201, "agreement_low_without_party_claims": 201,
              "lowest_without_party_claims": 201, "highest_without_party_claims": 201,
              "is_open_above_without_party_claims": True}),
    ("f-01", {"lowest": 258, "highest": 299, "agreement_low": 277, "agreement_high": 277, "source_count": 2,
              "report_count": 2, "counted_from_on": "2024-11-29", "counted_to_on": "2024-11-30",
              "agreement_source_count": 2, "lowest_without_party_claims": 258, "highest_without_party_claims": 299,
              "agreement_low_without_party_claims": 258, "agreement_high_without_party_claims": 299}),
    ("f-04", {"lowest": 200, "highest": 999, "agreement_low": 200, "agreement_high": 999}),
    ("f-06", {"lowest": 40, "highest": 40, "agreement_high": 40, "is_open_below": True}),
    ("f-08", {"lowest": 14001, "highest": 14001, "is_open_above": True, "agreement_low": 14001}),
    ("f-11", {"lowest": 500000, "highest": 500000, "is_open_above": True, "agreement_low": 500000}),
    ("f-12", {"lowest": 23, "highest": 23, "agreement_low": 23, "agreement_high": 23}),
    ("f-13", {"lowest": 0, "highest": 9, "agreement_low": 0, "agreement_high": 9}),
]  # fmt: skip
SCOPE = ("episode_id", "measure_id", "unit_id", "population_id", "place_id", "cause_id", "actor_id", "incident_id",
         "counting", "verification", "kind", "place_role", "period_start_on", "period_end_on")  # fmt: skip


def full(figure: dict[str, Any]) -> dict[str, Any]:
    """One figure with its defaults, report, voice and scope filled in."""
    row = FIGURE | figure
    row.setdefault("report_id", row["figure_id"])
    row.setdefault("voice_id", row["source_id"])
    voices = {voice[0]: voice[2] for voice in LOOKUPS["dim_voices"]}
    row["speaker_name"] = voices.get(row["voice_id"], row["voice_id"])
    row["claim_about"] = "enemy" if row["is_party_claim"] else None
    is_window = row["counting"] == "period"
    row.setdefault("counted_until_on", None if is_window else row.get("period_end_on") or row["reported_on"])
    told = {document[0]: document for document in LOOKUPS["dim_documents"]}[row["document_id"]]
    row |= {"publisher": told[2], "document_title": told[3], "document_url": told[5]}
    row["scope_id"] = ".".join(str(row.get(column) or "") for column in SCOPE)
    return row


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"insert into {table} ({columns}) values ({marks})", list(row.values()))


READING = ("low_basis", "high_basis", "low", "value_stated", "high", "share_low_pct", "share_stated_pct",
           "share_high_pct")  # fmt: skip
# "Hundreds" is 200 or more by the meaning of the word, and 100 or more as ACLED reads it.
CONVENTIONS = {"literal": 200, "acled": 100}


def insert_figure(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> None:
    """One figure with its readings by both conventions."""
    insert(connection, "fct_figures", row)
    for convention, hundreds in CONVENTIONS.items():
        reading = {column: row.get(column) for column in READING} | {"hedge_convention": convention}
        reading |= {"low": hundreds} if row["hedge_id"] == "hundreds" else {}
        insert(connection, "fct_readings", {"figure_id": row["figure_id"]} | reading)


def insert_range(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> None:
    """One range by both conventions."""
    for convention, hundreds in CONVENTIONS.items():
        lows = {"lowest": hundreds, "agreement_low": hundreds} if row["lowest"] == CONVENTIONS["literal"] else {}
        insert(connection, "range_reported", row | lows | {"hedge_convention": convention})


def publish(path: Path, *, build_id: str = "first", is_complete: bool = True, figures: int = len(FIGURES)) -> Path:
    """Write a publication with the first `figures` figures; one that is not complete has no `build`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = {row["figure_id"]: full(row) for row in FIGURES}
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA)
        for table, values in LOOKUPS.items():
            connection.executemany(f"insert into {table} values ({', '.join('?' * len(values[0]))})", values)
        for row in list(rows.values())[:figures]:
            insert_figure(connection, row)
        for figure_id, row in RANGES:
            scope = {column: rows[figure_id].get(column) for column in ("scope_id", *SCOPE)}
            day = rows[figure_id]["counted_until_on"]
            named = {"named_source_count": 0} if rows[figure_id]["source_id"] == "unattributed" else {}
            insert_range(connection, RANGE | scope | {"counted_from_on": day, "counted_to_on": day} | named | row)
        connection.execute(OVER_TIME)
        if is_complete:
            connection.execute(BUILD.format(build_id=build_id))
    return path
