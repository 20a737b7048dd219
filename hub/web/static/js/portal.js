// The portal. Photos are made smaller before they leave the phone; everything works without.
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

async function shrinkAll(field) {
  const form = field.form;
  const buttons = form.querySelectorAll('[type="submit"]');
  for (const button of buttons) button.disabled = true;
  say(words("shrinking"));
  const all = new DataTransfer();
  for (const file of field.files) all.items.add(await shrink(file).catch(() => file));
  field.files = all.files;
  for (const button of buttons) button.disabled = false;
}

document.addEventListener("change", (event) => {
  if (event.target.matches('input[type="file"]')) shrinkAll(event.target);
});

// A second tap on a slow line must not send twice.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if ("sent" in event.target.dataset) event.preventDefault();
  event.target.dataset.sent = "";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.querySelector("[data-focus]")?.focus();
