// Puts the parts of a page that the server sends as HTML in their places; what is there already is left as it is.
(function () {
    const filled = new WeakMap();

    function put(markup) {
        for (const [id, html] of Object.entries(markup || {})) {
            const place = document.getElementById(id);
            if (!place || filled.get(place) === html) continue;
            filled.set(place, html);
            place.innerHTML = html;
        }
    }

    window.dash_clientside = Object.assign({}, window.dash_clientside, {parts: {put: put}});
})();
