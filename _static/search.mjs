// Lists what Sphinx finds while one types: terms with their definitions, pages with a sentence.

const SENTENCE_END = /\n|(?<=[.?!]) (?=[A-Z])/;
const root = document.documentElement.dataset.content_root;
const page = document.querySelector(".bd-search-container"); // the one that only searches
/** @type {HTMLDialogElement} */
const dialog = document.querySelector("#pst-search-dialog");
const box = page ?? dialog;
const field = box.querySelector("input");
const results = page
  ? document.getElementById("search-results")
  : document.createElement("div");
let found = [];
let timer;

function load(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: root + name, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

async function prepare() {
  results.id = "search-results";
  results.className = "empty";
  // So that Escape closes the dialog, which Sphinx's own keys would prevent.
  results.onkeydown = (event) => event.stopPropagation();
  // What is found may be on this page.
  results.onclick = ({ target }) => {
    if (/** @type {Element} */ (target).closest("a")) dialog.close();
  };
  box.append(results);
  field.form.addEventListener("submit", () => (field.name = "q"));
  field.name = ""; // or else Sphinx would empty it
  try {
    await load("_static/language_data.js");
    await load("_static/sphinx_highlight.js");
    await load("_static/searchtools.js");
  } finally {
    field.name = "q";
  }
  await load("searchindex.js");
}

// A stem ends otherwise than its word: "accuraci".
const describe = (stem) => `\\b${stem.replace(/[ei]$/, "")}`;

function findSentence(place, stems) {
  const words = [...stems].map((stem) => new RegExp(describe(stem), "i"));
  let best = place.querySelector("p")?.innerHTML.split(SENTENCE_END)[0] ?? "";
  for (const kind of ["p, :is(li, td):not(:has(p))", "pre"]) {
    let most = 0;
    for (const block of place.querySelectorAll(kind)) {
      for (const sentence of block.innerHTML.split(SENTENCE_END)) {
        const text = sentence.replace(/<[^>]*>/g, "");
        const count = words.filter((word) => word.test(text)).length;
        if (count > most) [best, most] = [sentence, count];
      }
    }
    if (most) break;
  }
  return best;
}

function mark(summary, stems) {
  if (!stems.size) return;
  const words = new RegExp(`((?:${[...stems].map(describe).join("|")})\\w*)`, "i");
  const walker = document.createTreeWalker(summary, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const text of texts.filter((text) => !text.parentElement.closest("math"))) {
    // What is between words, and words, in turns.
    const parts = text.textContent.split(words).map((part, i) =>
      i % 2 ? Object.assign(document.createElement("mark"), { textContent: part }) : part
    );
    text.replaceWith(...parts);
  }
}

function summarise(html, stems, anchor) {
  const summary = document.createElement("p");
  const found = new DOMParser().parseFromString(html, "text/html");
  for (const part of found.querySelectorAll("a, strong")) {
    part.replaceWith(...(part.matches(".headerlink") ? [] : part.childNodes));
  }
  found.querySelector(".objectives")?.remove(); // which says in advance what the page says
  const place = found.getElementById(anchor?.slice(1)) ?? found.querySelector("article");
  summary.className = "context";
  if (place.matches("dt")) {
    summary.dataset.term = place.textContent.trim();
    summary.innerHTML = place.nextElementSibling.firstElementChild.innerHTML;
  } else {
    summary.innerHTML = findSentence(place, stems);
  }
  mark(summary, stems);
  return summary;
}

function search() {
  const words = field.value.trim();
  results.replaceChildren();
  results.classList.toggle("empty", !words);
  if (page) history.replaceState(null, "", `?q=${encodeURIComponent(words)}`);
  if (!words) return;
  Search.performSearch(words);
  Search.status.role = "status";
}

if (!page) await prepare();
Search.makeSearchSummary = summarise;
const perform = Search._performSearch;
Search._performSearch = (...query) => {
  const all = perform(...query);
  const withTerms = new Set(
    all.filter((item) => item[2].startsWith("#term-")).map(([name]) => name),
  );
  const places = new Set();
  return (found = all.filter(([name, , anchor]) => {
    const isNew = !places.has(name + anchor);
    places.add(name + anchor);
    return isNew && (anchor || !withTerms.has(name));
  }));
};
// Sphinx links from the top of the site, and calls each term by the name of its page.
new MutationObserver(() => {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = results.querySelectorAll("li > a");
  for (const link of links) {
    const address = link.getAttribute("href");
    if (!address.startsWith(root)) link.href = root + address;
    /** @type {HTMLElement | null} */
    const definition = link.parentElement.querySelector("[data-term]");
    const title = definition && `Glossary: ${definition.dataset.term}`;
    if (title && link.textContent !== title) link.textContent = title;
  }
}).observe(results, { childList: true, subtree: true });
field.addEventListener("input", () => {
  found.length = 0; // what is not listed yet
  clearTimeout(timer);
  timer = setTimeout(search, 200);
});
if (!page && field.value) search();
