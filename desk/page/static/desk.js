// The keys of the desk. What is shown and what is decided comes from the server; here is only which key asks for what.
"use strict";
const $ = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const state = { number: null, since: Date.now(), third: false, judging: 0, asked: null, busy: Promise.resolve(), moving: 0, held: [] };
// Which key fills what is said in one place (desk/page/show.py), beside what the page tells of it.
const WAYS = JSON.parse(document.body.dataset.ways), FIELDS = JSON.parse(document.body.dataset.fields);

function tell(text, isProblem = false) {
  $("#told").textContent = text;
  $("#told").classList.toggle("problem", isProblem);
}

async function send(name, body = {}) {
  const answer = await fetch(`/do/${name}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, credentials: "same-origin",
    body: JSON.stringify({ document: document.body.dataset.document, ...body }),
  });
  const found = await answer.json().catch(() => ({ problem: "The desk has ended, or does not know this page: start it anew." }));
  if (!answer.ok) throw new Error(found.problem || "That was refused.");
  if (found.told) tell(found.told);
  return found;
}

// One thing after the other: a key pressed while an answer is on its way waits for it.
function after(work) {
  state.busy = state.busy.then(work).catch((error) => tell(error.message, true));
  return state.busy;
}

// What leads to another row: keys pressed before it is there are meant for it, so they are held and pressed again then.
async function moves(work) {
  state.moving += 1;
  await after(work);
  state.moving -= 1;
  while (!state.moving && state.held.length) pressAgain(state.held.shift());
}

// What a person emptied is sent as empty, so that nothing fills it again.
const written = (form) => Object.fromEntries(new FormData(form));
const cells = (form) => Object.fromEntries([...new FormData(form)].filter(([, text]) => text !== ""));
const row = () => $("#row");
const seconds = () => (Date.now() - state.since) / 1000;
// A field one is still typing in is sent as it was before, unless all is asked for.
function current(isWhole = false) {
  state.asked = row() ? written(row()) : {};
  const field = document.activeElement;
  if (!isWhole && row() && row().contains(field) && field.value !== field.defaultValue) {
    state.asked[field.name] = field.defaultValue;
  }
  return { number: state.number, cells: state.asked, seconds: seconds() };
}

async function show(body) {
  const found = await send("card", body);
  replaceCard(found.card, body.cells === state.asked);
  mark();
  if (!found.missing.length) await judge(); else $("#verdict").innerHTML = "";
}

// Of the same row, what was typed or chosen since it was sent is kept, and where; in all else the answer counts.
function replaceCard(html, isSameRow) {
  const old = row();
  const now = old && isSameRow ? written(old) : {};
  const typed = old && isSameRow ? all("#row [name]").map((each) => each.name).filter((name) => now[name] !== state.asked[name]) : [];
  const active = old && old.contains(document.activeElement) ? document.activeElement : null;
  const kept = active && { name: active.name, at: active.selectionStart };
  $("#card").innerHTML = html;
  if (!row()) return;
  typed.forEach((name) => { if (row().elements[name]) row().elements[name].value = now[name] ?? ""; });
  const field = kept && row().elements[kept.name];
  if (!field || !field.focus) return;
  field.focus();
  if (!typed.includes(kept.name)) return field.select();
  field.dataset.isTyped = "yes";
  if (kept.at !== null) field.setSelectionRange(kept.at, kept.at);
}

async function judge() {
  const turn = ++state.judging;
  const found = await send("judge", current());
  if (turn === state.judging) $("#verdict").innerHTML = found.verdict;
}

function mark() {
  all("mark.now").forEach((each) => each.classList.remove("now"));
  all("article p.here").forEach((each) => each.classList.remove("here"));
  const now = state.number === null ? null : $(`mark[data-proposal="${state.number}"]`);
  if (now) { now.classList.add("now"); now.scrollIntoView({ block: "center" }); }
  const paragraph = now ? now.closest("p") : $("article p:not(.read)");
  if (paragraph) { paragraph.classList.add("here"); if (!now) paragraph.scrollIntoView({ block: "center" }); }
}

function open(number) {
  state.number = number;
  state.since = Date.now();
  return show({ number });
}

function step(by) {
  const wanted = state.third ? "mark[data-proposal]:not(.decided):not(.refused)" : "mark.tier1[data-proposal], mark.tier2[data-proposal]";
  const left = all(wanted).map((each) => Number(each.dataset.proposal));
  const every = all("mark[data-proposal]").map((each) => Number(each.dataset.proposal));
  const at = every.indexOf(state.number);
  const next = by > 0 ? every.slice(at + 1).find((each) => left.includes(each)) : every.slice(0, Math.max(at, 0)).reverse().find((each) => left.includes(each));
  const found = next ?? (by > 0 ? left[0] : left[left.length - 1]);
  if (found !== undefined) return open(found);
  state.number = null;
  $("#card").innerHTML = '<p class="hint">No proposal is left. Space marks paragraphs read, a adds, F finishes.</p>';
  $("#verdict").innerHTML = "";
  return mark();
}

async function decided(found) {
  $("#text").innerHTML = found.text;
  $("#progress").innerHTML = found.progress;
  document.activeElement.blur();
  await step(1);
}

async function write() {
  if (!row()) return tell("Choose a phrase first: j, or a to add one.");
  return decided(await send("accept", current()));
}

async function refuse(reason) { await decided(await send("refuse", { number: state.number, reason, seconds: seconds() })); }
const take = (what) => (row() ? show({ ...current(), take: what }) : tell("Choose a phrase first: j, or a to add one."));
const resize = async (change) => { const body = { ...current(), change }; const found = await send("resize", body); replaceCard(found.card, body.cells === state.asked); if (!found.missing.length) await judge(); };

async function read() {
  const paragraph = $("article p.here:not(.read)") || $("article p:not(.read)");
  if (!paragraph) return tell("Every paragraph is marked read.");
  const found = await send("read", { paragraph: Number(paragraph.dataset.number) });
  $("#text").innerHTML = found.text;
  $("#progress").innerHTML = found.progress;
  return mark();
}

// Words marked with the mouse or the keyboard, else words to be typed into the phrase of the paragraph one is in.
async function add() {
  const chosen = String(getSelection());
  const inside = getSelection().anchorNode && getSelection().anchorNode.parentElement.closest("article p");
  const paragraph = (chosen && inside) || $("article p.here") || $("article p:not(.read)") || $("article p");
  state.number = null;
  state.since = Date.now();
  if (chosen && inside) {
    const found = await send("resize", { number: null, cells: { paragraph: paragraph.dataset.number, phrase: chosen.trim() }, change: "" });
    $("#card").innerHTML = found.card;
  } else {
    await show({ number: null, cells: { paragraph: paragraph.dataset.number } });
    row().elements.phrase.focus();
  }
}

function measure(at) {
  const choice = row() && row().elements.measure_id[at];
  if (choice) { choice.checked = true; return show(current()); }
  return null;
}

function focus(name) {
  const field = row() && row().elements[name];
  if (field) { field.focus(); field.select(); }
}

function reveal(id) {
  $(id).open = true;
  $(`${id} input`).focus();
}

const missing = () => { const field = $("#row .missing input"); if (field) field.focus(); else tell("Nothing is missing."); };
const KEYS = {
  j: () => moves(() => step(1)), k: () => moves(() => step(-1)), u: () => moves(async () => decided(await send("undo"))),
  o: () => { state.third = !state.third; tell(state.third ? "The third tier too." : "The first two tiers."); },
  x: () => { if (state.number !== null) $("#why").showModal(); }, m: () => moves(() => refuse("r")), " ": () => after(read), a: () => moves(add),
  e: missing, b: () => reveal("#event"), N: () => reveal("#new-source"), P: () => reveal("#new-place"),
  F: () => moves(async () => decided(await send("finish"))), G: () => moves(async () => decided(await send("program"))), "?": () => $("#help").showModal(),
  Enter: () => moves(write),
};

// A key that stands beside an option takes it, as long as nothing has been typed.
function choose(field, key) {
  const option = field.value === field.defaultValue && key.length === 1 && field.closest(".field")?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!option) return false;
  Object.entries(JSON.parse(option.dataset.cells)).forEach(([name, text]) => { row().elements[name].value = text; });
  field.blur();
  after(() => show(current()));
  return true;
}

// Enter in the phrase takes what was typed as words of the text; in any other field it writes the row.
function enter(field) {
  if (field.name === "phrase" || field.name === "paragraph") return after(async () => { document.activeElement.blur(); await resize(""); });
  return moves(async () => { await show(current(true)); await write(); });
}

const FOCUSED = "input:not([type=radio]), summary, button, a";
// Whether a key did something; what it does in a field otherwise is the browser's.
function press(key, target) {
  if ($("#why").open) {
    if (key === "Escape") return false;
    $("#why").close();
    moves(() => refuse(key));
    return true;
  }
  if ($("#help").open) return false;
  const field = target.closest(FOCUSED);
  if (field) {
    if (key === "Escape") { field.blur(); return true; }
    if (choose(field, key)) return true;
    if (key !== "Enter" || !row() || !row().contains(field)) return false;
    enter(field);
    return true;
  }
  const act = KEYS[key] || (WAYS[key] && (() => after(() => take(WAYS[key])))) || (FIELDS[key] && (() => focus(FIELDS[key]))) || ("[]{}".includes(key) && row() && (() => after(() => resize(key)))) ||
    (/^[1-9]$/.test(key) && (() => after(() => measure(Number(key) - 1))));
  if (act) act();
  return Boolean(act);
}

// A key that was held, with what the browser would have done in a field.
function pressAgain(key) {
  const target = document.activeElement;
  if (press(key, target) || !target.matches(FOCUSED)) return;
  if (key === "Tab") {
    const fields = all("#row input:not([type=radio]):not([type=hidden])");
    (fields[fields.indexOf(target) + 1] || target).focus();
  } else if (!target.matches("input")) {
    if (key === "Enter" || key === " ") target.click();
  } else if (key === "Backspace") {
    target.setRangeText("", Math.max(target.selectionStart - (target.selectionStart === target.selectionEnd), 0), target.selectionEnd, "end");
  } else if (key.length === 1) {
    target.setRangeText(key, target.selectionStart, target.selectionEnd, "end");
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (state.moving) {
    event.preventDefault();
    if (!event.repeat) state.held.push(event.key);
  } else if (press(event.key, event.target)) {
    event.preventDefault();
  }
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  after(async () => {
    const found = await send(form.dataset.do || "event", { cells: cells(form) });
    if (form.dataset.do) { if (row()) row().elements[found.field].value = found.id; form.reset(); }
    form.closest("details").open = false;
    document.activeElement.blur();
    if (row()) await show({ ...current(), cells: cells(row()) });
  });
});

document.addEventListener("change", (event) => {
  if (event.target.closest("#row")) after(() => (event.target.name === "phrase" ? null : show(current())));
});
// A field that was put back as it was typed reports no change of its own when it is left.
document.addEventListener("focusout", (event) => {
  if (event.target.dataset.isTyped && event.target.isConnected) { delete event.target.dataset.isTyped; after(() => show(current())); }
});
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("mark[data-proposal]");
  if (chosen && !chosen.matches(".decided")) moves(() => open(Number(chosen.dataset.proposal)));
});
moves(() => step(1));
