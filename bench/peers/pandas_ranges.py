"""Facts and ranges in pandas: whole columns at a time, numbers instead of text keys, no row loops.

    python bench/peers/pandas_ranges.py INPUT_FOLDER OUTPUT_FOLDER SEEDS_FOLDER

reads figures.parquet and documents.parquet, writes figures, reports (both by pandas_facts.py) and ranges as Parquet.
The rules are those of models/intermediate, models/facts/fct_reports.sql and models/ranges.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.peers.pandas_facts import (
    BASES,
    CONVENTION,
    COUNTED,
    LOGICAL,
    NEVER,
    NOT_WRITTEN,
    OPEN,
    PEOPLE,
    STATED,
    WORDS,
    day_number,
    day_of,
    hull,
    readings,
    reported,
    reports_of,
    scoped,
    whole,
)  # fmt: skip

LAG_DAYS = 1
WITHOUT = "_without_party_claims"


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
    kept = ["voice", "is_party_claim", "report_id", "counting", "is_reworded", "rounded_to"]
    standing = reports[kept].take(rows).rename_axis("report").reset_index()
    standing["until"] = day_number(reports["counted_until_on"])[rows]
    standing["is_named"] = ~reports["voice_id"].str.startswith("unattributed:").to_numpy()[rows]
    standing["span"] = np.repeat(starts, lengths) + within
    valid = day_of(pd.Series(days & NEVER))
    spans = pd.DataFrame({"valid_from_on": valid, "valid_to_on": valid.shift(-1)})
    # Of the reports of a span the first by its id is the one that tells what is counted.
    standing["is_shared"] = standing["span"].duplicated(keep=False)
    in_order = pd.concat([standing[~standing["is_shared"]], standing[standing["is_shared"]].sort_values("report_id")])
    stated_by = in_order.drop_duplicates("span").set_index("span")["report"]
    for suffix, chosen in {"": True, WITHOUT: ~standing["is_party_claim"]}.items():
        dated = standing["until"].where((standing["until"] < NEVER) & chosen)
        newest = dated.groupby(standing["span"]).transform("max")
        standing[f"is_current{suffix}"] = (standing["until"] == NEVER) | (standing["until"] >= newest - LAG_DAYS)
    # One party alone is current in its range without party claims, which does not hold it.
    return spans.join(stated_by, how="inner"), standing.drop(columns="report_id")


def read_standing(standing: pd.DataFrame, read: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Add the reading of each standing report by a convention, and where it begins and ends in a range."""
    told = keys["report"].isin(standing.loc[standing["is_reworded"], "report"])
    said = read[PEOPLE].take(standing["report"]).set_axis(standing.index)
    together = hull(read[told], keys["report"][told]).reindex(standing["report"]).set_axis(standing.index)
    said = said.mask(standing["is_reworded"], together[PEOPLE])
    # What leaves the low open has none.
    leaves_open = (said["low_basis"] == LOGICAL) & ~(said["low"] > 0)
    said["low"], said["low_basis"] = said["low"].mask(leaves_open), said["low_basis"].mask(leaves_open, OPEN)
    low, stated, high = said["low"], said["value_stated"], said["high"]
    # Open below it counts from what was stated, and a source that contradicts itself from least to most.
    own = {end: stated.where(said[f"{end}_basis"] == 0) for end in ("low", "high")}
    lowest = [low.fillna(np.fmin(stated, high)), high.where(low > high), own["low"]]
    highest = [high.fillna(np.fmax(low, stated)), low.where(low > high), own["high"]]
    return standing.join(said).assign(counts_from=np.fmin.reduce(lowest), counts_to=np.fmax.reduce(highest))


def envelope(standing: pd.DataFrame, suffix: str) -> pd.DataFrame:
    """Return lowest to highest of each span, how many stand behind it, what is open and what stopped before."""
    said = standing[~standing["is_party_claim"]] if suffix else standing
    is_current, low, high = said[f"is_current{suffix}"], said["low"], said["high"]
    now, before = said[is_current], said[~is_current]
    found = now.assign(
        is_open_below=low.isna(), is_open_above=high.isna(), until=now["until"].where(now["until"] < NEVER),
        named=now["voice"].where(now["is_named"])).groupby("span").agg(
        lowest=("counts_from", "min"), highest=("counts_to", "max"), report_count=("voice", "size"),
        source_count=("voice", "nunique"), named_source_count=("named", "nunique"),
        is_open_below=("is_open_below", "any"), is_open_above=("is_open_above", "any"),
        highest_low=("low", "max"), lowest_high=("high", "min"), first=("until", "min"),
        last=("until", "max"))  # fmt: skip
    stopped = before.groupby("span")["voice"].nunique().reindex(found.index, fill_value=0)
    raising = before[before["counting"].isin(["cumulative", "incident"])]
    earlier = raising.groupby("span")["low"].max().reindex(found.index)
    for end in ("from", "to"):
        number = found.pop("first" if end == "from" else "last").fillna(NEVER).astype(np.int64)
        found[f"counted_{end}_on"] = day_of(number)
    return found.assign(
        highest=np.fmax(found["highest"], earlier), earlier_source_count=stopped, earlier_low=earlier,
        is_open_above=found["is_open_above"] | (earlier > found["highest"]))  # fmt: skip


def agreement(standing: pd.DataFrame, suffix: str) -> pd.DataFrame:
    """Return the interval consistent with most sources (Marzullo), of each span of several reports that has one."""
    said = standing[standing["is_shared"] & standing[f"is_current{suffix}"]]
    said = said[~said["is_party_claim"]] if suffix else said
    said = said[["span", "voice", "low", "high"]].assign(starts_at=said["low"].fillna(0))
    interval = ["span", "starts_at"]
    met = said[interval].drop_duplicates().merge(said.rename(columns={"starts_at": "from_low"}), on="span")
    met = met[(met["starts_at"] >= met["from_low"]) & ~(met["starts_at"] > met["high"])]
    of_start = met.groupby(interval)
    least, most = of_start["low"].transform("max"), of_start["high"].transform("min")
    # "At least 5" fits 12, and says nothing of it.
    says = (met["high"].notna() | (met["low"] == least)) & (met["low"].notna() | (met["high"] == most))
    met["says"] = met["voice"].where(says)
    found = of_start.agg(agreement_low=("low", "max"), agreement_high=("high", "min"))
    found["agreement_source_count"] = met.groupby(interval)["says"].nunique()
    found["fitting"] = met.groupby(interval)["voice"].nunique()
    found = found.reset_index()
    found["width"] = found["agreement_high"] - found["starts_at"]
    ranked = found.sort_values(["span", "agreement_source_count", "fitting"], ascending=[True, False, False])
    best = ranked.groupby("span")[["agreement_source_count", "fitting"]].transform("first")
    ties = ranked[(ranked[["agreement_source_count", "fitting"]] == best).all(axis=1)]
    of_span = ties.groupby("span")
    is_apart = of_span["starts_at"].transform("max") > of_span["agreement_high"].transform("min")
    chosen = ties.sort_values(["span", "width", "starts_at"]).drop_duplicates("span")
    chosen = chosen[(chosen["agreement_source_count"] > 1) & ~is_apart.loc[chosen.index]]
    return chosen.set_index("span")[["agreement_low", "agreement_high", "agreement_source_count"]]


def agreed(found: pd.DataFrame, several: pd.DataFrame) -> pd.DataFrame:
    """Add what the reports of a range agree on: one alone agrees with itself, unless its low lies above its high."""
    meets = ~(found["highest_low"].fillna(0) > found["lowest_high"])
    is_alone = (found["report_count"] == 1) & meets
    several = several.reindex(found.index)
    alone = {"agreement_low": found["highest_low"], "agreement_high": found["lowest_high"],
             "agreement_source_count": pd.Series(1, index=found.index)}  # fmt: skip
    told = {name: several[name].mask(is_alone, each) for name, each in alone.items()}
    return found.drop(columns=["highest_low", "lowest_high"]).assign(**told)


def disputes(standing: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return in which spans two counts cannot both hold, and whether words or rounding alone part them, by policy."""
    kept = ["span", "voice", "until", "low", "value_stated", "high", "low_basis", "high_basis", "is_party_claim",
            "counting", "rounded_to", "is_current", f"is_current{WITHOUT}"]  # fmt: skip
    said = standing.loc[standing["is_shared"], kept]
    pairs = said[said["high"].notna()].merge(said[said["low"].notna()], on="span", suffixes=("", "_higher"))
    pairs = pairs[(pairs["high"] < pairs["low_higher"]) & (pairs["voice"] != pairs["voice_higher"])]
    is_day = (pairs["until"] == pairs["until_higher"]) & (pairs["until"] < NEVER)
    is_later_lower = pairs["counting"].isin(["cumulative", "incident"]) & (pairs["until"] > pairs["until_higher"])
    pairs = pairs[(pairs["counting"] == "period") | is_day | is_later_lower]
    below = (pairs["high"] - pairs["value_stated"]).fillna(pairs["high"] - pairs["low"]).fillna(0)
    above = (pairs["value_stated_higher"] - pairs["low_higher"]).fillna(0)
    width = below.where(pairs["high_basis"] == WORDS, 0) + above.where(pairs["low_basis_higher"] == WORDS, 0)
    half = {name: (pairs[f"rounded_to{name}"] / 2).where(pairs[f"rounded_to{name}"] > 1, 0) for name in ("", "_higher")}
    rounding = half[""].where(pairs["high_basis"] == STATED, 0) + half["_higher"].where(
        pairs["low_basis_higher"] == STATED, 0)  # fmt: skip
    gap = pairs["low_higher"] - pairs["high"]
    pairs = pairs.assign(is_word=gap <= width, is_rounding=gap <= rounding)
    pairs["is_neither"] = ~pairs["is_word"] & ~pairs["is_rounding"]
    has_party = pairs["is_party_claim"] | pairs["is_party_claim_higher"]
    found = {}
    for suffix, chosen in {"": True, WITHOUT: ~has_party}.items():
        is_of_range = (pairs[f"is_current{suffix}"] | pairs[f"is_current{suffix}_higher"]) & chosen
        of_span = pairs[is_of_range].groupby("span")
        found[suffix] = pd.DataFrame({
            "is_disputed": of_span["is_neither"].any(), "is_by_convention": of_span["is_word"].all(),
            "is_within_rounding": of_span["is_rounding"].all()})  # fmt: skip
    return found


def ranges_of(reports: pd.DataFrame, read: dict[str, pd.DataFrame], keys: pd.DataFrame) -> pd.DataFrame:
    """Return one row per scope and change day by each convention, with party claims and without."""
    spans, standing = standing_in_spans(reports)
    counted = [*COUNTED, "kind", "incident_id", "period_start_on", "period_end_on"]
    said = reports[counted].loc[spans.pop("report")].set_axis(spans.index)
    found = []
    for convention, by_figure in read.items():
        read_so = read_standing(standing, by_figure, keys)
        ranges, disputed = spans, disputes(read_so)
        for suffix in ("", WITHOUT):
            told = agreed(envelope(read_so, suffix), agreement(read_so, suffix))
            ranges = ranges.join(told.join(disputed[suffix]).add_suffix(suffix))
        found.append(ranges.assign(hedge_convention=convention, **said))
    ranges = pd.concat(found, ignore_index=True)
    flags = {name: ranges[name].eq(True) for name in ranges if name.startswith("is_")}
    counts = {name: ranges[name].fillna(0) for name in ranges if "_count" in name and "agreement" not in name}
    return ranges.assign(**flags, **counts)


def named_bases(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the bases of its bounds by name."""
    names = {name: pd.Categorical.from_codes(table[name].astype(int), BASES) for name in ("low_basis", "high_basis")}
    return table.assign(**names)


def build(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return figures, reports and ranges from figures, documents and the seeds."""
    figures = tables["figures"]
    figures = figures[figures["status"] != "draft"].reset_index(drop=True)
    read = readings(figures, tables["hedges"])
    settled = read[CONVENTION]
    found = scoped(figures, tables)
    keys = reported(found, settled)
    reports = reports_of(found, keys, settled)
    ranges = ranges_of(reports, read, keys)
    first = keys["report"]
    of_report = reports[["is_standing", "superseded_on"]].loc[first].set_axis(first.index)
    documents = found["document_id"]
    figures = found.drop(columns=NOT_WRITTEN).rename(columns={"place_name": "place_stated"}).assign(
        report_id=found["figure_id"].take(first).set_axis(first.index),
        is_relay=documents != documents.take(first).set_axis(first.index), **settled, **of_report)  # fmt: skip
    reports = reports.drop(columns=["voice", "scope", "line"])
    return {"figures": whole(named_bases(figures)), "reports": whole(named_bases(reports)), "ranges": whole(ranges)}


SEEDS = ("hedges", "measures", "sources", "populations", "parties")


def main(source: Path, target: Path, seeds: Path) -> None:
    """Read, build, write."""
    days = {"date_as_object": False}
    names = ("figures", "documents")
    tables = {name: pd.read_parquet(source / f"{name}.parquet", to_pandas_kwargs=days) for name in names}
    tables |= {name: pd.read_csv(seeds / f"{name}.csv") for name in SEEDS}
    target.mkdir(parents=True, exist_ok=True)
    for name, table in build(tables).items():
        table.to_parquet(target / f"{name}.parquet", index=False)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
