"""One reading of one document: proposals and their state, a row accepted, refused or taken back, the end of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desk.coding.fields import episode_of
from desk.coding.learned import Learned
from desk.episode.readings import Reading, note_reading
from desk.episode.sheet import Judged, Sheet
from desk.episode.worksheet import REASONS, Decision, Worksheet, reconciled, worksheet_of
from desk.finder.external import suggested
from desk.finder.find import Proposal, proposals_of
from desk.finder.words import languages
from ingest.curation.added_rows import draft
from ingest.curation.verify import paragraphs_of, path_of_text
from ingest.errors import CannotRunError
from ingest.files import read_bytes
from ingest.phrases.search import places_of
from ingest.record.lookups import read_vocabulary
from ingest.record.table import Row

MUST_BE_DECIDED = (1, 2)


@dataclass(frozen=True)
class Shown:
    """A proposal with its number in the document and what was decided about it."""

    number: int
    proposal: Proposal
    decision: Decision | None


@dataclass(frozen=True)
class Progress:
    """How far the document is: proposals of the first two tiers decided, of how many, and the paragraphs not read."""

    decided: int
    to_decide: int
    unread: list[int]
    finished_on: str

    @property
    def is_done(self) -> bool:
        """Whether the document can be finished."""
        return self.decided == self.to_decide and not self.unread


class Session:
    """A document open for one reading. Unaided, it shows no proposals until every paragraph has been read."""

    def __init__(self, sheet: Sheet, document: Row, is_aided: bool, learned: Learned | None = None) -> None:
        """Open a document of an episode; CannotRunError where its text is missing."""
        self.sheet, self.document, self.learned = sheet, document, learned or Learned()
        self.document_id = document.text("document_id") or ""
        self.language = (document.text("language") or "en")[:2]
        self.published_on = document.cells["published_on"].text
        self.country_id = read_vocabulary().country_of(episode_of(sheet.folder.name).get("place_id", ""))
        file_name = document.text("file_name") or ""
        self.paragraphs = _text(path_of_text(sheet.texts, sheet.folder.name, file_name))
        found = worksheet_of(sheet.texts, file_name, self.document_id, sheet.reading, is_aided)
        ids = [row.text("figure_id") or "" for row in self._own_rows()]
        self.worksheet: Worksheet = self._with_rows(reconciled(ids, found))
        self.proposals = proposals_of(self.paragraphs, self.language) if self.language in languages() else []
        self.event: dict[str, str] = {}
        self._learn()

    def _learn(self) -> None:
        """Remember what the rows of this document were coded as."""
        for row in self.rows():
            texts = {name: cell.text for name, cell in row.cells.items()}
            same = (p for p in self.proposals if str(p.paragraph) == texts["paragraph"] and p.phrase == texts["phrase"])
            self.learned.note(next(same, None), texts)

    @property
    def is_revealed(self) -> bool:
        """Whether proposals are shown: always where the reading is aided, else when all paragraphs are read."""
        return self.worksheet.is_aided or not self.worksheet.unread(len(self.paragraphs))

    def shown(self) -> list[Shown]:
        """Return the proposals to be shown, refused numbers aside, in the order of the text."""
        if not self.is_revealed:
            return []
        decided = self.worksheet.decided
        return [
            Shown(number, each, decided(each.paragraph, each.start, each.end))
            for number, each in enumerate(self.proposals)
            if each.tier
        ]

    def progress(self) -> Progress:
        """Return how far the document is."""
        needed = [each for each in self.shown() if each.proposal.tier in MUST_BE_DECIDED]
        decided = sum(each.decision is not None for each in needed)
        return Progress(decided, len(needed), self.worksheet.unread(len(self.paragraphs)), self.worksheet.finished_on)

    def rows(self) -> list[Row]:
        """Return the figures of this document, in the order of the file."""
        return self._own_rows()

    def judge(self, cells: Mapping[str, str]) -> Judged:
        """Return what a row would be and what is wrong with it; nothing is written."""
        return self.sheet.judge(draft(cells, self.document), self.worksheet.last_number + 1)

    def accept(self, cells: Mapping[str, str], number: int | None, seconds: float) -> Judged:
        """Write a row at once, unless something is wrong with it; ``number`` is the proposal it came of."""
        self._refuse_finished()
        paragraph, phrase = int(cells["paragraph"]), cells["phrase"]
        place = self.place_of(paragraph, phrase, number)
        judged = self.sheet.add(draft(cells, self.document), self.worksheet.last_number + 1)
        if not judged.problems:
            kind = self._kind(number, phrase, cells)
            tier = self.proposals[number].tier if number is not None else 0
            decision = Decision(paragraph, *place, phrase, kind, "", judged.figure_id, tier, round(seconds, 1))
            self.worksheet.decisions.append(decision)
            self.worksheet.last_number = max(self.worksheet.last_number, int(judged.figure_id.rpartition("-")[2]))
            self.worksheet.save()
            self.learned.note(self.proposals[number] if number is not None else None, cells)
        return judged

    def refuse(self, number: int, reason: str, seconds: float) -> None:
        """Say that a proposal is no figure, and why; CannotRunError for a reason that is none."""
        self._refuse_finished()
        if reason not in REASONS:
            raise CannotRunError("Why? " + ", ".join(f"{key}: {text}" for key, text in REASONS.items()))
        if not 0 <= number < len(self.proposals):
            raise CannotRunError("There is no such proposal.")
        each = self.proposals[number]
        place = (each.paragraph, each.start, each.end, each.phrase)
        self.worksheet.decisions.append(Decision(*place, "refused", reason, "", each.tier, round(seconds, 1)))
        self.worksheet.save()

    def mark_read(self, paragraph: int) -> None:
        """Mark a paragraph read."""
        self._refuse_finished()
        if 1 <= paragraph <= len(self.paragraphs) and paragraph not in self.worksheet.read:
            self.worksheet.read.append(paragraph)
            self.worksheet.save()

    def undo(self) -> str:
        """Take back the last decision, its row with it; return what was undone."""
        self._refuse_finished()
        if not self.worksheet.decisions:
            raise CannotRunError("There is nothing to undo.")
        last = self.worksheet.decisions[-1]
        if last.figure_id:
            self.sheet.remove(last.figure_id)
        self.worksheet.decisions.pop()
        self.worksheet.save()
        return f"Undone: {last.decision} {last.phrase}"

    def ask_program(self) -> int:
        """Ask the user's own program for more phrases; return how many of them are new."""
        known = [(each.paragraph, each.start, each.end) for each in self.proposals if each.tier]
        new = [
            each
            for each in suggested(self.paragraphs, self.language)
            if not any(p == each.paragraph and s < each.end and each.start < e for p, s, e in known)
        ]
        self.proposals += new
        return len(new)

    def finish(self) -> None:
        """End the reading; CannotRunError while a paragraph is not read or a proposal is not decided."""
        progress = self.progress()
        if not progress.is_done:
            left = progress.to_decide - progress.decided
            raise CannotRunError(
                f"Not finished: {left} of {progress.to_decide} proposals are not decided, and "
                f"{len(progress.unread)} paragraphs are not marked read."
            )
        kinds = [each.decision for each in self.worksheet.decisions]
        note_reading(
            self.sheet.folder,
            Reading(
                self.document_id, self.sheet.reading, "yes" if self.worksheet.is_aided else "no",
                date.today().isoformat(), self.worksheet.minutes, sum(1 for each in self.proposals if each.tier),
                *(kinds.count(kind) for kind in ("accepted", "corrected", "refused", "added")),
            ),
        )  # fmt: skip
        self.worksheet.finished_on = date.today().isoformat()
        self.worksheet.save()

    def place_of(self, paragraph: int, phrase: str, number: int | None) -> tuple[int, int]:
        """Return where a phrase stands, nearest to the proposal it came of; CannotRunError where it does not."""
        if not 1 <= paragraph <= len(self.paragraphs):
            raise CannotRunError(f"There is no paragraph {paragraph}.")
        places = list(places_of(self.paragraphs[paragraph - 1], phrase, self.language)) if phrase else []
        if not places:
            raise CannotRunError(f"'{phrase}' is not in paragraph {paragraph}.")
        near = self.proposals[number].start if number is not None and number < len(self.proposals) else 0
        return min(places, key=lambda place: abs(place[0] - near))

    def _kind(self, number: int | None, phrase: str, cells: Mapping[str, str]) -> str:
        if number is None:
            return "added"
        proposal = self.proposals[number]
        is_as_proposed = proposal.phrase == phrase and proposal.measure_id in ("", cells.get("measure_id", ""))
        return "accepted" if is_as_proposed else "corrected"

    def _own_rows(self) -> list[Row]:
        return [row for row in self.sheet.rows() if row.text("document_id") == self.document_id]

    def _with_rows(self, worksheet: Worksheet) -> Worksheet:
        """Take in the rows of the file that the worksheet does not know: the desk was killed between the two writes."""
        known = {each.figure_id for each in worksheet.decisions}
        for row in self._own_rows():
            figure_id, phrase = row.text("figure_id") or "", row.text("phrase") or ""
            paragraph = row.whole("paragraph") or 0
            if figure_id in known or not 1 <= paragraph <= len(self.paragraphs) or row.text("status") == "withdrawn":
                continue
            place = next(places_of(self.paragraphs[paragraph - 1], phrase, self.language), None)
            if place:
                worksheet.decisions.insert(0, Decision(paragraph, *place, phrase, "accepted", figure_id=figure_id))
        return worksheet

    def _refuse_finished(self) -> None:
        if self.worksheet.finished_on:
            raise CannotRunError(
                f"This reading was finished on {self.worksheet.finished_on}: use on-record amend and withdraw now."
            )


def _text(path: Path) -> list[str]:
    try:
        return paragraphs_of(read_bytes(path).decode("utf-8-sig"))
    except FileNotFoundError:
        raise CannotRunError(f"There is no file {path.name} among the texts.") from None
    except UnicodeDecodeError:
        raise CannotRunError(f"{path.name} is not UTF-8 text.") from None


def sessions_left(sheet: Sheet, is_aided: bool) -> Sequence[Row]:
    """Return the documents of the episode whose text is there, those not finished first."""

    def is_there(row: Row) -> bool:
        return path_of_text(sheet.texts, sheet.folder.name, row.text("file_name") or "-").is_file()

    documents = [row for row in sheet.documents().rows if is_there(row)]

    def is_finished(row: Row) -> bool:
        file_name, document_id = row.text("file_name") or "", row.text("document_id") or ""
        return bool(worksheet_of(sheet.texts, file_name, document_id, sheet.reading, is_aided).finished_on)

    return sorted(documents, key=is_finished)
