"""Changes of the record in words."""

from typing import Any

from dashboard.text import formatting

LONGEST = 300
CHANGES = {
    "added": "added",
    "withdrawn": "withdrawn",
    "removed": "removed from the record",
    "restored": "restored",
}  # fmt: skip


def value(text: Any) -> str:
    """Return one value as the record holds it, or that it was empty; a long one is cut."""
    shown = str(text) if text not in (None, "") else ""
    return f"“{shown[:LONGEST]}{'…' if len(shown) > LONGEST else ''}”" if shown else "nothing"


def change(row: formatting.Row) -> str:
    """Return one change: "low changed from “201” to “200”", or "withdrawn: it was read twice"."""
    if row["change"] == "changed":
        named = str(row["column_name"]).replace("_", " ")
        return f"{named} changed from {value(row['value_old'])} to {value(row['value_new'])}"
    said = CHANGES.get(row["change"], str(row["change"]))
    return f"{said}: {row['reason']}" if row["reason"] else said
