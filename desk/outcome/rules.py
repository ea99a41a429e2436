"""The models of the project as SQL, compiled by dbt once for each state of them and kept under target/desk."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from common.layout import ROOT
from desk.episode.files import write_whole
from ingest.errors import CannotRunError

KEPT = ROOT / "target" / "desk"
SOURCES = ("models", "macros", "seeds")
LONGEST_COMPILATION = 300
# What the desk tells of: figures with their reports, ranges, findings, the words for ids. All they need comes along.
WANTED = ("fct_figures", "fct_reports", "range_reported", "dim_", "check_")


@dataclass(frozen=True)
class Model:
    """One model: the name of its table or view in SQL, and its select; ``w`` is the database."""

    name: str
    relation: str
    is_view: bool
    sql: str


@dataclass(frozen=True)
class Rules:
    """The models in an order in which each comes after what it reads, and the types of the columns of the seeds."""

    models: list[Model]
    seeds: dict[str, dict[str, str]]


def rules_kept() -> Rules | None:
    """Return the compiled models, or None where those of the present state have not been compiled yet."""
    path = KEPT / f"{_fingerprint()}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Rules([Model(**each) for each in content["models"]], content["seeds"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def compile_rules() -> Rules:
    """Compile the models by dbt, which takes some seconds, and keep them; CannotRunError where dbt refuses."""
    path = KEPT / f"{_fingerprint()}.json"
    with TemporaryDirectory(prefix="on-record-desk-") as folder:
        manifest = _compiled(Path(folder))
    found = Rules(list(_in_order(manifest)), _seed_types())
    KEPT.mkdir(parents=True, exist_ok=True)
    content = {"models": [each.__dict__ for each in found.models], "seeds": found.seeds}
    write_whole(path, json.dumps(content).encode())
    for other in KEPT.glob("*.json"):
        if other != path:
            other.unlink(missing_ok=True)
    return found


def _fingerprint() -> str:
    """Return a fingerprint of all that the compiled SQL depends on; of seeds only how they are described."""
    digest = hashlib.sha256((ROOT / "dbt_project.yml").read_bytes() + repr(WANTED).encode())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".sql", ".yml"):
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


def _compiled(folder: Path) -> dict[str, object]:
    """Run `dbt compile` against an empty warehouse of its own; the name of its file is the name of the database."""
    settings = os.environ | {"ON_RECORD_WAREHOUSE": str(folder / "w.duckdb"), "DBT_SEND_ANONYMOUS_USAGE_STATS": "0"}
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--no-use-colors", "compile", "--full-refresh"]
    command += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs"), "--project-dir", str(ROOT)]
    command += ["--profiles-dir", str(ROOT)]
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False, timeout=LONGEST_COMPILATION
    )
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-1:] or ["no reason given"]
        raise CannotRunError(f"The models cannot be compiled: {last[0]}")
    manifest: dict[str, object] = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def _in_order(manifest: dict[str, object]) -> Iterator[Model]:
    nodes: dict[str, dict[str, object]] = {
        name: node
        for name, node in manifest["nodes"].items()  # type: ignore[attr-defined]
        if node["resource_type"] == "model"
    }
    done: set[str] = set()

    def visit(name: str) -> Iterator[Model]:
        if name in done or name not in nodes:
            return
        done.add(name)
        node = nodes[name]
        for other in node["depends_on"].get("nodes", []):  # type: ignore[attr-defined]
            yield from visit(other)
        is_view = node["config"]["materialized"] == "view"  # type: ignore[index]
        yield Model(str(node["name"]), str(node["relation_name"]), is_view, str(node["compiled_code"]))

    for name, node in nodes.items():
        if str(node["name"]).startswith(WANTED):
            yield from visit(name)


def _seed_types() -> dict[str, dict[str, str]]:
    described = yaml.safe_load((ROOT / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))["seeds"]
    return {each["name"]: each["config"]["column_types"] for each in described}
