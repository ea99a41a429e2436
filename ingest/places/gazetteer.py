"""Places looked up by id or by name, each with what it lies in; the file is read once, when something is asked."""

import csv
import gzip
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path

from ingest.errors import CannotRunError
from ingest.files import shown_path

FILE = Path(__file__).with_name("gazetteer.csv.gz")
COUNTRY, FIRST, SECOND, POINT = "country", "first-level area", "second-level area", "point"
# What a kind of place is called around the world; a word that could be either level means the first that has the name.
KIND_WORDS = {
    FIRST: ("province", "state", "governorate", "region", "oblast", "wilaya", "muhafazah", "prefecture", "department",
            "division"),
    SECOND: ("district", "county", "raion", "rayon", "locality", "municipality", "subdistrict", "cercle", "woreda"),
    POINT: ("city", "town"),
}  # fmt: skip
COLUMNS = ("place_id", "name", "kind", "scheme", "parent_id", "latitude", "longitude")
MOST_ALIKE = 3
_APOSTROPHES = re.compile("['’‘ʼʿʾ`]+")


@dataclass(frozen=True)
class GazetteerPlace:
    """One place; latitude and longitude in degrees as written, empty for areas."""

    place_id: str
    name: str
    kind: str
    scheme: str
    parent_id: str
    latitude: str
    longitude: str
    names: str
    """Other spellings, with a bar between."""


@dataclass(frozen=True)
class Gazetteer:
    """All places by id."""

    places: dict[str, GazetteerPlace]

    @cached_property
    def by_key(self) -> dict[str, tuple[str, ...]]:
        """Which places carry a name, by the name's key; to make the keys takes a second."""
        found: dict[str, list[str]] = defaultdict(list)
        for place in self.places.values():
            for each in {key(name) for name in (place.name, place.place_id, *place.names.split("|"))} - {""}:
                found[each].append(place.place_id)
        return {each: tuple(ids) for each, ids in found.items()}

    def above(self, place_id: str) -> list[GazetteerPlace]:
        """Return a place and what it lies in, the country last; nothing where the id is not known."""
        found: list[GazetteerPlace] = []
        while place_id in self.places and len(found) < len(KIND_WORDS) + 1:
            found.append(self.places[place_id])
            place_id = found[-1].parent_id
        return found

    def country_of(self, place_id: str) -> str:
        """Return the id of the country a place lies in."""
        above = self.above(place_id)
        return (above[-1].parent_id or above[-1].place_id) if above else ""

    def named(self, text: str, country_id: str = "") -> list[GazetteerPlace]:
        """Return the places that a name or an id means, within a country where one is given; broadest first.

        ``text`` may say where the place lies, "El Fasher, Sudan", and what it is, "North Darfur state".
        """
        if text in self.places:
            return [self.places[text]]
        name, _, rest = text.partition(",")
        countries = {self.country_of(place_id) for place_id in self.by_key.get(key(rest.rpartition(",")[2]), ())}
        frames = {place_id for part in rest.split(",") for place_id in self.by_key.get(key(part), ())}
        found = self._of_kind(name)
        if country_id:
            found = [place for place in found if self.country_of(place.place_id) == country_id]
        if rest.strip():
            within = [place for place in found if frames & {each.place_id for each in self.above(place.place_id)[1:]}]
            found = within or [place for place in found if self.country_of(place.place_id) in countries]
        return sorted(found, key=lambda place: (ORDER.index(place.kind), place.place_id))

    def alike(self, text: str) -> list[GazetteerPlace]:
        """Return up to MOST_ALIKE places written like a name, in the country behind the comma: "Kadra, Ethiopia"."""
        name, _, rest = text.partition(",")
        countries = {self.country_of(each) for each in self.by_key.get(key(rest.rpartition(",")[2]), ())} - {""}
        if not countries:
            return []
        names = {each: ids for each, ids in self.by_key.items() if any(self.country_of(i) in countries for i in ids)}
        found = get_close_matches(key(name), names, MOST_ALIKE)
        ids = dict.fromkeys(i for each in found for i in names[each] if self.country_of(i) in countries)
        return [self.places[each] for each in ids][:MOST_ALIKE]

    def _of_kind(self, name: str) -> list[GazetteerPlace]:
        found = [self.places[place_id] for place_id in self.by_key.get(key(name), ())]
        words = key(name).split()
        for kinds, rest in ((kinds_of(words[-1]), words[:-1]), (kinds_of(words[0]), words[1:])) if words[1:] else ():
            for kind in kinds if not found else ():
                places = [self.places[place_id] for place_id in self.by_key.get(" ".join(rest), ())]
                found = found or [place for place in places if place.kind == kind]
        return found


ORDER = (COUNTRY, FIRST, SECOND, POINT)


def kinds_of(word: str) -> Sequence[str]:
    """Return which kinds of place a word such as district may mean, the likeliest first; nothing for other words."""
    kind = next((kind for kind, words in KIND_WORDS.items() if word in words), "")
    return {FIRST: (FIRST, SECOND), SECOND: (SECOND, FIRST), POINT: (POINT,)}.get(kind, ())


def key(name: str) -> str:
    """Return a name as it is compared, as the macro name_key does: no case, accents, apostrophes or other marks."""
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if unicodedata.category(c) != "Mn")
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFC", plain).lower())
    kept = (c if unicodedata.category(c)[0] in "LN" else " " for c in plain)
    return " ".join("".join(kept).split())


@cache
def gazetteer(file: Path = FILE) -> Gazetteer:
    """Read the file; CannotRunError where it cannot be read."""
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="") as opened:
            places = [
                GazetteerPlace(**{name: row[name] for name in COLUMNS}, names=row["names"])
                for row in csv.DictReader(opened)
            ]
    except (OSError, EOFError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise CannotRunError(f"{shown_path(file)} cannot be read: {error}.") from error
    return Gazetteer({place.place_id: place for place in places})
