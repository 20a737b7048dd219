// The help centres: results while somebody types, and videos that load nothing before a click.
const WAIT_MS = 250;

const results = document.getElementById("results");
const field = document.querySelector('.search-box [name="q"]');

async function search() {
  const form = field.form;
  const url = new URL(form.action);
  url.searchParams.set("q", field.value);
  const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "results" } });
  if (!answer.ok) return;
  results.innerHTML = await answer.text();
  history.replaceState(null, "", url);
}

if (results && field) {
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => search().catch(() => {}), WAIT_MS);
  });
}

// A video block is a link until it is clicked: then, and only then, its player comes from where it lives.
function player({ kind, video, embed, captions }, title) {
  if (kind === "page") {
    return Object.assign(document.createElement("iframe"), {
      src: embed, title, allow: "fullscreen; picture-in-picture", referrerPolicy: "strict-origin-when-cross-origin",
    });
  }
  const film = Object.assign(document.createElement("video"), { src: video, controls: true, autoplay: true });
  if (captions) {
    film.append(Object.assign(document.createElement("track"), { kind: "captions", src: captions, default: true }));
  }
  return film;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("figure.video .play");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const film = player(link.closest("figure").dataset, link.textContent);
  link.replaceWith(film);
  film.tabIndex = 0;
  film.focus();
});
