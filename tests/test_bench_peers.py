"""What we are measured beside gives our answers: the bench compares work of the same kind."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from workshop import ROOT, Workshop

from bench import load_builds, made_figures
from bench.measured import Line, Took, compared, table
from bench.peers import pandas_ranges, pydantic_rows, sqlite_ranges
from bench.same_answers import differences

SEEDS = ROOT / "seeds"
Peer = Callable[[Path, Path], dict[str, pd.DataFrame] | Path]


def frames(source: Path) -> dict[str, pd.DataFrame]:
    """The input of a peer, read by DuckDB: the project itself needs no other reader of Parquet."""
    with duckdb.connect() as connection:
        found = {name: connection.execute(f"from '{source / name}.parquet'").df() for name in made_figures.PEERS_INPUT}
    return found | {name: pd.read_csv(SEEDS / f"{name}.csv") for name in pandas_ranges.SEEDS}


def with_pandas(source: Path, _: Path) -> dict[str, pd.DataFrame]:
    return pandas_ranges.build(frames(source))


def with_sqlite(source: Path, target: Path) -> Path:
    sqlite_ranges.main(source, target, SEEDS)
    return target / "built.sqlite"


def with_polars(source: Path, target: Path) -> Path:
    pytest.importorskip("polars", reason="polars is in bench/peers.txt and not in the lock: bench/load.py runs it")
    from bench.peers import polars_ranges  # noqa: PLC0415 — only where it is installed

    polars_ranges.main(source, target, SEEDS)
    return target


# What neither the record nor the samples say: many voices, families, words, hours and days counted until of one scope,
# events of several days, what a source cites or takes back, a release that takes the place of another, days of
# publication, bounds and places of single rows of a data set.
UNHEARD = """
    create temp macro dice(n, salt, sides) as cast(hash(n * 100 + salt) % sides as integer);
    create temp macro one_of(list, of, salt) as list[1 + cast(hash(of, salt) % len(list) as integer)];
    create temp table words as select distinct hedge_id, needs from read_csv('{seeds}/hedges.csv') order by all;
    create temp table voices as select source_id, source_id in (
        select member_id from read_csv('{seeds}/parties.csv') where dimension = 'source') as is_party
    from read_csv('{seeds}/sources.csv') order by all;
    create temp table texts as select document_id, episode_id from raw.documents order by all;
    create temp table said as from raw.figures order by figure_id;
    update raw.documents set
        publisher = case when hash(document_id) % 3 > 0 then publisher end,
        agency = case when hash(document_id, 1) % 3 = 0 then 'AFP' end,
        published_on = published_on + cast(hash(document_id) % 6 as integer);
    insert into raw.figures select t.* replace (
        t.figure_id || '~' || n as figure_id, d.document_id as document_id, d.episode_id as episode_id,
        t.part_of || '~' || n as part_of,
        case dice(n, 1, 4) when 0 then 'unattributed' else s.source_id end as source_id, h.hedge_id as hedge_id,
        one_of(['all', 'civilians', 'opposition_fighters', t.population_id], n, 23) as population_id,
        case dice(n, 16, 9) when 0 then s.source_id when 1 then 'unattributed' end as source_original_id,
        case dice(n, 2, 6) when 0 then 'stock' when 1 then 'incident' else t.counting end as counting,
        case dice(n, 2, 6) when 1 then 'e' || dice(n, 20, 6) else t.incident_id end as incident_id,
        case dice(n, 2, 6) when 0 then date '2016-03-01' when 2 then null else t.period_start_on end as period_start_on,
        case dice(n, 2, 6) when 0 then date '2016-03-01' + dice(n, 21, 2) when 1 then date '2016-02-01' + dice(n, 21, 9)
            when 3 then date '2016-03-01' + dice(n, 21, 9) else t.period_end_on end as period_end_on,
        date '2016-03-01' + dice(n, 3, 12) as reported_on,
        case dice(n, 17, 2) when 0 then 'stated' else t.reported_on_basis end as reported_on_basis,
        case when dice(n, 17, 3) > 0 then timestamp '2016-03-01' + interval (dice(n, 3, 12) * 24 + dice(n, 18, 3)) hour
        end as reported_at,
        case dice(n, 19, 25) when 0 then date '2016-04-01' + dice(n, 3, 12) end as retracted_on,
        case when h.needs = 'value' then 1 + dice(n, 4, 6) * if(dice(n, 5, 2) = 0, 333, 13) end as value,
        case when h.needs = 'bounds' or dice(n, 6, 4) = 0 then dice(n, 7, 6) * 10 end as low,
        case when h.needs = 'bounds' or dice(n, 8, 4) = 0 then dice(n, 7, 6) * 10 + dice(n, 9, 9) * 5 end as high,
        case dice(n, 24, 8) when 0 then 'survey' when 1 then 'modelled' when 2 then 'register' end as kind,
        case dice(n, 25, 9) when 0 then 'from' when 1 then 'to' end as place_role,
        case dice(n, 26, 9) when 0 then 'verified' when 1 then 'preliminary' end as verification,
        case dice(n, 27, 9) when 0 then 'confidence' end as interval_kind,
        case dice(n, 10, 9) when 0 then 'draft' when 1 then 'withdrawn' else t.status end as status,
        case dice(n, 11, 25) when 0 then 'restricted' else 'public' end as visibility)
    from range(6000) as copy(n)
    join said as t on t.rowid = dice(n, 12, 9)
    join words as h on h.rowid = dice(n, 13, (select count(*) from words))
    join voices as s on s.rowid = dice(n, 14, (select count(*) from voices))
    join texts as d on d.rowid = dice(n, 15, (select count(*) from texts));
    insert into raw.datasets select t.* replace ('later' as load_id, '21' as version, 'ged-21' as document_id,
        date '2021-06-30' as published_on, loaded_at + interval 1 day as loaded_at)
    from raw.datasets as t where dataset_id = 'ucdp_ged';
    insert into raw.dataset_figures select t.* replace ('21' as version, 'ged-21' as document_id,
        figure_id || '-21' as figure_id, part_of || '-21' as part_of, value + hash(row_key) % 2 as value)
    from raw.dataset_figures as t where dataset_id = 'ucdp_ged' and hash(row_key, 1) % 4 > 0;
    update raw.dataset_figures set incident_id = 'i' || hash(incident_id) % 40
    where dataset_id = 'ucdp_ged' and hash(incident_id) % 3 = 0;
    update raw.dataset_figures set counting = 'period', incident_id = null
    where dataset_id = 'ucdp_ged' and hash(figure_id, 9) % 3 = 0;
    update raw.dataset_figures set published_on = date '2020-01-01' + cast(hash(figure_id) % 20 as integer)
    where hash(figure_id, 1) % 5 = 0;
    update raw.dataset_figures set place_id = null,
        place_name = one_of(['Nowhere.at all', 'Aleppo', 'Foo, Syria', 'Bar.baz'], figure_id, 2)
    where hash(figure_id, 3) % 4 = 0;
    update raw.dataset_figures set low = one_of([null, value + 2, low], figure_id, 4),
        high = one_of([null, value - 1, high], figure_id, 5) where hash(figure_id, 6) % 2 = 0;
    update raw.figures set value = 400000 + cast(hash(figure_id, 28) % 3 as integer) * 400, low = null, high = null
    where hash(measure_id, population_id, counting) % 3 = 0 and hedge_id = 'exact';
    update raw.dataset_figures set source_id = one_of(
        ['unattributed', 'sohr', (select min(source_id) from voices where is_party)], figure_id, 7)
    where hash(figure_id, 8) % 2 = 0;
"""


@pytest.fixture(scope="module")
def sampled(real: Workshop, built_once: Callable[..., Workshop]) -> Workshop:
    """The real record and the samples of two data sets, loaded."""

    def load_samples(workshop: Workshop) -> None:
        shutil.copy(real.warehouse, workshop.warehouse)
        for arguments in load_builds.SAMPLES:
            assert workshop.load(*arguments).returncode == 0

    return built_once(load_samples)


@pytest.fixture(scope="module")
def built(sampled: Workshop, built_once: Callable[..., Workshop]) -> Workshop:
    """The same and what they never say, with the tables of the peers built."""

    def build_unheard(workshop: Workshop) -> None:
        shutil.copy(sampled.warehouse, workshop.warehouse)
        with duckdb.connect(str(workshop.warehouse)) as connection:
            connection.execute(UNHEARD.format(seeds=SEEDS))
        assert workshop.dbt(*load_builds.SAME_TABLES, "--full-refresh").success

    return built_once(build_unheard)


@pytest.fixture(scope="module")
def source(built: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What peers read."""
    folder = tmp_path_factory.mktemp("peers") / "input"
    made_figures.peers_input(built.warehouse, folder)
    return folder


@pytest.mark.parametrize("peer", [with_pandas, with_sqlite, with_polars])
def test_a_peer_gives_our_figures_reports_and_ranges(built: Workshop, source: Path, tmp_path: Path, peer: Peer) -> None:
    assert differences(built.warehouse, peer(source, tmp_path)) == []


def test_what_the_peers_are_tried_with_is_manifold(built: Workshop) -> None:
    found = built.inspect("""
        select
            (select count(*) from main.range_reported where source_count > 5 and agreement_source_count > 2) > 50,
            (select count(*) from main.range_reported where is_disputed and agreement_low is null) > 10,
            (select count(*) from main.range_reported where is_by_convention) > 2,
            (select count(*) from main.range_reported where earlier_source_count > 2 and earlier_low > lowest) > 10,
            (select count(*) from main.range_reported where counted_to_on > counted_to_on_without_party_claims) > 20,
            (select count(*) from main.range_reported where source_count > source_count_without_party_claims) > 10,
            (select count(*) from main.fct_reports where figure_count > 1 and document_count > 1) > 10,
            (select count(*) from main.fct_reports where superseded_on = date '2021-06-30') > 100,
            (select count(*) from main.fct_reports where is_reworded and is_standing) > 20,
            (select count(*) from main.fct_reports where is_retracted and reported_at is not null) > 20,
            (select count(*) from main.fct_figures where counted_until_on < reported_on and counting = 'incident') > 20,
            (select count(distinct coalesce(claim_about, '')) from main.fct_figures),
            (select count(distinct verification) from main.fct_figures),
            (select count(distinct kind) from main.fct_figures),
            (select count(*) from main.range_reported where is_within_rounding) > 2,
            (select count(*) from main.fct_figures where low > high) > 10,
            (select count(distinct low_basis) from main.fct_figures),
            (select count(*) from main.fct_figures where scope_id like '%:%' and is_standing) > 10""")
    assert found == [(*[True] * 11, 4, 3, 4, True, True, 5, True)]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("figures", "value_stated"),
        ("figures", "longitude"),
        ("reports", "value_stated"),
        ("reports", "figure_count"),
        ("ranges", "highest"),
    ],
)
def test_an_answer_that_is_not_ours_is_told(
    built: Workshop, source: Path, tmp_path: Path, table: str, column: str
) -> None:
    given = with_pandas(source, tmp_path)
    row = given[table][column].last_valid_index()
    given[table].loc[row, column] += 1
    found = differences(built.warehouse, given)
    assert len(found) == 2
    assert all(sentence.startswith(f"{table}: only in ") for sentence in found)


def test_a_convention_that_is_left_out_is_told(built: Workshop, source: Path, tmp_path: Path) -> None:
    given = with_pandas(source, tmp_path)
    given["ranges"] = given["ranges"][given["ranges"]["hedge_convention"] == "literal"]
    assert [sentence[:24] for sentence in differences(built.warehouse, given)] == ["ranges: only in ours (4,"]


def test_made_figures_are_those_of_the_data_sets_again_and_again(sampled: Workshop, tmp_path: Path) -> None:
    made = tmp_path / "made.duckdb"
    counted = "select count(distinct figure_id), cast(sum(value) as double) from raw.dataset_figures"
    ((count, people),) = sampled.inspect(counted)
    assert made_figures.warehouse(sampled.warehouse, made, 2 * count + 1) == 3 * count
    with duckdb.connect(str(made)) as connection:
        assert connection.execute(counted).fetchall() == [(3 * count, 3 * people)]
        lost = connection.execute("""
            select count(*) from raw.dataset_figures as f
            left join raw.datasets as d using (document_id)
            left join raw.dataset_figures as t on f.part_of = t.figure_id
            where d.document_id is null or (f.part_of is not null and t.figure_id is null)""").fetchall()
        assert connection.execute("select count(*) from raw.figures").fetchall() == [(45,)]
    assert lost == [(0,)]


def test_a_document_more_is_forty_figures(real: Workshop, tmp_path: Path) -> None:
    made = tmp_path / "made.duckdb"
    shutil.copy(real.warehouse, made)
    assert made_figures.add_document(made, real.warehouse) == made_figures.ADDED
    with duckdb.connect(str(made)) as connection:
        assert connection.execute("select count(*) from raw.figures").fetchall() == [(85,)]


def test_the_table_says_which_bounds_are_met() -> None:
    ours, theirs = Took(1, 2, 100), Took(4, 4, 50)
    lines = [
        compared("met", 10, ours, "theirs", theirs, bound=0.25),
        compared("missed", 10, theirs, "ours", ours, bound=3.9),
        Line("other answers", 10, ours, problem="figures: only in ours"),
    ]
    assert [line.verdict for line in lines] == ["met", "not met", "wrong"]
    assert [line.is_fine for line in lines] == [True, False, False]
    assert "other answers: figures: only in ours" in table(lines)


def test_the_list_of_peers_is_pinned_and_hashed() -> None:
    text = (ROOT / "bench" / "peers.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert all(f"\n{name}==" in f"\n{text}" for name in ("pandas", "polars", "pyarrow", "pydantic"))
    assert "polars" not in (ROOT / "requirements.txt").read_text(encoding="utf-8").split()


def test_the_models_of_pydantic_refuse_what_no_loader_may_take(tmp_path: Path) -> None:
    names = "id,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,low,best,high,country"
    rows = ["1,2016-01-01,2016-01-02,2,0,1,0,3,3,4,Syria", "2,2016-01-02,2016-01-01,0,0,1,0,1,1,1,Syria",
            "3,2016-01-01,2016-01-01,0,0,x,0,1,1,1,Syria"]  # fmt: skip
    path = tmp_path / "ged.csv"
    path.write_text("\n".join([names, *rows]) + "\n", encoding="utf-8")
    pydantic_rows.seeds(SEEDS)
    built = tmp_path / "built.duckdb"
    assert pydantic_rows.read(path, built) == {"rows": 3, "rejected": 2, "figures": 3, "killed": 6}
    with duckdb.connect(str(built)) as connection:
        assert connection.execute("select count(*), sum(value) from figures").fetchall() == [(3, 6)]
