"""A coder at the keyboard of the desk, who knows what the record says and presses as few keys as the page offers.

It reads nothing but what the page tells: what each way would fill, what each field offers, what is filled in. Every key
that reaches the page is counted there, a capital letter as two, since Shift is pressed as well.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from playwright.sync_api import Page

from desk.coding.card import resized
from desk.coding.fields import choices_of, day_meant, fields_of_row, resolved
from desk.coding.session import Session
from desk.finder.reading import read

WINDOW = ("period_start_on", "period_end_on")
CODED = (
    "source_id", "source_original_id", "population_id", "place_id", "cause_id", "actor_id", "counting", *WINDOW,
    "reported_on", "reported_on_basis", "reported_at", "low", "high", "part_of", "incident_id",
)  # fmt: skip
MOST_WAYS = 6
UNREACHABLE = ["?"] * 1000
NEW = "new"
"""The id of an event that no figure has had so far: whatever the desk gives it."""
COUNT = "addEventListener('keydown', () => { window.pressed = (window.pressed || 0) + 1; }, true);"
SEEN = """() => {
    const given = (each) => Object.fromEntries([...each.querySelectorAll("[data-name]")]
        .map((cell) => [cell.dataset.name, cell.dataset.text]));
    const form = document.querySelector("#row");
    return {
        number: state.number,
        paragraph: Number(document.querySelector("article p.here")?.dataset.number || 0),
        cells: form ? Object.fromEntries(new FormData(form)) : {},
        ways: [...document.querySelectorAll("[data-way]")].map((each) => [each.dataset.key, given(each)]),
        options: Object.fromEntries([...document.querySelectorAll("#row .field")].map((each) => [
            each.querySelector("input").name,
            [...each.querySelectorAll("[data-key]")].map((one) => [one.dataset.key, JSON.parse(one.dataset.cells)]),
        ])),
        keys: Object.fromEntries(Object.entries(FIELDS).map(([key, name]) => [name, key])),
        pressed: window.pressed || 0,
    };
}"""
Row = Mapping[str, str]


def effort(keys: list[str]) -> int:
    """Return how many keys are pressed for these, Shift among them."""
    return sum(2 if len(key) == 1 and key.isupper() else 1 for key in keys)


@dataclass
class Coder:
    """Codes one document after the other to the rows of a record; keeps the keys of each figure by its kind."""

    page: Page
    rows: list[Row]
    keys: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    told: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)

    def code(self, session: Session, address: str) -> None:
        """Code a document from the first proposal to its end."""
        self.page.goto(address)
        self.page.wait_for_selector("#card > *")
        self.settle()
        left = [row for row in self.rows if row["document_id"] == session.document_id]
        waiting: dict[str, int] = defaultdict(int)
        while (seen := self.seen())["number"] is not None:
            proposal = session.proposals[seen["number"]]
            row = next((each for each in left if _is_at(proposal, each, session)), None)
            if row is None:
                self.press("refused", ["x", "o"])
            elif row["part_of"] and row["part_of"] not in self.ids:
                waiting[row["figure_id"]] += self.press("", ["j"])
            else:
                is_right = proposal.tier == 1 and proposal.measure_id == row["measure_id"]
                kind = "proposed right" if is_right else "proposed, then corrected"
                self.figure(kind, session, row, waiting[row["figure_id"]])
                left.remove(row)
        while session.progress().unread:
            here = self.seen()["paragraph"]
            for row in [each for each in left if int(each["paragraph"]) <= here]:
                if row["part_of"] and row["part_of"] not in self.ids:
                    continue
                self.add(session, row, here)
                left.remove(row)
            self.press("paragraphs read", [" "])
        self.press("finished", ["F"])
        assert not left, left
        assert session.worksheet.finished_on, self.page.locator("#told").inner_text()

    def add(self, session: Session, row: Row, here: int) -> None:
        """Add a figure that nobody proposed: its number as it is typed, in the paragraph one is in or another."""
        keys: list[str] = []
        pressed = self.press("", ["a"])
        if int(row["paragraph"]) != here:
            keys += ["Shift+Tab", *row["paragraph"], "Tab"]
        pressed += self.press("", keys)
        pressed += self.press("", [*_shortest(session, row), "Enter"])
        self.figure("added", session, row, pressed)

    def figure(self, kind: str, session: Session, row: Row, pressed: int) -> None:
        """Fill the row that is open and write it."""
        wanted = {name: row[name] for name in (*CODED, "measure_id")}
        wanted["part_of"] = self.ids.get(row["part_of"], "")
        wanted["incident_id"] = self.events.get(row["incident_id"], NEW) if row["incident_id"] else ""
        before, story = len(session.rows()), list[str]()
        if self.seen()["cells"].get("measure_id", "") != wanted["measure_id"]:
            # First of all: what is offered follows the measure.
            story.append(_measure_key(wanted))
            pressed += self.press("", story)
        while len(story) < MOST_WAYS:
            seen = self.seen()
            seen |= {"events": list(self.events.values()), "published": session.published_on}
            at_once = _plan(seen, seen["cells"], wanted)
            ways = [
                (effort([key]) + effort(_plan(seen, seen["cells"] | cells, wanted)), key) for key, cells in seen["ways"]
            ]
            # Where ways are equal, the one that says more than the row before.
            cost, key = min(ways, key=lambda way: (way[0], way[1] == "=", way[1]), default=(10**9, ""))
            if cost >= effort(at_once):
                break
            story.append(key)
            pressed += self.press("", [key])
        assert at_once is not UNREACHABLE, (row["figure_id"], story, seen["cells"])
        if at_once and at_once[-1] == "Escape":
            at_once.pop()
        story += [*at_once, "Enter"]
        pressed += self.press("", [*at_once, "Enter"])
        written = session.rows()
        assert len(written) == before + 1, (row["figure_id"], story, self.page.locator("#told").inner_text())
        new = written[-1]
        self.ids[row["figure_id"]] = new.text("figure_id") or ""
        if row["incident_id"]:
            self.events[row["incident_id"]] = new.text("incident_id") or ""
        self.keys[kind].append(pressed)
        self.told.append(f"{pressed:3} {kind}: {row['figure_id']} {new.text('phrase')}: {' '.join(story)}")

    def press(self, kind: str, keys: list[str]) -> int:
        """Press keys one after the other; return how many that were, and keep them where they are of a kind alone."""
        for key in keys:
            shifted = len(key) == 1 and key.isupper()
            self.page.keyboard.press(f"Shift+{key}" if shifted else "Space" if key == " " else key)
        self.settle()
        pressed = effort(keys) + sum(key.startswith("Shift+") for key in keys)
        if kind:
            self.keys[kind].append(pressed)
        return pressed

    def settle(self) -> None:
        """Wait until every key pressed has had its answer."""
        self.page.evaluate("() => state.busy.then(() => state.busy).then(() => state.busy)")

    def seen(self) -> dict[str, Any]:
        """Return what the page tells."""
        found: dict[str, Any] = self.page.evaluate(SEEN)
        return found


def _plan(seen: Mapping[str, Any], cells: Row, wanted: Row) -> list[str]:
    """Return the keys that make of these cells the ones wanted, field by field."""
    keys: list[str] = []
    typed: list[str] = []
    last: list[str] = []
    is_at_start = False
    differ = [name for name in CODED if cells.get(name, "") != wanted[name] and not _is_new(name, seen, cells, wanted)]
    while differ:
        name = differ[0]
        if name == "incident_id" and wanted[name] == NEW:
            last = ["z"]
            differ.remove(name)
            continue
        offered = [
            (key, given)
            for key, given in seen["options"].get(name, [])
            if all(wanted.get(column, "") == text for column, text in given.items())
        ]
        field_key = seen["keys"].get(name)
        if offered and field_key:
            keys += [field_key, offered[0][0]]
            differ = [each for each in differ if each not in offered[0][1]]
            continue
        if not field_key:  # only a way fills it
            return UNREACHABLE
        text = _beginning(name, wanted[name], seen["published"]) if wanted[name] else ["Backspace"]
        if name == WINDOW[1] and is_at_start:  # the next field
            typed.pop()
            field_key = "Tab"
        is_at_start = name == WINDOW[0]
        typed += [field_key, *text, "Escape"]
        differ.remove(name)
    if cells.get("measure_id", "") != wanted["measure_id"]:
        last.append(_measure_key(wanted))
    return keys + typed + last


def _measure_key(wanted: Row) -> str:
    return str([each.id for each in choices_of("measures")].index(wanted["measure_id"]) + 1)


def _is_new(name: str, seen: Mapping[str, Any], cells: Row, wanted: Row) -> bool:
    """Whether an event's id is one that no event before has had, as is wanted."""
    given = cells.get(name, "")
    return name == "incident_id" and wanted[name] == NEW and bool(given) and given not in seen.get("events", [])


def _beginning(name: str, wanted: str, published: str) -> list[str]:
    """Return the shortest text that means this day, or this entry: a beginning of its id or of a word of its name."""
    if name.endswith("_on"):
        day = date.fromisoformat(wanted)
        short = [str(day.day), f"{day.day}.{day.month}", f"{day.day}.{day.month}.{day:%y}"]
        return list(next((text for text in short if day_meant(text, published) == wanted), wanted))
    list_name = next((each.choices for each in fields_of_row() if each.name == name), "")
    names = [each.name.casefold() for each in choices_of(list_name) if each.id == wanted]
    tried = [text for each in names for text in (each, *each.split())] + [wanted]
    found = [
        text[:end] for text in tried for end in range(1, len(text) + 1) if resolved(list_name, text[:end]) == wanted
    ]
    return list(min([*found, wanted], key=len))


def _is_at(proposal: Any, row: Row, session: Session) -> bool:
    """Whether a proposal stands where the record has a figure: their words overlap."""
    if proposal.paragraph != int(row["paragraph"]):
        return False
    start, end = session.place_of(proposal.paragraph, row["phrase"], None)
    return bool(proposal.start < end and start < proposal.end)


def _shortest(session: Session, row: Row) -> list[str]:
    """Return the fewest characters of a figure's phrase that the desk makes the same number of, with its hedge."""
    phrase, wanted = row["phrase"], read(row["phrase"], session.language)[0]
    pieces = sorted(
        {phrase[start:end].strip() for start in range(len(phrase)) for end in range(start + 1, len(phrase) + 1)},
        key=len,
    )
    for piece in pieces:
        if piece and read(resized(session, int(row["paragraph"]), piece, ""), session.language)[0] == wanted:
            return list(piece)
    return list(phrase)
