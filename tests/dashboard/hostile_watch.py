"""What nobody may reach, planted where a hostile statement looks for it; and what counts as an escape.

An escape is any of these: the content of a planted file, variable or second database in an answer, or a path of this
machine; a file that came, went or changed; a connection to the socket that listens; an answer beyond its bounds; a
later question that is not answered rightly.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import duckdb
from api_publication import publish_for_api

from dashboard.sql.engine import CHILD, PACKAGES, Answer, Desk, Limits, _environment, _hidden, _understood, run

ROOT = Path(__file__).resolve().parents[2]
# None of them is part of a statement, so that finding one in an answer means that it was read.
FILE, VARIABLE, SECOND = "kestrel-7319-in-a-file", "plover-8842-in-a-variable", "avocet-5527-in-a-database"
NAME = "ON_RECORD_HIDDEN"
MARK = "on-record-hostile"
SHORT = Limits(seconds=1, mebibytes=128, rows=100, bytes=200_000, cell=500)
# For what must be refused: on a busy machine too the reason is the statement, and not its time.
PATIENT = replace(SHORT, seconds=300)
# Killed by us for its time; of any other death the engine itself makes a sentence.
ENDS = {-signal.SIGKILL: "time"}
HONEST = "select count(*), min(low), count(distinct figure_id) from fct_figures"


def _tree(folder: Path) -> dict[str, str]:
    """Every file under a folder with a hash of its content."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in files}


class Watch:
    """A publication among planted things, a socket that hears whoever calls, and what all of it was at first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = publish_for_api(folder / "published" / "20260101T000000000000Z.duckdb")
        self.planted = folder / "planted"
        self.planted.mkdir()
        self._plant()
        self.ear = socket.create_server(("127.0.0.1", 0))
        self.ear.setblocking(False)
        self.desk = Desk(places=2, queue=1000, patience=600)
        self.before = _tree(folder)
        self.right = run(self.path, HONEST, desk=self.desk).rows

    def _plant(self) -> None:
        (self.planted / "secret.csv").write_text(f"figure_id,low\n{FILE},1\n", encoding="utf-8")
        (self.planted / "secret.json").write_text(f'[{{"figure_id": "{FILE}"}}]', encoding="utf-8")
        (self.planted / "secret.txt").write_text(FILE, encoding="utf-8")
        with duckdb.connect() as engine:
            engine.execute(f"copy (select '{FILE}' as figure_id) to '{self.planted / 'secret.parquet'}'")
        with duckdb.connect(str(self.planted / "other.duckdb")) as engine:
            engine.execute(f"create table hidden as select '{SECOND}' as figure_id")

    @property
    def words(self) -> dict[str, str]:
        """What stands for the words in double angle brackets."""
        return {
            "csv": str(self.planted / "secret.csv"), "json": str(self.planted / "secret.json"),
            "parquet": str(self.planted / "secret.parquet"), "text": str(self.planted / "secret.txt"),
            "other": str(self.planted / "other.duckdb"), "folder": str(self.planted), "env": NAME,
            "port": str(self.ear.getsockname()[1]), "target": str(self.folder / MARK),
        }  # fmt: skip

    def filled(self, sql: str) -> str:
        """Return a statement that names what is planted here."""
        for word, value in self.words.items():
            sql = sql.replace(f"«{word}»", value)
        return sql

    def leaks(self, said: str, sql: str = "") -> list[str]:
        """What of the hidden is in an answer and was not in its question."""
        hidden = (
            FILE,
            VARIABLE,
            SECOND,
            "root:x:",
            "PATH=",
            str(self.folder),
            str(ROOT),
            str(PACKAGES),
            "site-packages",
        )
        return [trace for trace in hidden if trace in said and trace not in sql]

    def changes(self) -> list[str]:
        """Files that came, went or changed, here and where a statement could write."""
        after = _tree(self.folder)
        changed = [path for path in {*self.before, *after} if self.before.get(path) != after.get(path)]
        places = (Path("/"), Path.cwd(), ROOT, Path.home(), Path(tempfile.gettempdir()))
        return changed + [str(found) for place in places for found in place.glob(f"{MARK}*")]

    def callers(self) -> int:
        """How many called the socket that listens since the last look."""
        count = 0
        while True:
            try:
                self.ear.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def is_right(self) -> bool:
        """Whether an honest question is answered as at the beginning."""
        return run(self.path, HONEST, desk=self.desk).rows == self.right != []

    def escapes(self, sql: str, answer: Answer, limits: Limits = SHORT) -> list[str]:
        """What one statement got that it may not have."""
        size = sum(len(str(value)) for row in answer.rows for value in row)
        found = self.leaks(f"{answer.columns} {answer.rows} {answer.detail}", sql)
        bounds = {"rows": len(answer.rows) > limits.rows, "bytes": size > 2 * limits.bytes,
                  "kind": answer.kind in ("busy", "cancelled")}  # fmt: skip
        return found + [name for name, is_broken in bounds.items() if is_broken]

    def _nursed(self, statements: list[str], limits: Limits) -> list[Answer]:
        """Ask one after the other in forked children; see `hostile_nursery`."""
        about = {"path": str(self.path), "packages": str(PACKAGES), "hidden": _hidden(self.path)} | vars(limits)
        requests = [about | {"sql": sql} for sql in statements]
        script = [sys.executable, "-I", "-S", str(Path(__file__).with_name("hostile_nursery.py"))]
        told = json.dumps({"packages": str(PACKAGES), "dashboard": str(CHILD.parent), "requests": requests})
        done = subprocess.run(
            script, input=told, capture_output=True, text=True, check=True, cwd="/", env=_environment()
        )  # fmt: skip
        found = json.loads(done.stdout)
        for sql, (_, _, seconds) in zip(statements, found, strict=True):
            assert seconds < limits.seconds + 2, f"it took more of the processor than it is given: {sql[:300]}"
        return [_understood(said.encode() if said else ENDS.get(code, b""), code, limits) for said, code, _ in found]

    def selection(self, statements: list[str], limits: Limits = SHORT) -> list[tuple[str, Answer]]:
        """Ask all of them, two at a time, each in a child of its own; returns each as it was asked, and its answer."""
        every = [sql for sql in map(self.filled, statements) if sql.strip()]
        with ThreadPoolExecutor(2) as pool:
            halves = list(pool.map(self._nursed, (every[::2], every[1::2]), (limits, limits)))
        return [*zip(every[::2], halves[0], strict=True), *zip(every[1::2], halves[1], strict=True)]

    def asked_all_the_way(self, statements: list[str]) -> list[tuple[str, Answer]]:
        """Ask as the page does, two at a time."""
        every = [self.filled(sql) for sql in statements]
        with ThreadPoolExecutor(2) as pool:
            return list(
                zip(every, pool.map(lambda sql: run(self.path, sql, SHORT, desk=self.desk), every), strict=True)
            )


@contextmanager
def watching() -> Iterator[Watch]:
    """Plant everything in a folder of its own; at the end take all of it away."""
    folder = Path(tempfile.mkdtemp(prefix="a-folder-nobody-may-see-"))
    os.environ[NAME] = VARIABLE
    (folder / "published").mkdir()
    watch = Watch(folder)
    try:
        yield watch
    finally:
        watch.ear.close()
        os.environ.pop(NAME)
        shutil.rmtree(folder)
