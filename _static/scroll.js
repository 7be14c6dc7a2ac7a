// Lets the keyboard reach what scrolls sideways, and gives it a name to be read out.

const NAMES = {
  "div.math": "Formula",
  ".picture": "Figure",
  ".highlight pre": "Code",
  ".output > pre, .output .highlight pre": "Output",
  ".pst-scrollable-table-container": "Table",
};

function mark(box, name) {
  const scrolls = box.scrollWidth > box.clientWidth;
  box.tabIndex = scrolls ? 0 : -1;
  box.role = scrolls ? "group" : null;
  box.ariaLabel = scrolls ? name : null;
}

document.addEventListener("DOMContentLoaded", () => {
  for (const [selector, name] of Object.entries(NAMES)) {
    const observer = new ResizeObserver((entries) => {
      for (const entry of entries) mark(entry.target, name);
    });
    for (const box of document.querySelectorAll(selector)) observer.observe(box);
  }
});
