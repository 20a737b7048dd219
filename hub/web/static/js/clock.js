// Keeps the words of clocks true between loads. The server sends the words; here they only grow older.
import { words } from "./words.js";

const EVERY_MS = 30_000;
const MINUTE_MS = 60_000;

export function duration(ms) {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / MINUTE_MS));
  if (minutes < 60) return words("minutes", { n: minutes });
  if (minutes < 48 * 60) return words("hours", { n: Math.round(minutes / 60) });
  return words("days", { n: Math.round(minutes / (24 * 60)) });
}

function tone(left, clock, now) {
  if (left < 0) return "late";
  return clock.dataset.warn && now >= Date.parse(clock.dataset.warn) ? "warn" : "neutral";
}

function tick() {
  const now = Date.now();
  for (const clock of document.querySelectorAll("[data-due]:not(#words)")) {
    const left = Date.parse(clock.dataset.due) - now;
    clock.querySelector("time").textContent = words(left < 0 ? "late" : "due", { time: duration(left) });
    clock.className = `clock clock-${tone(left, clock, now)}`;
  }
}

export function startClocks() {
  setInterval(tick, EVERY_MS);
}
