// The page as the server built it is there before Dash has started. Its first chart is drawn here, as soon as plotly.js has
// come; once Dash's own page is whole it takes its place, where the reader was.
(function () {
    // An embedded view shows its chart, its sentence and where it is from, and no controls.
    const embed = () => document.documentElement.classList.toggle(
        "embed", new URLSearchParams(window.location.search).get("embed") === "1"
    );
    embed();
    window.addEventListener("popstate", embed);
    window.addEventListener("_dashprivate_pushstate", embed);

    const LONGEST = 30000;
    const view = document.getElementById("first-view");
    const entry = document.getElementById("react-entry-point");
    if (!view) return;
    const media = (query) => window.matchMedia(query).matches;
    const isDark = media("(prefers-color-scheme: dark)");
    document.documentElement.classList.toggle("drawn-dark", isDark);
    // On a phone the choices are folded from the beginning, as assets/page.js folds those of the live page.
    const box = view.querySelector("#choices");
    if (box) {
        box.open = !media("(max-width: 760px)");
        box.dataset.seen = "yes";
    }

    async function draw(place) {
        // A promise of plotly.js, until it is here itself (assets/first/chart_library.js).
        const library = Promise.resolve(window.Plotly);
        const screen = `${isDark ? "dark" : "light"}/${media("(max-width: 980px)") ? "narrow" : "wide"}`;
        const path = location.pathname.replace(/(.)\/$/, "$1");
        const answer = await fetch(`/first-chart/${screen}${path}${location.search}`);
        if (answer.status !== 200) return;
        const {figure, config} = await answer.json();
        await library;
        if (view.isConnected) await window.Plotly.newPlot(place, figure.data, figure.layout, config);
    }
    const place = view.querySelector(".dash-graph > div");
    // Without it the page is whole in words, and the live one draws it again.
    if (place) draw(place).catch(() => {});

    // Dash's page is whole when its words are there and every chart on it is drawn.
    function isWhole() {
        const main = entry.querySelector("main");
        if (!main || !main.querySelector("h1")) return false;
        const words = main.querySelector("#headline");
        if (words && !words.textContent && !main.querySelector("#problems").textContent) return false;
        return [...main.querySelectorAll(".dash-graph")].every(
            (graph) => graph.closest("[hidden]") || graph.querySelector(".main-svg")
        );
    }

    // An id is of one part: once the live page has its own, those here are its parts' old names (style.css knows both).
    new MutationObserver(function (_, watching) {
        if (!entry.querySelector("main")) return;
        watching.disconnect();
        for (const part of [...view.querySelectorAll("[id]")]) {
            part.dataset.id = part.id;
            part.removeAttribute("id");
        }
    }).observe(entry, {childList: true, subtree: true});

    // The part of the live page that is the same as one of this.
    function twin(part) {
        const id = part.id || part.dataset.id;
        if (id) return entry.querySelector(`#${CSS.escape(id)}`);
        return part.getAttribute("href") && entry.querySelector(`[href="${CSS.escape(part.getAttribute("href"))}"]`);
    }

    function give() {
        const focused = view.contains(document.activeElement) && twin(document.activeElement);
        for (const summary of view.querySelectorAll("details[open] > summary")) {
            const same = twin(summary);
            if (same) same.parentElement.open = true;
        }
        const at = window.scrollY;
        document.body.classList.remove("first");
        view.remove();
        if (focused) focused.focus({preventScroll: true});
        window.scrollTo(0, at);
    }

    const began = performance.now();
    const watching = setInterval(function () {
        if (!isWhole() && performance.now() - began < LONGEST) return;
        clearInterval(watching);
        give();
    }, 60);
})();
