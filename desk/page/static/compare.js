// Two readings settled: each difference is a form of its own, and only one with a reason is taken.
"use strict";
async function send(name, body) {
  const answer = await fetch(`/do/${name}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, credentials: "same-origin", body: JSON.stringify(body),
  });
  const found = await answer.json().catch(() => ({ problem: "The desk has ended: start it anew." }));
  if (!answer.ok) throw new Error(found.problem || "That was refused.");
  return found;
}
document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const told = document.querySelector("#told");
  const given = Object.fromEntries(new FormData(form));
  const asked = form.id === "apply" ? send("apply", {}) : send("decide", { at: Number(form.dataset.at), decision: given.decision || "", value: given.value, reason: given.reason });
  asked.then((found) => {
    told.textContent = found.told;
    told.classList.remove("problem");
    form.classList.add("settled");
    if (found.left === 0 || form.id === "apply") location.reload();
    else if (form.nextElementSibling) form.nextElementSibling.querySelector("input").focus();
  }).catch((error) => { told.textContent = error.message; told.classList.add("problem"); });
});
