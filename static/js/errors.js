// After a refused form the summary takes the focus, and the title says so even where a page forgot.
const summary = document.querySelector("[data-error-summary]");

if (summary) {
  const prefix = summary.dataset.titlePrefix;
  if (!document.title.startsWith(prefix)) document.title = `${prefix} ${document.title}`;
  summary.focus();
}

// A link to a group of choices goes to the first of them.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  const target = control.matches("fieldset") ? control.querySelector("input") || control : control;
  (control.closest(".field") || target).scrollIntoView({ block: "start" });
  target.focus({ preventScroll: true });
});
