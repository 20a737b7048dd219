// Menus open by popovertarget without any script; this puts them beside their button and adds the arrow keys.
const GAP = 4;

function place(menu, button) {
  const anchor = button.getBoundingClientRect();
  const own = menu.getBoundingClientRect();
  const right = document.documentElement.clientWidth - own.width - GAP;
  const start = document.dir === "rtl" ? anchor.right - own.width : anchor.left;
  const below = anchor.bottom + GAP;
  const above = anchor.top - own.height - GAP;
  menu.dataset.placed = "";
  menu.style.left = `${Math.max(GAP, Math.min(start, right))}px`;
  menu.style.top = `${below + own.height > document.documentElement.clientHeight && above > 0 ? above : below}px`;
}

function entries(menu) {
  return [...menu.querySelectorAll("button, a")].filter((entry) => entry.checkVisibility());
}

export function startMenus() {
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.(".menu[popover]") || event.newState !== "open") return;
    const button = document.querySelector(`[popovertarget="${menu.id}"]`);
    if (button) place(menu, button);
    (menu.querySelector('[aria-selected="true"]') ?? menu.querySelector('form:first-child input[type="text"]') ?? entries(menu)[0])?.focus();
  }, true);

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.(".menu:popover-open");
    if (!menu || event.target.matches("input")) return;
    const all = entries(menu);
    const here = all.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const number = Number.parseInt(event.key, 10);
    if (step) all[(here + step + all.length) % all.length]?.focus();
    else if (event.key === "Home") all[0]?.focus();
    else if (event.key === "End") all.at(-1)?.focus();
    else if (number >= 1 && number <= all.length) all[number - 1].click();
    else return;
    event.preventDefault();
  });

  // A menu whose form is sent without a new page closes itself.
  document.addEventListener("htmx:beforeRequest", (event) => {
    event.target.closest?.(".menu:popover-open")?.hidePopover();
  });
}
