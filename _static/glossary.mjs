// Narrows the glossary to the terms that have in them what is typed above it.

/** @type {HTMLInputElement} */
const field = document.querySelector("#filter-terms");
/** @type {HTMLOutputElement} */
const count = document.querySelector(".filter output");
/** @type {HTMLElement} */
const letters = document.querySelector(".letters");
/** @type {NodeListOf<HTMLElement>} */
const terms = document.querySelectorAll(".glossary dt");

function narrow() {
  const words = field.value.trim().toLowerCase();
  let left = 0;
  for (const term of terms) {
    const isLeft = term.textContent.toLowerCase().includes(words);
    term.hidden = !isLeft;
    /** @type {HTMLElement} */ (term.nextElementSibling).hidden = !isLeft;
    if (isLeft) left += 1;
  }
  count.value = words && `${left} of ${terms.length} terms`;
  letters.hidden = Boolean(words);
}

function widen() {
  field.value = "";
  narrow();
}

field.addEventListener("input", narrow);
field.addEventListener("keydown", ({ key }) => key === "Escape" && widen());
addEventListener("hashchange", () => {
  const term = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!term?.closest("[hidden]")) return;
  widen();
  term.scrollIntoView();
});
