"""What every page builds with: attributes that Python cannot spell, and the one configuration of every chart."""

from typing import Any
from urllib.parse import urlsplit

from dash import html

# Nothing leaves the page: plotly would otherwise offer to send the chart's data to a server of its makers.
GRAPH_CONFIG: Any = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displayModeBar": False,
    "responsive": True,
}


def aria(**labels: str) -> dict[str, Any]:
    """Name labels for assistive technology: of label="x" comes {"aria-label": "x"}."""
    return {f"aria-{name}": text for name, text in labels.items()}


def elsewhere(text: Any, url: Any) -> Any:
    """Return a link to an address of others; the text alone where there is none, or none of the web."""
    try:
        is_web = urlsplit(str(url or "")).scheme in ("https", "http")
    except ValueError:
        is_web = False
    return html.A(str(text), href=str(url), rel="noreferrer") if is_web else text
