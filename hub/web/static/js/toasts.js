// Toasts go by themselves, but never while somebody reads or reaches for their button.
import { onCommand } from "./commands.js";
import { words } from "./words.js";

function expire(toast) {
  const ms = Number(toast.dataset.seconds) * 1000;
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, ms);
    else toast.remove();
  };
  setTimeout(leave, ms);
}

export function showToast(text, tone = "neutral", url = "") {
  const toast = document.createElement("div");
  toast.className = `toast tone-${tone}`;
  toast.setAttribute("role", "status");
  toast.dataset.seconds = "8";
  toast.append(Object.assign(document.createElement("p"), { textContent: text }));
  if (url) toast.append(Object.assign(document.createElement("a"), { href: url, textContent: words("look") }));
  document.getElementById("toasts").append(toast);
}

export function addToasts(html) {
  const region = document.getElementById("toasts");
  region.insertAdjacentHTML("beforeend", html);
  htmx.process(region);
}

export function startToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  onCommand("undo", () => {
    const button = [...region.querySelectorAll('[data-command="undo"]')].at(-1);
    button?.click();
    return Boolean(button);
  }, { now: true });
  for (const toast of region.children) expire(toast);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const added of change.addedNodes) if (added.matches?.(".toast")) expire(added);
    }
  }).observe(region, { childList: true });
  document.addEventListener("htmx:afterRequest", (event) => event.target.closest?.(".toast")?.remove());
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, () => showToast(words("notSent"), "danger"));
  }
}
