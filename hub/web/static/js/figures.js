// "Show data": the table of a figure is open without script, and folded away with it until asked for.
import { onCommand } from "./commands.js";

function toggle(button, open) {
  button.setAttribute("aria-expanded", String(open));
  document.getElementById(button.dataset.shows).hidden = !open;
}

export function startFigures() {
  const buttons = document.querySelectorAll("[data-shows]");
  if (!buttons.length) return;
  for (const button of buttons) {
    button.hidden = false;
    toggle(button, false);
    button.addEventListener("click", () => toggle(button, button.getAttribute("aria-expanded") === "false"));
  }
  onCommand("data", () => {
    const figure = document.activeElement?.closest(".figure") ?? document.querySelector(".figure");
    figure.querySelector("[data-shows]").click();
  });
}
