"""Parts of a measure page travel as HTML: nothing is lost on the way, buttons work, texts stay texts."""

from collections.abc import Iterator
from typing import Any

import pytest
from dash import Dash, html
from dash.development.base_component import Component
from flask.testing import FlaskClient
from test_first_page import ask, shown

from dashboard.components.parts import elsewhere
from dashboard.exports import static_html
from dashboard.sections import measure, measure_controls

# What the renderer need not know: what it takes apart by itself.
KNOWN = {"children", "hidden", "open", *static_html.ATTRIBUTES}
SEARCHES = ["", "?tab=table", "?tab=chart&figure=f-01", "?tab=map", "?tab=time&clock=known", "?place=SY&tab=places"]


def components(part: Any) -> Iterator[Component]:
    """Give every component of a part, itself too."""
    if isinstance(part, list | tuple):
        for each in part:
            yield from components(each)
    if isinstance(part, Component):
        yield part
        yield from components(getattr(part, "children", None))


@pytest.mark.parametrize("search", SEARCHES)
def test_every_property_of_a_part_is_one_that_html_has(app: Dash, search: str) -> None:
    with app.server.test_request_context(f"/deaths{search}"):
        found = measure.show("/deaths", search)
    every = [one for name in measure.MARKUP for one in components(found[name])]
    assert len(every) > 20
    for one in every:
        props = one.to_plotly_json()["props"]
        lost = {name for name in props if name not in KNOWN and not name.startswith(("aria-", "data-"))}
        assert not lost - {"n_clicks"}, (one, lost)


def test_what_travels_as_html_has_an_empty_place_on_the_page(app: Dash) -> None:
    with app.server.test_request_context("/deaths"):
        page = html.Div(measure_controls.skeleton("An episode", measure.read_measure_page("/deaths", "").view))
    for name in measure.MARKUP:
        # React would take out of it what it put there, and find something else.
        assert getattr(page[measure.PLACES[name].component_id], "children", None) is None, name


def test_buttons_work_and_ids_are_spelt_as_dash_spells_them() -> None:
    told = static_html.within_page([html.Button("Copy", className="copy", **{"data-copy": 'a "b"'}),
                                    html.A("x", id={"opens": "f-1", "by": "y"})])  # fmt: skip
    assert "disabled" not in told and 'data-copy="a &quot;b&quot;"' in told
    assert 'id="{&quot;by&quot;:&quot;y&quot;,&quot;opens&quot;:&quot;f-1&quot;}"' in told


def test_what_documents_say_stays_text_in_a_part(app: Dash) -> None:
    client: FlaskClient = app.server.test_client()
    told = ask(client, shown(app), "?tab=table&population=civilians").json["response"]["markup"]["data"]["table"]
    assert "<i>40</i>" not in told and "&lt;i&gt;40&lt;/i&gt;" in told


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript://x", "data:text/html,x", "//x", "http://[", "", None]
)
def test_what_is_no_address_of_the_web_is_no_link(url: str) -> None:
    assert elsewhere("CC BY 4.0", url) == "CC BY 4.0"


@pytest.mark.parametrize("url", ["https://example.org/licence", "http://example.org"])
def test_an_address_of_the_web_is_a_link(url: str) -> None:
    link = elsewhere("CC BY 4.0", url)
    assert (link.href, link.children) == (url, "CC BY 4.0")
