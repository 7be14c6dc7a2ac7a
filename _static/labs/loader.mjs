// Fetches a page's labs: when one comes near, or is pressed, or is named in the address.

const NEAR = "100% 0px"; // of the window's height, above and below it
const KEPT = ["pointermove", "pointerup", "pointercancel"];
const labs = [...document.querySelectorAll("figure.lab > *")]
  .filter(({ localName }) => localName.endsWith("-lab"));

// Sphinx's own script empties what the browser keeps of a page before it was loaded again.
const { state: kept } = history;
addEventListener("DOMContentLoaded", () => history.replaceState(kept, ""), { once: true });

const begun = new Set();
const failed = new Set();

async function load(element) {
  if (begun.has(element)) return;
  begun.add(element);
  // A second lab of a kind is ready already.
  const button = element.ready ? null : element.shadowRoot?.querySelector("button");
  if (button) button.textContent = "Loading …";
  try {
    await import(`./${element.localName.replace("-lab", "")}.mjs`);
    await element.ready;
  } catch (error) {
    begun.delete(element);
    failed.add(element);
    if (button) button.textContent = "It cannot be loaded. Try again";
    else element.style.aspectRatio = "auto"; // its picture needs no more room
    throw error;
  }
}

/**
 * Keeps a picture until it is pressed. A stroke that begins on the picture's square, its left third,
 * is not lost: once the lab is there, it gets what the pointer has done until then.
 */
function offer(element) {
  const style = document.createElement("style");
  style.textContent = `
    .offer { display: grid; align-content: start; gap: 1rem; position: relative; }
    .pad { position: absolute; inset: 0 64% auto 0; aspect-ratio: 1; cursor: crosshair; touch-action: pinch-zoom; }
    button { justify-self: start; min-height: 2.5rem; padding: 0.4rem 1.2rem; border: 0; border-radius: 0.3rem;
      background: var(--primary); color: var(--background); font: inherit; font-weight: 600; }
    button:focus-visible { outline: 3px solid var(--secondary); outline-offset: 2px; }
    @media print { button { display: none; } }`;
  const [box, pad, button] = ["div", "div", "button"].map((tag) => document.createElement(tag));
  box.className = "offer";
  pad.className = "pad";
  button.textContent = "Try it";
  box.append(document.createElement("slot"), pad, button);
  element.attachShadow({ mode: "open" }).append(style, box);
  const stroke = [];
  const keep = (event) => event.pointerId === stroke[0].pointerId && stroke.push(event);
  pad.addEventListener("pointerdown", async (event) => {
    if (event.button || begun.has(element)) return;
    event.preventDefault();
    stroke.push(event);
    for (const type of KEPT) addEventListener(type, keep, { capture: true });
    await load(element).finally(() => {
      for (const type of KEPT) removeEventListener(type, keep, { capture: true });
    });
    const target = element.shadowRoot?.elementFromPoint(event.clientX, event.clientY);
    for (const past of stroke) target?.dispatchEvent(new PointerEvent(past.type, past));
  });
  // Before the picture hears of it, which may be a link.
  element.addEventListener("click", async (event) => {
    if (event.composedPath()[0] === pad) event.preventDefault();
    if (begun.has(element)) return;
    event.stopPropagation();
    event.preventDefault();
    if (failed.has(element)) return location.reload(); // modules that failed are not fetched again
    await load(element);
    element.focus({ preventScroll: true });
  }, { capture: true });
}

/** Loads the lab that the address names, and goes there if a link has led to it. */
async function open() {
  const [id, state] = location.hash.slice(1).split("?");
  const element = labs.find(({ parentElement }) => parentElement?.id === id);
  if (!element) return;
  const isLink = state !== undefined && !history.state?.lab;
  if (isLink) element.parentElement?.scrollIntoView();
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
  if (element.dataset.load === "touch") offer(element);
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
