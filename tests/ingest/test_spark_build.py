"""What a build on Spark needs, and which of them may be published: asked without Spark (tests/engines asks it with)."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scratch import ROOT

from ingest.engines import cluster, compared, home, spark_build
from ingest.engines.spark_build import Places
from ingest.errors import CannotRunError

NODES = {
    "model.on_record.a": {"resource_type": "model", "fqn": ["on_record", "facts", "a"]},
    "seed.on_record.b": {"resource_type": "seed", "fqn": ["on_record", "b"]},
    "test.on_record.c": {"resource_type": "test", "fqn": ["on_record", "facts", "c"]},
    "model.on_record.own": {"resource_type": "model", "fqn": ["on_record", "mine", "own"]},
}
UNIT_TESTS = {"unit_test.on_record.a.d": {"fqn": ["on_record", "facts", "a", "d"]}}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """The account of a build all of which stood; a model of somebody's own is no part of it."""
    found = Places(tmp_path / "build")
    found.dbt.mkdir(parents=True)
    wanted = [*list(NODES)[:3], *UNIT_TESTS]
    write(found, "manifest", {"metadata": {"invocation_id": "x"}, "nodes": NODES, "unit_tests": UNIT_TESTS})
    results = [{"unique_id": name, "status": "success"} for name in wanted]
    results.append({"unique_id": "exposure.on_record.page", "status": "no-op"})
    args = {"which": "build", "target": "spark"}
    write(found, "run_results", {"metadata": {"invocation_id": "x"}, "args": args, "results": results})
    return found


def write(places: Places, name: str, told: Any) -> None:
    (places.dbt / f"{name}.json").write_text(json.dumps(told))


def test_a_build_all_of_which_stood_may_be_published(places: Places) -> None:
    assert spark_build.objection(places) == ""


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("results", 0, "status"), "error", "1 node failed"),
        (("results", 2, "status"), "fail", "1 node failed"),
        (("results", 3, "status"), "skipped", "1 node failed or was skipped"),
        (("results", 3, "unique_id"), "other", "only part of the project was built (1 node left out)"),
        (("metadata", "invocation_id"), "y", "its manifest is of another build"),
        (("args", "which"), "run", "another command"),
        (("args", "target"), "duckdb", "another command"),
        (("args", "empty"), True, "another command"),
        (("results",), None, "no account"),
    ],
)
def test_a_build_that_is_no_whole_one_is_refused(places: Places, where: tuple[Any, ...], value: Any, said: str) -> None:
    told = json.loads((places.dbt / "run_results.json").read_text())
    inside = told
    for step in where[:-1]:
        inside = inside[step]
    inside[where[-1]] = value
    write(places, "run_results", told)
    assert said in spark_build.objection(places)


def test_a_build_that_left_no_account_is_refused(places: Places) -> None:
    (places.dbt / "manifest.json").unlink()
    assert "no account" in spark_build.objection(places)


def test_nothing_of_a_build_in_part_is_published(places: Places, tmp_path: Path) -> None:
    (places.dbt / "run_results.json").unlink()
    with pytest.raises(CannotRunError, match="Nothing was published"):
        home.publish_from_spark(places, tmp_path / "none.duckdb", tmp_path / "published")
    assert not [path for path in (tmp_path / "published").rglob("*") if path.is_file()]


def test_a_new_build_begins_with_nothing_of_the_last_one_but_its_raw(places: Places) -> None:
    for folder in (places.raw, places.tables / "main.db" / "a"):
        folder.mkdir(parents=True)
        (folder / "x.parquet").touch()
    spark_build.prepare(places, {"spark.authenticate.secret": "x"})
    assert (places.raw / "x.parquet").exists()
    assert not places.tables.exists()
    assert "no account" in spark_build.objection(places)
    assert places.folder.stat().st_mode & 0o77 == places.conf.stat().st_mode & 0o77 == 0


def test_without_java_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(CannotRunError, match="openjdk-17-jre-headless"):
        spark_build.java()


def test_a_java_that_is_too_old_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(CannotRunError, match="Java 17 or newer"):
        spark_build.java()


def test_without_spark_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_build, "find_spec", lambda _: None)
    with pytest.raises(CannotRunError, match=r"make \.venv-spark/\.installed"):
        spark_build.spark_home()


def test_the_installer_asks_for_java_and_installs_none(tmp_path: Path) -> None:
    for tool in ("dirname", "sh"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "")
    shutil.copy(ROOT / "install.sh", tmp_path / "install.sh")
    done = subprocess.run(
        ["./install.sh", "spark"],
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == spark_build.NO_JAVA + "\n"
    assert not (tmp_path / ".venv-spark").exists()


def test_the_command_says_what_is_missing_in_one_line(tmp_path: Path) -> None:
    env = os.environ | {"PATH": str(tmp_path), "JAVA_HOME": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "ingest.engines.spark", "prove"], env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", spark_build.NO_JAVA + "\n")


def test_what_each_executor_did_is_read_from_the_event_log(tmp_path: Path) -> None:
    ends = [("0", 2_000_000_000), ("1", 500_000_000), ("0", 0)]
    lines = [json.dumps({"Event": "SparkListenerApplicationStart"})]
    lines += [
        json.dumps({"Event": "SparkListenerTaskEnd", "Task Info": {"Executor ID": executor},
                    "Task Metrics": {"Executor CPU Time": cpu}}, separators=(",", ":"))
        for executor, cpu in ends
    ]  # fmt: skip
    (tmp_path / "events_1_app").write_text("\n".join(lines))
    (tmp_path / "appstatus_app").write_text("")
    assert cluster.shares(tmp_path) == {"0": cluster.Share(2, 2.0), "1": cluster.Share(1, 0.5)}


def test_a_table_tells_which_relations_differ() -> None:
    told = compared.as_table([compared.Relation("main.a", 2, 2, 0, 0), compared.Relation("main.b", 2, 2, 1, 1)])
    assert "main.b" in told and told.count("differs") == 1
    assert told.endswith("1 of 2 relations are equal, row for row.")
