"""Figures and reports in polars: lazy frames and window expressions, planned and run by all cores at once.

polars_ranges.py works out the ranges from them. The rules are those of models/intermediate and
models/facts/fct_reports.sql. What a table only passes along is gathered at the end, by the number of its row; and what
most figures are, the only one of their source and scope, is never sorted.
"""

from __future__ import annotations

import polars as pl

# Which figures are one report and what stands is settled by the first; ranges are worked out by each.
CONVENTIONS = ("literal", "acled")
SETTLING_DAYS = 30
FIRST_TOLD = ["published_on", "reported_on", "document_id", "figure_id"]
READ = ["low", "value_stated", "high", "low_basis", "high_basis"]
# What a report takes from the figure that told it first, under these names, and a range from its first report.
NAMED = {"figure_id": "report_id", "scope_incident_id": "incident_id", "scope_start_on": "period_start_on",
         "scope_end_on": "period_end_on", "scope_kind": "kind"}  # fmt: skip
COUNTED = ["scope_id", "episode_id", "measure_id", "unit_id", "population_id", "place_id", "cause_id", "actor_id",
           "counting", "verification", "place_role"]  # fmt: skip
TOLD = [*NAMED, *COUNTED, *READ, "share_low_pct", "share_stated_pct", "share_high_pct", "is_share", "source_id",
        "voice_id", "hedge_id", "dataset_id", "claim_about", "is_party_claim", "is_withdrawn",
        "rounded_to"]  # fmt: skip
row, line, report = pl.col("row"), pl.col("line"), pl.col("report")
low, high, stated = pl.col("low"), pl.col("high"), pl.col("value_stated")
until, counting, is_dataset = pl.col("counted_until_on"), pl.col("counting"), pl.col("dataset_id").is_not_null()


def read_bounds(figures: pl.LazyFrame, hedges: pl.LazyFrame, convention: str) -> pl.LazyFrame:
    """Add what the words around a number mean by a convention: people, or percent where it is a share."""
    value, is_share = pl.col("value_coded"), pl.col("hedge_id") == "share"
    is_of_coder = pl.col("dataset_id").is_null() & pl.col("interval_kind").is_null()
    of_coder = pl.when(is_of_coder).then(pl.lit("override")).otherwise(pl.lit("stated"))
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
    """Add the scope's own event and days, and the day up to which a number counts."""
    start, end, reported_on = pl.col("period_start_on"), pl.col("period_end_on"), pl.col("reported_on")
    is_incident, ended_on = counting == "incident", pl.coalesce("period_end_on", "period_start_on")
    event = ["episode_id", "incident_id", "scope_kind"]
    figures = figures.with_columns(scope_kind=pl.col("kind").replace("register", "count"))
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
    of_kind = pl.col("scope_kind")
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
    scope = pl.when(of_kind != "count").then(scope + "." + of_kind).otherwise(scope)
    scope = scope + ("." + pl.col("place_role")).fill_null("")
    is_news = (pl.col("published_on") > former.fill_null(pl.date(1, 1, 1))).fill_null(value=False)
    return (
        dated(read)
        .join(tables["documents"].rename({"published_on": "document_published_on"}), on="document_id")
        .join(tables["measures"].select("measure_id", "unit_id"), on="measure_id")
        .with_columns(
            speaker_id=pl.coalesce("source_original_id", "source_id"),
            unit_id=pl.when(is_share).then(pl.lit("percent")).otherwise(unit),
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
        end: pl.when(each == "stated")
        .then(0)
        .when(each == "logical")
        .then(1)
        .when(each == "override")
        .then(2)
        .otherwise(3)
        for end, each in basis.items()
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
