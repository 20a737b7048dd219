// An order on a bad connection: what is sent waits for signal and is sent again, under the same id, so that it counts once.
import { say, words } from "./words.js";

const PAUSE = 8000;

function photosIn(body) {
  return [...body.values()].filter((each) => each instanceof File && each.size).length;
}

function show(html, address) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  history.replaceState(null, "", address);
  start();
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
  else document.querySelector("main").focus();
}

async function send(form, body) {
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (answer) return show(await answer.text(), location.href);
  const photos = photosIn(body);
  say(words(photos ? "photosWait" : "stepWaits", { n: photos }));
  form.dataset.waiting = "";
  const again = () => {
    removeEventListener("online", again);
    clearTimeout(timer);
    send(form, body);
  };
  const timer = setTimeout(again, PAUSE);
  addEventListener("online", again);
}

function start() {
  for (const form of document.querySelectorAll('main form[method="post"]')) {
    form.addEventListener("submit", (event) => {
      if (form.querySelector('input[type="file"][data-too-much]')) return; // the portal's script says so
      event.preventDefault();
      if ("sent" in form.dataset) return;
      send(form, new FormData(form, event.submitter));
    });
  }
}

start();
