"""Facts and ranges in pandas: whole columns at a time, numbers instead of text keys, no row loops.

    python bench/peers/pandas_ranges.py INPUT_FOLDER OUTPUT_FOLDER SEEDS_FOLDER

reads figures.parquet and documents.parquet, writes figures, reports and ranges as Parquet. The rules are those of
models/intermediate, models/facts/fct_reports.sql and models/ranges. What a table only passes along is taken at the end,
by the number of its row; and what most figures are, the only one of their source and scope, is never sorted.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

# Which figures are one report and what stands is settled by this one; ranges are worked out by each.
CONVENTION = "literal"
SCOPE = ("episode_id", "measure_id", "population_id", "scope_place", "cause_id", "actor_id", "counting")
BASES = ["stated", "override", "logical", "convention", "open"]
MOMENT = ["reported_on", "published_on", "told_on", "low_or_none", "reading", "document_id", "figure_id"]
FIRST_TOLD = ["published_on", "reported_on", "document_id", "figure_id"]
# What a report takes from the figure that told it first, under these names, and a range from its first report.
NAMED = {"figure_id": "report_id", "scope_incident_id": "incident_id", "scope_start_on": "period_start_on",
         "scope_end_on": "period_end_on"}  # fmt: skip
COUNTED = ["scope_id", "episode_id", "measure_id", "unit_id", "population_id", "place_id", "cause_id", "actor_id",
           "counting"]  # fmt: skip
TOLD = [*NAMED, *COUNTED, "source_id", "voice_id", "hedge_id", "is_party_claim", "is_withdrawn"]
NOT_WRITTEN = ["scope_place", "value_coded", "low_coded", "high_coded", "scope_incident_id", "scope_start_on",
               "scope_end_on", "replaced_on"]  # fmt: skip
WITHOUT = "_without_party_claims"
# Days are counted from the year 1, so that a scope and a day of it are one number.
YEAR_1, NEVER = 719_163, (1 << 22) - 1


def read_bounds(figures: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return what the words around a number mean by one convention: people, or percent where it is a share."""
    of_hedge = rules.index.get_indexer(figures["hedge_id"])
    rule = {name: rules[name].to_numpy()[of_hedge] for name in rules.columns}
    value = figures["value_coded"].to_numpy()
    is_large, is_share = value >= 1000, rule["is_share"]
    of_coder = np.where(figures["dataset_id"].isna(), BASES.index("override"), BASES.index("stated"))
    read = {"is_share": is_share, "value_stated": np.where(is_share, np.nan, value)}
    read["share_stated_pct"] = np.where(is_share, value, np.nan)
    for end, rounded in (("low", np.floor), ("high", np.ceil)):
        coded = figures[f"{end}_coded"].to_numpy()
        is_coded = ~np.isnan(coded)
        percent = np.where(is_large, rule[f"{end}_pct_from_1000"], rule[f"{end}_pct"])
        worked_out = rounded(value * (100 + percent) / 100) + rule[f"{end}_offset"]
        said = np.where(np.isnan(rule[f"{end}_fixed"]), worked_out, rule[f"{end}_fixed"])
        said[rule[f"{end}_basis"] == BASES.index("open")] = np.nan
        basis = np.where(is_coded & ~rule["is_between"], of_coder, rule[f"{end}_basis"])
        read[end] = np.where(is_share, np.nan, np.where(is_coded, coded, said))
        read[f"share_{end}_pct"] = np.where(is_share, np.where(is_coded, coded, value), np.nan)
        read[f"{end}_basis"] = pd.Categorical.from_codes(basis, BASES)
    return pd.DataFrame(read)


def readings(figures: pd.DataFrame, hedges: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return low, value_stated and high of every figure by each convention."""
    rules = hedges.set_index("hedge_id")
    told = rules.filter(regex="_(fixed|pct|pct_from_1000|offset)$").astype(float)
    told["is_share"], told["is_between"] = rules.index == "share", rules["needs"] == "bounds"
    for end in ("low", "high"):
        told[f"{end}_basis"] = pd.Categorical(rules[f"{end}_basis"], categories=BASES).codes
    return {name: read_bounds(figures, told[rules["convention"] == name]) for name in rules["convention"].unique()}


def looked_up(lookup: pd.DataFrame, key: str, keys: pd.Series) -> pd.DataFrame:
    """Return the row of a small table for each of many keys, each different key looked for once."""
    codes, different = pd.factorize(keys)
    rows = pd.Index(lookup[key]).get_indexer(different)[codes]
    return lookup.drop(columns=key).take(rows).set_axis(keys.index)


def day_text(days: pd.Series) -> pd.Series:
    """Return days as text, each different day written once; nothing is the empty text."""
    codes, different = pd.factorize(days)
    written = pd.Series([*different.strftime("%Y-%m-%d"), ""], dtype="str")
    return written.take(codes % len(written)).set_axis(days.index)


def scoped(figures: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Add voice, scope, unit, party claim, the total that may be named and what the document says."""
    documents = looked_up(tables["documents"], "document_id", figures["document_id"])
    is_party = looked_up(tables["sources"][["source_id", "is_party"]], "source_id", figures["source_id"])["is_party"]
    publisher = documents["publisher"].fillna(figures["document_id"])
    is_nobody = figures["source_id"] == "unattributed"
    counting, start, end = figures["counting"], figures["period_start_on"], figures["period_end_on"]
    is_stock, is_period, is_incident = (counting == name for name in ("stock", "period", "incident"))
    is_stock_of_day = is_stock & (start == end)
    incident = figures["incident_id"].where(is_incident)
    scope_start = start.where(~is_stock | is_stock_of_day)
    scope_end = end.fillna(figures["reported_on"].where(is_period, start))
    scope_end = scope_end.where(is_period | is_incident | is_stock_of_day)
    days = [day_text(day.where(incident.isna())) for day in (scope_start, scope_end)]
    scope = figures[SCOPE[0]]
    for part in (*(figures[name].fillna("") for name in SCOPE[1:]), *days, incident.fillna("")):
        scope = scope + "." + part
    is_share = figures["hedge_id"] == "share"
    units = looked_up(tables["measures"][["measure_id", "unit_id"]], "measure_id", figures["measure_id"])["unit_id"]
    # Ids differ, so theirs are the first numbers: a total of a later number is no figure of ours.
    total = pd.factorize(pd.concat([figures["figure_id"], figures["part_of"]]))[0][len(figures) :]
    return figures.assign(
        voice_id=figures["source_id"].mask(is_nobody, "unattributed:" + publisher),
        scope_id=scope.mask(is_share, scope + ".share"),
        unit_id=units.mask(is_share, "percent"),
        part_of=figures["part_of"].where(total < len(figures)),
        is_party_claim=is_party, is_withdrawn=figures["status"] == "withdrawn",
        published_on=figures["published_on"].fillna(documents.pop("published_on")),
        scope_start_on=scope_start, scope_end_on=scope_end, scope_incident_id=incident, **documents)  # fmt: skip


def reported(found: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Return the voice, scope, line and report of each figure as numbers, a report as the row of its first figure.

    Equal readings of a line with no other in between are one report.
    """
    keys = pd.DataFrame({name: pd.factorize(found[f"{name}_id"])[0] for name in ("voice", "scope")})
    # Withdrawn figures line up by themselves, so that they neither interrupt nor supersede what stands.
    lines = (keys["scope"] * (keys["voice"].max() + 1) + keys["voice"]) * 2 + found["is_withdrawn"]
    keys["line"], keys["report"] = pd.factorize(lines)[0], keys.index
    shared = keys.index[np.bincount(keys["line"])[keys["line"]] > 1]
    told = found[["reported_on", "published_on", "document_id", "figure_id", "hedge_id"]].take(shared)
    told["line"], told["low_or_none"] = keys["line"].take(shared), read["low"].take(shared).fillna(-1)
    told["reading"] = told.pop("hedge_id")
    for name in ("value_stated", "share_stated_pct", "low", "high"):
        told["reading"] += " " + whole(read[[name]].take(shared))[name].astype("str").fillna("")
    told["told_on"] = told.groupby(["line", "reading"], sort=False)["published_on"].transform("min")
    told = told.sort_values(["line", *MOMENT])
    is_new = (told["line"] != told["line"].shift()) | (told["reading"] != told["reading"].shift())
    told["report"] = is_new.cumsum()
    first = told.sort_values(["report", *FIRST_TOLD]).drop_duplicates("report")
    rows = pd.Series(first.index, index=first["report"])
    keys.loc[told.index, "report"] = rows.loc[told["report"]].to_numpy()
    return keys


def later_reports(reports: pd.DataFrame) -> pd.Series:
    """Return the first day on which a later report of the line could be read."""
    moment = ["line", "reported_on", "first_published_on"]
    told = reports.loc[reports["line"].duplicated(keep=False), moment]
    moments = told.drop_duplicates().sort_values(moment, ignore_index=True)
    backwards = moments[::-1].groupby("line", sort=False)["first_published_on"]
    moments["later_on"] = backwards.cummin()[::-1].groupby(moments["line"]).shift(-1)
    later = told.merge(moments, on=moment, how="left", validate="many_to_one")["later_on"]
    return later.set_axis(told.index).reindex(reports.index)


def reports_of(found: pd.DataFrame, keys: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Return one row per report by the row of its first figure, with the day on which another took its place."""
    by_report = found[["reported_on", "published_on", "replaced_on"]].groupby(keys["report"])
    reports = by_report.agg(
        figure_count=("published_on", "size"), reported_on=("reported_on", "min"),
        first_published_on=("published_on", "min"), last_published_on=("published_on", "max"),
        replaced_on=("replaced_on", "max"), replaced_count=("replaced_on", "count"))  # fmt: skip
    several = keys["report"].isin(reports.index[reports["figure_count"] > 1])
    documents = pd.DataFrame({"report": keys["report"], "document_id": found["document_id"]})[several].drop_duplicates()
    reports["document_count"] = documents.groupby("report").size().reindex(reports.index, fill_value=1)
    first = found[TOLD].rename(columns=NAMED).take(reports.index)
    reports = reports.assign(**first, **read.take(first.index), **keys[["voice", "scope", "line"]].take(first.index))
    # A release takes the place of all of the one before.
    replaced = reports["replaced_on"].where(reports["replaced_count"] == reports["figure_count"])
    later, first_on = later_reports(reports), reports["first_published_on"]
    successor = later.mask(later.isna() | (replaced < later), replaced)
    reports["is_standing"] = successor.isna() & ~reports["is_withdrawn"]
    reports["superseded_on"] = successor.where(successor.isna() | (successor > first_on), first_on)
    return reports.drop(columns=["replaced_on", "replaced_count"])


def day_number(days: pd.Series) -> np.ndarray:
    """Return days as numbers; nothing is never."""
    numbers = days.to_numpy().astype("datetime64[D]").astype(np.int64) + YEAR_1
    return np.where(days.isna(), NEVER, numbers)


def standing_in_spans(reports: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the spans between change days of each scope, and one row per span and report that stands in it."""
    begins, ends = day_number(reports["first_published_on"]), day_number(reports["superseded_on"])
    stands = ~reports["is_withdrawn"] & ~reports["is_share"] & (ends > begins)
    reports, begins, ends = reports[stands], begins[stands], ends[stands]
    scopes = reports["scope"].to_numpy() * (NEVER + 1)
    begins, ends = scopes + begins, scopes + ends
    days = np.unique(np.concatenate([begins, ends]))
    # A report stands in all spans from its own day to the one before the day on which another took its place.
    starts = np.searchsorted(days, begins)
    lengths = np.searchsorted(days, ends) - starts
    rows = np.repeat(np.arange(len(reports)), lengths)
    within = np.arange(len(rows)) - np.repeat(lengths.cumsum() - lengths, lengths)
    standing = reports[["voice", "is_party_claim", "report_id"]].take(rows).rename_axis("report").reset_index()
    standing["span"] = np.repeat(starts, lengths) + within
    valid = pd.to_datetime(pd.Series((days & NEVER) - YEAR_1).mask((days & NEVER) == NEVER), unit="D")
    spans = pd.DataFrame({"valid_from_on": valid, "valid_to_on": valid.shift(-1)})
    # Of the reports of a span the first by its id is the one that tells what is counted.
    shared = standing["span"].duplicated(keep=False)
    in_order = pd.concat([standing[~shared], standing[shared].sort_values("report_id")])
    told_by = in_order.drop_duplicates("span").set_index("span")["report"]
    return spans.join(told_by, how="inner"), standing.drop(columns="report_id")


def envelope(standing: pd.DataFrame) -> pd.DataFrame:
    """Return lowest to highest of each span, how many stand behind it, what is open and what is disputed."""
    low, stated, high = standing["low"], standing["value_stated"], standing["high"]
    # Open below it counts from what was stated, and a source that contradicts itself from least to most.
    own = {end: stated.where(standing[f"{end}_basis"] == "stated") for end in ("low", "high")}
    lowest = [low.fillna(stated), high.where(low > high), own["low"]]
    highest = [high.fillna(np.fmax(low, stated)), low.where(low > high), own["high"]]
    counted = standing[["span", "low", "high"]].assign(
        lowest=np.fmin.reduce(lowest), highest=np.fmax.reduce(highest), is_open_below=low.isna(),
        is_open_above=high.isna())  # fmt: skip
    found = counted.groupby("span").agg(
        lowest=("lowest", "min"), highest=("highest", "max"), report_count=("lowest", "size"),
        is_open_below=("is_open_below", "any"), is_open_above=("is_open_above", "any"),
        highest_low=("low", "max"), lowest_high=("high", "min"))  # fmt: skip
    shared = standing[standing["span"].duplicated(keep=False)]
    voices = shared[["span", "voice"]].drop_duplicates().groupby("span").size()
    found["source_count"] = voices.reindex(found.index, fill_value=1)
    meets = ~(found["highest_low"].fillna(0) > found["lowest_high"])
    # One report alone may be read upside down, and disputes nothing; nor does it agree with itself.
    found["is_disputed"] = (found["report_count"] > 1) & ~meets
    alone = (found["report_count"] == 1) & meets
    agreed = found[["highest_low", "lowest_high"]].set_axis(["agreement_low", "agreement_high"], axis=1)
    agreed = pd.concat([agreed[alone].assign(agreement_source_count=1), agreement(shared)])
    return found.drop(columns=["highest_low", "lowest_high"]).join(agreed)


def agreement(standing: pd.DataFrame) -> pd.DataFrame:
    """Return the interval consistent with most sources (Marzullo), of each span of several reports that has one."""
    said = standing[["span", "voice", "low", "high"]].assign(starts_at=standing["low"].fillna(0))
    candidates = said[["span", "starts_at"]].drop_duplicates()
    met = candidates.merge(said.rename(columns={"starts_at": "from_low"}), on="span")
    met = met[(met["starts_at"] >= met["from_low"]) & ~(met["starts_at"] > met["high"])]
    interval = ["span", "starts_at"]
    matched = met.groupby(interval).agg(agreement_low=("low", "max"), agreement_high=("high", "min"))
    matched["agreement_source_count"] = met[[*interval, "voice"]].drop_duplicates().groupby(interval).size()
    matched = matched[matched["agreement_source_count"] > 1].reset_index()
    matched["width"] = matched["agreement_high"] - matched["starts_at"]
    order = ["span", "agreement_source_count", "width", "starts_at"]
    best = matched.sort_values(order, ascending=[True, False, True, True]).drop_duplicates("span").set_index("span")
    return best[["agreement_low", "agreement_high", "agreement_source_count"]]


def ranges_of(reports: pd.DataFrame, read: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row per scope and change day by each convention, with party claims and without."""
    spans, standing = standing_in_spans(reports)
    counted = [*COUNTED, "incident_id", "period_start_on", "period_end_on"]
    said = reports[counted].loc[spans.pop("report")].set_axis(spans.index)
    found = []
    for convention, readings_of in read.items():
        read_so = standing.join(readings_of[["low", "value_stated", "high", "low_basis", "high_basis"]], on="report")
        without = envelope(read_so[~read_so["is_party_claim"]]).add_suffix(WITHOUT)
        ranges = spans.join(envelope(read_so)).join(without)
        found.append(ranges.assign(hedge_convention=convention, **said))
    ranges = pd.concat(found, ignore_index=True)
    flags = {name: ranges[name].eq(True) for name in ranges if name.startswith("is_")}
    counts = {name: ranges[name].fillna(0) for name in ranges if name.startswith(("source_count", "report_count"))}
    return ranges.assign(**flags, **counts)


def build(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return figures, reports and ranges from figures, documents and the seeds hedges, measures and sources."""
    figures = tables["figures"]
    figures = figures[figures["status"] != "draft"].reset_index(drop=True)
    read = readings(figures, tables["hedges"])
    settled = read[CONVENTION]
    found = scoped(figures, tables)
    keys = reported(found, settled)
    reports = reports_of(found, keys, settled)
    ranges = ranges_of(reports, read)
    first = keys["report"]
    of_report = reports[["is_standing", "superseded_on"]].loc[first].set_axis(first.index)
    documents = found["document_id"]
    figures = found.drop(columns=NOT_WRITTEN).rename(columns={"place_name": "place_stated"}).assign(
        report_id=found["figure_id"].take(first).set_axis(first.index),
        is_relay=documents != documents.take(first).set_axis(first.index), **settled, **of_report)  # fmt: skip
    reports = reports.drop(columns=["voice", "scope", "line"])
    return {"figures": whole(figures), "reports": whole(reports), "ranges": whole(ranges)}


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with whole numbers where something may be missing."""
    floats = [name for name in table.select_dtypes("float") if not name.endswith(("itude", "_pct"))]
    return table.astype(dict.fromkeys(floats, "Int64"))


def main(source: Path, target: Path, seeds: Path) -> None:
    """Read, build, write."""
    days = {"date_as_object": False}
    names = ("figures", "documents")
    tables = {name: pd.read_parquet(source / f"{name}.parquet", to_pandas_kwargs=days) for name in names}
    tables |= {name: pd.read_csv(seeds / f"{name}.csv") for name in ("hedges", "measures", "sources")}
    target.mkdir(parents=True, exist_ok=True)
    for name, table in build(tables).items():
        table.to_parquet(target / f"{name}.parquet", index=False)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
