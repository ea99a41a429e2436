"""The contrast of what a chart shows, as WCAG 2 counts it: axe does not look inside charts.

The browser is asked which colour each text, mark and line has and which surfaces lie behind it; the arithmetic is here.
"""

from collections.abc import Iterable, Sequence

Colour = tuple[float, float, float, float]

# For every text node, mark and line of the charts: {kind, name, opacity, colours, behind}; `behind` is, for each of
# some points of it, the colours under that point from the back to the front. Colours are [red, green, blue, alpha].
READ = """
() => {
    const parsed = (text, more) => {
        const found = /rgba?\\(([^)]+)\\)/.exec(text);
        if (!found) return null;
        const [red, green, blue, alpha] = found[1].split(",").map(Number);
        return [red, green, blue, (alpha === undefined ? 1 : alpha) * more];
    };
    const opacity = (element) => {
        let all = 1;
        for (let each = element; each && each.tagName !== "BODY"; each = each.parentElement) {
            all *= Number(getComputedStyle(each).opacity);
        }
        return all;
    };
    const filled = (element) => {
        const style = getComputedStyle(element);
        return parsed(style.fill, Number(style.fillOpacity) * opacity(element));
    };
    const stroked = (element) => {
        const style = getComputedStyle(element);
        return parseFloat(style.strokeWidth) ? parsed(style.stroke, Number(style.strokeOpacity)) : null;
    };
    const seen = (element) => {
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        return box.width + box.height > 0 && style.visibility !== "hidden" && style.display !== "none";
    };
    const found = [];
    for (const graph of document.querySelectorAll(".js-plotly-plot")) {
        if (!seen(graph)) continue;
        const surfaces = [...graph.querySelectorAll(".shapelayer path, .fills path, .js-fill")].filter(seen);
        const under = (x, y, not) => surfaces.filter(function (surface) {
            if (surface === not) return false;
            const point = new DOMPoint(x, y).matrixTransform(surface.getScreenCTM().inverse());
            return surface.isPointInFill(point);
        }).map(filled).filter((colour) => colour && colour[3] > 0);
        const spots = (box) => [0.02, 0.5, 0.98].flatMap((across) => [0.1, 0.5, 0.9].map(
            (down) => under(box.left + across * box.width, box.top + down * box.height)));
        for (const text of graph.querySelectorAll("text")) {
            const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const node = walk.currentNode;
                if (!node.textContent.trim() || !seen(node.parentElement)) continue;
                const range = document.createRange();
                range.selectNodeContents(node);
                found.push({
                    kind: "text", name: node.textContent.trim(), opacity: 1,
                    colours: [filled(node.parentElement)], behind: spots(range.getBoundingClientRect())
                });
            }
        }
        for (const mark of graph.querySelectorAll(".scatterlayer .point")) {
            const box = mark.getBoundingClientRect();
            if (!seen(mark)) continue;
            found.push({
                kind: "mark", name: mark.closest(".trace").getAttribute("class"), opacity: opacity(mark),
                colours: [filled(mark), stroked(mark)].filter((colour) => colour),
                behind: [under(box.left + box.width / 2, box.top + box.height / 2)]
            });
        }
        for (const line of graph.querySelectorAll(".js-line, .shapelayer path")) {
            const colour = seen(line) && stroked(line);
            if (!colour) continue;
            const points = [0.07, 0.31, 0.57, 0.83].map((part) => line.getPointAtLength(part * line.getTotalLength())
                .matrixTransform(line.getScreenCTM()));
            // Between two surfaces a line must stand out from the one outside it.
            found.push({
                kind: "line", name: line.getAttribute("class") || "shape", opacity: opacity(line), colours: [colour],
                behind: points.map((point) => under(point.x, point.y, line))
            });
        }
    }
    return {back: parsed(getComputedStyle(document.body).backgroundColor, 1), found: found};
}
"""


def over(front: Sequence[float], back: Sequence[float]) -> Colour:
    """Return what is seen of a colour on an opaque one."""
    share = front[3]
    red, green, blue = (share * front[at] + (1 - share) * back[at] for at in range(3))
    return red, green, blue, 1.0


def luminance(colour: Sequence[float]) -> float:
    """Return the relative luminance of an opaque colour, from 0 (black) to 1 (white)."""
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in
              (each / 255 for each in colour[:3])]  # fmt: skip
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(front: Sequence[float], behind: Iterable[Sequence[float]], opacity: float = 1) -> float:
    """Return the contrast of a colour with the colours behind it, from the back to the front; the first is opaque."""
    below: Sequence[float] = (255, 255, 255, 1)
    for colour in behind:
        below = over(colour, below)
    shown = over((*front[:3], front[3] * opacity), below)
    bright, dark = sorted((luminance(shown), luminance(below)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)
