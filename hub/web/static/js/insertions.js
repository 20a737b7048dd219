// The picker: "/" at the start of a line offers answers, replies and actions, "@" in a note colleagues.
import { runCommand } from "./commands.js";

const WAIT_MS = 120;
const TRIGGERS = { body_reply: /(?:^|\n)\/([^\n/]{0,60})$/, body_note: /(?:^|\s)@([^\n@]{0,40})$/ };

let box = null;
let area = null;
let begins = 0;
let dismissed = -1;
let timer;
let asked = 0;
let wanted = null;  // what is asked for: the field and the letters
let shown = null;  // what the list answers
let takeFirst = false;  // Enter came before the answer did

const options = () => [...box.querySelectorAll('[role="option"]')];
const chosen = () => options().find((option) => option.ariaSelected === "true");

function close() {
  if (!area) return;
  box.hidePopover();
  for (const name of ["aria-controls", "aria-activedescendant"]) area.removeAttribute(name);
  area = null;
}

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) area.setAttribute("aria-activedescendant", option.id);
  else area.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

async function show(field, words) {
  const own = (asked += 1);
  const url = field.name === "body_note" ? box.dataset.colleagues : box.dataset.insertions;
  const answer = await fetch(`${url}?${new URLSearchParams({ q: words })}`, { headers: { "X-Live": "true" } }).catch(() => null);
  if (own !== asked || document.activeElement !== field || !find(field)) return;
  if (!answer?.ok) {
    wanted = null;
    return;
  }
  const html = await answer.text();
  if (own !== asked) return;
  box.innerHTML = html;
  shown = words;
  area = field;
  area.setAttribute("aria-controls", box.id);
  box.showPopover();
  const { left, top } = area.getBoundingClientRect();
  box.style.left = `${Math.max(4, Math.min(left, innerWidth - box.offsetWidth - 4))}px`;
  box.style.bottom = `${innerHeight - top + 4}px`;
  choose(options()[0]);
  if (takeFirst && chosen()) take(chosen());
  takeFirst = false;
}

function find(field) {
  const before = field.value.slice(0, field.selectionStart);
  const found = before.match(TRIGGERS[field.name]);
  if (!found) return null;
  return { words: found[1], at: before.length - found[1].length - 1 };
}

function look(field) {
  clearTimeout(timer);
  box = document.getElementById("insertions");
  const found = box && field.selectionStart === field.selectionEnd ? find(field) : null;
  wanted = found && found.at !== dismissed ? { field, words: found.words } : null;
  takeFirst = false;
  if (!found || found.at === dismissed) {
    if (!found) dismissed = -1;
    asked += 1;
    close();
    return;
  }
  begins = found.at;
  timer = setTimeout(() => show(field, found.words), WAIT_MS);
}

function take(option) {
  const field = area;
  const { text, does, macro } = option.dataset;
  wanted = null;
  close();
  field.focus();
  field.setRangeText(text ?? "", begins, field.selectionStart, "end");
  if (macro) field.form.insertAdjacentHTML("beforeend", `<input type="hidden" name="macro" value="${Number(macro)}">`);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (does) runCommand(does);
}

function press(event) {
  const early = wanted?.field === event.target && (!area || shown !== wanted.words);
  if (early && event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    takeFirst = true;
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (event.target !== area && !(early && event.key === "Escape")) return;
  const all = area ? options() : [];
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    clearTimeout(timer);
    asked += 1;
    dismissed = begins;
    wanted = null;
    close();
  } else if (by && all.length) {
    choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  } else if ((event.key === "Enter" || event.key === "Tab") && chosen() && !event.ctrlKey && !event.metaKey) {
    take(chosen());
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

export function startInsertions() {
  document.addEventListener("keydown", press, true);
  document.addEventListener("input", (event) => {
    if (event.target.name in TRIGGERS && event.target.form?.id === "composer") look(event.target);
  });
  document.addEventListener("mousedown", (event) => {
    const option = area && event.target.closest?.("#insertions [role=option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === wanted?.field) wanted = null;
    if (event.target === area) close();
  });
}
