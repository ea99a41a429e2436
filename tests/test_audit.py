"""The audit finds what it should in a lock and what is installed, says how old it is, and asks no network."""

import importlib.util
import json
import re
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCK = """alpha==1.2.0 \\
    --hash=sha256:00
beta==2.0 ; python_full_version < '3' \\
    --hash=sha256:00
gamma==3.0rc1 ; python_version >= '3' \\
    --hash=sha256:00
    # via alpha
"""


def read() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / "docs" / "advisories" / "audit.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module
    spec.loader.exec_module(module)
    return module


audit = read()
SNAPSHOT = json.loads(audit.SNAPSHOT.read_text(encoding="utf-8"))


def advisory(*events: tuple[str, str], name: str = "Alpha", **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": [{kind: told} for kind, told in events]}]
    return {"id": "X-1", "affected": [{"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges} | more]}


def test_pins_are_read_with_their_markers() -> None:
    assert audit.pins(LOCK) == [
        ("alpha", "1.2.0", ""),
        ("beta", "2.0", "python_full_version < '3'"),
        ("gamma", "3.0rc1", "python_version >= '3'"),
    ]
    assert len(audit.pins(audit.LOCK.read_text(encoding="utf-8"))) > 100


@pytest.mark.parametrize(
    ("version", "events", "is_hit"),
    [
        ("1.2.0", [("introduced", "0"), ("fixed", "1.2.1")], True),
        ("1.2.1", [("introduced", "0"), ("fixed", "1.2.1")], False),
        ("1.10", [("introduced", "0"), ("fixed", "1.9")], False),
        ("2.0rc1", [("introduced", "2.0"), ("fixed", "2.1")], False),
        ("2.14.1", [("introduced", "2.14.0"), ("fixed", "2.15.0"), ("introduced", "0"), ("fixed", "2.13.0")], True),
        ("2.13.0", [("introduced", "2.14.0"), ("fixed", "2.15.0"), ("introduced", "0"), ("fixed", "2.13.0")], False),
        ("1.0", [("introduced", "0"), ("last_affected", "1.0")], True),
        ("1.0.1", [("introduced", "0"), ("last_affected", "1.0")], False),
        ("9", [("introduced", "0")], True),
        ("0.1", [("introduced", "0.2")], False),
    ],
)
def test_ranges_are_read_as_osv_defines_them(version: str, events: list[tuple[str, str]], is_hit: bool) -> None:
    assert audit.is_affected("alpha", version, advisory(*events)) is is_hit
    assert not audit.is_affected("alphabet", version, advisory(*events))


def test_listed_versions_and_unreadable_ones_count() -> None:
    assert audit.is_affected("alpha", "1.2.0", advisory(("introduced", "9"), versions=["1.2.0"]))
    assert audit.is_affected("alpha", "not a version", advisory(("introduced", "0")))


def test_a_finding_names_pin_advisory_and_what_to_do_unless_it_is_accepted() -> None:
    hit = advisory(("introduced", "0"))
    (told,) = audit.findings(audit.pins(LOCK), [hit], [])
    assert told.startswith("alpha 1.2.0: X-1")
    assert "run make lock" in told
    assert audit.findings(audit.pins(LOCK), [hit], [("X-1", "alpha")]) == []
    assert audit.findings(audit.pins(LOCK), [hit], [("X-1", "beta")]) != []
    assert audit.findings(audit.pins(LOCK), [hit | {"withdrawn": "2024-01-01"}], []) == []


def test_what_is_installed_must_be_what_the_lock_says() -> None:
    pins = audit.pins(LOCK)
    assert audit.strangers(pins, [("Alpha", "1.2.0"), ("gamma", "3.0rc1"), ("pip", "99")]) == []
    assert audit.strangers(pins, [("alpha", "1.2.1"), ("stranger", "1")]) == [
        "alpha 1.2.1 is installed, the lock says 1.2.0.",
        "stranger 1 is installed, the lock says nothing of it.",
        "gamma is in the lock and not installed.",
    ]


def test_a_pin_without_a_hash_is_found() -> None:
    assert audit.without_hash(LOCK) == []
    assert audit.without_hash(LOCK + "delta==1.0\n") == ["delta==1.0"]
    assert audit.without_hash(audit.LOCK.read_text(encoding="utf-8")) == []


def test_the_lock_is_free_of_what_the_snapshot_knows_and_old_versions_are_not() -> None:
    known = SNAPSHOT["advisories"]
    assert audit.findings(audit.pins(audit.LOCK.read_text(encoding="utf-8")), known, audit.accepted()) == []
    for name, version in (("werkzeug", "3.0.0"), ("dash", "2.14.2"), ("duckdb", "0.9.2"), ("flask", "2.3.1")):
        assert audit.findings([(name, version, "")], known, []) != [], name


def test_the_report_says_how_old_it_is_and_what_it_covers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "strangers", lambda *_: [])
    assert audit.main([]) == 0
    said = capsys.readouterr().out
    assert SNAPSHOT["taken_on"] in said
    assert SNAPSHOT["covers"] in said
    monkeypatch.setattr(audit, "strangers", lambda *_: ["x 1 is installed."])
    assert audit.main([]) == 1


def test_a_reason_must_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "accepted.csv"
    path.write_text("advisory_id,package,reason,accepted_on\nX-1,Alpha,,2026-01-01\n", encoding="utf-8")
    monkeypatch.setattr(audit, "ACCEPTED", path)
    with pytest.raises(ValueError, match=r"line 2: say in words"):
        audit.accepted()
    assert audit.main([]) == 2


def test_it_is_renewed_from_the_file_of_all_advisories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = tmp_path / "all.zip"
    with zipfile.ZipFile(everything, "w") as file:
        file.writestr("A.json", json.dumps(advisory(("introduced", "0")) | {"details": "long"}))
        file.writestr("B.json", json.dumps(advisory(("introduced", "0"), name="unheard-of")))
    monkeypatch.setattr(audit, "SNAPSHOT", tmp_path / "snapshot.json")
    assert audit.renew(str(everything), {"alpha"}) == 1
    found = json.loads(audit.SNAPSHOT.read_text(encoding="utf-8"))
    assert found["advisories"] == [advisory(("introduced", "0"))]
    assert "1 packages of the lock" in found["covers"]
    assert audit.main(["--renew", str(tmp_path / "none.zip")]) == 2


def test_the_age_is_that_of_the_last_advisory_and_not_of_the_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list taken today from a source that ended long ago is as old as its source."""
    old = advisory(("introduced", "0"), ("fixed", "9")) | {
        "published": "2020-01-02",
        "modified": "2020-03-04T05:06:07Z",
    }
    snapshot = {"taken_on": "2026-11-01", "source": "x", "licence": "x", "covers": "Some.", "advisories": [old]}
    monkeypatch.setattr(audit, "SNAPSHOT", tmp_path / "snapshot.json")
    monkeypatch.setattr(audit, "strangers", lambda *_: [])
    audit.SNAPSHOT.write_text(json.dumps(snapshot), encoding="utf-8")
    assert str(audit.last_date(snapshot)) == "2020-03-04"
    assert audit.main([]) == 0
    said = capsys.readouterr().out
    assert "the last of 2020-03-04" in said
    assert re.search(r"The list ends \d{4} days ago", said)


@pytest.mark.parametrize(
    ("version", "is_known"),
    [("1.2.0", True), ("1.2.1", True), ("1.2.2", False), ("1.10", False), ("2.0rc1", False), ("no version", False)],
)
def test_a_version_newer_than_any_heard_of_is_not_known(version: str, is_known: bool) -> None:
    heard = [advisory(("introduced", "0"), ("fixed", "1.2.1")), advisory(("introduced", "0"), ("last_affected", "0.9"))]
    never_named, newer = audit.unknown([("alpha", version, "")], heard)
    assert (never_named, bool(newer)) == ([], not is_known)
    assert audit.unknown([("beta", version, "")], heard) == ([f"beta {version}"], [])


def test_nothing_found_is_said_of_known_versions_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "strangers", lambda *_: [])
    monkeypatch.setattr(audit, "LOCK", tmp_path / "lock.txt")
    monkeypatch.setattr(audit, "OPTIONAL", tmp_path / "nothing more.txt")
    monkeypatch.setattr(audit, "SNAPSHOT", tmp_path / "snapshot.json")
    audit.LOCK.write_text(LOCK, encoding="utf-8")
    audit.OPTIONAL.write_text("", encoding="utf-8")
    for heard, last in (
        ([], "No finding, which says nothing: the list knows none of the 3 versions pinned."),
        (["Alpha"], "No finding about the 1 versions pinned that the list knows; of the other 2 it can say nothing."),
        (["alpha", "beta", "gamma"], "No finding about the 3 versions pinned that the list knows."),
    ):
        known = [advisory(("introduced", "9"), ("fixed", "10"), name=name) for name in heard]
        told = {"taken_on": "2024-02-10", "covers": "Some.", "advisories": known}
        audit.SNAPSHOT.write_text(json.dumps(told), encoding="utf-8")
        assert audit.main([]) == 0
        said = capsys.readouterr().out
        assert said.splitlines()[-1] == last
        assert ("beta 2.0" in said) == ("beta" not in heard)


def test_every_pin_of_ours_is_known_or_named_as_unknown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "strangers", lambda *_: [])
    audit.main([])
    said = capsys.readouterr().out
    assert f"the last of {audit.last_date(SNAPSHOT)}" in said
    for name, version, _ in audit.pins(audit.LOCK.read_text(encoding="utf-8")):
        heard_of = audit.versions_heard_of(name, SNAPSHOT["advisories"])
        assert f"{name} {version}" in said or (heard_of and audit.Version(version) <= heard_of[-1])
