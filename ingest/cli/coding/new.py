"""The command ``new``: an episode, a source, a place, a side of a war, a document, a figure; asked for or given."""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from ingest.cli.coding.new_row import new_document, new_figure
from ingest.cli.output import Add, print_json
from ingest.curation.new_rows import Addition, Rows, add_rows, id_objection
from ingest.errors import CannotRunError, quoted
from ingest.files import shown_path, unified_diff
from ingest.places.gazetteer import COUNTRY, POINT, GazetteerPlace, gazetteer
from ingest.record.lookups import not_one_of, read_vocabulary
from ingest.record.seed_rules import choices_of
from ingest.text_checks.days import read_day

FINE, PROBLEMS = 0, 1
NEW = """\
Add what a war needs, each in one step that is in order or writes nothing:

  new episode ID   a row of seeds/episodes.csv, and figures/ID/ with both files, of their header alone
  new source ID    a row of seeds/sources.csv, and what texts call it (seeds/source_names.csv)
  new place ID     a row of seeds/places.csv: a point with its coordinates, or an area that no list has (and spellings)
  new side EPISODE SIDE   who fights on which side of an episode (seeds/parties.csv)
  new document EPISODE COLUMN=VALUE … --text FILE   a row of documents.csv, with an id that follows from its text
  new figure DOCUMENT COLUMN=VALUE …   a draft in figures.csv, with the next id of its document

What is not given by an option is asked, where a person sits at the terminal; else the options missing are named. Places
of the world need no row: name them by id in figures.csv. `new place "El Fasher, Sudan"` says which id a name has."""
EXAMPLES = (
    "on-record new episode sudan-2023",
    'on-record new episode sudan-2023 --name "War in Sudan" --place Sudan --start 2023-04-15 --counting cumulative '
    '--description "The war between the army and the Rapid Support Forces, since 15 April 2023."',
    'on-record new source msf --name "Médecins Sans Frontières" --kind ngo --alias "en:Doctors Without Borders" '
    '--description "Medical aid organisation; counts those whom its hospitals treat."',
    'on-record new place "El Fasher, Sudan"',
    'on-record new place sd-zamzam --name "Zamzam camp" --parent SD02 --latitude 13.48 --longitude 25.31 '
    '--alias "fr:camp de Zamzam"',
    'on-record new side sudan-2023 saf --name "Sudanese Armed Forces" --population government_forces',
    'on-record new document sudan-2023 title="A day" language=en published_on=2023-06-29 --text ../texts/day.txt',
    'on-record new figure sudan-2023-001 paragraph=3 phrase="at least 40 dead" source_id=un measure_id=killed '
    "population_id=all place_id=SD counting=cumulative period_start_on=2023-04-15 hedge_id=at_least value=40",
)


@dataclass(frozen=True)
class Asked:
    """One cell: its column, the option that gives it, what is asked for it, and how an answer is judged.

    ``read`` returns the cell; ValueError, with the reason, where the answer is none. ``is_asked`` says of the cells
    answered before whether it is asked at all.
    """

    column: str
    option: str
    question: str
    read: Callable[[str], str] = str
    is_needed: bool = True
    is_asked: Callable[[Mapping[str, str]], bool] = lambda _: True


def _day(text: str) -> str:
    return str(read_day(text))


def _of_lookup(name: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if objection := read_vocabulary().objection(name, text):
            raise ValueError(objection)
        return text

    return read


def _one_of(seed: str, column: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        choices = choices_of(seed, column)
        if text not in choices:
            raise ValueError(not_one_of(text, choices))
        return text

    return read


def _place(text: str) -> str:
    """Return the id of a place given by its id or its name; ValueError where none or several carry the name."""
    if text in read_vocabulary().lists["places"]:
        return text
    named = read_vocabulary().places_called(text)
    # A country is meant by its name, whatever else is called so.
    found = [place for place in named if place.kind == COUNTRY] or named
    if len(found) != 1:
        several = ", ".join(map(_told, found[:6]))
        message = f"several places are called {quoted(text)}: {several}; give one by its id" if found else ""
        raise ValueError(message or _unknown_place(text))
    return found[0].place_id


def _unknown_place(text: str) -> str:
    """Return that no place is called so, with those of the country named behind a comma that are written alike."""
    alike = ", ".join(map(_told, gazetteer().alike(text)))
    hint = f"; written alike: {alike}" if alike else "" if "," in text else f" (try {quoted(text + ', COUNTRY')})"
    return f"no place of ours or of the gazetteer is called {quoted(text)}{hint}"


def _told(place: GazetteerPlace) -> str:
    above = ", ".join(each.name for each in gazetteer().above(place.parent_id))
    return f"{place.place_id} ({place.name}, {place.kind}{f' in {above}' if above else ''})"


def _degrees(most: float) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            is_there = abs(float(text)) <= most
        except ValueError:
            is_there = False
        if not is_there:
            raise ValueError(f"{quoted(text)} is not in degrees, from -{most:g} to {most:g}")
        return text

    return read


def _is_searched(cells: Mapping[str, str]) -> bool:
    return bool(cells["searched_where"])


NAME = Asked("name", "--name", "What is it called?")
REFERENCE = Asked("reference", "--reference", "A web address or work that describes it (may be empty)", is_needed=False)
EPISODE = (
    NAME,
    Asked("place_id", "--place", "Where? A country, region or city by name, or an id of seeds/places.csv", _place),
    Asked("start_on", "--start", "Since which day do its tolls count? (YYYY-MM-DD)", _day),
    Asked("counting", "--counting", "Do its tolls count since that day (cumulative), or is it one event (incident)?",
          _one_of("episodes", "counting")),
    Asked("incident_id", "--incident", "Which incident_id do the figures of this event carry?",
          is_needed=False, is_asked=lambda cells: cells["counting"] == "incident"),
    Asked("description", "--description", "In a sentence: who fights whom, where, since when?"),
    Asked("searched_where", "--searched-where", "Where was searched for texts? (empty: nowhere yet)", is_needed=False),
    Asked("searched_languages", "--searched-languages", "In which languages, such as en ar? (may be empty)",
          is_needed=False, is_asked=_is_searched),
    Asked("searched_from_on", "--searched-from", "For texts from which day on? (may be empty)", _day,
          is_needed=False, is_asked=_is_searched),
    Asked("searched_until_on", "--searched-until", "Up to which day? (may be empty)", _day,
          is_needed=False, is_asked=_is_searched),
)  # fmt: skip
SOURCE = (
    NAME,
    Asked("kind", "--kind", "What kind of source is it?", _one_of("sources", "kind")),
    Asked("parent_id", "--parent", "Which source speaks for it too, such as un? (may be empty)",
          _of_lookup("sources"), is_needed=False),
    Asked("description", "--description", "In a sentence: who is it, and what does it count?"),
    REFERENCE,
)  # fmt: skip
PLACE = (
    NAME,
    Asked("parent_id", "--parent", "Which place does it lie in, by name or id?", _place),
    Asked("latitude", "--latitude", "Latitude in degrees, such as 13.48 (empty for an area)", _degrees(90),
          is_needed=False),
    Asked("longitude", "--longitude", "Longitude in degrees (empty for an area)", _degrees(180), is_needed=False),
    Asked("description", "--description", "What is it, and how is it spelt elsewhere? (may be empty)",
          is_needed=False),
    REFERENCE,
)  # fmt: skip
SIDE = (
    NAME,
    Asked("description", "--description", "In a sentence: who is this side? (may be empty)", is_needed=False),
    REFERENCE,
)
MEMBERS = {"source": "sources", "population": "populations", "actor": "actors"}


def register(add: Add) -> None:
    """Add the command to the command line."""
    new = add("new", "add an episode, a source, a place, a side, a document or a figure", NEW, False, EXAMPLES)
    new.set_defaults(run=_new)
    new.add_argument("what", choices=sorted({*KINDS, *ROWS}), help="what is added")
    new.add_argument(
        "record_id", metavar="ID",
        help="its id; of a place also a name to look up; of a side or document the episode; of a figure its document",
    )  # fmt: skip
    new.add_argument(
        "given", nargs="*", metavar="SIDE|COLUMN=VALUE", help="the id of the side; what cells of a row say"
    )
    new.add_argument("--text", metavar="FILE", help="the text of a document, one paragraph a line, outside the project")
    new.add_argument(
        "--folder", action="append", default=[], help="the episode's folder (default: of those under figures/)"
    )
    shown: dict[str, Asked] = {}
    for questions in (EPISODE, SOURCE, PLACE, SIDE):
        for each in questions:
            shown.setdefault(each.option, each)
    for option, each in shown.items():
        new.add_argument(option, dest=each.column if option != "--place" else "place_id", help=each.question)
    new.add_argument(
        "--alias", action="append", default=[], metavar="LANGUAGE:NAME", help="what texts call a source or a place"
    )
    for member in MEMBERS:
        new.add_argument(f"--{member}", action="append", default=[], help=f"a {member} of the side, by its id")
    new.add_argument("--dry-run", action="store_true", help="show what would be written and write nothing")


def _new(chosen: argparse.Namespace) -> int:
    if chosen.what in ROWS:
        return ROWS[chosen.what](chosen)
    if len(chosen.given) > (chosen.what == "side"):
        raise CannotRunError(f"{quoted(chosen.given[-1])} is one word too many: a {chosen.what} is told by options.")
    if chosen.what == "place" and (found := read_vocabulary().places_called(chosen.record_id)):
        for place in found:
            print(f"{_told(place)}: name it so in figures.csv; no row is needed.")
        return FINE
    if chosen.what == "place" and id_objection(chosen.record_id):
        unknown = _unknown_place(chosen.record_id)
        raise CannotRunError(
            f"{unknown[0].upper()}{unknown[1:]}. To add it, give it an id: on-record new place ID --name "
            f"{quoted(chosen.record_id.partition(',')[0])} --parent PLACE."
        )
    rows, episode_id = KINDS[chosen.what](chosen)
    addition = add_rows(rows, episode_id, is_dry_run=chosen.dry_run)
    if chosen.json:
        files = [shown_path(each.path) for each in addition.files]
        is_written = not addition.problems and not chosen.dry_run
        print_json({"files": files, "is_written": is_written, "problems": list(map(asdict, addition.problems))})
    else:
        _print(addition, chosen, rows)
    return PROBLEMS if addition.problems else FINE


def _print(addition: Addition, chosen: argparse.Namespace, rows: Rows) -> None:
    if addition.problems:
        for problem in addition.problems:
            print(problem)
        sys.stdout.flush()
        print("Nothing was written.", file=sys.stderr)
        return
    for each in addition.files:
        if chosen.dry_run:
            print(unified_diff(shown_path(each.path), each.before or b"", each.after), end="")
        else:
            print(f"{'changed' if each.before is not None else 'written'} {shown_path(each.path)}")
    if chosen.what == "episode" and not chosen.dry_run:
        place_id = rows["episodes"][0]["place_id"]
        known = gazetteer().places.get(place_id)
        print(f"Its place is {_told(known) if known else place_id}.")
        print(
            f"Next: on-record new document {chosen.record_id} for each text, on-record new figure for each number "
            "in it (docs/tutorial.md), or both by on-record read and on-record desk; then: on-record check"
        )


def _episode(chosen: argparse.Namespace) -> tuple[Rows, str]:
    cells = _cells(chosen, EPISODE, "episodes")
    if cells["counting"] == "incident" and not cells.get("incident_id"):
        raise CannotRunError("An episode that is one event needs --incident: the incident_id that its figures carry.")
    cells |= {"reference": f"figures/{cells['episode_id']}"}
    return {"episodes": [cells]}, cells["episode_id"]


def _source(chosen: argparse.Namespace) -> tuple[Rows, str]:
    cells = _cells(chosen, SOURCE, "sources")
    source = {"source_id": cells["source_id"]}
    return {"sources": [cells], "source_names": [source | _alias(text) for text in chosen.alias]}, ""


def _alias(text: str) -> dict[str, str]:
    language, _, name = text.partition(":")
    if not name.strip():
        raise CannotRunError(f"{quoted(text)} is not LANGUAGE:NAME, such as en:the Observatory.")
    return {"name": name.strip(), "language": language, "description": "alias"}


def _place_rows(chosen: argparse.Namespace) -> tuple[Rows, str]:
    cells = _cells(chosen, PLACE, "places")
    has_point = bool(cells.get("latitude") and cells.get("longitude"))
    if bool(cells.get("latitude")) != bool(cells.get("longitude")):
        raise CannotRunError("A point has both --latitude and --longitude; an area has neither.")
    cells |= {"kind": POINT if has_point else "region", "scheme": "On Record"}
    place = {"place_id": cells["place_id"]}
    names = [place | {"name": cells["name"], "language": "en", "description": "name"}]
    return {"places": [cells], "place_names": names + [place | _alias(text) for text in chosen.alias]}, ""


def _side(chosen: argparse.Namespace) -> tuple[Rows, str]:
    episode_id, side = chosen.record_id, next(iter(chosen.given), "")
    for objection in (read_vocabulary().objection("episodes", episode_id), id_objection(side)):
        if objection:
            raise CannotRunError(f"{objection[0].upper()}{objection[1:]}.")
    cells = _answers(chosen, SIDE)
    members = [(dimension, each) for dimension in MEMBERS for each in getattr(chosen, dimension)]
    if not members:
        raise CannotRunError("Name who belongs to the side: --source, --population or --actor, each with an id.")
    of_side = cells | {"episode_id": episode_id, "side": side}
    return {"parties": [of_side | {"dimension": name, "member_id": each} for name, each in members]}, ""


KINDS: Mapping[str, Callable[[argparse.Namespace], tuple[Rows, str]]] = {
    "episode": _episode, "source": _source, "place": _place_rows, "side": _side
}  # fmt: skip
ROWS: Mapping[str, Callable[[argparse.Namespace], int]] = {"document": new_document, "figure": new_figure}


def _cells(chosen: argparse.Namespace, questions: tuple[Asked, ...], lookup: str) -> dict[str, str]:
    """Return the cells of a new row of a lookup, its id among them; CannotRunError where that is taken or no id."""
    word, key = chosen.record_id, f"{lookup.removesuffix('s')}_id"
    objection = id_objection(word)
    if word in read_vocabulary().lists[lookup]:
        objection = f"{quoted(word)} is in seeds/{lookup}.csv already"
    if objection:
        raise CannotRunError(f"{objection[0].upper()}{objection[1:]}.")
    return {key: word} | _answers(chosen, questions)


def _answers(chosen: argparse.Namespace, questions: tuple[Asked, ...]) -> dict[str, str]:
    """Return the cells that were given or are asked now; CannotRunError names the options that are missing."""
    given = {each.column: getattr(chosen, each.column) for each in questions}
    missing = [each.option for each in questions if each.is_needed and given[each.column] is None]
    if missing and not sys.stdin.isatty():
        raise CannotRunError(f"Needed: {', '.join(missing)} (or a terminal, to be asked).")
    cells: dict[str, str] = {}
    for each in questions:
        is_requested = bool(missing) and each.is_asked(cells)
        cells[each.column] = _answer(each, given[each.column], is_requested=is_requested)
    return cells


def _answer(asked: Asked, given: str | None, *, is_requested: bool) -> str:
    if given is not None:
        try:
            return asked.read(given.strip()) if given.strip() else ""
        except ValueError as reason:
            raise CannotRunError(f"{asked.option}: {reason}.") from None
    while is_requested:
        answer = input(f"{asked.question}\n> ").strip()
        if not answer and not asked.is_needed:
            return ""
        try:
            return asked.read(answer) if answer else _refuse_nothing()
        except ValueError as reason:
            print(f"{reason}.")
    return ""


def _refuse_nothing() -> str:
    raise ValueError("This must be said")
