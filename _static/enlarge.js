// Opens a figure over the page, as large as the window allows, at a click or with its button.

document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.createElement("dialog");
  dialog.id = "enlarged";

  function copy(element) {
    const clone = element.cloneNode(true);
    for (const part of clone.querySelectorAll(".headerlink, .enlarge")) part.remove();
    for (const part of [clone, ...clone.querySelectorAll("[id]")]) part.removeAttribute("id");
    return clone;
  }

  function open(figure, button) {
    const picture = copy(figure.querySelector(".picture"));
    picture.removeAttribute("style");
    picture.tabIndex = 0;
    picture.role = "group";
    picture.ariaLabel = "Figure";
    dialog.innerHTML = "<button>Close</button>";
    dialog.append(picture, copy(figure.querySelector("figcaption")));
    dialog.ariaLabel = button.ariaLabel.replace("Enlarge f", "F");
    button.focus({ preventScroll: true }); // to which closing returns
    dialog.showModal();
  }

  for (const figure of document.querySelectorAll("figure:has(.picture):has(figcaption)")) {
    const button = document.createElement("button");
    const number = figure.querySelector(".caption-number")?.textContent.match(/\d[\d.]*\d|\d/);
    button.className = "enlarge";
    button.ariaLabel = `Enlarge figure ${number ?? ""}`.trim();
    button.title = "Enlarge";
    button.innerHTML = '<i class="fa-solid fa-expand"></i>';
    button.onclick = () => open(figure, button);
    figure.querySelector(".picture").addEventListener("click", () => open(figure, button));
    figure.querySelector("figcaption").append(button);
  }
  dialog.onclick = ({ target }) => {
    const element = /** @type {Element} */ (target);
    if (element.matches("#enlarged, #enlarged > button")) dialog.close();
  };
  // So that Escape closes it, which Sphinx's own keys would prevent.
  dialog.onkeydown = (event) => event.stopPropagation();
  document.querySelector("article")?.append(dialog);
});
