"""Writes rows as Parquet, by a database in memory that never sees a publication: connections to those may not write."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pandas as pd

from common.quoting import identifier, literal

# Enough for the most rows that one file may hold, with room for another three.
MEMORY_OF_A_FILE = "128MB"


def write(
    frame: pd.DataFrame, columns: Sequence[tuple[str, str]], beside: Mapping[str, str], path: Path, compression: str
) -> None:
    """Write a frame under the names and SQL types of `columns`, and `beside` as the file's own metadata."""
    casts = ", ".join(
        f"cast({identifier(own)} as {kind}) as {identifier(name)}"
        for own, (name, kind) in zip(frame, columns, strict=True)
    )
    told = ", ".join(f"{name}: {literal(text)}" for name, text in beside.items())
    packed = f", compression {compression}" if compression else ""
    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": MEMORY_OF_A_FILE}) as memory:
        memory.register("exported", frame)
        memory.execute(
            f"copy (select {casts} from exported) to {literal(str(path))} "
            f"(format parquet{packed}, kv_metadata {{{told}}})"
        )
