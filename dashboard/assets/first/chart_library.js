// plotly.js of ours instead of Dash's. Dash waits for window.Plotly where it is there: a promise of it will do. The
// bundle replaces the promise by itself when it has come.
(function () {
    const from = new URL(document.querySelector("meta[name=chart-library]").content, window.location.href).href;
    let coming = null;
    function load() {
        coming = coming || new Promise(function (resolve, reject) {
            const script = document.createElement("script");
            script.src = from;
            script.onload = () => resolve();
            script.onerror = function () {
                coming = null;
                reject(new Error("The chart library did not load."));
            };
            document.head.appendChild(script);
        });
        return coming;
    }
    // Where the page's headers have asked for it, it is here long before a chart is: it starts while Dash waits for answers.
    const soon = window.requestIdleCallback || ((run) => setTimeout(run, 0));
    new PerformanceObserver(function (list, watching) {
        if (!list.getEntries().some((one) => one.name === from)) return;
        watching.disconnect();
        soon(() => load().catch(() => {}));
    }).observe({type: "resource", buffered: true});
    window.Plotly = {then: (resolve, reject) => load().then(resolve, reject)};
})();
