"""What the modules of commands share: how a command is added to the command line, and how its answer is printed."""

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import track

# Takes a command's name, its summary, its description, whether it has --json, and its examples.
Add = Callable[[str, str, str, bool, Sequence[str]], argparse.ArgumentParser]


def print_json(content: Mapping[str, object]) -> None:
    """Print one JSON object; days and times are text."""
    print(json.dumps(content, ensure_ascii=False, indent=2, default=str))


# A progress bar on the error stream, only where a person looks at it and the work is long.

SHORT = 20

T = TypeVar("T")


def followed(items: Sequence[T], what: str) -> Iterable[T]:
    """Return the items, with a bar while they are worked through where stderr is a terminal and they are many."""
    console = Console(stderr=True)
    if not console.is_terminal or len(items) < SHORT:
        return items
    return track(items, description=what, console=console, transient=True)
