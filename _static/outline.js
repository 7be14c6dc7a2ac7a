// Marks in the list beside the text which section is being read, also after a jump.

document.addEventListener("DOMContentLoaded", () => {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const found = document.querySelectorAll("#outline a");
  const links = [...found];
  const sections = links.map((link) => document.getElementById(link.hash.slice(1)));
  let target = null; // where a jump leads, until the reader scrolls on

  function findSection() {
    const line = innerHeight / 3;
    const jumped = sections.indexOf(target);
    return jumped >= 0
      ? jumped
      : sections.findLastIndex((s) => s.getBoundingClientRect().top < line);
  }

  function mark() {
    const current = findSection();
    links.forEach((link, place) => {
      link.classList.toggle("active", place === current);
      link.ariaCurrent = place === current ? "location" : null;
    });
  }

  function jump() {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    target = sections.findLast((section) => section.contains(place)) ?? null;
    mark();
  }

  for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(name, () => (target = null), { passive: true });
  }
  addEventListener("hashchange", jump);
  addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
  jump();
});
