// Fetches a page's labs: when one comes near, or is pressed, or is named in the address.

const NEAR = "100% 0px"; // of the window's height, above and below it
const labs =
  /** @type {HTMLElement[]} */ ([...document.querySelectorAll("figure.lab > *")].filter(
    ({ localName }) => localName.endsWith("-lab"),
  ));

/** @type {Set<HTMLElement>} */
const begun = new Set();
/** @type {Set<HTMLElement>} */
const failed = new Set();

/** @param {HTMLElement} element */
async function load(element) {
  if (begun.has(element)) return;
  begun.add(element);
  const button = element.shadowRoot?.querySelector("button");
  if (button) button.textContent = "Loading …";
  try {
    await import(`./${element.localName.replace("-lab", "")}.mjs`);
    await /** @type {import("./lab.mjs").Lab} */ (element).ready;
    element.parentElement?.querySelector(".enlarge")?.remove(); // which would show the picture
  } catch (error) {
    begun.delete(element);
    failed.add(element);
    if (button) button.textContent = "It cannot be loaded. Try again";
    throw error;
  }
}

/** @param {HTMLElement} element */
function offer(element) {
  const button = document.createElement("button");
  const style = document.createElement("style");
  style.textContent = `
    button { display: block; margin: 0.5rem 0; padding: 0.4rem 1rem; border: 1px solid var(--muted);
      border-radius: 0.3rem; background: var(--surface); color: var(--text); font: inherit; font-size: 1rem; }
    button:focus-visible { outline: 2px solid var(--primary); outline-offset: 2px; }
    @media print { button { display: none; } }`;
  button.textContent = "Try it";
  // Before the picture hears of it, which would open over the page.
  element.addEventListener("click", async (event) => {
    if (begun.has(element)) return;
    event.stopPropagation();
    if (failed.has(element)) return location.reload(); // modules that failed are not fetched again
    await load(element);
    element.focus();
  }, { capture: true });
  element.style.paddingBottom = "0"; // the room was kept for the button
  element.attachShadow({ mode: "open" }).append(style, document.createElement("slot"), button);
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

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      load(/** @type {HTMLElement} */ (target));
    }
  },
  { rootMargin: NEAR },
);
for (const element of labs) {
  if (element.dataset.load === "touch") offer(element);
  else observer.observe(element);
}
addEventListener("hashchange", open);
// A link to where the address is already means it, too.
document.addEventListener("click", ({ target }) => {
  const link = /** @type {Element} */ (target).closest("a");
  if (!link?.hash.includes("?") || link.href !== location.href) return;
  history.replaceState(null, "");
  dispatchEvent(new HashChangeEvent("hashchange", { newURL: link.href }));
});
open();
