"""What the modules of commands share: how a command is added to the command line, and how its answer is printed."""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence

# Takes a command's name, its summary, its description, whether it has --json, and its examples.
Add = Callable[[str, str, str, bool, Sequence[str]], argparse.ArgumentParser]


def print_json(content: Mapping[str, object]) -> None:
    """Print one JSON object; days and times are text."""
    print(json.dumps(content, ensure_ascii=False, indent=2, default=str))
