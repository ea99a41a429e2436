"""The command line as a user meets it: exit codes, streams, JSON, help."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_record import ROOT, run, small_record, write_texts


def test_check_of_the_real_record_is_fine_from_anywhere(tmp_path: Path) -> None:
    done = run("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no problems" in done.stdout


def test_problems_go_to_stdout_one_a_line_and_their_count_to_stderr(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[0] |= {"source_id": "sohrr", "status": "valid"}
    # A part that counts the very same as its total would be warned of beside them.
    record.figures[1] |= {"part_of": ""}
    done = run("check", "aleppo-2024", cwd=record.write().parent)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "aleppo-2024/figures.csv:2:33 source_id: 'sohrr' is not in seeds/sources.csv (did you mean 'sohr'?)",
        "aleppo-2024/figures.csv:2:102 status: 'valid' is not one of draft, validated, withdrawn, retracted "
        "(did you mean 'validated'?)",
    ]
    assert done.stderr == "2 problems\n"


def test_check_prints_json(tmp_path: Path) -> None:
    record = small_record(tmp_path)
    record.figures[0]["source_id"] = "sohrr"
    done = run("check", "--json", str(record.write()))
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["documents"], answer["figures"]) == (1, 2, 6)
    assert [(p["line"], p["column"], p["field"]) for p in answer["problems"]] == [(2, 33, "source_id")]


def test_verify_counts_what_is_proved(tmp_path: Path) -> None:
    folder, texts = small_record(tmp_path).write(), write_texts(tmp_path / "texts")
    done = run("verify", "--documents", str(texts), str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, "6 figures proved in 2 documents\n", "")


def test_verify_counts_apart_what_it_has_no_lexicon_for(tmp_path: Path) -> None:
    record, texts = small_record(tmp_path), write_texts(tmp_path / "texts")
    record.documents[1]["language"] = "so"
    done = run("verify", "--documents", str(texts), str(record.write()))
    told = "3 figures proved in 2 documents; number not judged: no lexicon for so (3 figures)\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, told, "")


def test_verify_gives_the_state_of_every_figure_in_json(tmp_path: Path) -> None:
    record, texts = small_record(tmp_path), write_texts(tmp_path / "texts")
    record.figures[0]["value"] = "41"
    (texts / "two.txt").unlink()
    done = run("verify", "--json", "--documents", str(texts), str(record.write()))
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert answer["states"] == {"proved": 2, "wrong": 1, "not_proved": 3, "not_judged": 0}
    assert [proof["state"] for proof in answer["proofs"]] == ["wrong", "proved", "proved", *["not_proved"] * 3]
    assert [problem["field"] for problem in answer["problems"]] == ["file_name", "value"]


def test_verify_tells_the_problems_of_the_record_too(tmp_path: Path) -> None:
    record, texts = small_record(tmp_path), write_texts(tmp_path / "texts")
    record.figures[0]["value"] = "forty"
    done = run("verify", "--documents", str(texts), str(record.write()))
    assert done.returncode == 1
    assert "is not a number in plain digits" in done.stdout
    assert done.stderr == "1 problem; 5 figures proved in 2 documents, 0 wrong, 1 not proved\n"


def test_load_says_what_it_did(tmp_path: Path) -> None:
    folder, warehouse = small_record(tmp_path).write(), tmp_path / "w.duckdb"
    first = run("load", str(folder), warehouse=warehouse)
    assert first.stdout == (
        "added 6, changed 0, unchanged 0, withdrawn 0 figures "
        "(added 2, changed 0, unchanged 0, withdrawn 0 documents)\n"
    )
    answer = json.loads(run("load", "--json", str(folder), warehouse=warehouse).stdout)
    assert (answer["load_id"], answer["counts"]["figures_unchanged"]) == (None, 6)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "figures/nowhere"], "figures/nowhere is not a folder; name a folder such as figures/aleppo-2024."),
        (["verify", "--documents", "nowhere"], "nowhere is not a folder; --documents names the folder with the texts."),
    ],
)
def test_what_cannot_run_says_so_in_a_sentence(arguments: list[str], sentence: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence + "\n")


def test_two_folders_of_one_name_are_refused(tmp_path: Path) -> None:
    folders = [str(small_record(tmp_path / name).write()) for name in ("a", "b")]
    done = run("check", *folders)
    assert done.returncode == 2
    assert "have the same name, so the same episode." in done.stderr


def test_a_file_that_cannot_be_read_gets_a_sentence(tmp_path: Path) -> None:
    folder = small_record(tmp_path).write()
    (folder / "documents.csv").unlink()
    (folder / "documents.csv").mkdir()
    done = run("check", str(folder))
    assert done.returncode == 2
    assert done.stderr.endswith("documents.csv cannot be read: Is a directory.\n")


@pytest.mark.parametrize("arguments", [[], ["verify"], ["check", "--speed"], ["weigh"]])
def test_a_wrong_command_line_ends_with_2_and_the_usage(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage: on-record" in done.stderr


@pytest.mark.parametrize("command", ["check", "verify", "load", "withdraw", "amend", "compare", "backup", "restore"])
def test_the_help_of_every_command_has_examples_exit_codes_and_the_environment(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert f"\n  on-record {command}" in done.stdout
    assert "exit codes:" in done.stdout
    assert "ON_RECORD_WAREHOUSE" in done.stdout
    assert command in run("--help").stdout


def test_importing_ingest_brings_neither_the_dashboard_nor_what_only_a_load_needs() -> None:
    program = "import ingest.__main__, sys; print({'dashboard', 'dash', 'pandas', 'duckdb'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"
