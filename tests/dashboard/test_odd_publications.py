"""A published file with anything odd in it: every address lives, says what is odd, and answers the rest."""

import json
import logging
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import api_publication
import duckdb
import pytest
from asking import selection
from dash import Dash
from flask.testing import FlaskClient
from pages_publication import publish_pages

from bench.addresses import output_of
from dashboard import wording
from dashboard.api import schema
from dashboard.odd_cells import OddDay, OddMoment, odd_day, odd_moment, tamed, visible
from dashboard.text import formatting

ODD_DAYS = {
    "0000-01-01": "0001-01-01 (BC)", "-0005-03-01": "0006-03-01 (BC)", "10000-01-01": "10000-01-01",
    "infinity": "infinity", "-infinity": "-infinity",
}  # fmt: skip
HIDING = "'a' || chr(0) || chr(8238) || 'b' || chr(917569)"
VALUES = {
    "DATE": tuple(f"date '{day}'" for day in ODD_DAYS),
    "TIMESTAMP": ("timestamp '-0005-03-01 10:00:00'", "timestamp 'infinity'", "timestamp '290000-01-01'"),
    "DOUBLE": ("'nan'::double", "'infinity'::double", "1e300"),
    "BIGINT": ("-5", "9223372036854775807"),
    "VARCHAR": ("'nowhere'", HIDING),
}
PATHS = [
    *(f"{one.path}{form}" for one in schema.ENDPOINTS for form in ("", "?format=csv&limit=50")),
    *(f"{one.path}?format={form}&limit=50" for one in schema.ENDPOINTS[:2] for form in ("parquet", "xlsx")),
    "/feed.atom", "/figures.html", "/ranges.html", "/api/v1/openapi.json", "/index.html", "/deaths.html",
    "/deaths.html?tab=time", "/deaths.html?tab=table", "/deaths.html?tab=map", "/deaths.csv", "/deaths.json",
    "/sources.html", "/sources.json", "/checks.html", "/", "/deaths", "/deaths?tab=time", "/figure/f-01.html",
    "/documents/doc-1.html",
]  # fmt: skip


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication in order."""
    path = tmp_path_factory.mktemp("source") / "20260101T000000000000Z.duckdb"
    publish_pages(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(api_publication.MORE.partition("create or replace table check_")[0])
        connection.execute(
            "insert into dim_hedges select distinct hedge_id, hedge_id, '', 'literal' from fct_figures "
            "where hedge_id not in (select hedge_id from dim_hedges)"
        )
    return path


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """What fails is logged with its calls, which nobody reads here."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Odd:
    """Publications with something changed, each in a folder of its own."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.source, self.folder = source, folder

    def publish(self, *changes: str) -> Path:
        """Write a copy with these changes; those that a column's type refuses are left out."""
        self.folder.mkdir(exist_ok=True)
        path = self.folder / self.source.name
        shutil.copy(self.source, path)
        with duckdb.connect(str(path)) as connection:
            for change in changes:
                connection.execute(change)
        return self.folder

    def columns(self, kind: str) -> list[tuple[str, str]]:
        """Every column of this type of every table but the build's own."""
        with duckdb.connect(str(self.source), read_only=True) as connection:
            return connection.execute(
                "select table_name, column_name from duckdb_columns() where data_type = ? and table_name <> 'build' "
                "and table_name in (select table_name from duckdb_tables()) order by all", [kind]
            ).fetchall()  # fmt: skip


@pytest.fixture
def odd(source: Path, tmp_path: Path) -> Odd:
    """The maker of such publications."""
    return Odd(source, tmp_path / "odd")


def callbacks(app: Dash, client: FlaskClient) -> Iterator[tuple[str, Any]]:
    """Ask every callback of every page, as a browser does."""
    for name, callback in app.callback_map.items():
        # Those without are answered in the browser.
        if "." not in name or "callback" not in callback:
            continue
        parts = [part.rsplit(".", 1) for part in name.strip(".").split("...")]
        outputs = [output_of(where, what) for where, what in parts]
        path = "/figure/f-01" if "figure-page" in name else "/deaths"
        for search in ("?tab=time", "?tab=map")[: 2 if "chart" in name else 1]:
            values = {"pathname": path, "search": search, "data": {}}
            given = {kind: [one | {"value": values.get(one["property"])} for one in callback[kind]]
                     for kind in ("inputs", "state")}  # fmt: skip
            body = {"output": name, "outputs": outputs if name.startswith("..") else outputs[0], "changedPropIds": []}
            yield f"{name[:40]}{search}", client.post("/_dash-update-component", json=body | given)


def answers(app: Dash, client: FlaskClient) -> Iterator[tuple[str, Any]]:
    """Every address and every callback."""
    for path in PATHS:
        yield path, client.get(path)
    yield from callbacks(app, client)


def said(answer: Any) -> bool:
    """Whether a refusal says what is odd, where, and what to do."""
    text = answer.get_data(as_text=True)
    is_named = ("holds something that cannot be shown here" in text or "cannot be shown: it has no" in text) and (
        "make build" in text
    )
    return answer.status_code == 503 and (is_named or "holds no figures yet" in text)


def in_turn(values: tuple[str, ...]) -> str:
    """Give the rows of a table these values in turn."""
    return " ".join(
        ["case", *(f"when rowid % {len(values)} = {at} then {one}" for at, one in enumerate(values)), "end"]
    )


CASES = [
    *((kind, in_turn(values), "") for kind, values in VALUES.items()),
    *((kind, values[0], " where rowid = 0") for kind, values in VALUES.items()),
    *((kind, "null", where) for kind in (*VALUES, "BOOLEAN") for where in (" where rowid = 0", "")),
    *(("VARCHAR", f"repeat({each}, 1000000)", " where rowid = 0") for each in ("'x'", "'<'", "'&#0;'", "chr(8238)")),
]


@pytest.mark.parametrize(("kind", "value", "where"), CASES)
def test_nothing_odd_in_any_column_takes_anything_down(app: Dash, odd: Odd, kind: str, value: str, where: str) -> None:
    """In every column of the type at once; each refusal says what is odd, and no day at all costs a row."""
    folder = odd.publish(*(f"update {table} set {column} = {value}{where}" for table, column in odd.columns(kind)))
    with selection(app, folder) as client:
        found = {name: answer for name, answer in answers(app, client) if answer.status_code >= 500}
    assert [name for name, answer in found.items() if not said(answer)] == []
    if kind in ("DATE", "TIMESTAMP", "DOUBLE"):
        assert list(found) == []


def test_a_finding_without_its_sentence_is_shown_and_takes_nothing_down(app: Dash, odd: Odd) -> None:
    tables = [table for table, column in odd.columns("VARCHAR") if column == "sentence"]
    assert "check_disjoint_reports" in tables
    with selection(app, odd.publish(*(f"update {table} set sentence = null" for table in tables))) as client:
        found = {name: answer for name, answer in answers(app, client) if answer.status_code >= 500}
        assert list(found) == []
        assert "(This finding has no sentence in the file.)" in client.get("/checks.html").text


@pytest.mark.parametrize(("day", "text"), ODD_DAYS.items())
def test_an_odd_day_is_answered_as_text_and_the_other_rows_as_ever(app: Dash, odd: Odd, day: str, text: str) -> None:
    with selection(app, odd.publish()) as client:
        before = client.get("/api/v1/figures").get_json()
    with selection(
        app, odd.publish(f"update fct_figures set reported_on = date '{day}' where figure_id = 'f-03'")
    ) as client:
        after = client.get("/api/v1/figures").get_json()
        page, csv = client.get("/figures.html").text, client.get("/api/v1/figures?format=csv").text
        feed, one = client.get("/feed.atom"), client.get("/figure/f-03.html").text
    rows = {row["figure_id"]: row for row in before["rows"]}
    assert {row["figure_id"]: row for row in after["rows"]} == rows | {"f-03": rows["f-03"] | {"reported_on": text}}
    assert f"shown as the file has them (reported_on: {text})" in after["metadata"]["notes"][-1]
    assert len(after["metadata"]["notes"]) == len(before["metadata"]["notes"]) + 1
    for told in (page, csv, one):
        assert text in told
    assert f"{text} (no day of our calendar)" in page
    assert feed.status_code == 200


def test_parquet_and_a_workbook_hold_the_odd_day_as_the_file_does(app: Dash, odd: Odd, tmp_path: Path) -> None:
    folder = odd.publish("update fct_figures set reported_on = date '0000-01-01' where figure_id = 'f-03'")
    with selection(app, folder) as client:
        (tmp_path / "x.parquet").write_bytes(client.get("/api/v1/figures?format=parquet").data)
        assert client.get("/api/v1/figures?format=xlsx").status_code == 200
    with duckdb.connect() as connection:
        sql = f"select cast(reported_on as varchar) from '{tmp_path}/x.parquet' where figure_id = 'f-03'"
        assert connection.execute(sql).fetchall() == [("0001-01-01 (BC)",)]


def test_characters_that_no_reader_sees_are_written_out(app: Dash, odd: Odd) -> None:
    folder = odd.publish(f"update fct_figures set phrase = {HIDING} where figure_id = 'f-03'")
    with selection(app, folder) as client:
        for path in ("/api/v1/figures", "/figures.html", "/figure/f-03.html", "/deaths.html?tab=table"):
            text = client.get(path).text
            assert "a⟨U+0000⟩⟨U+202E⟩b⟨U+E0041⟩" in text, path
            assert not {"\0", "\u202e", "\U000e0041"} & set(text), path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update fct_figures set document_id = null where figure_id = 'f-03'",
         "fct_figures.document_id is empty in 1 row, first figure_id f-03"),
        ("update fct_figures set counting = 'sometimes' where figure_id = 'f-03'",
         "fct_figures.counting is none of its words (sometimes) in 1 row, first figure_id f-03"),
        ("update fct_figures set measure_id = 'nothing' where figure_id = 'f-03'",
         "fct_figures.measure_id is not in dim_measures (nothing) in 1 row, first figure_id f-03"),
        ("update fct_figures set low = 9223372036854775807",
         "fct_figures.low is beyond anything that is counted (9223372036854775807)"),
        ("alter table range_reported drop column valid_from_on", "range_reported has no column valid_from_on"),
        ("drop table dim_places", "there is no table dim_places"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_named_with_its_table_column_and_row(
    app: Dash, odd: Odd, change: str, told: str
) -> None:
    from dashboard.queries import unshown  # noqa: PLC0415

    with duckdb.connect(str(odd.publish(change) / odd.source.name), read_only=True) as connection:
        assert any(one.startswith(told) for one in unshown._looked_through(connection))
    with selection(app, odd.folder) as client:
        refused = [(path, answer) for path in PATHS if (answer := client.get(path)).status_code >= 500]
        assert [path for path, answer in refused if not said(answer)] == []
        # A file without one of our tables is no publication, and there is no other here.
        assert client.get("/health").status_code == (503 if "no table" in told else 200)
        for path, answer in refused:
            if path.startswith("/api/"):
                assert answer.content_type == "application/problem+json"
                assert told.removeprefix("there is ") in json.loads(answer.data)["detail"]
    if "drop" in change:
        assert refused


def test_nothing_is_odd_about_a_publication_in_order_and_an_error_of_ours_is_said_as_one(
    app: Dash, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.queries import unshown  # noqa: PLC0415
    from dashboard.queries.api import lists  # noqa: PLC0415

    with duckdb.connect(str(odd.source), read_only=True) as connection:
        assert unshown._looked_through(connection) == []
    monkeypatch.setattr(lists, "page", lambda *_: 1 / 0)
    with selection(app, odd.publish()) as client:
        answer = client.get("/api/v1/figures?limit=7")
    assert (answer.status_code, "Something went wrong on this server" in answer.text) == (500, True)


@pytest.mark.parametrize("locale", ["C", "de_DE.UTF-8", "ar_SA.UTF-8"])
def test_words_for_days_come_from_numbers_whatever_the_server_knows(locale: str) -> None:
    """No form of strftime is asked: %-d fails on some systems, %B follows the locale, %Y of 999 has three digits."""

    class Mute(date):
        def strftime(self, form: str, /) -> str:  # type: ignore[override]
            raise ValueError(f"{form} in {locale}")

        def __format__(self, form: str, /) -> str:
            raise ValueError(f"{form} in {locale}")

    day = Mute(2024, 12, 2)
    assert (wording.day(day), wording.day(day, short=True)) == ("2 December 2024", "2 Dec 2024")
    assert wording.days(Mute(2024, 11, 30), day, short=True) == "30 Nov – 2 Dec 2024"
    assert (formatting.month(day), wording.day(date(999, 3, 1))) == ("December 2024", "1 March 999")
    assert formatting.moment(datetime(2024, 12, 2, 4, 5)) == "2 December 2024, 04:05 UTC"


def test_odd_days_are_ordered_told_apart_and_never_raise() -> None:
    early, late = odd_day("0006-03-01 (BC)"), odd_day("10000-01-01")
    assert early < date(1, 6, 1).replace(year=3) < date(2024, 1, 1) < late
    assert early != odd_day("0001-01-01 (BC)") and len({early, late, odd_day("10000-01-01")}) == 2
    assert f"{early:%B} {early} {early.isoformat()}" == " ".join(["0006-03-01 (BC)"] * 3)
    assert wording.day(early) == "0006-03-01 (BC) (no day of our calendar)"
    assert wording.days(early, date(2, 1, 1)) == "0006-03-01 (BC) (no day of our calendar) – 1 January 2"
    assert formatting.moment(odd_moment("infinity")) == "infinity (no day of our calendar)"
    assert (late - date(2024, 1, 1)).days > 0 > (early - date(2024, 1, 1)).days
    assert isinstance(odd_moment("infinity").date(), OddDay) and isinstance(odd_moment("-infinity"), OddMoment)


def test_rows_in_order_are_not_copied_and_odd_ones_are_noted() -> None:
    with duckdb.connect() as connection:
        result = connection.execute("select date '2024-01-01' as d, 'x' as t, 1.5::double as n, null::date as e")
        rows, noted = result.fetchall(), dict[str, str]()
        assert tamed(result.description, rows, noted.setdefault) is rows
        result = connection.execute("select date '0000-01-01' as d, chr(8238) as t, 'nan'::double as n")
        assert tamed(result.description, result.fetchall(), noted.setdefault) == [
            (odd_day("0001-01-01 (BC)"), "⟨U+202E⟩", None)
        ]
    assert noted == {"d": "0001-01-01 (BC)", "t": "⟨U+202E⟩", "n": "nan"}
    assert visible("می‌خواهیم\n١٤ ؀ a\xadb") == "می‌خواهیم\n١٤ ؀ a\xadb"
