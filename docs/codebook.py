"""Writes docs/codebook.md from the seeds and the models' YAML: every table, column and listed value, described once.

Run it by `make codebook`; a test holds that the page is current.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from common.contracts import BUILD_COLUMNS, BUILD_SAYS, described  # noqa: E402
from common.table_macros import TABLE_MACROS  # noqa: E402
from ingest.phrases.lexicon import languages  # noqa: E402
from ingest.phrases.lexicon_rows import HEDGE_KINDS, KINDS, NUMBER_KINDS, WORD_MEANINGS  # noqa: E402

PAGE = ROOT / "docs" / "codebook.md"
FOLDERS = {
    "facts": "What was stated (`fct_`) and what it is stated of (`dim_`).",
    "ranges": "Who says how many, lowest to highest, and since when that is known.",
    "views": "The same with names in place of ids, for questions asked by hand: one view a question.",
    "checks": "What a person must look at. Each finding is a sentence; none fails a build.",
    "staging": "The record, renamed and cast. Not published.",
    "intermediate": "Steps between staging and facts. Not published.",
}
INTRODUCTION = """# Codebook

Every table and column of the warehouse, and every value of its closed lists. Written from the seeds and the YAML beside
the models by `make codebook`; don't edit it by hand. Why the rules are what they are: [method](method.md).

Prefixes: `dim_` describes, `fct_` states, `range_` compares, `check_` asks for a look. A column in `_id` is a key, in
`_on` a day, in `_at` a time in UTC, in `_pct` a percentage, in `_count` a number of our own rows; `is_` and `has_` are
never empty. An empty bound (`low`, `high`) is open.

## Where to begin

The published file has no numbers that add up by themselves: it holds who said what, of whom, where and up to which day.

| to ask for | begin with |
| --- | --- |
| figures as they were stated, of a document, source or day | `figures_named` |
| each source's newest number | `reports_latest` |
| how far the sources are apart, now and on a day | `ranges_now`, `as_known_on('2024-11-30')` |
| events added up by day or month, area and source | `incidents_daily`, `incidents_monthly` |
| events added up for a place with all places within it | `fct_incident_totals` |
| any measure by day, week, month or year | `range_over_time`; numbers of stated days under the span `window` |
| people displaced by year | `displaced_by_year`; over stated days `range_over_time`, span `window` |
| reports per source and day | `figures_named`; a data set reports on the day of its release |
| shares as stated; parts given as numbers | `shares`; `part_of` in `figures_named` |
| who contradicts whom | `check_disjoint_reports`; with days and conventions `range_contradictions` |
| what changed in our record; in a new release of a data set | `changes`; `fct_release_changes` |
| what we correct in a data set | `fct_corrections` |

- Views have names where tables have ids, spelled as `name` in `dim_measures`, `dim_populations`, `dim_places` and
  `dim_sources`: `measure = 'People killed'` and `measure_id = 'killed'` are the same.
- Add up events of one source, of one population, `verification` and `kind`, and nothing else. Running counts
  (`cumulative`) and stocks hold each other; sources and documents tell of the same people.
- Of what documents say in their own voice, each publisher is a source of its own: `Unattributed, in …`. By ids that is
  `voice_id`; `source_id` has them all as `unattributed`.
- What a party to the conflict says is there like everything else: `is_party_claim`, `is_party`, and ranges
  `..._without_party_claims`.
- `is_relay` repeats what is there already; `is_standing` is what a source says now; what is withdrawn never stands.
"""


def documented_columns() -> dict[str, str]:
    """The doc blocks of models/columns.md, by name."""
    text = (ROOT / "models" / "columns.md").read_text(encoding="utf-8")
    return dict(re.findall(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", text, flags=re.DOTALL))


def seed_rows(name: str) -> list[dict[str, str]]:
    """The rows of a seed, every cell as text."""
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; bars within cells are escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def model_section(model: dict, columns: dict[str, str]) -> str:
    """One table of the warehouse: what it is, then its columns."""
    rows = []
    for column in model["columns"]:
        block = re.search(r"doc\('(\w+)'\)", column["description"])
        # A row of a table is one line, however long its words are in the YAML.
        text = " ".join((columns[block.group(1)] if block else column["description"]).split())
        rows.append([f"`{column['name']}`", column.get("data_type", ""), text.strip()])
    return f"### {model['name']}\n\n{model['description'].strip()}\n\n{table(['column', 'type', 'what it is'], rows)}\n"


def file_section() -> str:
    """The table that says what a publication is, and the questions with a parameter that it answers."""
    columns = [[f"`{name}`", kind, words] for name, (kind, words) in BUILD_COLUMNS.items()]
    macros = [[f"`{name}`", words] for name, (words, _) in TABLE_MACROS.items()]
    return (
        "## In every published file\n\n"
        f"### build\n\n{BUILD_SAYS}\n\n{table(['column', 'type', 'what it is'], columns)}\n\n"
        "### Table macros\n\nAsked like a table, with a word in brackets.\n\n"
        f"{table(['name', 'what it gives'], macros)}\n"
    )


def seed_section(seed: dict) -> str:
    """One closed list: every value with its name, description and reference; of hundreds, those that need telling."""
    every = seed_rows(seed["name"])
    parents = {row.get("parent_id") for row in every}
    rows = [row for row in every if row.get("scheme") != "ISO 3166-1" or row["place_id"] in parents]
    rows = [] if seed["name"] in ("place_names", "source_names") else rows
    if not rows:
        return f"### {seed['name']}\n\n{seed['description']} {len(every):,} rows, in `seeds/{seed['name']}.csv`.\n"
    key = next(iter(rows[0]))
    told = (
        "dimension", "member_id", "side", "convention", "kind", "scheme", "parent_id", "partition_id", "hxl_tag",
    )  # fmt: skip
    extra = [name for name in told if name in rows[0]]
    header = [key, "name", *extra, "description", "reference"]
    cells = [[f"`{row[key]}`", *(row[name] for name in header[1:])] for row in rows]
    more = len(every) - len(rows)
    left_out = f" Not listed here: {more:,} countries, in `seeds/{seed['name']}.csv`." if more else ""
    return f"### {seed['name']}\n\n{seed['description']}{left_out}\n\n{table(header, cells)}\n"


def lexicon_section() -> str:
    """The kinds of words in a lexicon, with what the column ``meaning`` holds for each."""
    meanings = dict.fromkeys(NUMBER_KINDS, "a number") | dict.fromkeys(HEDGE_KINDS, "a hedge_id")
    meanings |= {kind: ", ".join(words) for kind, words in WORD_MEANINGS.items()}
    rows = [[f"`{kind}`", meanings.get(kind, ""), said] for kind, said in KINDS.items()]
    introduction = (
        "The words with which a language tells numbers, `ingest/phrases/lexicons/<language>.csv`: one row a kind and "
        f"meaning, words parted by a bar. Languages: {', '.join(languages())}.\n"
    )
    return f"## Lexicons\n\n{introduction}\n{table(['kind', 'meaning', 'what its words do'], rows)}\n"


def render() -> str:
    """The whole page."""
    columns = documented_columns()
    parts = [INTRODUCTION]
    for folder, meaning in FOLDERS.items():
        parts += [
            f"## {folder}\n\n{meaning}\n",
            *(model_section(model, columns) for model in described(folder).values()),
        ]
    parts.append(file_section())
    seeds = yaml.safe_load((ROOT / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))["seeds"]
    parts += ["## Closed lists\n\nThe seeds. A value outside them is refused when the record is checked.\n"]
    parts += [seed_section(seed) for seed in seeds]
    parts.append(lexicon_section())
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
