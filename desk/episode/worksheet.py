"""What was decided about a text so far, kept beside it: proposals decided, paragraphs read, ids given.

It holds phrases and lies outside the project. It is written whole after every decision, so that a desk that is killed
loses at most the row being edited. The second reading has a worksheet of its own.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from desk.episode.files import write_whole
from ingest.errors import CannotRunError

REASONS = {
    "r": "said again in this document",
    "a": "an age, a date, a duration",
    "t": "troops, population, people in need",
    "h": "no harm of this war",
    "d": "in doubt: cannot be read",
    "o": "other",
}


@dataclass
class Decision:
    """What became of one phrase: ``accepted``, ``corrected`` (the proposal was wrong), ``added`` or ``refused``.

    ``start`` and ``end`` are characters of the paragraph, ``seconds`` how long the person looked at it.
    """

    paragraph: int
    start: int
    end: int
    phrase: str
    decision: str
    reason: str = ""
    figure_id: str = ""
    tier: int = 0
    seconds: float = 0.0


@dataclass
class Worksheet:
    """The decisions of one reading of one document, in their order."""

    path: Path
    document_id: str
    reading: int
    is_aided: bool
    decisions: list[Decision] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    last_number: int = 0
    begun_at: str = ""
    finished_on: str = ""

    def save(self) -> None:
        """Write the worksheet, whole or not at all."""
        content = {name: value for name, value in asdict(self).items() if name != "path"}
        write_whole(self.path, json.dumps(content, ensure_ascii=False, indent=1).encode())

    def decided(self, paragraph: int, start: int, end: int) -> Decision | None:
        """Return the decision about what stands at this place, the latest one."""
        return next(
            (
                each
                for each in reversed(self.decisions)
                if each.paragraph == paragraph and each.start < end and start < each.end
            ),
            None,
        )

    def unread(self, count: int) -> list[int]:
        """Return the paragraphs of a text of so many that are not marked read."""
        return [number for number in range(1, count + 1) if number not in self.read]

    @property
    def minutes(self) -> float:
        """How long decisions took, in minutes; breaks of more than five minutes between two are not counted."""
        return round(sum(min(each.seconds, 300) for each in self.decisions) / 60, 1)


def worksheet_of(texts: Path, file_name: str, document_id: str, reading: int, is_aided: bool) -> Worksheet:
    """Read the worksheet beside a text, or begin one; CannotRunError where it is damaged or of another document."""
    ending = ".desk.json" if reading == 1 else ".desk.second.json"
    path = (texts / file_name).with_suffix(ending)
    if not path.is_file():
        begun = datetime.now(UTC).isoformat(timespec="seconds")
        return Worksheet(path, document_id, reading, is_aided, begun_at=begun)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        decisions = [Decision(**each) for each in content.pop("decisions")]
        found = Worksheet(path, decisions=decisions, **content)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CannotRunError(f"{path} is no worksheet of this desk ({error}); move it away to begin anew.") from error
    if (found.document_id, found.reading) != (document_id, reading):
        raise CannotRunError(f"{path} is of {found.document_id}; move it away to begin anew.")
    return found


def reconciled(sheet_ids: Sequence[str], worksheet: Worksheet) -> Worksheet:
    """Drop decisions whose row is not in the file: the desk was killed before the row, or somebody took it out."""
    kept = [each for each in worksheet.decisions if not each.figure_id or each.figure_id in sheet_ids]
    worksheet.decisions = kept
    return worksheet
