"""A desk that accepts, refuses, reads and undoes without end, to be killed at any moment; and what is then looked for.

Run as a program it works on the episode in the folder it is given, and says of each row when it has been accepted.
"""

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def work(folder: Path) -> None:
    """Code without end, the seed being the time; a row that is accepted is told on stdout after it is written."""
    from small_desk import FORTY, TWELVE, open_session, open_sheet  # noqa: PLC0415 - only in the process to be killed

    chance = random.Random(time.time_ns())  # noqa: S311 - no secret
    sheet = open_sheet(folder)
    sessions = [open_session(sheet, number) for number in (0, 1)]
    print("ready", flush=True)
    while True:
        number = chance.randrange(2)
        session, what = sessions[number], chance.random()
        if what < 0.6:
            judged = session.accept((TWELVE, FORTY)[number], None, 1)
            print("accepted", judged.figure_id, flush=True)
        elif what < 0.8 and session.worksheet.decisions and session.worksheet.decisions[-1].figure_id:
            # Said before it is done: from then on the row may be there or not.
            print("undoing", session.worksheet.decisions[-1].figure_id, flush=True)
            session.undo()
        else:
            session.mark_read(chance.randrange(1, len(session.paragraphs) + 1))


def kill_at_random(folder: Path, longest: float) -> tuple[set[str], set[str]]:
    """Start it, kill it after a while, and return the ids it said it had accepted, and those it was taking back."""
    command = [sys.executable, str(HERE / "kill_desk.py"), str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.random() * longest)  # noqa: S311 - no secret
    process.kill()
    said = [line.split() for line in process.communicate()[0].splitlines() if line.endswith(tuple("0123456789"))]
    accepted = {words[1] for words in said if words[0] == "accepted" and len(words) == 2}
    undone = {words[1] for words in said if words[0] == "undoing" and len(words) == 2}
    return accepted - undone, undone


def objections(folder: Path, accepted: set[str]) -> Sequence[str]:
    """Return what is wrong after a kill: a torn file, a lost accepted row, half a row, a worksheet that is none."""
    from small_desk import EPISODE, open_session, open_sheet  # noqa: PLC0415

    from ingest.curation.check import read_record  # noqa: PLC0415
    from ingest.curation.verify import verify_record  # noqa: PLC0415

    record, problems = read_record([folder / EPISODE])
    found = [str(each) for each in [*problems, *verify_record(record, folder / "texts").problems]]
    ids = {row.text("figure_id") for row in record.episodes[0].figures.rows}
    found += [f"{each} was accepted and is lost" for each in sorted(accepted - ids)]
    sheet = open_sheet(folder)
    for number in (0, 1):
        session = open_session(sheet, number)
        known = {each.figure_id for each in session.worksheet.decisions if each.figure_id}
        own = {row.text("figure_id") for row in session.rows()}
        found += [f"{each} is in one of file and worksheet only" for each in sorted(known ^ own, key=str)]
    return found


if __name__ == "__main__":
    sys.path[:0] = [str(HERE), str(ROOT)]
    work(Path(sys.argv[1]))
