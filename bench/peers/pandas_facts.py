"""Figures and reports in pandas: whole columns at a time, numbers instead of text keys, no row loops.

pandas_ranges.py works out the ranges from them. The rules are those of models/intermediate and
models/facts/fct_reports.sql. What a table only passes along is taken at the end, by the number of its row; and what
most figures are, the only one of their source and scope, is never sorted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

# Which figures are one report and what stands is settled by this one; ranges are worked out by each.
CONVENTION = "literal"
SETTLING_DAYS = 30
BASES = ["stated", "override", "logical", "convention", "open"]
LOOSENESS = np.array([0, 2, 1, 3, 3])
STATED, LOGICAL, WORDS, OPEN = map(BASES.index, ("stated", "logical", "convention", "open"))
FIRST_TOLD = ["published_on", "reported_on", "document_id", "figure_id"]
# What a report takes from the figure that told it first, under these names, and a range from its first report.
NAMED = {"figure_id": "report_id", "scope_incident_id": "incident_id", "scope_start_on": "period_start_on",
         "scope_end_on": "period_end_on", "scope_kind": "kind"}  # fmt: skip
COUNTED = ["scope_id", "episode_id", "measure_id", "unit_id", "population_id", "place_id", "cause_id", "actor_id",
           "counting", "verification", "place_role"]  # fmt: skip
TOLD = [*NAMED, *COUNTED, "source_id", "voice_id", "hedge_id", "dataset_id", "claim_about", "is_party_claim",
        "is_withdrawn", "rounded_to"]  # fmt: skip
NOT_WRITTEN = ["scope_place", "scope_kind", "value_coded", "low_coded", "high_coded", "scope_incident_id",
"scope_start_on",
               "scope_end_on", "replaced_on", "is_until_stated"]  # fmt: skip
PEOPLE = ["low", "value_stated", "high", "low_basis", "high_basis"]
# Days are counted from the year 1, so that a scope and a day of it are one number.
YEAR_1, NEVER, LAST_HOUR = 719_163, (1 << 22) - 1, 1 << 60


def read_bounds(figures: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return what the words around a number mean by one convention: people, or percent where it is a share."""
    of_hedge = rules.index.get_indexer(figures["hedge_id"])
    rule = {name: rules[name].to_numpy()[of_hedge] for name in rules.columns}
    value = figures["value_coded"].to_numpy()
    is_large, is_share = value >= 1000, rule["is_share"]
    is_of_coder = figures["dataset_id"].isna() & figures["interval_kind"].isna()
    of_coder = np.where(is_of_coder, BASES.index("override"), BASES.index("stated"))
    read = {"is_share": is_share, "value_stated": np.where(is_share, np.nan, value)}
    read["share_stated_pct"] = np.where(is_share, value, np.nan)
    for end, rounded in (("low", np.floor), ("high", np.ceil)):
        coded = figures[f"{end}_coded"].to_numpy()
        is_coded = ~np.isnan(coded)
        percent = np.where(is_large, rule[f"{end}_pct_from_1000"], rule[f"{end}_pct"])
        worked_out = rounded(value * (100 + percent) / 100) + rule[f"{end}_offset"]
        said = np.where(np.isnan(rule[f"{end}_fixed"]), worked_out, rule[f"{end}_fixed"])
        said[rule[f"{end}_basis"] == OPEN] = np.nan
        read[end] = np.where(is_share, np.nan, np.where(is_coded, coded, said))
        read[f"share_{end}_pct"] = np.where(is_share, np.where(is_coded, coded, value), np.nan)
        read[f"{end}_basis"] = np.where(is_coded & ~rule["is_between"], of_coder, rule[f"{end}_basis"])
    return pd.DataFrame(read)


def readings(figures: pd.DataFrame, hedges: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return low, value_stated and high of every figure by each convention; a basis is its number in BASES."""
    rules = hedges.set_index("hedge_id")
    told = rules.filter(regex="_(fixed|pct|pct_from_1000|offset)$").astype(float)
    told["is_share"], told["is_between"] = rules.index == "share", rules["needs"] == "bounds"
    for end in ("low", "high"):
        told[f"{end}_basis"] = pd.Categorical(rules[f"{end}_basis"], categories=BASES).codes
    return {name: read_bounds(figures, told[rules["convention"] == name]) for name in rules["convention"].unique()}


def looked_up(lookup: pd.DataFrame, key: str, keys: pd.Series) -> pd.DataFrame:
    """Return the row of a small table for each of many keys, each different key looked for once; empty if not there."""
    codes, different = pd.factorize(keys)
    rows = pd.Index(lookup[key]).get_indexer(different)
    wanted = np.where(codes < 0, -1, rows[codes]) if len(rows) else codes
    return lookup.drop(columns=key).reset_index(drop=True).reindex(wanted).set_axis(keys.index)


def day_text(days: pd.Series) -> pd.Series:
    """Return days as text, each different day written once; nothing is the empty text."""
    codes, different = pd.factorize(days)
    written = pd.Series([*different.strftime("%Y-%m-%d"), ""], dtype="str")
    return written.take(codes % len(written)).set_axis(days.index)


def heads(tree: pd.DataFrame, key: str) -> dict[str, list[str]]:
    """Return for each node of a tree all it lies within, itself first and the head of its family last."""
    above = dict(zip(tree[key], tree["parent_id"].where(tree["parent_id"].notna(), None), strict=True))
    found = {}
    for node, parent in above.items():
        chain, at = [node], parent
        while at in above and at not in chain:
            chain.append(at)
            at = above[at]
        found[node] = chain
    return found


def sides(tables: dict[str, pd.DataFrame], dimension: str) -> pd.DataFrame:
    """Return who is on which side of an episode, by "episode member"; a group within one of a side is on it."""
    parties = tables["parties"]
    of_dimension = parties[parties["dimension"] == dimension]
    said = dict(zip(zip(of_dimension["episode_id"], of_dimension["member_id"], strict=True), of_dimension["side"],
                    strict=True))  # fmt: skip
    if dimension == "population":
        chains = heads(tables["populations"], "population_id")
        said = {
            (episode, group): next(said[episode, each] for each in chain if (episode, each) in said)
            for episode in of_dimension["episode_id"].unique()
            for group, chain in chains.items() if any((episode, each) in said for each in chain)
        }  # fmt: skip
    return pd.DataFrame({"member": [" ".join(member) for member in said], "side": list(said.values())})


def claims(figures: pd.DataFrame, speaker: pd.Series, tables: dict[str, pd.DataFrame]) -> dict[str, pd.Series]:
    """Return whether a party speaks, and whose losses or deeds it speaks of."""
    of = {"source": speaker, "population": figures["population_id"], "actor": figures["actor_id"]}
    episode = figures["episode_id"] + " "
    speaks, harmed, done = (
        looked_up(sides(tables, name), "member", episode + keys)["side"] for name, keys in of.items()
    )
    struck = harmed.fillna(done.where(figures["unit_id"] != "people"))
    about = pd.Series(None, index=figures.index, dtype="str").mask(speaks.notna(), "others")
    about = about.mask(speaks.notna() & struck.notna() & (struck != speaks), "enemy")
    return {"claim_about": about.mask(speaks.notna() & (struck == speaks), "own"), "is_party_claim": speaks.notna()}


def counted_until(figures: pd.DataFrame) -> pd.Series:
    """Return the day up to which a number counts; the toll of an event rises until its dead are found."""
    counting, end, reported_on = figures["counting"], figures["period_end_on"], figures["reported_on"]
    ended_on, is_incident = end.fillna(figures["period_start_on"]), counting == "incident"
    is_of_record = figures["dataset_id"].isna() & is_incident & (figures["status"] != "withdrawn")
    event = ["episode_id", "incident_id", "scope_kind"]
    told = figures.loc[is_of_record & figures["incident_id"].notna(), event].assign(ended_on=ended_on)
    last = told.groupby(event, as_index=False)["ended_on"].max()
    of_event = figures[event].merge(last, on=event, how="left")["ended_on"].set_axis(figures.index)
    settled_on = of_event.where(figures["dataset_id"].isna()).fillna(ended_on) + pd.Timedelta(days=SETTLING_DAYS)
    until = end.fillna(reported_on).where(counting.isin(["cumulative", "stock"]))
    return until.mask(is_incident, reported_on.where(~(settled_on < reported_on), settled_on))


def scope_ids(figures: pd.DataFrame) -> pd.Series:
    """Return what a figure counts as one key; an incident with an id is named by it and by no place, cause or day."""
    has_incident = figures["scope_incident_id"].notna()
    restricting = ("scope_place", "cause_id", "actor_id")
    of_event = {name: figures[name].fillna("").mask(has_incident, "") for name in restricting}
    days = {name: day_text(figures[name].mask(has_incident)) for name in ("scope_start_on", "scope_end_on")}
    scope = figures["episode_id"]
    for name in ("measure_id", "population_id", "scope_place", "cause_id", "actor_id", "counting", "scope_start_on",
                 "scope_end_on", "scope_incident_id"):  # fmt: skip
        scope = scope + "." + (of_event | days).get(name, figures[name]).fillna("")
    scope = scope.mask(figures["verification"] != "reported", scope + "." + figures["verification"])
    scope = scope.mask(figures["scope_kind"] != "count", scope + "." + figures["scope_kind"])
    scope = scope + ("." + figures["place_role"]).fillna("")
    return scope.mask(figures["hedge_id"] == "share", scope + ".share")


def scoped(figures: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Add voice, scope, unit, day counted to, party claim, the total that may be named and what the document says."""
    documents, sources = looked_up(tables["documents"], "document_id", figures["document_id"]), tables["sources"]
    speaker = figures["source_original_id"].fillna(figures["source_id"])
    said_by = looked_up(sources[["source_id", "name"]], "source_id", speaker)["name"]
    family = pd.Series({source: chain[-1] for source, chain in heads(sources, "source_id").items()})
    printed = documents["agency"].fillna(documents["publisher"])
    nobody = "Unattributed, in " + ("a report of " + documents["agency"]).fillna(documents["publisher"]).fillna(
        "document " + figures["document_id"])  # fmt: skip
    counting, start, end = figures["counting"], figures["period_start_on"], figures["period_end_on"]
    is_stock, is_period, is_incident = (counting == name for name in ("stock", "period", "incident"))
    is_dated = counting.isin(["cumulative", "stock"]) & end.notna()
    is_stock_of_day = is_stock & figures["dataset_id"].notna() & (start == end)
    scope_end = end.fillna(figures["reported_on"].where(is_period, start))
    units = looked_up(tables["measures"][["measure_id", "unit_id"]], "measure_id", figures["measure_id"])["unit_id"]
    figures = figures.assign(scope_kind=figures["kind"].replace("register", "count"))
    # Ids differ, so theirs are the first numbers: a total of a later number is no figure of ours.
    total = pd.factorize(pd.concat([figures["figure_id"], figures["part_of"]]))[0][len(figures) :]
    # What is told of a day that the release before could have told is news of this one.
    day, former, own = figures["published_on"], documents.pop("previous_published_on"), documents.pop("published_on")
    found = figures.assign(
        voice_id=speaker.map(family).mask(
            speaker == "unattributed", "unattributed:" + printed.fillna(figures["document_id"])),
        speaker_name=said_by.mask(speaker == "unattributed", nobody),
        unit_id=units.mask(figures["hedge_id"] == "share", "percent"),
        part_of=figures["part_of"].where(total < len(figures)),
        is_withdrawn=figures["status"] == "withdrawn", is_retracted=figures["retracted_on"].notna(),
        published_on=day.where(day.notna() & (former.isna() | (day > former)), own),
        counted_until_on=counted_until(figures),
        is_until_stated=is_dated | (figures["reported_on_basis"] == "stated"),
        scope_incident_id=figures["incident_id"].where(is_incident),
        scope_start_on=start.where(~is_stock | is_stock_of_day),
        scope_end_on=scope_end.where(is_period | is_incident | is_stock_of_day), **documents)  # fmt: skip
    return found.assign(scope_id=scope_ids(found), **claims(found, speaker, tables))


def reported(found: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Return the voice, scope, line and report of each figure as numbers, a report as the row of its first figure.

    One statement: the same number to the same day, or repeated where no later day is stated; to one day also a number
    in other words, or a fuller statement, where one reading holds the other.
    """
    keys = pd.DataFrame({name: pd.factorize(found[f"{name}_id"])[0] for name in ("voice", "scope")})
    # Withdrawn figures line up by themselves, so that they neither interrupt nor supersede what stands.
    lines = (keys["scope"] * (keys["voice"].max() + 1) + keys["voice"]) * 2 + found["is_withdrawn"]
    keys["line"], keys["report"] = pd.factorize(lines)[0], keys.index
    keys["is_only"] = np.bincount(keys["line"])[keys["line"]] == 1
    shared = keys.index[~keys["is_only"]]
    told = found[["reported_on", "reported_at", "counted_until_on", "published_on", "document_id", "figure_id",
                  "dataset_id", "is_until_stated"]].take(shared)  # fmt: skip
    told = told.join(read[["low", "value_stated", "high", "share_stated_pct", "is_share"]].take(shared))
    told["line"], is_dataset = keys["line"].take(shared), told["dataset_id"].notna()
    of_event = is_dataset & found["scope_incident_id"].take(shared).notna()
    told["reading"] = ""
    for name in ("value_stated", "share_stated_pct", "low", "high"):
        text = whole(told[[name]])[name].astype("str")
        told["reading"] += (" " if name != "value_stated" else "") + text.where(told[name].notna(), "")
    days = {name: day_number(told[name]) for name in ("counted_until_on", "reported_on", "published_on")}
    order = told.assign(
        event=np.where(of_event, days["published_on"], 0), until=days["counted_until_on"],
        is_guessed=~told["is_until_stated"], said=days["reported_on"], hour=hour_number(told["reported_at"], nothing=0),
        released=np.where(is_dataset, days["published_on"], NEVER), from_low=told["low"].fillna(-1),
        to_high=told["high"].fillna(np.inf), printed=days["published_on"])  # fmt: skip
    in_order = ["line", "event", "until", "is_guessed", "said", "hour", "released", "from_low", "to_high", "reading",
                "printed", "document_id", "figure_id"]  # fmt: skip
    told = told.loc[order.sort_values(in_order).index]
    before = told.shift()
    is_same, is_day = told["reading"] == before["reading"], told["counted_until_on"] == before["counted_until_on"]
    is_day |= told["counted_until_on"].isna() & before["counted_until_on"].isna()
    joins = is_same & (is_day | ~told["is_until_stated"])
    joins |= is_day & told["dataset_id"].isna() & ~told["is_share"] & is_held(told, before)
    told["number"] = (~joins | (told["line"] != before["line"])).cumsum()
    first = told.sort_values(["number", *FIRST_TOLD]).drop_duplicates("number")
    rows = pd.Series(first.index, index=first["number"])
    keys.loc[told.index, "report"] = rows.loc[told["number"]].to_numpy()
    return keys


def is_held(told: pd.DataFrame, before: pd.DataFrame) -> pd.Series:
    """Whether two readings name the same value, or one of them holds the other."""
    low, former_low = told["low"].fillna(-1), before["low"].fillna(-1)
    holds = (low <= former_low) & (told["high"].isna() | (told["high"] >= before["high"]))
    is_within = (low >= former_low) & (before["high"].isna() | (told["high"] <= before["high"]))
    return (told["value_stated"] == before["value_stated"]) | holds | is_within


def hull(read: pd.DataFrame, report: pd.Series) -> pd.DataFrame:
    """Return what the figures of each report say together: from the least to the most."""
    # "At most 15,000" adds nothing to a fuller statement; words that leave the high open keep it open.
    is_told = (read["low_basis"] != LOGICAL) | (read["low"] > 0)
    told = read[PEOPLE].assign(report=report, told=read["low"].where(is_told))
    # Of two words for one end the firmer says what it rests on.
    for end in ("low", "high"):
        told[f"{end}_looseness"] = LOOSENESS.take(told[f"{end}_basis"])
    of_report = told.groupby("report")
    size = of_report.size()
    found = pd.DataFrame({"low": of_report["told"].min().fillna(of_report["low"].min())})
    least = told.dropna(subset="told").sort_values(["told", "low_looseness"]).drop_duplicates("report")
    lexical = pd.Series(np.argsort(np.argsort(BASES)))
    names = told.assign(name=lexical.take(told["low_basis"]).to_numpy()).sort_values("name")
    found["low_basis"] = least.set_index("report")["low_basis"].reindex(found.index)
    found["low_basis"] = found["low_basis"].fillna(names.drop_duplicates("report").set_index("report")["low_basis"])
    is_closed = of_report["high"].count() == size
    in_order = told.sort_values(["high", "high_looseness"], ascending=[False, True])
    most = in_order.drop_duplicates("report").set_index("report")
    found["high"] = of_report["high"].max().where(is_closed)
    found["high_basis"] = most["high_basis"].where(is_closed, OPEN)
    value = of_report["value_stated"]
    found["value_stated"] = value.min().where((value.count() == size) & (value.min() == value.max()))
    return found.astype({"low_basis": int, "high_basis": int})


def reports_of(found: pd.DataFrame, keys: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Return one row per report by the row of its first figure, with the day on which another took its place."""
    days = found[["counted_until_on", "reported_on", "published_on", "reported_at", "retracted_on", "replaced_on"]]
    by_report = days.groupby(keys["report"])
    reports = by_report.agg(
        figure_count=("published_on", "size"), counted_until_on=("counted_until_on", "min"),
        reported_on=("reported_on", "min"), first_published_on=("published_on", "min"),
        last_published_on=("published_on", "max"), reported_at=("reported_at", "min"), hours=("reported_at", "count"),
        retracted_on=("retracted_on", "min"), replaced_on=("replaced_on", "max"),
        replaced=("replaced_on", "count"))  # fmt: skip
    size = reports["figure_count"]
    reports["reported_at"] = reports["reported_at"].where(reports.pop("hours") == size)
    reports["replaced_on"] = reports["replaced_on"].where(reports.pop("replaced") == size)
    several = ~keys["is_only"]
    documents = pd.DataFrame({"report": keys["report"], "document_id": found["document_id"]})[several].drop_duplicates()
    reports["document_count"] = documents.groupby("report").size().reindex(reports.index, fill_value=1)
    first = found[TOLD].rename(columns=NAMED).take(reports.index)
    of_read = read.take(first.index)
    reports = reports.assign(**first, **of_read, **keys[["voice", "scope", "line", "is_only"]].take(first.index))
    together = hull(read[several], keys["report"][several])
    reports.loc[together.index, PEOPLE] = together[PEOPLE]
    ends = read.loc[several, ["low", "high"]].fillna(-1).groupby(keys["report"][several]).nunique()
    reports["is_reworded"] = (ends > 1).any(axis=1).reindex(reports.index, fill_value=False)
    successor, first_on = successors(reports), reports["first_published_on"]
    reports["is_standing"] = successor.isna() & ~reports["is_withdrawn"]
    reports["is_retracted"] = reports["retracted_on"].notna()
    reports["superseded_on"] = successor.where(successor.isna() | (successor > first_on), first_on)
    return reports.drop(columns=["replaced_on", "retracted_on", "is_only"])


def successors(reports: pd.DataFrame) -> pd.Series:
    """Return the day on which another report of its line takes a report's place, or what replaces or retracts it."""
    told = reports.loc[~reports["is_only"], ["line", "counted_until_on", "reported_on", "reported_at"]].copy()
    lined = reports.loc[told.index]
    is_event = lined["dataset_id"].notna() & lined["incident_id"].notna()
    told["event"] = np.where(is_event, day_number(lined["first_published_on"]), 0)
    told["until"], told["said"] = day_number(told["counted_until_on"]), day_number(told["reported_on"])
    # Without hours, numbers of one day have no order.
    of_day = told.groupby(["line", "until", "said"])["reported_at"]
    has_hours = of_day.transform("count") == of_day.transform("size")
    told["hour"] = hour_number(told["reported_at"].where(has_hours), nothing=LAST_HOUR)
    told["published"] = day_number(lined["first_published_on"])
    told["is_replaced"] = lined["replaced_on"].notna()
    moment = ["line", "event", "until", "said", "hour"]
    moments = told.groupby(moment, as_index=False).agg(
        published=("published", "min"), is_dropped=("is_replaced", "min")
    )
    moments = moments.sort_values(moment, ignore_index=True)
    backwards = moments[::-1].groupby("line", sort=False)
    # Where the newest release dropped the last numbers, they take the place of what it dropped too, of nothing else.
    is_followed = ~backwards["is_dropped"].cummin()[::-1].astype(bool)
    moments["followed"] = moments["published"].where(is_followed, NEVER)
    for name in ("published", "followed"):
        later = moments[::-1].groupby("line", sort=False)[name].cummin()[::-1]
        moments[f"later_{name}"] = later.groupby(moments["line"]).shift(-1).fillna(NEVER)
    later = told[moment].merge(moments, on=moment, how="left", validate="many_to_one").set_axis(told.index)
    either = np.minimum(later["later_followed"], later["later_published"])
    taken = later["later_followed"].where(~told["is_replaced"], either)
    ended = [day_number(reports[name]) for name in ("replaced_on", "retracted_on")]
    first = np.minimum(np.minimum(*ended), taken.reindex(reports.index, fill_value=NEVER))
    return day_of(first)


def day_number(days: pd.Series) -> np.ndarray:
    """Return days as numbers; nothing is never."""
    numbers = days.to_numpy().astype("datetime64[D]").astype(np.int64) + YEAR_1
    return np.where(days.isna(), NEVER, numbers)


def hour_number(times: pd.Series, *, nothing: int) -> np.ndarray:
    """Return times as numbers, with one for nothing."""
    return np.where(times.isna(), nothing, times.to_numpy().astype("datetime64[s]").astype(np.int64))


def day_of(numbers: pd.Series) -> pd.Series:
    """Return numbers as days; never is nothing."""
    return pd.to_datetime((numbers - YEAR_1).mask(numbers == NEVER), unit="D")


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with whole numbers where something may be missing."""
    floats = [name for name in table.select_dtypes("float") if not name.endswith(("itude", "_pct", "_level"))]
    return table.astype(dict.fromkeys(floats, "Int64"))
