"""The series of a measure page: which are drawn, each at which span, and which are rows of a table. No SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dashboard.publication.cache import Cursor, once
from dashboard.queries import datasets
from dashboard.queries.names import WITHIN, Names, names
from dashboard.queries.over_time import series as queries
from dashboard.request import period
from dashboard.request.view import ROWS, View
from dashboard.text import findings, sentences
from dashboard.text import series as text
from dashboard.text.series import Listed, Series

# How many series are drawn: a screen has room for a few, whoever wants more asks for them.
MOST_DRAWN = {ROWS[0]: 7, ROWS[1]: 40}
MOST_SMALL = 24


@dataclass(frozen=True)
class Found:
    """The series of a view: all there are, and those that are drawn."""

    listed: Sequence[Listed] = ()
    drawn: Sequence[Series] = ()

    @property
    def others(self) -> list[Listed]:
        """Those that are not drawn."""
        held = {text.key_of(each.row) for each in self.drawn}
        return [each for each in self.listed if each.key not in held]


# What the marks of a chart over time mean, drawn with the style sheet, and whether a series has it.
KEY: Sequence[tuple[str, str, Callable[[Series], bool]]] = (
    ("between", "between sources", lambda each: each.is_lines and len(each.lines) > 1),
    ("span", "lowest to highest", lambda each: not each.is_lines and text.is_wide(each)),
    ("agreed", "lowest to highest", lambda each: each.is_lines and text.is_wide(each)),
    ("hatched", "a bound is our convention", lambda each: any(
        point.has_convention for line in each.lines for point in line.points)),
    ("fading", "or more", lambda each: each.is_lines and any(
        point.high is None for line in each.lines for point in line.points)),
    ("dotted", "no later count", lambda each: each.is_lines),
    ("ring", "its source fell silent", lambda each: each.is_lines and any(map(each.is_silent, each.lines))),
    ("fell", "below its own earlier number", lambda each: each.counting == text.RUNNING and any(
        map(text.drops, each.lines))),
    ("cross-mark", "corrected by the data set", lambda each: bool(each.corrections)),
    ("diamond", "party claim", lambda each: any(line.is_claim for line in each.lines)),
)  # fmt: skip


def key(drawn: Sequence[Series], until: Any) -> list[tuple[str, str]]:
    """Return the marks that a chart has, with what they mean."""
    shown = [each for each in drawn if each.counted_to_on < until]
    return [
        (mark, words) for mark, words, has in KEY if any(map(has, shown if mark == "dotted" else drawn))
    ]  # fmt: skip


def read(cursor: Cursor, view: View) -> Found:
    """Return the series of a view, remembered for it whatever its scale and looks."""
    return once(cursor, _read, asked(view))


def asked(view: View, **changes: Any) -> View:
    """Return what of a view says which series it has."""
    kept = ("episode", "measure", "place", "population", "cause", "counting", "source", "claim_about", "party_claims",
            "known_on", "rows", "period")  # fmt: skip
    return View(**{name: getattr(view, name) for name in kept} | changes)


def listed(cursor: Cursor, view: View) -> list[Listed]:
    """Return all series of a view, what answers its question first."""
    known = names(cursor)
    is_wide = bool(view.place and view.place.startswith(WITHIN))
    around = (lambda _: ()) if is_wide else partial(_around, known)
    catalogue = [row | {"voice_name": name(known, row)} for row in queries.catalogue(cursor, view)]
    return text.listed(
        catalogue, partial(worded, known), known.depths("place"), known.depths("population"),
        around,
    )  # fmt: skip


def _around(known: Names, place: str) -> set[str]:
    return known.above("place", [place])


def worded(known: Names, row: text.Row) -> dict[str, Any]:
    """Return a row of the catalogue with its names and what it counts."""
    scope = {**row, "period_start_on": row["since_on"], "is_share": False, "scope_id": ""}
    unit = (known.of["measure"].get(row["measure_id"]) or {}).get("unit_id")
    order = known.positions("place").get(row["place_id"], 0)
    return {**row, **known.worded(scope), "unit_id": unit, "place_order": order}


def _read(cursor: Cursor, view: View) -> Found:
    every = listed(cursor, view)
    most = MOST_DRAWN.get(view.rows, MOST_DRAWN[ROWS[0]])
    chosen = [each for each in every if each.has_course][:most]
    # Several events in one week are one bar, and no course.
    return Found(every, [each for each in drawn(cursor, view, chosen) if each.has_course])


def drawn(cursor: Cursor, view: View, chosen: Sequence[Listed], span: str | None = None) -> list[Series]:
    """Return some series with their numbers, each at the span that suits it, or all at `span`; windows as they are."""
    fits = {"is_of_months": not view.days or period.is_of_months(view.days),
            "is_of_years": not view.days or period.is_of_years(view.days)}  # fmt: skip
    spans = {
        each.key: span if span and each.row["counting"] != text.WINDOW else text.span_of(each, view.days, **fits)
        for each in chosen
    }
    told = _points(cursor, view, spans)
    if not span and fits["is_of_years"]:
        # Of events that reach over several months alone there are the years.
        of_years = {each.key: "year" for each in chosen if each.key not in told and _is_of_events(each)}
        spans, told = spans | of_years, told | _points(cursor, view, of_years)
    known = names(cursor)
    claims = once(cursor, queries.claims, view.episode, view.measure)
    pairs = datasets.counted_twice(cursor)
    places = sorted({str(each.row["place_id"]) for each in chosen})
    corrected = queries.corrections(cursor, view, places)
    of_events = {spans[each.key] for each in chosen if _is_of_events(each)}
    longer = queries.longer_events(cursor, view, places, of_events) if of_events else []
    found = []
    for each in chosen:
        if each.key in told:
            lines = text.lines_of(
                told[each.key],
                partial(name, known),
                lambda row: queries.claim_of(row) in claims,
                partial(spoken, known),
            )
            found.append(
                Series(
                    each.row,
                    spans[each.key],
                    lines,
                    tuple(row for row in corrected if _is_of(row, each)),
                    tuple(row for row in longer if row["span"] == spans[each.key] and _has_events(row, each)),
                    text.counted_twice(lines, pairs),
                )
            )
    cited = sorted(set().union(*map(findings.cited, found)))
    phrases = queries.phrases(cursor, view, cited)
    return [text.quoted(each, phrases) for each in found]


def _points(cursor: Cursor, view: View, spans: Mapping[tuple[Any, ...], str]) -> dict[tuple[Any, ...], list[text.Row]]:
    told: dict[tuple[Any, ...], list[text.Row]] = {}
    for row in queries.points(cursor, view, list(spans.items())):
        told.setdefault(text.key_of(row | {"episode_id": view.episode}), []).append(row)
    return told


def rows(cursor: Cursor, view: View) -> list[dict[str, Any]]:
    """Return every number of every series of a view, drawn or not, with its words; at the spans they are drawn at."""
    known = names(cursor)
    return [
        number_of(series, line, point, known)
        for series in drawn(cursor, asked(view), listed(cursor, asked(view)))
        for line in series.lines
        for point in line.points
    ]


def number_of(series: Series, line: text.Line, point: text.Point, known: Names) -> dict[str, Any]:
    """Return one number of a series with its words, as files tell it."""
    return {
        **series.row, "voice_id": line.voice_id, "voice_name": known.name("voice", line.voice_id), "span": series.span,
        "speaker_name": line.name, "is_party_claim": line.is_claim, "low": point.low, "value_stated": point.stated,
        "high": point.high, "report_count": point.report_count, "report_id": point.report_id,
        "has_convention": point.has_convention, "span_start_on": point.start, "span_end_on": point.end,
    }  # fmt: skip


def name(known: Names, row: text.Row) -> str:
    """Return who speaks: the source itself, where a family of agencies is one voice; else the voice."""
    voice, source = row["voice_id"], row.get("source_id")
    if source and source != "unattributed":
        return known.name("source", source) or known.name("voice", voice) or voice
    return known.name("voice", voice) or voice


def spoken(known: Names, row: text.Row) -> str:
    """Return who speaks, within a sentence: of a text that names nobody which it is."""
    voice = known.of["voice"].get(row["voice_id"]) or {}
    named = {"source_id": row.get("source_id"), "speaker_name": name(known, row), "is_party_claim": False}
    return sentences.who({**voice, **named})


def _has_events(row: text.Row, each: Listed) -> bool:
    """Whether events that last longer are of a series."""
    names = ("population_id", "place_id", "cause_id", "actor_id", "verification", "kind", "place_role")
    voices = {one["voice_id"] for one in each.rows}
    return _is_of_events(each) and row["voice_id"] in voices and all(row[one] == each.row[one] for one in names)


def _is_of_events(each: Listed) -> bool:
    return bool(each.row["counting"] == text.INCIDENT)


def _is_of(row: text.Row, each: Listed) -> bool:
    """Whether a correction is of a series: of its people, its place, its counting, and one of its sources."""
    same = all(row[name] == each.row[name] for name in ("population_id", "place_id", "counting"))
    return same and each.row["cause_id"] is None and row["voice_id"] in {one["voice_id"] for one in each.rows}
