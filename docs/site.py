"""Writes the documentation site: target/docs/index.html, one page that works offline; the dashboard serves it at /docs.

Run it by `make docs`. It is what `dbt docs generate --static` writes, without what would say where it was written, or
ask for something beside it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from common.atomic import write_beside  # noqa: E402
from common.layout import WAREHOUSE, WAREHOUSE_SETTING, named  # noqa: E402

WORK = ROOT / "target" / "docs"
PAGE = WORK / "index.html"
# An icon that is not there, and the address of somebody else's copy.
BESIDE = re.compile(r'<link rel="(?:canonical|shortcut icon)"[^>]*/>')


def offline(text: str) -> str:
    """Return dbt's page without paths of this machine and without links to files beside it."""
    for path in (str(named(WAREHOUSE_SETTING, WAREHOUSE).absolute()), str(ROOT)):
        text = text.replace(path, ".")
    # Until Angular fills them in, these icons would be asked for by the name of the expression.
    return BESIDE.sub("", text).replace('<use xlink:href="{{', '<use ng-attr-xlink:href="{{')


def main() -> int:
    """Generate, clean and put in place; returns dbt's exit code."""
    work = WORK / "dbt"
    command = [Path(sys.executable).with_name("dbt"), "--quiet", "docs", "generate", "--static"]
    done = subprocess.run([*command, "--target-path", work, "--log-path", work], cwd=ROOT, check=False)  # noqa: S603
    if done.returncode == 0:
        passing = PAGE.with_suffix(".part")
        write_beside(passing, offline((work / "static_index.html").read_text(encoding="utf-8")).encode())
        passing.replace(PAGE)
        print(f"wrote {PAGE.relative_to(ROOT)}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
