"""What git remembers of the record: its commits, and the files each of them held. Reads only, and asks no network."""

import os
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import CannotRunError, quoted
from ingest.files import shown_path

SHORT_ID = 10
# Set in a hook, these would lead to another repository than the folder's.
ELSEWHERE = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}


@dataclass(frozen=True)
class Commit:
    """A commit by its id, and when it was committed (UTC, without a zone)."""

    commit_id: str
    committed_at: datetime

    def __str__(self) -> str:
        """The short id with its day, as messages name a commit."""
        return f"{self.commit_id[:SHORT_ID]} of {self.committed_at:%Y-%m-%d}"


class Repository:
    """The repository a folder lies in; CannotRunError where there is no git, or the folder is in no repository."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.root = Path(self._text("rev-parse", "--show-toplevel").rstrip("\n")).resolve()
        self._folder = self.root

    @property
    def is_shallow(self) -> bool:
        """Whether the clone was cut short, so that its oldest commit seems to have added everything."""
        return self._text("rev-parse", "--is-shallow-repository").strip() == "true"

    def commit(self, reference: str) -> Commit:
        """Return the commit that a name means here; CannotRunError where it means none."""
        found = self._text("rev-parse", "--verify", "--end-of-options", f"{reference}^{{commit}}").strip()
        if not re.fullmatch(r"[0-9a-f]{40,64}", found):
            raise CannotRunError(
                f"git could not read the history of {shown_path(self._folder)}: {quoted(reference)} is no commit."
            )
        described = self._text("log", "-1", "--no-show-signature", "--format=%H %ct", found, "--")
        one, at = described.split()
        return Commit(one, datetime.fromtimestamp(int(at), UTC).replace(tzinfo=None))

    def holds(self, commit: Commit) -> bool:
        """Whether a commit is among those that lead to what is checked out here."""
        return not self._text("rev-list", "--max-count=1", commit.commit_id, "^HEAD", "--").strip()

    def commits(self, folders: list[Path]) -> list[Commit]:
        """Return the commits of the main line that changed anything in these folders, oldest first."""
        paths = [self._inside(folder) for folder in folders]
        described = self._text(
            "log", "--reverse", "--first-parent", "--no-show-signature", "--format=%H %ct", "--", *paths
        )
        lines = (line.split(" ") for line in described.splitlines())
        return [Commit(one, datetime.fromtimestamp(int(at), UTC).replace(tzinfo=None)) for one, at in lines]

    def files(self, commit: Commit, folders: list[Path]) -> set[Path]:
        """Return the files of these folders as the commit held them, each as the path it has or would have here."""
        paths = [self._inside(folder) for folder in folders]
        described = self._text("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit.commit_id, "--", *paths)
        return {self.root / path for path in described.split("\0") if path}

    def content(self, commit: Commit, path: Path) -> bytes:
        """Return the bytes of a file as the commit held it."""
        return self._run("show", "--no-textconv", f"{commit.commit_id}:{self._inside(path)}")

    def _inside(self, path: Path) -> str:
        """Return the path as git names it; CannotRunError where it lies elsewhere."""
        if not path.is_relative_to(self.root):
            raise CannotRunError(f"{shown_path(path)} is not in the git repository {shown_path(self.root)}.")
        return path.relative_to(self.root).as_posix()

    def _text(self, *arguments: str) -> str:
        return os.fsdecode(self._run(*arguments))

    def _run(self, *arguments: str) -> bytes:
        """Run git here and return what it prints; CannotRunError with git's own sentence where it refuses."""
        described = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        # A partial clone would otherwise fetch what it lacks.
        environment = described | {"LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_LITERAL_PATHSPECS": "1"}
        command = ["git", "-C", str(self._folder), "--no-pager", *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
                command, capture_output=True, check=False, env=environment
            )
        except FileNotFoundError as error:
            raise CannotRunError("git is not installed, and the history of the record is kept by git.") from error
        if done.returncode:
            raise CannotRunError(_sentence(self._folder, os.fsdecode(done.stderr)))
        return done.stdout


def _sentence(folder: Path, message: str) -> str:
    if "not a git repository" in message:
        return f"{shown_path(folder)} is not in a git repository, so its history is not known."
    described = message.strip().splitlines() or ["it gave no reason"]
    return f"git could not read the history of {shown_path(folder)}: {described[0].removeprefix('fatal: ')}"
