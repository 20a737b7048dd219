// The words scripts need, in the reader's language: rendered by _layouts/_words.html.
export function words(name, values = {}) {
  const text = document.getElementById("words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function say(text, { urgent = false } = {}) {
  const region = document.getElementById(urgent ? "assertive" : "polite");
  if (region) region.textContent = text;
}

export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}
