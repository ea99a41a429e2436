// The field of the search as a combobox: what fits is offered while a name is typed, by keyboard or pointer.
// Without this file the field is a form that asks for the page of results.
(function () {
    const WAIT = 120;
    const ready = function () {
        const field = document.getElementById("find");
        if (!field || field.getAttribute("role")) return;
        const form = field.form;
        const list = document.createElement("ul");
        list.id = "found";
        list.setAttribute("role", "listbox");
        list.setAttribute("aria-label", "What fits");
        list.hidden = true;
        const said = document.createElement("p");
        said.className = "unseen";
        said.setAttribute("role", "status");
        form.append(list, said);
        for (const [name, value] of Object.entries({
            role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false"
        })) field.setAttribute(name, value);

        let asked = null;
        let timer = null;
        let at = -1;
        const options = () => [...list.children];
        function close() {
            clearTimeout(timer);
            if (asked) asked.abort();
            list.hidden = true;
            at = -1;
            field.setAttribute("aria-expanded", "false");
            field.removeAttribute("aria-activedescendant");
        }
        function choose(place) {
            const every = options();
            at = every.length ? (place + every.length) % every.length : -1;
            every.forEach((each, n) => each.setAttribute("aria-selected", n === at ? "true" : "false"));
            if (at < 0) return;
            field.setAttribute("aria-activedescendant", every[at].id);
            every[at].scrollIntoView({block: "nearest"});
        }
        function option(told, n) {
            const line = document.createElement("li");
            line.id = `found-${n}`;
            line.setAttribute("role", "option");
            line.setAttribute("aria-selected", "false");
            line.dataset.href = told.href;
            const name = document.createElement("strong");
            name.textContent = told.name;
            const detail = document.createElement("span");
            detail.textContent = ` ${told.detail}`;
            line.append(name, detail);
            return line;
        }
        function show(found) {
            list.replaceChildren(...found.map(option));
            at = -1;
            field.removeAttribute("aria-activedescendant");
            list.hidden = !found.length;
            field.setAttribute("aria-expanded", found.length ? "true" : "false");
            said.textContent = found.length ? `${found.length} found` : "Nothing found";
        }
        async function ask() {
            if (asked) asked.abort();
            asked = new AbortController();
            const query = new URLSearchParams({q: field.value});
            const day = new URLSearchParams(window.location.search).get("recorded_on");
            if (day) query.set("recorded_on", day);
            try {
                const answer = await fetch(`/search/suggestions?${query}`, {signal: asked.signal});
                if (!answer.ok) return close();
                const told = await answer.json();
                if (told.query === field.value && document.activeElement === field) show(told.found);
            } catch (reason) {
                if (reason.name !== "AbortError") close();
            }
        }
        field.addEventListener("input", function () {
            clearTimeout(timer);
            if (!field.value.trim()) return close();
            timer = setTimeout(ask, WAIT);
        });
        field.addEventListener("keydown", function (event) {
            if (event.key === "Escape") {
                if (!list.hidden) event.preventDefault();
                event.stopPropagation();
                close();
            } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
                event.preventDefault();
                if (list.hidden) return ask();
                choose(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
            } else if (event.key === "Enter" && at >= 0) {
                event.preventDefault();
                window.location.assign(options()[at].dataset.href);
            }
        });
        field.addEventListener("blur", close);
        // Pressed, not clicked: the field would lose the focus first, and the list would be gone.
        list.addEventListener("mousedown", function (event) {
            event.preventDefault();
            const line = event.target.closest("[role=option]");
            if (line) window.location.assign(line.dataset.href);
        });
        // The record of another day, as the page shows it by then.
        form.addEventListener("submit", function () {
            const day = new URLSearchParams(window.location.search).get("recorded_on");
            let kept = form.querySelector("[name=recorded_on]");
            if (day && !kept) {
                kept = document.createElement("input");
                kept.type = "hidden";
                kept.name = "recorded_on";
                form.append(kept);
            }
            if (kept && day) kept.value = day;
            if (kept && !day) kept.remove();
        });
    };
    document.addEventListener("keydown", function (event) {
        const field = document.getElementById("find");
        const writes = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
        if (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey || !field) return;
        event.preventDefault();
        field.focus();
        field.select();
    });

    // A menu of many choices has a field that narrows them; it is offered where there is something to narrow.
    const MANY = 12;
    document.addEventListener("toggle", function (event) {
        const menu = event.target;
        if (!menu.matches || !menu.matches("details.menu[open]")) return;
        const items = () => [...menu.querySelectorAll("li")];
        if (items().length < MANY || menu.querySelector(".narrow")) return;
        const field = document.createElement("input");
        field.type = "search";
        field.className = "narrow";
        field.setAttribute("aria-label", "Narrow these choices");
        field.placeholder = "Narrow";
        const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
        field.addEventListener("input", function () {
            const words = plain(field.value).split(/\s+/).filter(Boolean);
            for (const item of items()) {
                const text = plain(`${item.textContent} ${item.dataset.names || ""}`);
                item.hidden = !words.every((word) => text.includes(word));
            }
        });
        field.addEventListener("keydown", function (event) {
            const first = items().find((item) => !item.hidden);
            if (event.key === "Enter" && first) first.querySelector("a").click();
            if (event.key === "ArrowDown" && first) {
                event.preventDefault();
                first.querySelector("a").focus();
            }
        });
        menu.querySelector("ul").prepend(Object.assign(document.createElement("li"), {className: "narrowing"}));
        menu.querySelector(".narrowing").append(field);
        field.focus();
    }, true);

    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
    else ready();
})();
