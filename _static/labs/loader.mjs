// Fetches a page's labs: when one comes near, or is named in the address.

const NEAR = "100% 0px"; // of the window's height, above and below it
const KEPT = ["pointermove", "pointerup", "pointercancel"];
const labs = [...document.querySelectorAll("figure.lab > *")]
  .filter(({ localName }) => localName.endsWith("-lab"));

// Sphinx's own script empties what the browser keeps of a page before it was loaded again.
const { state: kept } = history;
addEventListener("DOMContentLoaded", () => history.replaceState(kept, ""), {
  once: true,
});

const begun = new Map();

function load(element) {
  if (!begun.has(element)) begun.set(element, start(element));
  return begun.get(element);
}

async function start(element) {
  try {
    await import(`./${element.localName.replace("-lab", "")}.mjs`);
    await element.ready;
  } catch (error) {
    element.style.aspectRatio = "auto"; // its picture needs no more room
    throw error;
  }
}

/**
 * Loads a lab once the first screen has been drawn. A stroke that begins earlier, on the left third
 * of its picture, is not lost: the lab gets what the pointer has done until it is there.
 */
function loadLater(element) {
  const idle = globalThis.requestIdleCallback ?? setTimeout; // Safari knows no idle
  addEventListener("load", () => idle(() => observer.observe(element)));
  const pad = document.createElement("div");
  pad.style =
    "position: absolute; inset: 0 69% auto 0; aspect-ratio: 1; touch-action: pinch-zoom";
  element.style.position = "relative";
  element.attachShadow({ mode: "open" }).append(document.createElement("slot"), pad);
  const stroke = [];
  const keep = (event) => event.pointerId === stroke[0].pointerId && stroke.push(event);
  pad.addEventListener("pointerdown", async (event) => {
    if (event.button || stroke.length) return;
    event.preventDefault();
    stroke.push(event);
    for (const type of KEPT) addEventListener(type, keep, { capture: true });
    await load(element);
    for (const type of KEPT) removeEventListener(type, keep, { capture: true });
    const target = element.shadowRoot?.elementFromPoint(event.clientX, event.clientY);
    for (const past of stroke) target?.dispatchEvent(new PointerEvent(past.type, past));
  });
}

/** Loads the lab that the address names, and goes there if a link has led to it. */
async function open() {
  const [id, state] = location.hash.slice(1).split("?");
  const element = labs.find(({ parentElement }) => parentElement?.id === id);
  if (!element) return;
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
// A link to where the address is already means it, too.
document.addEventListener("click", ({ target }) => {
  const link = target.closest("a");
  if (!link?.hash.includes("?") || link.href !== location.href) return;
  history.replaceState(null, "");
  dispatchEvent(new HashChangeEvent("hashchange", { newURL: link.href }));
});
open();
