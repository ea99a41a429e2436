"""Facts and ranges in polars: lazy frames and window expressions, planned and run by all cores at once.

    python bench/peers/polars_ranges.py INPUT_FOLDER OUTPUT_FOLDER SEEDS_FOLDER

reads figures.parquet and documents.parquet, writes figures, reports and ranges as Parquet. The rules are those of
models/intermediate, models/facts/fct_reports.sql and models/ranges. What a table only passes along is gathered at the
end, by the number of its row; and what most figures are, the only one of their source and scope, is never sorted.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

# Which figures are one report and what stands is settled by the first; ranges are worked out by each.
CONVENTIONS = ("literal", "acled")
SCOPE = ("episode_id", "measure_id", "population_id", "scope_place", "cause_id", "actor_id", "counting")
MOMENT = ["reported_on", "published_on", "told_on", "low", "reading", "document_id", "figure_id"]
FIRST_TOLD = ["published_on", "reported_on", "document_id", "figure_id"]
READ = ["low", "value_stated", "high", "low_basis", "high_basis"]
# What a report takes from the figure that told it first, under these names, and a range from its first report.
NAMED = {"figure_id": "report_id", "scope_incident_id": "incident_id", "scope_start_on": "period_start_on",
         "scope_end_on": "period_end_on"}  # fmt: skip
COUNTED = ["scope_id", "episode_id", "measure_id", "unit_id", "population_id", "place_id", "cause_id", "actor_id",
           "counting"]  # fmt: skip
TOLD = [*NAMED, *COUNTED, *READ, "share_low_pct", "share_stated_pct", "share_high_pct", "is_share", "source_id",
        "voice_id", "hedge_id", "is_party_claim", "is_withdrawn"]  # fmt: skip
WITHOUT = "_without_party_claims"
row, span, line, voice = pl.col("row"), pl.col("span"), pl.col("line"), pl.col("voice")
low, high, stated, is_party = pl.col("low"), pl.col("high"), pl.col("value_stated"), pl.col("is_party_claim")


def read_bounds(figures: pl.LazyFrame, hedges: pl.LazyFrame, convention: str) -> pl.LazyFrame:
    """Add what the words around a number mean by a convention: people, or percent where it is a share."""
    value, is_share = pl.col("value_coded"), pl.col("hedge_id") == "share"
    of_coder = pl.when(pl.col("dataset_id").is_null()).then(pl.lit("override")).otherwise(pl.lit("stated"))
    suffix = "" if convention == CONVENTIONS[0] else f"_{convention}"

    def bound(end: str) -> dict[str, pl.Expr]:
        rule = {name: pl.col(f"{end}_{name}_rule") for name in ("pct", "pct_from_1000", "offset", "fixed", "basis")}
        percent = pl.when(value >= 1000).then(rule["pct_from_1000"]).otherwise(rule["pct"])
        exact = value * (100 + percent) / 100
        worked_out = (exact.floor() if end == "low" else exact.ceil()) + rule["offset"]
        said = pl.when(rule["basis"] != "open").then(pl.coalesce(rule["fixed"], worked_out))
        coded = pl.col(f"{end}_coded")
        is_own = coded.is_not_null() & (pl.col("needs_rule") != "bounds")
        return {
            end: pl.when(~is_share).then(pl.coalesce(coded, said)).cast(pl.Int64),
            f"{end}_basis": pl.when(is_own).then(of_coder).otherwise(rule["basis"]),
            f"share_{end}_pct": pl.when(is_share).then(pl.coalesce(coded, value)),
        }

    people, share = pl.when(~is_share).then(value).cast(pl.Int64), pl.when(is_share).then(value)
    read = bound("low") | bound("high") | {"value_stated": people, "share_stated_pct": share, "is_share": is_share}
    chosen = read if not suffix else {name: read[name] for name in READ}
    rules = hedges.filter(pl.col("convention") == convention)
    rules = rules.rename(lambda name: name if name == "hedge_id" else f"{name}_rule")
    return (
        figures.join(rules, on="hedge_id", how="left", maintain_order="left")
        .with_columns(**{name + suffix: each for name, each in chosen.items()})
        .drop(pl.selectors.ends_with("_rule"))
    )


def scoped(read: pl.LazyFrame, tables: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Add voice, scope, unit, party claim, the total that may be named and what the document says."""
    counting, start, end = pl.col("counting"), pl.col("period_start_on"), pl.col("period_end_on")
    is_stock_of_day = (counting == "stock") & (start == end)
    placed = {
        "scope_incident_id": pl.when(counting == "incident").then("incident_id"),
        "scope_start_on": pl.when((counting != "stock") | is_stock_of_day).then(start),
        "scope_end_on": pl.when(counting == "period").then(pl.coalesce(end, "reported_on"))
        .when(counting == "incident").then(pl.coalesce(end, start)).when(is_stock_of_day).then(end),
    }  # fmt: skip
    incident, is_share = pl.col("scope_incident_id"), pl.col("is_share")
    days = [pl.when(incident.is_null()).then(pl.col(f"scope_{end}_on")).cast(pl.String) for end in ("start", "end")]
    scope = pl.concat_str([part.fill_null("") for part in (*map(pl.col, SCOPE), *days, incident)], separator=".")
    return (
        read.join(tables["documents"].rename({"published_on": "document_published_on"}), on="document_id")
        .join(tables["sources"].select("source_id", is_party_claim="is_party"), on="source_id")
        .join(tables["measures"].select("measure_id", "unit_id"), on="measure_id")
        .with_columns(**placed)
        .with_columns(
            voice_id=pl.when(pl.col("source_id") != "unattributed").then("source_id")
            .otherwise("unattributed:" + pl.coalesce("publisher", "document_id")),
            scope_id=pl.when(is_share).then(scope + ".share").otherwise(scope),
            unit_id=pl.when(is_share).then(pl.lit("percent")).otherwise("unit_id"),
            part_of=pl.when(pl.col("part_of").is_in(pl.col("figure_id").implode())).then("part_of"),
            is_withdrawn=pl.col("status") == "withdrawn",
            published_on=pl.coalesce("published_on", "document_published_on"),
        )
    )  # fmt: skip


def reported(found: pl.LazyFrame) -> pl.LazyFrame:
    """Add row, scope, voice and line as numbers, and `report`: the row of the figure that told the report first.

    Equal readings of a line with no other in between are one report.
    """
    keys = {name: pl.col(f"{name}_id").cast(pl.Categorical).to_physical() for name in ("scope", "voice")}
    # Withdrawn figures line up by themselves, so that they neither interrupt nor supersede what stands.
    numbered = (
        found.with_row_index("row")
        .with_columns(**keys)
        .with_columns(line=row.first().over("scope", "voice", "is_withdrawn"))
    )
    numbers = pl.col("value_stated", "share_stated_pct", "low", "high").cast(pl.String).fill_null("")
    is_new = line.ne_missing(line.shift()) | pl.col("reading").ne_missing(pl.col("reading").shift())
    told = (
        numbered.filter(pl.len().over("line") > 1)
        .select("row", "line", "low", "reported_on", "published_on", "document_id", "figure_id",
                reading=pl.concat_str("hedge_id", numbers, separator=" "))
        .with_columns(told_on=pl.col("published_on").min().over("line", "reading"))
        .sort("line", *MOMENT)
        .with_columns(report=is_new.cum_sum())
        .sort("report", *FIRST_TOLD)
        .select("row", report=row.first().over("report"))
    )  # fmt: skip
    found = numbered.join(told, on="row", how="left", maintain_order="left")
    return found.with_columns(report=pl.coalesce("report", "row"))


def later_reports(reports: pl.LazyFrame) -> pl.LazyFrame:
    """Return the first day on which a later report of the line could be read, by moment of it."""
    moment = ["line", "reported_on", "first_published_on"]
    later = pl.col("first_published_on").cum_min(reverse=True).shift(-1).over("line")
    shared = reports.filter(pl.len().over("line") > 1)
    return shared.select(moment).unique().sort(moment).with_columns(later_on=later).drop_nulls()


def reports_of(found: pl.DataFrame) -> pl.LazyFrame:
    """Return one row per report by the row of its first figure, with the day on which another took its place."""
    replaced_on, first_on = pl.col("replaced_on"), pl.col("first_published_on")
    told = found.lazy().group_by("report").agg(
        figure_count=pl.len(), reported_on=pl.col("reported_on").min(), first_published_on=pl.col("published_on").min(),
        last_published_on=pl.col("published_on").max(), replaced_on=replaced_on.max(),
        replaced_count=replaced_on.count())  # fmt: skip
    retold = found.lazy().join(found.lazy().filter(row != pl.col("report")), on="report", how="semi")
    documents = retold.unique(["report", "document_id"]).group_by("report").agg(document_count=pl.len())
    first = found.lazy().select("row", "scope", "voice", "line", *TOLD).rename(NAMED)
    reports = told.join(first, left_on="report", right_on="row").join(documents, on="report", how="left")
    # A release takes the place of all of the one before.
    replaced = pl.when(pl.col("replaced_count") == pl.col("figure_count")).then(replaced_on)
    successor = pl.col("successor_on")
    return (
        reports.join(later_reports(reports), on=["line", "reported_on", "first_published_on"], how="left")
        .with_columns(successor_on=pl.min_horizontal("later_on", replaced))
        .with_columns(
            document_count=pl.col("document_count").fill_null(1),
            is_standing=successor.is_null() & ~pl.col("is_withdrawn"),
            superseded_on=pl.when(successor.is_not_null()).then(pl.max_horizontal(first_on, successor)),
        )
        .drop("replaced_on", "replaced_count", "later_on", "successor_on")
    )


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
    standing = (
        reports.join(place.rename({"span": "start"}), left_on=["scope", "first_published_on"],
                     right_on=["scope", "valid_from_on"])
        .join(place.rename({"span": "stop"}), left_on=["scope", "superseded_on"],
              right_on=["scope", "valid_from_on"], how="left")
        .join(last, on="scope")
        .with_columns(span=pl.int_ranges("start", pl.coalesce("stop", "after_scope"), dtype=pl.UInt32))
        .select("span", "report", "voice", "is_party_claim", "report_id")
        .explode("span")
        .with_columns(is_shared=pl.len().over("span") > 1)
    )  # fmt: skip
    return spans, standing


def envelope(said: pl.LazyFrame) -> pl.LazyFrame:
    """Return lowest to highest of each span, how many stand behind it, what is open and what is disputed."""
    # Open below it counts from what was stated, and a source that contradicts itself from least to most.
    from_own, to_own = (pl.when(pl.col(f"{end}_basis") == "stated").then(stated) for end in ("low", "high"))
    to_stated = high.fill_null(pl.max_horizontal(low, stated))
    ends = said.with_columns(
        counts_from=pl.min_horizontal(pl.coalesce(low, stated), pl.when(low > high).then(high), from_own),
        counts_to=pl.max_horizontal(to_stated, pl.when(low > high).then(low), to_own))  # fmt: skip

    def of(suffix: str) -> dict[str, pl.Expr]:
        is_chosen = ~is_party if suffix else pl.lit(value=True)
        names = ("low", "high", "counts_from", "counts_to")
        each = {name: pl.when(is_chosen).then(name) if suffix else pl.col(name) for name in names}
        found = {
            "lowest": each["counts_from"].min(), "highest": each["counts_to"].max(),
            "highest_low": each["low"].max(), "lowest_high": each["high"].min(),
            "is_open_below": (low.is_null() & is_chosen).any(), "is_open_above": (high.is_null() & is_chosen).any(),
            "report_count": is_chosen.sum() if suffix else pl.len(),
        }  # fmt: skip
        return {name + suffix: each for name, each in found.items()}

    # A voice is a party to the war or is none.
    voices = said.filter("is_shared").unique(["span", "voice"]).group_by("span")
    voices = voices.agg(source_count=pl.len(), **{f"source_count{WITHOUT}": (~is_party).sum()})
    found = ends.group_by("span").agg(**of(""), **of(WITHOUT)).join(voices, on="span", how="left")
    counts = {f"source_count{suffix}": f"report_count{suffix}" for suffix in ("", WITHOUT)}
    return found.with_columns(pl.col(voices).fill_null(pl.col(reports)) for voices, reports in counts.items())


def agreement(said: pl.LazyFrame, suffix: str) -> pl.LazyFrame:
    """Return the interval consistent with most sources (Marzullo), of each span of several reports that has one."""
    said = said.filter(~is_party & pl.col("is_shared")) if suffix else said.filter("is_shared")
    said = said.select("span", "voice", "low", "high", from_low=low.fill_null(0))
    met = (
        said.select("span", starts_at="from_low").unique().join(said, on="span")
        .filter((pl.col("starts_at") >= pl.col("from_low")) & (high.is_null() | (pl.col("starts_at") <= high)))
    )  # fmt: skip
    sources, width = pl.col("agreement_source_count"), pl.col("agreement_high") - pl.col("starts_at")
    return (
        met.group_by("span", "starts_at")
        .agg(agreement_low=low.max(), agreement_high=high.min(), agreement_source_count=voice.n_unique())
        .filter(sources > 1)
        .sort("span", sources, width, "starts_at", descending=[False, True, False, False], nulls_last=True)
        .unique("span", keep="first", maintain_order=True)
        .select("span", pl.col("agreement_low", "agreement_high", "agreement_source_count").name.suffix(suffix))
    )


def settled(suffix: str) -> list[pl.Expr]:
    """Return what is disputed in a span, and what it agrees on, where one report stands alone."""
    count, of = pl.col(f"report_count{suffix}"), {name: f"{name}{suffix}" for name in ("highest_low", "lowest_high")}
    meets = ~(pl.col(of["highest_low"]).fill_null(0) > pl.col(of["lowest_high"])).fill_null(value=False)
    # One report alone may be read upside down, and disputes nothing; nor does it agree with itself.
    alone = {"low": pl.col(of["highest_low"]), "high": pl.col(of["lowest_high"]), "source_count": pl.lit(1)}
    agreed = {f"agreement_{name}{suffix}": each for name, each in alone.items()}
    agreements = [pl.when((count == 1) & meets).then(each).otherwise(name).alias(name) for name, each in agreed.items()]
    return [((count > 1) & ~meets).alias(f"is_disputed{suffix}"), *agreements]


def ranges_of(reports: pl.DataFrame, found: pl.DataFrame) -> pl.LazyFrame:
    """Return one row per scope and change day by each convention, with party claims and without."""
    spans, standing = pl.collect_all(standing_in_spans(reports))
    # Of the reports of a span the first by its id is the one that tells what is counted.
    shared = standing.lazy().filter("is_shared").sort("report_id").unique("span", keep="first", maintain_order=True)
    alone = standing.lazy().filter(~pl.col("is_shared"))
    told_by = pl.concat([alone, shared]).select("span", "report").join(spans.lazy(), on="span").collect()
    counted = found.select(*COUNTED, *list(NAMED)[1:]).rename(NAMED, strict=False)
    ranges = told_by.hstack(counted[told_by["report"]]).lazy()
    by_convention = []
    for convention in CONVENTIONS:
        suffix = "" if convention == CONVENTIONS[0] else f"_{convention}"
        read = found.select(pl.col(name + suffix).alias(name) for name in READ)
        said = standing.hstack(read[standing["report"]]).lazy()
        by_convention.append(
            ranges.join(envelope(said), on="span")
            .join(agreement(said, ""), on="span", how="left")
            .join(agreement(said, WITHOUT), on="span", how="left")
            .with_columns(*settled(""), *settled(WITHOUT), hedge_convention=pl.lit(convention))
            .drop("span", "report", "scope", pl.selectors.starts_with("highest_low", "lowest_high"))
        )
    return pl.concat(by_convention)


def build(tables: dict[str, pl.LazyFrame]) -> dict[str, pl.DataFrame]:
    """Return figures, reports and ranges from figures, documents and the seeds hedges, measures and sources."""
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
              "scope_start_on", "scope_end_on", "replaced_on", "document_published_on", "row", "scope", "voice", "line",
              "report", *(f"{name}_{CONVENTIONS[1]}" for name in READ))
    )  # fmt: skip
    figures, ranges = pl.collect_all([figures, ranges_of(reports, found)])
    return {"figures": figures, "reports": reports.drop("report", "scope", "voice", "line"), "ranges": ranges}


def main(source: Path, target: Path, seeds: Path) -> None:
    """Read, build, write."""
    tables = {name: pl.scan_parquet(source / f"{name}.parquet") for name in ("figures", "documents")}
    tables |= {name: pl.scan_csv(seeds / f"{name}.csv") for name in ("hedges", "measures", "sources")}
    target.mkdir(parents=True, exist_ok=True)
    for name, table in build(tables).items():
        table.write_parquet(target / f"{name}.parquet")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
