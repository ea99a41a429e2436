"""What an address asks of a page: an episode and two days, as known on and as recorded on, and links that keep all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dashboard import wording
from dashboard.errors import NothingPublishedError
from dashboard.publication import cache
from dashboard.publication.cache import Cursor
from dashboard.queries import base
from dashboard.request import as_of, view
from dashboard.text import as_of as text_as_of
from dashboard.text import formatting

CARRIED = ("episode", "known_on", "recorded_on")
EMPTY = "The published warehouse holds no figures yet. Add some, then run `make build`."


@dataclass(frozen=True)
class Selection:
    """One episode as known on one day. `carried` is what of it the address said itself, for links to keep."""

    episode: str
    episode_name: str
    known_on: date
    build: formatting.Row
    carried: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def known(self) -> str:
        """Both clocks within a sentence; our own only where it does not say now."""
        return text_as_of.known(self.known_on, self.build)

    @property
    def query(self) -> str:
        """What of it the address said itself, as the query of another address."""
        return urlencode(dict(self.carried))

    def link(self, path: str, **more: str) -> str:
        """Return the address of another page, with the episode and the days where this address has them."""
        query = urlencode(dict(self.carried) | more)
        return f"{path}?{query}" if query else path

    def undated(self, path: str, **more: str) -> str:
        """Return the address of a page that tells what is newest: with the episode and the record, without the day."""
        query = urlencode({name: value for name, value in self.carried if name != "known_on"} | more)
        return f"{path}?{query}" if query else path

    def of_record(self, path: str, **more: str) -> str:
        """Return the address of a page of another episode, or of all: of the carried values it has the record alone."""
        query = urlencode({name: value for name, value in self.carried if name == as_of.NAME} | more)
        return f"{path}?{query}" if query else path


def search_of(query: Mapping[str, object]) -> str:
    """Return the address's query as text, from the arguments Dash hands to a layout; lists and such are left out."""
    return "?" + urlencode({name: value for name, value in query.items() if isinstance(value, str)}, errors="replace")


def _values(search: object) -> dict[str, str]:
    """Return what an address says of the episode and the two days."""
    found = {**view.values(search), as_of.NAME: as_of.text_of(search)}
    return {name: value for name, value in found.items() if name in CARRIED and value}


def _day(text: str | None, newest: date, own: date | None) -> tuple[date, str]:
    """Return the day asked for, today at the latest, else the episode's own; and a sentence where another is shown."""
    usual = own or newest
    if not text:
        return usual, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return usual, f"“{text}” is no day; showing what is known on {wording.day(usual)}."
    last = max(newest, date.fromisoformat(view.today()))
    if day > last:
        return newest, f"Nothing is known after {wording.day(last)} yet; showing {wording.day(newest)}."
    return day, ""


def read(cursor: Cursor, search: object, figure_id: str = "") -> Selection:
    """Return what an address asks for, unknown values replaced and said; raises NothingPublishedError.

    The page of one figure, ``figure_id``, is a page of its episode, where the address names none.
    """
    names = {row["episode_id"]: row["name"] for row in cache.records(base.episodes(cursor))}
    if not names:
        raise NothingPublishedError(EMPTY)
    build: dict[str, Any] = text_as_of.told(cache.records(base.build(cursor))[0], as_of.shown(cursor, search))
    values, problems = _values(search), []
    first = next(iter(names))
    own_episode = base.episode_of(cursor, figure_id) if figure_id and "episode" not in values else ""
    if own_episode in names and own_episode != first:
        values["episode"] = own_episode
    episode = values.get("episode", first)
    if episode not in names:
        problems.append(f"There is no episode “{episode}” here; showing “{names[first]}” instead.")
        values.pop("episode")
        episode = first
    newest = build["known_until_on"]
    # An episode is shown as of its own last day with news, never another episode's.
    own = base.last_day(cursor, episode)
    known_on, problem = _day(values.get("known_on"), date(newest.year, newest.month, newest.day), own)
    if problem:
        problems.append(problem)
        values.pop("known_on")
    kept = tuple((name, values[name]) for name in CARRIED if name in values)
    return Selection(episode, names[episode], known_on, build, kept, tuple(problems))
