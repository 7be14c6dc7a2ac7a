// Begins class mode, by the button in a chapter's foot, key c or the address, and gives
// it the keys that no field takes.

const FIELDS = "input, textarea, select, write-lab, .lab > :first-child";
const item = /** @type {HTMLElement} */ (document.querySelector("#class-mode"));
let mode = null; // the module, once it is asked for

async function enter() {
  mode ??= await import("./class.mjs");
  mode.enter();
}

addEventListener("keydown", (event) => {
  const { key, target, ctrlKey, altKey, metaKey } = event;
  const isField = target instanceof Element && target.closest(FIELDS);
  if (key === "Escape") mode?.leave();
  if (ctrlKey || altKey || metaKey || isField) return;
  if (key === "c") enter();
  mode?.press(event);
});
item.hidden = false;
item.querySelector("button").onclick = enter;
if (new URLSearchParams(location.search).has("class")) enter();
