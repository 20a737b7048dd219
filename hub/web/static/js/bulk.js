// Choosing several tickets: by pointer, or the open one by its key; the choice outlives live updates.
import { onCommand } from "./commands.js";
import { words } from "./words.js";

const chosen = new Set();
const boxes = () => [...document.querySelectorAll("#rows .row-choice")];

function show() {
  const count = document.querySelector("[data-bulk-count]");
  const n = boxes().filter((box) => box.checked).length;
  if (count) count.textContent = n ? words("chosenTickets", { n }) : "";
}

export function keepChoice(root) {
  for (const box of root.querySelectorAll(".row-choice")) {
    box.tabIndex = -1;
    box.checked = chosen.has(box.value);
    box.toggleAttribute("checked", box.checked);
  }
}

function choose(box, on = !box.checked) {
  box.checked = on;
  if (on) chosen.add(box.value);
  else chosen.delete(box.value);
  show();
}

function extend(step) {
  const current = document.querySelector('#rows [aria-current="true"]')?.closest("li");
  const box = current?.querySelector(".row-choice");
  if (!box) return false;
  choose(box, true);
  const next = step > 0 ? current.nextElementSibling : current.previousElementSibling;
  next?.querySelector(".row-link").click();
  const other = next?.querySelector(".row-choice");
  if (other) choose(other, true);
  return true;
}

export function startBulk() {
  const rows = document.getElementById("rows");
  if (!rows) return;
  keepChoice(rows);
  onCommand("select", () => {
    const box = rows.querySelector('[aria-current="true"]')?.closest("li").querySelector(".row-choice");
    if (box) choose(box);
    return Boolean(box);
  }, { now: true });
  onCommand("extend-down", () => extend(1), { now: true });
  onCommand("extend-up", () => extend(-1), { now: true });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".row-choice")) choose(event.target, event.target.checked);
  });
  show();
}
