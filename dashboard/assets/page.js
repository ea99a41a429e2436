// What only the browser knows: colour scheme and width. The state of the page lives in its address and nowhere else.
(function () {
    const NARROW = 980;
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const narrow = window.matchMedia(`(max-width: ${NARROW}px)`);
    const viewport = function () {
        document.documentElement.classList.toggle("drawn-dark", dark.matches);
        return {scheme: dark.matches ? "dark" : "light", is_narrow: narrow.matches};
    };
    // While it prints a browser calls every page light and of another width; the chart stays as it was drawn.
    let isPrinting = false;
    const tell = () => isPrinting || window.dash_clientside.set_props("viewport", {data: viewport()});
    dark.addEventListener("change", tell);
    narrow.addEventListener("change", tell);

    // An A4 sheet within its margins is 182 mm wide, which are 688 CSS pixels.
    const SHEET = 688;
    window.addEventListener("beforeprint", function () {
        isPrinting = true;
        const graph = document.querySelector("#chart .main-svg");
        const width = graph ? graph.getBoundingClientRect().width : 0;
        document.documentElement.style.setProperty("--sheet", width > SHEET ? SHEET / width : 1);
    });
    window.addEventListener("afterprint", function () {
        isPrinting = false;
    });

    // Within a page only its query string changes; another page is another path, told as dcc.Link tells it.
    const go = function (href) {
        const target = new URL(href, window.location.href);
        if (target.pathname === window.location.pathname) {
            window.dash_clientside.set_props("url", {search: target.search});
            return;
        }
        window.history.pushState({}, "", target.pathname + target.search);
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
        window.scrollTo(0, 0);
    };

    // The links to other pages carry the view along, but not the figure that is open: it belongs to its own page.
    function carry(pathname, search, ids) {
        const query = new URLSearchParams(search);
        query.delete("figure");
        const carried = query.size ? "?" + query.toString() : "";
        const here = pathname.replace(/(.)\/$/, "$1");
        return [ids.map((id) => id.nav + carried), ids.map((id) => (id.nav === here ? "page" : "false"))];
    }

    // The day as known on: the slider and the player replace the address instead of filling the history with days.
    const PAUSE = 1400;
    let player = null;
    function show(place, days) {
        const query = new URLSearchParams(window.location.search);
        const shown = query.get("known_on");
        const last = days.length - 1;
        const now = shown === null ? last : days.reduce((at, day, n) => (day <= shown ? n : at), 0);
        if (place === now) return;
        if (place >= last) query.delete("known_on"); else query.set("known_on", days[place]);
        const search = query.size ? "?" + query.toString() : "";
        window.history.replaceState({}, "", window.location.pathname + search);
        window.dash_clientside.set_props("url", {search: search, href: window.location.href});
    }
    // Only the reader's hand moves the address: what the server says of the slider follows the address and must not.
    let known = [];
    function keep(days) {
        known = days || [];
        field();
    }
    // Beside the slider a day can be typed: also one between two days with news, or after the last one.
    function field() {
        const place = document.getElementById("day-typed");
        if (!place || !known.length) return;
        let day = document.getElementById("day-field");
        if (!day) {
            const label = Object.assign(document.createElement("label"), {htmlFor: "day-field", className: "muted"});
            label.textContent = "or on the day";
            day = Object.assign(document.createElement("input"), {type: "date", id: "day-field", required: true});
            place.append(label, day);
            day.addEventListener("change", function () {
                if (!day.reportValidity()) return;
                const query = new URLSearchParams(window.location.search);
                if (day.value === known[known.length - 1]) query.delete("known_on"); else query.set("known_on", day.value);
                go("?" + query.toString());
            });
        }
        const named = new URLSearchParams(window.location.search).get("known_on") || "";
        // An address may hold anything; the page says that it is no day.
        const shown = /^\d{4}-\d{2}-\d{2}$/.test(named) ? named : known[known.length - 1];
        const today = new Date().toISOString().slice(0, 10);
        const last = known[known.length - 1];
        Object.assign(day, {min: known[0], max: today > last ? today : last});
        if (document.activeElement !== day && day.value !== shown) day.value = shown;
    }
    document.addEventListener("input", function (event) {
        if (event.target.id === "day" && known.length) show(Number(event.target.value), known);
    });
    function stop() {
        clearInterval(player);
        player = null;
        if (document.getElementById("play")) window.dash_clientside.set_props("play", {children: "Play"});
    }
    function play(presses) {
        const days = known;
        if (!presses || !days.length) return;
        if (player !== null) return stop();
        const slider = document.getElementById("day");
        let place = Number(slider.value) >= days.length - 1 ? -1 : Number(slider.value);
        const forward = function () {
            place += 1;
            if (!document.getElementById("day") || place >= days.length) return stop();
            show(place, days);
            if (place === days.length - 1) stop();
        };
        player = setInterval(forward, PAUSE);
        window.dash_clientside.set_props("play", {children: "Pause"});
        forward();
    }

    // A click on a mark opens its figure, as the link in its table row does; one on a place shows that place's.
    function open(click) {
        const told = click.points[0].customdata;
        const query = new URLSearchParams(window.location.search);
        // A sum: the same view, narrowed to the figures that it is made of.
        if (typeof told === "string" && told.startsWith("?")) new URLSearchParams(told).forEach((value, name) => query.set(name, value));
        else if (typeof told === "string") query.set("figure", told);
        else if (Array.isArray(told) && typeof told[0] === "string") {
            // A place of the map: its figures.
            query.set("place", told[0]);
            query.delete("tab");
        } else return;
        go("?" + query.toString());
    }

    window.dash_clientside = Object.assign({}, window.dash_clientside, {
        page: {viewport: viewport, open: open, carry: carry, keep: keep, play: play}
    });

    // Links within the page change the address without loading it anew; they stay links to copy or open elsewhere.
    let pressed = null;
    let opener = null;
    document.addEventListener("click", function (event) {
        const link = event.target.closest && event.target.closest("a.soft");
        // Before Dash is there a link is a link.
        if (!link || link.closest("#first-view") || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(link.getAttribute("href"));
        if (link.closest(".drawer, .bar")) return;
        const menu = link.closest("details.menu");
        if (menu) {
            menu.open = false;
            menu.querySelector("summary").focus();
        }
        pressed = menu ? menu.querySelector("summary").id : link.id;
        if (link.closest("table")) opener = link.id;
        setTimeout(() => { pressed = null; }, 3000);
    });
    document.addEventListener("keydown", function (event) {
        const close = document.getElementById("close-drawer");
        if (event.key === "Escape" && close) close.click();
        const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
        if (menu) {
            menu.open = false;
            menu.querySelector("summary").focus();
        }
    });
    // One menu is open at a time; a press elsewhere closes it.
    document.addEventListener("click", function (event) {
        const inside = event.target.closest && event.target.closest("details.menu");
        for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== inside) menu.open = false;
    });

    // New rows and links replace the old ones, and would drop the focus with them: the drawer takes it when it opens and
    // gives it back when it closes; a pressed link keeps it.
    new MutationObserver(function () {
        // On a phone the chart comes first: the choices are folded once, as the page appears.
        const box = document.getElementById("choices");
        if (box && !box.dataset.seen) {
            box.dataset.seen = "yes";
            box.open = !window.matchMedia("(max-width: 760px)").matches;
        }
        const slider = document.getElementById("day");
        const day = document.getElementById("day-words");
        if (slider && day && slider.getAttribute("aria-valuetext") !== day.textContent) {
            slider.setAttribute("aria-valuetext", day.textContent);
        }
        field();
        const title = document.getElementById("drawer-title");
        if (title) {
            if (title.dataset.shows !== window.location.search) title.focus({preventScroll: true});
            title.dataset.shows = window.location.search;
            return;
        }
        const back = document.activeElement === document.body && document.getElementById(opener || pressed);
        if (back) {
            back.focus({preventScroll: true});
            opener = null;
        }
    }).observe(document.documentElement, {childList: true, subtree: true});
})();
