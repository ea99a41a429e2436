"""What is open: an episode, one reading of it, its documents, and the models once they are compiled."""

from hashlib import sha256
from pathlib import Path
from threading import Lock, Thread

from desk.coding.card import Card, Verdict, verdict_on
from desk.coding.learned import Learned
from desk.coding.session import Session, sessions_left
from desk.episode.sheet import Sheet
from desk.outcome.memory import Memory, Tell
from desk.outcome.rules import compile_rules, rules_kept
from ingest.errors import CannotRunError
from ingest.files import read_bytes
from ingest.record.table import Row


class Desk:
    """One start of the desk: which files it may write is settled here, and by no request."""

    def __init__(self, folder: Path, texts: Path, reading: int, is_aided: bool, tell: Tell | None = None) -> None:
        """Open an episode; CannotRunError where it has no document with a text in ``texts``."""
        self.sheet = Sheet(folder, texts, reading)
        self.is_aided, self._tell = is_aided, tell
        self.lock = Lock()
        self._sessions: dict[str, Session] = {}
        self._learned = Learned()
        self._with: Memory | None = None
        self._without: Memory | None = None
        self._held = ""
        self.remark = "The models are being compiled: ranges come in a moment."
        if not self.documents():
            raise CannotRunError(f"No text of {folder.name} is in {texts}: on-record read FILE takes one in.")

    def begin(self) -> None:
        """Have the models ready, compiling them beside the page where they have changed."""
        Thread(target=self._compile, daemon=True).start()

    def _compile(self) -> None:
        try:
            rules = rules_kept() or compile_rules()
            without, with_it = Memory(rules, self._tell), Memory(rules, self._tell)
        except Exception as error:  # whatever dbt or DuckDB says is told on the page, coding goes on
            self.remark = f"No ranges: {error}"
            return
        with self.lock:
            self._without, self._with, self.remark = without, with_it, ""

    def documents(self) -> list[Row]:
        """Return the documents whose text is here, those not finished first."""
        return list(sessions_left(self.sheet, self.is_aided))

    def session(self, document_id: str = "") -> Session:
        """Return a document opened, or the first one to be coded; CannotRunError where there is no such document."""
        documents = self.documents()
        wanted = document_id or documents[0].text("document_id") or ""
        if wanted not in self._sessions:
            row = next((each for each in documents if each.text("document_id") == wanted), None)
            if row is None:
                raise CannotRunError(f"There is no document {wanted} with a text here.")
            self._sessions[wanted] = Session(self.sheet, row, self.is_aided, self._learned)
        return self._sessions[wanted]

    def verdict(self, session: Session, card: Card) -> Verdict:
        """Return what is said of a card; the record without it is worked out anew only where the file has changed."""
        if self._without is not None:
            content = read_bytes(self.sheet.path)
            held = sha256(content).hexdigest()
            if held != self._held:
                self._without.hold(self.sheet.record_with(content))
                self._held = held
        return verdict_on(session, card, self._with, self._without)
