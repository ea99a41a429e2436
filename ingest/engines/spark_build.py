"""One build on Apache Spark: what it needs, how dbt is called, and whether all of it stood.

A build has a folder of its own: the exported raw, the tables, Spark's catalogue and dbt's artifacts. It begins with
nothing but that raw, since nobody may read tables that are being made anew; what counts is what is published of it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from common.layout import ROOT, WAREHOUSE_SETTING
from ingest.engines.parquet import Exported, export_raw
from ingest.errors import CannotRunError, counted

OLDEST_JAVA = 17
NO_JAVA = (
    f"Spark needs Java {OLDEST_JAVA} or newer, and none was found: apt-get install -y openjdk-17-jre-headless, or name "
    "one in JAVA_HOME."
)
NO_SPARK = (
    "Spark is not installed in this environment: make .venv-spark/.installed, and run this by .venv-spark/bin/python."
)
FOLDER_SETTING, PARQUET_SETTING, MASTER_SETTING = (
    "ON_RECORD_SPARK_FOLDER",
    "ON_RECORD_PARQUET",
    "ON_RECORD_SPARK_MASTER",
)
CONF_SETTING = "SPARK_CONF_DIR"
DEFAULT_FOLDER = ROOT / "target" / "spark"
# What Spark says of every statement is no news; what goes wrong is.
LOGGING = """\
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""
DBT = "from dbt.cli.main import cli; cli()"
ACCOUNT = ("manifest.json", "run_results.json")
EXPOSURE = "exposure."
FINE = frozenset({"success", "pass", "warn"})
BUILT = ("model", "seed", "test")


@dataclass(frozen=True)
class Places:
    """Where everything of a build lies, in one folder for its owner alone: its raw holds restricted figures."""

    folder: Path

    @property
    def raw(self) -> Path:
        """The export that the build reads."""
        return self.folder / "raw"

    @property
    def tables(self) -> Path:
        """Spark's own tables: a folder `<schema>.db/<table>` of Parquet files each."""
        return self.folder / "tables"

    @property
    def conf(self) -> Path:
        """What Spark is set up with."""
        return self.folder / "conf"

    @property
    def dbt(self) -> Path:
        """What dbt says of the build: manifest.json, run_results.json."""
        return self.folder / "dbt"

    @property
    def events(self) -> Path:
        """Spark's event logs, where they are asked for."""
        return self.folder / "events"


def java() -> str:
    """Return the Java to run Spark by; CannotRunError where there is none, or one that is too old."""
    home = os.environ.get("JAVA_HOME", "")
    found = shutil.which(str(Path(home) / "bin" / "java")) if home else shutil.which("java")
    if not found:
        raise CannotRunError(NO_JAVA)
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    version = re.search(r'version "(\d+)', told)
    if not version or int(version[1]) < OLDEST_JAVA:
        raise CannotRunError(NO_JAVA)
    return found


def spark_home() -> Path:
    """Return where Spark is installed; CannotRunError where it is not."""
    found = find_spec("pyspark")
    if not found or not found.origin or not find_spec("dbt.adapters.spark"):
        raise CannotRunError(NO_SPARK)
    return Path(found.origin).parent


def prepare(places: Places, settings: Mapping[str, str] | None = None) -> None:
    """Empty a build's folder, but for its export, and write what Spark is set up with.

    Args:
        places: those of the build.
        settings: lines of spark-defaults.conf, such as the secret of a cluster; only the folder's owner can read them.

    Raises:
        OSError: the folder cannot be written.

    """
    places.folder.mkdir(parents=True, exist_ok=True)
    places.folder.chmod(0o700)
    for path in (places.tables, places.folder / "metastore", places.conf, places.events):
        shutil.rmtree(path, ignore_errors=True)
    # What dbt parsed may stay; its account of a build may not.
    for name in ACCOUNT:
        (places.dbt / name).unlink(missing_ok=True)
    for path in (places.conf, places.events):
        path.mkdir(mode=0o700)
    (places.conf / "log4j2.properties").write_text(LOGGING)
    lines = "".join(f"{name} {value}\n" for name, value in (settings or {}).items())
    (places.conf / "spark-defaults.conf").write_text(lines)


def environment(places: Places) -> dict[str, str]:
    """Return the environment of dbt and Spark for a build."""
    # Nothing is heard but on this machine, unless a setting says otherwise.
    return {"SPARK_LOCAL_IP": "127.0.0.1"} | os.environ | {
        FOLDER_SETTING: str(places.folder.absolute()),
        PARQUET_SETTING: str(places.raw.absolute()),
        CONF_SETTING: str(places.conf.absolute()),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def export(places: Places, warehouse: Path) -> Exported:
    """Bring the build's raw up to what the warehouse holds; raises what `export_raw` raises."""
    return export_raw(warehouse, places.raw)


def build(places: Places, *options: str, settings: Mapping[str, str] | None = None) -> None:
    """Build and test all models on Spark, from the export that is there.

    Args:
        places: those of the build.
        options: more options of `dbt build`.
        settings: as `prepare` takes them.

    Raises:
        CannotRunError: Java or Spark is missing, or not all of it stood; nothing of it may be used then.

    """
    status = run(places, *options, settings=settings)
    reason = objection(places)
    if status or reason:
        raise CannotRunError(f"The build on Spark is no whole one: {reason or 'dbt failed'}. Nothing was published.")


def run(places: Places, *options: str, settings: Mapping[str, str] | None = None) -> int:
    """Run `dbt build` on Spark in an emptied folder, whatever of it stands then; returns dbt's exit code.

    Raises:
        CannotRunError: Java or Spark is missing, or the folder cannot be written.

    """
    java()
    spark_home()
    try:
        prepare(places, settings)
    except OSError as error:
        raise CannotRunError(f"{places.folder} could not be written: {error.strerror}.") from error
    command, env = dbt(places, "build", *options), environment(places)
    if not settings and (own := os.environ.get(CONF_SETTING)):
        env[CONF_SETTING] = own  # that of somebody's cluster
    return subprocess.run(command, env=env, cwd=ROOT, check=False, stdout=sys.stderr).returncode  # noqa: S603


def dbt(places: Places, command: str, *options: str, target: str = "spark") -> list[str]:
    """Return a dbt command with the build's own places."""
    told = [sys.executable, "-c", DBT, "--quiet", command, "--target", target, "--project-dir", str(ROOT)]
    told += ["--profiles-dir", str(ROOT), "--target-path", str(places.dbt.absolute())]
    return [*told, "--log-path", str(places.dbt.absolute()), *options]


def objection(places: Places) -> str:
    """Return why the build that left these artifacts is no whole, tested one on Spark, or nothing."""
    try:
        manifest = json.loads((places.dbt / "manifest.json").read_text(encoding="utf-8"))
        results = json.loads((places.dbt / "run_results.json").read_text(encoding="utf-8"))
        if manifest["metadata"]["invocation_id"] != results["metadata"]["invocation_id"]:
            return "its manifest is of another build"
        told = results["args"]
        if (told["which"], told["target"]) != ("build", "spark") or told.get("empty") or told.get("sample"):
            return "it is of another command than dbt build --target spark"
        statuses = {each["unique_id"]: each["status"] for each in results["results"]}
        return _unfinished(manifest, statuses)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"dbt left no account of it ({type(error).__name__})"


def _unfinished(manifest: Mapping[str, Any], statuses: Mapping[str, str]) -> str:
    # An exposure is no work: it has a status of its own.
    failed = sorted(name for name, status in statuses.items() if status not in FINE and not name.startswith(EXPOSURE))
    if failed:
        return f"{counted(len(failed), 'node')} failed or {'was' if len(failed) == 1 else 'were'} skipped ({failed[0]})"
    wanted = [name for name, node in manifest["nodes"].items() if node["resource_type"] in BUILT and not _is_mine(node)]
    wanted += [name for name, node in manifest["unit_tests"].items() if not _is_mine(node)]
    missing = [name for name in wanted if name not in statuses]
    return f"only part of the project was built ({counted(len(missing), 'node')} left out)" if missing else ""


def _is_mine(node: Mapping[str, Any]) -> bool:
    return len(node["fqn"]) > 1 and node["fqn"][1] == "mine"


def relations(places: Places) -> list[tuple[str, str, bool]]:
    """Return schema, name and whether it is a view of each model and seed of the build, in order."""
    manifest = json.loads((places.dbt / "manifest.json").read_text(encoding="utf-8"))
    found = [
        (node["schema"], node["alias"], node["config"]["materialized"] == "view")
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed") and not _is_mine(node)
    ]
    return sorted(found)


def files_of(places: Places, schema: str, table: str) -> list[str]:
    """Return the Parquet files of a table of the build, in the order of its rows."""
    return sorted(str(path) for path in (places.tables / f"{schema.lower()}.db" / table.lower()).glob("**/*.parquet"))


def run_dbt_on_duckdb(places: Places, warehouse: Path, published: Path, command: Sequence[str]) -> None:
    """Run a dbt command of the project on a DuckDB file; CannotRunError where it fails."""
    own = Places(places.folder / "duckdb")
    called = dbt(own, command[0], *command[1:], target="duckdb")
    env = os.environ | {WAREHOUSE_SETTING: str(warehouse), "ON_RECORD_PUBLISHED": str(published)}
    done = subprocess.run(called, env=env | {"PYTHONPATH": str(ROOT)}, cwd=ROOT, check=False, stdout=sys.stderr)  # noqa: S603
    if done.returncode:
        raise CannotRunError(f"dbt {command[0]} failed on {warehouse.name}: what it said stands above.")
