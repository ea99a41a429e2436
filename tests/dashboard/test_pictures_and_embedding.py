"""A chart as a picture says what it shows and where it is from; a view to embed stands on another's page, alone."""

import base64
import re
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browsing import TRACES, Watched, needs_chromium, until, visit
from playwright.sync_api import Browser, Page, expect

pytestmark = needs_chromium
# A sentence of several lines.
LONG = "deaths?place=nw&population=within.all&counting=cumulative&party_claims=out&hedge_convention=acled"
VIEWS = ["deaths", LONG, "deaths?tab=time&clock=known&known_on=2024-11-29", "displaced?tab=places&scale=log"]
# How many pixels of three parts of a picture (above, chart, below) are of another colour than its corner.
INK = """
async ([picture, above, below]) => {
    const image = new Image();
    image.src = picture;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const paper = canvas.getContext("2d", {willReadFrequently: true});
    paper.drawImage(image, 0, 0);
    const ink = function (from, to) {
        const pixels = paper.getImageData(0, from, image.width, to - from).data;
        let count = 0;
        for (let at = 0; at < pixels.length; at += 4) {
            if (Math.abs(pixels[at] - pixels[0]) + Math.abs(pixels[at + 1] - pixels[1]) > 90) count += 1;
        }
        return count;
    };
    return [ink(0, above), ink(above, image.height - below), ink(image.height - below, image.height)];
}
"""

# How far to the right the words of an SVG reach, and how wide it is.
REACH = """
(svg) => {
    const holder = document.createElement("div");
    holder.append(document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true));
    document.body.append(holder);
    const picture = holder.firstElementChild.getBoundingClientRect();
    const texts = [...holder.querySelectorAll("text")].map((text) => text.getBoundingClientRect().right);
    holder.remove();
    return [Math.max(...texts) - picture.left, picture.width];
}
"""


def saved(page: Page, form: str) -> tuple[str, bytes]:
    """Click a button and return the name and the content of the file that comes."""
    with page.expect_download() as download:
        page.click(f"#picture-{form}")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def said(svg: str) -> str:
    """Return the words of an SVG, lines joined."""
    lines = re.sub(r"</(tspan|text)>", " ", svg)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", lines)).replace("&amp;", "&")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_picture_holds_the_sentence_the_marks_and_the_citation(
    chromium: Browser, address: str, view: str, scheme: str
) -> None:
    watched = Watched(chromium, address, scheme=scheme)
    page = watched.open(view)
    headline = page.inner_text("#headline")
    cite = page.get_attribute("#picture-svg", "data-cite") or ""
    traces = page.locator(TRACES).count()
    name, content = saved(page, "svg")
    svg = content.decode()
    assert re.fullmatch(r"on-record_[a-z]+_[a-z]+_known-on-2024-1[12]-\d\d\.svg", name)
    assert svg.startswith("<svg") and "</svg>" in svg
    assert headline in said(svg)
    assert cite.startswith("On Record, The offensive") and cite in said(svg)
    assert len(re.findall(r'class="trace scatter', svg)) == traces > 0
    reach, width = page.evaluate(REACH, svg)
    assert reach <= width, "words are cut off"
    assert re.findall(r'(?:href|src)="(?!#|data:)([^"]*)', svg) == [], "nothing in it is fetched"
    name, content = saved(page, "png")
    assert name.endswith(".png") and content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    shown = page.locator("#chart .main-svg").first.bounding_box()
    assert shown and width == pytest.approx(2 * shown["width"], abs=2) and height > 2 * shown["height"]
    # The policy of our page lets it hold pictures of its own: it counts the ink for us.
    picture = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    above, chart, below = page.evaluate(INK, [picture, 60, 44])
    assert above > 1000 and chart > 3000 and below > 500
    watched.expect_silence()
    page.close()


@contextmanager
def somebody_else(framed: str) -> Iterator[str]:
    """Serve a page of another origin that frames an address; gives that page's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<!DOCTYPE html><title>News</title><iframe src="{framed}" width="900" height="700"></iframe>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode() if self.path == "/" else b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_view_to_embed_stands_on_anothers_page_without_its_controls(chromium: Browser, address: str) -> None:
    watched = Watched(chromium, address)
    page = watched.open("deaths?tab=chart&population=fighters")
    embed = page.get_attribute("#embed", "href") or ""
    assert embed.endswith("embed=1")
    page.close()
    with somebody_else(f"{address}{embed}") as host:
        watched = Watched(chromium, address)
        visit(watched.page, host)
        inside = watched.page.frame_locator("iframe")
        expect(inside.locator("#headline")).to_contain_text("Filters: people: Fighters.")
        expect(inside.locator(TRACES)).to_have_count(2)
        parts = (".top", "#controls", "#day-control", "#tabs", "#downloads a >> nth=0", "#table")
        for hidden in (*parts, ".skip >> nth=0", ".skip >> nth=1"):
            expect(inside.locator(hidden)).to_be_hidden()
        home = inside.locator("#home")
        expect(home).to_be_visible()
        expect(home).to_have_attribute("href", "/deaths?episode=offensive&population=fighters&tab=chart")
        expect(inside.locator("#about-build")).to_contain_text("As known on 2 December 2024")
        assert watched.said == []
        assert [selection for selection in watched.elsewhere if not selection.startswith(f"asked {host}")] == []
        watched.page.close()


@pytest.mark.parametrize("search", ["", "?embed=0", "?embed=1&embed=1", "?embed=yes"])
def test_a_view_that_is_not_to_embed_is_refused_in_a_frame(chromium: Browser, address: str, search: str) -> None:
    with somebody_else(f"{address}/deaths{search}") as host:
        watched = Watched(chromium, address)
        visit(watched.page, host)
        until(lambda: any("frame" in each for each in watched.said), "nothing was refused")
        assert "#headline" not in watched.page.frames[-1].content()
        expect(watched.page.frame_locator("iframe").locator("#headline")).to_have_count(0)
        watched.page.close()
