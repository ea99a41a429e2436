"""A Spark cluster of this machine alone: a standalone master and two workers, each a process, all on loopback.

It shows that the work is shared out; what a network costs it cannot show. Master, workers and driver know each other by
a secret; the master's REST port, which asks for none, is off.
"""

import json
import os
import secrets
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ingest.engines.spark_build import Places, spark_home
from ingest.errors import CannotRunError

LOOPBACK = "127.0.0.1"
WORKERS = 2
LONGEST_START = 120.0
"""Seconds that a process may take until it listens."""
MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"


@dataclass
class Cluster:
    """A cluster that runs: where its master is, the settings by which a driver may use it, and its processes' ids."""

    master: str
    settings: dict[str, str]
    pids: list[int] = field(default_factory=list)


@contextmanager
def cluster(places: Places, memory: str = "1g", workers: int = WORKERS) -> Iterator[Cluster]:
    """Run a cluster while the block lasts, and end each of its processes by its own id.

    Args:
        places: those of the build; logs and settings of the cluster go into its folder.
        memory: of each worker, as Java writes it.
        workers: how many, each with one core.

    Raises:
        CannotRunError: a process ends, or does not listen in time; its log is named.

    """
    folder = places.folder.absolute() / "cluster"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = {
        "spark.authenticate": "true",
        "spark.authenticate.secret": secrets.token_hex(32),
        "spark.network.crypto.enabled": "true",
        "spark.master.rest.enabled": "false",
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.executor.memory": memory,
        "spark.executor.cores": "1",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": (places.events.absolute()).as_uri(),
    }
    properties = folder / "cluster.conf"
    properties.touch(mode=0o600)
    properties.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    with ExitStack() as stack:
        port = _free_port()
        told = [
            MASTER,
            "--host",
            LOOPBACK,
            "--port",
            str(port),
            "--webui-port",
            "0",
            "--properties-file",
            str(properties),
        ]
        run = Cluster(f"spark://{LOOPBACK}:{port}", settings)
        run.pids.append(stack.enter_context(_process(folder, "master", told, port)))
        for number in range(1, workers + 1):
            own = _free_port()
            told = [
                WORKER,
                "--host",
                LOOPBACK,
                "--port",
                str(own),
                "--webui-port",
                "0",
                "--cores",
                "1",
                "--memory",
                memory,
            ]
            told += ["--work-dir", str(folder / f"worker-{number}"), "--properties-file", str(properties), run.master]
            run.pids.append(stack.enter_context(_process(folder, f"worker-{number}", told, own)))
        yield run


@contextmanager
def _process(folder: Path, name: str, arguments: list[str], port: int) -> Iterator[int]:
    log = folder / f"{name}.log"
    env = os.environ | {"SPARK_LOCAL_IP": LOOPBACK, "SPARK_CONF_DIR": str(folder), "SPARK_LOG_DIR": str(folder)}
    with log.open("w") as file:
        command = [str(spark_home() / "bin" / "spark-class"), *arguments]
        process = subprocess.Popen(command, stdout=file, stderr=file, env=env)  # noqa: S603
    try:
        _await(process, port, log)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise CannotRunError(f"A process of the cluster ended at once; its log is {log}.")
        with socket.socket() as asked:
            if asked.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.2)
    raise CannotRunError(f"A process of the cluster did not begin in {LONGEST_START:.0f} seconds; its log is {log}.")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return int(free.getsockname()[1])


@dataclass
class Share:
    """What one executor did: tasks, and the seconds of processor time they took."""

    tasks: int = 0
    cpu_seconds: float = 0.0


def shares(events: Path) -> dict[str, Share]:
    """Return what each executor did, by its id, as the event logs of a build tell."""
    found: dict[str, Share] = defaultdict(Share)
    for path in sorted(each for each in events.rglob("*") if each.is_file() and not each.name.startswith("appstatus")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                if '"SparkListenerTaskEnd"' not in line:
                    continue
                told = json.loads(line)
                share = found[str(told["Task Info"]["Executor ID"])]
                share.tasks += 1
                share.cpu_seconds += (told.get("Task Metrics") or {}).get("Executor CPU Time", 0) / 1e9
    return dict(found)
