// Closes the menu "Run this chapter" when the page is scrolled.

addEventListener("scroll", () => document.querySelector(".dropdown-toggle.show")?.click(), {
  passive: true,
});
