// Moving cards by key and by pointer. The same move is in each card's menu, which works without any of this.
import { onCommand } from "./commands.js";
import { say } from "./words.js";

function columns() {
  return [...document.querySelectorAll("[data-column]")];
}

// Moving is pressing the button of that column in the card's own menu.
function moveTo(card, column) {
  const button = card.querySelector(`button[name="status"][value="${column.dataset.column}"]`);
  if (!button) return false;
  say(button.dataset.moved ?? "");
  button.click();
  return true;
}

function step(by) {
  const card = document.activeElement?.closest("[data-card]");
  if (!card) return false;
  const all = columns();
  const here = all.indexOf(card.closest("[data-column]"));
  return all[here + by] ? moveTo(card, all[here + by]) : false;
}

function focusBeside(card, key) {
  const column = card.closest("[data-column]");
  const cards = [...column.querySelectorAll("[data-card]")];
  const row = cards.indexOf(card);
  const aside = { ArrowLeft: -1, ArrowRight: 1 }[key];
  let next;
  if (aside) {
    const all = columns();
    for (let at = all.indexOf(column) + aside; all[at] && !next; at += aside) {
      const others = all[at].querySelectorAll("[data-card]");
      next = others[Math.min(row, others.length - 1)];
    }
  } else {
    next = cards[row + { ArrowUp: -1, ArrowDown: 1 }[key]];
  }
  next?.querySelector("a").focus();
  return Boolean(next);
}

export function startBoard() {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  onCommand("move-right", () => step(1));
  onCommand("move-left", () => step(-1));
  board.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card || event.shiftKey || !event.key.startsWith("Arrow") || event.target.closest(".menu")) return;
    if (focusBeside(card, event.key)) event.preventDefault();
  });
  let dragged;
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card]");
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  board.addEventListener("dragover", (event) => {
    if (dragged && event.target.closest("[data-column]")) event.preventDefault();
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-column]");
    if (!dragged || !column) return;
    event.preventDefault();
    if (column !== dragged.closest("[data-column]")) moveTo(dragged, column);
    dragged = undefined;
  });
}
