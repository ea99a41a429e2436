"""The line under each view that gives it as files: pictures made in the browser, rows, a plain page, one to embed."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.components.parts import aria
from dashboard.formats.registry import FORMATS

FILES = {name: each.label for name, each in FORMATS.items() if not each.is_whole}
WHOLE = {name: each.label for name, each in FORMATS.items() if each.is_whole} | {"html": "without JavaScript"}


def file_address(path: str, form: str, query: str = "", table: str = "") -> str:
    """Return where a view, or one of its tables, is to be had in a form; `query` has no question mark."""
    selection = "&".join(part for part in (query, f"table={table}" if table else "") if part)
    return f"{'/index' if path == '/' else path}.{form}" + (f"?{selection}" if selection else "")


def picture(form: str, told: dict[str, str], chart: str = "chart") -> Any:
    """Return the button that makes a picture of a chart (assets/picture.js); `told` is what the picture says.

    `chart` is the id of the chart on its page.
    """
    data: dict[str, Any] = {"data-form": form, "data-chart": chart}
    data |= {f"data-{name}": text for name, text in told.items()}
    own = "" if chart == "chart" else f"-{chart}"
    return html.Button(form.upper(), type="button", className="picture", id=f"picture-{form}{own}", **data)


def line(
    path: str,
    query: str = "",
    tables: Sequence[str] = (),
    more: Sequence[Any] = (),
    before: Sequence[Any] = (),
    cite: str = "",
) -> Any:
    """Return the line for a view: each of its tables (none named where there is one) and the whole in every form.

    On paper, where files are of no use, `cite` stands instead.
    """
    parts: list[Any] = [html.Span("This view as", className="muted"), *before]
    for table in tables or ("",):
        links = [
            html.A(name, href=file_address(path, form, query, table), id=f"file-{form}{'-' if table else ''}{table}",
                   **aria(label=f"{name} of {table}" if table else name))
            for form, name in FILES.items()
        ]  # fmt: skip
        parts += [html.Span([f"{table}: ", *_spaced(links)]) if table else html.Span(_spaced(links))]
    whole = [html.A(name, href=file_address(path, form, query), id=f"file-{form}") for form, name in WHOLE.items()]
    cited = [html.P(cite, className="cite printed")] if cite else []
    return html.Div(
        [*parts, *whole, *more, *cited], className="downloads", role="group", **aria(label="This view as a file")
    )


def _spaced(links: Sequence[Any]) -> list[Any]:
    """Return links with a space between them."""
    return [part for link in links for part in (link, " ")][:-1]
