// Begins class mode: by the button in a chapter's foot, by key c, or by the address.

export const FIELDS = "input, textarea, select, write-lab, .lab > :first-child";
/** @type {HTMLElement} */
const item = document.querySelector("#class-mode");

async function enter() {
  const mode = await import("./class.mjs");
  mode.enter();
}

item.hidden = false;
item.querySelector("button").onclick = enter;
if (new URLSearchParams(location.search).has("class")) enter();
addEventListener("keydown", ({ key, target, ctrlKey, altKey, metaKey }) => {
  const isOther = ctrlKey || altKey || metaKey;
  const isField = target instanceof Element && target.closest(FIELDS);
  if (key === "c" && !isOther && !isField) enter();
});
