"""Facts and ranges in polars: lazy frames and window expressions, planned and run by all cores at once.

    python bench/peers/polars_ranges.py INPUT_FOLDER OUTPUT_FOLDER SEEDS_FOLDER

reads figures.parquet and documents.parquet, writes figures, reports and ranges as Parquet. The rules are those of
models/intermediate, models/facts/fct_reports.sql and models/ranges.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

CONVENTION = "literal"
SCOPE = ("episode_id", "measure_id", "population_id", "place_id", "cause_id", "actor_id", "counting")
MOMENT = ["reported_on", "published_on", "told_on", "low", "reading", "document_id", "figure_id"]
FIRST_TOLD = ["published_on", "reported_on", "document_id", "figure_id"]
FIGURES = ["figure_id", "report_id", "voice_id", "scope_id", "low", "value_stated", "high", "is_relay", "is_standing",
           "superseded_on"]  # fmt: skip
REPORTS = ["report_id", "voice_id", "scope_id", "low", "value_stated", "high", "figure_count", "document_count",
           "is_standing", "is_withdrawn", "reported_on", "first_published_on", "last_published_on",
           "superseded_on"]  # fmt: skip
SAID = ["voice_id", "scope_id", "is_withdrawn", "is_share", "is_party", "low", "value_stated", "high"]
WITHOUT = "_without_party_claims"
is_party, low, high, stated = pl.col("is_party"), pl.col("low"), pl.col("high"), pl.col("value_stated")


def read_bounds(figures: pl.LazyFrame, hedges: pl.LazyFrame) -> pl.LazyFrame:
    """Add low, value_stated and high in people, and the share in percent: what the words around a number mean."""
    rules = hedges.filter(pl.col("convention") == CONVENTION).drop("name", "words", "description", "reference")
    read = figures.rename({"low": "low_coded", "high": "high_coded"}).join(rules, on="hedge_id")
    value, is_share = pl.col("value"), pl.col("hedge_id") == "share"

    def bound(end: str) -> pl.Expr:
        percent = pl.when(value >= 1000).then(pl.col(f"{end}_pct_from_1000")).otherwise(pl.col(f"{end}_pct"))
        exact = value * (100 + percent) / 100
        worked_out = (exact.floor() if end == "low" else exact.ceil()) + pl.col(f"{end}_offset")
        said = pl.when(pl.col(f"{end}_basis") != "open").then(pl.coalesce(f"{end}_fixed", worked_out))
        return pl.when(~is_share).then(pl.coalesce(f"{end}_coded", said)).cast(pl.Int64).alias(end)

    people = pl.when(~is_share).then(value).cast(pl.Int64).alias("value_stated")
    share = pl.when(is_share).then(value).alias("share_stated_pct")
    return read.with_columns(bound("low"), people, bound("high"), share, is_share=is_share)


def scoped(read: pl.LazyFrame, documents: pl.LazyFrame, sources: pl.LazyFrame) -> pl.LazyFrame:
    """Add voice, scope, party claim and the day of publication."""
    publisher = pl.col("publisher").replace("", None)
    counting, start, end = pl.col("counting"), pl.col("period_start_on"), pl.col("period_end_on")
    incident = pl.when(counting == "incident").then(pl.col("incident_id").replace("", None))
    scope_start = pl.when((counting != "stock") & incident.is_null()).then(start)
    scope_end = pl.when(incident.is_null()).then(
        pl.when(counting == "period").then(pl.coalesce(end, "reported_on"))
        .when(counting == "incident").then(pl.coalesce(end, start))
    )  # fmt: skip
    parts = [*map(pl.col, SCOPE), scope_start.cast(pl.String), scope_end.cast(pl.String), incident]
    scope = pl.concat_str([part.fill_null("") for part in parts], separator=".")
    return (
        read.join(documents.select("document_id", "publisher", "published_on"), on="document_id")
        .join(sources.select("source_id", "is_party"), on="source_id")
        .with_columns(
            voice_id=pl.when(pl.col("source_id") == "unattributed")
            .then(pl.lit("unattributed:") + pl.coalesce(publisher, "document_id"))
            .otherwise("source_id"),
            is_withdrawn=pl.col("status") == "withdrawn",
            scope_id=scope + pl.when("is_share").then(pl.lit(".share")).otherwise(pl.lit("")),
        )
    )


def reported(found: pl.LazyFrame) -> pl.LazyFrame:
    """Add `report` (a number), report_id and is_relay: equal readings with no other in between are one report."""
    numbers = [
        pl.col(name).cast(pl.String).fill_null("") for name in ("value_stated", "share_stated_pct", "low", "high")
    ]
    # Withdrawn figures line up by themselves, so that they neither interrupt nor supersede what stands.
    line = ["voice_id", "scope_id", "is_withdrawn"]
    lines = found.select(line).unique().with_row_index("line")
    is_new = pl.col("line").ne_missing(pl.col("line").shift()) | pl.col("reading").ne_missing(pl.col("reading").shift())
    numbered = (
        found.join(lines, on=line)
        .with_columns(reading=pl.concat_str([pl.col("hedge_id"), *numbers], separator=" "))
        .with_columns(told_on=pl.col("published_on").min().over("line", "reading"))
        .sort("line", *MOMENT)
        .with_columns(report=is_new.cum_sum())
    )
    first = numbered.sort("report", *FIRST_TOLD).unique("report", keep="first", maintain_order=True)
    names = first.select("report", report_id="figure_id", first_document_id="document_id")
    return numbered.join(names, on="report").with_columns(is_relay=pl.col("document_id") != pl.col("first_document_id"))


def reports_of(found: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per report, with the day on which another took its place."""
    told = found.group_by("report_id", "line").agg(
        figure_count=pl.len(), document_count=pl.col("document_id").n_unique(), reported_on=pl.col("reported_on").min(),
        first_published_on=pl.col("published_on").min(), last_published_on=pl.col("published_on").max())  # fmt: skip
    first = found.filter(pl.col("figure_id") == pl.col("report_id")).select("report_id", *SAID)
    moment = ["line", "reported_on", "first_published_on"]
    first_on, successor = pl.col("first_published_on"), pl.col("successor_on")
    later = pl.col("first_published_on").cum_min(reverse=True).shift(-1).over("line")
    moments = told.select(moment).unique().sort(moment).with_columns(successor_on=later)
    return (
        told.join(first, on="report_id")
        .join(moments, on=moment)
        .with_columns(
            is_standing=successor.is_null() & ~pl.col("is_withdrawn"),
            superseded_on=pl.when(successor.is_not_null()).then(pl.max_horizontal(first_on, successor)),
        )
    )


def standing_in_spans(reports: pl.LazyFrame) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Return the spans between change days of each scope, and one row per span and report that stands in it."""
    superseded, first_on = pl.col("superseded_on"), pl.col("first_published_on")
    stands = ~pl.col("is_withdrawn") & ~pl.col("is_share") & (superseded.is_null() | (superseded > first_on))
    reports = reports.filter(stands)
    days = pl.concat([
        reports.select("scope_id", valid_from_on="first_published_on"),
        reports.select("scope_id", valid_from_on="superseded_on").drop_nulls(),
    ])  # fmt: skip
    spans = (
        days.unique().sort("scope_id", "valid_from_on").with_row_index("span")
        .with_columns(valid_to_on=pl.col("valid_from_on").shift(-1).over("scope_id"))
    )  # fmt: skip
    # A report stands in all spans from its own day to the one before the day on which another took its place.
    place = spans.select("scope_id", "valid_from_on", "span")
    last = spans.group_by("scope_id").agg(after_scope=pl.col("span").max() + 1)
    standing = (
        reports.select("scope_id", "voice_id", "is_party", "low", "value_stated", "high", first_on, superseded)
        .join(place.rename({"span": "start"}), left_on=["scope_id", "first_published_on"],
              right_on=["scope_id", "valid_from_on"])
        .join(place.rename({"span": "stop"}), left_on=["scope_id", "superseded_on"],
              right_on=["scope_id", "valid_from_on"], how="left")
        .join(last, on="scope_id")
        .with_columns(span=pl.int_ranges("start", pl.coalesce("stop", "after_scope"), dtype=pl.UInt32))
        .select("span", "voice_id", "is_party", "low", "value_stated", "high")
        .explode("span")
    )  # fmt: skip
    return spans, standing


def envelope(suffix: str) -> list[pl.Expr]:
    """Return lowest to highest of a span, how many stand behind it, what is open and what is disputed."""
    chosen = ~is_party if suffix else pl.lit(True)
    of = {name: each.filter(chosen) if suffix else each for name, each in
          {"low": low, "high": high, "stated": stated, "voice": pl.col("voice_id")}.items()}  # fmt: skip
    found = {
        "lowest": pl.coalesce(of["low"], of["stated"]).min(),
        "highest": pl.coalesce(of["high"], pl.max_horizontal(of["low"], of["stated"])).max(),
        "source_count": of["voice"].n_unique(),
        "report_count": of["voice"].len(),
        "is_open_below": of["low"].is_null().any(),
        "is_open_above": of["high"].is_null().any(),
        # One report alone may be read upside down, and disputes nothing.
        "is_disputed": (of["voice"].len() > 1)
        & (of["low"].fill_null(0).max() > of["high"].min()).fill_null(value=False),
    }
    return [each.alias(name + suffix) for name, each in found.items()]


def agreement(standing: pl.LazyFrame, suffix: str) -> pl.LazyFrame:
    """Return the interval consistent with most sources (Marzullo), of each span where there is one."""
    said = standing.filter(~is_party) if suffix else standing
    said = said.select("span", "voice_id", "low", "high", from_low=low.fill_null(0))
    met = (
        said.select("span", starts_at="from_low").unique().join(said, on="span")
        .filter((pl.col("starts_at") >= pl.col("from_low")) & (high.is_null() | (pl.col("starts_at") <= high)))
    )  # fmt: skip
    sources, width = pl.col("agreement_source_count"), pl.col("agreement_high") - pl.col("starts_at")
    return (
        met.group_by("span", "starts_at")
        .agg(agreement_low=low.max(), agreement_high=high.min(), agreement_source_count=pl.col("voice_id").n_unique())
        .sort("span", sources, width, "starts_at", descending=[False, True, False, False], nulls_last=True)
        .unique("span", keep="first", maintain_order=True)
        .join(said.group_by("span").agg(alone=pl.len() == 1), on="span")
        .filter((sources > 1) | pl.col("alone"))
        .select("span", pl.col("agreement_low", "agreement_high", "agreement_source_count").name.suffix(suffix))
    )


def ranges_of(reports: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row per scope and change day, with party claims and without."""
    spans, standing = standing_in_spans(reports)
    return (
        spans.join(standing.group_by("span").agg(*envelope(""), *envelope(WITHOUT)), on="span")
        .join(agreement(standing, ""), on="span", how="left")
        .join(agreement(standing, WITHOUT), on="span", how="left")
    )


def build(tables: dict[str, pl.LazyFrame]) -> dict[str, pl.DataFrame]:
    """Return figures, reports and ranges from raw figures and documents and the seeds hedges and sources."""
    chosen = tables["figures"].filter((pl.col("visibility") == "public") & (pl.col("status") != "draft"))
    # What is read more than once is worked out once: a lazy plan would start from the files again for each output.
    found = reported(scoped(read_bounds(chosen, tables["hedges"]), tables["documents"], tables["sources"])).collect()
    reports = reports_of(found.lazy()).collect()
    standing = reports.lazy().select("report_id", "is_standing", "superseded_on")
    figures = found.lazy().join(standing, on="report_id").select(FIGURES)
    wanted = [figures, ranges_of(reports.lazy())]
    figures_found, ranges = pl.collect_all(wanted)
    return {"figures": figures_found, "reports": reports.select(REPORTS), "ranges": ranges}


def main(source: Path, target: Path, seeds: Path) -> None:
    """Read, build, write."""
    tables = {name: pl.scan_parquet(source / f"{name}.parquet") for name in ("figures", "documents")}
    tables |= {name: pl.scan_csv(seeds / f"{name}.csv") for name in ("hedges", "sources")}
    target.mkdir(parents=True, exist_ok=True)
    for name, table in build(tables).items():
        table.write_parquet(target / f"{name}.parquet")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
