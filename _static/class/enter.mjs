// Begins class mode, by the button in a chapter's foot or the address.

const button = document.querySelector("#class-mode button");
const enter = async () => (await import("./class.mjs")).enter();

button.parentElement.hidden = false;
button.addEventListener("click", enter);
if (new URLSearchParams(location.search).has("class")) enter();
