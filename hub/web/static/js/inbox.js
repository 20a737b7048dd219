// Moving through the list: the open row is marked at once, the conversation follows.
import { forgetKeys, holdKeysWhile, onCommand, pressHeldKeys } from "./commands.js";

function links() {
  return [...document.querySelectorAll("#rows .row-link")];
}

function currentIndex(all) {
  return all.findIndex((link) => link.getAttribute("aria-current") === "true");
}

export function mark(link) {
  for (const other of links()) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
}

function move(step) {
  const all = links();
  const next = all[currentIndex(all) + step];
  if (!next) return false;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  next.click();
  return true;
}

function scrollToNewest() {
  const scroll = document.getElementById("thread-scroll");
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
}

function leave() {
  const active = document.activeElement;
  if (active?.matches("textarea, input, select")) {
    active.blur();
    document.getElementById("conversation")?.focus({ preventScroll: true });
    return true;
  }
  const all = links();
  (all[currentIndex(all)] ?? all[0])?.focus();
  return true;
}

function togglePerson() {
  const person = document.getElementById("person");
  const button = document.querySelector(".person-button");
  if (!person) return false;
  if (button.checkVisibility()) {
    button.click();
  } else {
    const ticket = document.getElementById("ticket");
    ticket.dataset.person = ticket.dataset.person === "hidden" ? "shown" : "hidden";
  }
  return true;
}

// The row that was chosen last: what was asked for before it may still arrive, and moves no mark any more.
let chosen = "";
const underWay = new Set();

function watchArrivals() {
  holdKeysWhile(() => chosen !== "" || underWay.size > 0);
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.target.id === "ticket") underWay.add(detail.xhr);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!underWay.delete(detail.xhr)) return;
    if (!detail.successful) {
      if (detail.elt.closest("li")?.id === chosen) chosen = "";
      forgetKeys();
    }
    pressHeldKeys();
  });
}

export function startInbox() {
  const inbox = document.querySelector(".inbox");
  if (!inbox) return;
  onCommand("next", () => move(1), { now: true });
  onCommand("previous", () => move(-1), { now: true });
  onCommand("open", () => document.getElementById("conversation")?.focus());
  onCommand("leave", leave, { now: true });
  onCommand("person", togglePerson);
  scrollToNewest();
  watchArrivals();
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".row-link");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    chosen = link.closest("li").id;
    mark(link);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "ticket") return;
    inbox.dataset.pane = "ticket";
    const number = document.getElementById("messages")?.dataset.ticket;
    const row = number && document.querySelector(`#row-${number} .row-link`);
    if (row && (chosen === "" || chosen === `row-${number}`)) {
      chosen = "";
      mark(row);
      row.scrollIntoView({ block: "nearest" });
    }
    scrollToNewest();
    document.dispatchEvent(new CustomEvent("ticket-opened"));
  });
}
