// Keys. The registry is the help sheet in the page; a key presses or focuses what carries its command in data-command.
const SEQUENCE_MS = 1000;
const special = new Map();

export function onCommand(id, run) {
  special.set(id, run);
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

function startSheet() {
  const sheet = document.getElementById("shortcuts");
  for (const opener of document.querySelectorAll('[data-opens="shortcuts"]')) {
    opener.hidden = false;
    opener.addEventListener("click", () => sheet.showModal());
  }
  onCommand("shortcuts", () => sheet.showModal());
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
