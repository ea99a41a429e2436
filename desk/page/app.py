"""The app: one page, the actions its keys ask for, and a sentence for whatever cannot be done."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, render_template, request

from desk.coding import card as cards
from desk.coding import compare
from desk.coding.fields import forget_lists, understood
from desk.coding.lists import forget_rows
from desk.coding.named import forget_names
from desk.coding.session import Session
from desk.episode.seeds import add_place, add_source
from desk.finder.external import program
from desk.page import guard, show
from desk.page.desk import Desk
from ingest.errors import CannotRunError, counted

Action = Callable[[Desk, Session, Mapping[str, Any]], dict[str, Any]]
REFUSED = 422


def make_app(desk: Desk, token: str, port: int) -> Flask:
    """Return the app of one start of the desk, behind its wall."""
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    guard.put_up(app, token, port)

    @app.get("/")
    def index() -> str:
        with desk.lock:
            session = desk.session(request.args.get("document", ""))
            return render_template("page.html", **show.page(session, desk.documents()), program=program())

    @app.get("/compare")
    def compare_page() -> str:
        with desk.lock:
            found = compare.laid(_first(desk))
            name = desk.sheet.folder.name
            return render_template("compare.html", laid=found, rows=found.rows(), episode_id=name)

    @app.post("/do/<name>")
    def act(name: str) -> Response:
        asked = request.get_json(silent=True)
        action = ACTIONS.get(name)
        if action is None or not isinstance(asked, dict) or not _is_plain(asked):
            raise CannotRunError("This is nothing the page asks for.")
        with desk.lock:
            session = desk.session(str(asked.get("document", "")))
            return jsonify(action(desk, session, asked))

    @app.errorhandler(CannotRunError)
    def tell(reason: CannotRunError) -> tuple[Response, int]:
        return jsonify({"problem": str(reason)}), REFUSED

    return app


def _is_plain(asked: Mapping[str, Any]) -> bool:
    """Whether a body is what the page sends: texts, numbers, and one object of texts."""
    cells = asked.get("cells", {})
    if not isinstance(cells, dict) or not all(isinstance(each, str) for pair in cells.items() for each in pair):
        return False
    rest = [value for name, value in asked.items() if name != "cells"]
    return all(value is None or isinstance(value, str | int | float) for value in rest)


def _number(asked: Mapping[str, Any]) -> int | None:
    number = asked.get("number")
    return number if isinstance(number, int) and not isinstance(number, bool) and number >= 0 else None


def _seconds(asked: Mapping[str, Any]) -> float:
    seconds = asked.get("seconds", 0)
    return float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 1e6 else 0.0


def _card(session: Session, asked: Mapping[str, Any], take: str = "") -> cards.Card:
    return cards.card_of(session, _number(asked), asked.get("cells", {}), take)


def _text(session: Session, **more: Any) -> dict[str, Any]:
    """Return the text and how far it is, after something was decided."""
    told = {"lines": show.lines(session), "progress": session.progress(), "session": session}
    return {
        "text": render_template("text.html", **told),
        "progress": render_template("progress.html", **told),
        **more,
    }


def open_card(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Show a proposal, or a phrase a person marked, as a row; ``take`` fills it further."""
    card = _card(session, asked, str(asked.get("take", "")))
    return {"card": render_template("card.html", **show.card(card)), "missing": show.card(card)["missing"]}


def judge(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Say what is wrong with the row, and what the record becomes with it."""
    found = show.verdict(desk.verdict(session, _card(session, asked)))
    return {"verdict": render_template("verdict.html", remark=desk.remark, **found), "problems": found["problems"]}


def resize(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Make the phrase one word longer or shorter, or whole words of what was typed or marked."""
    cells = dict(asked.get("cells", {}))
    paragraph = int(cells.get("paragraph") or 0)
    if not 1 <= paragraph <= len(session.paragraphs):
        raise CannotRunError(f"There is no paragraph {paragraph}.")
    cells["phrase"] = cards.resized(session, paragraph, cells.get("phrase", ""), str(asked.get("change", "")))
    for name in ("hedge_id", "value", "low", "high"):
        cells.pop(name, None)
    return open_card(desk, session, {**asked, "cells": cells})


def accept(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Write the row, unless something is wrong with it."""
    card = _card(session, asked)
    missing = show.card(card)["missing"]
    if missing:
        raise CannotRunError(f"Still to be answered: {', '.join(missing)}.")
    judged = session.accept(card.cells, card.number, _seconds(asked))
    if judged.problems:
        first = judged.problems[0]
        raise CannotRunError(f"Not written. {first.field}: {first.message}")
    return _text(session, told=f"{judged.figure_id} is written, as a draft.")


def refuse(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Say that a proposal is no figure, and why."""
    number = _number(asked)
    if number is None:
        raise CannotRunError("Choose a proposal first.")
    session.refuse(number, str(asked.get("reason", "")), _seconds(asked))
    return _text(session, told="Refused.")


def mark_read(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Mark a paragraph read."""
    was_revealed = session.is_revealed
    paragraph = asked.get("paragraph")
    session.mark_read(paragraph if isinstance(paragraph, int) else 0)
    told = f"Paragraph {paragraph} is read."
    if session.is_revealed and not was_revealed:
        told = "All is read. What the finder has and you have not coded is shown now: say of each why not, or code it."
    return _text(session, told=told)


def undo(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Take back the last decision."""
    return _text(session, told=session.undo())


def keep_event(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Keep place, cause, actor, days, hour and incident for the figures that follow."""
    given = understood(asked.get("cells", {}), session.published_on, session.country_id)
    session.event = {name: text for name, text in given.items() if text}
    kept = ", ".join(session.event.values()) or "nothing"
    return {"told": f"Kept for the figures that follow: {kept}", "event": session.event}


def ask_program(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the user's own program; the page has said that the text goes to it."""
    if not program():
        raise CannotRunError("No program is set to be asked (ON_RECORD_FINDER).")
    return _text(session, told=f"{session.ask_program()} more phrases from {program()}, read by our own parser.")


def finish(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """End the reading of this document."""
    session.finish()
    return _text(session, told="Finished. Its rows are drafts until a second reading has confirmed them.")


def new_source(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Add a source the lookups do not know."""
    return _added(add_source(asked.get("cells", {}), session.sheet.folder.name), "source_id")


def new_place(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Add a place the lookups do not know."""
    return _added(add_place(asked.get("cells", {})), "place_id")


def _added(new_id: str, field: str) -> dict[str, Any]:
    for forget in (forget_lists, forget_rows, forget_names):
        forget()
    return {"told": f"{new_id} is added to the lookups.", "field": field, "id": new_id}


def _first(desk: Desk) -> Path:
    """Return the folder of the episode, unless this desk is of a second reading, which must not see the first."""
    if desk.sheet.reading != 1:
        raise CannotRunError("A second reading does not see the first: start the desk without --second to compare.")
    return desk.sheet.folder


def decide(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Settle one difference of two readings."""
    at = asked.get("at")
    told = [str(asked.get(name, "")) for name in ("decision", "value", "reason")]
    rows = compare.decide(_first(desk), at if isinstance(at, int) else -1, *told).rows()
    left = sum(not row["decision"] for row in rows)
    return {"told": f"Decided; {left} left.", "left": left}


def apply(desk: Desk, session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Write into figures.csv what was decided."""
    done = compare.apply(_first(desk))
    return {"told": f"{counted(len(done.changes), 'cell')} changed, {counted(len(done.added), 'figure')} added."}


ACTIONS: dict[str, Action] = {
    "card": open_card, "judge": judge, "resize": resize, "accept": accept, "refuse": refuse, "read": mark_read,
    "undo": undo, "event": keep_event, "program": ask_program, "finish": finish, "source": new_source,
    "place": new_place, "decide": decide, "apply": apply,
}  # fmt: skip
