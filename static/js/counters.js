// Characters left, counted as the server counts: line ends are one character.
const numbers = new Intl.NumberFormat(document.documentElement.lang === "ar" ? "ar-u-nu-latn" : document.documentElement.lang);

for (const line of document.querySelectorAll("[data-count-for]")) {
  const control = document.getElementById(line.dataset.countFor);
  if (!control) continue;
  const show = () => {
    const left = Number(line.dataset.limit) - [...control.value].length;
    const words = left < 0 ? line.dataset.over : line.dataset.left;
    line.textContent = words.replace("{n}", numbers.format(Math.abs(left)));
    line.classList.toggle("field__count--over", left < 0);
  };
  control.addEventListener("input", show);
  show();
}
