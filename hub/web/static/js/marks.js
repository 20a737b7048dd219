// Light Markdown in a reply: marks around what is chosen, a list of its lines, a link by pasting an address on it.
import { onCommand } from "./commands.js";

const WRAPS = { bold: "**", italic: "*" };

function put(area, text, from, to) {
  area.setRangeText(text, from, to, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(area, how) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const text = value.slice(from, to);
  if (how === "bullets") {
    const start = value.lastIndexOf("\n", from - 1) + 1;
    put(area, value.slice(start, to).replace(/^(?:- )?/gm, "- "), start, to);
    return;
  }
  const around = WRAPS[how];
  put(area, around + text + around, from, to);
  if (!text) area.setSelectionRange(from + around.length, from + around.length);
}

const reply = () => document.querySelector('#composer [name="body_reply"]');

export function startMarks() {
  document.documentElement.dataset.script = "on";
  for (const how of ["bold", "italic", "bullets"]) {
    onCommand(how, () => {
      if (document.activeElement !== reply()) return false;
      mark(reply(), how);
      return true;
    });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-mark]");
    if (button && reply()) mark(reply(), button.dataset.mark);
  });
  document.addEventListener("paste", (event) => {
    const area = event.target;
    const pasted = event.clipboardData.getData("text/plain").trim();
    if (area !== reply() || area.selectionStart === area.selectionEnd || !/^https?:\/\/\S+$/.test(pasted)) return;
    event.preventDefault();
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    put(area, `[${chosen}](${pasted})`, area.selectionStart, area.selectionEnd);
  });
}
