"""The command ``read``: a text out of a file, what it tells of itself, and what may be a figure in it."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from common.layout import FIGURES
from desk.episode.intake import episode_folder, take_in
from desk.finder.find import Proposal, proposals_of
from desk.finder.words import languages
from desk.reading.document import Document, read_document
from desk.reading.known import overlaps_with
from ingest.cli.check_verify_load import print_problems
from ingest.cli.output import print_json
from ingest.curation.ids import document_with
from ingest.errors import CannotRunError, counted

FINE, PROBLEMS = 0, 1
REFUSED = ("paragraph", "phrase", "start", "end", "reason")
TIERS = {1: "a harm or an attack is counted", 2: "people are counted, or drones, missiles, homes", 3: "another number"}


def read(chosen: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    document = read_document(Path(chosen.file), chosen.language or "")
    document = replace(document, told=replace(document.told, **_given(chosen)))
    proposals = find(document)
    if chosen.json:
        print_json(_as_json(document, proposals))
        return FINE
    _print_text(document, proposals)
    return _take(document, chosen) if chosen.episode else FINE


def find(document: Document) -> list[Proposal]:
    """Return the proposals of a document; none where its language has no words yet."""
    language = document.told.language[:2]
    return proposals_of(document.paragraphs, language) if language in languages() else []


def _given(chosen: argparse.Namespace) -> dict[str, str]:
    given = {name: getattr(chosen, name) for name in ("title", "publisher", "agency") if getattr(chosen, name)}
    if chosen.published:
        given |= {"published_on": chosen.published, "published_on_basis": "stated", "note": ""}
    return given


def _as_json(document: Document, proposals: Sequence[Proposal]) -> dict[str, object]:
    listed = [asdict(each) for each in proposals]
    return {
        "file": document.path.name,
        "kind": document.kind,
        "sha256": document.sha256,
        **asdict(document.told),
        "paragraphs": len(document.paragraphs),
        "in_record": document_with(document.sha256, FIGURES),
        "proposals": [_plain(each) for each in listed if each["tier"]],
        "refused": [{name: each[name] for name in REFUSED} for each in listed if not each["tier"]],
    }


def _plain(each: dict[str, Any]) -> dict[str, Any]:
    """Numbers as JSON numbers, whole where they are whole."""
    for name in ("value", "low", "high"):
        number: Decimal | None = each[name]
        each[name] = None if number is None else int(number) if number % 1 == 0 else float(number)
    return each


def _print_text(document: Document, proposals: Sequence[Proposal]) -> None:
    told = document.told
    for name in ("title", "publisher", "agency", "language", "published_on", "published_on_basis", "note"):
        print(f"{name:<18} {getattr(told, name) or '-'}")
    print(f"{'sha256':<18} {document.sha256}\n")
    for number, paragraph in enumerate(document.paragraphs, 1):
        print(f"{number:>4}  {paragraph}")
        for each in proposals:
            if each.paragraph == number and each.tier:
                print(f"      {each.tier} {each.phrase}: {_reading(each)} {each.measure_id}".rstrip())
    kept = [each for each in proposals if each.tier]
    print(f"\n{counted(len(kept), 'proposal')} ({'; '.join(_of_tier(kept, tier) for tier in TIERS)}).")
    if told.language[:2] not in languages():
        print(f"No words to find figures with in {told.language or 'this language'} yet: {', '.join(languages())}.")


def _of_tier(proposals: Sequence[Proposal], tier: int) -> str:
    return f"{sum(each.tier == tier for each in proposals)} {TIERS[tier]}"


def _reading(proposal: Proposal) -> str:
    if proposal.problem:
        return f"not read ({proposal.problem})"
    numbers = [number for number in (proposal.value, proposal.low, proposal.high) if number is not None]
    return " ".join([proposal.hedge_id, *(f"{number:,f}" for number in numbers)])


def _take(document: Document, chosen: argparse.Namespace) -> int:
    if not chosen.documents:
        raise CannotRunError("--documents names the folder for the text, outside the project; nothing was written.")
    texts = Path(chosen.documents)
    if known := document_with(document.sha256, FIGURES):
        raise CannotRunError(f"This text is in the record already, as {known}; nothing was written.")
    for overlap in overlaps_with(document.text, texts, but=document.path):
        print(
            f"warning: {overlap.share:.0%} of this text stands in {overlap.file_name} too: a relay, or a new version?"
        )
    if not document.told.published_on:
        raise CannotRunError("The text does not say when it was published: --published DAY. Nothing was written.")
    if not _is_confirmed(chosen):
        print("Nothing was written.")
        return FINE
    cells = asdict(document.told) | {"url": chosen.url or "", "retrieved_on": date.today().isoformat()}
    taken = take_in(document, cells, episode_folder(chosen.episode), texts)
    if taken.problems:
        print_problems(taken.problems, "; nothing was written")
        return PROBLEMS
    print(f"{taken.document_id}: {texts / taken.file_name}")
    print(f"To code it: on-record desk --episode {chosen.episode} --documents {texts}")
    return FINE


def _is_confirmed(chosen: argparse.Namespace) -> bool:
    if chosen.yes:
        return True
    if not sys.stdin.isatty():
        raise CannotRunError("Nobody is here to say that this is the text: --yes says so. Nothing was written.")
    return input("Is this the text, whole and with nothing beside it? [y/N] ").strip().lower() in ("y", "yes")
