// Live updates. The server's events say only what changed; the page then fetches the fragment it shows.
//
//   list      {"views": {"/inbox/mine": "12"}}   tickets came, changed or left: the list, and the views' counts
//   message   {"ticket": 4711, "message": 9}     a message came, or one's delivery changed
//   ticket    {"ticket": 4711}                   its facts or its person changed
//   presence  {"ticket": 4711}                   somebody came, writes or left
//   notification {"ticket": 4711, "by": "Tom", "what": "mention"}   something concerns the reader
//   notices   {}                                 the bars above the page changed
//
// Every event has an id; after a break the stream goes on from the last one seen (`Last-Event-ID`, or `since`).
// Where the stream is down, GET poll?since= answers {"events": [{"id", "event", "data"}]} every 20 seconds.
import { keepChoice } from "./bulk.js";
import { holdForNewer, refreshPresence } from "./composer.js";
import { onCommand } from "./commands.js";
import { mark } from "./inbox.js";
import { showToast } from "./toasts.js";
import { say, words } from "./words.js";

const POLL_MS = 20_000;
const SOON_MS = 120;
const RECONNECTING_MS = 30_000;
const OFF_MS = 120_000;

let source;
let lastId = "";
let downSince = 0;
let buffered = null;

const openTicket = () => document.getElementById("messages")?.dataset.ticket;

function soon(run) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, SOON_MS);
  };
}

async function fragment(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true", "X-Live": "true" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
}

function withQuery(url, name, value) {
  const whole = new URL(url, location.href);
  whole.searchParams.set(name, value);
  return whole.toString();
}

async function morphPart(id) {
  const old = document.getElementById(id);
  if (!old?.dataset.live) return;
  const fresh = (await fragment(old.dataset.live)).getElementById(id);
  if (!fresh || !old.isConnected) return;
  Idiomorph.morph(old, fresh, { ignoreActiveValue: true });
  htmx.process(document.getElementById(id));
}

/* the list: rows change in place, new ones wait behind a button, an emergency comes at once */
function keepMark(fresh, row) {
  const current = row.querySelector(".row-link").getAttribute("aria-current");
  const link = fresh.querySelector(".row-link");
  if (current) link.setAttribute("aria-current", current);
  else link.removeAttribute("aria-current");
}

function offer(fresh) {
  const button = document.querySelector(".show-new");
  const first = document.querySelector(".show-new-first");
  button.hidden = first.hidden = fresh.length === 0;
  button.textContent = fresh.length === 1 ? words("showNewOne") : words("showNew", { n: fresh.length });
  const parts = ["who", "subject"].map((part) => fresh[0]?.querySelector(`.row-${part}`).textContent ?? "");
  first.textContent = parts.map((each) => each.replace(/\s+/g, " ").trim()).join(": ");
}

function showBuffered({ focus = true } = {}) {
  if (!buffered) return false;
  const rows = document.getElementById("rows");
  const known = new Set([...rows.children].map((row) => row.id));
  const current = rows.querySelector('[aria-current="true"]')?.closest("li").id;
  keepChoice(buffered);
  rows.replaceChildren(...buffered.children);
  buffered = null;
  document.querySelector("#tickets .empty-state")?.remove();
  htmx.process(rows);
  offer([]);
  const open = current && document.getElementById(current);
  if (open) mark(open.querySelector(".row-link"));
  if (focus) [...rows.children].find((row) => !known.has(row.id))?.querySelector(".row-link").focus();
  return true;
}

async function refreshList() {
  const pane = document.getElementById("tickets");
  if (!pane?.dataset.live) return;
  const content = await fragment(pane.dataset.live);
  const fresh = content.getElementById("rows");
  const rows = document.getElementById("rows");
  pane.querySelector(".count").textContent = content.querySelector(".count").textContent;
  const waiting = [];
  keepChoice(fresh);
  buffered = fresh.cloneNode(true);
  for (const row of [...fresh.children]) {
    const old = document.getElementById(row.id);
    if (old) {
      keepMark(row, old);
      Idiomorph.morph(old, row);
    } else if ("emergency" in row.dataset) {
      rows.prepend(row);
      htmx.process(row);
      say(row.querySelector(".row-link").getAttribute("aria-label"), { urgent: true });
    } else {
      waiting.push(row);
    }
  }
  // In the sandbox the list stands in a frame and the reader writes beside it: nothing can move under their pointer.
  const unwatched = window !== window.parent && !pane.matches(":hover, :focus-within");
  if (!rows.children.length || unwatched) showBuffered({ focus: false });
  else offer(waiting);
}

function showCounts(views) {
  for (const [path, count] of Object.entries(views)) {
    const link = [...document.querySelectorAll(".view-link")].find((view) => view.getAttribute("href") === path);
    if (link) link.querySelector(".view-count").textContent = count;
  }
}

/* the conversation: new messages are appended, the scroll follows only if the newest was in view */
async function refreshMessages(changed) {
  const list = document.getElementById("messages");
  if (!list) return;
  const shown = [...list.querySelectorAll("[data-message]")].map((message) => Number(message.dataset.message));
  const last = shown.at(-1) ?? 0;
  const after = changed ? Math.min(last, changed - 1) : last;
  const content = await fragment(withQuery(list.dataset.live, "after", after));
  if (!list.isConnected) return;
  const scroll = document.getElementById("thread-scroll");
  const followed = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  for (const item of [...content.children]) {
    const old = document.getElementById(item.id);
    if (old) {
      Idiomorph.morph(old, item);
      continue;
    }
    list.append(item);
    htmx.process(item);
    if (item.dataset.message && !item.matches(".is-note")) holdForNewer();
    if (item.dataset.message && !item.matches(".is-outbound, .is-note")) {
      say(words("newMessageFrom", { name: item.querySelector(".message-author").textContent }));
    }
    if (!followed) showPill();
  }
  if (followed) scroll.scrollTop = scroll.scrollHeight;
}

function showPill() {
  const pill = document.querySelector(".new-message-pill");
  pill.textContent = words("newMessage");
  pill.hidden = false;
  pill.onclick = () => {
    pill.hidden = true;
    pill.previousElementSibling.lastElementChild.scrollIntoView({ block: "end" });
  };
}

// A delivery that changed is told as a change of the ticket: the last few messages are asked for again.
function recentMessage() {
  const shown = document.querySelectorAll("#messages [data-message]");
  return Number(shown[Math.max(0, shown.length - 3)]?.dataset.message ?? 0);
}

/* the stream */
const listSoon = soon(() => refreshList().catch(() => {}));
const quietly = (work) => work.catch(() => {});
const isOpen = (data) => String(data.ticket) === openTicket();

const handlers = {
  list(data) {
    showCounts(data.views ?? {});
    listSoon();
  },
  message(data) {
    if (isOpen(data)) quietly(refreshMessages(data.message));
    listSoon();
  },
  ticket(data) {
    if (isOpen(data)) {
      quietly(morphPart("thread-head"));
      quietly(morphPart("person"));
      quietly(refreshMessages(recentMessage()));
    }
    listSoon();
  },
  presence(data) {
    if (isOpen(data)) quietly(refreshPresence());
    if (document.getElementById(`row-${data.ticket}`)) listSoon();
  },
  notification(data) {
    if (isOpen(data)) return;
    const what = `notice${data.what[0].toUpperCase()}${data.what.slice(1)}`;
    showToast(words(what, { name: data.by, ticket: data.ticket }), "info", `/tickets/${data.ticket}`);
    quietly(morphPart("bell"));
  },
  notices() {
    quietly(morphPart("bars"));
  },
};

export function receive(name, id, data) {
  if (id) lastId = id;
  handlers[name]?.(data);
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail: data }));
}

function address(base) {
  const ticket = openTicket();
  const url = new URL(base, location.href);
  if (ticket) url.searchParams.set("topics", `${url.searchParams.get("topics") ?? ""},ticket:${ticket}`);
  if (lastId) url.searchParams.set("since", lastId);
  return url.toString();
}

function connect() {
  source?.close();
  source = new EventSource(address(document.body.dataset.events));
  source.onopen = () => {
    downSince = 0;
    showConnection();
  };
  source.onerror = () => { downSince ||= Date.now(); };
  for (const name of Object.keys(handlers)) {
    source.addEventListener(name, (event) => receive(name, event.lastEventId, JSON.parse(event.data || "{}")));
  }
}

function showConnection() {
  const banner = document.getElementById("connection");
  const down = downSince ? Date.now() - downSince : 0;
  let text = "";
  if (!navigator.onLine) text = words("offline");
  else if (down > OFF_MS) text = words("liveOff");
  else if (down > RECONNECTING_MS) text = words("reconnecting");
  banner.hidden = text === "";
  if (banner.textContent !== text) banner.textContent = text;
}

async function poll() {
  showConnection();
  if (!downSince || !navigator.onLine || !document.body.dataset.poll) return;
  const answer = await fetch(address(document.body.dataset.poll)).catch(() => null);
  if (!answer || answer.status !== 200) return;
  for (const event of (await answer.json()).events) receive(event.event, String(event.id), event.data);
  if (source.readyState === EventSource.CLOSED) connect();
}

export function startLive() {
  for (const name of ["online", "offline"]) addEventListener(name, showConnection);
  onCommand("show-new", () => showBuffered(), { now: true });
  document.querySelector(".show-new")?.addEventListener("click", () => showBuffered());
  if (!document.body.dataset.events) return;
  connect();
  setInterval(() => quietly(poll()), POLL_MS);
  document.addEventListener("ticket-opened", connect);
  document.addEventListener("ticket-opened", () => {
    if (document.querySelector("#bell .rail-badge")) quietly(morphPart("bell"));
  });
}
