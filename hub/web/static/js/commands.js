// Keys. The registry is the help sheet in the page; a key presses or focuses what carries its command in data-command.
const SEQUENCE_MS = 1000;
const special = new Map();
const atOnce = new Set();

// A command is about the open ticket, and waits for one that is on its way, unless it says that it acts `now`.
export function onCommand(id, run, { now = false } = {}) {
  special.set(id, run);
  if (now) atOnce.add(id);
}

function readBindings() {
  const bindings = new Map();
  for (const entry of document.querySelectorAll("#shortcuts [data-binds]")) {
    for (const key of entry.querySelectorAll("[data-key]")) {
      const bound = bindings.get(key.dataset.key) ?? { ids: [], single: "single" in entry.dataset };
      bound.ids.push(entry.dataset.binds);
      bindings.set(key.dataset.key, bound);
    }
  }
  return bindings;
}

function keyName(event) {
  const control = event.ctrlKey || event.metaKey ? "Control+" : "";
  const shift = event.shiftKey && event.key.length > 1 ? "Shift+" : "";
  return control + shift + event.key;
}

function isTyping(target) {
  return target.matches?.("textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]");
}

function somethingOpen() {
  return document.querySelector("dialog[open], :popover-open") !== null;
}

// A command may stand in a closed menu; anything else hidden is not on offer now.
function findTarget(id) {
  const all = [...document.querySelectorAll(`[data-command~="${id}"]`)].filter((element) => !element.disabled);
  return all.find((element) => element.checkVisibility()) ?? all.find((element) => element.closest("[popover]"));
}

export function canRun(id) {
  return special.has(id) || findTarget(id) !== undefined;
}

export function runCommand(id) {
  if (special.has(id)) return special.get(id)() !== false;
  const target = findTarget(id);
  if (!target) return false;
  if (target.matches("input:not([type=radio]), textarea, select")) {
    target.focus();
    target.select?.();
  } else {
    target.click();
    target.dispatchEvent(new CustomEvent("command", { bubbles: true }));
  }
  return true;
}

/* keys for a ticket that is on its way: they wait for it, and so does the text that follows them */
let isComing = () => false;
let held = [];

export function holdKeysWhile(test) {
  isComing = test;
}

export function forgetKeys() {
  held = [];
}

function isAboutTicket(id) {
  if (special.has(id)) return !atOnce.has(id);
  const target = findTarget(id);
  return !target || target.closest("#ticket") !== null;
}

function hold(event, bound) {
  if (!isComing() || isTyping(event.target) || somethingOpen()) return false;
  const text = !event.ctrlKey && !event.metaKey && (event.key.length === 1 || event.key === "Enter");
  if (!(held.length ? bound || text : bound?.ids.some(isAboutTicket))) return false;
  const { key, ctrlKey, metaKey, shiftKey } = event;
  held.push({ key, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true });
  event.preventDefault();
  return true;
}

export function pressHeldKeys() {
  while (held.length && !isComing()) {
    const event = new KeyboardEvent("keydown", held.shift());
    const target = document.activeElement ?? document.body;
    if (!target.dispatchEvent(event) || !target.matches("textarea")) continue;
    const text = event.key === "Enter" ? "\n" : event.key;
    target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function startSheet() {
  const sheet = document.getElementById("shortcuts");
  for (const opener of document.querySelectorAll('[data-opens="shortcuts"]')) {
    opener.hidden = false;
    opener.addEventListener("click", () => sheet.showModal());
  }
  onCommand("shortcuts", () => sheet.showModal(), { now: true });
  sheet.querySelector("[data-filter]").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const entry of sheet.querySelectorAll("[data-binds]")) {
      entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
    }
    for (const group of sheet.querySelectorAll(".sheet-group")) {
      group.hidden = !group.querySelector("[data-binds]:not([hidden])");
    }
  });
  const form = sheet.querySelector("[data-single-keys-form]");
  form.addEventListener("change", () => {
    document.body.dataset.singleKeys = new FormData(form).has("single_keys") ? "on" : "off";
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  });
}

export function startCommands() {
  const bindings = readBindings();
  if (!bindings.size) return;
  startSheet();
  let prefix = "";
  let timer;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const name = prefix + keyName(event);
    const bound = bindings.get(name);
    const single = bound?.single ?? true;
    if (single && event.key !== "Escape") {
      if (document.body.dataset.singleKeys !== "on" || isTyping(event.target)) return;
    }
    if (single && somethingOpen()) return;
    if (hold(event, bound)) return;
    clearTimeout(timer);
    prefix = "";
    if ([...bindings.keys()].some((key) => key.startsWith(`${name} `))) {
      prefix = `${name} `;
      timer = setTimeout(() => { prefix = ""; }, SEQUENCE_MS);
      event.preventDefault();
    } else if (bound?.ids.some((id) => runCommand(id))) {
      event.preventDefault();
    }
  });
}
