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
SETTLING_DAYS, LAG_DAYS = 30, 1
FIRST_TOLD = ["published_on", "reported_on", "document_id", "figure_id"]
READ = ["low", "value_stated", "high", "low_basis", "high_basis"]
# What a report takes from the figure that told it first, under these names, and a range from its first report.
NAMED = {"figure_id": "report_id", "scope_incident_id": "incident_id", "scope_start_on": "period_start_on",
         "scope_end_on": "period_end_on"}  # fmt: skip
COUNTED = ["scope_id", "episode_id", "measure_id", "unit_id", "population_id", "place_id", "cause_id", "actor_id",
           "counting", "verification"]  # fmt: skip
TOLD = [*NAMED, *COUNTED, *READ, "share_low_pct", "share_stated_pct", "share_high_pct", "is_share", "source_id",
        "voice_id", "hedge_id", "dataset_id", "claim_about", "is_party_claim", "is_withdrawn"]  # fmt: skip
SEEDS = ("hedges", "measures", "sources", "populations", "parties")
WITHOUT = "_without_party_claims"
row, span, line, voice, report = (pl.col(name) for name in ("row", "span", "line", "voice", "report"))
low, high, stated, is_party = pl.col("low"), pl.col("high"), pl.col("value_stated"), pl.col("is_party_claim")
until, counting, is_dataset = pl.col("counted_until_on"), pl.col("counting"), pl.col("dataset_id").is_not_null()


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


def chains(tree: pl.DataFrame, key: str) -> list[tuple[str, str, int]]:
    """Return for each node of a tree all it lies within and how far above, itself first."""
    above = dict(tree.select(key, "parent_id").iter_rows())
    found = []
    for node, parent in above.items():
        chain, at = [node], parent
        while at in above and at not in chain:
            chain.append(at)
            at = above[at]
        found += [(node, each, steps) for steps, each in enumerate(chain)]
    return found


def heads(sources: pl.DataFrame) -> pl.LazyFrame:
    """Return the head of each source's family, which speaks for it."""
    found = pl.DataFrame(chains(sources, "source_id"), schema=["speaker_id", "family_id", "steps"], orient="row")
    return found.lazy().sort("steps").unique("speaker_id", keep="last", maintain_order=True).drop("steps")


def sides(tables: dict[str, pl.LazyFrame], dimension: str, member: str) -> pl.LazyFrame:
    """Return who is on which side of an episode; a group within one of a side is on it."""
    found = tables["parties"].filter(dimension=dimension).select("episode_id", "member_id", side="side")
    if dimension == "population":
        within = chains(tables["populations"].collect(), "population_id")
        tree = pl.DataFrame(within, schema=["group", "member_id", "steps"], orient="row").lazy()
        found = found.join(tree, on="member_id").sort("steps", "side")
        found = found.unique(["episode_id", "group"], keep="first", maintain_order=True)
        found = found.select("episode_id", "side", member_id="group")
    return found.select("episode_id", pl.col("member_id").alias(member), pl.col("side").alias(f"{dimension}_side"))


def dated(figures: pl.LazyFrame) -> pl.LazyFrame:
    """Add the scope's own event and days, and the day up to which a number counts: an event's toll rises for a while."""
    start, end, reported_on = pl.col("period_start_on"), pl.col("period_end_on"), pl.col("reported_on")
    is_incident, ended_on = counting == "incident", pl.coalesce("period_end_on", "period_start_on")
    event = ["episode_id", "incident_id"]
    is_told = ~is_dataset & is_incident & pl.col("incident_id").is_not_null() & (pl.col("status") != "withdrawn")
    events = figures.filter(is_told).group_by(event).agg(event_ended_on=ended_on.max())
    is_stock_of_day = ((counting == "stock") & is_dataset & (start == end)).fill_null(value=False)
    of_event = pl.when(~is_dataset).then("event_ended_on")
    settled_on = pl.coalesce(of_event, ended_on) + pl.duration(days=SETTLING_DAYS)
    is_running = counting.is_in(["cumulative", "stock"])
    return figures.join(events, on=event, how="left").with_columns(
        scope_incident_id=pl.when(is_incident).then("incident_id"),
        scope_start_on=pl.when((counting != "stock") | is_stock_of_day).then(start),
        scope_end_on=pl.when(counting == "period").then(pl.coalesce(end, reported_on))
        .when(is_incident).then(ended_on).when(is_stock_of_day).then(end),
        counted_until_on=pl.when(is_running).then(pl.coalesce(end, reported_on))
        .when(is_incident).then(pl.min_horizontal(reported_on, settled_on.cast(pl.Date))),
        is_until_stated=is_running & end.is_not_null() | (pl.col("reported_on_basis") == "stated"),
    ).drop("event_ended_on")  # fmt: skip


def scoped(read: pl.LazyFrame, tables: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Add voice, scope, unit, day counted to, party claim, the total that may be named and what the document says."""
    sources = tables["sources"]
    speaker, is_share, incident = pl.col("speaker_id"), pl.col("is_share"), pl.col("scope_incident_id")
    is_nobody, unit, graded = speaker == "unattributed", pl.col("unit_id"), pl.col("verification")
    former, own = pl.col("previous_published_on"), pl.col("source_side")
    struck = pl.coalesce("population_side", pl.when(unit != "people").then("actor_side"))
    place, cause, actor, start, end = (
        pl.when(incident.is_null()).then(pl.col(name).cast(pl.String))
        for name in ("scope_place", "cause_id", "actor_id", "scope_start_on", "scope_end_on")
    )
    parts = ("episode_id", "measure_id", "population_id", place, cause, actor, "counting", start, end, incident)
    columns = [pl.col(part) if isinstance(part, str) else part for part in parts]
    scope = pl.concat_str([each.fill_null("") for each in columns], separator=".")
    scope = pl.when(graded != "reported").then(scope + "." + graded).otherwise(scope)
    is_news = (pl.col("published_on") > former.fill_null(pl.date(1, 1, 1))).fill_null(value=False)
    return (
        dated(read)
        .join(tables["documents"].rename({"published_on": "document_published_on"}), on="document_id")
        .join(sources.select("source_id", "verification"), on="source_id")
        .join(tables["measures"].select("measure_id", "unit_id"), on="measure_id")
        .with_columns(
            speaker_id=pl.coalesce("source_original_id", "source_id"),
            unit_id=pl.when(is_share).then(pl.lit("percent")).otherwise(unit),
            verification=graded.fill_null("reported"),
        )
        .join(sources.select(speaker_id="source_id", said_by="name"), on="speaker_id")
        .join(heads(sources.collect()), on="speaker_id")
        .join(sides(tables, "source", "speaker_id"), on=["episode_id", "speaker_id"], how="left")
        .join(sides(tables, "population", "population_id"), on=["episode_id", "population_id"], how="left")
        .join(sides(tables, "actor", "actor_id"), on=["episode_id", "actor_id"], how="left")
        .with_columns(
            voice_id=pl.when(is_nobody).then("unattributed:" + pl.coalesce("agency", "publisher", "document_id"))
            .otherwise("family_id"),
            speaker_name=pl.when(~is_nobody).then("said_by").otherwise("Unattributed, in " + pl.coalesce(
                "a report of " + pl.col("agency"), "publisher", "document " + pl.col("document_id"))),
            scope_id=pl.when(is_share).then(scope + ".share").otherwise(scope),
            part_of=pl.when(pl.col("part_of").is_in(pl.col("figure_id").implode())).then("part_of"),
            claim_about=pl.when(own.is_null()).then(None).when(struck == own).then(pl.lit("own"))
            .when(struck != own).then(pl.lit("enemy")).otherwise(pl.lit("others")),
            is_party_claim=own.is_not_null(),
            is_withdrawn=pl.col("status") == "withdrawn",
            is_retracted=pl.col("retracted_on").is_not_null(),
            # What is told of a day that the release before could have told is news of this one.
            published_on=pl.when(is_news).then("published_on").otherwise("document_published_on"),
        )
        .drop("speaker_id", "said_by", "family_id", "source_side", "population_side", "actor_side",
              "previous_published_on", "document_published_on")
    )  # fmt: skip


def is_held() -> pl.Expr:
    """Whether a reading and the one before it in its line name the same value, or one of them holds the other."""
    former = {name: pl.col(name).shift() for name in ("low", "value_stated", "high")}
    before, after = former["low"].fill_null(-1), low.fill_null(-1)
    holds = (after <= before) & (high.is_null() | (high >= former["high"]).fill_null(value=False))
    is_within = (after >= before) & (former["high"].is_null() | (high <= former["high"]).fill_null(value=False))
    return (stated == former["value_stated"]).fill_null(value=False) | holds | is_within


def reported(found: pl.LazyFrame) -> pl.LazyFrame:
    """Add row, scope, voice and line as numbers, and `report`: the row of the figure that told the report first.

    One statement: the same number to the same day, or repeated where no later day is stated; to one day also a number
    in other words, or a fuller statement, where one reading holds the other.
    """
    keys = {name: pl.col(f"{name}_id").cast(pl.Categorical).to_physical() for name in ("scope", "voice")}
    # Withdrawn figures line up by themselves, so that they neither interrupt nor supersede what stands.
    numbered = (
        found.with_row_index("row")
        .with_columns(**keys)
        .with_columns(line=row.first().over("scope", "voice", "is_withdrawn"))
        .with_columns(is_only=pl.len().over("line") == 1)
    )
    numbers = pl.col("value_stated", "share_stated_pct", "low", "high").cast(pl.String).fill_null("")
    published_on, reading, is_said = pl.col("published_on"), pl.col("reading"), pl.col("is_until_stated")
    order = {
        "line": None, "event_on": False, "counted_until_on": True, "is_guessed": False, "reported_on": False,
        "reported_at": False, "released_on": True, "low": False, "high": True, "reading": False,
        "published_on": False, "document_id": False, "figure_id": False,
    }  # fmt: skip
    is_day = until.eq_missing(until.shift())
    is_same = reading == reading.shift()
    joins = is_same & (is_day | ~is_said) | is_day & ~is_dataset & ~pl.col("is_share") & is_held()
    is_new = line.ne_missing(line.shift()) | ~joins.fill_null(value=False)
    told = (
        numbered.filter(~pl.col("is_only"))
        .with_columns(
            reading=pl.concat_str(numbers, separator=" "), is_guessed=~is_said,
            released_on=pl.when(is_dataset).then(published_on),
            event_on=pl.when(is_dataset & pl.col("scope_incident_id").is_not_null()).then(published_on))
        .sort(*order, nulls_last=[bool(last) for last in order.values()])
        .with_columns(report=is_new.cum_sum())
        .sort("report", *FIRST_TOLD)
        .select("row", report=row.first().over("report"))
    )  # fmt: skip
    found = numbered.join(told, on="row", how="left", maintain_order="left")
    return found.with_columns(report=pl.coalesce("report", "row"))


def hull(found: pl.LazyFrame, suffix: str = "") -> pl.LazyFrame:
    """Return what the figures of each report say together: from the least to the most."""
    own = {name: pl.col(f"{name}{suffix}") for name in READ}
    basis = {end: own[f"{end}_basis"] for end in ("low", "high")}
    # Of two words for one end the firmer says what it rests on.
    loose = {
        end: pl.when(each == "stated").then(0).when(each == "logical").then(1).when(each == "override").then(2)
        .otherwise(3) for end, each in basis.items()
    }
    # "At most 15,000" adds nothing to a fuller statement; words that leave the high open keep it open.
    told = pl.when((basis["low"] != "logical") | (own["low"] > 0)).then(own["low"])
    by_low, by_high = 4 * told + loose["low"], 4 * own["high"] - loose["high"]
    is_closed, value = own["high"].is_not_null().all(), own["value_stated"]
    is_one = value.is_not_null().all() & (value.min() == value.max())
    return found.group_by("report").agg(
        low=pl.coalesce(told.min(), own["low"].min()),
        value_stated=pl.when(is_one).then(value.min()),
        high=pl.when(is_closed).then(own["high"].max()),
        low_basis=pl.coalesce(basis["low"].filter(by_low == by_low.min()).first(), basis["low"].min()),
        high_basis=pl.when(is_closed).then(basis["high"].filter(by_high == by_high.max()).first())
        .otherwise(pl.lit("open")),
    )  # fmt: skip


def successors(reports: pl.LazyFrame) -> pl.LazyFrame:
    """Return the first day on which a later report of the line took a report's place, by report."""
    first_on, is_replaced, hour = pl.col("first_published_on"), pl.col("replaced_on").is_not_null(), pl.col("hour")
    is_event = is_dataset & pl.col("incident_id").is_not_null()
    of_day = ["line", "counted_until_on", "reported_on"]
    moment = ["line", "event_on", "counted_until_on", "reported_on", "hour"]
    told = reports.filter(~pl.col("is_only")).with_columns(
        event_on=pl.when(is_event).then(first_on).otherwise(pl.date(1, 1, 1)),
        # Without hours, numbers of one day have no order.
        hour=pl.when(pl.col("reported_at").is_not_null().all().over(of_day)).then("reported_at"),
        is_replaced=is_replaced,
    ).with_columns(until.fill_null(pl.date(9999, 1, 1)), hour.fill_null(pl.datetime(9999, 1, 1)))  # fmt: skip
    moments = told.group_by(moment).agg(first_on=first_on.min(), is_dropped=pl.col("is_replaced").all())
    # Where the newest release dropped the last numbers, they take the place of what it dropped too, of nothing else.
    is_followed = ~pl.col("is_dropped").cast(pl.Int8).cum_min(reverse=True).over("line").cast(pl.Boolean)
    later = pl.col("first_on").cum_min(reverse=True).shift(-1).over("line")
    followed = pl.when(is_followed).then("first_on")
    # Its minimum over what comes later: nothing before the first that is there, so filled backwards after.
    moments = moments.sort(moment).with_columns(followed=followed).with_columns(
        later_on=later,
        followed_on=pl.col("followed").cum_min(reverse=True).backward_fill().shift(-1).over("line"),
    )  # fmt: skip
    taken = pl.min_horizontal("followed_on", pl.when("is_replaced").then("later_on"))
    return told.join(moments.drop("is_dropped", "first_on", "followed"), on=moment).select("report", taken_on=taken)


def reports_of(found: pl.DataFrame) -> pl.LazyFrame:
    """Return one row per report by the row of its first figure, with the day on which another took its place."""
    replaced_on, first_on, hours = pl.col("replaced_on"), pl.col("first_published_on"), pl.col("reported_at")
    told = found.lazy().group_by("report").agg(
        figure_count=pl.len(), counted_until_on=until.min(), reported_on=pl.col("reported_on").min(),
        reported_at=pl.when(hours.is_not_null().all()).then(hours.min()),
        first_published_on=pl.col("published_on").min(), last_published_on=pl.col("published_on").max(),
        retracted_on=pl.col("retracted_on").min(),
        # A release takes the place of all of the one before.
        replaced_on=pl.when(replaced_on.is_not_null().all()).then(replaced_on.max()),
        is_reworded=(low.fill_null(-1).n_unique() > 1) | (high.fill_null(-1).n_unique() > 1))  # fmt: skip
    retold = found.lazy().filter(~pl.col("is_only"))
    documents = retold.unique(["report", "document_id"]).group_by("report").agg(document_count=pl.len())
    first = found.lazy().select("row", "scope", "voice", "line", "is_only", *TOLD).rename(NAMED)
    together = hull(retold).rename(lambda name: name if name == "report" else f"{name}_together")
    reports = (
        told.join(first, left_on="report", right_on="row")
        .join(documents, on="report", how="left")
        .join(together, on="report", how="left")
        .with_columns(
            pl.when(pl.col("low_basis_together").is_null()).then(name).otherwise(f"{name}_together").alias(name)
            for name in READ
        )
        .drop(pl.selectors.ends_with("_together"))
    )
    successor = pl.col("successor_on")
    return (
        reports.join(successors(reports), on="report", how="left")
        .with_columns(successor_on=pl.min_horizontal("taken_on", "replaced_on", "retracted_on"))
        .with_columns(
            document_count=pl.col("document_count").fill_null(1),
            is_standing=successor.is_null() & ~pl.col("is_withdrawn"),
            is_retracted=pl.col("retracted_on").is_not_null(),
            superseded_on=pl.when(successor.is_not_null()).then(pl.max_horizontal(first_on, successor)),
        )
        .drop("replaced_on", "retracted_on", "taken_on", "successor_on", "is_only")
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
        .select("span", "report", "voice", "is_party_claim", "report_id", "counting", "counted_until_on", "is_reworded",
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
    """Return in which spans two counts cannot both hold, and whether vague words alone part them, for both policies."""
    said = said.filter("is_shared")
    other = {name: pl.col(f"{name}_higher") for name in ("low", "value_stated", "voice", "low_basis", "is_party_claim",
                                                         "counted_until_on")}  # fmt: skip
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
    is_word, found = other["low"] - high <= width, {}
    for suffix, chosen in {"": pl.lit(value=True), WITHOUT: ~is_party & ~other["is_party_claim"]}.items():
        is_of_range = (pl.col(f"is_current{suffix}") | pl.col(f"is_current{suffix}_higher")) & chosen
        words = is_word.filter(is_of_range)
        found[f"is_disputed{suffix}"] = (~words).any()
        found[f"is_by_convention{suffix}"] = (words.len() > 0) & words.all()
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
    told_by = pl.concat([alone, shared]).select("span", "report").join(spans.lazy(), on="span").collect()
    counted = found.select(*COUNTED, *list(NAMED)[1:]).rename(NAMED, strict=False)
    ranges = told_by.hstack(counted[told_by["report"]]).lazy()
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
              "scope_start_on", "scope_end_on", "replaced_on", "row", "scope", "voice", "line", "is_only",
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
