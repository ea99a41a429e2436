"""What is served without Dash: JSON, exports, plain HTML and a feed, as one Flask blueprint."""

from flask import Flask

from dashboard.api.routes import blueprint


def attach(server: Flask) -> None:
    """Register every address of this package; before the first request, after which Flask refuses."""
    server.register_blueprint(blueprint)
