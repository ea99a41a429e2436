"""The command ``build``: load the record, build what has changed since the last publication, and publish it."""

import argparse
import shlex
import sys

from ingest.cli import check_verify_load
from ingest.cli.output import Add
from ingest.dbt_process import DBT_BUILD, WaitingDbt
from ingest.errors import CannotRunError

BUILD = """\
Load the record, then build facts, ranges and checks with dbt, test them, and publish. Where nothing has changed since
the newest publication nothing is built; where rows alone have, what they decide; where a rule has, or in doubt,
everything. `dbt build` builds everything in any case, and runs the unit tests of the rules too.

exit code 1: the record has problems and nothing was loaded, a model failed, or a test found something; then readers
keep the newest publication as it is."""
EXAMPLES = ("on-record build", "on-record build && on-record ranges")


def register(add: Add) -> None:
    """Add the command to the command line."""
    command = add("build", "load the record, build what has changed, publish it", BUILD, False, EXAMPLES)
    command.set_defaults(run=_build)


def _build(chosen: argparse.Namespace) -> int:
    # Here, so that the other commands start without DuckDB.
    from ingest import up_to_date  # noqa: PLC0415

    # With --json the load's object is all that stands on stdout.
    stream = sys.stderr if chosen.json else sys.stdout
    with WaitingDbt() as dbt:
        if failed := check_verify_load.load([], as_json=chosen.json):
            return failed
        what = up_to_date.what_to_build()
        if what.nothing:
            print(what.nothing, file=stream)
            return 0
        print("Building facts, ranges and checks …", file=stream, flush=True)
        failed = dbt.run([*DBT_BUILD, *shlex.split(what.options)])
    is_published = not failed and up_to_date.note_build()
    if what.options and not failed and not is_published:
        # What was left out did not stand as it was built: then everything is built.
        with WaitingDbt() as dbt:
            failed = dbt.run(DBT_BUILD)
        is_published = not failed and up_to_date.note_build()
    if not failed and not is_published:
        raise CannotRunError("The build published nothing; `dbt build` says why.")
    return failed
