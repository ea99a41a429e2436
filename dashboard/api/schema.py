"""Every endpoint and parameter, declared once: parsing, OpenAPI and the human page are all made from these."""

from dataclasses import dataclass
from functools import cache

from dashboard.formats import registry
from dashboard.formats.registry import MOST_IN_A_FILE, MOST_IN_A_WORKBOOK, MOST_ON_A_PAGE
from dashboard.queries.names import WITHIN

# A file is made in memory: more rows than these would cost a worker more than it may take.
MOST_ROWS, MOST_EXPORTED = MOST_ON_A_PAGE, MOST_IN_A_FILE
# The first is the one given where none is asked for.
FORMATS = ("json", *(name for name in registry.FORMATS if name != "json"))
FILES = tuple(name for name, each in registry.FORMATS.items() if each.is_file)


@dataclass(frozen=True)
class Parameter:
    """One parameter: `kind` says how it is parsed, `column` which column it is compared with.

    Kinds: ids (on the publication's lists, may be repeated), id (one of them), known_id (looked up), choices (may be
    repeated), choice, day, recorded_day, period, count, cursor. Where `is_tree`, an id after WITHIN is it and all
    below.
    """

    name: str
    kind: str
    says: str
    column: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""
    is_tree: bool = False

    @property
    def is_many(self) -> bool:
        """Whether it may be repeated; any of its values may then match."""
        return self.kind in ("ids", "choices", "known_id")


@dataclass(frozen=True)
class Endpoint:
    """One resource: what a row is, and what it may be asked by; `standing` is what is shown where none is asked."""

    name: str
    row: str
    says: str
    filters: tuple[Parameter, ...]
    standing: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    # Where ids of a kind known_id are looked up besides: what was removed is in no fact any more.
    looked_up_in: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Its address, from the root."""
        return f"/api/v1/{self.name}"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter it takes, filters first."""
        return (*self.filters, RECORDED_ON, LIMIT, CURSOR, FORMAT)


def _ids(name: str, says: str, *, is_tree: bool = False) -> Parameter:
    return Parameter(name, "ids", says, f"{name}_id", is_tree=is_tree)


KNOWN_ON = Parameter(
    "known_on", "day",
    "As known on this day, YYYY-MM-DD: documents published by then, standing as of then, ranges valid then. "
    "The latest day of the publication where left out.",
)  # fmt: skip
RECORDED_ON = Parameter(
    "recorded_on", "recorded_day",
    "As recorded on this day, YYYY-MM-DD: the record as it stood at the end of it, UTC, by our own clock. "
    "Now where left out; refused before the first day there is a record of.",
)  # fmt: skip
PERIOD = Parameter(
    "period", "period",
    "What speaks of a day within it: a year, a month or a day, or two with two dots between (2023, 2023-06, "
    "2023-01..2023-06). Of running counts and counts at one time the day they count up to, of others their window.",
)  # fmt: skip
PARTY_CLAIMS = Parameter(
    "party_claims", "choice", "Claims of parties to the conflict in or out. Out gives ranges without them.",
    choices=("in", "out"), default="in",
)  # fmt: skip
# What a view takes and an endpoint does not, and why.
NOT_HERE = {
    "claim_about": "It is a filter of figures and reports: ranges are published with all party claims or with none "
    "(party_claims=out).",
}  # fmt: skip
CLAIM_ABOUT = Parameter(
    "claim_about", "choices", "Claims of parties about their own losses or deeds, their enemy's, or others'.",
    "claim_about", ("own", "enemy", "others"),
)  # fmt: skip
EPISODE = _ids("episode", "The episode.")
SCOPE_FILTERS = (
    EPISODE,
    _ids("measure", "What is counted, such as people killed."),
    _ids(
        "population",
        f"Whom it counts: exactly this population; `{WITHIN}civilians` for it and all within it.",
        is_tree=True,
    ),
    _ids("place", f"Where: exactly this place; `{WITHIN}SY02` for it and all within it.", is_tree=True),
    _ids("cause", "By what cause; `none` for scopes that are not restricted to one."),
    _ids("actor", "By whose hand; `none` for scopes that are not restricted to one."),
    Parameter("counting", "choices", "How it counts.", "counting", ("cumulative", "period", "incident", "stock")),
    Parameter("scope", "known_id", "One scope by its id, as `scope_id` in every row.", "scope_id"),
)
SOURCE_FILTERS = (
    _ids("source", "Who states it. For ranges: a report of this source stands behind it."),
    _ids("voice", "Who speaks: the source, or for `unattributed` the publisher or document."),
)
DOCUMENT_FILTERS = (
    Parameter("document", "known_id", "The document it was read in.", "document_id"),
    Parameter("figure", "known_id", "One figure by its id.", "figure_id"),
)
STANDINGS = ("standing", "superseded", "withdrawn")
STANDING = Parameter(
    "standing", "choices", "Standing on `known_on`, superseded by then, or withdrawn. All where left out.",
    choices=STANDINGS,
)  # fmt: skip
RANGE_STANDING = Parameter(
    "standing", "choices", "Ranges valid on `known_on` (so where left out), or those before them. Give both for all.",
    choices=STANDINGS[:2], default="standing",
)  # fmt: skip
CONVENTION = Parameter(
    "hedge_convention", "id",
    "How words around numbers are read: `literal`, by their meaning, or `acled`, by its codebook (dozens: 24 or more, "
    "or 12 or more). That of the publication where left out, as `hedge_convention` of the metadata says.",
    "hedge_convention",
)  # fmt: skip
CHECK = Parameter(
    "check", "choices", "Which check found it.",
    choices=("copied_figures", "decreasing_totals", "disjoint_reports", "low_above_high", "nested_reports",
             "parts_and_totals", "unresolved_places"),
)  # fmt: skip
CHANGE = Parameter(
    "change", "choices", "What became of it.", "change", ("added", "changed", "withdrawn", "removed", "restored"),
)  # fmt: skip
STATUS = Parameter(
    "status", "choices", "How far the correction has come.", "status", ("open", "reported", "fixed_upstream"),
)  # fmt: skip
LIMIT = Parameter(
    "limit", "count",
    f"Rows of one page: 1 to {MOST_ROWS:,}, 100 where left out. A file ({', '.join(FILES)}) holds all rows where left "
    f"out, at most {MOST_EXPORTED:,} (xlsx {MOST_IN_A_WORKBOOK:,}).",
)  # fmt: skip
CURSOR = Parameter("cursor", "cursor", "Where the page before ended, as its `next` link gives it.")
FORMAT = Parameter(
    "format", "choice", "json, a file of the same rows, or metadata: what a file's rows are, without them.",
    choices=FORMATS, default="json",
)  # fmt: skip
TOLD = (*SCOPE_FILTERS, *SOURCE_FILTERS, PARTY_CLAIMS, KNOWN_ON)

FIGURES = Endpoint(
    "figures", "one number that one source states in one document",
    "Figures as their sources stated them, each with its words, its reading, its document and its standing.",
    (*TOLD[:-2], CLAIM_ABOUT, PERIOD, *DOCUMENT_FILTERS, STANDING, CONVENTION, *TOLD[-2:]),
    examples=("?measure=killed&known_on=2024-11-29", "?measure=displaced&party_claims=out&format=csv",
              "?population=within.civilians&hedge_convention=acled"),
)  # fmt: skip
RANGES = Endpoint(
    "ranges", "one scope from one change day to the next",
    "Ranges reported, lowest to highest over the standing reports of a scope. Unlike scopes are never to be compared.",
    (*TOLD[:-2], PERIOD, RANGE_STANDING, CONVENTION, *TOLD[-2:]), ("standing",),
    ("?measure=killed&population=all", "?standing=standing&standing=superseded&format=parquet"),
)  # fmt: skip
REPORTS = Endpoint(
    "reports", "one statement of one source, however many documents repeat it",
    "Reports: figures that relay one statement are one report, so that they are not counted twice.",
    (*TOLD[:-2], CLAIM_ABOUT, PERIOD, STANDING, CONVENTION, *TOLD[-2:]),
    examples=("?standing=standing", "?measure=killed&counting=cumulative"),
)  # fmt: skip
SOURCES = Endpoint(
    "sources", "one voice: a source, or an unattributed publisher or document",
    "Who states how many of the figures that match.",
    (*TOLD[:-2], CLAIM_ABOUT, STANDING, *TOLD[-2:]), examples=("", "?measure=displaced&party_claims=out"),
)  # fmt: skip
CHECKED = Endpoint(
    "checks", "one finding that a person should look at",
    "What does not fit together, each in a sentence with the figures concerned.",
    (CHECK, *TOLD[:-2], STANDING, *TOLD[-2:]),
    examples=("", "?check=disjoint_reports&party_claims=out", "?check=copied_figures&check=unresolved_places"),
)  # fmt: skip
REVISIONS = Endpoint(
    "revisions", "one change between two loads, one row for each column changed",
    "What changed in our own record, by the time of the load: added, changed from what to what, withdrawn and why.",
    (*DOCUMENT_FILTERS, EPISODE, CHANGE),
    examples=("", "?change=changed&change=withdrawn"), looked_up_in=("fct_revisions",),
)  # fmt: skip
CORRECTIONS = Endpoint(
    "corrections", "one correction of a published data set and figure it touches",
    "What is wrong in published data: the value published, the right one, why, and how far that has come.",
    (DOCUMENT_FILTERS[1], STATUS), examples=("", "?status=open"),
)  # fmt: skip
ENDPOINTS = (FIGURES, RANGES, REPORTS, SOURCES, CHECKED, REVISIONS, CORRECTIONS)
# The feed takes the filters of ranges; what was before is told in each entry, so standing is not asked.
FEED = (*(one for one in RANGES.filters if one.name != "standing"), RECORDED_ON, LIMIT)

WHOLE_NUMBERS = {
    "low", "high", "value_stated", "implied_low", "implied_high", "lowest", "highest", "agreement_low",
    "agreement_high", "earlier_low", "paragraph", "record_line",
}  # fmt: skip


@cache
def kind(column: str) -> str:
    """Return the kind of a column by the house's rules of naming: day, moment, boolean, number, integer or text."""
    name = column.removesuffix("_without_party_claims")
    if name.startswith(("is_", "has_")):
        return "boolean"
    if name in WHOLE_NUMBERS or name.endswith("_count"):
        return "integer"
    endings = {"_on": "day", "_at": "moment", "_pct": "number"}
    return next((found for ending, found in endings.items() if name.endswith(ending)), "text")
