// Closes the menu "Run this chapter" when the page is scrolled.

function closeMenu() {
  /** @type {HTMLElement} */ (document.querySelector(".dropdown-toggle.show"))?.click();
}

addEventListener("scroll", closeMenu, { passive: true });
