// Draws the chart of a measure page. A chart of several rows of panels is cut into a plot for each row; a plot is drawn when
// it comes into sight, each in a task of its own, and only where it shows something else than before.
(function () {
    const NEAR = "400px 0px";
    const NUMBERED = /^([xy])(?:axis)?(\d*)/;

    // The axes of each row get numbers of their own; whatever names an axis is told its new one.
    function renamed(reference, numbers) {
        return String(reference).replace(NUMBERED, (all, letter, number) => (numbers.has(number) ? letter + numbers.get(number) : all));
    }

    function cut(figure, top, height) {
        const {data, layout} = figure;
        const high = 1 - top / layout.height;
        const share = height / layout.height;
        const within = (y) => (y - (high - share)) / share;
        const isWithin = (y) => y <= high && y > high - share;
        const numbers = new Map();
        for (const [name, axis] of Object.entries(layout)) {
            if (!name.startsWith("yaxis") || !isWithin((axis.domain[0] + axis.domain[1]) / 2)) continue;
            numbers.set(name.slice(5), numbers.size ? String(numbers.size + 1) : "");
        }
        const own = {height: height, annotations: [], shapes: []};
        for (const [number, renumbered] of numbers) {
            for (const letter of ["x", "y"]) {
                const axis = Object.assign({}, layout[`${letter}axis${number}`]);
                axis.anchor = renamed(axis.anchor, numbers);
                if (letter === "y") axis.domain = axis.domain.map((y) => Math.min(1, Math.max(0, within(y))));
                own[`${letter}axis${renumbered}`] = axis;
            }
        }
        for (const note of layout.annotations || []) {
            const isOnPaper = note.yref === "paper";
            if (isOnPaper ? isWithin(note.y) : numbers.has(NUMBERED.exec(note.yref)[2])) own.annotations.push(Object.assign(
                {}, note, {xref: renamed(note.xref, numbers), yref: renamed(note.yref, numbers)}, isOnPaper && {y: within(note.y)}
            ));
        }
        for (const shape of layout.shapes || []) {
            if (!numbers.has(NUMBERED.exec(shape.yref)[2])) continue;
            own.shapes.push(Object.assign({}, shape, {xref: renamed(shape.xref, numbers), yref: renamed(shape.yref, numbers)}));
        }
        const shared = Object.fromEntries(Object.entries(layout).filter(([name]) => !/^[xy]axis/.test(name)));
        const traces = data.filter((trace) => numbers.has(NUMBERED.exec(trace.yaxis || "y")[2]));
        return {
            data: traces.map((trace) => Object.assign(
                {}, trace, {xaxis: renamed(trace.xaxis || "x", numbers), yaxis: renamed(trace.yaxis || "y", numbers)}
            )),
            layout: Object.assign(shared, own)
        };
    }

    function pieces(figure) {
        if (!figure.data.length) return [];
        const rows = figure.rows || [];
        if (rows.length < 2) return [{data: figure.data, layout: figure.layout}];
        let top = 0;
        return rows.map(function (height) {
            top += height;
            return cut(figure, top - height, height);
        });
    }

    // What each plot shows, as text; what is still to be drawn of it; and all plots there are.
    const shown = new WeakMap();
    const due = new Map();
    let config = {};
    const plots = new Set();

    function clear(plot) {
        if (plots.delete(plot)) window.Plotly.purge(plot);
    }

    async function plot(place) {
        const piece = due.get(place);
        if (!piece) return;
        due.delete(place);
        await window.Plotly.react(place, piece.data, piece.layout, config);
        if (plots.has(place)) return;
        plots.add(place);
        place.on("plotly_click", window.dash_clientside.page.open);
    }

    // One at a time: between two the browser answers its reader.
    const line = [];
    function next() {
        const place = line.shift();
        if (!place) return;
        if (place.isConnected) plot(place);
        if (line.length) setTimeout(next, 0);
    }
    function queue(place) {
        if (line.push(place) === 1) setTimeout(next, 0);
    }
    const watcher = new IntersectionObserver(function (seen) {
        for (const each of seen) if (each.isIntersecting) {
            watcher.unobserve(each.target);
            queue(each.target);
        }
    }, {rootMargin: NEAR});

    async function draw(figure) {
        // A promise of plotly.js, until it is here itself (assets/first/chart_library.js).
        await Promise.resolve(window.Plotly);
        const chart = document.getElementById("chart");
        if (!figure || !chart) return;
        // For pictures, which show all of it.
        chart.figure = figure;
        config = figure.config;
        const wanted = pieces(figure);
        for (const old of [...plots]) if (!old.isConnected) clear(old);
        for (const old of [...chart.children].slice(wanted.length)) {
            clear(old);
            old.remove();
        }
        wanted.forEach(function (piece, number) {
            const place = chart.children[number] || chart.appendChild(document.createElement("div"));
            place.classList.add("piece");
            place.style.height = piece.layout.height + "px";
            const text = JSON.stringify(piece);
            if (shown.get(place) === text) return;
            shown.set(place, text);
            due.set(place, piece);
            // The page is not shown before its first chart is drawn (assets/first/first_view.js).
            if (!number && document.body.classList.contains("first")) queue(place);
            else {
                watcher.unobserve(place);
                watcher.observe(place);
            }
        });
    }

    // Paper has all of them.
    window.addEventListener("beforeprint", function () {
        for (const place of [...due.keys()]) if (place.isConnected) plot(place);
    });

    window.dash_clientside = Object.assign({}, window.dash_clientside, {charts: {draw: draw}});
})();
