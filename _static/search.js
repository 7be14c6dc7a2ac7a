// Fetches what it takes to search while one types, when the field for it opens.

document.addEventListener("DOMContentLoaded", () => {
  const src = `${document.documentElement.dataset.content_root}_static/search.mjs`;
  const script = Object.assign(document.createElement("script"), { type: "module", src });
  const dialog = document.getElementById("pst-search-dialog");
  dialog?.addEventListener("focusin", () => document.head.append(script), { once: true });
});
