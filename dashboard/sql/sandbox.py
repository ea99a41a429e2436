"""Answer one SQL question and die: the whole life of a child process. Run by `sql_engine`, never imported by it.

A request (one JSON object) on standard input, an answer (one JSON object) on standard output. The process shuts itself
in before it asks anything: limits of memory, time and open files, no written bytes, and a connection that reaches no
other file, installs nothing and can be set to nothing else. Started without the site packages, it imports the engine
and little else.
"""

import json
import math
import os
import re
import resource
import signal
import sys
import time
from contextlib import suppress
from typing import Any

MEBIBYTE = 2**20
# What the engine maps before it answers anything: its code, stacks and arenas.
BASE_MEBIBYTES = 768
OPEN_FILES = 32
# A third of the processor beside a process that asks for all of it: pages go first, questions still get on.
NICE = 5
# Settings and paths of the machine, the functions that run a text as SQL, in which such a name could be hidden, and
# those that do nothing for as long as they are told: the engine's time-out does not end them.
UNSEEN = re.compile(
    r"\b(duckdb_settings|duckdb_databases|pragma_database_list|database_list|pg_settings|current_setting|getenv"
    r"|duckdb_secrets|duckdb_extensions|duckdb_external_file_cache|json_execute_serialized_sql)\b"
    r"|\b(query(_table)?|\w*sleep\w*)\"?[^\w'\",;)=<>]*?(\(|/\*|--)",
    re.IGNORECASE,
)
KINDS = {
    "ParserException": "syntax", "SyntaxException": "syntax", "CatalogException": "name", "BinderException": "name",
    "PermissionException": "refused", "InterruptException": "time", "OutOfMemoryException": "memory",
    "MemoryError": "memory", "RecursionError": "memory",
}  # fmt: skip
# What a child keeps of its time to say that it is over, in seconds; then whoever started it kills it.
LAST_WORDS = 0.1
NATIVE = re.compile(r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE")
NESTED = re.compile(r"(STRUCT|MAP|UNION)\(|VARIANT|.*\]$", re.DOTALL)


class RefusedError(Exception):
    """The statement is not a question, or asks for what is not shown."""


class TimeIsOverError(Exception):
    """There is no time left for the statement."""


def left(request: dict[str, Any]) -> float:
    """Return the seconds left for the statement; raises TimeIsOverError where there are none.

    `until` in the request is a moment of the clock that all processes of a machine share, at which this one is killed.
    """
    if "until" not in request:
        return float(request["seconds"])
    found = float(request["until"]) - LAST_WORDS - time.monotonic()
    if found <= 0:
        raise TimeIsOverError("The maximum execution time was over before the statement began")
    return found


def end_at(until: float) -> None:
    """Let the kernel end this process when its time is over, should nobody be left who does."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, max(0.001, until + LAST_WORDS - time.monotonic()))


def shut_in(seconds: int, mebibytes: int) -> None:
    """Lower the limits of this process for good; they are hard limits, so nothing can raise them again.

    It also goes behind everybody else who wants the processor: pages are answered while questions are worked out.
    """
    os.nice(NICE)
    with suppress(OSError), open("/proc/self/autogroup", "w", encoding="ascii") as group:  # noqa: PTH123 — starts faster
        # Where Linux groups processes by session, this counts only within the group; that has a value of its own.
        group.write(str(NICE))
    for kind, wanted in (
        (resource.RLIMIT_AS, (BASE_MEBIBYTES + mebibytes) * MEBIBYTE),
        (resource.RLIMIT_CPU, seconds + 1),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))


def open_locked(engine: Any, path: str, seconds: float, mebibytes: int) -> Any:
    """Open the publication read-only with every door shut; from then on no thread or process can be started either."""
    connection = engine.connect(path, read_only=True, config={
        "enable_external_access": False, "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        "allow_community_extensions": False, "python_enable_replacements": False, "temp_directory": "",
        "memory_limit": f"{mebibytes}MiB", "threads": 1, "max_execution_time": max(1, int(1000 * seconds)),
        "lock_configuration": True,
    })  # fmt: skip
    # What is open stays open and is all there will be: no file, folder or socket can be had any more, whatever the
    # engine may be talked into.
    for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE):
        resource.setrlimit(kind, (0, 0))
    return connection


def only_question(engine: Any, connection: Any, sql: str) -> tuple[str, bool]:
    """Return the one question in `sql` without its semicolon, and whether it is an EXPLAIN; raises RefusedError."""
    if hidden := UNSEEN.search(sql):
        raise RefusedError(f"Permission Error: “{hidden.group(0).strip()}” is not answered here")
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise RefusedError(f"Permission Error: {len(statements)} statements where one is answered")
    kind = statements[0].type
    if kind not in (engine.StatementType.SELECT, engine.StatementType.EXPLAIN):
        raise RefusedError(f"Permission Error: a statement of kind {kind.name} is not answered here")
    return without_end(engine, statements[0].query), kind == engine.StatementType.EXPLAIN


def without_end(engine: Any, question: str) -> str:
    """Return a statement without its semicolon and what follows it, so that it can stand inside another."""
    starts = [start for start, kind in engine.tokenize(question) if kind != engine.token_type.comment]
    # The tokenizer counts bytes.
    encoded = question.encode()
    while starts and encoded[starts[-1] : starts[-1] + 1] == b";":
        encoded = encoded[: starts.pop()]
    return encoded.decode()


def in_text(place: int, kind: str, longest: int) -> str:
    """Spell the value at a place (from 1) so that it reaches Python unchanged, texts at most one past the longest."""
    if NATIVE.fullmatch(kind):
        return f"#{place}"
    value = f"to_json(#{place})" if NESTED.match(kind) else f"#{place}"
    return f"left({value}::varchar, {longest + 1})"


def as_sent(value: Any, longest: int) -> Any:
    """Return a value that JSON can carry; a text that is too long is cut and marked."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= longest else text[:longest] + " … (cut)"


def begin(connection: Any, question: str, is_explain: bool, request: dict[str, Any]) -> list[list[str]]:
    """Start the question on the connection; returns name and type of its columns."""
    if is_explain:
        connection.execute(question)
        return [[name, str(kind)] for name, kind, *_ in connection.description]
    # On a line of its own: it may end in a comment.
    inner = "(\n" + question + "\n)"
    columns = [
        [name, str(kind)]
        for name, kind, *_ in connection.execute("from " + inner + " limit 0").description
    ]  # fmt: skip
    texts = [in_text(place, kind, request["cell"]) for place, (_, kind) in enumerate(columns, start=1)]
    connection.execute("select " + ", ".join(texts) + " from " + inner + f" limit {request['rows'] + 1}")
    return columns


def read(connection: Any, request: dict[str, Any]) -> tuple[list[list[Any]], str]:
    """Stream rows until there are no more, or one of the limits; returns them and which limit it was ("" for none)."""
    rows: list[list[Any]] = []
    size = 0
    while batch := connection.fetchmany(200):
        for values in batch:
            row = [as_sent(value, request["cell"]) for value in values]
            size += sum(len(value) if isinstance(value, str) else 8 for value in row)
            if len(rows) == request["rows"] or size > request["bytes"]:
                return rows, "rows" if len(rows) == request["rows"] else "bytes"
            rows.append(row)
    return rows, ""


def in_readers_lines(message: str) -> str:
    """Count the lines in an engine's message from the reader's first: the question stands on our second."""
    return re.sub(r"\bLINE (\d+):", lambda found: f"LINE {max(1, int(found.group(1)) - 1)}:", message)


def answer(engine: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Return columns, rows and what cut them, or kind and detail of what went wrong."""
    is_wrapped = False
    try:
        connection = open_locked(engine, request["path"], left(request), request["mebibytes"])
        started = time.monotonic()
        question, is_explain = only_question(engine, connection, request["sql"])
        is_wrapped = not is_explain
        columns = begin(connection, question, is_explain, request)
        rows, cut_by = read(connection, request)
        return {"columns": columns, "rows": rows, "cut_by": cut_by, "seconds": time.monotonic() - started}
    except RefusedError as reason:
        return {"kind": "refused", "detail": str(reason)}
    except TimeIsOverError as reason:
        return {"kind": "time", "detail": str(reason)}
    except (engine.Error, MemoryError, RecursionError, ValueError) as reason:
        message = in_readers_lines(str(reason)) if is_wrapped else str(reason)
        kind = KINDS.get(type(reason).__name__, "failed")
        # What follows the first line of it is advice to change settings, which nobody here can.
        return {"kind": kind, "detail": message.partition("\n")[0] if kind == "memory" else message}


def without_paths(text: str, paths: list[str]) -> str:
    """Put a word in the place of every path of this machine."""
    for path in paths:
        text = text.replace(json.dumps(path)[1:-1], "[path]")
    return text


def main() -> None:
    """Read the request, answer, and leave without cleaning up: there is nothing to save."""
    request = json.loads(sys.stdin.buffer.read())
    end_at(request["until"])
    sys.path.append(request["packages"])
    # The engine's own module: the package around it spends twice as long on what is not needed here.
    import _duckdb  # noqa: PLC0415

    shut_in(request["seconds"], request["mebibytes"])
    said = json.dumps(answer(_duckdb, request), ensure_ascii=True, allow_nan=False)
    sys.stdout.write(without_paths(said, request["hidden"]))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
