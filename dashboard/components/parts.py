"""What every page builds with: attributes that Python cannot spell, and the one configuration of every chart."""

from typing import Any

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
