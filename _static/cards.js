// Shows a term's definition, or the work that is cited, when its link is pointed at or focused.

document.addEventListener("DOMContentLoaded", () => {
  const links = document.querySelectorAll("a.term, .bibtex-citation a");
  const card = document.createElement("div");
  if (!links.length || !("popover" in card)) return;

  const pages = new Map(); // those that have been fetched, by their addresses
  let wanted, shown, timer;

  function fetchPage(address) {
    if (!pages.has(address)) {
      const page = fetch(address)
        .then((response) => response.text())
        .then((text) => new DOMParser().parseFromString(text, "text/html"));
      page.catch(() => pages.delete(address));
      pages.set(address, page);
    }
    return pages.get(address);
  }

  function makeParagraph(part) {
    const paragraph = document.createElement("p");
    paragraph.innerHTML = part.innerHTML;
    for (const link of paragraph.querySelectorAll("a")) {
      link.replaceWith(...(link.matches(".headerlink") ? [] : link.childNodes));
    }
    return paragraph;
  }

  async function show(link) {
    wanted = link;
    const page = await fetchPage(link.href.split("#")[0]).catch(() => null);
    const entry = page?.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!entry || link !== wanted) return;
    card.hidePopover();
    const parts = entry.matches("dt")
      ? [entry, ...entry.nextElementSibling.children]
      : entry.children;
    card.replaceChildren(...Array.from(parts, makeParagraph));
    shown = link;
    link.style.anchorName = "--card";
    link.setAttribute("aria-describedby", card.id);
    card.showPopover();
  }

  function hide() {
    wanted = null;
    card.hidePopover();
  }

  function schedule(step) {
    clearTimeout(timer);
    timer = setTimeout(step, 250);
  }

  function leave() {
    schedule(() =>
      card.matches(":hover") || wanted?.matches(":hover, :focus-visible") || hide()
    );
  }

  card.id = "card";
  card.role = "tooltip";
  card.popover = "manual"; // Sphinx's own keys prevent that Escape closes another
  card.addEventListener("pointerleave", leave);
  card.addEventListener("beforetoggle", ({ newState }) => {
    if (newState === "open") return;
    shown.style.anchorName = "";
    shown.removeAttribute("aria-describedby");
    shown = null;
  });
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  document.querySelector("article").append(card);

  for (const link of links) {
    link.addEventListener("pointerenter", (/** @type {PointerEvent} */ { pointerType }) => {
      if (pointerType !== "touch" && link !== shown) schedule(() => show(link));
    });
    link.addEventListener("pointerleave", leave);
    link.addEventListener("focus", () => link.matches(":focus-visible") && show(link));
    link.addEventListener("blur", leave);
  }
});
