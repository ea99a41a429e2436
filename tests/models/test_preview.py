"""A preview holds drafts, in a warehouse and a folder of its own; what is published never does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scratch import ROOT
from test_small_records import document, figure, write_record
from workshop import Workshop, environment

WITH_DRAFTS = ("--vars", "{with_drafts: true}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a record of a validated figure, a draft, and a draft that was withdrawn."""
    return write_record(
        tmp_path_factory.mktemp("record"),
        [document(1)],
        [
            figure("1-01", "40"),
            figure("1-02", "44", status="draft", checked_on="", source_id="ocha"),
            figure("1-03", "99", status="withdrawn", checked_on="", source_id="sana", note="Of another war."),
        ],
    )


def test_a_preview_shows_drafts_as_drafts_and_stays_apart(folder: Path, tmp_path: Path) -> None:
    preview = Workshop(tmp_path)
    assert preview.load(folder).returncode == 0
    with environment(ON_RECORD_PREVIEW=str(tmp_path)):
        preview.build_without_tests(*WITH_DRAFTS)
        told = "select figure_id, status, is_standing from main.fct_figures order by figure_id"
        assert preview.inspect(told) == [
            ("d-1-01", "validated", True), ("d-1-02", "draft", True), ("d-1-03", "withdrawn", False)
        ]  # fmt: skip
        assert preview.inspect("select lowest, highest from main.range_deaths") == [(40, 44)]
    # Anywhere else the same build is refused before it begins.
    with environment(ON_RECORD_PREVIEW=str(tmp_path / "elsewhere")):
        refused = preview.dbt("build", "--exclude", "resource_type:test", "resource_type:unit_test", *WITH_DRAFTS)
    assert not refused.success


def test_without_being_asked_no_draft_is_built_and_a_build_counts_them(folder: Path, tmp_path: Path) -> None:
    ordinary = Workshop(tmp_path)
    assert ordinary.load(folder).returncode == 0
    ordinary.build_without_tests()
    assert ordinary.inspect("select figure_id from main.fct_figures") == [("d-1-01",)]
    # Whatever part is built, and however quietly.
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "build", "--select", "causes", "--no-write-json"]
    places = ["--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")]
    asked = os.environ | ordinary.environment
    done = subprocess.run([*command, *places], cwd=ROOT, env=asked, capture_output=True, text=True, check=True)
    assert "Left out: 1 draft, not read a second time yet (make preview shows them)." in done.stdout
