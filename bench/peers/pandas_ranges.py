"""Facts and ranges in pandas: whole columns at a time, one integer instead of several text keys, no row loops.

    python bench/peers/pandas_ranges.py INPUT_FOLDER OUTPUT_FOLDER SEEDS_FOLDER

reads figures.parquet and documents.parquet, writes figures, reports and ranges as Parquet. The rules are those of
models/intermediate, models/facts/fct_reports.sql and models/ranges.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

CONVENTION = "literal"
SCOPE = ("episode_id", "measure_id", "population_id", "place_id", "cause_id", "actor_id", "counting")
MOMENT = ["reported_on", "published_on", "told_on", "low_or_none", "reading", "document_id", "figure_id"]
FIRST_TOLD = ["report", "published_on", "reported_on", "document_id", "figure_id"]
FIGURES = ["figure_id", "report_id", "voice_id", "scope_id", "low", "value_stated", "high", "is_relay", "is_standing",
           "superseded_on"]  # fmt: skip
REPORTS = ["report_id", "voice_id", "scope_id", "low", "value_stated", "high", "figure_count", "document_count",
           "is_standing", "is_withdrawn", "reported_on", "first_published_on", "last_published_on",
           "superseded_on"]  # fmt: skip
SPAN = ["scope_id", "valid_from_on", "valid_to_on"]
WITHOUT = "_without_party_claims"


def read_bounds(figures: pd.DataFrame, hedges: pd.DataFrame) -> pd.DataFrame:
    """Add low, value_stated and high in people, and the share in percent: what the words around a number mean."""
    coded = figures.rename(columns={"low": "low_coded", "high": "high_coded"})
    rules = hedges[hedges["convention"] == CONVENTION].drop(columns=["name", "words", "description", "reference"])
    read = coded.merge(rules, on="hedge_id", validate="many_to_one")
    value, is_large = read["value"], read["value"] >= 1000
    for end, rounded in (("low", np.floor), ("high", np.ceil)):
        percent = read[f"{end}_pct"].mask(is_large, read[f"{end}_pct_from_1000"])
        worked_out = rounded(value * (100 + percent) / 100) + read[f"{end}_offset"]
        said = read[f"{end}_fixed"].fillna(worked_out).mask(read[f"{end}_basis"] == "open")
        read[end] = read[f"{end}_coded"].fillna(said)
    read["is_share"] = read["hedge_id"] == "share"
    read["share_stated_pct"] = value.where(read["is_share"])
    read["value_stated"] = value
    read[["low", "value_stated", "high"]] = read[["low", "value_stated", "high"]].mask(read["is_share"])
    return read


def day_text(days: pd.Series) -> pd.Series:
    """Return days as text, each different day written once; nothing is the empty text."""
    written = {day: day.date().isoformat() for day in days.dropna().unique()}
    return days.map(written).astype("str").fillna("").astype("str")


def number_text(numbers: pd.Series) -> pd.Series:
    """Return whole numbers as text; nothing is the empty text."""
    return numbers.astype("Int64").astype("string").fillna("").astype("str")


def scoped(read: pd.DataFrame, documents: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Add voice, scope, party claim and the day of publication."""
    found = read.merge(
        documents[["document_id", "publisher", "published_on"]], on="document_id", validate="many_to_one"
    )
    found = found.merge(sources[["source_id", "is_party"]], on="source_id", validate="many_to_one")
    publisher = found["publisher"].replace("", None).fillna(found["document_id"])
    found["voice_id"] = found["source_id"].mask(found["source_id"] == "unattributed", "unattributed:" + publisher)
    found["is_withdrawn"] = found["status"] == "withdrawn"
    counting = found["counting"]
    incident = found["incident_id"].where(counting == "incident").fillna("")
    named = incident != ""
    start = found["period_start_on"].mask((counting == "stock") | named)
    end = found["period_end_on"].fillna(found["reported_on"].where(counting == "period", found["period_start_on"]))
    end = end.where(counting.isin(["period", "incident"]) & ~named)
    parts = [found[name].fillna("") for name in SCOPE] + [day_text(start), day_text(end), incident]
    found["scope_id"] = parts[0].str.cat(parts[1:], sep=".") + np.where(found["is_share"], ".share", "")
    return found


def reported(found: pd.DataFrame) -> pd.DataFrame:
    """Add `report` (a number), report_id and is_relay: equal readings with no other in between are one report."""
    found["reading"] = found["hedge_id"].str.cat(
        [number_text(found["value_stated"]), found["share_stated_pct"].astype("string").fillna("").astype("str"),
         number_text(found["low"]), number_text(found["high"])], sep=" ")  # fmt: skip
    # Withdrawn figures line up by themselves, so that they neither interrupt nor supersede what stands.
    found["line"] = found.groupby(["voice_id", "scope_id", "is_withdrawn"], sort=False).ngroup()
    found["told_on"] = found.groupby(["line", "reading"], sort=False)["published_on"].transform("min")
    found["low_or_none"] = found["low"].fillna(-1)
    found = found.sort_values(["line", *MOMENT], ignore_index=True)
    is_new = (found["line"] != found["line"].shift()) | (found["reading"] != found["reading"].shift())
    found["report"] = is_new.cumsum()
    first = found.sort_values(FIRST_TOLD).drop_duplicates("report").set_index("report")
    found["report_id"] = found["report"].map(first["figure_id"])
    found["is_relay"] = found["document_id"] != found["report"].map(first["document_id"])
    return found


def reports_of(found: pd.DataFrame) -> pd.DataFrame:
    """Return one row per report, with the day on which another took its place."""
    told = found.groupby("report", sort=False).agg(
        figure_count=("figure_id", "size"), reported_on=("reported_on", "min"),
        first_published_on=("published_on", "min"), last_published_on=("published_on", "max"))  # fmt: skip
    told["document_count"] = found[["report", "document_id"]].drop_duplicates().groupby("report").size()
    first = found[found["figure_id"] == found["report_id"]].set_index("report")
    said = [
        "report_id",
        "line",
        "voice_id",
        "scope_id",
        "is_withdrawn",
        "is_share",
        "is_party",
        "low",
        "value_stated",
        "high",
    ]
    reports = told.join(first[said])
    moment = ["line", "reported_on", "first_published_on"]
    moments = reports[moment].drop_duplicates().sort_values(moment, ignore_index=True)
    backwards = moments[::-1].groupby("line", sort=False)["first_published_on"]
    moments["successor_on"] = backwards.cummin()[::-1].groupby(moments["line"]).shift(-1)
    reports = reports.merge(moments, on=moment, validate="many_to_one")
    successor, first_on = reports["successor_on"], reports["first_published_on"]
    reports["is_standing"] = successor.isna() & ~reports["is_withdrawn"]
    reports["superseded_on"] = successor.where(successor.isna() | (successor > first_on), first_on)
    return reports


def standing_in_spans(reports: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the spans between change days of each scope, and one row per span and report that stands in it."""
    superseded, first_on = reports["superseded_on"], reports["first_published_on"]
    stands = ~reports["is_withdrawn"] & ~reports["is_share"] & (superseded.isna() | (superseded > first_on))
    reports = reports[stands].reset_index(drop=True)
    reports["scope"] = pd.factorize(reports["scope_id"])[0]
    begins = reports[["scope", "scope_id", "first_published_on"]].set_axis(["scope", *SPAN[:2]], axis=1)
    ends = reports[["scope", "scope_id", "superseded_on"]].set_axis(["scope", *SPAN[:2]], axis=1).dropna()
    spans = pd.concat([begins, ends]).drop_duplicates(["scope", "valid_from_on"])
    spans = spans.sort_values(["scope", "valid_from_on"], ignore_index=True)
    spans["valid_to_on"] = spans.groupby("scope")["valid_from_on"].shift(-1)
    # A report stands in all spans from its own day to the one before the day on which another took its place.
    place = pd.Series(spans.index, index=pd.MultiIndex.from_frame(spans[["scope", "valid_from_on"]]))
    starts = place.reindex(pd.MultiIndex.from_frame(reports[["scope", "first_published_on"]])).to_numpy()
    stops = place.reindex(pd.MultiIndex.from_frame(reports[["scope", "superseded_on"]])).to_numpy(dtype=float)
    after_scope = np.searchsorted(spans["scope"], reports["scope"], side="right")
    lengths = np.where(np.isnan(stops), after_scope, stops).astype(int) - starts
    rows = np.repeat(reports.index.to_numpy(), lengths)
    within = np.arange(len(rows)) - np.repeat(lengths.cumsum() - lengths, lengths)
    standing = reports[["voice_id", "is_party", "low", "value_stated", "high"]].take(rows)
    standing["span"] = np.repeat(starts, lengths) + within
    standing["voice"] = pd.factorize(standing.pop("voice_id"))[0]
    return spans, standing.reset_index(drop=True)


def envelope(standing: pd.DataFrame) -> pd.DataFrame:
    """Return lowest to highest of each span, how many stand behind it, what is open and what is disputed."""
    low, stated, high = standing["low"], standing["value_stated"], standing["high"]
    counted = standing[["span", "low", "high"]].assign(
        lowest=low.fillna(stated), highest=high.fillna(np.fmax(low, stated)), low_or_none=low.fillna(0),
        is_open_below=low.isna(), is_open_above=high.isna())  # fmt: skip
    found = counted.groupby("span").agg(
        lowest=("lowest", "min"), highest=("highest", "max"), report_count=("low_or_none", "size"),
        is_open_below=("is_open_below", "any"), is_open_above=("is_open_above", "any"),
        highest_low=("low_or_none", "max"), lowest_high=("high", "min"))  # fmt: skip
    found["source_count"] = standing[["span", "voice"]].drop_duplicates().groupby("span").size()
    # One report alone may be read upside down, and disputes nothing.
    found["is_disputed"] = (found["report_count"] > 1) & (found["highest_low"] > found["lowest_high"])
    return found.drop(columns=["highest_low", "lowest_high"])


def agreement(standing: pd.DataFrame) -> pd.DataFrame:
    """Return the interval consistent with most sources (Marzullo), of each span where there is one."""
    said = standing[["span", "voice", "low", "high"]].assign(starts_at=standing["low"].fillna(0))
    candidates = said[["span", "starts_at"]].drop_duplicates()
    met = candidates.merge(said.rename(columns={"starts_at": "from_on"}), on="span")
    met = met[(met["starts_at"] >= met["from_on"]) & ~(met["starts_at"] > met["high"])]
    interval = ["span", "starts_at"]
    matched = met.groupby(interval).agg(agreement_low=("low", "max"), agreement_high=("high", "min"))
    matched["agreement_source_count"] = met[[*interval, "voice"]].drop_duplicates().groupby(interval).size()
    matched = matched.reset_index()
    matched["width"] = matched["agreement_high"] - matched["starts_at"]
    order = ["span", "agreement_source_count", "width", "starts_at"]
    best = matched.sort_values(order, ascending=[True, False, True, True]).drop_duplicates("span").set_index("span")
    alone = standing.groupby("span").size().reindex(best.index) == 1
    return best.loc[(best["agreement_source_count"] > 1) | alone,
                    ["agreement_low", "agreement_high", "agreement_source_count"]]  # fmt: skip


def ranges_of(reports: pd.DataFrame) -> pd.DataFrame:
    """Return one row per scope and change day, with party claims and without."""
    spans, standing = standing_in_spans(reports)
    without = standing[~standing["is_party"]]
    spans = spans.drop(columns="scope").join(envelope(standing), how="inner").join(agreement(standing))
    spans = spans.join(envelope(without).join(agreement(without)).add_suffix(WITHOUT))
    for name in spans.columns:
        if name.startswith("is_"):
            spans[name] = spans[name].fillna(False).astype(bool)
        elif name.startswith(("source_count", "report_count")):
            spans[name] = spans[name].fillna(0)
    return spans


def build(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return figures, reports and ranges from raw figures and documents and the seeds hedges and sources."""
    chosen = tables["figures"]
    chosen = chosen[(chosen["visibility"] == "public") & (chosen["status"] != "draft")]
    found = reported(scoped(read_bounds(chosen, tables["hedges"]), tables["documents"], tables["sources"]))
    reports = reports_of(found)
    figures = found.merge(
        reports[["report_id", "is_standing", "superseded_on"]], on="report_id", validate="many_to_one"
    )
    ranges = ranges_of(reports)
    found_tables = {"figures": figures[FIGURES], "reports": reports[REPORTS], "ranges": ranges}
    return {name: whole(table) for name, table in found_tables.items()}


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with whole numbers where something may be missing."""
    floats = table.select_dtypes("float").columns
    return table.astype(dict.fromkeys(floats, "Int64"))


def main(source: Path, target: Path, seeds: Path) -> None:
    """Read, build, write."""
    days = {"date_as_object": False}
    tables = {
        name: pd.read_parquet(source / f"{name}.parquet", to_pandas_kwargs=days) for name in ("figures", "documents")
    }
    tables |= {name: pd.read_csv(seeds / f"{name}.csv") for name in ("hedges", "sources")}
    target.mkdir(parents=True, exist_ok=True)
    for name, table in build(tables).items():
        table.to_parquet(target / f"{name}.parquet", index=False)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
