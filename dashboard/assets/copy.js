// A button with data-copy puts that text on the clipboard and says so, aloud too.
(function () {
    // Where a page is not served from a secure address the browser has no clipboard: a selection is copied instead.
    function select(text) {
        const area = document.createElement("textarea");
        area.value = text;
        document.body.appendChild(area);
        area.select();
        document.execCommand("copy");
        area.remove();
    }

    async function copy(text) {
        try {
            await navigator.clipboard.writeText(text);
        } catch {
            select(text);
        }
    }

    document.addEventListener("click", async function (event) {
        const button = event.target.closest && event.target.closest("button.copy");
        if (!button || button.dataset.copied) return;
        const name = button.getAttribute("aria-label");
        await copy(button.dataset.copy);
        button.focus();
        button.dataset.copied = "yes";
        button.textContent = "Copied";
        button.setAttribute("aria-label", "Copied");
        setTimeout(function () {
            button.textContent = "Copy";
            button.setAttribute("aria-label", name);
            delete button.dataset.copied;
        }, 2000);
    });
})();
