// Narrows the glossary to the terms that have in them what is typed above it.

const field = document.getElementById("filter-terms");
const terms = document.querySelectorAll(".glossary dt");

function narrow() {
  const words = field.value.trim().toLowerCase();
  let left = 0;
  for (const term of terms) {
    const isLeft = term.textContent.toLowerCase().includes(words);
    term.hidden = term.nextElementSibling.hidden = !isLeft;
    left += isLeft;
  }
  document.querySelector(".filter output").value = words && `${left} of ${terms.length} terms`;
  document.querySelector(".letters").hidden = Boolean(words);
}

field.addEventListener("input", narrow);
field.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  field.value = "";
  narrow();
});
