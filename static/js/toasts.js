// What the page says was done floats for six seconds too, for those who have scrolled on. It is not announced twice.
const SHOWN_MS = 6000;
const FADE_MS = 250;
const said = document.querySelector("[data-toasts]");

if (said) {
  const stack = document.createElement("div");
  stack.className = "toasts";
  stack.setAttribute("aria-hidden", "true");
  for (const notice of said.querySelectorAll(".notice--good p")) {
    const toast = document.createElement("p");
    toast.className = "toast";
    toast.textContent = notice.textContent;
    stack.append(toast);
  }
  document.body.append(stack);
  setTimeout(() => {
    for (const toast of stack.children) toast.classList.add("toast--leaving");
    setTimeout(() => stack.remove(), FADE_MS);
  }, SHOWN_MS);
}
