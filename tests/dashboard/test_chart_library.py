"""plotly.js in the project is the one it says it is, charts are drawn with it, and pictures of them can be taken."""

from hashlib import sha256

from browsing import TRACES, needs_chromium, visit
from dash import Dash
from playwright.sync_api import Browser
from plotly.offline import get_plotlyjs_version
from small_publication import PATHS

from dashboard.http import static_files

# A picture is asked for the way plotly's own button does it.
PICTURE = """async (format) => {
    const chart = document.querySelector("#chart .js-plotly-plot");
    return (await window.Plotly.toImage(chart, {format: format, width: 400, height: 300})).slice(0, 30);
}"""


def test_the_bundle_is_unchanged_and_as_new_as_the_installed_plotly() -> None:
    told = (static_files.FILE.parent / "README.md").read_text(encoding="utf-8")
    content = static_files.FILE.read_bytes()
    assert f"sha256 of the file: {sha256(content).hexdigest()}" in told
    assert get_plotlyjs_version() == static_files.VERSION
    assert f"plotly.js (basic - minified) v{static_files.VERSION}".encode() in content[:200]
    assert f"version {static_files.VERSION}," in told.replace("\n", " ")
    assert (static_files.FILE.parent / "LICENSE").exists()


def test_only_pages_with_charts_ask_for_it_at_once(app: Dash) -> None:
    client = app.server.test_client()
    for path in ("/", *PATHS):
        assert static_files.address() in client.get(path).headers["Link"], path
    for path in ("/about", "/sql", "/checks", "/sources", "/figure/f-01", "/nowhere"):
        assert "Link" not in client.get(path).headers, path


@needs_chromium
def test_charts_are_drawn_with_it_and_pictures_need_no_other(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    selection: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: selection.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    visit(page, f"{address}/about")
    page.wait_for_selector("main h1")
    page.wait_for_load_state("networkidle")
    assert [url for url in selection if "plotly" in url] == []
    page.click("nav.bar >> text=Deaths")
    page.wait_for_selector(TRACES, state="attached")
    assert page.evaluate(PICTURE, "svg").startswith("data:image/svg+xml")
    assert page.evaluate(PICTURE, "png").startswith("data:image/png;base64,")
    visit(page, f"{address}/deaths")
    page.wait_for_selector(TRACES, state="attached")
    assert {url for url in selection if "plotly" in url} == {address + static_files.address()}
    assert said == []
    page.close()
