// Begins class mode, by the button in a chapter's foot, key c or the address, and gives
// it the keys that no field takes.

const FIELDS = "input, textarea, select, write-lab, .lab > :first-child";
const button = document.querySelector("#class-mode button");
let mode = null; // the module, once it is asked for
const enter = async () => (mode ??= await import("./class.mjs")).enter();

addEventListener("keydown", (event) => {
  const { key, ctrlKey, altKey, metaKey } = event;
  const isField = document.activeElement.matches(FIELDS);
  if (ctrlKey || altKey || metaKey || (isField && key !== "Escape")) return;
  if (key === "c") enter();
  mode?.press(event);
});
button.parentElement.hidden = false;
button.addEventListener("click", enter);
if (new URLSearchParams(location.search).has("class")) enter();
