// The sandbox: a form that was sent is empty again, and the newest text is in view.
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches("form") || !event.detail.successful) return;
  for (const field of event.target.querySelectorAll('[name="answers"], [name="subject"]')) field.defaultValue = "";
  event.target.reset();
});

const screen = document.getElementById("phone-screen");
const toNewest = () => { screen.scrollTop = screen.scrollHeight; };
new MutationObserver(toNewest).observe(screen, { childList: true });
toNewest();
