// A button with data-form makes a picture of the chart in the browser: PNG or SVG, with what it says and where it is from.
(function () {
    const LINE = 22;
    const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

    // Lines no wider than the picture, measured: the browser's own breaking cannot be had inside an SVG.
    const ruler = document.createElement("canvas").getContext("2d");
    function lines(text, width, font) {
        ruler.font = font;
        const found = [""];
        for (const word of text.split(/\s+/)) {
            const line = found[found.length - 1];
            if (line && ruler.measureText(line + " " + word).width > width) found.push(word);
            else found[found.length - 1] = line ? line + " " + word : word;
        }
        return found;
    }

    function words(text, size, bold, place, layout, colour) {
        return Object.assign({
            text: (bold ? "<b>" : "") + text.map(escaped).join("<br>") + (bold ? "</b>" : ""), xref: "paper", yref: "paper",
            x: 0, xanchor: "left", xshift: 8 - (layout.margin.l || 0), align: "left", showarrow: false,
            font: {size: size, color: colour, family: layout.font && layout.font.family}
        }, place);
    }

    // The chart as it is on the page, with room above for its sentence and below for its citation.
    function told(graph, plot, button) {
        const style = getComputedStyle(document.body);
        const width = Math.round(plot.getBoundingClientRect().width);
        const height = Math.round(graph === plot ? plot.getBoundingClientRect().height : graph.layout.height);
        const family = (graph.layout.font && graph.layout.font.family) || style.fontFamily;
        const above = lines(button.dataset.says || "", width - 24, "bold 17px " + family);
        const below = lines(button.dataset.cite || "", width - 24, "12px " + family);
        const layout = Object.assign({}, graph.layout);
        layout.margin = Object.assign({l: 0, r: 0, t: 0, b: 0}, graph.layout.margin);
        const top = above.length * LINE + 24 + layout.margin.t;
        const bottom = below.length * 16 + 28 + layout.margin.b;
        layout.annotations = (graph.layout.annotations || []).concat([
            words(above, 17, true, {y: 1, yanchor: "bottom", yshift: 12 + layout.margin.t}, layout, style.color),
            words(below, 12, false, {y: 0, yanchor: "top", yshift: -12 - layout.margin.b}, layout, style.color)
        ]);
        layout.paper_bgcolor = style.backgroundColor;
        layout.height = height + top - layout.margin.t + bottom - layout.margin.b;
        layout.width = width;
        layout.autosize = false;
        layout.margin.t = top;
        layout.margin.b = bottom;
        return {data: graph.data, layout: layout, config: {showSendToCloud: false}};
    }

    async function save(button) {
        const place = document.getElementById(button.dataset.chart);
        const plot = place.querySelector(".js-plotly-plot");
        if (!plot || !window.Plotly) return;
        const form = button.dataset.form;
        // A chart of several plots is one picture (assets/charts.js).
        const picture = told(place.figure || plot, plot, button);
        const size = {format: form, width: picture.layout.width, height: picture.layout.height, scale: form === "png" ? 2 : 1};
        const link = document.createElement("a");
        link.href = await window.Plotly.toImage(picture, size);
        link.download = (button.dataset.name || "on-record") + "." + form;
        document.body.appendChild(link);
        link.click();
        link.remove();
    }

    document.addEventListener("click", function (event) {
        const button = event.target.closest && event.target.closest("button.picture");
        if (button) save(button);
    });
})();
