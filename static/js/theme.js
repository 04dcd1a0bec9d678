// The choice of colours takes effect at once; the server remembers it by the same form.
const choice = document.querySelector("[data-theme-choice]");

choice?.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  const root = document.documentElement;
  if (button.value === "auto") delete root.dataset.theme;
  else root.dataset.theme = button.value;
  for (const other of choice.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
  fetch(choice.action, { method: "POST", body: new FormData(choice, button), redirect: "manual" });
});
