"""The command ``desk``: serve the page on this machine until it is ended."""

import argparse
import os
import secrets
import socket
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from desk.episode.intake import episode_folder, refuse_inside_project
from desk.finder.external import program
from desk.outcome.memory import Tell
from desk.page.app import make_app
from desk.page.desk import Desk
from ingest.errors import CannotRunError
from ingest.files import shown_path
from ingest.record.columns import DOCUMENTS

LOOPBACK, FINE = "127.0.0.1", 0


class QuietHandler(WSGIRequestHandler):
    """Logs nothing: addresses hold a token, and requests words of texts."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def serve(chosen: argparse.Namespace, tell: Tell | None = None) -> int:
    """Serve the desk of an episode until it is interrupted; return the exit code."""
    if os.environ.get("ON_RECORD_PUBLIC_URL", "").strip():
        raise CannotRunError("ON_RECORD_PUBLIC_URL is set: the desk is of this machine alone and does not start there.")
    folder, texts = episode_folder(chosen.episode), Path(chosen.documents)
    if not (folder / DOCUMENTS.file_name).is_file():
        raise CannotRunError(f"{shown_path(folder)} has no documents.csv: on-record read FILE --episode … makes it.")
    refuse_inside_project(texts)
    desk = Desk(folder, texts, 2 if chosen.second else 1, chosen.aided or not (chosen.second or chosen.unaided), tell)
    token = secrets.token_urlsafe(32)
    with _listening(chosen.port) as listener:
        port = listener.getsockname()[1]
        server = make_server(
            LOOPBACK, port, make_app(desk, token, port), threaded=True, request_handler=QuietHandler,
            fd=listener.fileno(),
        )  # fmt: skip
        desk.begin()
        if program():
            print(f"{program()} may be asked for phrases from the page: the text is then given to it.")
        print(f"The desk of {folder.name}: http://{LOOPBACK}:{port}/?token={token}", flush=True)
        print("Ctrl+C ends it; what was accepted is kept.", flush=True)
        server.serve_forever()
    return FINE


def _listening(port: int) -> socket.socket:
    """Listen on the loopback address only, at a free port where none is asked for."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        raise CannotRunError(f"Port {port} cannot be listened on: {error.strerror or error}.") from error
    listener.listen(16)
    return listener
