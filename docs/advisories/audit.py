"""Check what is installed against the lock, and the lock against known advisories, without a network.

    python docs/advisories/audit.py                 what `make check` runs
    python docs/advisories/audit.py --renew         take the advisories anew from osv.dev (needs the network)
    python docs/advisories/audit.py --renew FILE    the same from its file PyPI/all.zip, fetched some other way

The snapshot beside this file holds advisories in OSV form; what is not in it cannot be found. So the report says how
old the list is, by the last date in it, and of which pins it can say nothing: packages it never names, and versions
newer than any it has heard of. An advisory that does not concern us is a line of accepted.csv with its reason. Exits 0
without a finding, which is no proof that there is none, 1 with a finding, 2 if it cannot look.
"""

import argparse
import csv
import io
import json
import re
import sys
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

HERE = Path(__file__).resolve().parent
LOCK, SNAPSHOT, ACCEPTED = HERE.parents[1] / "requirements.txt", HERE / "snapshot.json", HERE / "accepted.csv"
# Packages that whoever wants them installs beside the others: judged where they are.
OPTIONAL = LOCK.with_name("requirements-postgres.txt")
EVERYTHING = "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip"
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+?))?\s*\\?$")
# What makes the virtual environment itself; not ours to pin.
TOOLS = {"pip"}
# What install.sh puts there of this checkout: the command on-record.
OURS = "on-record"
OLD_DAYS = 90
Pin = tuple[str, str, str]


def pins(lock: str) -> list[Pin]:
    """Return name, version and marker ("" for none) of every pin of a lock."""
    found = [PIN.match(line) for line in lock.splitlines()]
    return [(canonicalize_name(one[1]), one[2], (one[3] or "").strip()) for one in found if one]


def without_hash(lock: str) -> list[str]:
    """Return the pins whose files have no hash."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    return [block.split("\n")[0].rstrip(" \\") for block in blocks if "--hash=sha256:" not in block]


def _key(event: dict[str, str]) -> tuple[Version, int]:
    """Order events by version; of one version what mends comes before what breaks."""
    kind, told = next(iter(event.items()))
    return Version("0.dev0" if told == "0" else told), ("fixed", "introduced", "last_affected").index(kind)


def is_in_range(version: Version, events: Iterable[dict[str, str]]) -> bool:
    """Whether a version is affected by the events of one range, as the OSV schema defines it."""
    is_affected = False
    for event in sorted((one for one in events if "limit" not in one), key=_key):
        at, _ = _key(event)
        if "introduced" in event and version >= at:
            is_affected = True
        elif ("fixed" in event and version >= at) or ("last_affected" in event and version > at):
            is_affected = False
    return is_affected


def is_affected(name: str, version: str, advisory: dict[str, Any]) -> bool:
    """Whether an advisory is about this version of this package; a version nobody can order counts as affected."""
    for part in advisory["affected"]:
        package = part["package"]
        if package["ecosystem"] != "PyPI" or canonicalize_name(package["name"]) != name:
            continue
        try:
            ranges = [one["events"] for one in part.get("ranges", []) if one["type"] == "ECOSYSTEM"]
            if version in part.get("versions", []) or any(is_in_range(Version(version), one) for one in ranges):
                return True
        except InvalidVersion:
            return True
    return False


def accepted() -> dict[tuple[str, str], str]:
    """Return the reason of every advisory that does not concern us, by advisory and package; raises ValueError."""
    with ACCEPTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for line, row in enumerate(rows, start=2):
        if len((row["reason"] or "").split()) < 3:
            raise ValueError(f"{ACCEPTED.name}, line {line}: say in words why this advisory does not concern us.")
    return {(row["advisory_id"], canonicalize_name(row["package"])): row["reason"] for row in rows}


def findings(
    locked: Iterable[Pin], advisories: Iterable[dict[str, Any]], excused: Iterable[tuple[str, str]]
) -> list[str]:
    """Return a sentence for every pin that an advisory is about and nobody has accepted."""
    known, told = list(advisories), set(excused)
    return [
        f"{name} {version}: {one['id']} ({', '.join(one.get('aliases', [])) or 'no alias'}). Raise it and run make "
        "lock, or say in docs/advisories/accepted.csv why it does not concern us."
        for name, version, _ in locked for one in known
        if (one["id"], name) not in told and is_affected(name, version, one) and not one.get("withdrawn")
    ]  # fmt: skip


def last_date(snapshot: dict[str, Any]) -> date:
    """Return the last date in a list: when one of its advisories was published or changed, not when it was copied."""
    told = [one[key][:10] for one in snapshot["advisories"] for key in ("published", "modified") if one.get(key)]
    return date.fromisoformat(max(told, default=snapshot["taken_on"]))


def versions_heard_of(name: str, advisories: Iterable[dict[str, Any]]) -> list[Version]:
    """Return every version of a package that a list mentions, in order; what cannot be ordered is left out."""
    found = set()
    for part in (part for one in advisories for part in one["affected"]):
        if part["package"]["ecosystem"] == "PyPI" and canonicalize_name(part["package"]["name"]) == name:
            events = [event for one in part.get("ranges", []) if one["type"] == "ECOSYSTEM" for event in one["events"]]
            found.update(told for event in events for told in event.values())
            found.update(part.get("versions", []))
    with_order = []
    for told in found - {"0"}:
        with suppress(InvalidVersion):
            with_order.append(Version(told))
    return sorted(with_order)


def unknown(locked: Iterable[Pin], advisories: Iterable[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the pins of which a list can say nothing: of packages it never names, and newer than all it has heard of.

    A version nobody can order counts as newer.
    """
    known, never_named, newer = list(advisories), [], []
    for name, version, _ in locked:
        heard_of = versions_heard_of(name, known)
        if not heard_of:
            never_named.append(f"{name} {version}")
        elif _is_newer(version, heard_of[-1]):
            newer.append(f"{name} {version} (up to {heard_of[-1]})")
    return never_named, newer


def _is_newer(version: str, last: Version) -> bool:
    try:
        return Version(version) > last
    except InvalidVersion:
        return True


def strangers(locked: Iterable[Pin], installed: Iterable[tuple[str, str]]) -> list[str]:
    """Return a sentence for everything installed that is not what the lock says, and for what is missing."""
    wanted: dict[str, set[str]] = {}
    for name, version, marker in locked:
        if not marker or Marker(marker).evaluate():
            wanted.setdefault(name, set()).add(version)
    found = {canonicalize_name(name): version for name, version in installed}
    wrong = [
        f"{name} {version} is installed, the lock says {' or '.join(sorted(wanted.get(name, {'nothing of it'})))}."
        for name, version in sorted(found.items()) if name not in TOOLS and version not in wanted.get(name, set())
    ]  # fmt: skip
    return wrong + [f"{name} is in the lock and not installed." for name in sorted(wanted.keys() - found.keys())]


def distributions() -> Iterator[tuple[str, str]]:
    """Name and version of everything installed beside this interpreter, this project itself aside."""
    for one in metadata.distributions():
        if one.metadata["Name"] != OURS:
            yield one.metadata["Name"], one.version


def optional(installed: Iterable[tuple[str, str]]) -> list[Pin]:
    """Return the pins of packages of one's choice, as far as they are installed and in no other lock."""
    there = {canonicalize_name(name) for name, _ in installed}
    known = {name for name, _, _ in pins(LOCK.read_text(encoding="utf-8"))}
    return [pin for pin in pins(OPTIONAL.read_text(encoding="utf-8")) if pin[0] in there - known]


def trimmed(advisory: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Return what is needed of an advisory to find affected versions of these packages."""
    parts = [
        {"package": {key: part["package"][key] for key in ("ecosystem", "name")},
         "ranges": [one for one in part.get("ranges", []) if one["type"] == "ECOSYSTEM"],
         **({} if part.get("ranges") else {"versions": part.get("versions", [])})}
        for part in advisory.get("affected", []) if canonicalize_name(part.get("package", {}).get("name", "")) in names
    ]  # fmt: skip
    kept = {key: advisory[key] for key in ("id", "aliases", "published", "modified", "withdrawn") if key in advisory}
    return kept | {"affected": parts}


def renew(source: str, names: set[str]) -> int:
    """Write the snapshot anew from all advisories about PyPI; returns how many are kept. Raises OSError, BadZipFile."""
    if source.startswith("https:"):
        with urllib.request.urlopen(source, timeout=300) as answer:  # noqa: S310 — https, and on request only
            content = answer.read()
    else:
        content = Path(source).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        every = (trimmed(json.loads(file.read(name)), names) for name in sorted(file.namelist()))
        kept = [one for one in every if one["affected"]]
    covers = f"All advisories of osv.dev about PyPI that name one of the {len(names)} packages of the lock."
    head = {
        "taken_on": datetime.now(UTC).date().isoformat(),
        "source": "osv.dev",
        "licence": "CC BY 4.0",
        "covers": covers,
    }
    lines = ",\n".join("  " + json.dumps(one) for one in kept)
    SNAPSHOT.write_text(f'{json.dumps(head, indent=1)[:-2]},\n "advisories": [\n{lines}\n ]\n}}\n', encoding="utf-8")
    return len(kept)


def report() -> int:
    """Print what was looked at, how old it is and what was found; returns the exit code."""
    lock, snapshot = LOCK.read_text(encoding="utf-8"), json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    installed = list(distributions())
    locked = pins(lock) + optional(installed)
    problems = [f"{pin} has no hash in the lock." for pin in without_hash(lock)]
    problems += strangers(locked, installed) + findings(locked, snapshot["advisories"], accepted())
    taken_on, last = snapshot["taken_on"], last_date(snapshot)
    days = (datetime.now(UTC).date() - last).days
    print(
        f"{len(locked)} pins, {len(snapshot['advisories'])} advisories, the last of {last}, taken on {taken_on}. "
        f"{snapshot['covers']}"
    )
    if days > OLD_DAYS:
        print(
            f"The list ends {days} days ago: nothing newer is known here. Run make advisories where there is a network."
        )
    never_named, newer = unknown(locked, snapshot["advisories"])
    _print_unknown("are of packages the list never names", never_named)
    _print_unknown("are newer than any version the list has heard of", newer)
    judged = len(locked) - len(never_named) - len(newer)
    print("\n".join(problems) or _nothing_found(judged, len(locked) - judged))
    return 1 if problems else 0


def _nothing_found(judged: int, unjudged: int) -> str:
    """Say that nothing was found, and of how many pins that says something."""
    if not judged:
        return f"No finding, which says nothing: the list knows none of the {unjudged} versions pinned."
    of_others = f"; of the other {unjudged} it can say nothing" if unjudged else ""
    return f"No finding about the {judged} versions pinned that the list knows{of_others}."


def _print_unknown(why: str, pins_of_it: list[str]) -> None:
    if pins_of_it:
        print(f"NOT KNOWN: {len(pins_of_it)} of them {why}, and nothing can be said of them: {', '.join(pins_of_it)}.")


def main(arguments: list[str] | None = None) -> int:
    """Check, or renew and check."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--renew", nargs="?", const=EVERYTHING, metavar="FILE", help="take the advisories anew first")
    chosen = options.parse_args(arguments)
    try:
        if chosen.renew:
            names = {name for name, _, _ in pins(LOCK.read_text(encoding="utf-8"))}
            print(f"Kept {renew(chosen.renew, names)} advisories.")
        return report()
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as reason:
        print(f"Cannot look: {reason}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
