// What only the browser knows: colour scheme and width. The state of the page lives in its address and nowhere else.
(function () {
    const NARROW = 980;
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const narrow = window.matchMedia(`(max-width: ${NARROW}px)`);
    const viewport = () => ({scheme: dark.matches ? "dark" : "light", is_narrow: narrow.matches});
    const tell = () => window.dash_clientside.set_props("viewport", {data: viewport()});
    dark.addEventListener("change", tell);
    narrow.addEventListener("change", tell);

    const go = (search) => window.dash_clientside.set_props("url", {search: search});

    // A click on a mark opens its figure, as the link in its table row does.
    function open(click, search) {
        const query = new URLSearchParams(search);
        query.set("figure", click.points[0].customdata);
        go("?" + query.toString());
    }

    window.dash_clientside = Object.assign({}, window.dash_clientside, {page: {viewport: viewport, open: open}});

    // Links within the page change the address without loading it anew; they stay links to copy or open elsewhere.
    let pressed = null;
    let opener = null;
    document.addEventListener("click", function (event) {
        const link = event.target.closest && event.target.closest("a.soft");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(link.getAttribute("href"));
        if (link.closest(".drawer")) return;
        pressed = link.id;
        if (link.closest("table")) opener = link.id;
        setTimeout(() => { pressed = null; }, 3000);
    });
    document.addEventListener("keydown", function (event) {
        const close = document.getElementById("close-drawer");
        if (event.key === "Escape" && close) close.click();
    });

    // New rows and links replace the old ones, and would drop the focus with them: the drawer takes it when it opens and
    // gives it back when it closes; a pressed link keeps it.
    new MutationObserver(function () {
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
