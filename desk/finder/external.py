"""A program of the user's own that suggests phrases: asked only when a person says so, believed in nothing.

It gets the language and the paragraphs as JSON on its standard input and answers
``{"proposals": [{"paragraph": 3, "phrase": "at least 39 people"}, …]}``. A phrase counts only if it stands in its
paragraph, and its number is read by our own parser. What it knows of the text leaves this machine if it sends it.
"""

import json
import os
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from desk.finder.find import Proposal, proposals_of
from desk.finder.reading import MOST_CHARACTERS, MOST_WORDS, read
from ingest.errors import CannotRunError
from ingest.phrases.search import places_of

SETTING = "ON_RECORD_FINDER"
LONGEST, MOST_BYTES, MOST_PROPOSALS = 30.0, 1_000_000, 500
# What a program needs to run; no setting of ours, and none of its user's but these.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH")


def program() -> str:
    """Return the program that is set to suggest phrases, or nothing: then none is asked."""
    return os.environ.get(SETTING, "").strip()


def suggested(paragraphs: Sequence[str], language: str, longest: float = LONGEST) -> list[Proposal]:
    """Ask the program and return what of its answer holds, in the third tier.

    CannotRunError where it cannot be started, hangs, floods, fails or answers no JSON; then nothing of it is used.
    """
    answer = _answer(json.dumps({"language": language, "paragraphs": list(paragraphs)}).encode(), longest)
    try:
        listed = json.loads(answer)["proposals"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CannotRunError(f"{program()} did not answer with JSON and proposals; nothing of it is used.") from None
    if not isinstance(listed, list):
        raise CannotRunError(f"{program()} answered with no list of proposals; nothing of it is used.")
    return list(_holding(listed[:MOST_PROPOSALS], paragraphs, language))


def _holding(listed: Sequence[object], paragraphs: Sequence[str], language: str) -> Iterator[Proposal]:
    seen: set[tuple[int, int]] = set()
    for each in listed:
        number, phrase = (each.get("paragraph"), each.get("phrase")) if isinstance(each, dict) else (None, None)
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(paragraphs):
            continue
        if not isinstance(phrase, str) or not _is_short(phrase):
            continue
        place = next(places_of(paragraphs[number - 1], phrase, language), None)
        reading, _ = read(phrase, language) if place else (None, "")
        if place is None or reading is None or (number, place[0]) in seen:
            continue
        seen.add((number, place[0]))
        yield _proposal(number, paragraphs[number - 1], phrase, place, language)


def _is_short(phrase: str) -> bool:
    return 0 < len(phrase) <= MOST_CHARACTERS and len(phrase.split()) <= MOST_WORDS and phrase == phrase.strip()


def _proposal(number: int, paragraph: str, phrase: str, place: tuple[int, int], language: str) -> Proposal:
    """Return our own reading of the phrase: what the finder says of its place, where it says something."""
    reading, _ = read(phrase, language)
    assert reading is not None  # noqa: S101 - read before
    own = next((p for p in proposals_of([paragraph], language) if p.start < place[1] and place[0] < p.end), None)
    base = own or Proposal(number, *place, phrase, 3, "", "", "", None, None, None, "", "all", "", "", "")
    return replace(
        base,
        paragraph=number,
        start=place[0],
        end=place[1],
        phrase=phrase,
        tier=3,
        reason="",
        problem="",
        origin="program",
        hedge_id=reading.hedge_id,
        value=reading.value,
        low=reading.low,
        high=reading.high,
    )


def _answer(question: bytes, longest: float) -> bytes:
    command = shlex.split(program())
    settings = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    try:
        process = subprocess.Popen(  # noqa: S603 - the program its user named
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=settings,
            start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise CannotRunError(f"{program()} cannot be started: {error}.") from error
    try:
        return _within_limits(process, question, time.monotonic() + longest)
    finally:
        _end(process)


def _within_limits(process: "subprocess.Popen[bytes]", question: bytes, deadline: float) -> bytes:
    """Write the question and read the answer, each as far as the program goes along, up to an end or a limit."""
    pipes = [pipe for pipe in (process.stdin, process.stdout) if pipe]
    for pipe in pipes:
        os.set_blocking(pipe.fileno(), False)
    talk = _Talk(process, memoryview(question))
    with selectors.DefaultSelector() as selector:
        for pipe, event in zip(pipes, (selectors.EVENT_WRITE, selectors.EVENT_READ), strict=True):
            selector.register(pipe, event)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise CannotRunError(f"{program()} took too long and was ended; nothing of it is used.")
            for key, _ in ready:
                if talk.is_over(key.fileobj is process.stdin):
                    selector.unregister(key.fileobj)
    return talk.answer


@dataclass
class _Talk:
    """What was said so far: the part of the question not written yet, and the answer."""

    process: "subprocess.Popen[bytes]"
    left: memoryview
    answer: bytes = b""

    def is_over(self, is_question: bool) -> bool:
        """Go on with one side; say whether it has come to its end."""
        pipe = self.process.stdin if is_question else self.process.stdout
        if pipe is None:
            return True
        if not is_question:
            piece = os.read(pipe.fileno(), 65_536)
            self.answer += piece
            if len(self.answer) > MOST_BYTES:
                raise CannotRunError(f"{program()} answered with more than {MOST_BYTES:,} bytes; nothing is used.")
            return not piece
        try:
            self.left = self.left[os.write(pipe.fileno(), self.left[:65_536]) :]
        except BrokenPipeError:
            self.left = memoryview(b"")
        if not self.left:
            pipe.close()
        return not self.left


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the program and whatever it started, and leave no pipe open."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):
            if pipe and not pipe.closed:
                pipe.close()
