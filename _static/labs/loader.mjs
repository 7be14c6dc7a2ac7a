// Fetches the labs of a page: each when it comes near, or when the address names it.

const NEAR = "100% 0px"; // of the window's height, above and below it
const KEPT = ["pointermove", "pointerup", "pointercancel"];

/** @type {NodeListOf<HTMLElement>} */
const children = document.querySelectorAll("figure.lab > *, write-lab");
const labs = [...children].filter(({ localName }) => localName.endsWith("-lab"));

// Sphinx's own script empties the history's entry, which says what a lab has written.
const { state: kept } = history;
const restore = () => history.replaceState(kept, "");
addEventListener("DOMContentLoaded", restore, { once: true });

const begun = new Map();

function load(element) {
  if (!begun.has(element)) begun.set(element, start(element));
  return begun.get(element);
}

async function start(element) {
  try {
    await import(`./${element.localName.replace("-lab", "")}.mjs`);
    await element.ready;
  } finally {
    element.style.aspectRatio = "auto"; // Neither it nor its picture needs more room.
  }
}

/**
 * Loads a lab once the first screen has been drawn. It repeats a stroke that has begun
 * earlier, on the left third of its picture.
 */
function loadLater(element) {
  const idle = globalThis.requestIdleCallback ?? setTimeout; // which Safari needs
  addEventListener("load", () => idle(() => observer.observe(element)), { once: true });
  const pad = document.createElement("div");
  pad.style.cssText = "position: absolute; inset: 0 69% auto 0; " +
    "aspect-ratio: 1; touch-action: pinch-zoom";
  element.style.position = "relative";
  const shadow = element.attachShadow({ mode: "open" });
  shadow.append(document.createElement("slot"), pad);
  const begin = (event) => {
    if (event.button) return;
    pad.removeEventListener("pointerdown", begin);
    event.preventDefault();
    keepStroke(element, event);
  };
  pad.addEventListener("pointerdown", begin);
}

/** Loads a lab, and repeats there what the pointer does in the meantime. */
async function keepStroke(element, first) {
  const stroke = [first];
  const waiting = new AbortController();
  const keep = (event) => event.pointerId === first.pointerId && stroke.push(event);
  for (const type of KEPT) {
    addEventListener(type, keep, { capture: true, signal: waiting.signal });
  }
  try {
    await load(element);
  } finally {
    waiting.abort();
  }
  const target = element.shadowRoot.elementFromPoint(first.clientX, first.clientY);
  for (const event of stroke) {
    target?.dispatchEvent(new PointerEvent(event.type, event));
  }
}

/** Loads the lab that the address names, and goes there if a link has led to it. */
async function open() {
  const [id, state] = location.hash.slice(1).split("?");
  const element = labs.find(({ parentElement }) => parentElement?.id === id);
  if (!id || !element) return;
  const isLink = state !== undefined && !history.state?.lab;
  if (isLink) element.parentElement?.scrollIntoView({ behavior: "instant" });
  await load(element);
  // After the lab has taken over the state.
  if (isLink) setTimeout(() => element.focus({ preventScroll: true }));
}

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    observer.unobserve(target);
    load(target);
  }
}, { rootMargin: NEAR });
for (const element of labs) {
  if (element.dataset.load === "idle") loadLater(element);
  else observer.observe(element);
}
addEventListener("hashchange", open);
// A link to the present address opens its state again.
document.addEventListener("click", ({ target }) => {
  const link = /** @type {Element} */ (target).closest("a");
  if (!link?.hash.includes("?") || link.href !== location.href) return;
  history.replaceState(null, "");
  dispatchEvent(new HashChangeEvent("hashchange", { newURL: link.href }));
});
open();
