// The composer: drafts, presence, inserted answers, SMS segments, and a reply that is held when a newer message came.
import { onCommand } from "./commands.js";
import { segments } from "./segments.js";
import { addToasts } from "./toasts.js";
import { token, words } from "./words.js";

const DRAFT_MS = 1500;
const PRESENCE_MS = 10_000;
const PLACEHOLDER = /\{\{\s*[\w .-]*\s*\}\}/;

const form = () => document.getElementById("composer");
const kind = () => form()?.querySelector('[name="kind"]:checked')?.value ?? "note";
const box = (which = kind()) => form()?.querySelector(`[name="body_${which}"]`);

function focusEnd(area) {
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}

function insert(text) {
  const reply = form()?.querySelector('[name="kind"][value="reply"]');
  if (!reply) return;
  reply.checked = true;
  const area = box("reply");
  const blank = area.value.trim() === "";
  area.setRangeText(text, blank ? 0 : area.selectionStart, blank ? area.value.length : area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function countSegments() {
  const area = form()?.querySelector("[data-segments]");
  if (!area) return;
  const shown = form().querySelector("[data-segment-words]");
  shown.textContent = words("segments", { characters: [...area.value].length, segments: segments(area.value) });
}

/* what was typed stays with its ticket while this window is open, whatever is opened or sent beside it */
const kept = new Map();

const keyOf = (which) => `${document.getElementById("messages")?.dataset.ticket} ${which}`;

function bringBack() {
  for (const which of ["reply", "note"]) {
    const area = box(which);
    const text = kept.get(keyOf(which));
    if (area && text && area.value.trim() === "") area.value = text;
  }
}

function forgetSent(event) {
  const { requestConfig, xhr } = event.detail;
  if (requestConfig?.elt?.id === "composer" && xhr.status < 300) kept.delete(keyOf(requestConfig.formData.get("kind")));
}

/* drafts */
let draftTimer;
let unsaved = null;

function saveDraft() {
  clearTimeout(draftTimer);
  if (!unsaved) return;
  const { url, which, body, form_id, status } = unsaved;
  unsaved = null;
  fetch(`${url}${url.includes("?") ? "&" : "?"}kind=${which}`, {
    method: "PUT",
    keepalive: true,
    headers: { "X-CSRFToken": token(), "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ body, form_id }),
  }).then(
    async (answer) => {
      status.textContent = words(answer.ok ? "draftSaved" : "draftNotSaved");
      if (answer.status === 200) addToasts(await answer.text());
    },
    () => { status.textContent = words("draftNotSaved"); },
  );
}

function noteDraft(area) {
  const own = area.form;
  if (!own.dataset.draft) return;
  const which = area.name.replace("body_", "");
  if (unsaved && unsaved.which !== which) saveDraft();
  unsaved = {
    url: own.dataset.draft, which, body: area.value, form_id: own.form_id.value, status: own.querySelector("[data-draft-words]"),
  };
  clearTimeout(draftTimer);
  draftTimer = setTimeout(saveDraft, DRAFT_MS);
}

/* presence: said at the first letter, then every few seconds */
let replying = null;

function tell(state) {
  const url = form()?.dataset.presence;
  if (!url) return;
  const body = new URLSearchParams({ state, csrf_token: token() });
  if (state === "left") navigator.sendBeacon(url, body);
  else showPresence(fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token() } }));
}

async function showPresence(asked) {
  const own = form();
  const answer = await asked.catch(() => null);
  const shown = document.getElementById("presence");
  if (!answer?.ok || !shown || own !== form()) return;
  const text = await answer.text();
  if (shown.textContent !== text) shown.textContent = text;
}

export async function refreshPresence() {
  if (form()?.dataset.presence) await showPresence(fetch(form().dataset.presence));
}

function beat() {
  if (!document.hasFocus()) return;
  const writing = document.activeElement?.name === "body_reply" && document.activeElement.value.trim() !== "";
  tell(writing ? "replying" : "viewing");
}

/* a newer message holds the first sending: live.js says so */
export function holdForNewer() {
  const own = form();
  if (!own || kind() !== "reply" || !box("reply")?.value.trim() || "newer" in own.dataset) return;
  own.dataset.newer = "";
  const send = own.querySelector(".composer-send.when-reply, .when-reply .composer-send");
  send.dataset.label = send.innerHTML;
  send.textContent = words("readFirst");
}

function readNewer(own) {
  delete own.dataset.newer;
  const send = own.querySelector(".composer-send[data-label]");
  send.innerHTML = send.dataset.label;
  delete send.dataset.label;
  const all = document.querySelectorAll("#messages [data-message]");
  all[all.length - 1]?.scrollIntoView({ block: "end" });
  for (const name of ["last_seen", "last_said"]) own[name].value = all[all.length - 1]?.dataset.message ?? "";
}

function beforeSending(event) {
  const own = event.target;
  if (own.id !== "composer") return;
  if ("newer" in own.dataset && kind() === "reply") {
    event.preventDefault();
    event.stopImmediatePropagation();
    readNewer(own);
    return;
  }
  const area = box();
  const open = area.value.match(PLACEHOLDER);
  area.setCustomValidity(open && kind() === "reply" ? words("placeholder", { placeholder: open[0] }) : "");
  if (!area.reportValidity()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  unsaved = null;
  clearTimeout(draftTimer);
}

function takeFiles(files) {
  const field = form()?.querySelector('[name="files"]');
  if (!field || !files.length) return false;
  const all = new DataTransfer();
  for (const file of [...field.files, ...files]) all.items.add(file);
  field.files = all.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

export function startComposer() {
  document.addEventListener("command", (event) => {
    if (event.target.name === "kind") focusEnd(box(event.target.value));
  });
  onCommand("send", () => {
    if (!document.activeElement?.closest("#composer")) return false;
    [...form().querySelectorAll('[data-command="send"]')].find((button) => button.checkVisibility())?.click();
    return true;
  });
  document.addEventListener("click", (event) => {
    const source = event.target.closest?.("[data-insert]");
    if (!source) return;
    source.closest(".menu:popover-open")?.hidePopover();
    insert(source.dataset.insert);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#composer") || !event.target.name.startsWith("body_")) return;
    event.target.setCustomValidity("");
    countSegments();
    kept.set(keyOf(event.target.name.replace("body_", "")), event.target.value);
    noteDraft(event.target);
    if (event.target.name === "body_reply" && form() !== replying) {
      replying = form();
      beat();
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.name !== "files" || !event.target.closest("#composer")) return;
    const names = [...event.target.files].map((file) => file.name).join(", ");
    form().querySelector("[data-file-words]").textContent = names;
  });
  document.addEventListener("paste", (event) => {
    if (event.target.closest?.("#composer") && takeFiles([...event.clipboardData.files])) event.preventDefault();
  });
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.target.closest?.("#composer") || !event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      if (name === "drop") takeFiles([...event.dataTransfer.files]);
    });
  }
  document.addEventListener("submit", beforeSending, true);
  document.addEventListener("focusout", (event) => {
    if (event.target.closest?.("#composer")) saveDraft();
  });
  document.addEventListener("visibilitychange", saveDraft);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.closest?.("#rows")) {
      saveDraft();
      tell("left");
    }
  });
  addEventListener("pagehide", () => {
    saveDraft();
    tell("left");
  });
  document.addEventListener("htmx:beforeSwap", forgetSent);
  document.addEventListener("ticket-opened", () => {
    bringBack();
    countSegments();
    beat();
  });
  countSegments();
  if (form()) {
    beat();
    setInterval(beat, PRESENCE_MS);
  }
}

