// The portal. Photos are made smaller before they leave the phone; everything works without.
import "./helpful.js";
import { say, words } from "./words.js";

const LONGEST = 1600;
const QUALITY = 0.82;

async function shrink(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
  // Drawing again also takes the place where it was taken out of the file, so a smaller original is no reason to keep it.
  return blob ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
}

const newest = new WeakMap();

async function shrinkAll(field) {
  const chosen = [...field.files];
  newest.set(field, chosen);
  if (tooMany(field)) {
    hold(field, false);
    return check(field);
  }
  hold(field, true);
  tell(field, words("shrinking"));
  const all = new DataTransfer();
  for (const file of chosen) {
    all.items.add(await shrink(file).catch(() => file));
    if (newest.get(field) !== chosen) return; // others were chosen meanwhile
  }
  field.files = all.files;
  hold(field, false);
  check(field);
}

function hold(field, held) {
  for (const button of field.form.querySelectorAll('[type="submit"]')) button.disabled = held;
}

function tell(field, text, wrong = false) {
  const line = field.parentElement.querySelector("[data-chosen]");
  if (!line) return say(text);
  line.hidden = !text;
  line.textContent = text;
  line.className = wrong ? "field-error" : "field-hint";
}

function tooMany(field) {
  return field.files.length > Number(field.dataset.mostFiles ?? Infinity);
}

// Says what was chosen, and before anything is sent whether it is too much.
function check(field) {
  const size = [...field.files].reduce((sum, file) => sum + file.size, 0);
  const megabytes = (size / 2 ** 20).toFixed(1);
  const { mostFiles, mostBytes } = field.dataset;
  const many = tooMany(field);
  const large = mostBytes && size > Number(mostBytes);
  field.toggleAttribute("data-too-much", Boolean(many || large));
  if (many) return tell(field, words("tooMany", { n: field.files.length, most: mostFiles }), true);
  if (large) return tell(field, words("tooLarge", { size: megabytes, most: Math.floor(mostBytes / 2 ** 20) }), true);
  const name = field.files.length === 1 ? "chosenOne" : "chosen";
  tell(field, field.files.length ? words(name, { n: field.files.length, size: megabytes }) : "");
}

document.addEventListener("change", (event) => {
  if (event.target.matches('input[type="file"]')) shrinkAll(event.target);
});

// A second tap on a slow line must not send twice.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  const wrong = event.target.querySelector('input[type="file"][data-too-much]');
  if (wrong) {
    event.preventDefault();
    wrong.focus();
    return;
  }
  if ("sent" in event.target.dataset) event.preventDefault();
  event.target.dataset.sent = "";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What was just sent is shown as soon as it is there; without script a link looks again.
async function look(times) {
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  if (!page || page.querySelector("[data-arriving]")) {
    if (times > 1) setTimeout(look, 1500, times - 1);
    return;
  }
  for (const part of [".steps", ".promise", ".talk"]) {
    document.querySelector(part)?.replaceWith(document.adoptNode(page.querySelector(part)));
  }
  say(document.querySelector(".promise").innerText);
}
if (document.querySelector("[data-arriving]")) setTimeout(look, 700, 20);

document.querySelector("[data-focus]")?.focus();
