"""What a build works out anew, what it keeps, and that the result is that of a build of everything."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from sample_data_sets import build_samples
from workshop import ROOT, Workshop

from ingest.up_to_date import ROWS_ALONE
from ingest.warehouse import publish

BUILT_FROM = "select table_name from duckdb_tables() where table_name = 'built_from'"
"""Whether a build has noted what it was of, and the next may keep what it built."""


@pytest.mark.parametrize("rule", ["hedge_convention: acled", "settling_days: 10", "count_lag_days: 0"])
def test_a_build_by_other_rules_keeps_nothing_and_nor_does_the_next(
    real: Workshop, copy_of_real: Workshop, rule: str
) -> None:
    assert real.inspect("select count(*) > 1 from staging.built_from") == [(True,)]
    assert copy_of_real.dbt("run", "--select", "dim_sources", "--vars", f"{{{rule}}}").success
    assert copy_of_real.inspect(BUILT_FROM) == []


def test_a_build_of_what_rows_decide_is_no_whole_one_by_other_rules(copy_of_real: Workshop) -> None:
    assert copy_of_real.dbt(*BUILD, *ROWS_ALONE.split(), "--vars", "{settling_days: 10}").success
    assert copy_of_real.publications == []


def test_a_table_that_is_gone_is_built_with_all_others(copy_of_real: Workshop) -> None:
    with duckdb.connect(str(copy_of_real.warehouse)) as connection:
        connection.execute("drop table main.range_agreements")
    assert copy_of_real.dbt("run", "--select", "dim_sources").success
    assert copy_of_real.inspect(BUILT_FROM) == []


def test_what_another_version_built_with_other_columns_is_built_anew(copy_of_real: Workshop) -> None:
    with duckdb.connect(str(copy_of_real.warehouse)) as connection:
        connection.execute("alter table staging.measures drop column page_path")
        connection.execute("alter table staging.built_from drop column source_original_id")
        connection.execute("alter table main.fct_reports drop column hedge_id")
    copy_of_real.publish_without_tests()
    assert copy_of_real.inspect("select count(*) from fct_reports where hedge_id is null") == [(0,)]
    assert copy_of_real.inspect("select count(*) > 0 from staging.measures where page_path is not null") == [(True,)]


def test_a_model_run_alone_tells_nobody_twice(copy_of_real: Workshop) -> None:
    before = copy_of_real.inspect("select * from main.fct_reports order by all")
    assert copy_of_real.dbt("run", "--select", "fct_reports").success
    assert copy_of_real.inspect("select * from main.fct_reports order by all") == before


@pytest.mark.parametrize("name", ["models/facts/fct_deaths.sql", "macros/scope_id.sql", "seeds/hedges.csv"])
def test_a_change_of_the_project_is_another_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for place in publish.MADE_BY:
        source = ROOT / place
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / place)
    monkeypatch.setattr(publish, "ROOT", tmp_path)
    before = publish.fingerprint("literal")
    assert publish.fingerprint("literal") == before != publish.fingerprint("acled")
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert publish.fingerprint("literal") != before


def test_a_publication_goes_on_from_the_last_one_unless_that_tells_of_what_is_restricted(
    real: Workshop, tmp_path: Path
) -> None:
    last, copied = tmp_path / "20260101T000000000000Z.duckdb", tmp_path / "next.duckdb.writing"
    shutil.copy(real.publications[-1], last)
    assert not publish.copy_publication(str(tmp_path), last.name, str(copied), ["d-2-01", "aleppo-2024-001-01"])
    assert not publish.copy_publication(str(tmp_path), "20250101T000000000000Z.duckdb", str(copied), [])
    assert not copied.exists()
    assert publish.copy_publication(str(tmp_path), last.name, str(copied), ["d-2-01"])
    assert copied.read_bytes() == last.read_bytes()
    last.write_bytes(last.read_bytes()[:5000])
    assert not publish.copy_publication(str(tmp_path), last.name, str(copied), [])


BUILD = ("build", "--exclude", "resource_type:unit_test")
SHARED = "worldwide.displaced.idps.SY...stock.2022-12-31.2022-12-31..own"
"""Where UNHCR and IDMC both count: a scope of two data sets."""
OF_SHARED = f"select figure_id from main.fct_figures where scope_id = '{SHARED}' and source_id = "
YEAR = {"period_start_on": "2022-01-01", "period_end_on": "2022-12-31"}
IN_2022 = YEAR | {"source_id": "idmc", "measure_id": "displaced", "population_id": "idps", "counting": "period",
                  "place_id": "SY", "reported_on": "2025-05-13", "place_role": "own", "hedge_id": "exact",
                  "value": 170916}  # fmt: skip
"""What IDMC says of the movements of 2022, in idmc_gidd-2025-sample-SYR-2022-displaced-flow."""
EVENT = {"source_id": "ucdp", "measure_id": "killed", "population_id": "all", "counting": "incident",
         "hedge_id": "exact", "place_id": "SY", "period_start_on": "2016-02-15", "period_end_on": "2016-02-15",
         "reported_on": "2020-06-30", "incident_id": "ucdp_ged-217846", "value": 2}  # fmt: skip
"""What UCDP says of an event, in ucdp_ged-20.1-sample-217846-killed-all."""
SAMPLES_OF_UNHCR = ROOT / "samples" / "unhcr_population"


def change(workshop: Workshop, *statements: str) -> None:
    """Change rows of raw as a load would."""
    with duckdb.connect(str(workshop.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


def put(cells: dict[str, object]) -> str:
    """Cells as a list of replacements."""
    return ", ".join(f"{'null' if value is None else repr(value)} as {name}" for name, value in cells.items())


def hand_read(
    figure_id: str, cells: dict[str, object], document_id: str = "hand-read", **of_document: object
) -> list[str]:
    """Statements that add a figure of a hand-read document of the episode "worldwide" to raw."""
    loaded = f"'{figure_id}' as load_id, timestamp '2026-01-01' as loaded_at"
    told = {"episode_id": "worldwide", "document_id": document_id, "figure_id": figure_id, "actor_id": None} | cells
    document = {"episode_id": "worldwide", "document_id": document_id, "publisher": document_id} | of_document
    return [
        f"insert into raw.loads select * replace ({loaded}) from raw.loads limit 1",
        f"""insert into raw.documents select * replace ({loaded}, {put(document)}) from (from raw.documents limit 1)
            where '{document_id}' not in (select document_id from raw.documents)""",
        f"""insert into raw.figures select * replace ({loaded}, {put(told)})
            from raw.figures where figure_id = 'aleppo-2024-000-01'""",
    ]


def in_data_set(figure_id: str, dataset_id: str, cells: dict[str, object]) -> str:
    """A statement that adds a figure to the only release of a data set."""
    told = {"figure_id": figure_id, "row_key": figure_id, "place_name": None} | cells
    return f"""insert into raw.dataset_figures select * replace ({put(told)})
        from (from raw.dataset_figures where dataset_id = '{dataset_id}' limit 1)"""


def tables(workshop: Workshop) -> dict[str, list[tuple]]:
    """Every row of every table of the main schema, of the working file and of what it published last."""
    found = {}
    for place, ask in (("built", workshop.inspect), ("published", workshop.query)):
        names = (
            "select table_name from duckdb_tables() where schema_name = 'main' and table_name <> 'build' order by all"
        )
        for (name,) in ask(names):
            found[f"{place} {name}"] = ask(f'select * from main."{name}" order by all')
    return found


def build(workshop: Workshop, *options: str) -> None:
    before = workshop.publications[-1:]
    result = workshop.dbt(*BUILD, *options).result
    failed = [
        (row.node.name, row.message) for row in result if row.status not in ("pass", "success", "no-op", "skipped")
    ]
    assert failed == []
    assert workshop.publications[-1:] > before


def begun_from(made: Workshop, workshop: Workshop) -> None:
    shutil.copy(made.warehouse, workshop.warehouse)
    shutil.copytree(made.published, workshop.published)


@pytest.fixture(scope="module")
def samples(built_once: Callable[..., Workshop]) -> Workshop:
    return built_once(build_samples)


@pytest.fixture(scope="module")
def one_data_set(samples: Workshop, built_once: Callable[..., Workshop]) -> Workshop:
    """One data set changed: a figure of a shared scope another number, one taken out, one put where nobody counted.

    Built as `make build` does where rows alone have changed: without seeds and views, which stand.
    """

    def idmc_changes(workshop: Workshop) -> None:
        begun_from(samples, workshop)
        change(
            workshop,
            f"update raw.dataset_figures set value = value + 7 where figure_id = ({OF_SHARED} 'idmc')",
            f"""delete from raw.dataset_figures where figure_id = (
                {OF_SHARED.replace("2022", "2023")} 'idmc')""",
            f"""update raw.dataset_figures set period_start_on = '1999-12-31', period_end_on = '1999-12-31'
                where figure_id = ({OF_SHARED.replace("2022", "2021")} 'idmc')""",
        )
        build(workshop, *ROWS_ALONE.split())

    return built_once(idmc_changes)


@pytest.fixture(scope="module")
def after_failures(one_data_set: Workshop, built_once: Callable[..., Workshop]) -> Workshop:
    """A relay across units that a build got half way with, then is gone; another in its place; a source taken out."""

    def relays(workshop: Workshop) -> None:
        begun_from(one_data_set, workshop)
        change(workshop, *hand_read("lost-1", IN_2022 | {"value": 170921}))
        assert workshop.dbt("run", "--select", "+fct_reports", "+fct_readings", "+range_standing_reports").success
        change(workshop, "delete from raw.figures where document_id = 'hand-read'")
        change(workshop, "delete from raw.documents where document_id = 'hand-read'")
        change(workshop, *hand_read("told-1", IN_2022))
        change(workshop, "delete from raw.figures where source_id = 'russian_mod'")
        build(workshop)

    return built_once(relays)


def anew(built_once: Callable[..., Workshop], made: Workshop, name: str) -> dict[str, list[tuple]]:
    """The same tables of the same rows in raw, all worked out anew."""

    def everything(workshop: Workshop) -> None:
        shutil.copy(made.warehouse, workshop.warehouse)
        workshop.build_without_tests("--full-refresh")
        assert workshop.dbt("run-operation", "write_publication").success

    everything.__qualname__ += name
    return tables(built_once(everything))


def differing(some: dict[str, list[tuple]], others: dict[str, list[tuple]]) -> list[str]:
    assert some.keys() == others.keys()
    return [name for name, rows in some.items() if rows != others[name]]


def test_a_change_of_one_data_set_works_out_that_one_alone(samples: Workshop, one_data_set: Workshop) -> None:
    assert {source for (source,) in samples.inspect("select source_id from staging.int_figures_scoped")} > {"unhcr"}
    found = one_data_set.inspect("select distinct episode_id, source_id from staging.int_figures_scoped")
    assert {source.removeprefix("idmc") for _, source in found} <= {"", "_triangulation"}
    assert {episode for episode, _ in found} == {"worldwide"}


def test_a_range_of_two_data_sets_is_worked_out_from_both(samples: Workshop, one_data_set: Workshop) -> None:
    shared = (
        f"select highest, source_count from main.range_reported where scope_id = '{SHARED}' and valid_to_on is null"
    )
    before, after = samples.inspect(shared), one_data_set.inspect(shared)
    assert before and before != after
    assert {count for _, count in after} == {2}


def test_what_one_data_set_changes_is_what_a_build_of_everything_gives(
    one_data_set: Workshop, built_once: Callable[..., Workshop]
) -> None:
    assert differing(tables(one_data_set), anew(built_once, one_data_set, "one data set")) == []


def test_units_that_share_a_source_are_worked_out_together(after_failures: Workshop) -> None:
    assert after_failures.inspect(
        """select count(distinct report_id), count(*) from main.fct_figures
            where figure_id in ('told-1', 'idmc_gidd-2025-sample-SYR-2022-displaced-flow')"""
    ) == [(1, 2)]
    found = after_failures.inspect(
        "select distinct dataset_id from staging.int_figures_scoped where episode_id = 'worldwide'"
    )
    assert set(found) == {(None,), ("idmc_gidd",)}


def test_what_failed_was_loaded_and_left_again_leaves_nothing_behind(
    after_failures: Workshop, built_once: Callable[..., Workshop]
) -> None:
    assert after_failures.inspect("select count(*) from main.fct_readings where figure_id = 'lost-1'") == [(0,)]
    assert differing(tables(after_failures), anew(built_once, after_failures, "after failures")) == []


def test_nothing_is_affected_after_a_whole_build(after_failures: Workshop) -> None:
    for table in ("affected_sources", "affected_figures"):
        assert after_failures.inspect(f"select count(*) from staging.{table}") == [(0,)]


@pytest.mark.parametrize(
    ("statements", "affected"),
    [
        (hand_read("h-1", IN_2022), {"idmc"}),
        (hand_read("h-1", IN_2022 | {"source_id": "ocha"}), {"ocha", "unhcr"}),
        (hand_read("h-1", EVENT | {"source_id": "un", "source_original_id": "ucdp"}), {"un", "ucdp"}),
        (hand_read("h-1", EVENT | {"source_id": "sohr", "source_original_id": "ocha"}), {"sohr", "unhcr"}),
        (hand_read("h-1", EVENT | {"source_id": "unattributed"}, agency="AFP"), {"unattributed"}),
        ([in_data_set("h-1", "idmc_gidd", IN_2022 | {"source_id": "ocha"})], {"ocha", "idmc", "unhcr"}),
    ],
    ids=["a relay", "an agency of the family", "a cited source", "a cited family", "a wire", "a family in data sets"],
)
def test_all_that_is_one_voice_is_affected_and_nothing_else(
    samples: Workshop, new_workshop: Callable[[], Workshop], statements: list[str], affected: set[str]
) -> None:
    workshop = new_workshop()
    shutil.copy(samples.warehouse, workshop.warehouse)
    change(workshop, *statements)
    assert workshop.dbt("run", "--select", "dim_sources").success
    found = workshop.inspect("select episode_id, source_id from staging.affected_sources")
    assert set(found) == {("worldwide", source) for source in affected}


@pytest.fixture(scope="module")
def in_other_voices(samples: Workshop, built_once: Callable[..., Workshop]) -> Workshop:
    """Built, and then with all that ties figures to others: families, cited sources, wires, days, releases."""
    fire = EVENT | {"incident_id": "fire", "period_start_on": "2022-03-01", "period_end_on": "2022-03-01"}
    toll = EVENT | YEAR | {"counting": "cumulative", "incident_id": None, "reported_on": "2022-12-31"}

    def voices(workshop: Workshop) -> None:
        begun_from(samples, workshop)
        change(
            workshop,
            in_data_set("family-1", "unhcr_population", IN_2022 | {"source_id": "unhcr", "place_id": "SY"}),
            *hand_read("fire-1", fire | {"source_id": "sohr", "value": 5, "reported_on": "2022-03-10"}),
            *hand_read("fire-2", fire | {"source_id": "white_helmets", "value": 9, "reported_on": "2022-08-01"}),
            *hand_read("wire-1", toll | {"source_id": "unattributed", "value": 30}, document_id="paper-a"),
            *hand_read("wire-2", toll | {"source_id": "unattributed", "value": 30}, document_id="paper-b"),
            *hand_read("toll-1", toll | {"source_id": "sohr", "value": 25}),
        )
        build(workshop)
        release = (SAMPLES_OF_UNHCR / "population_syria.csv").read_text(encoding="utf-8")
        changed = workshop.folder / "population_syria.csv"
        changed.write_text(release.replace("6780994", "6780990"), encoding="utf-8")
        loaded = workshop.load("unhcr_population", changed, "--version", "2026-sample", "--published-on", "2026-06-30")
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        later = {"source_id": "ocha", "reported_on": "2025-05-14", "value": 150000}
        change(
            workshop,
            in_data_set("family-2", "idmc_gidd", IN_2022 | later),
            *hand_read("words-1", IN_2022 | {"hedge_id": "more_than"}),
            *hand_read(
                "cited-1", EVENT | {"source_id": "un", "source_original_id": "ucdp"}, "cites", published_on="2019-01-01"
            ),
            *hand_read("fire-3", fire | {"source_id": "ocha", "value": 9, "period_end_on": "2022-04-01"}),
            "update raw.documents set agency = 'AFP' where document_id like 'paper-_'",
            """update raw.figures set status = 'retracted', retracted_on = '2024-12-05'
                where figure_id = 'aleppo-2024-001-01'""",
        )
        build(workshop)

    return built_once(voices)


def test_what_is_tied_to_others_is_what_a_build_of_everything_gives(
    in_other_voices: Workshop, built_once: Callable[..., Workshop]
) -> None:
    assert differing(tables(in_other_voices), anew(built_once, in_other_voices, "other voices")) == []


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select is_reworded from fct_reports where report_id = 'words-1'", [(True,)]),
        ("select superseded_on is null from fct_reports where report_id in ('family-1', 'family-2') order by report_id",
         [(False,), (True,)]),
        ("select report_id, is_relay from fct_figures where figure_id like 'ucdp_ged-%-217846-killed-all'",
         [("cited-1", True)]),
        ("select count(distinct report_id) from fct_figures where figure_id in ('wire-1', 'wire-2')", [(1,)]),
        ("select counted_until_on from fct_reports where report_id = 'fire-2'", [(date(2022, 5, 1),)]),
        ("select is_standing, is_retracted from fct_reports where report_id = 'aleppo-2024-001-01'", [(False, True)]),
        ("select change, previous_value_stated, value_stated from fct_release_changes where dataset_id like 'unhcr%'",
         [("changed", 6780994, 6780990), ("dropped", 170916, None)]),
    ],
    ids=["other words", "a family", "a cited source", "a wire", "an event", "a retraction", "a release"],
)  # fmt: skip
def test_what_is_tied_to_others_is_worked_out_with_them(
    in_other_voices: Workshop, sql: str, found: list[tuple]
) -> None:
    assert in_other_voices.inspect(f"{sql}") == found


def test_a_build_goes_on_from_no_publication_that_is_mostly_free_blocks(tmp_path: Path) -> None:
    path = tmp_path / "20260101T000000000000Z.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table kept as select range as n from range(1000)")
        connection.execute("create table filled as select hash(range) as n from range(2_000_000)")
    assert not publish._has_gaps(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table filled")
        connection.execute("checkpoint")
        connection.execute("insert into kept values (1)")
    assert publish._has_gaps(path)
