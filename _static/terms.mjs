// The definition of a term, beside it, on hover, focus and touch: the glossary's entry.
// Without this script, or where the glossary cannot be fetched, a term is a link to it.

import { html } from "./labs/elements.mjs";

const DELAY = 200; // milliseconds that a pointer may take from a term to its definition

/** @type {NodeListOf<HTMLAnchorElement>} */
const terms = document.querySelectorAll("article a.term");
const words = html("div");
// Until a term is pointed at, it leads to the first: a link has an address.
const link = html("a", { href: terms[0].href }, "In the glossary");
const looks = { id: "definition", class: "definition", popover: "auto" };
const box = html("div", looks, words, link);
document.body.append(box);

/** @type {Map<string, Promise<Document>>} */
const pages = new Map();
let shown = null; // the term whose definition is shown, or on its way
let timer = 0;

async function fetchPage(address) {
  const response = await fetch(address);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Returns copies of the nodes of the entry to which a term links. */
async function fetchDefinition(term) {
  const [address, anchor] = term.href.split("#");
  if (!pages.has(address)) pages.set(address, fetchPage(address));
  const page = await pages.get(address);
  const entry = page.querySelector(`#${CSS.escape(anchor)} ~ dd`);
  if (!entry) throw new Error(`${term.href}: no such entry`);
  const copy = document.importNode(entry, true);
  for (const inner of copy.querySelectorAll("a[href]")) {
    const target = new URL(inner.getAttribute("href") ?? "", address);
    inner.setAttribute("href", target.href);
  }
  return copy.childNodes;
}

/** Places the box below the term, or above where there is no room. */
function place(term) {
  const { left, top, bottom } = [...term.getClientRects()].at(-1);
  const { width, height } = box.getBoundingClientRect();
  const right = document.documentElement.clientWidth - width - 8;
  const fitsBelow = bottom + height + 8 < innerHeight || top < height + 8;
  box.style.left = `${scrollX + Math.max(8, Math.min(left, right))}px`;
  box.style.top = `${scrollY + (fitsBelow ? bottom + 4 : top - height - 4)}px`;
}

async function show(term) {
  clearTimeout(timer);
  if (shown === term && box.matches(":popover-open")) return;
  shown = term;
  try {
    const definition = await fetchDefinition(term);
    if (shown !== term) return; // The pointer has left in the meantime.
    words.replaceChildren(...definition);
    link.href = term.href;
    for (const other of terms) other.removeAttribute("aria-describedby");
    term.setAttribute("aria-describedby", box.id);
    box.showPopover();
    place(term);
  } catch (error) {
    pages.clear(); // The next try fetches again.
    console.error(error);
  }
}

function hide() {
  clearTimeout(timer);
  shown = null;
  box.hidePopover();
}

function hideSoon({ pointerType }) {
  clearTimeout(timer);
  if (pointerType === "mouse") timer = setTimeout(hide, DELAY);
}

for (const term of terms) {
  let isTouched = false;
  term.addEventListener("pointerenter", ({ pointerType }) => {
    clearTimeout(timer);
    if (pointerType === "mouse") timer = setTimeout(() => show(term), DELAY);
  });
  term.addEventListener("pointerleave", hideSoon);
  term.addEventListener("focus", () => {
    if (term.matches(":focus-visible")) show(term);
  });
  term.addEventListener("blur", ({ relatedTarget }) => {
    if (relatedTarget !== link) hide();
  });
  term.addEventListener("pointerdown", ({ pointerType }) => {
    isTouched = pointerType !== "mouse";
  });
  term.addEventListener("click", (event) => {
    // A click by keyboard or mouse, and what nothing can be shown of, follow the link.
    if (!isTouched) return;
    isTouched = false;
    event.preventDefault();
    show(term).then(() => {
      if (!box.matches(":popover-open")) location.assign(term.href);
    });
  });
}
box.addEventListener("pointerenter", () => clearTimeout(timer));
box.addEventListener("pointerleave", hideSoon);
// A browser closes it itself only after a press in the page.
addEventListener("keydown", ({ key }) => key === "Escape" && hide());
