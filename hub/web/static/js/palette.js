// The palette: every command that can be given here and now, found by its name; anything else is searched for.
import { canRun, onCommand, runCommand } from "./commands.js";

let dialog;
let field;

const options = () => [...dialog.querySelectorAll('[role="option"]:not([hidden])')];

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  field.setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

const chosen = () => options().find((option) => option.ariaSelected === "true");

function filter() {
  const wanted = field.value.trim().toLowerCase();
  for (const option of dialog.querySelectorAll("[data-run]")) {
    option.hidden = !option.textContent.toLowerCase().includes(wanted) || !canRun(option.dataset.run);
  }
  const search = dialog.querySelector("[data-search]");
  search.hidden = wanted === "";
  search.dataset.search = field.value.trim();
  choose(options()[0]);
}

function run(option) {
  if (!option) return;
  dialog.close();
  if ("search" in option.dataset) location.assign(`/search?${new URLSearchParams({ q: field.value.trim() })}`);
  else runCommand(option.dataset.run);
}

function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    const all = options();
    choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  } else if (event.key === "Enter") {
    run(chosen());
  } else {
    return;
  }
  event.preventDefault();
}

export function startPalette() {
  dialog = document.getElementById("palette");
  if (!dialog) return;
  field = dialog.querySelector("input");
  field.addEventListener("input", filter);
  field.addEventListener("keydown", step);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    else run(event.target.closest('[role="option"]'));
  });
  onCommand("palette", () => {
    if (dialog.open) return;
    document.querySelector(":popover-open")?.hidePopover();
    field.value = "";
    dialog.showModal();
    filter();
  }, { now: true });
}
