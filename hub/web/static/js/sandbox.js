// The sandbox: a form that was sent is empty again, and the newest text is in view.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches("form") && event.detail.successful) event.target.reset();
});

const screen = document.getElementById("phone-screen");
const toNewest = () => { screen.scrollTop = screen.scrollHeight; };
new MutationObserver(toNewest).observe(screen, { childList: true });
toNewest();
