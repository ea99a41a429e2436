"""dbt in a process of its own, begun before it is known what to build: it imports what it needs meanwhile.

dbt takes two seconds to begin, as long as a load takes: so ``on-record build`` lets one go beside the other.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType

from common.layout import ROOT
from common.processes import end_with_parent

# The unit tests of the rules say nothing about the data: they run with the tests and in a plain `dbt build`.
DBT_BUILD = ("--quiet", "build", "--exclude-resource-type", "unit_test", "--no-write-json")


class WaitingDbt:
    """dbt, begun and waiting for its arguments; it ends without a word where it gets none."""

    def __enter__(self) -> "WaitingDbt":
        """Begin it, in the project's folder."""
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, cwd=ROOT, preexec_fn=end_with_parent,  # noqa: PLW1509
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, reason: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it where it was told nothing, be it still at its imports."""
        if not self._input.closed:
            self._process.terminate()
            self._input.close()
        self._process.wait()

    @property
    def _input(self) -> "subprocess.IO[bytes]":  # type: ignore[name-defined]
        assert self._process.stdin is not None  # noqa: S101 - it was asked for above
        return self._process.stdin

    def run(self, arguments: Sequence[str]) -> int:
        """Let it run with these arguments, as ``dbt ARGUMENT …`` would; returns its exit code."""
        # Where it died meanwhile nobody reads, and its exit code says so.
        with suppress(BrokenPipeError):
            self._input.write(json.dumps(list(arguments)).encode() + b"\n")
            self._input.close()
        return self._process.wait()


def main() -> int:
    """Import dbt, wait for one line with its arguments, and be dbt from then on."""
    from dbt.cli.main import cli  # noqa: PLC0415 - not where the other side of this imports it

    line = sys.stdin.readline()
    if not line:
        return 0
    sys.argv = ["dbt", *json.loads(line)]
    cli()
    return 0


if __name__ == "__main__":
    sys.exit(main())
