// Articles under what somebody writes to us: looked for while they type, before anything is sent.
import { say, words } from "./words.js";

const WAIT_MS = 400;
const FEWEST_LETTERS = 8;

function watch(box) {
  const field = box.parentElement.querySelector("textarea");
  let timer;
  let asked = field.value;
  let turn = 0;

  async function look() {
    const text = field.value.trim();
    if (text === asked) return;
    asked = text;
    turn += 1;
    const mine = turn;
    const url = new URL(box.dataset.articles, location.href);
    url.searchParams.set("q", text.slice(0, 1000));
    const answer = text.length < FEWEST_LETTERS ? null : await fetch(url).catch(() => null);
    if (mine !== turn) return; // more was typed meanwhile
    const before = box.querySelectorAll("li").length;
    box.innerHTML = answer?.ok ? await answer.text() : "";
    const found = box.querySelectorAll("li").length;
    box.hidden = !found;
    if (found && !before) say(words("helpful", { n: found }));
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  // What a step without script offers is offered anyway.
  const button = field.form.querySelector('button[name="way"][value="look"]');
  if (button) button.hidden = true;
}

for (const box of document.querySelectorAll("[data-articles]")) watch(box);
