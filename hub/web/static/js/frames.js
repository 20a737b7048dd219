// Gives a message's sandboxed frame the height of its text. The frame runs no script; its page is only measured.
const MOST = 1600;

function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (page) frame.style.height = `${Math.min(page.scrollHeight, MOST)}px`;
}

export function startFrames() {
  document.addEventListener("load", (event) => {
    if (event.target.matches?.(".message-frame")) fit(event.target);
  }, true);
  for (const frame of document.querySelectorAll(".message-frame")) fit(frame);
}
