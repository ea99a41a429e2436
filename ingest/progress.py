"""A progress bar on the error stream, only where a person looks at it and the work is long."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import track

SHORT = 20

T = TypeVar("T")


def followed(items: Sequence[T], what: str) -> Iterable[T]:
    """Return the items, with a bar while they are worked through where stderr is a terminal and they are many."""
    console = Console(stderr=True)
    if not console.is_terminal or len(items) < SHORT:
        return items
    return track(items, description=what, console=console, transient=True)
