// The SQL page: sends the question in the box, shows the answer, keeps the question in the address. Leaving or cancelling
// closes the connection, and the server then stops the question.
(function () {
    const LONGEST = 7000;
    const find = (id) => document.getElementById(id);
    // The day as recorded on stays with the question.
    const day = () => new URLSearchParams(window.location.search).get("recorded_on");
    const query = (sql) => new URLSearchParams(day() ? {q: sql, recorded_on: day()} : {q: sql});
    const asked = () => new URLSearchParams(window.location.search).get("q");
    let running = null;
    let shownOn = null;

    const say = (text) => { const place = find("sql-status"); if (place) place.textContent = text; };

    function settle(isRunning) {
        if (!find("sql-run")) return;
        find("sql-run").disabled = isRunning;
        find("sql-cancel").disabled = !isRunning;
    }

    async function show(sql) {
        if (running) running.abort();
        const mine = running = new AbortController();
        settle(true);
        say("Asking …");
        try {
            const scheme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
            const answer = await fetch(`/sql/run?${query(sql)}&scheme=${scheme}`, {signal: mine.signal});
            const part = await answer.text();
            if (mine !== running || !find("sql-result")) return;
            // Markup of our own server, which escapes every text in it.
            find("sql-result").innerHTML = part;
            draw();
            const caption = document.querySelector("#sql-result caption");
            say(answer.ok ? (caption ? caption.textContent : "Answered.") : "No answer.");
        } catch (reason) {
            if (mine === running) say(mine.signal.aborted ? "Cancelled." : "The server does not answer.");
        } finally {
            if (mine === running) { running = null; settle(false); }
        }
    }

    // An answer whose columns make a chart brings its figure; the chart library comes with the first of them.
    function draw() {
        const made = find("sql-figure");
        const graph = made && {namespace: "dash_core_components", type: "Graph", props: {
            id: "sql-graph", figure: JSON.parse(made.dataset.figure), responsive: true, config: {displayModeBar: false},
        }};
        window.dash_clientside.set_props("sql-chart", {children: graph || null});
    }

    function run() {
        const sql = find("sql-text").value;
        if (!sql.trim()) return say("There is no question yet.");
        if (encodeURIComponent(sql).length > LONGEST) return say("The question is too long for an address.");
        if (sql !== asked()) window.history.pushState(null, "", "/sql?" + query(sql));
        return show(sql);
    }

    function fill(sql) {
        window.dash_clientside.set_props("sql-text", {value: sql});
        find("sql-text").value = sql;
    }

    document.addEventListener("click", function (event) {
        const target = event.target;
        if (target.id === "sql-run") run();
        if (target.id === "sql-cancel" && running) running.abort();
        const other = target.closest && target.closest("a.sql-day");
        if (other && asked()) {
            // The question as it was last asked, to the record of another day.
            const to = new URL(other.href);
            to.searchParams.set("q", asked());
            other.href = to.href;
        }
        const link = target.closest && target.closest("a.sql-ask");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        fill(new URL(link.href).searchParams.get("q"));
        run();
        find("sql-text").focus();
    });
    document.addEventListener("keydown", function (event) {
        if (event.target.id !== "sql-text" || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        run();
    });
    window.addEventListener("popstate", function () {
        if (!find("sql-text")) return;
        fill(asked() || "from range_deaths");
        if (asked()) show(asked()); else { find("sql-result").innerHTML = ""; say(""); }
    });
    // The page appears when Dash has drawn it; a question in the address is then asked at once.
    new MutationObserver(function () {
        const page = find("sql-page");
        if (page === shownOn) return;
        shownOn = page;
        if (!page && running) running.abort();
        if (page && asked()) show(asked());
    }).observe(document.documentElement, {childList: true, subtree: true});
})();
