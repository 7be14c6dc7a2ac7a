// Fetches what it takes to search while one types, when the field for it opens.

document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("pst-search-dialog");
  dialog?.addEventListener("focusin", () => import("./search.mjs"), { once: true });
});
