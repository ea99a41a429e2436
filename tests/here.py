"""The command line in this process: as a user meets it, without the second a new interpreter takes."""

import io
import subprocess
from contextlib import redirect_stderr, redirect_stdout

from ingest.__main__ import main


def run_here(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m ingest`` with these arguments and return what it printed and its exit code."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments)
    texts = []
    for stream in (out, err):
        stream.seek(0)
        texts.append(stream.read())
    return subprocess.CompletedProcess(arguments, code, *texts)
