"""A warehouse of the tests is built once for what it is built from, and never taken for another."""

import multiprocessing
import os
import shutil
from functools import partial
from pathlib import Path

import builds
import pytest

MAKER = "from helper import NAME\n\n\ndef make(folder):\n    (folder / 'made').write_text(NAME)\n"


def make(folder: Path, text: str = "made") -> None:
    """Make a file of two names, and count how often."""
    (folder / "warehouse").write_text(text)
    os.link(folder / "warehouse", folder / "again")


def test_it_is_made_once_and_every_test_has_a_copy_of_its_own(tmp_path: Path) -> None:
    made = list[Path]()

    def counted(folder: Path) -> None:
        made.append(folder)
        make(folder)

    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        builds.fill(tmp_path / name, counted, "key", tmp_path / "kept")
        assert (tmp_path / name / "warehouse").read_text() == "made"
        assert (tmp_path / name / "warehouse").samefile(tmp_path / name / "again")
        (tmp_path / name / "warehouse").write_text("changed by a test")
    assert len(made) == 1


def slowly(counter: str, folder: Path) -> None:
    """Note that it was called, and make something."""
    with Path(counter).open("a") as file:
        file.write("made\n")
    make(folder)


def filled(place: Path, number: int) -> None:
    (place / str(number)).mkdir()
    builds.fill(place / str(number), partial(slowly, str(place / "counter")), "key", place / "kept")


def test_processes_that_want_it_at_once_make_it_once(tmp_path: Path) -> None:
    started = multiprocessing.get_context("spawn")
    processes = [started.Process(target=filled, args=(tmp_path, number)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 3
    assert (tmp_path / "counter").read_text() == "made\n"
    assert all((tmp_path / str(number) / "again").exists() for number in range(3))


def test_a_making_that_fails_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        make(folder)
        raise ValueError("half made")

    (tmp_path / "target").mkdir()
    with pytest.raises(ValueError, match="half made"):
        builds.fill(tmp_path / "target", fails, "key", tmp_path / "kept")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["key.lock"]
    builds.fill(tmp_path / "target", make, "key", tmp_path / "kept")
    assert (tmp_path / "target" / "warehouse").exists()


@pytest.mark.parametrize(
    "name",
    [
        "models/facts/fct_deaths.sql", "macros/scope_id.sql", "seeds/hedges.csv", "ingest/warehouse/load.py",
        "dbt_project.yml",
        "tests/fixtures/record/aleppo-2024/figures.csv", "samples/idmc_gidd/conflict_idps_extract.csv",
        "requirements.txt",
    ],
)  # fmt: skip
def test_a_change_of_what_it_is_made_from_is_another_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for path in builds.files(builds.ROOT):
        copied = tmp_path / path.relative_to(builds.ROOT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)
    monkeypatch.setattr(builds, "ROOT", tmp_path)
    before = builds.project.__wrapped__()
    assert builds.project.__wrapped__() == before
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert builds.project.__wrapped__() != before


def test_another_maker_and_other_arguments_are_another_build() -> None:
    found = {builds.fingerprint(each) for each in (make, slowly, partial(make, text="a"), partial(make, text="b"))}
    assert len(found) == 4
    assert builds.fingerprint(make) in found


def test_a_change_of_what_the_maker_imports_is_another_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builds, "TESTS", tmp_path)
    (tmp_path / "maker.py").write_text(MAKER)
    (tmp_path / "helper.py").write_text("NAME = 'a'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import maker  # type: ignore[import-not-found]  # noqa: PLC0415

    assert builds.imported_from(tmp_path / "maker.py") == {tmp_path / "maker.py", tmp_path / "helper.py"}
    before = builds.fingerprint(maker.make)
    (tmp_path / "helper.py").write_text("NAME = 'b'\n")
    assert builds.fingerprint(maker.make) != before


def test_those_used_last_stay_and_what_an_ended_run_left_goes(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"key-{number}").mkdir()
        os.utime(tmp_path / f"key-{number}", (number, number))
    (tmp_path / "key-9.making-x").mkdir()
    with builds.locked(tmp_path / "key-0.lock"):
        builds.prune(tmp_path, kept=2)
        assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["key-0", "key-3", "key-4"]
    builds.prune(tmp_path, kept=2)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["key-3", "key-4"]
