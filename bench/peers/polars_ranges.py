"""Facts and ranges in polars: lazy frames and window expressions, planned and run by all cores at once.

    python bench/peers/polars_ranges.py INPUT_FOLDER OUTPUT_FOLDER SEEDS_FOLDER

reads figures.parquet and documents.parquet, writes figures, reports (both by polars_facts.py) and ranges as Parquet.
The rules are those of models/intermediate, models/facts/fct_reports.sql and models/ranges.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.peers.polars_facts import (
    CONVENTIONS,
    COUNTED,
    NAMED,
    READ,
    counting,
    high,
    hull,
    low,
    read_bounds,
    reported,
    reports_of,
    scoped,
    stated,
    until,
)  # fmt: skip

LAG_DAYS = 1
SEEDS = ("hedges", "measures", "sources", "populations", "parties")
WITHOUT = "_without_party_claims"
span, voice, is_party = pl.col("span"), pl.col("voice"), pl.col("is_party_claim")


def standing_in_spans(reports: pl.DataFrame) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Return the spans between change days of each scope, and one row per span and report that stands in it."""
    superseded, first_on = pl.col("superseded_on"), pl.col("first_published_on")
    stands = ~pl.col("is_withdrawn") & ~pl.col("is_share") & (superseded.is_null() | (superseded > first_on))
    reports = reports.lazy().filter(stands)
    days = pl.concat([reports.select("scope", valid_from_on=each) for each in (first_on, superseded)]).drop_nulls()
    spans = days.unique().sort("scope", "valid_from_on").with_row_index("span")
    is_followed = pl.col("scope") == pl.col("scope").shift(-1)
    spans = spans.with_columns(valid_to_on=pl.when(is_followed).then(pl.col("valid_from_on").shift(-1)))
    # A report stands in all spans from its own day to the one before the day on which another took its place.
    place = spans.select("scope", "valid_from_on", "span")
    last = spans.group_by("scope").agg(after_scope=span.max() + 1)

    def is_current(newest: pl.Expr) -> pl.Expr:
        is_new = until >= newest.over("span") - pl.duration(days=LAG_DAYS)
        return until.is_null() | is_new.fill_null(value=False)

    standing = (
        reports.join(place.rename({"span": "start"}), left_on=["scope", "first_published_on"],
                     right_on=["scope", "valid_from_on"])
        .join(place.rename({"span": "stop"}), left_on=["scope", "superseded_on"],
              right_on=["scope", "valid_from_on"], how="left")
        .join(last, on="scope")
        .with_columns(span=pl.int_ranges("start", pl.coalesce("stop", "after_scope"), dtype=pl.UInt32))
        .select("span", "report", "voice", "is_party_claim", "report_id", "counting", "counted_until_on",
        "is_reworded", "rounded_to",
                is_named=~pl.col("voice_id").str.starts_with("unattributed:"))
        .explode("span")
        .with_columns(
            is_shared=pl.len().over("span") > 1, is_current=is_current(until.max()),
            **{f"is_current{WITHOUT}": is_current(pl.when(~is_party).then(until).max())})
    )  # fmt: skip
    return spans, standing


def envelope(said: pl.LazyFrame) -> pl.LazyFrame:
    """Return lowest to highest of each span, how many stand behind it, what is open and what stopped before."""
    # Open below it counts from what was stated, and a source that contradicts itself from least to most.
    from_own, to_own = (pl.when(pl.col(f"{end}_basis") == "stated").then(stated) for end in ("low", "high"))
    from_low, to_high = low.fill_null(pl.min_horizontal(stated, high)), high.fill_null(pl.max_horizontal(low, stated))
    ends = said.with_columns(
        counts_from=pl.min_horizontal(from_low, pl.when(low > high).then(high), from_own),
        counts_to=pl.max_horizontal(to_high, pl.when(low > high).then(low), to_own))  # fmt: skip

    def of(suffix: str) -> dict[str, pl.Expr]:
        is_chosen = ~is_party if suffix else pl.lit(value=True)
        is_now = pl.col(f"is_current{suffix}") & is_chosen
        is_raising = ~pl.col(f"is_current{suffix}") & is_chosen & counting.is_in(["cumulative", "incident"])

        def now(name: str) -> pl.Expr:
            return pl.when(is_now).then(name)

        found = {
            "lowest": now("counts_from").min(), "counts_to": now("counts_to").max(),
            "highest_low": now("low").max(), "lowest_high": now("high").min(),
            "is_open_below": (low.is_null() & is_now).any(), "is_open_above": (high.is_null() & is_now).any(),
            "report_count": is_now.sum(), "source_count": now("voice").drop_nulls().n_unique(),
            "named_source_count": pl.when(is_now & pl.col("is_named")).then("voice").drop_nulls().n_unique(),
            "earlier_source_count": pl.when(is_chosen & ~pl.col(f"is_current{suffix}")).then("voice").drop_nulls()
            .n_unique(),
            "earlier_low": pl.when(is_raising).then("low").max(),
            "counted_from_on": now("counted_until_on").min(), "counted_to_on": now("counted_until_on").max(),
        }  # fmt: skip
        return {name + suffix: each for name, each in found.items()}

    found = ends.group_by("span").agg(**of(""), **of(WITHOUT))
    for suffix in ("", WITHOUT):
        counts_to, earlier = pl.col(f"counts_to{suffix}"), pl.col(f"earlier_low{suffix}")
        is_open = pl.col(f"is_open_above{suffix}") | (earlier > counts_to).fill_null(value=False)
        raised = {f"highest{suffix}": pl.max_horizontal(counts_to, earlier), f"is_open_above{suffix}": is_open}
        found = found.with_columns(**raised).drop(f"counts_to{suffix}")
    return found


def agreement(said: pl.LazyFrame, suffix: str) -> pl.LazyFrame:
    """Return the interval consistent with most sources (Marzullo), of each span of several reports that has one."""
    said = said.filter(pl.col("is_shared") & pl.col(f"is_current{suffix}"))
    said = said.filter(~is_party) if suffix else said
    said = said.select("span", "voice", "low", "high", from_low=low.fill_null(0))
    start, least, most = pl.col("starts_at"), pl.col("agreement_low"), pl.col("agreement_high")
    sources, fitting = pl.col("agreement_source_count"), pl.col("fitting")
    met = (
        said.select("span", starts_at="from_low").unique().join(said, on="span")
        .filter((start >= pl.col("from_low")) & (high.is_null() | (start <= high)))
        .with_columns(
            agreement_low=low.max().over("span", "starts_at"), agreement_high=high.min().over("span", "starts_at"))
    )  # fmt: skip
    # "At least 5" fits 12, and says nothing of it.
    says = (high.is_not_null() | (low == least)) & (low.is_not_null() | (high == most))
    best = (sources == sources.max().over("span")), (fitting == fitting.max().over("span"))
    return (
        met.group_by("span", "starts_at")
        .agg(agreement_low=least.first(), agreement_high=most.first(), fitting=voice.n_unique(),
             agreement_source_count=pl.when(says.fill_null(value=False)).then("voice").drop_nulls().n_unique())
        .filter(best[0]).filter(best[1])
        .with_columns(is_apart=(start.max() > most.min()).over("span").fill_null(value=False))
        .sort("span", most - start, "starts_at", nulls_last=True)
        .unique("span", keep="first", maintain_order=True)
        .filter((sources > 1) & ~pl.col("is_apart"))
        .select("span", pl.col("agreement_low", "agreement_high", "agreement_source_count").name.suffix(suffix))
    )  # fmt: skip


def disputes(said: pl.LazyFrame) -> pl.LazyFrame:
    """Return in which spans two counts cannot both hold, and whether words or rounding alone part them, by policy."""
    said = said.filter("is_shared")
    other = {name: pl.col(f"{name}_higher") for name in ("low", "value_stated", "voice", "low_basis", "is_party_claim",
                                                         "counted_until_on", "rounded_to")}  # fmt: skip
    is_earlier = counting.is_in(["cumulative", "incident"]) & (until > other["counted_until_on"])
    below = pl.coalesce(high - stated, high - low, pl.lit(0))
    above = pl.coalesce(other["value_stated"] - other["low"], pl.lit(0))
    width = (
        pl.when(pl.col("high_basis") == "convention").then(below).otherwise(0)
        + pl.when(other["low_basis"] == "convention").then(above).otherwise(0)
    )  # fmt: skip
    pairs = said.join(said, on="span", suffix="_higher").filter(
        (high < other["low"]) & (voice != other["voice"])
        & ((counting == "period") | (until == other["counted_until_on"]) | is_earlier)
    )  # fmt: skip
    rounding = (
        pl.when((pl.col("high_basis") == "stated") & (pl.col("rounded_to") > 1)).then(pl.col("rounded_to") / 2)
        .otherwise(0.0)
        + pl.when((other["low_basis"] == "stated") & (other["rounded_to"] > 1)).then(other["rounded_to"] / 2)
        .otherwise(0.0)
    )  # fmt: skip
    is_word, is_rounding, found = other["low"] - high <= width, other["low"] - high <= rounding, {}
    for suffix, chosen in {"": pl.lit(value=True), WITHOUT: ~is_party & ~other["is_party_claim"]}.items():
        is_of_range = (pl.col(f"is_current{suffix}") | pl.col(f"is_current{suffix}_higher")) & chosen
        words, rounded = is_word.filter(is_of_range), is_rounding.filter(is_of_range)
        found[f"is_disputed{suffix}"] = (~words & ~rounded).any()
        found[f"is_by_convention{suffix}"] = (words.len() > 0) & words.all()
        found[f"is_within_rounding{suffix}"] = (rounded.len() > 0) & rounded.all()
    return pairs.group_by("span").agg(**found)


def agreed(suffix: str) -> list[pl.Expr]:
    """Return what a range agrees on, where one of its reports stands alone."""
    count, of = pl.col(f"report_count{suffix}"), {name: f"{name}{suffix}" for name in ("highest_low", "lowest_high")}
    meets = ~(pl.col(of["highest_low"]).fill_null(0) > pl.col(of["lowest_high"])).fill_null(value=False)
    # One report alone may be read upside down: then it does not agree with itself.
    alone = {"low": pl.col(of["highest_low"]), "high": pl.col(of["lowest_high"]), "source_count": pl.lit(1)}
    told = {f"agreement_{name}{suffix}": each for name, each in alone.items()}
    return [pl.when((count == 1) & meets).then(each).otherwise(name).alias(name) for name, each in told.items()]


def readings_of(standing: pl.DataFrame, found: pl.DataFrame, suffix: str) -> pl.LazyFrame:
    """Add the reading of each standing report by a convention; what leaves the low open has none."""
    read = found.select(pl.col(name + suffix).alias(name) for name in READ)
    is_told = pl.col("report").is_in(standing.filter("is_reworded")["report"].unique().implode())
    together = hull(found.lazy().filter(is_told), suffix)
    together = together.rename(lambda name: name if name == "report" else f"{name}_together")
    said = standing.hstack(read[standing["report"]]).lazy().join(together, on="report", how="left")
    chosen = [pl.when("is_reworded").then(f"{name}_together").otherwise(name).alias(name) for name in READ]
    is_open = (pl.col("low_basis") == "logical") & ~(low > 0).fill_null(value=False)
    return (
        said.with_columns(chosen)
        .drop(pl.selectors.ends_with("_together"))
        .with_columns(
            low=pl.when(~is_open).then("low"),
            low_basis=pl.when(is_open).then(pl.lit("open")).otherwise("low_basis"),
        )
    )


def ranges_of(reports: pl.DataFrame, found: pl.DataFrame) -> pl.LazyFrame:
    """Return one row per scope and change day by each convention, with party claims and without."""
    spans, standing = pl.collect_all(standing_in_spans(reports))
    # Of the reports of a span the first by its id is the one that tells what is counted.
    shared = standing.lazy().filter("is_shared").sort("report_id").unique("span", keep="first", maintain_order=True)
    alone = standing.lazy().filter(~pl.col("is_shared"))
    stated_by = pl.concat([alone, shared]).select("span", "report").join(spans.lazy(), on="span").collect()
    counted = found.select(*COUNTED, *list(NAMED)[1:]).rename(NAMED, strict=False)
    ranges = stated_by.hstack(counted[stated_by["report"]]).lazy()
    by_convention = []
    for convention in CONVENTIONS:
        said = readings_of(standing, found, "" if convention == CONVENTIONS[0] else f"_{convention}")
        by_convention.append(
            ranges.join(envelope(said), on="span")
            .join(agreement(said, ""), on="span", how="left")
            .join(agreement(said, WITHOUT), on="span", how="left")
            .join(disputes(said), on="span", how="left")
            .with_columns(*agreed(""), *agreed(WITHOUT), hedge_convention=pl.lit(convention))
            .with_columns(pl.selectors.starts_with("is_").fill_null(value=False))
            .drop("span", "report", "scope", pl.selectors.starts_with("highest_low", "lowest_high"))
        )
    return pl.concat(by_convention)


def build(tables: dict[str, pl.LazyFrame]) -> dict[str, pl.DataFrame]:
    """Return figures, reports and ranges from figures, documents and the seeds."""
    read = tables["figures"].filter(pl.col("status") != "draft")
    for convention in CONVENTIONS:
        read = read_bounds(read, tables["hedges"], convention)
    # What is read more than once is worked out once: a lazy plan would start from the files again for each output.
    found = reported(scoped(read, tables)).collect()
    reports = reports_of(found).collect()
    first = found.select(report_id="figure_id", first_document_id="document_id")[found["report"]]
    standing = reports.lazy().select("report", "is_standing", "superseded_on")
    figures = (
        found.hstack(first).lazy().join(standing, on="report")
        .with_columns(is_relay=pl.col("document_id") != pl.col("first_document_id"))
        .rename({"place_name": "place_stated"})
        .drop("first_document_id", "scope_place", "value_coded", "low_coded", "high_coded", "scope_incident_id",
              "scope_start_on", "scope_end_on", "scope_kind", "replaced_on", "row", "scope", "voice", "line", "is_only",
              "is_until_stated", "report", *(f"{name}_{CONVENTIONS[1]}" for name in READ))
    )  # fmt: skip
    figures, ranges = pl.collect_all([figures, ranges_of(reports, found)])
    return {"figures": figures, "reports": reports.drop("report", "scope", "voice", "line"), "ranges": ranges}


def main(source: Path, target: Path, seeds: Path) -> None:
    """Read, build, write."""
    tables = {name: pl.scan_parquet(source / f"{name}.parquet") for name in ("figures", "documents")}
    tables |= {name: pl.scan_csv(seeds / f"{name}.csv") for name in SEEDS}
    target.mkdir(parents=True, exist_ok=True)
    for name, table in build(tables).items():
        table.write_parquet(target / f"{name}.parquet")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
